//! The result of a verification: every check, and the verdict.

use super::{
    check::{Check, CheckResult, NotChecked},
    error::VerifyError,
};
use crate::{
    import_token::{TokenContents, TokenFacts, TokenOrigin},
    key_file::{FormatNote, SourceFormat},
    key_id::KeyArn,
    key_material::{KeyMaterial, Reading},
    key_material_id::KeyMaterialId,
    key_spec::KeySpec,
    rehearsed_key::Association,
};

/// The result of a verification.
#[derive(Debug)]
pub struct Verification {
    /// Every check of [`Check::ALL`], in order.
    pub checks: Vec<(Check, CheckResult)>,
    /// The facts in the token, if it is authentic.
    pub token: Option<TokenFacts>,
    /// The contents of the token, if the request was refused after the token was token_contents: for
    /// [`explain`](crate::explain::explain).
    pub token_contents: Option<Box<TokenContents>>,
    /// The verdict.
    pub verdict: Verdict,
}

/// The answer of AWS KMS.
#[derive(Debug)]
pub enum Verdict {
    /// It would import the material.
    Accepted(Accepted),
    /// It would refuse.
    Refused(VerifyError),
    /// Only AWS KMS can tell: the token is not a rehearsal's.
    Undecided {
        /// Whose it is: AWS KMS's, or unknown.
        origin: TokenOrigin,
    },
    /// Only AWS KMS can tell: nothing shows that it takes such material ([`KeyMaterial::is_unproven`]).
    /// Nothing is recorded.
    UndecidedMaterial(Accepted),
}

impl Verdict {
    /// Returns the contents of the request, if they were decrypted and nothing in it would be refused.
    pub fn accepted(&self) -> Option<&Accepted> {
        match self {
            Self::Accepted(accepted) | Self::UndecidedMaterial(accepted) => Some(accepted),
            Self::Refused(_) | Self::Undecided { .. } => None,
        }
    }
}

/// The contents of the request, and the wrapping.
#[derive(Debug)]
pub struct Accepted {
    /// The KMS key, if the request named one.
    pub key_arn: Option<KeyArn>,
    /// The material. It stays here; its public facts may leave.
    pub material: KeyMaterial,
    /// The relation of the material to the KMS key, if the request named one.
    pub association: Option<(KeyMaterialId, Association)>,
    /// The form in which it was wrapped.
    pub source_format: SourceFormat,
    /// Notes on what is accepted here and has no recorded answer of AWS KMS.
    pub remarks: Vec<FormatNote>,
}

impl Accepted {
    pub(super) fn new(key_arn: Option<KeyArn>, reading: Reading) -> Self {
        let Reading {
            material,
            source_format,
            remarks,
        } = reading;
        Self {
            key_arn,
            material,
            association: None,
            source_format,
            remarks,
        }
    }

    /// Returns the `KeyMaterialId` of AWS's response. Only symmetric encryption keys have one.
    pub fn key_material_id(&self) -> Option<&KeyMaterialId> {
        let is_symmetric = self.material.key_spec() == KeySpec::SymmetricDefault;
        self.association
            .as_ref()
            .filter(|_| is_symmetric)
            .map(|(id, _)| id)
    }
}

impl Verification {
    /// Returns the reason why `check` was not made, or `None` if it was.
    pub fn not_checked(&self, check: Check) -> Option<NotChecked> {
        let result = |wanted: Check| {
            let found = self.checks.iter().find(|(check, _)| *check == wanted);
            found.map_or(CheckResult::NotChecked, |(_, result)| *result)
        };
        if result(check) != CheckResult::NotChecked {
            return None;
        }
        let failed = self
            .checks
            .iter()
            .find(|(_, result)| *result == CheckResult::Failed);
        if let Some((failed, _)) = failed.filter(|(failed, _)| *failed < check) {
            return Some(NotChecked::After(*failed));
        }
        if result(Check::Parameters) == CheckResult::NotChecked {
            return Some(NotChecked::NoRequest);
        }
        if matches!(self.verdict, Verdict::UndecidedMaterial(_)) {
            return Some(NotChecked::UnprovenMaterial);
        }
        let is_unknown = matches!(
            self.verdict,
            Verdict::Undecided {
                origin: TokenOrigin::Unknown
            }
        );
        Some(match check {
            Check::ImportToken if is_unknown => NotChecked::TokenUnknown,
            Check::ImportToken => NotChecked::TokenOfAws,
            Check::ParametersValidTo => NotChecked::NoEnd,
            Check::Parameters | Check::KeyId | Check::KeyState | Check::KeyMaterialId => {
                NotChecked::KeyOfAws
            }
            Check::EncryptedKeyMaterialSize | Check::Decryption | Check::KeyMaterial => {
                NotChecked::MaterialOfAws
            }
        })
    }

    /// Returns the outcome for a request whose token has these `contents`.
    pub(super) fn with_token(
        contents: TokenContents,
        outcome: Result<Accepted, VerifyError>,
    ) -> Self {
        let is_refused = outcome.is_err();
        Self {
            token: Some(contents.facts()),
            token_contents: is_refused.then(|| Box::new(contents)),
            ..Self::of(Check::ALL, outcome)
        }
    }

    /// All checks of `made` passed, or those before the first that failed or was left undecided.
    pub(super) fn of(made: &[Check], outcome: Result<Accepted, VerifyError>) -> Self {
        match outcome {
            Ok(accepted) if accepted.material.is_unproven() => {
                let passed = before(Check::KeyMaterial, made);
                Self::new(&passed, None, Verdict::UndecidedMaterial(accepted))
            }
            Ok(accepted) => Self::new(made, None, Verdict::Accepted(accepted)),
            Err(error) => Self::refused(made, error),
        }
    }

    /// The checks of `made` before the failed one passed.
    pub(super) fn refused(made: &[Check], error: VerifyError) -> Self {
        let failed = error.check();
        let passed = before(failed, made);
        Self::new(&passed, Some(failed), Verdict::Refused(error))
    }

    pub(super) fn new(passed: &[Check], failed: Option<Check>, verdict: Verdict) -> Self {
        let result = |check: Check| match check {
            check if failed == Some(check) => CheckResult::Failed,
            check if passed.contains(&check) => CheckResult::Passed,
            _ => CheckResult::NotChecked,
        };
        Self {
            checks: Check::ALL
                .iter()
                .map(|check| (*check, result(*check)))
                .collect(),
            token: None,
            token_contents: None,
            verdict,
        }
    }
}

/// Returns the checks of `made` before `check`.
fn before(check: Check, made: &[Check]) -> Vec<Check> {
    let is_earlier = |earlier: &Check| *earlier < check;
    made.iter().copied().filter(is_earlier).collect()
}
