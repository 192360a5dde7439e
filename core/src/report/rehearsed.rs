//! Checks that a rehearsal covers an import.

use core::fmt;

use super::{Report, ReportKind, Reported};
use crate::{
    fingerprint::Fingerprint, key_material::KeyMaterial, key_metadata::ExpirationModel,
    key_spec::KeySpec, verdict::VerdictKind, words::words, wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec, wrapping_public_key::WrappingPublicKey,
};

words! {
    /// The properties that a rehearsal and its import share.
    pub enum Compared {
        /// The fingerprint.
        Fingerprint = "Fingerprint",
        /// The key spec.
        KeySpec = "KeySpec",
        /// The wrapping algorithm.
        WrappingAlgorithm = "WrappingAlgorithm",
        /// The wrapping key spec.
        WrappingKeySpec = "WrappingKeySpec",
        /// The expiration model.
        ExpirationModel = "ExpirationModel",
    }
}

/// The import to compare with a rehearsal.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The material; `None` if it was wrapped elsewhere and cannot be seen.
    pub material: Option<&'a KeyMaterial>,
    /// The key spec.
    pub key_spec: KeySpec,
    /// The wrapping algorithm.
    pub wrapping_algorithm: WrappingAlgorithm,
    /// The wrapping key spec.
    pub wrapping_key_spec: WrappingKeySpec,
    /// The expiration model.
    pub expiration_model: ExpirationModel,
}

/// The rule for the material of the rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialMatch {
    /// It must.
    Same,
    /// It may have had other material, such as a throwaway key.
    Any,
}

/// The reasons why a rehearsal does not cover an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It was a production run.
    NotARehearsal,
    /// Its verdict was not yes.
    Verdict(VerdictKind),
    /// Its verdict was yes, but this check failed.
    FailedCheck(String),
    /// A property differs.
    Member {
        /// The property.
        member: Compared,
        /// The rehearsed value.
        rehearsed: String,
        /// The import to compare with a rehearsal.
        now: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARehearsal => {
                write!(
                    f,
                    "expected the report of a rehearsal ({}), found {}",
                    ReportKind::Emulated,
                    ReportKind::ProductionWrap
                )
            }
            Self::Verdict(verdict) => {
                write!(
                    f,
                    "expected the verdict {}, found {verdict}",
                    VerdictKind::Accepted
                )
            }
            Self::FailedCheck(name) => write!(f, "expected only passed checks, but {name} failed"),
            Self::Member {
                member,
                rehearsed,
                now,
            } => {
                write!(
                    f,
                    "{member}: expected {rehearsed}, as rehearsed, found {now}"
                )
            }
        }
    }
}

/// A rehearsal that does not cover an import, with at least one reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the report does not show a passed rehearsal of this import")]
pub struct NotRehearsed(pub Vec<Difference>);

impl Report {
    /// Checks that this is the report of a rehearsal that passed, and that it rehearsed the import
    /// of `subject`.
    ///
    /// Compares the expiration model, not the times.
    ///
    /// # Errors
    ///
    /// [`NotRehearsed`], with every difference.
    pub fn check_rehearsal_of(
        &self,
        subject: &Subject<'_>,
        material: MaterialMatch,
    ) -> Result<(), NotRehearsed> {
        let mut differences = self.why_not_passed();
        if material == MaterialMatch::Same {
            differences.extend(self.other_material(subject.material));
        }
        let (key, wrapping, import) = (&self.0.kms_key, &self.0.wrapping, &self.0.import);
        differences.extend(
            [
                other(Compared::KeySpec, &key.key_spec, &subject.key_spec),
                other(
                    Compared::WrappingAlgorithm,
                    &wrapping.wrapping_algorithm,
                    &subject.wrapping_algorithm,
                ),
                other(
                    Compared::WrappingKeySpec,
                    &wrapping.wrapping_key_spec,
                    &subject.wrapping_key_spec,
                ),
                other(
                    Compared::ExpirationModel,
                    &import.expiration_model,
                    &subject.expiration_model,
                ),
            ]
            .into_iter()
            .flatten(),
        );
        if differences.is_empty() {
            Ok(())
        } else {
            Err(NotRehearsed(differences))
        }
    }

    /// Returns whether the report names `key` as the wrapping key of its run.
    pub fn is_under(&self, key: &WrappingPublicKey) -> bool {
        let fingerprint = Fingerprint::Spki(key.sha256());
        self.0.wrapping.fingerprint.known() == Some(&fingerprint)
    }

    fn why_not_passed(&self) -> Vec<Difference> {
        let report = &self.0;
        let mut why = Vec::new();
        if report.kind != ReportKind::Emulated {
            why.push(Difference::NotARehearsal);
        }
        if report.verdict == VerdictKind::Accepted {
            why.extend(
                report
                    .failed_checks()
                    .map(|name| Difference::FailedCheck(name.to_owned())),
            );
        } else {
            why.push(Difference::Verdict(report.verdict));
        }
        why
    }

    /// Unknown material, on either side, is not the same.
    fn other_material(&self, material: Option<&KeyMaterial>) -> Option<Difference> {
        let rehearsed = self
            .0
            .key_material
            .as_ref()
            .map(|material| material.fingerprint);
        if let (Some(rehearsed), Some(material)) = (rehearsed, material)
            && material.goes_by(&rehearsed)
        {
            return None;
        }
        Some(Difference::Member {
            member: Compared::Fingerprint,
            rehearsed: Reported::from(rehearsed).to_string(),
            now: Reported::from(material.map(KeyMaterial::fingerprint)).to_string(),
        })
    }
}

/// An unknown value was not rehearsed.
fn other<T: PartialEq + fmt::Display>(
    member: Compared,
    rehearsed: &Reported<T>,
    now: &T,
) -> Option<Difference> {
    let is_same = rehearsed.known() == Some(now);
    (!is_same).then(|| Difference::Member {
        member,
        rehearsed: rehearsed.to_string(),
        now: now.to_string(),
    })
}
