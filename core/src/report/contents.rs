//! What a report says, member by member, in the order in which it is written.

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
    /// Whose part in it AWS KMS had: the first line of every report.
    pub enum ReportKind {
        /// None: its part was played here, or its keys were made here.
        Emulated = "EMULATED",
        /// Its own: the import parameters bear no mark of a rehearsal.
        ProductionWrap = "PRODUCTION WRAP",
    }
}

words! {
    /// The subcommands that write reports.
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
    /// How the run ended.
    pub enum Verdict {
        /// AWS KMS would import it.
        Accepted = "accepted",
        /// AWS KMS would refuse.
        Refused = "refused",
        /// Only AWS KMS can tell.
        Undecided = "undecided",
        /// It was wrapped; nobody has tried yet whether it is accepted.
        Wrapped = "wrapped",
    }
}

/// What a report says.
///
/// An optional member that is always written is `null` where there is nothing, and must be read:
/// with `deserialize_with` serde takes none for granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Contents {
    /// Whether it is a rehearsal.
    pub kind: ReportKind,
    /// The version of this form.
    pub schema_version: SchemaVersion,
    /// What was run.
    pub command: Command,
    /// How it ended.
    pub verdict: Verdict,
    /// AWS's answer, where the verdict is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionEntry>,
    /// Why, in words, where AWS's answer does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The KMS key.
    pub kms_key: KmsKey,
    /// How the material is wrapped.
    pub wrapping: Wrapping,
    /// The material; `None` where nobody here has seen it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_material: Option<KeyMaterialFacts>,
    /// What becomes of it in AWS KMS.
    pub import: Import,
    /// Every check, in order.
    pub checks: Vec<CheckEntry>,
    /// What was overridden on the command line or in the environment.
    pub overrides: Vec<String>,
    /// The files that were read.
    pub inputs: Vec<InputFile>,
    /// The files that were written, and the answer.
    pub outputs: Vec<OutputFile>,
    /// Words of whoever ran it.
    pub notes: Vec<String>,
    /// When, and with which program.
    pub run: Run,
    /// What is known only later, or by hand.
    pub to_fill_in: Blanks,
}

/// The number 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchemaVersion;

/// AWS's answer of no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionEntry {
    /// Its name.
    #[serde(rename = "__type")]
    pub exception: Exception,
    /// Its text; `None` where AWS sends none or none is known.
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
    /// Its kind.
    pub key_spec: Known<KeySpec>,
    /// What it serves; unknown where no description of the key was given.
    pub key_usage: Known<KeyUsage>,
}

/// How the material is wrapped, and under which key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Wrapping {
    /// AWS's word.
    pub wrapping_algorithm: Known<WrappingAlgorithm>,
    /// The words of PKCS#11, where it has some.
    #[serde(deserialize_with = "Option::deserialize")]
    pub mechanism: Option<String>,
    /// The kind of wrapping key.
    pub wrapping_key_spec: Known<WrappingKeySpec>,
    /// SHA-256 of the wrapping public key.
    pub fingerprint: Known<Fingerprint>,
    /// How that was made.
    #[serde(deserialize_with = "Option::deserialize")]
    pub fingerprint_method: Option<String>,
    /// When the import parameters end.
    pub parameters_valid_to: Known<Moment>,
}

/// The public facts of the material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KeyMaterialFacts {
    /// Its kind.
    pub key_spec: KeySpec,
    /// Its length in bytes, in the form that AWS KMS takes.
    pub length: u64,
    /// What it goes by.
    pub fingerprint: Fingerprint,
    /// How that was made.
    pub fingerprint_method: String,
    /// The form in which it came.
    pub source_format: String,
    /// What was done to bring it into the form that AWS KMS takes.
    pub conversion: String,
    /// What else is to be known about it.
    pub remarks: Vec<String>,
}

/// The `ImportKeyMaterial` request, as far as a report holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Import {
    /// Whether the material expires; unknown where there is no request.
    pub expiration_model: Known<ExpirationModel>,
    /// When it expires, if it does.
    #[serde(deserialize_with = "Option::deserialize")]
    pub valid_to: Option<Moment>,
    /// Whether it is new to the key, where the request says so.
    #[serde(deserialize_with = "Option::deserialize")]
    pub import_type: Option<String>,
    /// The owner's words for it, where the request has some.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_material_description: Option<String>,
    /// The id of material that the key has had, where the request names one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_material_id: Option<String>,
    /// The import token; `None` where there is none, or what stands for it may be a secret.
    #[serde(deserialize_with = "Option::deserialize")]
    pub import_token: Option<FileDigest>,
    /// The wrapped material; `None` where what stands for it may be a secret.
    #[serde(deserialize_with = "Option::deserialize")]
    pub encrypted_key_material: Option<FileDigest>,
}

/// A check, and how it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CheckEntry {
    /// Its name.
    pub name: String,
    /// How it came out.
    pub result: CheckResult,
}

impl Contents {
    /// The names of the checks that failed.
    pub fn failed_checks(&self) -> impl Iterator<Item = &str> {
        let failed = |check: &&CheckEntry| check.result == CheckResult::Failed;
        self.checks
            .iter()
            .filter(failed)
            .map(|check| check.name.as_str())
    }
}

impl From<TokenOrigin> for ReportKind {
    /// Returns the kind of a run with such an import token. What is no token is nothing of AWS's.
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
    /// A check by this name.
    pub fn new(name: impl Into<String>, result: CheckResult) -> Self {
        Self {
            name: name.into(),
            result,
        }
    }
}
