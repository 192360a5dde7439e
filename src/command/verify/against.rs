//! `verify --against`: are these the files that `wrap` wrote?

use std::ffi::OsStr;

use byok_core::inspect::Kind;
use byok_core::report::{Comparison, Files, Recorded, Report};

use super::assertion::Assertion;
use crate::context::Context;
use crate::expectation::ExpectationError;

/// Reads the report that `file` is, and compares `files` with what it speaks of.
///
/// # Errors
///
/// A file that cannot be read, or is no report. What differs is an assertion that fails.
pub(super) fn compare(
    file: &OsStr,
    files: &Files<'_>,
    context: &mut Context,
) -> anyhow::Result<Vec<Assertion>> {
    let report = context.read_document(file, Kind::Report, Report::from_json)?;
    Ok(report.compare(files).into_iter().map(assertion).collect())
}

fn assertion((recorded, comparison): (Recorded, Comparison)) -> Assertion {
    let outcome = match comparison {
        Comparison::Same => Some(Ok(())),
        Comparison::Differs { expected, found } => Some(Err(ExpectationError::Differs {
            what: what(recorded),
            expected,
            found,
        })),
        Comparison::NotMade => None,
    };
    Assertion::of(recorded.as_str(), outcome)
}

/// What differs, in words.
const fn what(recorded: Recorded) -> &'static str {
    match recorded {
        Recorded::Command => "command of the report",
        Recorded::RequestFile => "file of the request, against the report",
        Recorded::KeyId => "KMS key, against the report",
        Recorded::ImportToken => "import token, against the report",
        Recorded::EncryptedKeyMaterial => "wrapped key material, against the report",
        Recorded::Options => "request, against the report",
        Recorded::WrappingKey => "SHA-256 of the wrapping key, against the report",
    }
}
