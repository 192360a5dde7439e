//! `--report`: the rows in a file without a name while the batch runs, and the reports at its end.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write};
use std::path::Path;

use byok_core::json;
use byok_core::report::{
    BatchCommand, BatchContents, BatchManifest, BatchPage, BatchShard, ReportKind, ReportedRow,
};
use byok_core::verdict::SchemaVersion;

use super::operation::BatchOperation;
use super::summary::Summary;
use crate::arguments::UsageError;
use crate::context::Context;
use crate::digest_writer::DigestWriter;
use crate::failure::Failure;
use crate::output;
use crate::report::{PlacedReports, ReportArgs};
use crate::terminal::SafePath;

/// The rows so far, in order: each as a line of JSON.
#[derive(Debug)]
pub(super) struct RowSpool {
    file: BufWriter<File>,
    has_production: bool,
    has_emulated: bool,
}

/// The facts of a batch that its report has, apart from its rows.
pub(super) struct BatchFacts {
    pub(super) operation: BatchOperation,
    /// The kind of a batch none of whose rows says it.
    pub(super) kind: ReportKind,
    pub(super) manifest: BatchManifest,
    pub(super) shard: Option<BatchShard>,
}

/// Checks, before any work is done, that the reports can be written. The folder `out_dir` is for rows.
///
/// # Errors
///
/// Those of [`ReportArgs::check`], and a report inside the folder.
pub(super) fn check(
    reports: &ReportArgs,
    out_dir: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    for path in reports.paths() {
        let mut folders = path.ancestors().skip(1);
        let folder =
            out_dir.filter(|folder| folders.any(|parent| output::is_same_file(parent, folder)));
        if let Some(folder) = folder {
            let message = format!(
                "{} would be inside {}, the folder for rows",
                SafePath(path),
                SafePath(folder)
            );
            let error = UsageError::new(message);
            return Err(error.hint("write the report to another folder").into());
        }
    }
    reports.check(context, None)
}

impl RowSpool {
    /// Makes an empty one on the medium of the first of `reports`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(super) fn open(reports: &ReportArgs) -> Result<Option<Self>, Failure> {
        let Some(path) = reports.paths().next() else {
            return Ok(None);
        };
        let file = output::unnamed_file(output::parent(path))
            .map_err(|cause| Failure::io_of(SafePath(path).to_string(), cause))?;
        Ok(Some(Self {
            file: BufWriter::with_capacity(1 << 16, file),
            has_production: false,
            has_emulated: false,
        }))
    }

    /// Adds the next row.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(super) fn add(&mut self, row: &ReportedRow) -> Result<(), Failure> {
        match row.kind {
            Some(ReportKind::ProductionWrap) => self.has_production = true,
            Some(ReportKind::Emulated) => self.has_emulated = true,
            None => {}
        }
        writeln!(self.file, "{}", json::line(row))
            .map_err(|cause| Failure::io_of("the rows of the report", cause))
    }

    /// Writes the reports.
    ///
    /// # Errors
    ///
    /// System errors, and those of writing a new file. No report then stays.
    pub(super) fn write(
        self,
        reports: &ReportArgs,
        facts: BatchFacts,
        summary: &Summary,
        context: &Context,
    ) -> Result<PlacedReports, Failure> {
        let kind = self.kind(facts.operation, facts.kind);
        let failed = |cause| Failure::io_of("the rows of the report", cause);
        let rows = self.file.into_inner();
        let rows = rows.map_err(|error| failed(error.into_error()))?;
        let common = reports.report_context(context)?;
        let warnings = common.warnings.into_iter().chain(summary.warnings());
        let contents = BatchContents {
            kind,
            schema_version: SchemaVersion,
            batch_command: command(facts.operation),
            manifest: facts.manifest,
            shard: facts.shard,
            counts: summary.counts(),
            warnings: warnings.collect(),
            notes: common.notes,
            run: common.run,
            to_fill_in: ReportKind::Emulated.blanks(),
            rows: Vec::new(),
        };
        let mut json = DigestWriter::into_nothing();
        write_page(contents.json(), &rows, &mut json).map_err(failed)?;
        let json = json.finish();
        reports.place_streamed(context, |form, file| {
            let page = match form.rendered() {
                None => contents.json(),
                Some(form) => contents.rendered(form, json),
            };
            write_page(page, &rows, file)
        })
    }

    /// Returns the kind of the whole batch.
    fn kind(&self, operation: BatchOperation, otherwise: ReportKind) -> Option<ReportKind> {
        match operation {
            BatchOperation::Generate => None,
            BatchOperation::Rehearse | BatchOperation::Params => Some(ReportKind::Emulated),
            BatchOperation::Wrap | BatchOperation::Verify => Some(if self.has_production {
                ReportKind::ProductionWrap
            } else if self.has_emulated {
                ReportKind::Emulated
            } else {
                otherwise
            }),
        }
    }
}

/// Writes `page` with the rows in `rows`, from the first one.
fn write_page(mut page: BatchPage, mut rows: &File, file: &mut dyn Write) -> io::Result<()> {
    rows.rewind()?;
    file.write_all(page.head().as_bytes())?;
    for line in BufReader::with_capacity(1 << 16, rows).lines() {
        let row: ReportedRow = serde_json::from_str(&line?)?;
        file.write_all(page.row(&row).as_bytes())?;
    }
    file.write_all(page.tail().as_bytes())
}

const fn command(operation: BatchOperation) -> BatchCommand {
    match operation {
        BatchOperation::Wrap => BatchCommand::Wrap,
        BatchOperation::Rehearse => BatchCommand::Rehearse,
        BatchOperation::Verify => BatchCommand::Verify,
        BatchOperation::Generate => BatchCommand::Generate,
        BatchOperation::Params => BatchCommand::Params,
    }
}
