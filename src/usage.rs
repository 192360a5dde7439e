//! Tips for mistakes on the command line, where clap would guess the wrong option.

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// The subcommand, or none for any; the argument; and the tip.
const TIPS: [(Option<&str>, &str, &str); 5] = [
    (Some("rehearse"), "--key-id", "rehearse needs no KMS key: --key-spec and --region say what it would be"),
    (Some("verify"), "--wrapping-key-spec", WRAPPING_KEY_SPEC),
    (Some("wrap"), "--wrapping-key-spec", WRAPPING_KEY_SPEC),
    (None, "--out", "-o, --output-file FILE takes the answer"),
    (None, "--out-file", "-o, --output-file FILE takes the answer"),
];
const WRAPPING_KEY_SPEC: &str =
    "the wrapping key has its spec in it: leave --wrapping-key-spec to params and rehearse";
const SERVED_COMMAND: &str = "what serve is to run stands behind --, as in: byok serve -- ./import.sh";

/// Gives an error of `command` about the words of a command line a tip of ours, in the place of clap's.
pub(crate) fn with_tip(mut error: Error, mut command: Command) -> Error {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return error };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return error };
    let usage = usage.to_string();
    command.build();
    // "Usage: byok", and then the names.
    for name in usage.split_whitespace().skip(2).take_while(|word| !word.starts_with(['-', '[', '<'])) {
        match command.find_subcommand(name) {
            Some(subcommand) => command = subcommand.clone(),
            None => break,
        }
    }
    let Some(tip) = tip(command.get_name(), argument) else { return error };
    // What clap shows has the option in it that it would have liked.
    let usage = command.render_usage();
    error.remove(ContextKind::SuggestedArg);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
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
pub(crate) fn tips(error: &Error) -> Vec<String> {
    match (error.get(ContextKind::Suggested), error.get(ContextKind::SuggestedArg)) {
        (Some(ContextValue::StyledStrs(tips)), _) => tips.iter().map(StyledStr::to_string).collect(),
        (_, Some(ContextValue::String(argument))) => vec![format!("a similar argument exists: '{argument}'")],
        _ => vec![],
    }
}
