//! Options from other tools, and the options to use instead.

use clap::Command;

use super::foreign_options::{FOREIGN, Tip};

/// Options that weaken a check or destroy something: no tip names them.
const GUARDED: [&str; 7] = [
    "force",
    "yes",
    "allow-weak",
    "rehearsed-except",
    "structure",
    "test-only",
    "trust-parameters",
];

/// Returns the hint for `option` with its `value`, which `command` does not have.
pub(super) fn tip(command: &Command, option: &str, value: &str) -> Option<String> {
    let word = option.trim_start_matches('-');
    let name = kebab(word);
    if let ("format" | "form" | "encoding", "json" | "text") = (&*name, value) {
        return Some(format!("for the output format, use --output {value}"));
    }
    let found = FOREIGN
        .iter()
        .filter(|foreign| foreign.words().any(|other| other == word || other == name));
    let mut tips = found.flat_map(|foreign| foreign.tips.iter());
    let table = tips.find_map(|tip| match tip {
        Tip::With(option, text) => has_option(command, option).then_some(*text),
        Tip::In(name, text) => (path(command) == *name).then_some(*text),
        Tip::Any(text) => Some(*text),
    });
    table.map(str::to_owned).or_else(|| near(command, &name))
}

/// Returns the names of a command after `byok`.
pub(super) fn path(command: &Command) -> &str {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    name.strip_prefix("byok ").unwrap_or(name)
}

fn has_option(command: &Command, name: &str) -> bool {
    command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(name))
}

/// Returns the option that was mistyped as `name`.
fn near(command: &Command, name: &str) -> Option<String> {
    let options: Vec<_> = command
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|option| !GUARDED.contains(option))
        .collect();
    let found = crate::nearest::nearest(name, options)?;
    Some(format!("a similar option exists: --{found}"))
}

/// Returns an option as byok spells options, from `KeyId`, `keyId` or `key_id`.
fn kebab(word: &str) -> String {
    let mut kebab = String::new();
    let mut before = '-';
    for c in word.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            kebab.push('-');
        }
        kebab.push(if c == '_' {
            '-'
        } else {
            c.to_ascii_lowercase()
        });
        before = c;
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::foreign_options::ForeignOption;

    /// Every command and subcommand, `byok` itself first.
    fn commands() -> Vec<Command> {
        let mut root = crate::command();
        root.build();
        let mut all = vec![root];
        let mut at = 0;
        while let Some(command) = all.get(at) {
            all.extend(command.get_subcommands().cloned().collect::<Vec<_>>());
            at += 1;
        }
        all
    }

    #[test]
    fn a_tip_names_only_options_that_the_command_has() {
        for command in commands() {
            for word in FOREIGN.iter().flat_map(ForeignOption::words) {
                let Some(tip) = tip(&command, word, "") else {
                    continue;
                };
                let own = tip.split("byok ").next().unwrap_or_default();
                for option in own.split_whitespace().filter(|word| word.starts_with("--")) {
                    let name = option.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                    let is_left_out = tip.contains("remove") || option == "--,";
                    assert!(
                        is_left_out || has_option(&command, name),
                        "{}: {word}: {tip}",
                        path(&command)
                    );
                }
            }
        }
    }

    #[test]
    fn no_tip_weakens_a_check() {
        for command in commands() {
            let words = FOREIGN.iter().flat_map(ForeignOption::words);
            let typing_errors = [
                "forse",
                "froce",
                "Force",
                "yse",
                "allow-weka",
                "alow-weak",
                "strcuture",
            ];
            for word in words.chain(typing_errors) {
                let tip = tip(&command, word, "").unwrap_or_default();
                let named = GUARDED
                    .iter()
                    .find(|guarded| tip.contains(&format!("--{guarded}")));
                assert_eq!(named, None, "{}: {word}: {tip}", path(&command));
            }
        }
    }

    #[test]
    fn no_word_stands_in_two_places() {
        let mut words: Vec<_> = FOREIGN.iter().flat_map(ForeignOption::words).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn an_option_may_be_spelled_as_a_member_of_the_api() {
        for (word, option) in [
            ("KeyId", "key-id"),
            ("wrappingAlgorithm", "wrapping-algorithm"),
            ("WRAPPING_KEY_SPEC", "wrapping-key-spec"),
        ] {
            assert_eq!(kebab(word), option);
        }
    }
}
