//! The operations that each state of a KMS key permits.

use core::{error, fmt};

use crate::{
    exception::{Exception, Refusal},
    key_id::KeyArn,
    key_metadata::{KeyMetadata, KeyState, Origin},
    operation::Operation,
};

/// The requirement of an operation on the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// The key exists, or the operation names no key.
    Nothing,
    /// The origin is `EXTERNAL`.
    External,
    /// The key is enabled, and in no custom key store.
    Rotation,
    /// The key is enabled, and AWS KMS generates its material.
    AutomaticRotation,
    /// The key is usable.
    Use,
    /// The key is neither being created nor pending deletion.
    PublicKey,
    /// The key is not pending an import.
    RotationStatus,
    /// The key is enabled or disabled.
    Switch,
    /// The key is not pending deletion.
    NoDeletion,
    /// The key is pending deletion.
    Deletion,
}

impl Operation {
    const fn need(self) -> Need {
        match self {
            Self::GetParametersForImport
            | Self::ImportKeyMaterial
            | Self::DeleteImportedKeyMaterial => Need::External,
            Self::ReplicateKey | Self::RotateKeyOnDemand | Self::UpdatePrimaryRegion => {
                Need::Rotation
            }
            Self::DisableKeyRotation | Self::EnableKeyRotation => Need::AutomaticRotation,
            Self::CreateGrant
            | Self::Decrypt
            | Self::Encrypt
            | Self::DeriveSharedSecret
            | Self::GenerateDataKey
            | Self::GenerateDataKeyPair
            | Self::GenerateDataKeyPairWithoutPlaintext
            | Self::GenerateDataKeyWithoutPlaintext
            | Self::ReEncrypt
            | Self::GenerateMac
            | Self::Sign
            | Self::Verify
            | Self::VerifyMac => Need::Use,
            Self::GetPublicKey => Need::PublicKey,
            Self::GetKeyRotationStatus => Need::RotationStatus,
            Self::DisableKey | Self::EnableKey => Need::Switch,
            Self::CreateAlias
            | Self::ScheduleKeyDeletion
            | Self::TagResource
            | Self::UntagResource
            | Self::UpdateAlias
            | Self::UpdateKeyDescription => Need::NoDeletion,
            Self::CancelKeyDeletion => Need::Deletion,
            Self::CreateKey
            | Self::DeleteAlias
            | Self::DescribeKey
            | Self::GenerateRandom
            | Self::GetKeyLastUsage
            | Self::GetKeyPolicy
            | Self::ListAliases
            | Self::ListGrants
            | Self::ListKeyPolicies
            | Self::ListKeyRotations
            | Self::ListKeys
            | Self::ListResourceTags
            | Self::ListRetirableGrants
            | Self::PutKeyPolicy
            | Self::RetireGrant
            | Self::RevokeGrant => Need::Nothing,
        }
    }
}

/// A KMS key that does not permit an operation now, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStateError {
    /// The operation does not support keys of this origin, or not in this state.
    Origin {
        /// The ARN of the key.
        arn: KeyArn,
        /// The origin.
        origin: Origin,
    },
    /// The state does not permit it.
    State {
        /// The ARN of the key.
        arn: KeyArn,
        /// The state.
        state: KeyState,
    },
    /// The key is not pending deletion.
    NotPendingDeletion {
        /// The ARN of the key.
        arn: KeyArn,
    },
}

impl KeyStateError {
    /// Returns AWS's answer.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "Key states of AWS KMS keys", the notes below the table.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Origin { arn, origin } => Refusal::new(
                Exception::UnsupportedOperation,
                format!("{arn} origin is {origin} which is not valid for this operation."),
            ),
            Self::State { arn, state } => {
                let exception = match state {
                    KeyState::Disabled => Exception::Disabled,
                    _ => Exception::KmsInvalidState,
                };
                let state = match state {
                    KeyState::Creating => "is creating.",
                    KeyState::Updating => "is updating.",
                    KeyState::PendingDeletion => "is pending deletion.",
                    KeyState::PendingReplicaDeletion => "is pending replica deletion.",
                    KeyState::PendingImport => "is pending import.",
                    KeyState::Unavailable => "is unavailable.",
                    KeyState::Disabled => "is disabled.",
                    KeyState::Enabled => "is enabled.",
                };
                Refusal::new(exception, format!("{arn} {state}"))
            }
            Self::NotPendingDeletion { arn } => Refusal::new(
                Exception::KmsInvalidState,
                format!("{arn} is not pending deletion."),
            ),
        }
    }
}

impl fmt::Display for KeyStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for KeyStateError {}

/// Checks that a key permits `operation`: its origin first, then its state.
///
/// # Errors
///
/// [`KeyStateError`], with AWS's answer.
///
/// # Source
///
/// AWS KMS Developer Guide, "Key states of AWS KMS keys".
pub fn check_state(key: &KeyMetadata, operation: Operation) -> Result<(), KeyStateError> {
    use KeyState::{
        Creating, Disabled, Enabled, PendingDeletion, PendingImport, PendingReplicaDeletion,
        Updating,
    };
    let need = operation.need();
    let is_external = key.origin == Origin::External;
    let has_wrong_origin = match need {
        Need::External => !is_external,
        Need::Rotation => !is_external && !key.is_generated(),
        Need::AutomaticRotation => !key.is_generated(),
        Need::RotationStatus => is_external && key.key_state == PendingImport,
        _ => false,
    };
    if has_wrong_origin {
        return Err(KeyStateError::Origin {
            arn: key.arn.clone(),
            origin: key.origin,
        });
    }
    let state = key.key_state;
    let is_being_deleted = matches!(state, PendingDeletion | PendingReplicaDeletion);
    let is_allowed = match (need, operation) {
        (Need::Nothing | Need::RotationStatus, _) => true,
        (Need::External, Operation::ImportKeyMaterial) => {
            matches!(state, Enabled | Disabled | PendingImport | Updating)
        }
        (Need::External, Operation::DeleteImportedKeyMaterial) => {
            matches!(state, Enabled | Disabled | PendingImport) || is_being_deleted
        }
        (Need::Rotation | Need::AutomaticRotation, _) => state == Enabled,
        (Need::External, _) => matches!(state, Enabled | Disabled | PendingImport),
        (Need::Use, _) => matches!(state, Enabled | Updating),
        (Need::PublicKey, _) => matches!(state, Enabled | Disabled | PendingImport | Updating),
        (Need::Switch, _) => {
            !matches!(state, Creating | Updating | PendingImport) && !is_being_deleted
        }
        (Need::NoDeletion, Operation::ScheduleKeyDeletion) => {
            state != Updating && !is_being_deleted
        }
        (Need::NoDeletion, _) => !is_being_deleted,
        (Need::Deletion, _) if is_being_deleted => true,
        (Need::Deletion, _) => {
            return Err(KeyStateError::NotPendingDeletion {
                arn: key.arn.clone(),
            });
        }
    };
    if is_allowed {
        return Ok(());
    }
    Err(KeyStateError::State {
        arn: key.arn.clone(),
        state,
    })
}
