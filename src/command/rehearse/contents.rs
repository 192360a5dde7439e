//! The report contents of a `rehearse` run.

use std::cmp::Ordering;

use byok_core::key_id::Place;
use byok_core::key_spec::KeySpec;
use byok_core::rehearse::{Rehearsal, RehearseError};
use byok_core::report::{
    Command, Contents, Import, KeyMaterialFacts, KmsKey, OutputFile, ReportKind, Reported, Wrapping,
};
use byok_core::verdict::{CheckEntry, MaterialFacts, RunCheck, VerdictDocument};
use byok_core::verify::{Check, CheckResult};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;

use super::subject::RehearsedMaterial;
use crate::material::conversion;
use crate::report::ReportContext;

/// The check before those of ImportKeyMaterial.
const COMBINATION: &str = RunCheck::Combination.as_str();

/// Returns the checks of a rehearsal that ended with `error`. The checks after the failed one were
/// not made.
pub(super) fn checks_until(error: &RehearseError) -> Vec<CheckEntry> {
    let failed = match error {
        RehearseError::Verify(error) => error.check().as_str(),
        RehearseError::Params(_)
        | RehearseError::Wrap(_)
        | RehearseError::NotTheSameKey
        | RehearseError::Undecided(_) => COMBINATION,
    };
    let before = names().take_while(|name| *name != failed).count();
    checks(|at| match at.cmp(&before) {
        Ordering::Less => CheckResult::Passed,
        Ordering::Equal => CheckResult::Failed,
        Ordering::Greater => CheckResult::NotChecked,
    })
}

/// Returns the checks of a rehearsal whose material is unusable. byok checks that first.
pub(super) fn checks_of_unusable_material() -> Vec<CheckEntry> {
    let material = names()
        .take_while(|name| *name != Check::KeyMaterial.as_str())
        .count();
    checks(|at| {
        if at == material {
            CheckResult::Failed
        } else {
            CheckResult::NotChecked
        }
    })
}

/// Returns the checks of a rehearsal that ran to its end.
pub(super) fn all_checks_passed() -> Vec<CheckEntry> {
    checks(|_| CheckResult::Passed)
}

/// Returns every check, with its result by position.
fn checks(result: impl Fn(usize) -> CheckResult) -> Vec<CheckEntry> {
    names()
        .enumerate()
        .map(|(at, name)| CheckEntry::new(name, result(at)))
        .collect()
}

/// Returns the names of the checks, in order.
fn names() -> impl Iterator<Item = &'static str> {
    [COMBINATION]
        .into_iter()
        .chain(Check::ALL.iter().map(|check| check.as_str()))
}

/// The requested options, as far as they could be parsed.
pub(super) struct RequestedOptions {
    pub(super) place: Place,
    pub(super) key_spec: Option<KeySpec>,
    pub(super) algorithm: Option<WrappingAlgorithm>,
    pub(super) wrapping_key_spec: Option<WrappingKeySpec>,
}

/// Builds the report contents of a rehearsal with this verdict.
pub(super) fn contents(
    report_context: ReportContext,
    requested: &RequestedOptions,
    subject: Option<&RehearsedMaterial>,
    rehearsal: Option<&Rehearsal>,
    document: VerdictDocument,
    outputs: Vec<OutputFile>,
) -> Contents {
    let key_spec = subject
        .map(|subject| subject.material.key_spec())
        .or(requested.key_spec);
    let kms_key = rehearsal.map_or_else(
        || KmsKey::in_place(&requested.place),
        |rehearsal| KmsKey::of(rehearsal.parameters.key_arn.clone()),
    );
    Contents {
        kind: ReportKind::Emulated,
        schema_version: document.schema_version,
        command: Command::Rehearse,
        verdict: document.verdict,
        exception: document.exception,
        cause: document.cause,
        kms_key: KmsKey {
            key_spec: Reported::from(key_spec),
            ..kms_key
        },
        wrapping: rehearsal.map_or_else(|| wrapping_asked(requested), wrapping),
        key_material: subject
            .zip(document.key_material)
            .map(|(subject, facts)| material(subject, &facts)),
        import: rehearsal.map_or_else(
            || Import::without_request(None),
            |rehearsal| Import::from(&rehearsal.request),
        ),
        checks: document.checks,
        warnings: report_context.warnings,
        overrides: document.overrides,
        inputs: report_context.inputs,
        outputs,
        notes: report_context.notes,
        run: report_context.run,
        to_fill_in: ReportKind::Emulated.blanks(),
    }
}

fn wrapping(rehearsal: &Rehearsal) -> Wrapping {
    let parameters = &rehearsal.parameters;
    Wrapping::UNKNOWN
        .with_algorithm(rehearsal.algorithm)
        .under_key(&parameters.public_key)
        .valid_to(parameters.parameters_valid_to)
}

fn wrapping_asked(requested: &RequestedOptions) -> Wrapping {
    let wrapping = Wrapping {
        wrapping_key_spec: requested.wrapping_key_spec.into(),
        ..Wrapping::UNKNOWN
    };
    match requested.algorithm {
        Some(algorithm) => wrapping.with_algorithm(algorithm),
        None => wrapping,
    }
}

fn material(subject: &RehearsedMaterial, facts: &MaterialFacts) -> KeyMaterialFacts {
    let (came_as, conversion) = match subject.source_format {
        Some(format) => (format.to_string(), conversion(format, &subject.material)),
        None => (subject.name.clone(), None),
    };
    let conversion = conversion.unwrap_or_else(|| "none".to_owned());
    KeyMaterialFacts::new(facts, came_as, conversion, subject.remarks.texts())
}
