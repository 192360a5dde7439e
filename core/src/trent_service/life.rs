//! `EnableKey`, `DisableKey`, `ScheduleKeyDeletion`, `CancelKeyDeletion`.

use serde_json::{Map, json};

use super::{answer::Output, members::Members, task::Task};
use crate::{
    key_state::KeyStateError,
    key_store::KeyStore,
    rehearsed_key::{PENDING_WINDOW_DAYS, RehearsedKey},
};

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn enable_key(&mut self, members: Members) -> Output {
        let now = self.now;
        self.switch(members, |key| key.enable(now))
    }

    pub(super) fn disable_key(&mut self, members: Members) -> Output {
        let now = self.now;
        self.switch(members, |key| key.disable(now))
    }

    fn switch(
        &mut self,
        mut members: Members,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<(), KeyStateError>,
    ) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        self.change(&key_id, operation)?;
        Ok(None)
    }

    pub(super) fn schedule_key_deletion(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let days = members.integer("PendingWindowInDays", 7..=30);
        let key_id = members.finish(|| key_id)?;
        let days = days
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(PENDING_WINDOW_DAYS);
        let now = self.now;
        let metadata = self.change(&key_id, |key| {
            key.schedule_deletion(days, now)?;
            Ok::<_, KeyStateError>(key.metadata())
        })?;
        let mut answer = Map::new();
        if let Some(date) = metadata.deletion_date {
            answer.insert("DeletionDate".to_owned(), json!(date));
        }
        answer.insert("KeyId".to_owned(), json!(metadata.arn));
        answer.insert("KeyState".to_owned(), json!(metadata.key_state));
        answer.insert("PendingWindowInDays".to_owned(), json!(days));
        Ok(Some(answer.into()))
    }

    pub(super) fn cancel_key_deletion(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        let now = self.now;
        let arn = self.change(&key_id, |key| {
            key.cancel_deletion(now)?;
            Ok::<_, KeyStateError>(key.record().key_metadata.arn.clone())
        })?;
        Ok(Some(json!({ "KeyId": arn })))
    }
}
