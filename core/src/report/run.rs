//! The time and the program of a run, and the blanks to fill in later.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Reported, Sha256Digest};
use crate::{timestamp::Timestamp, words::words};

words! {
    /// The certification of the program.
    pub enum Validation {
        /// Nothing.
        NotValidated = "not a FIPS 140 validated module",
    }
}

words! {
    /// The source of the times of a run.
    pub enum Clock {
        /// The clock of the machine, which nobody verified.
        LocalUnverified = "local clock, unverified",
    }
}

/// A time in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

/// The time and the program of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Run {
    /// The command line, word by word.
    pub command_line: Vec<String>,
    /// When the run began.
    pub started: Moment,
    /// The time when the report was made.
    pub ended: Moment,
    /// The source of the times.
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
    /// The target that it was built for.
    pub target: String,
    /// SHA-256 of the running program.
    pub binary_sha256: Reported<Sha256Digest>,
    /// The certification.
    pub validation: Validation,
}

/// The blanks that are filled in by hand, or after the answer of AWS KMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ManualFields {
    /// The `eventID` of `GetParametersForImport` in CloudTrail.
    pub get_parameters_for_import_event_id: String,
    /// The `eventID` of `ImportKeyMaterial` in CloudTrail.
    pub import_key_material_event_id: String,
    /// The KeyMaterialId that AWS KMS assigned.
    pub key_material_id: String,
    /// The people who were present.
    pub signatures: Vec<Signature>,
}

/// A signature line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The date.
    pub date: String,
    /// The signature.
    pub signature: String,
}

impl Moment {
    /// Parses a time in the form that is written here. Returns `None` for any other form.
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
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a time in UTC"))
    }
}

impl Default for ManualFields {
    /// Nothing is filled in, with three signature lines.
    fn default() -> Self {
        Self {
            get_parameters_for_import_event_id: String::new(),
            import_key_material_event_id: String::new(),
            key_material_id: String::new(),
            signatures: vec![Signature::default(); 3],
        }
    }
}
