//! The parts that verdicts and reports share.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    json::{JsonError, Object},
    verify::CheckResult,
    words::words,
};

words! {
    /// The result of a run.
    pub enum VerdictKind as "Verdict" {
        /// AWS KMS would import it.
        Accepted = "accepted",
        /// AWS KMS would refuse.
        Refused = "refused",
        /// Only AWS KMS can tell.
        Undecided = "undecided",
        /// Wrapped, and not yet sent to AWS KMS.
        Wrapped = "wrapped",
    }
}

/// The number 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchemaVersion;

/// A check, and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CheckEntry {
    /// The name of the check.
    pub name: String,
    /// The result.
    pub result: CheckResult,
    /// The reason why it was not made, or the difference, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One cause of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CauseEntry {
    /// The name of the cause, for programs. It does not change.
    pub cause: String,
    /// The cause in words.
    pub sentence: String,
}

impl SchemaVersion {
    /// The number.
    pub const NUMBER: u64 = 1;

    /// Returns the number that `document` states.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if it states none.
    pub(crate) fn number_in(document: &Object) -> Result<u64, JsonError> {
        let version = document
            .member("SchemaVersion")
            .ok_or(JsonError::Missing("SchemaVersion"))?;
        version.as_u64().ok_or(JsonError::WrongType {
            member: "SchemaVersion",
            expected: "a number",
        })
    }
}

impl Serialize for SchemaVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for SchemaVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            _ => Err(de::Error::custom("another schema version")),
        }
    }
}

impl CheckEntry {
    /// Builds a check with this name.
    pub fn new(name: impl Into<String>, result: CheckResult) -> Self {
        Self {
            name: name.into(),
            result,
            reason: None,
        }
    }

    /// The same with the reason for its result.
    #[must_use]
    pub fn with_reason(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }
}
