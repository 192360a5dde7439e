//! The contents of a report, in order.

use serde::{Deserialize, Serialize};

use super::{FileDigest, InputFile, ManualFields, Moment, OutputFile, Reported, Run};
use crate::{
    error_body::ErrorBody,
    fingerprint::Fingerprint,
    import_token::TokenOrigin,
    key_id::KeyArn,
    key_metadata::ExpirationModel,
    key_spec::{KeySpec, KeyUsage},
    verdict::{CheckEntry, SchemaVersion, VerdictKind},
    verify::CheckResult,
    words::words,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

words! {
    /// The part of AWS KMS in the run.
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
    pub verdict: VerdictKind,
    /// AWS's answer, if the verdict is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ErrorBody>,
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
    /// The warnings of the run.
    pub warnings: Vec<String>,
    /// The options that made the run less strict.
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
    pub to_fill_in: ManualFields,
}

/// The KMS key that the material is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KmsKey {
    /// Its ARN.
    pub arn: Reported<KeyArn>,
    /// The account.
    pub account_id: String,
    /// The Region.
    pub region: String,
    /// The key spec.
    pub key_spec: Reported<KeySpec>,
    /// The key usage; unknown without a description of the key.
    pub key_usage: Reported<KeyUsage>,
}

/// The wrapping algorithm, and the wrapping key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Wrapping {
    /// The name at AWS.
    pub wrapping_algorithm: Reported<WrappingAlgorithm>,
    /// The name at PKCS#11, if there is one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub mechanism: Option<String>,
    /// The wrapping key spec.
    pub wrapping_key_spec: Reported<WrappingKeySpec>,
    /// SHA-256 of the wrapping public key.
    pub fingerprint: Reported<Fingerprint>,
    /// The method of the fingerprint.
    #[serde(deserialize_with = "Option::deserialize")]
    pub fingerprint_method: Option<String>,
    /// The expiry of the import parameters.
    pub parameters_valid_to: Reported<Moment>,
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
    pub expiration_model: Reported<ExpirationModel>,
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

impl ReportKind {
    /// Returns the blanks of a report of this kind. A rehearsal has none for AWS KMS.
    pub fn blanks(self) -> ManualFields {
        match self {
            Self::Emulated => ManualFields::without_aws(),
            Self::ProductionWrap => ManualFields::with_aws(),
        }
    }
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
