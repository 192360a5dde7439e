//! The answer for a row: one line of JSON.

use byok_core::import_request::ImportRequest;
use byok_core::import_token::TokenOrigin;
use byok_core::json::{self, Object};
use byok_core::key_id::KeyArn;
use byok_core::report::{Moment, ReportKind, ReportedRow, RowStatus, Sha256Digest};
use byok_core::timestamp::Timestamp;
use byok_core::verdict::{CheckEntry, MaterialFacts, SchemaVersion, VerdictDocument};
use byok_core::verify::CheckResult;
use serde::Serialize;
use serde_json::value::RawValue;

use super::operation::BatchOperation;
use crate::capture::Captured;
use crate::exit::Exit;
use crate::terminal::{AsciiJson, ErrorDocument};

/// The line of a row.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Line<'a> {
    schema_version: SchemaVersion,
    pub(super) id: &'a str,
    pub(super) status: RowStatus,
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
    /// The KMS key, for the report.
    #[serde(skip)]
    key_arn: Option<KeyArn>,
    /// The part of AWS KMS in the row, for the report.
    #[serde(skip)]
    kind: Option<ReportKind>,
}

/// Returns the status of a row whose command had this exit status.
pub(super) const fn status_of(exit: Exit) -> RowStatus {
    match exit {
        Exit::Done => RowStatus::Done,
        Exit::Refused => RowStatus::Refused,
        Exit::Undecided => RowStatus::Undecided,
        _ => RowStatus::Failed,
    }
}

impl<'a> Line<'a> {
    /// Returns the line of a row without anything but its status.
    pub(super) const fn new(id: &'a str, status: RowStatus) -> Self {
        Self {
            schema_version: SchemaVersion,
            id,
            status,
            request: None,
            parameters: None,
            verdict: None,
            key_material: None,
            parameters_valid_to: None,
            error: None,
            key_arn: None,
            kind: None,
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
        let mut line = Self::new(id, status_of(exit));
        line.key_material.clone_from(&captured.key_material);
        line.parameters_valid_to = captured.parameters_valid_to.map(|time| time.to_string());
        line.error = captured.error.as_deref().and_then(one_line);
        line.key_arn.clone_from(&captured.key_arn);
        line.kind = captured.report_kind;
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
                    let response = document.response.map(|response| response.key_id);
                    self.key_arn = self.key_arn.take().or(response);
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

    /// Returns the row in the report. `text` is the line.
    pub(super) fn reported(&self, text: &str) -> ReportedRow {
        let valid_to = self.parameters_valid_to.as_deref();
        let mut row = ReportedRow {
            id: self.id.to_owned(),
            status: self.status,
            kind: self.kind,
            key_arn: self.key_arn.clone(),
            fingerprint: self.key_material.as_ref().map(|facts| facts.fingerprint),
            encrypted_key_material_sha256: None,
            answer_sha256: Sha256Digest::of(text.as_bytes()),
            parameters_valid_to: valid_to.and_then(|end| Timestamp::parse(end).ok().map(Moment)),
            error: self.error.as_deref().and_then(name_of),
        };
        let request = self.request.as_deref().map(RawValue::get);
        if let Some(Ok(request)) = request.map(|text| ImportRequest::from_json(text.as_bytes())) {
            let blob = request.encrypted_key_material.as_ref();
            row.encrypted_key_material_sha256 = blob.map(|blob| Sha256Digest::of(blob.as_bytes()));
            let token = request.import_token.as_ref();
            let origin = token.map(|token| TokenOrigin::of(token.as_bytes()));
            row.kind = origin.map(ReportKind::from);
            let arn = request.key_id.as_deref().and_then(KeyArn::parse);
            row.key_arn = row.key_arn.or(arn);
        }
        if let Some(parameters) = &self.parameters
            && row.key_arn.is_none()
        {
            let document = Object::parse(parameters.get().as_bytes()).ok();
            let arn = |document: Object| KeyArn::parse(document.text("KeyId").ok()??);
            row.key_arn = document.and_then(arn);
        }
        row
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

/// Returns the name of an error.
fn name_of(error: &RawValue) -> Option<String> {
    let error = Object::parse(error.get().as_bytes()).ok()?;
    Some(error.text("__type").ok()??.to_owned())
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
        let mut line = Line::new("a", RowStatus::Done);
        line.put_answer(
            BatchOperation::Wrap,
            b"{\n    \"KeyId\": \"k\",\n    \"ImportToken\": \"dA==\"\n}\n",
        );
        assert_eq!(
            line.to_text(),
            "{\"SchemaVersion\":1,\"Id\":\"a\",\"Status\":\"done\",\"Request\":{\"KeyId\": \"k\",\"ImportToken\": \"dA==\"}}\n"
        );
        let line =
            Line::new("b", RowStatus::Failed).with_error("byok#X", "no", &["try".to_owned()]);
        assert_eq!(
            line.to_text(),
            "{\"SchemaVersion\":1,\"Id\":\"b\",\"Status\":\"failed\",\"Error\":{\"__type\":\"byok#X\",\"message\":\"no\",\"Hints\":[\"try\"]}}\n"
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
            assert_eq!(status_of(exit).as_str(), expected, "{exit:?}");
        }
        for status in RowStatus::ALL {
            assert_eq!(json::line(&status), format!("\"{}\"", status.as_str()));
        }
    }
}
