//! `wrap --rehearsed`: wraps only what was rehearsed.

use std::ffi::OsString;

use byok_core::inspect::Kind;
use byok_core::report::{MaterialMatch, Report, Subject};
use byok_core::verdict::RunCheck;
use byok_core::verify::CheckResult;
use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::expectation::ExpectationError;
use crate::failure::Failure;

/// The rehearsal that must cover this import.
#[derive(Debug, Args)]
#[command(next_help_heading = "Expectations")]
pub(super) struct RehearsedArgs {
    /// A JSON report of a rehearsal of this import that passed
    #[arg(long, value_name = "REPORT")]
    rehearsed: Option<OsString>,
    /// What can differ from that rehearsal
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
    /// The key material: the rehearsal used a throwaway key
    Material,
}

impl RehearsedArgs {
    /// Reads the report, if one is named.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not a report.
    pub(super) fn read(&self, context: &mut Context) -> Result<Option<Report>, Failure> {
        let Some(file) = &self.rehearsed else {
            return Ok(None);
        };
        context
            .read_document(file, Kind::Report, Report::from_json)
            .map(Some)
    }

    /// Checks that `report` covers the material, the key and the algorithm of this wrap.
    ///
    /// # Errors
    ///
    /// [`ExpectationError::NotRehearsed`], with every difference.
    pub(super) fn check(
        &self,
        report: &Report,
        subject: &Subject<'_>,
    ) -> Result<(), ExpectationError> {
        report
            .check_rehearsal_of(subject, self.material_match())
            .map_err(ExpectationError::NotRehearsed)
    }

    /// Returns the checks for a report without differences.
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
            (
                RunCheck::Rehearsed.as_str(),
                passed(self.rehearsed.is_some()),
            ),
            (RunCheck::RehearsedMaterial.as_str(), passed(with_material)),
        ]
    }

    /// Returns the override, for reports.
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
