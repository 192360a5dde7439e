//! The help and usage errors of clap, with better tips where clap would guess the wrong option.

use std::ffi::OsString;

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{AnswerError, AnswerForm, ErrorDocument, Terminal, Verbosity};

mod commands;
mod foreign_options;
mod options;
mod values;

/// Prints clap's result for the arguments `args` of `command`: help and version as the answer, a
/// mistake as an error.
pub(crate) fn print(error: Error, mut command: Command, args: &[OsString]) -> Exit {
    command.build();
    let error = with_tip(error, subcommand(&command, args), args);
    let terminal = Terminal::new(Verbosity::Normal);
    let text = error.render().to_string();
    let (message, text) = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return match terminal.answer(text.as_bytes(), AnswerForm::Text) {
                Ok(()) => Exit::Done,
                Err(AnswerError::ClosedPipe) => Exit::Io,
                Err(error) => {
                    terminal.error(&Failure::from(error).message());
                    Exit::Io
                }
            };
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let message = "a subcommand is missing";
            (
                message.to_owned(),
                format!("{message}\n\n{}", text.trim_end()),
            )
        }
        _ => {
            let text = text.trim_start_matches("error: ").trim_end();
            (message(text), text.to_owned())
        }
    };
    if wants_json(args) {
        let tips = tips(&error);
        terminal.error_json(&ErrorDocument::new("byok#Usage", &message, &tips));
    } else {
        terminal.usage(&text);
    }
    Exit::Usage
}

/// A usage error of a row of a batch.
pub(crate) struct RowUsage {
    /// The option without its dashes, if the error is about one.
    pub(crate) option: Option<String>,
    /// The error on one line.
    pub(crate) message: String,
    /// The tips.
    pub(crate) tips: Vec<String>,
}

/// Explains clap's error about `args`, the arguments that a row makes for `command`.
pub(crate) fn of_row(error: Error, command: &Command, args: &[OsString]) -> RowUsage {
    let error = with_tip(error, command, args);
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.strip_prefix("--"),
        Some(ContextValue::Strings(arguments)) => arguments
            .first()
            .and_then(|argument| argument.strip_prefix("--")),
        _ => None,
    };
    let option = option.and_then(|option| option.split([' ', '=']).next());
    let option = option.map(str::to_owned);
    let text = error.render().to_string();
    RowUsage {
        option,
        message: message(text.trim_start_matches("error: ").trim_end()),
        tips: tips(&error),
    }
}

/// Returns the arguments with `-out`, as OpenSSL spells it, as `--out`: `-o` would take it for a file
/// called `ut`.
pub(crate) fn with_long_options(args: &[OsString]) -> Vec<OsString> {
    let own = args.iter().take_while(|arg| *arg != "--").count();
    let is_long = |arg: &OsString| {
        ["-out", "-outform", "-outfile", "-output"]
            .iter()
            .any(|long| arg == long)
    };
    let long = |arg: &OsString| {
        let mut long = OsString::from("-");
        long.push(arg);
        long
    };
    args.iter()
        .enumerate()
        .map(|(at, arg)| {
            if at < own && is_long(arg) {
                long(arg)
            } else {
                arg.clone()
            }
        })
        .collect()
}

/// Returns whether `--output json` is among arguments that clap could not parse, before the command
/// of serve.
fn wants_json(args: &[OsString]) -> bool {
    let own: Vec<_> = args.iter().take_while(|arg| *arg != "--").collect();
    own.iter()
        .any(|arg| arg.eq_ignore_ascii_case("--output=json"))
        || own
            .windows(2)
            .any(|pair| pair[0] == "--output" && pair[1].eq_ignore_ascii_case("json"))
}

/// Returns the message of clap's text: its first line, and the list below it if that line ends in a
/// colon.
fn message(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if !first.ends_with(':') {
        return first.to_owned();
    }
    let listed: Vec<_> = lines
        .take_while(|line| line.starts_with("  "))
        .map(str::trim)
        .collect();
    format!("{first} {}", listed.join(", "))
}

/// Returns the subcommand of `command` that `args` name, or its innermost parent that they name.
fn subcommand<'a>(mut command: &'a Command, args: &[OsString]) -> &'a Command {
    let mut args = args.iter().skip(1).filter_map(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        if arg.starts_with('-') {
            let is_named = |known: &clap::Arg| match arg.strip_prefix("--") {
                Some(long) => known.get_long() == Some(long),
                None => known
                    .get_short()
                    .is_some_and(|short| arg[1..] == *short.to_string()),
            };
            let takes_value =
                |known: &clap::Arg| is_named(known) && known.get_action().takes_values();
            if command.get_arguments().any(takes_value) {
                args.next();
            }
        } else {
            match command.find_subcommand(arg) {
                Some(found) => command = found,
                None => break,
            }
        }
    }
    command
}

/// Returns the argument after the option `option` in `args`.
fn value_of<'a>(option: &str, args: &'a [OsString]) -> &'a str {
    let mut args = args.iter().filter_map(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        match arg.strip_prefix(option) {
            Some("") => return args.next().unwrap_or_default(),
            Some(rest) if rest.starts_with('=') => return &rest[1..],
            _ => {}
        }
    }
    ""
}

/// Replaces clap's tip in an error with one of byok.
fn with_tip(mut error: Error, command: &Command, args: &[OsString]) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let tip = match (error.kind(), text(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(argument)) => {
            // clap suggests the most similar option, and shows it in the usage.
            error.remove(ContextKind::SuggestedArg);
            error.remove(ContextKind::Suggested);
            let usage = command.clone().render_usage();
            error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
            if argument.starts_with('-') {
                options::tip(command, &argument, value_of(&argument, args))
            } else {
                commands::tip_for_word(options::path(command)).map(str::to_owned)
            }
        }
        (ErrorKind::InvalidValue, Some(argument)) => {
            let option = argument.trim_start_matches("--");
            let option = option.split(' ').next().unwrap_or_default();
            let value = text(ContextKind::InvalidValue).unwrap_or_default();
            values::tip(command, option, &value)
        }
        (ErrorKind::InvalidSubcommand, _) if options::path(command) == "byok" => {
            let word = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            let tip = commands::tip(&word).map(str::to_owned);
            if tip.is_some() {
                error.remove(ContextKind::SuggestedSubcommand);
            }
            tip
        }
        _ => None,
    };
    if let Some(tip) = tip {
        let tips = vec![StyledStr::from(tip)];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

/// Returns the tips of an error, those of byok first, and the values that an option accepts.
fn tips(error: &Error) -> Vec<String> {
    let mut tips = Vec::new();
    if let Some(ContextValue::StyledStrs(ours)) = error.get(ContextKind::Suggested) {
        tips.extend(ours.iter().map(StyledStr::to_string));
    }
    for (kind, what) in [
        (ContextKind::SuggestedSubcommand, "subcommand"),
        (ContextKind::SuggestedArg, "argument"),
        (ContextKind::SuggestedValue, "value"),
    ] {
        match error.get(kind) {
            Some(ContextValue::String(word)) => {
                tips.push(format!("a similar {what} exists: '{word}'"));
            }
            Some(ContextValue::Strings(words)) => tips.push(format!(
                "some similar {what}s exist: '{}'",
                words.join("', '")
            )),
            _ => {}
        }
    }
    for (kind, what) in [
        (ContextKind::ValidValue, "possible values"),
        (ContextKind::ValidSubcommand, "subcommands"),
    ] {
        if let Some(ContextValue::Strings(words)) = error.get(kind) {
            tips.push(format!("{what}: {}", words.join(", ")));
        }
    }
    tips
}
