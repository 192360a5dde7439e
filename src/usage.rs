//! What clap has to say of a command line: help, and mistakes, with tips of ours where clap would guess
//! the wrong option.

use byok_core::json;
use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use serde_json::json;

use crate::diagnosis::chain;
use crate::exit::Exit;
use crate::terminal::{AnswerError, AnswerForm, Terminal, Verbosity};

/// The subcommand, or none for any; the argument; and the tip.
const TIPS: [(Option<&str>, &str, &str); 5] = [
    (
        Some("rehearse"),
        "--key-id",
        "rehearse needs no KMS key: --key-spec and --region say what it would be",
    ),
    (Some("verify"), "--wrapping-key-spec", WRAPPING_KEY_SPEC),
    (Some("wrap"), "--wrapping-key-spec", WRAPPING_KEY_SPEC),
    (None, "--out", "-o, --output-file FILE takes the answer"),
    (
        None,
        "--out-file",
        "-o, --output-file FILE takes the answer",
    ),
];
const WRAPPING_KEY_SPEC: &str =
    "the wrapping key has its spec in it: leave --wrapping-key-spec to params and rehearse";
const SERVED_COMMAND: &str =
    "what serve is to run stands behind --, as in: byok serve -- ./import.sh";

/// Prints what clap has to say of a command line of `command`: help and version as the answer, mistakes
/// as an error.
pub(crate) fn report(error: Error, command: Command, as_json: bool) -> Exit {
    let error = with_tip(error, command);
    let terminal = Terminal::new(Verbosity::Normal);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render().to_string();
            match terminal.answer(text.as_bytes(), AnswerForm::Text) {
                Ok(()) => Exit::Done,
                Err(AnswerError::ClosedPipe) => Exit::Io,
                Err(error) => {
                    terminal.error(&chain(&error.into()));
                    Exit::Io
                }
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            terminal.usage(&format!(
                "a subcommand is missing\n\n{}",
                error.render().to_string().trim_end()
            ));
            Exit::Usage
        }
        _ => {
            let text = error.render().to_string();
            let text = text.trim_start_matches("error: ").trim_end();
            if as_json {
                let message = text.lines().next().unwrap_or_default();
                let document =
                    json!({ "__type": "byok#Usage", "message": message, "Hints": tips(&error) });
                terminal.error_json(&json::line(&document));
            } else {
                terminal.usage(text);
            }
            Exit::Usage
        }
    }
}

/// Gives an error about an unknown word a tip of ours, in the place of clap's.
fn with_tip(mut error: Error, mut command: Command) -> Error {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return error;
    };
    let usage = usage.to_string();
    command.build();
    // "Usage: byok", and then the names.
    for name in usage
        .split_whitespace()
        .skip(2)
        .take_while(|word| !word.starts_with(['-', '[', '<']))
    {
        match command.find_subcommand(name) {
            Some(subcommand) => command = subcommand.clone(),
            None => break,
        }
    }
    let Some(tip) = tip(command.get_name(), argument) else {
        return error;
    };
    // What clap shows has the option in it that it would have liked.
    let usage = command.render_usage();
    error.remove(ContextKind::SuggestedArg);
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![StyledStr::from(tip)]),
    );
    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    error
}

fn tip(subcommand: &str, argument: &str) -> Option<&'static str> {
    if subcommand == "serve" && !argument.starts_with('-') {
        return Some(SERVED_COMMAND);
    }
    let is_it = |(of, word, _): &&(Option<&str>, &str, &str)| {
        of.is_none_or(|of| of == subcommand) && *word == argument
    };
    TIPS.iter().find(is_it).map(|(_, _, tip)| *tip)
}

/// The tips that an error has, of ours or of clap's.
fn tips(error: &Error) -> Vec<String> {
    match (
        error.get(ContextKind::Suggested),
        error.get(ContextKind::SuggestedArg),
    ) {
        (Some(ContextValue::StyledStrs(tips)), _) => {
            tips.iter().map(StyledStr::to_string).collect()
        }
        (_, Some(ContextValue::String(argument))) => {
            vec![format!("a similar argument exists: '{argument}'")]
        }
        _ => vec![],
    }
}
