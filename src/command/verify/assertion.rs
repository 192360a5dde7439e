//! The expectations of the caller, with their results.

use byok_core::verdict::CheckEntry;
use byok_core::verify::CheckResult;

use crate::expectation::ExpectationError;

/// An expectation of the caller, with its result.
pub(super) struct Assertion {
    pub(super) name: &'static str,
    outcome: AssertionOutcome,
}

enum AssertionOutcome {
    Passed,
    Failed(ExpectationError),
    NotChecked(Unmade),
}

/// The reasons why an assertion was not checked.
pub(super) enum Unmade {
    /// The given files do not allow the check.
    Impossible(String),
    /// The given files allow the check, and this version cannot decide it.
    Undecided(String),
}

impl Assertion {
    /// Creates an assertion that was checked.
    pub(super) fn made(name: &'static str, outcome: Result<(), ExpectationError>) -> Self {
        let outcome = outcome.map_or_else(AssertionOutcome::Failed, |()| AssertionOutcome::Passed);
        Self { name, outcome }
    }

    /// Creates an assertion that was not checked.
    pub(super) fn unmade(name: &'static str, reason: Unmade) -> Self {
        Self {
            name,
            outcome: AssertionOutcome::NotChecked(reason),
        }
    }

    /// Creates an assertion about the key material. `outcome` is `None` if the material was not opened.
    pub(super) fn of_material(
        name: &'static str,
        outcome: Option<Result<(), ExpectationError>>,
    ) -> Self {
        match outcome {
            Some(outcome) => Self::made(name, outcome),
            None => {
                let reason = "the key material was not opened".to_owned();
                Self::unmade(name, Unmade::Impossible(reason))
            }
        }
    }

    /// Returns the difference, if there is one.
    pub(super) fn failure(&self) -> Option<&ExpectationError> {
        match &self.outcome {
            AssertionOutcome::Failed(error) => Some(error),
            AssertionOutcome::Passed | AssertionOutcome::NotChecked(_) => None,
        }
    }

    /// Returns the difference, if there is one.
    pub(super) fn into_failure(self) -> Option<ExpectationError> {
        match self.outcome {
            AssertionOutcome::Failed(error) => Some(error),
            AssertionOutcome::Passed | AssertionOutcome::NotChecked(_) => None,
        }
    }

    /// Returns whether the given files allow the check and it was not made.
    pub(super) const fn is_undecided(&self) -> bool {
        matches!(
            self.outcome,
            AssertionOutcome::NotChecked(Unmade::Undecided(_))
        )
    }

    /// Returns the result as an entry of the verdict, with the difference, or the reason why the
    /// assertion was not checked.
    pub(super) fn entry(&self) -> CheckEntry {
        let (result, reason) = match &self.outcome {
            AssertionOutcome::Passed => (CheckResult::Passed, None),
            AssertionOutcome::Failed(error) => (CheckResult::Failed, Some(error.to_string())),
            AssertionOutcome::NotChecked(
                Unmade::Impossible(reason) | Unmade::Undecided(reason),
            ) => (CheckResult::NotChecked, Some(reason.clone())),
        };
        CheckEntry::new(self.name, result).with_reason(reason)
    }
}
