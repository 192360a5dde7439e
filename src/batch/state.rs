//! A batch whose manifest is without a fault: what its passes share.

use std::collections::HashMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use byok_core::keyed_digest::DigestKey;
use byok_core::report::{ReportedRow, RowStatus};
use byok_core::timestamp::Timestamp;

use super::folder::BatchFolder;
use super::line::Line;
use super::manifest_file::ManifestFile;
use super::materials::{Materials, SharedWith};
use super::operation::BatchOperation;
use super::options::RowOptions;
use super::row::BatchRow;
use super::shard::Shard;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{About as _, Failure};
use crate::report::ReportArgs;
use crate::terminal::Progress;

/// A batch whose manifest was read once and is without a fault.
pub(super) struct Batch<'a> {
    pub(super) operation: BatchOperation,
    pub(super) jobs: NonZeroUsize,
    pub(super) manifest: ManifestFile,
    pub(super) options: RowOptions,
    /// The number of rows in the manifest.
    pub(super) count: u64,
    pub(super) shard: Shard,
    /// The rows of this run, by their numbers.
    pub(super) rows: Range<u64>,
    pub(super) folder: Option<BatchFolder>,
    /// The key of the digests.
    pub(super) key: Arc<DigestKey>,
    pub(super) materials: Materials,
    /// The names of the rows that others share key material with.
    pub(super) names: HashMap<u64, String>,
    pub(super) report: ReportArgs,
    pub(super) context: &'a Context,
    pub(super) now: Timestamp,
}

/// The result of a row.
pub(super) struct RowResult {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) status: RowStatus,
    pub(super) exit: Exit,
    pub(super) warnings: Vec<String>,
    /// True if the staging folder has the folder of the row.
    pub(super) is_staged: bool,
    /// The row in the report, if one is requested.
    pub(super) reported: Option<Box<ReportedRow>>,
}

impl Batch<'_> {
    /// Returns the rows of this run.
    pub(super) fn rows(&self) -> Result<impl Iterator<Item = Result<BatchRow, Failure>>, Failure> {
        let numbers = self.rows.clone();
        let before = usize::try_from(numbers.start - 1).unwrap_or(usize::MAX);
        let count = usize::try_from(numbers.end - numbers.start).unwrap_or(usize::MAX);
        let rows = self.manifest.each_row()?.skip(before).take(count);
        Ok(rows.map(|row| {
            let row = self.options.read(row?);
            let mut row = row.about(|| self.manifest.name().to_owned())?;
            if let (BatchOperation::Wrap, Some(folder)) = (self.operation, &self.folder) {
                let mut word = OsString::from("--out-dir=");
                word.push(folder.of_row(&row.id));
                row.words.push(word);
            }
            Ok(row)
        }))
    }

    pub(super) fn progress(&self, what: &str) -> Progress {
        let count = self.rows.end - self.rows.start;
        self.context.terminal.progress_of(what, count)
    }

    /// Returns whether the rows are verdicts, which are made again each time.
    pub(super) fn is_verdict(&self) -> bool {
        matches!(
            self.operation,
            BatchOperation::Rehearse | BatchOperation::Verify
        )
    }

    /// Returns the line of a row whose key material another KMS key has.
    pub(super) fn refused<'a>(&self, row: &'a BatchRow) -> Option<Line<'a>> {
        let whose = match self.materials.shared_with(row.number)? {
            SharedWith::Row(number) => {
                let name = self.names.get(number).map_or("", String::as_str);
                format!("row {name} (row {number})")
            }
            SharedWith::Folder(id) => format!("row {id} of this folder"),
        };
        let message = format!("{whose} gives this key material to another KMS key");
        let hints = [
            "give each KMS key its own key material".to_owned(),
            "if the KMS keys must share it, give both rows the same SharedMaterial, such as a \
             name for the group"
                .to_owned(),
        ];
        let line = Line::new(&row.id, RowStatus::Refused);
        Some(line.with_error("byok#SharedKeyMaterial", &message, &hints))
    }

    /// Returns the result of a row that wrote no files.
    pub(super) fn result(&self, line: &Line<'_>, exit: Exit) -> RowResult {
        let text = line.to_text();
        let reported = self.report.is_requested();
        RowResult {
            id: line.id.to_owned(),
            status: line.status,
            exit,
            warnings: Vec::new(),
            is_staged: false,
            reported: reported.then(|| Box::new(line.reported(&text))),
            text,
        }
    }
}
