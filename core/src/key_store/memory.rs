//! A store in memory, of bounded size.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    alias_list::AliasList,
    error::{StoreError, StoreErrorKind},
    store::KeyStore,
};
use crate::{
    alias::AccountRegion, import_token::RootSecret, json, key_id::KeyArn, key_record::KeyRecord,
    rehearsed_key::RehearsedKey, timestamp::Timestamp,
};

/// The maximum total length of all records of a store in memory, in bytes of JSON.
pub const MAX_MEMORY_LEN: usize = 64 << 20;

/// The additional bytes for changes of existing keys, so that a full store can still be used and
/// cleared.
const MAX_GROWTH_LEN: usize = 4 << 20;

/// A store in memory.
///
/// The total length of its records and aliases is at most [`MAX_MEMORY_LEN`]. It rejects a new key that would
/// exceed this limit, and a change that would exceed it by more than 4 MiB.
pub struct MemoryKeyStore {
    root_secret: RootSecret,
    entries: Mutex<BTreeMap<KeyArn, Arc<Entry>>>,
    aliases: Mutex<BTreeMap<AccountRegion, KeptAliases>>,
    /// The total length of all records and aliases.
    len: AtomicUsize,
}

/// A record, and the lock for its changes. A reader never waits for a change.
struct Entry {
    changing: Mutex<()>,
    kept: Mutex<Kept>,
}

struct Kept {
    record: KeyRecord,
    len: usize,
}

#[derive(Default)]
struct KeptAliases {
    list: AliasList,
    len: usize,
}

impl Entry {
    fn new(record: KeyRecord) -> Arc<Self> {
        let kept = Kept {
            len: json::line(&record).len(),
            record,
        };
        Arc::new(Self {
            changing: Mutex::new(()),
            kept: Mutex::new(kept),
        })
    }

    fn read(&self) -> Result<KeyRecord, StoreError> {
        Ok(lock(&self.kept)?.record.clone())
    }

    fn len(&self) -> Result<usize, StoreError> {
        Ok(lock(&self.kept)?.len)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, StoreError> {
    mutex
        .lock()
        .map_err(|_| StoreError::new(StoreErrorKind::Broken, "a writer panicked"))
}

impl MemoryKeyStore {
    /// Returns a store with these keys.
    pub fn new(root_secret: RootSecret, records: impl IntoIterator<Item = KeyRecord>) -> Self {
        let mut len = 0;
        let by_arn = |record: KeyRecord| {
            len += json::line(&record).len();
            (record.key_metadata.arn.clone(), Entry::new(record))
        };
        let entries = records.into_iter().map(by_arn).collect();
        Self {
            root_secret,
            entries: Mutex::new(entries),
            aliases: Mutex::default(),
            len: AtomicUsize::new(len),
        }
    }

    fn entry(&self, arn: &KeyArn) -> Result<Option<Arc<Entry>>, StoreError> {
        Ok(lock(&self.entries)?.get(arn).cloned())
    }

    /// Takes room for a record of `new` bytes in the place of one of `old`, up to `max` for all.
    fn make_room(&self, old: usize, new: usize, max: usize) -> Result<(), StoreError> {
        let room = |len: usize| {
            let len = (len + new).saturating_sub(old);
            (new <= old || len <= max).then_some(len)
        };
        let made = self
            .len
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room);
        let full = |_| {
            let text = format!("the keys in memory would exceed {max} bytes");
            StoreError::new(StoreErrorKind::Full, text)
        };
        made.map(|_| ()).map_err(full)
    }
}

fn related(
    entries: &BTreeMap<KeyArn, Arc<Entry>>,
    arn: &KeyArn,
) -> Result<Vec<KeyRecord>, StoreError> {
    if !arn.key_id().is_multi_region() {
        return Ok(Vec::new());
    }
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
    ) -> Result<Option<T>, StoreError> {
        let Some(entry) = self.entry(arn)? else {
            return Ok(None);
        };
        let _changing = lock(&entry.changing)?;
        let mut record = entry.read()?;
        let outcome = change(&mut record);
        let len = json::line(&record).len();
        self.make_room(entry.len()?, len, MAX_MEMORY_LEN + MAX_GROWTH_LEN)?;
        *lock(&entry.kept)? = Kept { record, len };
        Ok(Some(outcome))
    }

    fn aliases(&self, home: &AccountRegion) -> Result<AliasList, StoreError> {
        let aliases = lock(&self.aliases)?;
        Ok(aliases
            .get(home)
            .map(|kept| kept.list.clone())
            .unwrap_or_default())
    }

    fn update_aliases<T>(
        &self,
        home: &AccountRegion,
        change: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError> {
        let mut aliases = lock(&self.aliases)?;
        let kept = aliases.entry(home.clone()).or_default();
        let mut list = kept.list.clone();
        let outcome = change(&mut list);
        let len = list.to_json()?.len();
        self.make_room(kept.len, len, MAX_MEMORY_LEN + MAX_GROWTH_LEN)?;
        *kept = KeptAliases { list, len };
        Ok(outcome)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        let (arn, mut entries) = (&record.key_metadata.arn, lock(&self.entries)?);
        let old = entries.get(arn);
        if let Some(entry) = old
            && RehearsedKey::at(entry.read()?, related(&entries, arn)?, now).is_some()
        {
            return Err(StoreError::new(
                StoreErrorKind::Exists,
                format!("the store already has {arn}"),
            ));
        }
        let old = old.map_or(Ok(0), |entry| entry.len())?;
        let entry = Entry::new(record.clone());
        self.make_room(old, entry.len()?, MAX_MEMORY_LEN)?;
        entries.insert(arn.clone(), entry);
        Ok(())
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        lock(&self.entries)?
            .values()
            .map(|entry| entry.read())
            .collect()
    }

    fn key_count(&self) -> Result<usize, StoreError> {
        Ok(lock(&self.entries)?.len())
    }
}
