//! The answer for a row: one line of JSON.

use byok_core::json;
use byok_core::verdict::{CheckEntry, MaterialFacts, VerdictDocument};
use byok_core::verify::CheckResult;
use serde::Serialize;
use serde_json::value::RawValue;

use super::operation::BatchOperation;
use crate::capture::Captured;
use crate::exit::Exit;
use crate::terminal::{AsciiJson, ErrorDocument};

/// The result of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// Done, or the verdict is yes.
    Done,
    /// AWS KMS would refuse, or another KMS key has the key material.
    Refused,
    /// Anything else went wrong.
    Failed,
    /// Only AWS KMS can tell.
    Undecided,
    /// An earlier run has done it.
    Skipped,
}

/// The line of a row.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Line<'a> {
    pub(super) id: &'a str,
    pub(super) status: Status,
    /// The `ImportKeyMaterial` request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<Box<RawValue>>,
    /// The answer of `GetParametersForImport`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameters: Option<Box<RawValue>>,
    /// The document of `rehearse` or `verify`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_material: Option<MaterialFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameters_valid_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Box<RawValue>>,
}

impl Status {
    /// Every status, in the order of the summary.
    pub(super) const ALL: [Self; 5] = [
        Self::Done,
        Self::Skipped,
        Self::Refused,
        Self::Failed,
        Self::Undecided,
    ];

    /// Returns the status for the exit status of the command.
    pub(super) const fn of(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::Done,
            Exit::Refused => Self::Refused,
            Exit::Undecided => Self::Undecided,
            _ => Self::Failed,
        }
    }

    /// Returns the word in the line.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Undecided => "undecided",
            Self::Skipped => "skipped",
        }
    }
}

impl<'a> Line<'a> {
    /// Returns the line of a row without anything but its status.
    pub(super) const fn new(id: &'a str, status: Status) -> Self {
        Self {
            id,
            status,
            request: None,
            parameters: None,
            verdict: None,
            key_material: None,
            parameters_valid_to: None,
            error: None,
        }
    }

    /// Returns the line of a row whose command left `captured`. `answer` is its JSON answer.
    pub(super) fn of(
        id: &'a str,
        operation: BatchOperation,
        exit: Exit,
        captured: &Captured,
        answer: &[u8],
    ) -> Self {
        let mut line = Self::new(id, Status::of(exit));
        line.key_material.clone_from(&captured.key_material);
        line.parameters_valid_to = captured.parameters_valid_to.map(|time| time.to_string());
        line.error = captured.error.as_deref().and_then(one_line);
        line.put_answer(operation, answer);
        line
    }

    /// Puts the JSON answer of the command in its member.
    pub(super) fn put_answer(&mut self, operation: BatchOperation, answer: &[u8]) {
        let Ok(text) = std::str::from_utf8(answer) else {
            return;
        };
        match operation {
            BatchOperation::Wrap => self.request = one_line(text),
            BatchOperation::Params => self.parameters = one_line(text),
            // Its document says where the key is, which a batch always says the same way.
            BatchOperation::Generate => {}
            BatchOperation::Rehearse | BatchOperation::Verify => {
                if let Ok(document) = VerdictDocument::from_json(answer) {
                    let error = self.error.take();
                    self.error = error.or_else(|| error_of(&document));
                    self.key_material = document.key_material;
                }
                self.verdict = one_line(text);
            }
        }
    }

    /// Adds the error with this name.
    pub(super) fn with_error(mut self, name: &str, message: &str, hints: &[String]) -> Self {
        self.error = one_line(&json::line(&ErrorDocument::new(name, message, hints)));
        self
    }

    /// Formats the line, with its line break.
    pub(super) fn to_text(&self) -> String {
        format!("{}\n", AsciiJson(&json::line(self)))
    }
}

/// Returns the error of a verdict that is not yes.
fn error_of(document: &VerdictDocument) -> Option<Box<RawValue>> {
    let failed = |check: &&CheckEntry| check.result == CheckResult::Failed;
    let (name, message) = match (&document.exception, document.checks.iter().find(failed)) {
        (Some(exception), _) => {
            let cause = document.cause.clone();
            let text = exception.message.clone();
            let message = text.into_iter().chain(cause).collect::<Vec<_>>().join(". ");
            (exception.name.as_str(), message)
        }
        (None, Some(check)) => {
            let reason = check
                .reason
                .as_ref()
                .map_or(String::new(), |reason| format!(": {reason}"));
            ("byok#Expectation", format!("{}{reason}", check.name))
        }
        (None, None) => return None,
    };
    one_line(&json::line(&ErrorDocument::new(
        name,
        &message,
        &document.hints,
    )))
}

/// Puts JSON on one line. A line break is never inside a string.
fn one_line(json: &str) -> Option<Box<RawValue>> {
    let line: String = json.lines().map(str::trim_start).collect();
    RawValue::from_string(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_members_in_one_order_and_no_others() {
        let mut line = Line::new("a", Status::Done);
        line.put_answer(
            BatchOperation::Wrap,
            b"{\n    \"KeyId\": \"k\",\n    \"ImportToken\": \"dA==\"\n}\n",
        );
        assert_eq!(
            line.to_text(),
            "{\"Id\":\"a\",\"Status\":\"done\",\"Request\":{\"KeyId\": \"k\",\"ImportToken\": \"dA==\"}}\n"
        );
        let line = Line::new("b", Status::Failed).with_error("byok#X", "no", &["try".to_owned()]);
        assert_eq!(
            line.to_text(),
            "{\"Id\":\"b\",\"Status\":\"failed\",\"Error\":{\"__type\":\"byok#X\",\"message\":\"no\",\"Hints\":[\"try\"]}}\n"
        );
    }

    #[test]
    fn each_exit_status_has_its_word() {
        for exit in Exit::ALL {
            let expected = match exit.code() {
                0 => "done",
                1 => "refused",
                5 => "undecided",
                _ => "failed",
            };
            assert_eq!(Status::of(exit).word(), expected, "{exit:?}");
        }
        for status in Status::ALL {
            assert_eq!(json::line(&status), format!("\"{}\"", status.word()));
        }
    }
}
