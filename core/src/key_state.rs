//! Which operation the state of a KMS key allows.

use core::{error, fmt};

use crate::{
    exception::{Exception, Refusal},
    key_id::KeyArn,
    key_metadata::{KeyMetadata, KeyState, Origin},
    words::words,
};

words! {
    /// The operations whose way through the key states is known here.
    pub enum Operation {
        /// Asks for import parameters.
        GetParametersForImport = "GetParametersForImport",
        /// Imports key material.
        ImportKeyMaterial = "ImportKeyMaterial",
        /// Deletes it.
        DeleteImportedKeyMaterial = "DeleteImportedKeyMaterial",
        /// Makes another material the current one.
        RotateKeyOnDemand = "RotateKeyOnDemand",
        /// Makes a multi-Region key known in another Region.
        ReplicateKey = "ReplicateKey",
    }
}

/// A KMS key that does not allow an operation at the moment, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyStateError {
    /// Its material is not its owner's to import.
    Origin {
        /// The key.
        arn: KeyArn,
        /// Where its material comes from.
        origin: Origin,
    },
    /// Its state does not allow it.
    State {
        /// The key.
        arn: KeyArn,
        /// The state it is in.
        state: KeyState,
    },
}

impl KeyStateError {
    /// AWS's answer. The text for a deletion that waits for replicas is inferred from its
    /// neighbours.
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
        }
    }
}

impl fmt::Display for KeyStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for KeyStateError {}

/// Says whether a key as described allows `operation`: its origin first, then its state.
///
/// # Errors
///
/// [`KeyStateError`], with AWS's answer.
///
/// # Source
///
/// AWS KMS Developer Guide, "Key states of AWS KMS keys". That a key without material can be
/// replicated is inferred: a replica is made without material in any case.
pub fn check_state(key: &KeyMetadata, operation: Operation) -> Result<(), KeyStateError> {
    if key.origin != Origin::External {
        return Err(KeyStateError::Origin { arn: key.arn.clone(), origin: key.origin });
    }
    let is_allowed = match (operation, key.key_state) {
        (_, KeyState::Enabled)
        | (Operation::ImportKeyMaterial, KeyState::Updating)
        | (
            Operation::DeleteImportedKeyMaterial,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion,
        )
        | (Operation::ReplicateKey, KeyState::PendingImport) => true,
        (Operation::RotateKeyOnDemand | Operation::ReplicateKey, _) => false,
        (_, state) => matches!(state, KeyState::Disabled | KeyState::PendingImport),
    };
    if is_allowed {
        return Ok(());
    }
    Err(KeyStateError::State { arn: key.arn.clone(), state: key.key_state })
}
