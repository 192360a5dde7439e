//! `byok help`: prints the help of a command or of a topic.

use clap::Args;

use crate::arguments::UsageError;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manual::{self, Topic};
use crate::nearest::nearest;
use crate::terminal::AnswerForm;

/// Print the help of a command, or explain a topic
///
/// Without a word, print the help of byok itself.
#[derive(Debug, Args)]
#[command(after_long_help = manual::HELP)]
pub(crate) struct Help {
    /// A command, as in "wrap" or "key create", or a topic
    #[arg(value_name = "COMMAND|TOPIC")]
    words: Vec<String>,
}

impl Help {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let text = match self.topic() {
            Some(topic) => topic.text(),
            None => self.help()?,
        };
        context.answer(text.as_bytes(), AnswerForm::Text)?;
        Ok(Exit::Done)
    }

    /// Returns the topic that the words name, such as `exit-status` or `exit status`.
    fn topic(&self) -> Option<Topic> {
        let name = self.words.join("-").to_ascii_lowercase();
        Topic::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// Returns what `--help` of the command prints.
    fn help(&self) -> Result<String, UsageError> {
        let root = crate::command();
        let mut command = &root;
        for word in &self.words {
            command = command
                .find_subcommand(word)
                .ok_or_else(|| self.unknown(word, command))?;
        }
        let words = self.words.iter().map(String::as_str);
        let args = ["byok"].into_iter().chain(words).chain(["--help"]);
        match crate::command().try_get_matches_from(args) {
            Err(help) => Ok(help.render().to_string()),
            Ok(_) => Err(self.unknown("", command)),
        }
    }

    fn unknown(&self, word: &str, command: &clap::Command) -> UsageError {
        let names: Vec<_> = command
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        let topics = Topic::ALL.map(Topic::name);
        let error = UsageError::new(format!(
            "'{}' is neither a command nor a topic",
            self.words.join(" ")
        ));
        let known = names.iter().copied().chain(topics);
        let error = match nearest(word, known) {
            Some(meant) => error.hint(format!("did you mean {meant}?")),
            None => error,
        };
        error
            .hint(format!("commands: {}", names.join(", ")))
            .hint(format!("topics: {}", topics.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_help() {
        let root = crate::command();
        let mut paths: Vec<Vec<String>> = vec![vec![]];
        let mut at = 0;
        while let Some(words) = paths.get(at).cloned() {
            let command = words.iter().fold(&root, |command, word| {
                command.find_subcommand(word).expect("a command")
            });
            paths.extend(command.get_subcommands().map(|known| {
                let name = known.get_name().to_owned();
                words.iter().cloned().chain([name]).collect()
            }));
            let usage = format!("Usage: byok {}", words.join(" "));
            let help = Help { words }.help().expect("help");
            assert!(help.contains(usage.trim_end()), "{usage}: {help}");
            at += 1;
        }
        assert!(paths.len() > 20, "{paths:?}");
    }

    #[test]
    fn no_topic_has_the_name_of_a_command() {
        let root = crate::command();
        for topic in Topic::ALL {
            assert!(root.find_subcommand(topic.name()).is_none(), "{topic:?}");
        }
    }
}
