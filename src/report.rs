//! `--report`: the report of a run, written before the answer that it describes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use byok_core::report::{
    Clock, Contents, InputFile, Moment, Report, Reported, Run, Sha256Digest, Tool, Validation,
};
use clap::Args;

use crate::arguments::UsageError;
use crate::context::Context;
use crate::failure::Failure;
use crate::input::without_scheme;
use crate::journal;
use crate::output::{self, Access, OutputError};
use crate::terminal::SafePath;

/// The options of a report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// Write a report to a new file: Markdown if FILE ends in .md, JSON otherwise
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Add TEXT to the report (can be repeated)
    #[arg(long, value_name = "TEXT", requires = "report")]
    note: Vec<String>,
}

/// The common parts of all reports.
pub(crate) struct ReportContext {
    pub(crate) inputs: Vec<InputFile>,
    pub(crate) notes: Vec<String>,
    pub(crate) run: Run,
}

/// A report that is not written yet.
pub(crate) struct MadeReport {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// A written report, which is removed on drop unless it is kept.
#[must_use = "a report whose run failed must not stay"]
pub(crate) struct PlacedReport {
    path: PathBuf,
    digest: Sha256Digest,
    is_kept: bool,
}

impl ReportArgs {
    /// Returns the file of the report, if one was requested.
    pub(crate) fn path(&self) -> Option<&Path> {
        let path = self.report.as_deref()?;
        Some(Path::new(without_scheme(path.as_os_str())))
    }

    /// Checks that the report can be written. A report inside `folder` is checked with the folder.
    ///
    /// # Errors
    ///
    /// A name that is not a file name, that is also the name of the answer, or that exists.
    pub(crate) fn check(&self, context: &Context, folder: Option<&Path>) -> Result<(), Failure> {
        let Some(path) = self.path() else {
            return Ok(());
        };
        if path.as_os_str() == "-" {
            return Err(UsageError::new(
                "--report needs a file: standard output is for the answer",
            )
            .hint("use --report FILE")
            .into());
        }
        if context
            .output_file()
            .is_some_and(|answer| output::is_same_file(path, answer))
        {
            return Err(OutputError::NamedTwice { path: path.into() }.into());
        }
        match folder {
            Some(folder) if name_in(path, folder).is_some() => Ok(()),
            _ => context.check_is_free(path),
        }
    }

    /// Returns the file name of the report, if it is inside `folder`.
    pub(crate) fn name_in(&self, folder: &Path) -> Option<&str> {
        name_in(self.path()?, folder)
    }

    /// Builds the report, if one was requested.
    ///
    /// # Errors
    ///
    /// A clock that no report can express.
    pub(crate) fn make(
        &self,
        context: &Context,
        contents: impl FnOnce(ReportContext) -> Contents,
    ) -> Result<Option<MadeReport>, Failure> {
        let Some(path) = self.path() else {
            return Ok(None);
        };
        let report = Report::new(contents(self.report_context(context)?))
            .expect("what one run knows is consistent");
        let is_markdown = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
        let text = if is_markdown {
            report.to_markdown()
        } else {
            report.to_json()
        };
        Ok(Some(MadeReport {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        }))
    }

    /// Writes the report, if one was requested, then delivers what it describes.
    ///
    /// # Errors
    ///
    /// Those of [`Self::make`], of writing the report, or of `deliver`. The report is then removed.
    pub(crate) fn write_before(
        &self,
        context: &mut Context,
        contents: impl FnOnce(ReportContext) -> Contents,
        deliver: impl FnOnce(&Context) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let made = self.make(context, contents)?;
        let placed = made.map(|report| report.place(context)).transpose()?;
        deliver(context)?;
        if let Some(report) = placed {
            report.keep(context);
        }
        Ok(())
    }

    fn report_context(&self, context: &Context) -> Result<ReportContext, Failure> {
        let journal = &context.journal;
        let run = Run {
            command_line: journal.command_line().to_vec(),
            started: Moment(journal::timestamp(journal.started())?),
            ended: Moment(journal::timestamp(SystemTime::now())?),
            clock: Clock::LocalUnverified,
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                target: env!("BYOK_TARGET").to_owned(),
                binary_sha256: Reported::from(running_program().as_deref().map(Sha256Digest::of)),
                validation: Validation::NotValidated,
            },
        };
        Ok(ReportContext {
            inputs: journal.inputs().to_vec(),
            notes: self.note.clone(),
            run,
        })
    }
}

/// Returns the file name of `path`, if it is inside `folder`.
fn name_in<'a>(path: &'a Path, folder: &Path) -> Option<&'a str> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())?;
    output::is_same_file(parent, folder).then_some(path.file_name()?.to_str()?)
}

/// Returns the bytes of the running program, if the system lets it read them.
///
/// Linux returns the file itself, even if another file has its name now.
fn running_program() -> Option<Vec<u8>> {
    let path = if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().ok()?
    };
    fs::read(path).ok()
}

impl MadeReport {
    /// Returns the file name of the report, if it is inside `folder`.
    pub(crate) fn name_in(&self, folder: &Path) -> Option<&str> {
        name_in(&self.path, folder)
    }

    /// Returns the contents.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes it to a file that no later output of this run replaces.
    ///
    /// # Errors
    ///
    /// Those of writing a new file.
    pub(crate) fn place(self, context: &mut Context) -> Result<PlacedReport, Failure> {
        context.write(&self.path, &self.bytes, Access::Private)?;
        context.protect(&self.path);
        Ok(PlacedReport {
            digest: Sha256Digest::of(&self.bytes),
            path: self.path,
            is_kept: false,
        })
    }

    /// Prints the digest of the report, after everything was written.
    pub(crate) fn announce(&self, context: &Context) {
        announce(&self.path, Sha256Digest::of(&self.bytes), context);
    }
}

impl PlacedReport {
    /// Keeps the report: what it describes is done.
    pub(crate) fn keep(mut self, context: &Context) {
        self.is_kept = true;
        announce(&self.path, self.digest, context);
    }
}

impl Drop for PlacedReport {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn announce(path: &Path, digest: Sha256Digest, context: &Context) {
    context
        .terminal
        .note(&format!("report {}, SHA-256 {digest}", SafePath(path)));
}
