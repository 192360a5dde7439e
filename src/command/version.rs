//! `byok version`: the version of the program, and the build that it is from.

use byok_core::json;
use byok_core::report::{Tool, or_unknown};
use clap::Args;
use serde::Serialize;

use crate::context::{Context, OutputFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manual;
use crate::program;
use crate::terminal::AnswerForm;

/// Print the version, the source commit and the SHA-256 of this program
///
/// Also prints the target and the Cargo features that the program was built with.
#[derive(Debug, Args)]
#[command(after_long_help = manual::VERSION)]
pub(crate) struct Version {}

/// The answer in JSON.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VersionDocument {
    schema_version: u32,
    #[serde(flatten)]
    tool: Tool,
}

impl Version {
    #[expect(clippy::unused_self, reason = "as every command")]
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let tool = program::describe();
        let answer = match context.output(OutputFormat::Text) {
            OutputFormat::Text => text(&tool),
            OutputFormat::Json => json::pretty(&VersionDocument {
                schema_version: 1,
                tool,
            }),
        };
        context.answer(answer.as_bytes(), AnswerForm::Text)?;
        Ok(Exit::Done)
    }
}

/// Returns the facts for people.
fn text(tool: &Tool) -> String {
    let facts = [
        ("Target", tool.target.clone()),
        ("Features", tool.features_in_words()),
        ("Source commit", or_unknown(tool.source_commit.as_ref())),
        (
            "SHA-256 of the program",
            or_unknown(tool.binary_sha256.as_ref()),
        ),
        ("Validation", tool.validation.to_string()),
    ];
    let lines = facts.map(|(label, value)| format!("{label:<22}  {value}\n"));
    format!("{} {}\n{}", tool.name, tool.version, lines.concat())
}

#[cfg(test)]
mod tests {
    use byok_core::report::Validation;

    use super::*;

    #[test]
    fn says_unknown_where_a_fact_is_missing() {
        let tool = Tool {
            name: "byok".to_owned(),
            version: "0.1.0".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            features: vec![],
            source_commit: None,
            binary_sha256: None,
            validation: Validation::NotValidated,
        };
        assert_eq!(
            text(&tool),
            "byok 0.1.0\n\
             Target                  x86_64-unknown-linux-gnu\n\
             Features                none\n\
             Source commit           unknown\n\
             SHA-256 of the program  unknown\n\
             Validation              not a FIPS 140 validated module\n"
        );
    }
}
