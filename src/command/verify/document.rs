//! The verdict of `verify` as a document.

use byok_core::error_body::ErrorBody;
use byok_core::verdict::{CheckEntry, ImportResponse, MaterialFacts, VerdictDocument, VerdictKind};
use byok_core::verify::{Accepted, Check, CheckResult, Verdict};

use super::assertion::Assertion;
use super::outcome::Outcome;
use crate::material::FormatNotes;

impl Outcome {
    /// Returns the document. `overrides` are the options that turned a check off.
    pub(super) fn document(&self, overrides: Vec<String>) -> VerdictDocument {
        let verdict = &self.verification.verdict;
        let diagnosed = self.diagnosed.as_ref();
        VerdictDocument {
            response: match verdict {
                Verdict::Accepted(accepted) => response(accepted),
                Verdict::UndecidedMaterial(_) | Verdict::Undecided { .. } | Verdict::Refused(_) => {
                    None
                }
            },
            exception: match verdict {
                Verdict::Refused(error) => Some(ErrorBody::from(&error.refusal())),
                Verdict::Accepted(_)
                | Verdict::UndecidedMaterial(_)
                | Verdict::Undecided { .. } => None,
            },
            cause: diagnosed.and_then(|diagnosed| diagnosed.cause.clone()),
            hints: diagnosed.map_or_else(Vec::new, |diagnosed| diagnosed.hints.clone()),
            recorded: self.is_recorded,
            checks: self.checks(),
            key_material: verdict.accepted().map(|accepted| {
                let remarks =
                    FormatNotes::of_wrapped(&accepted.material, &accepted.remarks).texts();
                MaterialFacts::of(&accepted.material).from_file(accepted.source_format, remarks)
            }),
            diagnosis: diagnosed.map_or_else(Vec::new, |diagnosed| diagnosed.entries.clone()),
            overrides,
            ..VerdictDocument::new(kind(verdict))
        }
    }

    /// Returns every check and every expectation of the caller, in order.
    fn checks(&self) -> Vec<CheckEntry> {
        let of_check = |(check, result): &(Check, CheckResult)| {
            let reason = self.verification.not_checked(*check);
            CheckEntry::new(check.as_str(), *result)
                .with_reason(reason.map(|reason| reason.to_string()))
        };
        let checks = self.verification.checks.iter().map(of_check);
        checks
            .chain(self.assertions.iter().map(Assertion::entry))
            .collect()
    }
}

const fn kind(verdict: &Verdict) -> VerdictKind {
    match verdict {
        Verdict::Accepted(_) => VerdictKind::Accepted,
        Verdict::Refused(_) => VerdictKind::Refused,
        Verdict::UndecidedMaterial(_) | Verdict::Undecided { .. } => VerdictKind::Undecided,
    }
}

/// Returns AWS's response, if the request named a key.
fn response(accepted: &Accepted) -> Option<ImportResponse> {
    Some(ImportResponse {
        key_id: accepted.key_arn.clone()?,
        key_material_id: accepted.key_material_id().cloned(),
    })
}
