//! Why an `ImportKeyMaterial` request breaks the API's rules.

use core::{error, fmt};

use crate::{
    exception::{Exception, Refusal},
    key_spec::KeySpec,
    timestamp::Timestamp,
};

/// The reasons why AWS KMS refuses the members of a request, independent of its token and its blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// Members violate the constraints of the API; AWS's answer to all of them.
    Constraints(Refusal),
    /// `KEY_MATERIAL_EXPIRES` without `ValidTo`.
    ValidToMissing,
    /// `ValidTo` with `KEY_MATERIAL_DOES_NOT_EXPIRE`.
    ValidToWithoutExpiry,
    /// `ValidTo` is not in the future.
    ValidToPassed {
        /// The value of `ValidTo`.
        valid_to: Timestamp,
        /// The time at which it was checked.
        now: Timestamp,
    },
    /// `ValidTo` is more than 365 days ahead.
    ValidToTooFar {
        /// The value of `ValidTo`.
        valid_to: Timestamp,
        /// The latest value that AWS KMS accepts at the time of the check.
        latest: Timestamp,
    },
    /// `KeyMaterialId` with `NEW_KEY_MATERIAL`: new material has no ID yet.
    IdOfNewMaterial,
    /// These members are given, which only symmetric encryption keys accept.
    SymmetricOnly {
        /// The key spec of the KMS key.
        key_spec: KeySpec,
        /// The members.
        members: Vec<&'static str>,
    },
}

impl RequestError {
    /// Returns AWS's answer.
    ///
    /// The text for a missing `ValidTo` is recorded from AWS; those for `ValidTo` with
    /// `KEY_MATERIAL_DOES_NOT_EXPIRE` and in the past are those of an emulator; the others have none
    /// that is known.
    pub fn refusal(&self) -> Refusal {
        let text = match self {
            Self::Constraints(refusal) => return refusal.clone(),
            Self::ValidToMissing => {
                "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
            }
            Self::ValidToWithoutExpiry => {
                "The parameter ValidTo cannot be specified for a key with an expiration model of \
                 KEY_MATERIAL_DOES_NOT_EXPIRE"
            }
            Self::ValidToPassed { .. } => "ValidTo must be in the future",
            Self::ValidToTooFar { .. } | Self::IdOfNewMaterial | Self::SymmetricOnly { .. } => {
                return Refusal::without_text(Exception::Validation);
            }
        };
        Refusal::new(Exception::Validation, text)
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for RequestError {}
