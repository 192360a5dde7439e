//! `EnableKey`, `DisableKey`, `ScheduleKeyDeletion` and `CancelKeyDeletion`; tags, description and key policy.
//!
//! # Source
//!
//! AWS KMS API Reference, the pages of these operations; Developer Guide, "Deleting multi-Region keys".

use serde_json::json;

use super::{
    deletion::{WINDOW, end_of_wait},
    key::RehearsedKey,
};
use crate::{
    key_metadata::KeyState,
    key_record::{EventName, Tag},
    key_state::{KeyStateError, check_state},
    operation::Operation,
    timestamp::Timestamp,
};

impl RehearsedKey {
    /// Enables the key.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not permit it.
    pub fn enable(&mut self, now: Timestamp) -> Result<(), KeyStateError> {
        self.switch(
            Operation::EnableKey,
            KeyState::Enabled,
            EventName::EnableKey,
            now,
        )?;
        // A rotation that was due while the key was disabled happens now.
        if let Some(schedule) = &mut self.record.rehearsal.automatic_rotation {
            schedule.next_rotation_date = schedule.next_rotation_date.max(now);
        }
        Ok(())
    }

    /// Disables the key.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not permit it.
    pub fn disable(&mut self, now: Timestamp) -> Result<(), KeyStateError> {
        self.switch(
            Operation::DisableKey,
            KeyState::Disabled,
            EventName::DisableKey,
            now,
        )
    }

    /// Schedules the deletion of the key in `days` days. A primary key with replicas waits for the
    /// deletion of the last one first.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not permit it.
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

    /// Cancels the deletion. The key is then disabled, or in `PendingImport`.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if no deletion was pending.
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

    /// Adds `tags`, and replaces those with the same tag keys.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not permit it.
    pub fn tag(&mut self, tags: Vec<Tag>) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, Operation::TagResource)?;
        let own = &mut self.record.rehearsal.tags;
        own.retain(|tag| tags.iter().all(|new| new.key != tag.key));
        own.extend(tags);
        own.sort();
        Ok(())
    }

    /// Removes the tags with these tag keys. Others are ignored.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not permit it.
    pub fn untag(&mut self, tag_keys: &[String]) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, Operation::UntagResource)?;
        let own = &mut self.record.rehearsal.tags;
        own.retain(|tag| !tag_keys.contains(&tag.key));
        Ok(())
    }

    /// Replaces the description.
    ///
    /// # Errors
    ///
    /// [`KeyStateError`] if its state does not permit it.
    pub fn describe(&mut self, description: String) -> Result<(), KeyStateError> {
        check_state(&self.record.key_metadata, Operation::UpdateKeyDescription)?;
        self.record.key_metadata.description = description;
        Ok(())
    }

    /// Replaces the key policy, in any state.
    pub fn put_policy(&mut self, policy: String) {
        self.record.rehearsal.policy = Some(policy);
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
