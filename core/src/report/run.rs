//! When a run was, with which program, and what is filled in later.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Known, Sha256Digest};
use crate::{timestamp::Timestamp, words::words};

words! {
    /// What the program is certified as.
    pub enum Validation {
        /// Nothing.
        NotValidated = "not a FIPS 140 validated module",
    }
}

words! {
    /// Where the moments of a run come from.
    pub enum Clock {
        /// The machine, which nobody asked whether its clock is right.
        LocalUnverified = "local clock, unverified",
    }
}

/// A moment, written in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

/// When it was, and with which program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Run {
    /// The command line, word by word.
    pub command_line: Vec<String>,
    /// When the run began.
    pub started: Moment,
    /// When the report was made.
    pub ended: Moment,
    /// Whose moments these are.
    pub clock: Clock,
    /// The program.
    pub tool: Tool,
}

/// The program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it was built for.
    pub target: String,
    /// SHA-256 of the running program.
    pub binary_sha256: Known<Sha256Digest>,
    /// What it is certified as.
    pub validation: Validation,
}

/// What is filled in by hand, or once AWS KMS has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Blanks {
    /// The CloudTrail event of `GetParametersForImport`.
    pub get_parameters_for_import_event_id: String,
    /// The CloudTrail event of `ImportKeyMaterial`.
    pub import_key_material_event_id: String,
    /// The id that AWS KMS gave the material.
    pub key_material_id: String,
    /// Who was there.
    pub signatures: Vec<Signature>,
}

/// A line to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The day.
    pub date: String,
    /// The signature.
    pub signature: String,
}

impl Moment {
    /// Reads a moment as it is written here; `None` for any other way to write it.
    fn parse(text: &str) -> Option<Self> {
        let moment = Timestamp::parse(text).ok()?;
        (moment.to_string() == text).then_some(Self(moment))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a moment in UTC"))
    }
}

impl Default for Blanks {
    /// Nothing is filled in, and three can sign.
    fn default() -> Self {
        Self {
            get_parameters_for_import_event_id: String::new(),
            import_key_material_event_id: String::new(),
            key_material_id: String::new(),
            signatures: vec![Signature::default(); 3],
        }
    }
}
