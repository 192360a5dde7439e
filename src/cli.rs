//! The clap tree, the shared arguments, and the dispatch.

use std::ffi::OsString;
use std::path::PathBuf;

use byok_core::timestamp::Timestamp;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

#[cfg(feature = "serve")]
use crate::command::serve;
use crate::command::{
    batch, completions, generate, help, inspect, key, params, public_key, rehearse, report, store,
    verify, version, wrap,
};
use crate::context::{Context, OutputFormat};
use crate::diagnosis;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hardening::Ungranted;
use crate::journal::Journal;
use crate::manual;
use crate::terminal::{Safe, Terminal, Verbosity};
use crate::usage;

/// Prepare and rehearse AWS KMS key-material imports, offline
#[derive(Debug, Parser)]
#[command(name = "byok", version, disable_help_subcommand = true, after_long_help = manual::root_help())]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Verb,
}

/// The arguments of every subcommand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Global {
    /// Print only warnings and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// The format of the answer and of errors
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        global = true,
        value_name = "FORMAT"
    )]
    output: Option<OutputFormat>,
    /// Write the answer to a new file instead of standard output
    #[arg(short, long, global = true, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Replace existing output files
    #[arg(long, global = true)]
    force: bool,
    /// Use TIME as the current time: RFC 3339 or epoch seconds
    #[arg(long, global = true, value_name = "TIME", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Params(params::Params),
    Wrap(Box<wrap::Wrap>),
    Verify(Box<verify::Verify>),
    Rehearse(rehearse::Rehearse),
    Generate(generate::Generate),
    Inspect(inspect::Inspect),
    PublicKey(public_key::PublicKey),
    Report(report::Report),
    Batch(batch::Batch),
    Key(key::Key),
    Store(store::Store),
    #[cfg(feature = "serve")]
    Serve(Box<serve::Serve>),
    Completions(completions::Completions),
    Version(version::Version),
    Help(help::Help),
}

/// The definition of the command line.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Parses `args`, runs the subcommand, and prints an error if there is one.
///
/// Warns of each protection that the system did not grant.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>, ungranted: &[Ungranted]) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(error) => return usage::print(error, command(), &args),
    };
    let verbosity = if cli.global.quiet {
        Verbosity::Quiet
    } else {
        Verbosity::Normal
    };
    let Global {
        output,
        output_file,
        force,
        at,
        ..
    } = cli.global;
    let journal = Journal::begin(&args);
    let mut context = Context::new(
        Terminal::new(verbosity),
        output,
        output_file,
        force,
        at,
        journal,
    );
    for protection in ungranted {
        context.terminal.warning(&protection.to_string());
        context.terminal.hint(protection.hint());
    }
    let checked = context.check_output_file();
    match checked.and_then(|()| cli.command.run(&mut context)) {
        Ok(exit) => exit,
        Err(failure) => diagnosis::print(&failure, &context),
    }
}

/// Parses `args`. For an error, parses them again with control characters escaped, because clap
/// quotes arguments in its messages.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let args = usage::with_long_options(args);
    Cli::try_parse_from(&args).map_err(|error| {
        let escaped = args
            .iter()
            .map(|arg| Safe(&arg.to_string_lossy()).to_string());
        Cli::try_parse_from(escaped).err().unwrap_or(error)
    })
}

impl Verb {
    fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        match self {
            Self::Params(args) => args.run(context),
            Self::Wrap(args) => args.run(context),
            Self::Verify(args) => args.run(context),
            Self::Rehearse(args) => args.run(context),
            Self::Generate(args) => args.run(context),
            Self::Inspect(args) => args.run(context),
            Self::PublicKey(args) => args.run(context),
            Self::Report(args) => args.run(context),
            Self::Batch(args) => args.run(context),
            Self::Key(args) => args.run(context),
            Self::Store(args) => args.run(context),
            #[cfg(feature = "serve")]
            Self::Serve(args) => args.run(context),
            Self::Completions(args) => args.run(context),
            Self::Version(args) => args.run(context),
            Self::Help(args) => args.run(context),
        }
    }
}

impl ValueEnum for OutputFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Text, Self::Json]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Text => "text",
            Self::Json => "json",
        }))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::command().debug_assert();
    }
}
