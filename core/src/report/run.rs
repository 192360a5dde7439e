//! The time of a run, and the blanks to fill in later.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Tool;
use crate::{timestamp::Timestamp, words::words};

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

/// The blanks that are filled in by hand, or after the answer of AWS KMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ManualFields {
    /// The machine that ran the command.
    pub host: String,
    /// The person who ran the command.
    pub operator: String,
    /// The `eventID` of `GetParametersForImport` in CloudTrail; `None` in a rehearsal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub get_parameters_for_import_event_id: Option<String>,
    /// The `eventID` of `ImportKeyMaterial` in CloudTrail; `None` in a rehearsal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_key_material_event_id: Option<String>,
    /// The KeyMaterialId that AWS KMS assigned; `None` in a rehearsal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_material_id: Option<String>,
    /// The people who were present.
    pub signatures: Vec<Signature>,
}

/// A signature line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The role in the ceremony.
    pub role: String,
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

impl ManualFields {
    /// Returns blanks for a report about AWS KMS.
    pub(super) fn with_aws() -> Self {
        Self {
            get_parameters_for_import_event_id: Some(String::new()),
            import_key_material_event_id: Some(String::new()),
            key_material_id: Some(String::new()),
            ..Self::without_aws()
        }
    }

    /// Returns blanks for a report of a rehearsal: the machine, the operator, and three signature lines.
    pub(super) fn without_aws() -> Self {
        Self {
            host: String::new(),
            operator: String::new(),
            get_parameters_for_import_event_id: None,
            import_key_material_event_id: None,
            key_material_id: None,
            signatures: vec![Signature::default(); 3],
        }
    }

    /// Returns the blanks for AWS KMS, each with its label and where CloudTrail has the value.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "GetParametersForImport" and "ImportKeyMaterial" under "Logging AWS KMS
    /// API calls with AWS CloudTrail", 2026.
    pub(super) fn of_aws(&self) -> Vec<(&'static str, &str, &'static str)> {
        let fields = [
            (
                "CloudTrail eventID of GetParametersForImport",
                &self.get_parameters_for_import_event_id,
                "its requestParameters are keyId, wrappingAlgorithm and wrappingKeySpec; its \
                 responseElements are null",
            ),
            (
                "CloudTrail eventID of ImportKeyMaterial",
                &self.import_key_material_event_id,
                "its requestParameters are keyId and the validTo, expirationModel, importType and \
                 keyMaterialDescription of the request",
            ),
            (
                "KeyMaterialId, for symmetric keys",
                &self.key_material_id,
                "keyMaterialId in the responseElements of ImportKeyMaterial",
            ),
        ];
        let fields = fields.into_iter();
        fields
            .filter_map(|(label, value, source)| Some((label, value.as_deref()?, source)))
            .collect()
    }

    /// Returns whether every blank for AWS KMS is there, or none is.
    pub(super) fn has_aws(&self) -> Option<bool> {
        match self.of_aws().len() {
            0 => Some(false),
            3 => Some(true),
            _ => None,
        }
    }
}
