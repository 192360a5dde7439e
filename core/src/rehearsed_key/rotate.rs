//! `RotateKeyOnDemand`.

use core::{error, fmt};

use super::{generated, key::RehearsedKey, material_entry::KeyMaterialState, material_list::own};
use crate::{
    exception::{Exception, Refusal},
    key_id::KeyArn,
    key_material_id::KeyMaterialId,
    key_metadata::KeyState,
    key_record::{EventName, Rotation, RotationType},
    key_spec::KeySpec,
    key_state::{KeyStateError, check_state},
    operation::Operation,
    timestamp::Timestamp,
};

/// The maximum number of rotations on demand per key.
///
/// # Source
///
/// AWS KMS API Reference, `RotateKeyOnDemand`.
const MAX_ROTATIONS: usize = 25;

/// The reasons why a key was not rotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RotateError {
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// Keys of this kind have one material for life.
    KeySpec(KeySpec),
    /// A replica rotates together with its primary.
    Replica {
        /// The primary key.
        primary: KeyArn,
    },
    /// No material is pending rotation.
    NothingPending(KeyArn),
    /// A related key lacks the pending material.
    NotEverywhere {
        /// The keys that lack it.
        missing: Vec<KeyArn>,
    },
    /// The key was rotated 25 times.
    TooOften(KeyArn),
}

impl RotateError {
    /// Returns AWS's answer. It is unknown for replicas, and for material that a replica lacks.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::KeyState(error) => error.refusal(),
            Self::KeySpec(_) | Self::Replica { .. } => {
                Refusal::without_text(Exception::UnsupportedOperation)
            }
            Self::NothingPending(arn) => Refusal::new(
                Exception::KmsInvalidState,
                format!("No available key material pending rotation for the key: {arn}."),
            ),
            Self::NotEverywhere { .. } => Refusal::without_text(Exception::KmsInvalidState),
            Self::TooOften(arn) => Refusal::new(
                Exception::LimitExceeded,
                format!(
                    "The on-demand rotations limit has been reached for the given keyId. No more \
                     on-demand rotations can be performed for this key: {arn}"
                ),
            ),
        }
    }
}

impl fmt::Display for RotateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for RotateError {}

impl RehearsedKey {
    /// Makes the pending material current, or material that AWS KMS generates, here and in every
    /// replica, and returns its identifier.
    ///
    /// # Errors
    ///
    /// [`RotateError`], in the order: origin, disabled, key spec, other states, replica, limit, material.
    pub fn rotate(&mut self, now: Timestamp) -> Result<KeyMaterialId, RotateError> {
        let metadata = &self.record.key_metadata;
        let state = check_state(metadata, Operation::RotateKeyOnDemand);
        let is_disabled = metadata.key_state == KeyState::Disabled;
        if let Err(error) = &state
            && (is_disabled || matches!(error, KeyStateError::Origin { .. }))
        {
            return Err(RotateError::KeyState(error.clone()));
        }
        if metadata.key_spec != KeySpec::SymmetricDefault {
            return Err(RotateError::KeySpec(metadata.key_spec));
        }
        state.map_err(RotateError::KeyState)?;
        if let Some(primary) = self.primary_arn() {
            return Err(RotateError::Replica { primary });
        }
        let on_demand = |rotation: &&Rotation| rotation.rotation_type == RotationType::OnDemand;
        let rotations = self.record.rehearsal.rotations.iter();
        if rotations.filter(on_demand).count() >= MAX_ROTATIONS {
            return Err(RotateError::TooOften(metadata.arn.clone()));
        }
        if metadata.is_generated() {
            let id = generated::rotate(&mut self.record, RotationType::OnDemand, now);
            self.remember(EventName::RotateKeyOnDemand, Some(&id), now);
            return Ok(id);
        }
        let Some(pending) = self.pending() else {
            return Err(RotateError::NothingPending(metadata.arn.clone()));
        };
        if self.state_of(pending) != KeyMaterialState::PendingRotation {
            let lacks = |key: &&crate::key_record::KeyRecord| {
                own(key, pending).is_none_or(|own| own.imported.is_none())
            };
            let missing = self
                .family()
                .filter(lacks)
                .map(|key| key.key_metadata.arn.clone())
                .collect();
            return Err(RotateError::NotEverywhere { missing });
        }
        let id = pending.key_material_id.clone();
        self.record.rehearsal.rotations.push(Rotation {
            key_material_id: id.clone(),
            rotation_date: now,
            rotation_type: RotationType::OnDemand,
        });
        self.remember(EventName::RotateKeyOnDemand, Some(&id), now);
        Ok(id)
    }
}
