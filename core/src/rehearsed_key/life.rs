//! `EnableKey`, `DisableKey`, `ScheduleKeyDeletion` and `CancelKeyDeletion`; tags and key policy.
//!
//! # Source
//!
//! AWS KMS API Reference, the pages of these operations; Developer Guide, "Deleting multi-Region keys".

use serde_json::{Value, json};

use super::{PENDING_WINDOW_DAYS, RehearsedKey, is_deleted};
use crate::{
    key_metadata::{KeyMetadata, KeyState},
    key_record::{EventName, KeyRecord, Tag},
    key_state::{KeyStateError, Operation, check_state},
    timestamp::Timestamp,
};

/// How many days a primary waits once its last replica is deleted.
const WINDOW: &str = "PendingDeletionWindowInDays";

impl RehearsedKey {
    /// Switches the key on.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not allow it.
    pub fn enable(&mut self, now: Timestamp) -> Result<(), KeyStateError> {
        self.switch(
            Operation::EnableKey,
            KeyState::Enabled,
            EventName::EnableKey,
            now,
        )
    }

    /// Switches it off.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not allow it.
    pub fn disable(&mut self, now: Timestamp) -> Result<(), KeyStateError> {
        self.switch(
            Operation::DisableKey,
            KeyState::Disabled,
            EventName::DisableKey,
            now,
        )
    }

    /// Has the key deleted in `days` days. A primary that has replicas waits for the end of the last
    /// one first.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not allow it.
    pub fn schedule_deletion(&mut self, days: u32, now: Timestamp) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, Operation::ScheduleKeyDeletion)?;
        let has_replicas = self
            .related
            .iter()
            .any(|record| record.key_metadata.is_replica());
        let waits = has_replicas && !self.record.key_metadata.is_replica();
        let metadata = &mut self.record.key_metadata;
        if waits {
            metadata.key_state = KeyState::PendingReplicaDeletion;
            metadata.other.insert(WINDOW.to_owned(), json!(days));
        } else {
            metadata.key_state = KeyState::PendingDeletion;
            metadata.deletion_date = Some(end_of_wait(now, days));
        }
        self.remember(EventName::ScheduleKeyDeletion, None, now);
        Ok(())
    }

    /// Calls the deletion off. The key is then off, or waits for its material.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if it was not to be deleted.
    pub fn cancel_deletion(&mut self, now: Timestamp) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, Operation::CancelKeyDeletion)?;
        let state = if self.lacks_material() {
            KeyState::PendingImport
        } else {
            KeyState::Disabled
        };
        let metadata = &mut self.record.key_metadata;
        metadata.key_state = state;
        metadata.deletion_date = None;
        metadata.other.remove(WINDOW);
        self.remember(EventName::CancelKeyDeletion, None, now);
        Ok(())
    }

    /// Adds `tags`, in place of those with the same keys.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not allow it.
    pub fn tag(&mut self, tags: Vec<Tag>) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, Operation::TagResource)?;
        let own = &mut self.record.rehearsal.tags;
        own.retain(|tag| tags.iter().all(|new| new.key != tag.key));
        own.extend(tags);
        own.sort();
        Ok(())
    }

    fn switch(
        &mut self,
        operation: Operation,
        state: KeyState,
        event: EventName,
        now: Timestamp,
    ) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, operation)?;
        if self.record.key_metadata.key_state != state {
            self.record.key_metadata.key_state = state;
            self.remember(event, None, now);
        }
        Ok(())
    }
}

/// Lets the waiting period of a primary begin with the end of its last replica, if that has come.
pub(super) fn begin_waiting(metadata: &mut KeyMetadata, related: &[KeyRecord], now: Timestamp) {
    let is_gone = |record: &KeyRecord| is_deleted(&record.key_metadata, now);
    if metadata.key_state != KeyState::PendingReplicaDeletion || !related.iter().all(is_gone) {
        return;
    }
    let Some(last) = related
        .iter()
        .filter_map(|record| record.key_metadata.deletion_date)
        .max()
    else {
        return;
    };
    let days = metadata
        .other
        .remove(WINDOW)
        .as_ref()
        .and_then(Value::as_u64);
    let days = days
        .and_then(|days| u32::try_from(days).ok())
        .unwrap_or(PENDING_WINDOW_DAYS);
    metadata.key_state = KeyState::PendingDeletion;
    metadata.deletion_date = Some(end_of_wait(last, days));
}

fn end_of_wait(from: Timestamp, days: u32) -> Timestamp {
    from.plus_millis(i64::from(days) * Timestamp::DAY_MILLIS)
}
