//! Where rehearsed KMS keys are kept.

use core::{error, fmt};
use std::collections::BTreeMap;

use crate::{
    exception::{Exception, Refusal},
    import_token::RootSecret,
    key_id::KeyArn,
    key_record::KeyRecord,
    rehearsed_key::RehearsedKey,
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
    fn update<T>(&self, arn: &KeyArn, change: impl FnOnce(&mut KeyRecord) -> T) -> Result<T, StoreError>;

    /// Keeps the record of a new key.
    ///
    /// # Errors
    ///
    /// [`StoreError`], of kind `Exists` if there is a key of that ARN.
    fn create(&self, record: &KeyRecord) -> Result<(), StoreError>;

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
        let Some(record) = self.find(arn)? else { return Ok(None) };
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
        let related = self.related(arn)?;
        self.update(arn, |record| {
            let mut key = RehearsedKey::at(record.clone(), related, now)?;
            let outcome = operation(&mut key);
            if outcome.is_ok() {
                *record = key.into_record();
            }
            Some(outcome)
        })
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
    pub fn new(kind: StoreErrorKind, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
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
    records: std::sync::Mutex<BTreeMap<KeyArn, KeyRecord>>,
}

impl MemoryKeyStore {
    /// A store with these keys.
    pub fn new(root_secret: RootSecret, records: impl IntoIterator<Item = KeyRecord>) -> Self {
        let by_arn = |record: KeyRecord| (record.key_metadata.arn.clone(), record);
        Self { root_secret, records: std::sync::Mutex::new(records.into_iter().map(by_arn).collect()) }
    }

    fn records(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<KeyArn, KeyRecord>>, StoreError> {
        self.records.lock().map_err(|_| StoreError::new(StoreErrorKind::Broken, "a writer panicked"))
    }
}

impl KeyStore for MemoryKeyStore {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        Ok(self.root_secret.duplicate())
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.records()?.get(arn).cloned())
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        let is_related = |other: &&KeyRecord| other.key_metadata.arn.is_related_to(arn);
        Ok(self.records()?.values().filter(is_related).cloned().collect())
    }

    fn update<T>(&self, arn: &KeyArn, change: impl FnOnce(&mut KeyRecord) -> T) -> Result<T, StoreError> {
        match self.records()?.get_mut(arn) {
            Some(record) => Ok(change(record)),
            None => Err(StoreError::new(StoreErrorKind::Broken, "the key is gone")),
        }
    }

    fn create(&self, record: &KeyRecord) -> Result<(), StoreError> {
        let arn = record.key_metadata.arn.clone();
        if self.records()?.contains_key(&arn) {
            return Err(StoreError::new(StoreErrorKind::Exists, format!("the store already has {arn}")));
        }
        self.records()?.insert(arn, record.clone());
        Ok(())
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(self.records()?.values().cloned().collect())
    }
}
