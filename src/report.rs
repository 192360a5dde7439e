//! `--report`: the reports of a run, written before the answer that they describe.

use std::cell::Cell;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use byok_core::report::{
    BatchReport, Clock, Contents, InputFile, Moment, RenderedForm, Report, Run, Sha256Digest,
};
use clap::Args;

use crate::arguments::UsageError;
use crate::context::Context;
use crate::digest_writer::DigestWriter;
use crate::failure::Failure;
use crate::input::without_scheme;
use crate::journal;
use crate::output::{self, Access, OutputError};
use crate::program;
use crate::terminal::SafePath;

/// The options of a report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json
    /// or without a suffix (can be repeated)
    #[arg(long, value_name = "FILE")]
    report: Vec<PathBuf>,
    /// Add TEXT to the report (can be repeated)
    #[arg(long, value_name = "TEXT", requires = "report")]
    note: Vec<String>,
}

/// The form of a report file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportForm {
    /// For programs. byok reads it back.
    Json,
    /// For people.
    Markdown,
    /// For people, to print on A4 paper.
    Html,
}

impl ReportForm {
    /// Returns the form that the suffix of `path` names; `None` for another suffix or none.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let suffix = path.extension()?.to_ascii_lowercase();
        match suffix.to_str()? {
            "json" => Some(Self::Json),
            "md" => Some(Self::Markdown),
            "html" => Some(Self::Html),
            _ => None,
        }
    }

    /// Returns the form for people; `None` for JSON.
    pub(crate) const fn rendered(self) -> Option<RenderedForm> {
        match self {
            Self::Json => None,
            Self::Markdown => Some(RenderedForm::Markdown),
            Self::Html => Some(RenderedForm::Html),
        }
    }

    /// Writes the report of a batch in this form.
    pub(crate) fn write_batch(self, report: &BatchReport) -> String {
        match self.rendered() {
            None => report.to_json(),
            Some(form) => report.render(form),
        }
    }

    /// Writes `report` in this form.
    pub(crate) fn write(self, report: &Report) -> String {
        match self {
            Self::Json => report.to_json(),
            Self::Markdown => report.to_markdown(),
            Self::Html => report.to_html(),
        }
    }
}

/// The common parts of all reports.
pub(crate) struct ReportContext {
    pub(crate) warnings: Vec<String>,
    pub(crate) inputs: Vec<InputFile>,
    pub(crate) notes: Vec<String>,
    pub(crate) run: Run,
}

/// The reports of a run that are not written yet. All have the same contents.
pub(crate) struct MadeReports(Vec<MadeReport>);

/// A report that is not written yet.
pub(crate) struct MadeReport {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Written reports, which are removed on drop unless they are kept.
#[derive(Default)]
#[must_use = "a report whose run failed must not stay"]
pub(crate) struct PlacedReports {
    files: Vec<(PathBuf, Sha256Digest)>,
    is_kept: bool,
}

impl ReportArgs {
    /// Returns the files of the reports.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let paths = self.report.iter();
        paths.map(|path| Path::new(without_scheme(path.as_os_str())))
    }

    /// Returns whether a report was requested.
    pub(crate) fn is_requested(&self) -> bool {
        !self.report.is_empty()
    }

    /// Checks that the reports can be written. Those inside `folder` are checked with the folder.
    ///
    /// # Errors
    ///
    /// A name that is not a file name, that is also the name of another output, or that exists.
    pub(crate) fn check(&self, context: &Context, folder: Option<&Path>) -> Result<(), Failure> {
        for (at, path) in self.paths().enumerate() {
            if path.as_os_str() == "-" {
                return Err(UsageError::new(
                    "--report needs a file: standard output is for the answer",
                )
                .hint("use --report FILE")
                .into());
            }
            let mut others = self.paths().take(at).chain(context.output_file());
            if others.any(|other| output::is_same_file(path, other)) {
                return Err(OutputError::NamedTwice { path: path.into() }.into());
            }
            match folder {
                Some(folder) if name_in(path, folder).is_some() => {}
                _ => context.check_is_free(path)?,
            }
            if path.extension().is_some() && ReportForm::of(path).is_none() {
                return Err(UsageError::new(format!(
                    "{} has a suffix that names no form of report",
                    SafePath(path)
                ))
                .hint("end its name in .json, .md or .html")
                .into());
            }
        }
        Ok(())
    }

    /// Returns the file names of the reports inside `folder`.
    pub(crate) fn names_in(&self, folder: &Path) -> Vec<&str> {
        self.paths()
            .filter_map(|path| name_in(path, folder))
            .collect()
    }

    /// Builds the requested reports.
    ///
    /// # Errors
    ///
    /// A clock that no report can express.
    pub(crate) fn make(
        &self,
        context: &Context,
        contents: impl FnOnce(ReportContext) -> Contents,
    ) -> Result<MadeReports, Failure> {
        if !self.is_requested() {
            return Ok(MadeReports(vec![]));
        }
        self.warn_without_json(context);
        let report = Report::new(contents(self.report_context(context)?))
            .expect("what one run knows is consistent");
        let made = self.paths().map(|path| MadeReport {
            path: path.to_owned(),
            bytes: form_of(path).write(&report).into_bytes(),
        });
        Ok(MadeReports(made.collect()))
    }

