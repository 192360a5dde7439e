//! The last successful use of each key, in memory.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::{key_id::KeyArn, operation::Operation, timestamp::Timestamp};

/// A successful use of a key.
#[derive(Debug, Clone)]
pub(super) struct LastUse {
    pub(super) operation: Operation,
    pub(super) at: Timestamp,
    pub(super) request_id: String,
}

/// The last use of each key since the first request.
#[derive(Debug, Default)]
pub(super) struct LastUses {
    pub(super) since: OnceLock<Timestamp>,
    by_key: Mutex<BTreeMap<KeyArn, LastUse>>,
}

impl LastUses {
    /// Begins at `now`, unless it has begun.
    pub(super) fn begin(&self, now: Timestamp) {
        self.since.get_or_init(|| now);
    }

    pub(super) fn remember(&self, arn: KeyArn, last_use: LastUse) {
        self.by_key().insert(arn, last_use);
    }

    /// Forgets keys that do not exist any more.
    pub(super) fn retain(&self, mut exists: impl FnMut(&KeyArn) -> bool) {
        // No lock is held while the store is asked.
        let arns: Vec<KeyArn> = self.by_key().keys().cloned().collect();
        for arn in arns.iter().filter(|arn| !exists(arn)) {
            self.by_key().remove(arn);
        }
    }

    pub(super) fn of(&self, arn: &KeyArn) -> Option<LastUse> {
        self.by_key().get(arn).cloned()
    }

    /// The map is whole even after a panic.
    fn by_key(&self) -> MutexGuard<'_, BTreeMap<KeyArn, LastUse>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
