//! `EnableKeyRotation`, `DisableKeyRotation`, `GetKeyRotationStatus`.

use super::{key::RehearsedKey, rotate::RotateError};
use crate::{
    key_metadata::KeyState,
    key_record::{AutomaticRotation, EventName},
    key_spec::KeySpec,
    key_state::{KeyStateError, check_state},
    operation::Operation,
    timestamp::Timestamp,
};

/// The default period of automatic rotation, in days.
///
/// # Source
///
/// AWS KMS API Reference, `EnableKeyRotation`, `RotationPeriodInDays`.
pub const DEFAULT_ROTATION_PERIOD_DAYS: u32 = 365;

/// Whether a key is rotated by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationStatus {
    /// The automatic rotation, if it is enabled.
    pub automatic_rotation: Option<AutomaticRotation>,
}

impl RehearsedKey {
    /// Enables automatic rotation every `days` days from `now`, or changes the period.
    ///
    /// # Errors
    ///
    /// [`RotateError`], `KeyState`, `KeySpec` or `Replica`, in this order.
    pub fn enable_rotation(&mut self, days: u32, now: Timestamp) -> Result<(), RotateError> {
        self.check_automatic_rotation(Operation::EnableKeyRotation)?;
        self.record.rehearsal.automatic_rotation = Some(AutomaticRotation {
            rotation_period_in_days: days,
            next_rotation_date: now.plus_millis(i64::from(days) * Timestamp::DAY_MILLIS),
        });
        self.remember(EventName::EnableKeyRotation, None, now);
        Ok(())
    }

    /// Disables automatic rotation.
    ///
    /// # Errors
    ///
    /// As [`Self::enable_rotation`].
    pub fn disable_rotation(&mut self, now: Timestamp) -> Result<(), RotateError> {
        self.check_automatic_rotation(Operation::DisableKeyRotation)?;
        if self.record.rehearsal.automatic_rotation.take().is_some() {
            self.remember(EventName::DisableKeyRotation, None, now);
        }
        Ok(())
    }

    /// Returns the status of automatic rotation. The primary key decides for its replicas, and a key
    /// whose deletion is pending is not rotated.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if the key has none.
    pub fn rotation_status(&self) -> Result<RotationStatus, KeyStateError> {
        let metadata = &self.record.key_metadata;
        check_state(metadata, Operation::GetKeyRotationStatus)?;
        let is_being_deleted = matches!(
            metadata.key_state,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion
        );
        let automatic_rotation = self.primary().rehearsal.automatic_rotation;
        Ok(RotationStatus {
            automatic_rotation: automatic_rotation.filter(|_| !is_being_deleted),
        })
    }

    fn check_automatic_rotation(&self, operation: Operation) -> Result<(), RotateError> {
        let metadata = &self.record.key_metadata;
        check_state(metadata, operation).map_err(RotateError::KeyState)?;
        if metadata.key_spec != KeySpec::SymmetricDefault {
            return Err(RotateError::KeySpec(metadata.key_spec));
        }
        match self.primary_arn() {
            Some(primary) => Err(RotateError::Replica { primary }),
            None => Ok(()),
        }
    }
}
