//! The store, as operations see it.

use super::error::{StoreError, StoreErrorKind};
use crate::{
    import_token::RootSecret,
    key_id::KeyArn,
    key_record::KeyRecord,
    region::Region,
    rehearsed_key::{RehearsedKey, ReplicateError},
    timestamp::Timestamp,
};

/// Where rehearsed KMS keys are kept.
pub trait KeyStore {
    /// The secret under which this store seals its tokens.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be had.
    fn root_secret(&self) -> Result<RootSecret, StoreError>;

    /// The record of the key that `arn` names, as it was written, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the record cannot be read.
    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError>;

    /// The records of the keys of that id in other Regions: a primary's replicas, a replica's
    /// primary and the other replicas.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError>;

    /// Changes the record of the key that `arn` names, in one step: nobody else changes it
    /// meanwhile, and what `change` leaves of it is written whole, or nothing is if `change` left it
    /// as it was.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the record cannot be had, or not be written.
    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<T, StoreError>;

    /// Keeps the record of a new key. One of the same ARN that is deleted at `now` makes room.
    ///
    /// # Errors
    ///
    /// [`StoreError`], of kind `Exists` if there is a key of that ARN, and of kind `Full` if the store
    /// has no room for it.
    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError>;

    /// Returns how many keys there are, those included whose deletion is due.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be counted.
    fn key_count(&self) -> Result<usize, StoreError> {
        Ok(self.key_records()?.len())
    }

    /// The record of every key there is, as it was written.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError>;

    /// The key that `arn` names, as it is at `now`; `None` if there is none, or none any more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn key_at(&self, arn: &KeyArn, now: Timestamp) -> Result<Option<RehearsedKey>, StoreError> {
        let Some(record) = self.find(arn)? else {
            return Ok(None);
        };
        Ok(RehearsedKey::at(record, self.related(arn)?, now))
    }

    /// Does `operation` on the key that `arn` names as it is at `now`, and keeps what it did unless it
    /// failed; `None` if there is no such key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be had, or not be written.
    fn operate<T, E>(
        &self,
        arn: &KeyArn,
        now: Timestamp,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<Option<Result<T, E>>, StoreError> {
        if self.find(arn)?.is_none() {
            return Ok(None);
        }
        self.update(arn, |record| {
            // Only now: they may have changed while this key's turn was waited for.
            let related = self.related(arn)?;
            let Some(mut key) = RehearsedKey::at(record.clone(), related, now) else {
                return Ok(None);
            };
            let outcome = operation(&mut key);
            if outcome.is_ok() {
                *record = key.into_record();
            }
            Ok(Some(outcome))
        })?
    }

    /// Makes the replica in `region` of the key that `arn` names, with what `adjust` makes of its
    /// record, and returns that; `None` if there is no such key.
    ///
    /// The replica is kept first, and only then that there is one: all while nobody else changes its
    /// primary.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be had, or not be written.
    fn replicate(
        &self,
        arn: &KeyArn,
        region: &Region,
        now: Timestamp,
        adjust: impl FnOnce(&mut KeyRecord),
    ) -> Result<Option<Result<KeyRecord, ReplicateError>>, StoreError> {
        let made = self.operate(arn, now, |key| {
            let mut replica = key.replicate(region, now).map_err(NoReplica::Refused)?;
            adjust(&mut replica);
            match self.create(&replica, now) {
                Ok(()) => Ok(replica),
                Err(error) if error.kind == StoreErrorKind::Exists => Err(NoReplica::Refused(
                    ReplicateError::Exists(replica.key_metadata.arn),
                )),
                Err(error) => Err(NoReplica::Failed(error)),
            }
        })?;
        match made {
            None => Ok(None),
            Some(Ok(replica)) => Ok(Some(Ok(replica))),
            Some(Err(NoReplica::Refused(error))) => Ok(Some(Err(error))),
            Some(Err(NoReplica::Failed(error))) => Err(error),
        }
    }
}

/// Why there is no replica.
enum NoReplica {
    Refused(ReplicateError),
    Failed(StoreError),
}

impl<S: KeyStore> KeyStore for &S {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        (**self).root_secret()
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        (**self).find(arn)
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        (**self).related(arn)
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        (**self).key_records()
    }

    fn key_count(&self) -> Result<usize, StoreError> {
        (**self).key_count()
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<T, StoreError> {
        (**self).update(arn, change)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        (**self).create(record, now)
    }
}
