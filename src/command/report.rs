//! `byok report`: renders a JSON report again.

use std::ffi::OsString;

use byok_core::inspect::Kind;
use byok_core::report::{BatchReport, Report as RunReport, ReportError};
use clap::{Args, ValueEnum};

use crate::arguments::UsageError;
use crate::context::{Context, OutputFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manual;
use crate::report::ReportForm;
use crate::terminal::AnswerForm;

/// Render a JSON report again, as Markdown or as HTML
///
/// Reads only a complete and consistent report, with any blank filled in.
#[derive(Debug, Args)]
#[command(after_long_help = manual::REPORT)]
pub(crate) struct Report {
    /// The report in JSON, which --report wrote
    #[arg(value_name = "FILE")]
    file: OsString,
    /// The format of the report [default: that of the suffix of --output-file, or markdown]
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT")]
    format: Option<ReportFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportFormat {
    /// For people
    Markdown,
    /// For people, to print on A4 paper
    Html,
    /// As --report writes it
    Json,
}

impl Report {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let form = self.form(context)?;
        let write = |bytes: &[u8]| -> Result<String, ReportError> {
            if BatchReport::is_meant(bytes) {
                return Ok(form.write_batch(&BatchReport::from_json(bytes)?));
            }
            Ok(form.write(&RunReport::from_json(bytes)?))
        };
        let limit = BatchReport::MAX_LEN;
        let text = context.read_document_within(limit, &self.file, Kind::Report, write)?;
        context.answer(text.as_bytes(), AnswerForm::Text)?;
        Ok(Exit::Done)
    }

    fn form(&self, context: &Context) -> Result<ReportForm, UsageError> {
        let wants_json = context.output(OutputFormat::Text) == OutputFormat::Json;
        match (self.format, context.output_file()) {
            (Some(_), _) if wants_json => Err(UsageError::new(
                "--format cannot be combined with JSON output",
            )),
            (Some(ReportFormat::Html), _) => Ok(ReportForm::Html),
            (Some(ReportFormat::Json), _) => Ok(ReportForm::Json),
            (None, _) if wants_json => Ok(ReportForm::Json),
            (None, Some(path)) => Ok(ReportForm::of(path).unwrap_or(ReportForm::Markdown)),
            (Some(ReportFormat::Markdown), _) | (None, None) => Ok(ReportForm::Markdown),
        }
    }
}
