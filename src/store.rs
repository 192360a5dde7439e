//! The store on disk: one root secret, and one file per rehearsed key.
//!
//! `root` holds the 32 bytes of the root secret; `keys/<account>/<region>/<id>.json` the record of
//! a key, as `describe-key` prints it and with its history. The reader of `root` can open every
//! token of the store, so the store refuses to work if others can read it. A writer holds the
//! shared lock `lock` and the lock `<id>.lock` of the key. The destruction of the store holds
//! `lock` exclusively.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use byok_core::import_token::{ROOT_SECRET_LEN, RootSecret};
use byok_core::json;
use byok_core::key_id::{KeyArn, KeyIdentifier, Place};
use byok_core::key_record::KeyRecord;
use byok_core::key_store::{KeyStore, StoreError, StoreErrorKind};
use byok_core::rehearsed_key::RehearsedKey;
use byok_core::timestamp::Timestamp;

use crate::entropy;
use crate::input::{self, InputError, Source};
use crate::lock::{self, LockError, Sharing};
use crate::output::{self, Access, OutputError, Replace};

mod folders;

use folders::{
    broken, check_only_keys, check_private, entries, foreign, ignore_missing, io_error, is_passing,
    make_private, state_folder, variable,
};

/// The maximum number of attempts to create a folder that another process destroys at the same
/// time.
const MAX_MAKINGS: usize = 16;
/// The timeout of a lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// A store in a folder.
#[derive(Debug)]
pub(crate) struct DiskStore {
    folder: Option<PathBuf>,
}

impl DiskStore {
    /// Returns the store in `folder`, in `BYOK_STORE`, or in the platform's state folder. Neither
    /// creates nor examines anything.
    pub(crate) fn at(folder: Option<PathBuf>) -> Self {
        Self {
            folder: folder
                .or_else(|| variable("BYOK_STORE"))
                .or_else(state_folder),
        }
    }

    /// Returns the folder.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if nothing names it.
    pub(crate) fn folder(&self) -> Result<&Path, StoreError> {
        self.folder.as_deref().ok_or_else(|| {
            StoreError::new(
                StoreErrorKind::Io,
                "no folder for the store: HOME is not set",
            )
        })
    }

