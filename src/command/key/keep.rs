//! Adding a key to the store.

use byok_core::key_metadata::KeyMetadata;
use byok_core::key_record::KeyRecord;
use byok_core::key_store::{KeyStore as _, StoreErrorKind};
use byok_core::timestamp::Timestamp;

use crate::arguments::UsageError;
use crate::failure::Failure;
use crate::store::DiskStore;

/// Adds a key to the store. The store must not have it yet.
pub(super) fn keep(
    metadata: &KeyMetadata,
    store: &DiskStore,
    now: Timestamp,
) -> Result<(), Failure> {
    let related = store.related(&metadata.arn)?;
    let primary = related
        .iter()
        .find(|other| !other.key_metadata.is_replica());
    if let Some(primary) = primary.filter(|_| !metadata.is_replica()) {
        let (arn, region) = (&primary.key_metadata.arn, metadata.arn.region());
        return Err(UsageError::new(format!(
            "the store already has the primary key {arn} with this ID"
        ))
        .hint(format!(
            "to replicate it, run: byok key replicate {arn} --replica-region {region}"
        ))
        .into());
    }
    match store.create(&KeyRecord::new(metadata.clone()), now) {
        Err(error) if error.kind == StoreErrorKind::Exists => {
            Err(UsageError::new(format!("the store already has {}", metadata.arn)).into())
        }
        outcome => Ok(outcome?),
    }
}
