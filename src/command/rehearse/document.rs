//! The verdict of `rehearse` as a document.

use byok_core::error_body::ErrorBody;
use byok_core::rehearse::Rehearsal;
use byok_core::verdict::{MaterialFacts, VerdictDocument, VerdictKind};

use super::contents::all_checks_passed;
use super::refused::Refused;
use super::subject::RehearsedMaterial;

/// Returns the document. `overrides` are the options that turned a check off.
pub(super) fn document(
    subject: Option<&RehearsedMaterial>,
    outcome: Result<&Rehearsal, &Refused>,
    overrides: Vec<String>,
) -> VerdictDocument {
    let document = match outcome {
        Ok(rehearsal) => VerdictDocument {
            wrapping_algorithm: Some(rehearsal.algorithm),
            wrapping_key_spec: Some(rehearsal.parameters.public_key.spec()),
            checks: all_checks_passed(),
            ..VerdictDocument::new(VerdictKind::Accepted)
        },
        Err(Refused { rejection, checks }) => VerdictDocument {
            exception: Some(ErrorBody::from(&rejection.refusal)),
            cause: Some(rejection.cause.clone()).filter(|cause| !cause.is_empty()),
            hints: rejection.hints.clone(),
            checks: checks.clone(),
            diagnosis: rejection.entries.clone(),
            ..VerdictDocument::new(VerdictKind::Refused)
        },
    };
    VerdictDocument {
        key_material: subject.map(facts),
        overrides,
        ..document
    }
}

fn facts(subject: &RehearsedMaterial) -> MaterialFacts {
    let facts = MaterialFacts::of(&subject.material);
    let remarks = subject.remarks.texts();
    match subject.source_format {
        Some(source_format) => facts.from_file(source_format, remarks),
        None => MaterialFacts {
            remarks: (!remarks.is_empty()).then_some(remarks),
            ..facts
        },
    }
}
