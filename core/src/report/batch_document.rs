//! The report of a batch, as a whole or row by row.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    batch_contents::{BatchContents, ReportedRow, RowCounts},
    batch_page::BatchPage,
    contents::ReportKind,
    digest::Sha256Digest,
    document::{RenderedForm, ReportError},
    html, markdown,
};
use crate::{
    json::{self, JsonError},
    text_encoding,
};

/// A complete and consistent report of a batch, with its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchReport(BatchContents);

impl BatchContents {
    /// Returns the parts of the report in JSON, without rows.
    pub fn json(&self) -> BatchPage {
        let text = json::pretty(self);
        let members = text
            .strip_suffix("\n}\n")
            .expect("an object with members, as json::pretty writes it");
        let mut separator = "";
        let row = move |row: &ReportedRow| {
            let separator = core::mem::replace(&mut separator, ",");
            format!("{separator}\n        {}", json::line(row))
        };
        let head = format!("{members},\n    \"Rows\": [");
        BatchPage::new(head, row, "\n    ]\n}\n")
    }

    /// Returns the parts of the report in a form for people, without rows. `json` is the SHA-256 of the
    /// same report in JSON.
    pub fn rendered(&self, form: RenderedForm, json: Sha256Digest) -> BatchPage {
        match form {
            RenderedForm::Markdown => markdown::batch_page(self, json),
            RenderedForm::Html => html::batch_page(self, json),
        }
    }
}

impl BatchReport {
    /// The limit for callers that read a report from a file, in bytes: more than the longest manifest needs.
    pub const MAX_LEN: usize = 512 << 20;

    /// Returns whether `bytes` are meant as the report of a batch in JSON: an object with rows.
    pub fn is_meant(bytes: &[u8]) -> bool {
        #[derive(Deserialize)]
        struct Meant {
            #[serde(rename = "Rows")]
            _rows: IgnoredAny,
            #[serde(rename = "BatchCommand")]
            _command: IgnoredAny,
        }
        let text = text_encoding::without_mark(bytes);
        text.starts_with(b"{") && serde_json::from_slice::<Meant>(text).is_ok()
    }

    /// Parses the report of a batch in JSON, with any blank filled in.
    ///
    /// # Errors
    ///
    /// [`ReportError`], also for an unknown member.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReportError> {
        let text = text_encoding::without_mark(bytes);
        let contents: BatchContents = serde_json::from_slice(text).map_err(|error| {
            if error.is_data() {
                ReportError::Member(error.to_string())
            } else {
                JsonError::at(&error).into()
            }
        })?;
        match RULES.iter().find(|(_, holds)| !holds(&contents)) {
            Some((rule, _)) => Err(ReportError::Contradiction(rule)),
            None => Ok(Self(contents)),
        }
    }

    /// Returns the contents.
    pub const fn contents(&self) -> &BatchContents {
        &self.0
    }

    /// Writes the report as JSON.
    pub fn to_json(&self) -> String {
        self.0.json().write_all(&self.0.rows)
    }

    /// Writes the report in a form for people.
    pub fn render(&self, form: RenderedForm) -> String {
        let json = Sha256Digest::of(self.to_json().as_bytes());
        self.0.rendered(form, json).write_all(&self.0.rows)
    }
}

/// A rule for every report, with the check of one report.
type Rule = (&'static str, fn(&BatchContents) -> bool);

const RULES: &[Rule] = &[
    ("the counts must be those of the rows", |report| {
        let mut counts = RowCounts::default();
        for row in &report.rows {
            counts.add(row.status);
        }
        counts == report.counts
    }),
    ("a run has no more rows than its manifest", |report| {
        report.counts.total() <= report.manifest.rows
    }),
    ("only a report about AWS KMS has a row for it", |report| {
        let is_for_aws = |row: &ReportedRow| row.kind == Some(ReportKind::ProductionWrap);
        report.kind == Some(ReportKind::ProductionWrap) || !report.rows.iter().any(is_for_aws)
    }),
    (
        "the report of a batch has no blanks for AWS KMS",
        |report| report.to_fill_in.has_aws() == Some(false),
    ),
];
