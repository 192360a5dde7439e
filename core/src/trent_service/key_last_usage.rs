//! `GetKeyLastUsage`.

use serde_json::{Value, json};

use super::{answer::Output, last_use::LastUse, members::Members, task::Task};
use crate::key_store::KeyStore;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn get_key_last_usage(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        let metadata = &key.record().key_metadata;
        let last_uses = &self.service.last_uses;
        let created = metadata.creation_date;
        // A key in the place of a deleted one was not used yet.
        let last_use = last_uses
            .of(&metadata.arn)
            .filter(|last_use| last_use.at >= created);
        let since = last_uses.since.get().copied().unwrap_or(self.now);
        Ok(Some(json!({
            "KeyCreationDate": created,
            "KeyId": metadata.key_id,
            "KeyLastUsage": last_use.as_ref().map_or(json!({}), usage),
            "TrackingStartDate": since.max(created),
        })))
    }
}

/// A rehearsal has no CloudTrail, and so no event.
fn usage(last_use: &LastUse) -> Value {
    json!({
        "KmsRequestId": last_use.request_id,
        "Operation": last_use.operation,
        "Timestamp": last_use.at,
    })
}
