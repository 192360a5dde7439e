//! Sets the state of a key by hand.

use super::{
    deletion::{PENDING_WINDOW_DAYS, WINDOW, end_of_wait},
    key::RehearsedKey,
};
use crate::{
    key_metadata::KeyState, key_record::EventName, key_state::KeyStateError, timestamp::Timestamp,
};

/// The reasons why the state was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetStateError {
    /// The key lacks a permanent material.
    #[error("{0}")]
    KeyState(KeyStateError),
    /// The key holds all its material: `PendingImport` needs a deletion first.
    #[error("the key has all its material and cannot be in PendingImport")]
    NothingMissing,
}

impl RehearsedKey {
    /// Sets the key to `state`. A deletion is due in 30 days.
    ///
    /// # Errors
    ///
    /// [`SetStateError`] if the key's material contradicts that state.
    pub fn set_state(&mut self, state: KeyState, now: Timestamp) -> Result<(), SetStateError> {
        let is_missing = self.lacks_material();
        match state {
            KeyState::Enabled | KeyState::Disabled if is_missing => {
                let (arn, state) = (
                    self.record.key_metadata.arn.clone(),
                    KeyState::PendingImport,
                );
                return Err(SetStateError::KeyState(KeyStateError::State { arn, state }));
            }
            KeyState::PendingImport if !is_missing => return Err(SetStateError::NothingMissing),
            _ => {}
        }
        let metadata = &mut self.record.key_metadata;
        metadata.key_state = state;
        metadata.deletion_date =
            (state == KeyState::PendingDeletion).then(|| end_of_wait(now, PENDING_WINDOW_DAYS));
        metadata.other.remove(WINDOW);
        self.remember(EventName::SetKeyState, None, now);
        Ok(())
    }
}
