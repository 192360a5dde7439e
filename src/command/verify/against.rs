//! `verify --against`: compares files with a report of `wrap`.

use std::ffi::OsStr;

use byok_core::inspect::Kind;
use byok_core::report::{Comparison, Files, NotCompared, OutputContent, Recorded, Report};

use super::assertion::{Assertion, Unmade};
use crate::context::Context;
use crate::expectation::ExpectationError;
use crate::failure::Failure;

/// The comparison of files with a report.
pub(super) struct Compared {
    pub(super) assertions: Vec<Assertion>,
    /// True if the report has the digest of a script, and a script was given.
    pub(super) has_script_digest: bool,
    /// The files in the report that were not given.
    missing: Vec<String>,
}

/// Reads the report `file`, and compares `files` with it.
///
/// # Errors
///
/// Those of reading the report. A difference is an assertion that fails.
pub(super) fn compare(
    file: &OsStr,
    files: &Files<'_>,
    context: &mut Context,
) -> Result<Compared, Failure> {
    let report = context.read_document(file, Kind::Report, Report::from_json)?;
    let compared = report.compare(files);
    let is_missing = |(recorded, comparison): &(Recorded, Comparison)| {
        let is_missing = *comparison == Comparison::NotMade(NotCompared::NotGiven);
        let wanted = output_of(*recorded).filter(|_| is_missing)?;
        let mut outputs = report.contents().outputs.iter();
        let output = outputs.find(|output| output.content == wanted);
        output.map(|output| output.name.clone())
    };
    let missing = compared.iter().filter_map(is_missing).collect();
    let of_script = compared
        .iter()
        .find(|(recorded, _)| *recorded == Recorded::Script);
    let has_script_digest =
        of_script.is_some_and(|(_, comparison)| !matches!(comparison, Comparison::NotMade(_)));
    Ok(Compared {
        assertions: compared.into_iter().map(assertion).collect(),
        has_script_digest,
        missing,
    })
}

impl Compared {
    /// Warns about the files in the report that were not compared.
    pub(super) fn warn(&self, context: &Context) {
        if self.missing.is_empty() {
            return;
        }
        let missing = self.missing.join(", ");
        let terminal = &context.terminal;
        terminal.warning(&format!("not compared with the report: {missing}"));
        terminal.hint(
            "to compare every file that wrap --out-dir wrote, run: byok verify --dir DIR --against REPORT",
        );
    }
}

/// Returns the output of `wrap` whose bytes are compared.
const fn output_of(recorded: Recorded) -> Option<OutputContent> {
    match recorded {
        Recorded::RequestFile => Some(OutputContent::ImportRequest),
        Recorded::EncryptedKeyMaterialFile => Some(OutputContent::EncryptedKeyMaterial),
        Recorded::ImportTokenFile => Some(OutputContent::ImportToken),
        Recorded::Script => Some(OutputContent::Script),
        Recorded::Command
        | Recorded::KeyId
        | Recorded::ImportToken
        | Recorded::EncryptedKeyMaterial
        | Recorded::Options
        | Recorded::WrappingKey => None,
    }
}

fn assertion((recorded, comparison): (Recorded, Comparison)) -> Assertion {
    let name = recorded.as_str();
    match comparison {
        Comparison::Same => Assertion::made(name, Ok(())),
        Comparison::Differs { expected, found } => {
            let what = what(recorded);
            let differs = ExpectationError::Differs {
                what,
                expected,
                found,
            };
            Assertion::made(name, Err(differs))
        }
        Comparison::NotMade(reason) => {
            Assertion::unmade(name, Unmade::Impossible(reason.to_string()))
        }
    }
}

/// Returns the name of the value in messages.
const fn what(recorded: Recorded) -> &'static str {
    match recorded {
        Recorded::Command => "command of the report",
        Recorded::RequestFile => "request file, against the report",
        Recorded::KeyId => "KMS key, against the report",
        Recorded::ImportToken => "import token, against the report",
        Recorded::EncryptedKeyMaterial => "wrapped key material, against the report",
        Recorded::Options => "request, against the report",
        Recorded::WrappingKey => "SHA-256 of the wrapping key, against the report",
        Recorded::EncryptedKeyMaterialFile => "EncryptedKeyMaterial.bin, against the report",
        Recorded::ImportTokenFile => "ImportToken.bin, against the report",
        Recorded::Script => "import.sh, against the report",
    }
}
