//! A store whose new keys stay hidden for a while, because AWS KMS is eventually consistent.

use crate::{
    alias::AccountRegion,
    import_token::RootSecret,
    key_id::KeyArn,
    key_record::KeyRecord,
    key_store::{AliasList, KeyStore, StoreError},
    rehearsed_key::RehearsedKey,
    timestamp::Timestamp,
};

/// A store in which nobody finds a key before a delay has passed.
pub(super) struct VisibleKeys<S> {
    store: S,
    delay_millis: i64,
}

impl<S> VisibleKeys<S> {
    /// Hides each new key of `store` for this many milliseconds.
    pub(super) fn new(store: S, delay_millis: i64) -> Self {
        Self {
            store,
            delay_millis,
        }
    }

    /// Changes the delay.
    pub(super) fn with_delay(self, delay_millis: i64) -> Self {
        Self::new(self.store, delay_millis)
    }

    /// Returns whether a key is visible at `now`.
    pub(super) fn is_visible(&self, key: &RehearsedKey, now: Timestamp) -> bool {
        let age = now.millis_since(key.record().key_metadata.creation_date);
        age >= self.delay_millis || age < 0
    }
}

impl<S: KeyStore> KeyStore for VisibleKeys<S> {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        self.store.root_secret()
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        self.store.find(arn)
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.related(arn)
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<Option<T>, StoreError> {
        self.store.update(arn, change)
    }

    fn aliases(&self, home: &AccountRegion) -> Result<AliasList, StoreError> {
        self.store.aliases(home)
    }

    fn update_aliases<T>(
        &self,
        home: &AccountRegion,
        change: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError> {
        self.store.update_aliases(home, change)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        self.store.create(record, now)
    }

    fn key_count(&self) -> Result<usize, StoreError> {
        self.store.key_count()
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.key_records()
    }

    fn key_at(&self, arn: &KeyArn, now: Timestamp) -> Result<Option<RehearsedKey>, StoreError> {
        let key = self.store.key_at(arn, now)?;
        Ok(key.filter(|key| self.is_visible(key, now)))
    }

    fn operate<T, E>(
        &self,
        arn: &KeyArn,
        now: Timestamp,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<Option<Result<T, E>>, StoreError> {
        let if_visible = |key: &mut RehearsedKey| {
            if self.is_visible(key, now) {
                operation(key).map_err(Some)
            } else {
                Err(None)
            }
        };
        Ok(match self.store.operate(arn, now, if_visible)? {
            Some(Ok(output)) => Some(Ok(output)),
            Some(Err(Some(error))) => Some(Err(error)),
            Some(Err(None)) | None => None,
        })
    }
}
