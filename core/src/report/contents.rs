//! The contents of a report, in order.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Blanks, FileDigest, InputFile, Known, Moment, OutputFile, Run};
use crate::{
    exception::{Exception, Refusal},
    fingerprint::Fingerprint,
    import_token::TokenOrigin,
    key_id::KeyArn,
    key_metadata::ExpirationModel,
    key_spec::{KeySpec, KeyUsage},
    verify::CheckResult,
    words::words,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

words! {
    /// The part of AWS KMS in the run: the first line of every report.
    pub enum ReportKind {
        /// None: byok played its part, or generated its keys.
        Emulated = "EMULATED",
        /// Its own: the import parameters carry no rehearsal mark.
        ProductionWrap = "PRODUCTION WRAP",
    }
}

words! {
    /// The commands that write reports.
    pub enum Command {
        /// `wrap`.
        Wrap = "wrap",
        /// `verify`.
        Verify = "verify",
        /// `rehearse`.
        Rehearse = "rehearse",
    }
}

words! {
    /// The result of the run.
    pub enum ReportedVerdict as "Verdict" {
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

/// The contents of a report.
///
/// A member that is always written is `null` if it is empty, and must be present when parsed.
/// Without `deserialize_with`, serde would accept a missing one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Contents {
    /// The kind of the run.
    pub kind: ReportKind,
    /// The version of this form.
    pub schema_version: SchemaVersion,
    /// The command.
    pub command: Command,
    /// The result.
    pub verdict: ReportedVerdict,
    /// AWS's answer, if the verdict is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionEntry>,
    /// The reason in words, if AWS's answer does not give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The KMS key.
    pub kms_key: KmsKey,
    /// The wrapping.
    pub wrapping: Wrapping,
    /// The material; `None` if nobody here has seen it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_material: Option<KeyMaterialFacts>,
    /// The options of the import.
    pub import: Import,
    /// Every check, in order.
    pub checks: Vec<CheckEntry>,
    /// The options and variables that lifted a check.
    pub overrides: Vec<String>,
    /// The files that were read.
    pub inputs: Vec<InputFile>,
    /// The files that were written, and the answer.
    pub outputs: Vec<OutputFile>,
    /// The operator's notes.
    pub notes: Vec<String>,
    /// The time, and the program.
    pub run: Run,
    /// The blanks to fill in later or by hand.
    pub to_fill_in: Blanks,
}

/// The number 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchemaVersion;

/// AWS's refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionEntry {
    /// The exception.
    #[serde(rename = "__type")]
    pub exception: Exception,
    /// Its text; `None` if AWS sends none or it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The KMS key that the material is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KmsKey {
    /// Its ARN.
    pub arn: Known<KeyArn>,
    /// The account.
    pub account_id: String,
    /// The Region.
    pub region: String,
    /// The key spec.
    pub key_spec: Known<KeySpec>,
    /// The key usage; unknown without a description of the key.
    pub key_usage: Known<KeyUsage>,
}

/// The wrapping algorithm, and the wrapping key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Wrapping {
    /// The name at AWS.
    pub wrapping_algorithm: Known<WrappingAlgorithm>,
    /// The name at PKCS#11, if there is one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub mechanism: Option<String>,
    /// The wrapping key spec.
    pub wrapping_key_spec: Known<WrappingKeySpec>,
    /// SHA-256 of the wrapping public key.
    pub fingerprint: Known<Fingerprint>,
    /// The method of the fingerprint.
    #[serde(deserialize_with = "Option::deserialize")]
    pub fingerprint_method: Option<String>,
    /// The expiry of the import parameters.
    pub parameters_valid_to: Known<Moment>,
}

/// The public facts of the material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KeyMaterialFacts {
    /// The key spec.
    pub key_spec: KeySpec,
    /// The length in bytes, in the form that AWS KMS accepts.
    pub length: u64,
    /// The fingerprint.
    pub fingerprint: Fingerprint,
    /// The method of the fingerprint.
    pub fingerprint_method: String,
    /// The source form.
    pub source_format: String,
    /// The conversions to the form that AWS KMS accepts.
    pub conversion: String,
    /// Further notes.
    pub remarks: Vec<String>,
}

/// The `ImportKeyMaterial` request, as far as a report contains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Import {
    /// The expiration model; unknown without a request.
    pub expiration_model: Known<ExpirationModel>,
    /// The expiry, if there is one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub valid_to: Option<Moment>,
    /// The import type, if the request has one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub import_type: Option<String>,
    /// The description of the material, if the request has one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_material_description: Option<String>,
    /// The identifier of earlier material, if the request names one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_material_id: Option<String>,
    /// The import token; `None` if there is none, or if its file may be secret.
    #[serde(deserialize_with = "Option::deserialize")]
    pub import_token: Option<FileDigest>,
    /// The wrapped material; `None` if its file may be secret.
    #[serde(deserialize_with = "Option::deserialize")]
    pub encrypted_key_material: Option<FileDigest>,
}

/// A check, and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CheckEntry {
    /// The exception.
    pub name: String,
    /// The result.
    pub result: CheckResult,
    /// The reason why it was not made, or the difference, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Contents {
    /// Returns the names of the failed checks.
    pub fn failed_checks(&self) -> impl Iterator<Item = &str> {
        let failed = |check: &&CheckEntry| check.result == CheckResult::Failed;
        self.checks
            .iter()
            .filter(failed)
            .map(|check| check.name.as_str())
    }
}

impl From<TokenOrigin> for ReportKind {
    /// Returns the kind of a run with such an import token. Bytes that are not a token are not from
    /// AWS.
    fn from(origin: TokenOrigin) -> Self {
        match origin {
            TokenOrigin::Rehearsal | TokenOrigin::DamagedRehearsal | TokenOrigin::TooShort => {
                Self::Emulated
            }
            TokenOrigin::Aws { .. } | TokenOrigin::Unknown => Self::ProductionWrap,
        }
    }
}

impl SchemaVersion {
    /// The number.
    pub const NUMBER: u64 = 1;
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

impl From<&Refusal> for ExceptionEntry {
    fn from(refusal: &Refusal) -> Self {
        Self {
            exception: refusal.exception,
            message: refusal.message.clone(),
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
