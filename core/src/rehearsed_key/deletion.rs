//! When a key whose deletion was scheduled is gone.

use serde_json::Value;

use crate::{
    key_metadata::{KeyMetadata, KeyState},
    key_record::KeyRecord,
    timestamp::Timestamp,
};

/// The default waiting period of a deletion.
///
/// # Source
///
/// AWS KMS API Reference, `ScheduleKeyDeletion`, `PendingWindowInDays`.
pub const PENDING_WINDOW_DAYS: u32 = 30;

/// The number of days that a primary key waits after the deletion of its last replica.
pub(super) const WINDOW: &str = "PendingDeletionWindowInDays";

/// Returns whether the deletion date of a key has passed.
pub(super) fn is_deleted(key: &KeyMetadata, now: Timestamp) -> bool {
    key.key_state == KeyState::PendingDeletion && key.deletion_date.is_some_and(|date| date <= now)
}

/// Starts the waiting period of a primary key after the deletion of its last replica.
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

pub(super) fn end_of_wait(from: Timestamp, days: u32) -> Timestamp {
    from.plus_millis(i64::from(days) * Timestamp::DAY_MILLIS)
}
