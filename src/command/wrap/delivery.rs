//! The output of `wrap`: a folder, the request, or only the blob.

use std::fs;
use std::path::{Path, PathBuf};

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::json;
use byok_core::report::{OutputContent, OutputFile};
use byok_core::timestamp::Timestamp;
use serde_json::json;

use super::folder::{self, FolderFile};
use super::key_proof::KeyProofs;
use super::{Wrap, WrapFormat};
use crate::command::aws_text;
use crate::context::{Context, OutputFormat};
use crate::failure::Failure;
use crate::output::{self, Access};
use crate::report::MadeReports;
use crate::terminal::{AnswerForm, SafePath};

/// The output.
pub(super) enum Delivery {
    /// A folder of files, and the next step.
    Folder {
        path: PathBuf,
        files: Vec<FolderFile>,
        next: String,
    },
    /// One answer.
    Answer {
        bytes: Vec<u8>,
        form: AnswerForm,
        what: OutputContent,
    },
}

impl Wrap {
    /// Builds the output.
    pub(super) fn delivery(
        &self,
        request: &ImportRequest,
        parameters: &ImportParameters,
        proofs: &KeyProofs,
        now: Timestamp,
        context: &Context,
    ) -> Delivery {
        if let Some(path) = &self.out_dir {
            return Delivery::Folder {
                path: path.clone(),
                files: folder::files(request, parameters, now),
                next: folder::next(
                    path,
                    parameters,
                    self.store.store.as_deref(),
                    self.store_of(proofs).as_deref(),
                ),
            };
        }
        if self.format == WrapFormat::Binary {
            let blob = request
                .encrypted_key_material
                .as_ref()
                .map(Blob::as_bytes)
                .unwrap_or_default();
            let what = OutputContent::EncryptedKeyMaterial;
            return Delivery::Answer {
                bytes: blob.to_vec(),
                form: AnswerForm::Binary,
                what,
            };
        }
        let json = request.to_json();
        let (text, what) = match context.output(OutputFormat::Json) {
            OutputFormat::Json => (json, OutputContent::ImportRequest),
            OutputFormat::Text => (aws_text(&json), OutputContent::Answer),
        };
        Delivery::Answer {
            bytes: text.into_bytes(),
            form: AnswerForm::Text,
            what,
        }
    }
}

impl Delivery {
    /// Returns the entries of the output in a report.
    pub(super) fn outputs(&self, context: &Context) -> Vec<OutputFile> {
        match self {
            Self::Folder { path, files, .. } => {
                let name = |file: &FolderFile| SafePath(&path.join(&file.name)).to_string();
                files
                    .iter()
                    .map(|file| OutputFile::new(name(file), file.content, &file.bytes))
                    .collect()
            }
            Self::Answer { bytes, what, .. } => {
                vec![OutputFile::new(context.answer_name(), *what, bytes)]
            }
        }
    }

    /// Writes `files` into the folder at `path`, and prints their names with `--output json`.
    /// Removes the files if that fails.
    fn write_folder(
        &self,
        path: &Path,
        files: &[output::OutputFile<'_>],
        context: &Context,
    ) -> Result<(), Failure> {
        if let Some(capture) = context.capture() {
            for file in files {
                capture.add_file(file.name, file.access, file.bytes);
            }
            return Ok(());
        }
        let was_there = path.exists();
        folder::write(path, files, context)?;
        let note = format!("wrote {} files to {}", files.len(), SafePath(path));
        if context.output(OutputFormat::Text) == OutputFormat::Text {
            context.terminal.note(&note);
            return Ok(());
        }
        let document = json!({ "SchemaVersion": 1, "Outputs": self.outputs(context) });
        let answer = json::pretty(&document);
        let outcome = context.answer(answer.as_bytes(), AnswerForm::Text);
        if outcome.is_err() {
            for file in files {
                let _ = fs::remove_file(path.join(file.name));
            }
            if !was_there {
                let _ = fs::remove_dir(path);
            }
            return outcome;
        }
        context.terminal.note(&note);
        Ok(())
    }

    /// Returns the next step, if the output has one.
    pub(super) fn next(&self) -> Option<&str> {
        match self {
            Self::Folder { next, .. } => Some(next),
            Self::Answer { .. } => None,
        }
    }

    /// Writes the reports, then everything else. Removes the reports if that fails. A report inside the
    /// folder is written and removed with the folder.
    pub(super) fn carry_out(
        &self,
        mut reports: MadeReports,
        context: &mut Context,
    ) -> Result<(), Failure> {
        match self {
            Self::Folder { path, files, .. } => {
                let inside = reports.split_off_those_in(path);
                let placed = reports.place(context)?;
                let report = |(name, bytes)| output::OutputFile {
                    name,
                    bytes,
                    access: Access::Private,
                };
                let reports = inside.files_in(path).into_iter().map(report);
                let files: Vec<_> = reports
                    .chain(files.iter().map(FolderFile::as_output))
                    .collect();
                self.write_folder(path, &files, context)?;
                inside.announce(context);
                placed.keep(context);
            }
            Self::Answer { bytes, form, .. } => {
                let placed = reports.place(context)?;
                context.answer(bytes, *form)?;
                placed.keep(context);
            }
        }
        Ok(())
    }
}
