//! The contents of the report of a batch, in order.

use core::fmt::Display;

use serde::{Deserialize, Serialize};

use super::{
    contents::ReportKind,
    digest::Sha256Digest,
    run::{ManualFields, Moment, Run},
};
use crate::{fingerprint::Fingerprint, key_id::KeyArn, verdict::SchemaVersion, words::words};

words! {
    /// The commands that a batch runs for each row.
    pub enum BatchCommand {
        /// `wrap`.
        Wrap = "wrap",
        /// `rehearse`.
        Rehearse = "rehearse",
        /// `verify`.
        Verify = "verify",
        /// `generate`.
        Generate = "generate",
        /// `params`.
        Params = "params",
    }
}

words! {
    /// The result of a row, in the order of summaries.
    pub enum RowStatus {
        /// Done, or the verdict is yes.
        Done = "done",
        /// An earlier run has done it.
        Skipped = "skipped",
        /// AWS KMS would refuse, or another KMS key has the key material.
        Refused = "refused",
        /// Anything else went wrong.
        Failed = "failed",
        /// Only AWS KMS can tell.
        Undecided = "undecided",
    }
}

/// The contents of the report of a batch. The rows follow the other members, so that a report is written
/// row by row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BatchContents {
    /// The kind of the run: `PRODUCTION WRAP` if one row is for AWS KMS; `None` for `generate`.
    #[serde(deserialize_with = "Option::deserialize")]
    pub kind: Option<ReportKind>,
    /// The version of this form.
    pub schema_version: SchemaVersion,
    /// The command that ran for each row.
    pub batch_command: BatchCommand,
    /// The manifest.
    pub manifest: BatchManifest,
    /// The part of the rows; `None` for all of them.
    #[serde(deserialize_with = "Option::deserialize")]
    pub shard: Option<BatchShard>,
    /// The number of rows of this run by status.
    pub counts: RowCounts,
    /// Each kind of warning once.
    pub warnings: Vec<String>,
    /// The operator's notes.
    pub notes: Vec<String>,
    /// The time, and the program.
    pub run: Run,
    /// The blanks to fill in by hand.
    pub to_fill_in: ManualFields,
    /// The rows of a report that was read. Empty while a report is written row by row.
    #[serde(skip_serializing)]
    pub rows: Vec<ReportedRow>,
}

/// The manifest of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BatchManifest {
    /// The name, as it was given.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256Digest,
    /// The number of its rows, in all shards.
    pub rows: u64,
}

/// A part of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BatchShard {
    /// The number of the part, from 0.
    pub index: u64,
    /// The number of parts.
    pub count: u64,
    /// The number of its first row in the manifest, from 1.
    pub first_row: u64,
}

/// The number of rows by status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RowCounts {
    /// Rows that are done.
    pub done: u64,
    /// Rows that an earlier run has done.
    pub skipped: u64,
    /// Rows that AWS KMS would refuse, or that share key material.
    pub refused: u64,
    /// Rows in which anything else went wrong.
    pub failed: u64,
    /// Rows about which only AWS KMS can tell.
    pub undecided: u64,
}

/// A row in the report of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ReportedRow {
    /// The name of the row.
    pub id: String,
    /// The result.
    pub status: RowStatus,
    /// The kind of the row, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReportKind>,
    /// The KMS key, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_arn: Option<KeyArn>,
    /// The fingerprint of the key material, if byok has seen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// The SHA-256 of the wrapped key material, if there is some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_key_material_sha256: Option<Sha256Digest>,
    /// The SHA-256 of the line of the row in the answer, with its line break.
    pub answer_sha256: Sha256Digest,
    /// The expiry of the import parameters, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters_valid_to: Option<Moment>,
    /// The name of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl RowCounts {
    /// Counts a row.
    pub fn add(&mut self, status: RowStatus) {
        *self.of_mut(status) += 1;
    }

    /// Returns the number of rows with this status.
    pub fn of(mut self, status: RowStatus) -> u64 {
        *self.of_mut(status)
    }

    /// Returns the number of rows.
    pub fn total(self) -> u64 {
        RowStatus::ALL.iter().map(|status| self.of(*status)).sum()
    }

    const fn of_mut(&mut self, status: RowStatus) -> &mut u64 {
        match status {
            RowStatus::Done => &mut self.done,
            RowStatus::Skipped => &mut self.skipped,
            RowStatus::Refused => &mut self.refused,
            RowStatus::Failed => &mut self.failed,
            RowStatus::Undecided => &mut self.undecided,
        }
    }
}

impl BatchShard {
    /// Describes the part of `rows` rows for people.
    pub(super) fn in_words(&self, rows: u64) -> String {
        let Self {
            index,
            count,
            first_row,
        } = self;
        let noun = if rows == 1 { "row" } else { "rows" };
        format!("{index}/{count}: {rows} {noun} from row {first_row}")
    }
}

impl BatchContents {
    /// Returns the number of rows with each status that a row has, with its meaning.
    pub(super) fn used_statuses(&self) -> impl Iterator<Item = (RowStatus, u64)> {
        let counts = RowStatus::ALL
            .iter()
            .map(|status| (*status, self.counts.of(*status)));
        counts.filter(|(_, count)| *count > 0)
    }
}

impl ReportedRow {
    /// Returns the values for people under the headings of [`headings`], after the Id and the status.
    pub(super) fn shown_values(&self, command: BatchCommand) -> [Option<&dyn Display>; 5] {
        let digest = match command {
            BatchCommand::Wrap => self.encrypted_key_material_sha256.as_ref(),
            _ => Some(&self.answer_sha256),
        };
        [
            self.key_arn.as_ref().map(|arn| arn as _),
            self.fingerprint
                .as_ref()
                .map(|fingerprint| fingerprint as _),
            digest.map(|digest| digest as _),
            self.parameters_valid_to.as_ref().map(|moment| moment as _),
            self.error.as_ref().map(|name| name as _),
        ]
    }

    /// Returns the status for people, with the kind if it is not that of the report.
    pub(super) fn shown_status(&self, kind: Option<ReportKind>) -> String {
        match self.kind.filter(|own| Some(*own) != kind) {
            Some(own) => format!("{}, {own}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// Returns the headings of the table of rows.
pub(super) const fn headings(command: BatchCommand) -> [&'static str; 7] {
    let digest = match command {
        BatchCommand::Wrap => "SHA-256 of EncryptedKeyMaterial",
        BatchCommand::Rehearse
        | BatchCommand::Verify
        | BatchCommand::Generate
        | BatchCommand::Params => "SHA-256 of the answer",
    };
    let [id, status, key, material] = ["Id", "Status", "KMS key", "Key material"];
    [
        id,
        status,
        key,
        material,
        digest,
        "ParametersValidTo",
        "Error",
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_count_of_its_own() {
        let mut counts = RowCounts::default();
        for (at, status) in RowStatus::ALL.iter().enumerate() {
            for _ in 0..=at {
                counts.add(*status);
            }
        }
        let of_each: Vec<_> = RowStatus::ALL
            .iter()
            .map(|status| counts.of(*status))
            .collect();
        assert_eq!(of_each, [1, 2, 3, 4, 5]);
        assert_eq!(counts.total(), 15);
    }
}
