//! A report whose parts agree with each other.

use super::{
    contents::{Command, Contents, ReportKind},
    digest::Sha256Digest,
    file::InputFile,
    html, markdown,
    title::ReportTitle,
};
use crate::{
    json::{self, JsonError, Object},
    key_id::KeyArn,
    verdict::{SchemaVersion, VerdictKind},
    words::words,
};

/// A complete and consistent report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report(pub(super) Contents);

words! {
    /// A form of a report for people.
    pub enum RenderedForm {
        /// Markdown.
        Markdown = "Markdown",
        /// HTML.
        Html = "HTML",
    }
}

/// The reasons why a document is not a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The JSON is invalid.
    #[error("{0}")]
    Json(JsonError),
    /// A form for people, which cannot be parsed.
    #[error("a report in {0}, which byok cannot read back")]
    Rendered(RenderedForm),
    /// An unknown version of the form.
    #[error("a report of schema version {0}; expected version 1")]
    SchemaVersion(u64),
    /// A member is missing, unknown, or has an invalid value.
    #[error("not a report: {0}")]
    Member(String),
    /// Two statements contradict each other.
    #[error("a report that contradicts itself: {0}")]
    Contradiction(&'static str),
}

impl From<JsonError> for ReportError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl Report {
    /// Builds a report from `contents`.
    ///
    /// # Errors
    ///
    /// [`ReportError::Contradiction`] if they contradict each other.
    pub fn new(contents: Contents) -> Result<Self, ReportError> {
        match RULES.iter().find(|(_, holds)| !holds(&contents)) {
            Some((rule, _)) => Err(ReportError::Contradiction(rule)),
            None => Ok(Self(contents)),
        }
    }

    /// Returns the contents.
    pub fn contents(&self) -> &Contents {
        &self.0
    }

    /// Parses the output of [`Self::to_json`], with any blank filled in.
    ///
    /// # Errors
    ///
    /// [`ReportError`], also for an unknown member.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReportError> {
        if let Some((form, _)) = Self::rendered(bytes) {
            return Err(ReportError::Rendered(form));
        }
        let document = Object::read(bytes)?;
        match SchemaVersion::number_in(&document)? {
            SchemaVersion::NUMBER => {}
            version => return Err(ReportError::SchemaVersion(version)),
        }
        let contents = serde_json::from_value(document.into_value());
        Self::new(contents.map_err(|error| ReportError::Member(error.to_string()))?)
    }

    /// Writes the report as JSON.
    pub fn to_json(&self) -> String {
        json::pretty(&self.0)
    }

    /// Writes the report as Markdown, which cannot be parsed again.
    pub fn to_markdown(&self) -> String {
        markdown::write(&self.0)
    }

    /// Writes the report as one HTML file, which cannot be parsed again.
    pub fn to_html(&self) -> String {
        html::write(&self.0, Sha256Digest::of(self.to_json().as_bytes()))
    }

    /// Returns the form and the title of a report for people; `None` for any other text.
    pub fn rendered(bytes: &[u8]) -> Option<(RenderedForm, ReportTitle)> {
        let of_markdown = markdown::title(bytes).map(|title| (RenderedForm::Markdown, title));
        of_markdown.or_else(|| html::title(bytes).map(|title| (RenderedForm::Html, title)))
    }
}

/// A rule for every report, with the check of one report.
type Rule = (&'static str, fn(&Contents) -> bool);

const RULES: &[Rule] = &[
    ("rehearse is always emulated", |report| {
        report.command != Command::Rehearse || report.kind == ReportKind::Emulated
    }),
    (
        "only AWS KMS can accept material that was wrapped for production",
        |report| report.kind == ReportKind::Emulated || report.verdict != VerdictKind::Accepted,
    ),
    ("only wrap has the verdict wrapped", |report| {
        (report.command == Command::Wrap) == (report.verdict == VerdictKind::Wrapped)
    }),
    ("only a refusal has an exception", |report| {
        (report.verdict == VerdictKind::Refused) == report.exception.is_some()
    }),
    ("a wrap has no failed check", |report| {
        report.verdict != VerdictKind::Wrapped || report.failed_checks().next().is_none()
    }),
    ("a refusal needs a failed check", |report| {
        report.verdict != VerdictKind::Refused || report.failed_checks().next().is_some()
    }),
    (
        "a wrap names its KMS key, wrapping key, algorithm, request and output files",
        |report| report.verdict != VerdictKind::Wrapped || is_known_to_wrap(report),
    ),
    (
        "accepted material is described, and has the key spec of the key",
        |report| {
            report.verdict != VerdictKind::Accepted
                || report.key_material.as_ref().is_some_and(|material| {
                    report.kms_key.key_spec.known() == Some(&material.key_spec)
                })
        },
    ),
    ("account and Region must match the ARN", |report| {
        let key = &report.kms_key;
        key.arn
            .known()
            .is_none_or(|arn| is_place_of(arn, &key.account_id, &key.region))
    }),
    ("the mechanism must match the algorithm", |report| {
        let algorithm = report.wrapping.wrapping_algorithm.known();
        report.wrapping.mechanism.as_deref() == algorithm.and_then(|algorithm| algorithm.pkcs11())
    }),
    ("a fingerprint must match its method", |report| {
        let material = report.key_material.as_ref();
        material.is_none_or(|material| material.fingerprint_method == material.fingerprint.method())
            && report.wrapping.has_its_method()
    }),
    ("only a report about AWS KMS has blanks for it", |report| {
        report.to_fill_in.has_aws() == Some(report.kind == ReportKind::ProductionWrap)
    }),
    (
        "a secret file has neither size nor digest, and any other file has both",
        |report| report.inputs.iter().all(InputFile::is_sound),
    ),
];

fn is_known_to_wrap(report: &Contents) -> bool {
    let wrapping = &report.wrapping;
    report.kms_key.arn.known().is_some()
        && report.kms_key.key_spec.known().is_some()
        && wrapping.wrapping_algorithm.known().is_some()
        && wrapping.wrapping_key_spec.known().is_some()
        && wrapping.fingerprint.known().is_some()
        && report.import.expiration_model.known().is_some()
        && report.import.import_token.is_some()
        && report.import.encrypted_key_material.is_some()
        && !report.outputs.is_empty()
}

fn is_place_of(arn: &KeyArn, account_id: &str, region: &str) -> bool {
    arn.account_id().as_str() == account_id && arn.region().as_str() == region
}
