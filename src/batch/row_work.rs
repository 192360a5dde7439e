//! The work on one row: its command, its line, and its files.

use std::path::Path;
use std::sync::Arc;

use byok_core::report::{InputFile, OutputContent, RowStatus};
use byok_core::secret::SecretBytes;

use super::folder::Staging;
use super::line::Line;
use super::operation::{BatchOperation, RowCommand};
use super::record::{Digests, Earlier, Record};
use super::row::BatchRow;
use super::state::{Batch, RowResult};
use crate::capture::{Capture, Captured, CapturedFile};
use crate::diagnosis;
use crate::exit::Exit;
use crate::hardening;
use crate::import_folder::{FolderKind, ROW_RECORD};
use crate::input::{self, Source};
use crate::journal::Journal;
use crate::output::{Access, Replace};
use crate::terminal::SafePath;

/// The files with the answers of commands that write none of their own.
const VERDICT: &str = "verdict.json";
const PARAMETERS: &str = "parameters.json";

impl Batch<'_> {
    /// Does a row. Wipes its secrets before it returns.
    pub(super) fn row_result(
        &self,
        definition: &mut clap::Command,
        row: &BatchRow,
        staging: Option<&Staging>,
    ) -> RowResult {
        if let Some(line) = self.refused(row) {
            return self.result(&line, Exit::Refused);
        }
        if let Some(line) = self.earlier(row) {
            let exit = if line.status == RowStatus::Skipped {
                Exit::Done
            } else {
                Exit::Input
            };
            return self.result(&line, exit);
        }
        match self.options.parse(definition, row) {
            Ok(command) => {
                hardening::with_wiped_thread_stack(|| self.run_row(command, row, staging))
            }
            // Pass 1 has parsed it, but the manifest may have changed.
            Err(error) => {
                let line = Line::new(&row.id, RowStatus::Failed);
                let line =
                    line.with_error("byok#InvalidManifest", &error.to_string(), &error.hints);
                self.result(&line, Exit::Input)
            }
        }
    }

    /// Returns the line of a row that an earlier run has done, or begun differently; `None` if it is to
    /// be done now.
    fn earlier<'a>(&self, row: &'a BatchRow) -> Option<Line<'a>> {
        let folder = self.folder.as_ref()?.of_row(&row.id);
        std::fs::symlink_metadata(&folder).ok()?;
        // A generated key has no other copy.
        let replaces = self.context.replace() == Replace::RegularFile
            && self.operation != BatchOperation::Generate;
        let failed = |name: &str, message: String, hint: &str| {
            if replaces {
                return None;
            }
            let line = Line::new(&row.id, RowStatus::Failed);
            Some(line.with_error(name, &message, &[hint.to_owned()]))
        };
        let digests = self.digests(row)?;
        let shown = SafePath(&folder);
        match Record::compare(&folder, row, self.operation.name(), &digests, self.now) {
            Earlier::Differs(what) => failed(
                "byok#ChangedRow",
                format!("{shown} was made otherwise: {what}"),
                if self.operation == BatchOperation::Generate {
                    "a generated key is never replaced: to make another, remove the folder"
                } else {
                    "to replace such folders, use --force"
                },
            ),
            Earlier::Expired(end) => failed(
                "byok#ExpiredParameters",
                format!("{shown} is whole, but its import parameters expired at {end}"),
                "ask for new parameters, and use --force",
            ),
            // A verdict depends on the time, the store and the Region too.
            Earlier::Done(_) if self.is_verdict() => None,
            // The run tells why the key material cannot be read.
            Earlier::Done(record) if record.has_material() && digests.material.is_none() => None,
            Earlier::Done(record) => {
                let mut line = Line::new(&row.id, RowStatus::Skipped);
                if let Some(name) = self.answer_name(&folder) {
                    let answer = input::read(&Source::file(folder.join(name)), 1 << 21);
                    line.put_answer(self.operation, &answer.unwrap_or_default());
                }
                line.key_material = record.key_material.or(line.key_material);
                line.parameters_valid_to = record.parameters_valid_to;
                Some(line)
            }
        }
    }

    fn digests(&self, row: &BatchRow) -> Option<Digests<'_>> {
        let claim = self.materials.claim(row.number);
        Some(Digests {
            key: self.folder.as_ref().map(|_| &*self.key)?,
            material: claim.map(|claim| claim.material),
            are_outputs_secret: self.operation == BatchOperation::Generate,
        })
    }

    /// Returns the name of the file of a row's folder with the answer for its line.
    fn answer_name(&self, folder: &Path) -> Option<String> {
        match self.operation {
            BatchOperation::Wrap => FolderKind::ALL
                .into_iter()
                .map(|kind| kind.file_name(OutputContent::ImportRequest))
                .find(|name| folder.join(name).exists()),
            BatchOperation::Rehearse | BatchOperation::Verify => Some(VERDICT.to_owned()),
            BatchOperation::Params => Some(PARAMETERS.to_owned()),
            BatchOperation::Generate => None,
        }
    }

    /// Runs the command of a row.
    fn run_row(&self, command: RowCommand, row: &BatchRow, staging: Option<&Staging>) -> RowResult {
        let capture = Capture::default();
        let claim = self.materials.claim(row.number);
        if self.operation == BatchOperation::Wrap {
            capture.outputs().digest_key = Some(Arc::clone(&self.key));
        }
        let output_file = match &command {
            RowCommand::Generate(generate) => Some(generate.file_name().into()),
            _ => None,
        };
        // Only the record of a row names its inputs.
        let journal = match staging {
            Some(_) => Journal::begin(&[]),
            None => Journal::without_inputs(),
        };
        let mut context = self.context.of_row(capture.clone(), output_file, journal);
        let exit = match command.run(&mut context) {
            Ok(exit) => exit,
            Err(failure) => diagnosis::print(&failure, &context),
        };
        let inputs = context.journal.inputs().to_vec();
        drop(context);
        let mut captured = std::mem::take(&mut *capture.outputs());
        // Pass 2 compared the material that the file held then.
        if captured.material_digest.is_some()
            && captured.material_digest != claim.map(|claim| claim.material)
        {
            let line = Line::new(&row.id, RowStatus::Failed);
            let message = "the key material was changed during the run";
            return self.result(
                &line.with_error("byok#ChangedMaterial", message, &[]),
                Exit::Input,
            );
        }
        let mut staged = false;
        let mut line = None;
        let exit = match staging.filter(|_| exit == Exit::Done) {
            None => exit,
            Some(staging) => {
                self.add_answer_file(&mut captured);
                let done = self.line(row, exit, &captured);
                self.add_record(row, &inputs, &mut captured);
                match staging.write(&row.id, &captured.files) {
                    Ok(()) => {
                        staged = true;
                        line = Some(done);
                        exit
                    }
                    Err(failure) => {
                        let capture = Capture::default();
                        let journal = Journal::without_inputs();
                        let context = self.context.of_row(capture.clone(), None, journal);
                        let exit = diagnosis::print(&failure, &context);
                        captured = std::mem::take(&mut *capture.outputs());
                        exit
                    }
                }
            }
        };
        let line = line.unwrap_or_else(|| self.line(row, exit, &captured));
        RowResult {
            warnings: captured.warnings,
            is_staged: staged,
            ..self.result(&line, exit)
        }
    }

    fn line<'a>(&self, row: &'a BatchRow, exit: Exit, captured: &Captured) -> Line<'a> {
        let request = |file: &&CapturedFile| {
            let kinds = FolderKind::ALL.into_iter();
            let mut names = kinds.map(|kind| kind.file_name(OutputContent::ImportRequest));
            names.any(|name| name == file.name)
        };
        let answer = match captured.files.iter().find(request) {
            Some(file) => file.bytes.expose(),
            None => &captured.answer,
        };
        Line::of(&row.id, self.operation, exit, captured, answer)
    }

    /// Adds the answer of a command that writes no files of its own.
    fn add_answer_file(&self, captured: &mut Captured) {
        let name = match self.operation {
            BatchOperation::Rehearse | BatchOperation::Verify => VERDICT,
            BatchOperation::Params => PARAMETERS,
            BatchOperation::Wrap | BatchOperation::Generate => return,
        };
        captured.files.push(CapturedFile {
            name: name.to_owned(),
            access: Access::Private,
            bytes: SecretBytes::copy_of(&captured.answer),
        });
    }

    /// Adds the record of the row, after its other files.
    fn add_record(&self, row: &BatchRow, inputs: &[InputFile], captured: &mut Captured) {
        let Some(digests) = self.digests(row) else {
            return;
        };
        let operation = self.operation.name();
        let mut record = Record::new(row, operation, inputs, &captured.files, &digests);
        record.key_material.clone_from(&captured.key_material);
        record.parameters_valid_to = captured.parameters_valid_to.map(|end| end.to_string());
        captured.files.push(CapturedFile {
            name: ROW_RECORD.to_owned(),
            access: Access::Private,
            bytes: SecretBytes::copy_of(record.to_json().as_bytes()),
        });
    }
}