    /// Returns every key at `now`, by account, Region and ID.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    pub(crate) fn list(&self, now: Timestamp) -> Result<Vec<RehearsedKey>, StoreError> {
        let mut keys = Vec::new();
        for record in self.key_records()? {
            let related = self.related(&record.key_metadata.arn)?;
            keys.extend(RehearsedKey::at(record, related, now));
        }
        Ok(keys)
    }

    /// Returns the latest time in the record of the key `arn`, if it exists.
    pub(crate) fn latest_moment(&self, key_id: Option<&str>, place: &Place) -> Option<Timestamp> {
        let arn = KeyIdentifier::parse(key_id?).ok()?.resolve(place).ok()?;
        Some(self.find(&arn).ok()??.latest_moment())
    }

    /// Removes every key and the root secret. Returns whether there was a store.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the folder is not a store, or cannot be removed.
    pub(crate) fn destroy(&self) -> Result<bool, StoreError> {
        if !self.is_there()? {
            return Ok(false);
        }
        // Checked before the lock: no file is created where there is no store.
        self.check_only_ours()?;
        let _alone = self.hold(Sharing::Alone)?;
        self.check_only_ours()?;
        let (keys, root, lock, folder) = (
            self.keys()?,
            self.root()?,
            self.lock_path()?,
            self.folder()?,
        );
        ignore_missing(fs::remove_dir_all(&keys)).map_err(|error| io_error(&keys, &error))?;
        for file in [root, lock] {
            ignore_missing(fs::remove_file(&file)).map_err(|error| io_error(&file, &error))?;
        }
        match fs::remove_dir(folder) {
            // Another process that waited for the lock has begun a new store.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            removed => ignore_missing(removed).map_err(|error| io_error(folder, &error))?,
        }
        Ok(true)
    }

    /// Checks that the folder contains only a store.
    fn check_only_ours(&self) -> Result<(), StoreError> {
        let (keys, root, lock) = (self.keys()?, self.root()?, self.lock_path()?);
        let is_lock =
            |path: &Path| *path == lock && path.metadata().is_ok_and(|file| file.len() == 0);
        for path in entries(self.folder()?)?
            .iter()
            .filter(|path| **path != root && !is_passing(path))
        {
            if *path == keys {
                check_only_keys(path)?;
            } else if !is_lock(path) {
                return Err(foreign(path));
            }
        }
        Ok(())
    }

    /// Returns whether the folder exists. It must belong to its owner alone.
    fn is_there(&self) -> Result<bool, StoreError> {
        let folder = self.folder()?;
        match fs::symlink_metadata(folder) {
            Ok(metadata) => check_private(folder, &metadata).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(io_error(folder, &error)),
        }
    }

    /// Returns the root secret, if the store has one. Creates nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be read, or others can read it.
    pub(crate) fn existing_root_secret(&self) -> Result<Option<RootSecret>, StoreError> {
        if self.is_there()? {
            self.read_root()
        } else {
            Ok(None)
        }
    }

    fn root(&self) -> Result<PathBuf, StoreError> {
        Ok(self.folder()?.join("root"))
    }

    fn keys(&self) -> Result<PathBuf, StoreError> {
        Ok(self.folder()?.join("keys"))
    }

    fn lock_path(&self) -> Result<PathBuf, StoreError> {
        Ok(self.folder()?.join("lock"))
    }

    /// Returns the file of every record, by account, Region and id.
    fn record_paths(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut paths = Vec::new();
        if !self.is_there()? {
            return Ok(paths);
        }
        for account in entries(&self.keys()?)? {
            for region in entries(&account)? {
                let is_record = |path: &PathBuf| {
                    path.extension()
                        .is_some_and(|extension| extension == "json")
                };
                paths.extend(entries(&region)?.into_iter().filter(is_record));
            }
        }
        Ok(paths)
    }

    fn record_path(&self, arn: &KeyArn) -> Result<PathBuf, StoreError> {
        let folder = self
            .keys()?
            .join(arn.account_id().as_str())
            .join(arn.region().as_str());
        Ok(folder.join(format!("{}.json", arn.key_id())))
    }

    fn read_root(&self) -> Result<Option<RootSecret>, StoreError> {
        let path = self.root()?;
        match fs::symlink_metadata(&path) {
            Ok(metadata) => check_private(&path, &metadata)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(&path, &error)),
        }
        let secret = input::read_secret(&Source::file(&path), ROOT_SECRET_LEN, "")
            .map_err(|error| StoreError::new(StoreErrorKind::Broken, error))?;
        match RootSecret::new(secret) {
            Some(root) => Ok(Some(root)),
            None => Err(broken(&path, "the root secret is damaged")),
        }
    }

    /// Takes the lock of the whole store: shared, to keep it from destruction, or exclusive.
    fn hold(&self, sharing: Sharing) -> Result<File, StoreError> {
        take_lock(&self.lock_path()?, sharing)
    }

    /// Creates the folder, and takes its shared lock before another process destroys it again.
    fn make_and_hold(&self) -> Result<File, StoreError> {
        let folder = self.folder()?;
        let make = || make_private(folder).and_then(|()| self.hold(Sharing::Shared));
        let mut held = make();
        for _ in 0..MAX_MAKINGS {
            if held.is_ok() || folder.symlink_metadata().is_ok() {
                break;
            }
            held = make();
        }
        held
    }

    /// Takes the lock of one key.
    fn lock(&self, arn: &KeyArn) -> Result<File, StoreError> {
        take_lock(
            &self.record_path(arn)?.with_extension("lock"),
            Sharing::Alone,
        )
    }
}

