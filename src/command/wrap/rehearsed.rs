//! `wrap --rehearsed`: only what was rehearsed is wrapped.

use std::ffi::OsString;

use byok_core::inspect::Kind;
use byok_core::report::{MaterialMatch, Report, Subject};
use byok_core::verify::CheckResult;
use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::expectation::ExpectationError;
use crate::failure::Failure;

/// Which rehearsal must stand for this import.
#[derive(Debug, Args)]
#[command(next_help_heading = "What must hold")]
pub(super) struct RehearsedArgs {
    /// The report, in JSON, of a rehearsal of this import that passed
    #[arg(long, value_name = "REPORT")]
    rehearsed: Option<OsString>,
    /// What that rehearsal may have had otherwise
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "WHAT",
        requires = "rehearsed"
    )]
    rehearsed_except: Option<Except>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Except {
    /// The key material: it was with a throwaway key
    Material,
}

impl RehearsedArgs {
    /// Reads the report, if one is named.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is no report.
    pub(super) fn read(&self, context: &mut Context) -> Result<Option<Report>, Failure> {
        let Some(file) = &self.rehearsed else {
            return Ok(None);
        };
        context
            .read_document(file, Kind::Report, Report::from_json)
            .map(Some)
    }

    /// Makes sure that `report` is of a rehearsal of what is about to be wrapped.
    ///
    /// # Errors
    ///
    /// [`ExpectationError::NotRehearsed`], with everything that differs.
    pub(super) fn check(
        &self,
        report: &Report,
        subject: &Subject<'_>,
    ) -> Result<(), ExpectationError> {
        report
            .check_rehearsal_of(subject, self.material_match())
            .map_err(ExpectationError::NotRehearsed)
    }

    /// The checks as a report has them, once nothing differs.
    pub(super) fn checks(&self) -> [(&'static str, CheckResult); 2] {
        let passed = |was_made| {
            if was_made {
                CheckResult::Passed
            } else {
                CheckResult::NotChecked
            }
        };
        let with_material =
            self.rehearsed.is_some() && self.material_match() == MaterialMatch::Same;
        [
            ("Rehearsed", passed(self.rehearsed.is_some())),
            ("RehearsedMaterial", passed(with_material)),
        ]
    }

    /// The override, for reports.
    pub(super) fn as_override(&self) -> Option<String> {
        self.rehearsed_except
            .map(|Except::Material| "--rehearsed-except material".to_owned())
    }

    fn material_match(&self) -> MaterialMatch {
        if self.rehearsed_except.is_some() {
            MaterialMatch::Any
        } else {
            MaterialMatch::Same
        }
    }
}
