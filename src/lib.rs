//! The `byok` command line: files, terminals, clocks and randomness around `byok_core`.
//!
//! This crate is a program, not a library: [`run`] is the program, and [`command()`] is its
//! definition, from which man pages and completions are generated.

mod access;
mod arguments;
mod batch;
mod batch_row;
mod capture;
mod cli;
mod command;
mod context;
mod diagnosis;
mod digest_writer;
mod entropy;
mod exit;
mod expectation;
mod failure;
mod foreign_words;
mod hardening;
mod import_folder;
mod import_script;
mod input;
mod journal;
mod lock;
mod manual;
mod material;
#[cfg(feature = "memory-scan")]
mod memory_scan;
mod mistaken;
mod nearest;
mod output;
mod ownership;
mod parameter_files;
mod program;
mod report;
#[cfg(feature = "serve")]
mod serve;
mod shell;
mod store;
mod terminal;
mod usage;

use std::{ffi::OsString, process::ExitCode};

/// Returns the definition of the command line.
pub fn command() -> clap::Command {
    cli::command()
}

/// Returns the text of `byok(1)` after its options.
pub fn manual() -> String {
    manual::root()
}

/// Returns the name and the text of each manual page in section 7.
pub fn manual_topics() -> Vec<(&'static str, &'static str)> {
    let pages = manual::Topic::ALL.into_iter();
    pages
        .filter_map(|topic| Some((topic.name(), topic.page()?)))
        .collect()
}

/// Runs the program with `args`, the program name first, and returns its exit status.
///
/// Hardens the process first: no core dump, no tracing by other processes of the same user, and new
/// files for the owner alone.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let ungranted = hardening::harden();
    std::panic::set_hook(Box::new(print_bug));
    let args: Vec<OsString> = args.into_iter().collect();
    #[cfg(feature = "serve")]
    if serve::is_supervisor(&args) {
        return serve::supervise().into();
    }
    let exit = cli::run(args, &ungranted);
    hardening::wipe_stack();
    #[cfg(feature = "memory-scan")]
    memory_scan::stop_for_scan();
    exit.into()
}

/// Prints where a panic happened, without any data of the program, and ends it.
fn print_bug(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let terminal = terminal::Terminal::new(terminal::Verbosity::Normal);
    terminal.error(&format!(
        "a bug in byok {}, at {place}",
        env!("CARGO_PKG_VERSION")
    ));
    terminal.hint("do not use any output of this run; report the bug, without any key");
    std::process::exit(exit::Exit::Bug.code().into());
}
