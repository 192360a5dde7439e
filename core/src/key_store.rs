//! Where rehearsed KMS keys are kept.

use core::{error, fmt};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::{
    exception::{Exception, Refusal},
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
    /// [`StoreError`], of kind `Exists` if there is a key of that ARN.
    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError>;

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

/// Why a store did not answer.
#[derive(Debug)]
pub struct StoreError {
    /// What kind of trouble it is.
    pub kind: StoreErrorKind,
    /// What happened.
    pub source: Box<dyn error::Error + Send + Sync>,
}

/// The kinds of trouble that a store can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Another process holds the lock for too long.
    Locked,
    /// A file is damaged, or missing where it must be.
    Broken,
    /// Others can read or change what only the owner may.
    Unsafe,
    /// The system failed to read or write.
    Io,
    /// There is a key of that name already.
    Exists,
}

impl StoreError {
    /// Trouble of `kind`, caused by `source`.
    pub fn new(
        kind: StoreErrorKind,
        source: impl Into<Box<dyn error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// What AWS KMS answers to comparable trouble of its own.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.kind {
            StoreErrorKind::Locked => Some(Refusal::without_text(Exception::DependencyTimeout)),
            StoreErrorKind::Broken => Some(Refusal::without_text(Exception::KmsInternal)),
            StoreErrorKind::Unsafe | StoreErrorKind::Io | StoreErrorKind::Exists => None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl error::Error for StoreError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.source()
    }
}

/// A store in memory, gone when it is dropped.
pub struct MemoryKeyStore {
    root_secret: RootSecret,
    entries: Mutex<BTreeMap<KeyArn, Arc<Entry>>>,
}

/// A record, and the lock that whoever changes it holds: reading never waits for a change, however
/// long it takes to decide on it.
struct Entry {
    changing: Mutex<()>,
    record: Mutex<KeyRecord>,
}

impl Entry {
    fn new(record: KeyRecord) -> Arc<Self> {
        Arc::new(Self {
            changing: Mutex::new(()),
            record: Mutex::new(record),
        })
    }

    fn read(&self) -> Result<KeyRecord, StoreError> {
        Ok(lock(&self.record)?.clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, StoreError> {
    mutex
        .lock()
        .map_err(|_| StoreError::new(StoreErrorKind::Broken, "a writer panicked"))
}

impl MemoryKeyStore {
    /// A store with these keys.
    pub fn new(root_secret: RootSecret, records: impl IntoIterator<Item = KeyRecord>) -> Self {
        let by_arn = |record: KeyRecord| (record.key_metadata.arn.clone(), Entry::new(record));
        Self {
            root_secret,
            entries: Mutex::new(records.into_iter().map(by_arn).collect()),
        }
    }

    fn entry(&self, arn: &KeyArn) -> Result<Option<Arc<Entry>>, StoreError> {
        Ok(lock(&self.entries)?.get(arn).cloned())
    }
}

fn related(
    entries: &BTreeMap<KeyArn, Arc<Entry>>,
    arn: &KeyArn,
) -> Result<Vec<KeyRecord>, StoreError> {
    let related = entries.iter().filter(|(other, _)| other.is_related_to(arn));
    related.map(|(_, entry)| entry.read()).collect()
}

impl KeyStore for MemoryKeyStore {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        Ok(self.root_secret.duplicate())
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        self.entry(arn)?.map(|entry| entry.read()).transpose()
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        related(&*lock(&self.entries)?, arn)
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::new(StoreErrorKind::Broken, "the key is gone");
        let entry = self.entry(arn)?.ok_or_else(gone)?;
        let _changing = lock(&entry.changing)?;
        let mut record = entry.read()?;
        let outcome = change(&mut record);
        *lock(&entry.record)? = record;
        Ok(outcome)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        let (arn, mut entries) = (&record.key_metadata.arn, lock(&self.entries)?);
        if let Some(entry) = entries.get(arn)
            && RehearsedKey::at(entry.read()?, related(&entries, arn)?, now).is_some()
        {
            return Err(StoreError::new(
                StoreErrorKind::Exists,
                format!("the store already has {arn}"),
            ));
        }
        entries.insert(arn.clone(), Entry::new(record.clone()));
        Ok(())
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        lock(&self.entries)?
            .values()
            .map(|entry| entry.read())
            .collect()
    }
}