impl KeyStore for DiskStore {
    /// Returns the root secret. Creates it at the first call, and never while there are keys.
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        if let Some(root) = self.existing_root_secret()? {
            return Ok(root);
        }
        let _held = self.make_and_hold()?;
        let (keys, path) = (self.keys()?, self.root()?);
        // Look for keys first: another process may be creating both, and it creates the root secret
        // before any key.
        let has_keys = keys.try_exists().map_err(|error| io_error(&keys, &error))?;
        if let Some(root) = self.read_root()? {
            return Ok(root);
        }
        if has_keys {
            return Err(broken(
                &path,
                "the root secret is missing, and there are keys",
            ));
        }
        let mut rng =
            entropy::system_rng().map_err(|error| StoreError::new(StoreErrorKind::Io, error))?;
        let root = RootSecret::generate(&mut rng);
        match output::write_new(&path, root.expose(), Access::Private, Replace::Never) {
            Ok(_) | Err(OutputError::AlreadyExists { .. }) => {}
            Err(error) => return Err(StoreError::new(StoreErrorKind::Io, error)),
        }
        self.read_root()?
            .ok_or_else(|| broken(&path, "the root secret is gone"))
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        if !self.is_there()? {
            return Ok(None);
        }
        let path = self.record_path(arn)?;
        let record = read_record(&path)?;
        match record {
            Some(record) if record.key_metadata.arn != *arn => {
                Err(broken(&path, "the record of another key"))
            }
            record => Ok(record),
        }
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        let mut related = Vec::new();
        if !arn.key_id().is_multi_region() || !self.is_there()? {
            return Ok(related);
        }
        for region in entries(&self.keys()?.join(arn.account_id().as_str()))? {
            let record = read_record(&region.join(format!("{}.json", arn.key_id())))?;
            related.extend(record.filter(|record| record.key_metadata.arn.is_related_to(arn)));
        }
        Ok(related)
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<T, StoreError> {
        let (_held, _lock) = (self.hold(Sharing::Shared)?, self.lock(arn)?);
        let path = self.record_path(arn)?;
        let mut record = self
            .find(arn)?
            .ok_or_else(|| broken(&path, "the key is gone"))?;
        let before = record.clone();
        let outcome = change(&mut record);
        if record != before {
            let text = readable(&record)?;
            output::write_new(
                &path,
                text.as_bytes(),
                Access::Private,
                Replace::RegularFile,
            )
            .map(|_| ())
            .map_err(|error| StoreError::new(StoreErrorKind::Io, error))?;
        }
        Ok(outcome)
    }

    fn key_count(&self) -> Result<usize, StoreError> {
        Ok(self.record_paths()?.len())
    }

    /// By account, Region and ID.
    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let mut records = Vec::new();
        for path in self.record_paths()? {
            records.extend(read_record(&path)?);
        }
        Ok(records)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        let _held = self.make_and_hold()?;
        self.root_secret()?;
        let arn = &record.key_metadata.arn;
        let (path, text) = (self.record_path(arn)?, readable(record)?);
        if let Some(parent) = path.parent() {
            make_private(parent)?;
        }
        let _lock = self.lock(arn)?;
        let exists = || {
            StoreError::new(
                StoreErrorKind::Exists,
                format!("the store already has {arn}"),
            )
        };
        let replace = match self.find(arn)? {
            None => Replace::Never,
            Some(_) if self.key_at(arn, now)?.is_none() => Replace::RegularFile,
            Some(_) => return Err(exists()),
        };
        match output::write_new(&path, text.as_bytes(), Access::Private, replace) {
            Ok(_) => Ok(()),
            Err(OutputError::AlreadyExists { .. }) => Err(exists()),
            Err(error) => Err(StoreError::new(StoreErrorKind::Io, error)),
        }
    }
}

/// Takes a lock, with a timeout of 10 seconds.
fn take_lock(path: &Path, sharing: Sharing) -> Result<File, StoreError> {
    lock::take(path, sharing, LOCK_PATIENCE).map_err(|error| match error {
        LockError::Io(error) => io_error(path, &error),
        LockError::Held => {
            let message = format!("{} is locked by another process", path.display());
            StoreError::new(StoreErrorKind::Locked, message)
        }
    })
}

/// Returns the text of a record that can be read again. A record that is too long or too deep is
/// never written.
fn readable(record: &KeyRecord) -> Result<String, StoreError> {
    let text = record.to_json();
    match KeyRecord::from_json(text.as_bytes()) {
        Ok(_) => Ok(text),
        Err(error) => {
            let message = format!(
                "the record of {} cannot be kept: {error}",
                record.key_metadata.arn
            );
            Err(StoreError::new(StoreErrorKind::Io, message))
        }
    }
}

fn read_record(path: &Path) -> Result<Option<KeyRecord>, StoreError> {
    let bytes = match input::read(&Source::file(path), json::MAX_LEN) {
        Ok(bytes) => bytes,
        Err(InputError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(StoreError::new(StoreErrorKind::Io, error)),
    };
    KeyRecord::from_json(&bytes)
        .map(Some)
        .map_err(|error| broken(path, &error.to_string()))
}