    /// Writes the requested reports, then delivers what they describe.
    ///
    /// # Errors
    ///
    /// Those of [`Self::make`], of writing a report, or of `deliver`. No report then stays.
    pub(crate) fn write_before(
        &self,
        context: &mut Context,
        contents: impl FnOnce(ReportContext) -> Contents,
        deliver: impl FnOnce(&Context) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let placed = self.make(context, contents)?.place(context)?;
        deliver(context)?;
        placed.keep(context);
        Ok(())
    }

    /// Writes the requested reports one after another. `write` writes one in its form.
    ///
    /// # Errors
    ///
    /// Those of writing a new file. No report then stays.
    pub(crate) fn place_streamed(
        &self,
        context: &Context,
        write: impl Fn(ReportForm, &mut dyn Write) -> io::Result<()>,
    ) -> Result<PlacedReports, Failure> {
        let mut placed = PlacedReports::default();
        for path in self.paths() {
            let digest = Cell::new(None);
            context.write_streamed(path, &|file| {
                let mut file = DigestWriter::new(file);
                write(form_of(path), &mut file)?;
                digest.set(Some(file.finish()));
                Ok(())
            })?;
            let digest = digest.get().expect("the file was written");
            placed.files.push((path.to_owned(), digest));
        }
        Ok(placed)
    }

    /// Warns if no report that byok reads is requested.
    pub(crate) fn warn_without_json(&self, context: &Context) {
        if self.paths().all(|path| form_of(path) != ReportForm::Json) {
            let terminal = &context.terminal;
            terminal.warning("no report in JSON is kept: byok does not read the other forms");
            terminal.hint("add --report FILE.json, whose SHA-256 the other reports name");
        }
    }

    /// Returns the parts of the report of this run that every command has.
    ///
    /// # Errors
    ///
    /// A clock that no report can express.
    pub(crate) fn report_context(&self, context: &Context) -> Result<ReportContext, Failure> {
        let journal = &context.journal;
        let run = Run {
            command_line: journal.command_line().to_vec(),
            started: Moment(journal::timestamp(journal.started())?),
            ended: Moment(journal::timestamp(SystemTime::now())?),
            clock: Clock::LocalUnverified,
            tool: program::describe(),
        };
        Ok(ReportContext {
            warnings: context.terminal.warnings(),
            inputs: journal.inputs().to_vec(),
            notes: self.note.clone(),
            run,
        })
    }
}

/// Returns the form of the report at `path`: JSON without a suffix.
fn form_of(path: &Path) -> ReportForm {
    ReportForm::of(path).unwrap_or(ReportForm::Json)
}

/// Returns the file name of `path`, if it is inside `folder`.
fn name_in<'a>(path: &'a Path, folder: &Path) -> Option<&'a str> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())?;
    output::is_same_file(parent, folder).then_some(path.file_name()?.to_str()?)
}

impl MadeReports {
    /// Takes the reports inside `folder` from these.
    pub(crate) fn split_off_those_in(&mut self, folder: &Path) -> Self {
        let reports = std::mem::take(&mut self.0).into_iter();
        let (inside, outside) = reports.partition(|report| name_in(&report.path, folder).is_some());
        self.0 = outside;
        Self(inside)
    }

    /// Returns the reports inside `folder` by their file names.
    pub(crate) fn files_in(&self, folder: &Path) -> Vec<(&str, &[u8])> {
        self.0
            .iter()
            .filter_map(|report| Some((name_in(&report.path, folder)?, report.bytes.as_slice())))
            .collect()
    }

    /// Writes them to files that no later output of this run replaces.
    ///
    /// # Errors
    ///
    /// Those of writing a new file. No report then stays.
    pub(crate) fn place(self, context: &mut Context) -> Result<PlacedReports, Failure> {
        let mut placed = PlacedReports::default();
        for MadeReport { path, bytes } in self.0 {
            context.write(&path, &bytes, Access::Private)?;
            context.protect(&path);
            placed.files.push((path, Sha256Digest::of(&bytes)));
        }
        Ok(placed)
    }

    /// Prints the digests of the reports, after everything was written.
    pub(crate) fn announce(&self, context: &Context) {
        for MadeReport { path, bytes } in &self.0 {
            announce(path, Sha256Digest::of(bytes), context);
        }
    }
}

impl PlacedReports {
    /// Keeps the reports: what they describe is done.
    pub(crate) fn keep(mut self, context: &Context) {
        self.is_kept = true;
        for (path, digest) in &self.files {
            announce(path, *digest, context);
        }
    }
}

impl Drop for PlacedReports {
    fn drop(&mut self) {
        if !self.is_kept {
            for (path, _) in &self.files {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn announce(path: &Path, digest: Sha256Digest, context: &Context) {
    context
        .terminal
        .note(&format!("report {}, SHA-256 {digest}", SafePath(path)));
}
