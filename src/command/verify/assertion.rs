//! The expectations of the caller, and their results.

use byok_core::verify::{CheckResult, Verification};

use crate::expectation::ExpectationError;

/// Something that the caller said must hold.
pub(super) struct Assertion {
    pub(super) name: &'static str,
    /// `None` where it could not be checked.
    pub(super) outcome: Option<Result<(), String>>,
}

impl Assertion {
    /// An assertion and how it came out.
    pub(super) fn of(name: &'static str, outcome: Option<Result<(), ExpectationError>>) -> Self {
        Self {
            name,
            outcome: outcome.map(|outcome| outcome.map_err(|error| error.to_string())),
        }
    }

    /// What differs, if something does.
    pub(super) fn failure(&self) -> Option<&str> {
        self.outcome
            .as_ref()
            .and_then(|outcome| outcome.as_ref().err())
            .map(String::as_str)
    }

    const fn result(&self) -> CheckResult {
        match self.outcome {
            Some(Ok(())) => CheckResult::Passed,
            Some(Err(_)) => CheckResult::Failed,
            None => CheckResult::NotChecked,
        }
    }
}

/// Every check and assertion with its result, in order.
pub(super) fn results(
    verification: &Verification,
    assertions: &[Assertion],
) -> Vec<(&'static str, CheckResult)> {
    let checks = verification
        .checks
        .iter()
        .map(|(check, result)| (check.as_str(), *result));
    checks
        .chain(
            assertions
                .iter()
                .map(|assertion| (assertion.name, assertion.result())),
        )
        .collect()
}
