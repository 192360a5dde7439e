//! The store, as operations see it.

use super::{
    alias_list::AliasList,
    error::{StoreError, StoreErrorKind},
};
use crate::{
    alias::AccountRegion,
    import_token::RootSecret,
    key_id::KeyArn,
    key_record::KeyRecord,
    region::Region,
    rehearsed_key::{RehearsedKey, ReplicateError, UpdatePrimaryRegionError},
    timestamp::Timestamp,
};

/// The storage of rehearsed KMS keys.
pub trait KeyStore {
    /// Returns the secret that seals the tokens of this store.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it is unavailable.
    fn root_secret(&self) -> Result<RootSecret, StoreError>;

    /// Returns the stored record of the key `arn`, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the record cannot be read.
    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError>;

    /// Returns the records of the keys with that ID in other Regions: a primary's replicas, or a
    /// replica's primary and the other replicas.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError>;

    /// Changes the record of the key `arn` atomically. Nobody else can change it meanwhile. Writes
    /// nothing if `change` leaves the record unchanged. Returns `None` if there is no record.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the record cannot be read or written.
    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<Option<T>, StoreError>;

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

    /// Returns every stored record.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError>;

    /// Returns the aliases of `home`. An alias can be older than the deletion of its key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be read.
    fn aliases(&self, home: &AccountRegion) -> Result<AliasList, StoreError>;

    /// Changes the aliases of `home` atomically. Nobody else can change them meanwhile. Writes
    /// nothing if `change` leaves them unchanged.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be read or written, and of kind `Full` if the store has no room
    /// for them.
    fn update_aliases<T>(
        &self,
        home: &AccountRegion,
        change: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError>;

    /// Returns the key `arn` at `now`; `None` if it does not exist or was deleted.
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

    /// Returns why the key `arn` does not exist at `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn missing_key(&self, arn: &KeyArn, now: Timestamp) -> Result<MissingKey, StoreError> {
        let deleted_at = match self.find(arn)? {
            Some(record) => RehearsedKey::deleted_at(record, &self.related(arn)?, now),
            None => None,
        };
        Ok(MissingKey {
            arn: arn.clone(),
            deleted_at,
        })
    }

    /// Runs `operation` on the key `arn` at `now`, and stores its changes unless it failed. Returns
    /// `None` if the key does not exist.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read or written.
    fn operate<T, E>(
        &self,
        arn: &KeyArn,
        now: Timestamp,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<Option<Result<T, E>>, StoreError> {
        let outcome = self.update(arn, |record| {
            // Read them here, because they may have changed while this call waited for the lock.
            let related = self.related(arn)?;
            let Some(mut key) = RehearsedKey::at(record.clone(), related, now) else {
                return Ok(None);
            };
            let outcome = operation(&mut key);
            if outcome.is_ok() {
                *record = key.into_record();
            }
            Ok(Some(outcome))
        })?;
        outcome.unwrap_or(Ok(None))
    }

    /// Creates the replica of the key `arn` in `region`, with the record that `adjust` makes, and
    /// returns it as it is at `now`. Returns `None` if the key does not exist.
    ///
    /// Stores the replica first, then its mention in the primary, while nobody else can change the
    /// primary.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read or written.
    fn replicate(
        &self,
        arn: &KeyArn,
        region: &Region,
        now: Timestamp,
        adjust: impl FnOnce(&mut KeyRecord),
    ) -> Result<Option<Result<RehearsedKey, ReplicateError>>, StoreError> {
        let made = self.operate(arn, now, |key| {
            let mut replica = key.replicate(region, now).map_err(NoReplica::Refused)?;
            adjust(&mut replica);
            match self.create(&replica, now) {
                Ok(()) => Ok(key.replica_of(replica)),
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

    /// Makes the replica of the key `arn` in `region` the primary key. Returns `None` if the key does not
    /// exist.
    ///
    /// Stores the new primary key first, then the old one as a replica, while nobody else can change the
    /// latter. After a failure between the two, the same call can be made again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read or written.
    fn update_primary_region(
        &self,
        arn: &KeyArn,
        region: &Region,
        now: Timestamp,
    ) -> Result<Option<Result<(), UpdatePrimaryRegionError>>, StoreError> {
        let outcome = self.operate(arn, now, |key| {
            let primary = key
                .update_primary_region(region, now)
                .map_err(SamePrimary::Refused)?;
            let new = primary.key_metadata.arn.clone();
            let stored = self.update(&new, |record| *record = primary);
            match stored.map_err(SamePrimary::Failed)? {
                Some(()) => Ok(()),
                None => Err(SamePrimary::Refused(UpdatePrimaryRegionError::NoReplica(
                    new,
                ))),
            }
        })?;
        match outcome {
            None => Ok(None),
            Some(Ok(())) => Ok(Some(Ok(()))),
            Some(Err(SamePrimary::Refused(error))) => Ok(Some(Err(error))),
            Some(Err(SamePrimary::Failed(error))) => Err(error),
        }
    }
}

/// The reasons why another key did not become the primary key.
enum SamePrimary {
    Refused(UpdatePrimaryRegionError),
    Failed(StoreError),
}

/// A KMS key that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingKey {
    /// Its key ARN.
    pub arn: KeyArn,
    /// When it was deleted; `None` if the store has no record of it.
    pub deleted_at: Option<Timestamp>,
}

/// The reasons why a key was not replicated.
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
    ) -> Result<Option<T>, StoreError> {
        (**self).update(arn, change)
    }

    fn aliases(&self, home: &AccountRegion) -> Result<AliasList, StoreError> {
        (**self).aliases(home)
    }

    fn update_aliases<T>(
        &self,
        home: &AccountRegion,
        change: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError> {
        (**self).update_aliases(home, change)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        (**self).create(record, now)
    }

    fn key_at(&self, arn: &KeyArn, now: Timestamp) -> Result<Option<RehearsedKey>, StoreError> {
        (**self).key_at(arn, now)
    }

    fn operate<T, E>(
        &self,
        arn: &KeyArn,
        now: Timestamp,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<Option<Result<T, E>>, StoreError> {
        (**self).operate(arn, now, operation)
    }
}
