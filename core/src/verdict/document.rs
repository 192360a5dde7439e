//! The document of a verdict.

use serde::{Deserialize, Serialize};

use super::{CauseEntry, CheckEntry, MaterialFacts, SchemaVersion, VerdictKind};
use crate::{
    error_body::ErrorBody,
    json::{self, JsonError, Object},
    key_id::KeyArn,
    key_material_id::KeyMaterialId,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The verdict of `verify` or `rehearse`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VerdictDocument {
    /// The version of this form.
    pub schema_version: SchemaVersion,
    /// The verdict.
    pub verdict: VerdictKind,
    /// AWS's response, if the verdict is yes and `verify` was given a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ImportResponse>,
    /// The wrapping algorithm of a rehearsal that ran to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapping_algorithm: Option<WrappingAlgorithm>,
    /// The wrapping key spec of a rehearsal that ran to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapping_key_spec: Option<WrappingKeySpec>,
    /// AWS's answer, if the verdict is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ErrorBody>,
    /// The reason in words, if AWS's answer does not give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What to do about a verdict of no.
    #[serde(default)]
    pub hints: Vec<String>,
    /// True if the store has recorded the import.
    #[serde(default)]
    pub recorded: bool,
    /// Every check and every expectation of the caller, in order.
    #[serde(default)]
    pub checks: Vec<CheckEntry>,
    /// The material, if it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_material: Option<MaterialFacts>,
    /// Every cause of a verdict of no.
    #[serde(default)]
    pub diagnosis: Vec<CauseEntry>,
    /// The options that turned a check off.
    #[serde(default)]
    pub overrides: Vec<String>,
}

/// AWS's response to `ImportKeyMaterial`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportResponse {
    /// The ARN of the key.
    pub key_id: KeyArn,
    /// The material, for symmetric encryption keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_material_id: Option<KeyMaterialId>,
}

/// The reasons why a document is not a verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerdictDocumentError {
    /// The JSON is invalid.
    #[error("{0}")]
    Json(JsonError),
    /// An unknown version of the form.
    #[error("a verdict of schema version {0}; expected version 1")]
    SchemaVersion(u64),
    /// A member is missing, or has an invalid value.
    #[error("not a verdict: {0}")]
    Member(String),
}

impl From<JsonError> for VerdictDocumentError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl VerdictDocument {
    /// Builds a document with this verdict, and nothing else.
    pub fn new(verdict: VerdictKind) -> Self {
        Self {
            schema_version: SchemaVersion,
            verdict,
            response: None,
            wrapping_algorithm: None,
            wrapping_key_spec: None,
            exception: None,
            cause: None,
            hints: Vec::new(),
            recorded: false,
            checks: Vec::new(),
            key_material: None,
            diagnosis: Vec::new(),
            overrides: Vec::new(),
        }
    }

    /// Parses the output of [`Self::to_json`]. Ignores unknown members, except those of
    /// `Exception` and of the entries of `Checks`.
    ///
    /// # Errors
    ///
    /// [`VerdictDocumentError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, VerdictDocumentError> {
        let document = Object::read(bytes)?;
        match SchemaVersion::number_in(&document)? {
            SchemaVersion::NUMBER => {}
            version => return Err(VerdictDocumentError::SchemaVersion(version)),
        }
        serde_json::from_value(document.into_value())
            .map_err(|error| VerdictDocumentError::Member(error.to_string()))
    }

    /// Writes the document as JSON.
    pub fn to_json(&self) -> String {
        json::pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        exception::{Exception, Refusal},
        verify::CheckResult,
    };

    fn refused() -> VerdictDocument {
        let refusal = Refusal::without_text(Exception::IncorrectKeyMaterial);
        VerdictDocument {
            exception: Some(ErrorBody::from(&refusal)),
            cause: Some("This is not a key".to_owned()),
            hints: vec!["to see what it is, run: byok inspect FILE".to_owned()],
            checks: vec![CheckEntry::new("KeyMaterial", CheckResult::Failed)],
            diagnosis: vec![CauseEntry {
                cause: "MaterialUnreadable".to_owned(),
                sentence: "the file is not a key".to_owned(),
            }],
            ..VerdictDocument::new(VerdictKind::Refused)
        }
    }

    #[test]
    fn a_verdict_reads_back_as_it_was_written() {
        for document in [refused(), VerdictDocument::new(VerdictKind::Undecided)] {
            let read = VerdictDocument::from_json(document.to_json().as_bytes());
            assert_eq!(read, Ok(document));
        }
    }

    #[test]
    fn unknown_members_are_ignored_and_other_versions_are_not() {
        let newer = r#"{"SchemaVersion": 1, "Verdict": "undecided", "Later": 1}"#;
        let read = VerdictDocument::from_json(newer.as_bytes());
        assert_eq!(read, Ok(VerdictDocument::new(VerdictKind::Undecided)));
        for (document, text) in [
            (
                r#"{"Verdict": "accepted"}"#,
                "member SchemaVersion is missing",
            ),
            (
                r#"{"SchemaVersion": 2, "Verdict": "accepted"}"#,
                "a verdict of schema version 2; expected version 1",
            ),
            (
                r#"{"SchemaVersion": 1}"#,
                "not a verdict: missing field `Verdict`",
            ),
        ] {
            let error = VerdictDocument::from_json(document.as_bytes()).expect_err(document);
            assert_eq!(error.to_string(), text);
        }
    }
}
