//! The store on disk: one root secret, and one file per rehearsed key.
//!
//! `root` holds the 32 bytes of the root secret; `keys/<account>/<region>/<id>.json` the record of
//! a key, as `describe-key` prints it and with its history, and `keys/<account>/<region>/aliases` the
//! aliases of that account in that Region. The reader of `root` can open every
//! token of the store, so the store refuses to work if others can read or change any of its folders
//! and files, or if one of them is a symbolic link. A writer holds the shared lock `lock` and the lock
//! `<id>.lock` of the key, or `aliases.lock`. The destruction of the store holds `lock` exclusively.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use byok_core::alias::AccountRegion;
use byok_core::import_token::{ROOT_SECRET_LEN, RootSecret};
use byok_core::json;
use byok_core::key_id::{AccountId, KeyArn, KeyIdentifier, Place};
use byok_core::key_record::KeyRecord;
use byok_core::key_store::{AliasList, KeyStore, StoreError, StoreErrorKind};
use byok_core::region::Region;
use byok_core::rehearsed_key::RehearsedKey;
use byok_core::timestamp::Timestamp;

use crate::entropy;
use crate::input::{self, InputError, Source};
use crate::lock::{self, Deadline, LockError, Sharing};
use crate::output::{self, Access, OutputError, Replace};
use crate::terminal::SafePath;

mod fault;
mod folders;

pub(crate) use fault::{Fault, StoreFault};
use folders::{
    ALIASES, ExistingFolder, broken, check_made, check_only_keys, entries, existing_folder,
    foreign, ignore_missing, io_error, is_passing, is_there_and_private, make, make_private,
    state_folder, variable,
};

/// The timeout for all locks of an operation together.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// The behaviour of a command if there is no store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhenAbsent {
    /// Creates one.
    Create,
    /// Creates none. A store that was named must exist, and a missing default store counts as
    /// empty.
    DoNotCreate,
}

/// The result of destroying a store.
#[derive(Debug)]
pub(crate) enum Destroyed {
    /// There was no store.
    Nothing,
    /// The keys, the root secret and the folder were destroyed.
    Everything,
    /// The keys and the root secret were destroyed. The empty folder remains, for this reason.
    AllButTheFolder(io::Error),
}

/// A store in a folder.
#[derive(Debug)]
pub(crate) struct DiskStore {
    folder: Option<PathBuf>,
    /// True if an option or a variable names it.
    is_named: bool,
    when_absent: WhenAbsent,
}

impl DiskStore {
    /// Returns the store in `folder`, in `BYOK_STORE`, or in the platform's state folder, for
    /// commands that never create one. Does not access the file system yet.
    pub(crate) fn existing(folder: Option<PathBuf>) -> Self {
        Self::at(folder, WhenAbsent::DoNotCreate)
    }

    /// Returns the same store, for commands that create a missing store. Does not access the file
    /// system yet.
    pub(crate) fn existing_or_new(folder: Option<PathBuf>) -> Self {
        Self::at(folder, WhenAbsent::Create)
    }

    fn at(folder: Option<PathBuf>, when_absent: WhenAbsent) -> Self {
        let named = folder.or_else(|| variable("BYOK_STORE"));
        let is_named = named.is_some();
        // A slash or a dot at the end would hide a link.
        let folder = named
            .or_else(state_folder)
            .map(|folder| folder.components().collect());
        Self {
            folder,
            is_named,
            when_absent,
        }
    }

    /// Returns the folder.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if nothing names it.
    pub(crate) fn folder(&self) -> Result<&Path, StoreError> {
        self.folder.as_deref().ok_or_else(|| {
            StoreError::new(StoreErrorKind::Io, "cannot find the store: HOME is not set")
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

    /// Returns the latest time in the record of the key `key_id`, if it exists.
    pub(crate) fn latest_moment(&self, key_id: Option<&str>, place: &Place) -> Option<Timestamp> {
        let arn = KeyIdentifier::parse(key_id?).ok()?.resolve(place).ok()?;
        Some(self.find(&arn).ok()??.latest_moment())
    }

    /// Removes every key and the root secret, then the folder. A folder that cannot be removed,
    /// such as a mount point, remains and is empty.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the folder does not belong to a store, or a file in it cannot be removed.
    pub(crate) fn destroy(&self) -> Result<Destroyed, StoreError> {
        let folder = self.folder()?;
        if existing_folder(folder)? != ExistingFolder::Store {
            return Ok(Destroyed::Nothing);
        }
        is_there_and_private(folder)?;
        // Use a path that stays valid: not `.`, and not `keys/..`.
        let folder = match folder.canonicalize() {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Destroyed::Nothing),
            Err(error) => return Err(io_error(folder, &error)),
        };
        Self::existing(Some(folder)).destroy_all()
    }

    /// Removes the store, whose folder is named by its canonical path.
    fn destroy_all(&self) -> Result<Destroyed, StoreError> {
        // Checked before the lock is created, so that no file is created in a folder that is not a
        // store.
        self.check_only_ours()?;
        let _alone = self.hold(Sharing::Alone, lock_deadline())?;
        self.check_only_ours()?;
        let (keys, root, lock) = (self.keys()?, self.root()?, self.lock_path()?);
        ignore_missing(fs::remove_dir_all(&keys)).map_err(|error| io_error(&keys, &error))?;
        for file in [root, lock] {
            ignore_missing(fs::remove_file(&file)).map_err(|error| io_error(&file, &error))?;
        }
        Ok(match ignore_missing(fs::remove_dir(self.folder()?)) {
            // If it is not empty, a process that waited for the lock has created a new store.
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {
                Destroyed::AllButTheFolder(error)
            }
            _ => Destroyed::Everything,
        })
    }

    /// Checks that the folder contains only a store.
    fn check_only_ours(&self) -> Result<(), StoreError> {
        let (keys, root, lock) = (self.keys()?, self.root()?, self.lock_path()?);
        let is_lock = |path: &Path| {
            let metadata = path.symlink_metadata();
            *path == lock && metadata.is_ok_and(|file| file.is_file() && file.len() == 0)
        };
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

    /// Returns whether there is a store. Only its owner may have access to its folder.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the folder cannot be used, or if a store was named, is missing, and must
    /// not be created.
    fn is_there(&self) -> Result<bool, StoreError> {
        let folder = self.folder()?;
        let must_be_there = self.is_named && self.when_absent == WhenAbsent::DoNotCreate;
        match existing_folder(folder)? {
            ExistingFolder::None if must_be_there => Err(StoreFault::at(folder, Fault::Missing)),
            ExistingFolder::EmptyFolder if must_be_there => {
                Err(StoreFault::at(folder, Fault::Empty))
            }
            ExistingFolder::None => Ok(false),
            ExistingFolder::EmptyFolder => is_there_and_private(folder).map(|_| false),
            ExistingFolder::Store => is_there_and_private(folder),
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

    fn aliases_path(&self, home: &AccountRegion) -> Result<PathBuf, StoreError> {
        let folder = self.keys()?.join(home.account_id.as_str());
        Ok(folder.join(home.region.as_str()).join(ALIASES))
    }

    /// Checks that only the owner has access to the existing folders above the record of a key.
    fn check_folders_of(&self, arn: &KeyArn) -> Result<(), StoreError> {
        self.check_folders_above(arn.account_id(), arn.region())
    }

    /// Checks that only the owner has access to the existing folders of an account in a Region.
    fn check_folders_above(&self, account: &AccountId, region: &Region) -> Result<(), StoreError> {
        let mut folder = self.keys()?;
        for name in ["", account.as_str(), region.as_str()] {
            if !name.is_empty() {
                folder.push(name);
            }
            is_there_and_private(&folder)?;
        }
        Ok(())
    }

    fn read_root(&self) -> Result<Option<RootSecret>, StoreError> {
        let path = self.root()?;
        if !is_there_and_private(&path)? {
            return Ok(None);
        }
        let secret = input::read_secret(&Source::file(&path), ROOT_SECRET_LEN, "")
            .map_err(|error| StoreError::new(StoreErrorKind::Broken, error))?;
        match RootSecret::new(secret) {
            Some(root) => Ok(Some(root)),
            None => Err(broken(&path, "the root secret is damaged")),
        }
    }

    /// Takes the lock of the whole store: shared, so that nobody destroys it meanwhile, or
    /// exclusive.
    fn hold(&self, sharing: Sharing, deadline: Deadline) -> Result<File, StoreError> {
        take_lock(&self.lock_path()?, sharing, deadline)
    }

    /// Creates the folder and takes its shared lock. If another process destroys the folder
    /// meanwhile, creates it again.
    fn make_and_hold(&self, deadline: Deadline) -> Result<File, StoreError> {
        let folder = self.folder()?;
        loop {
            // The folder exists after this, unless another process destroys it.
            make(folder).map_err(|error| io_error(folder, &error))?;
            let held = check_made(folder).and_then(|()| self.hold(Sharing::Shared, deadline));
            if held.is_ok() || folder.symlink_metadata().is_ok() || deadline.is_over() {
                return held;
            }
        }
    }

    /// Takes the lock of one key.
    fn lock(&self, arn: &KeyArn, deadline: Deadline) -> Result<File, StoreError> {
        let path = self.record_path(arn)?.with_extension("lock");
        take_lock(&path, Sharing::Alone, deadline)
    }

    /// Creates the root secret, unless there are keys. With keys, the root secret is lost, and no
    /// other can open its tokens.
    fn make_root_secret(&self, deadline: Deadline) -> Result<RootSecret, StoreError> {
        let _held = self.make_and_hold(deadline)?;
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
                "the root secret is missing, but there are keys",
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
            .ok_or_else(|| broken(&path, "the root secret is missing"))
    }
}

impl KeyStore for DiskStore {
    /// Returns the root secret. Creates it at the first call if a store may be created, and never
    /// while there are keys.
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        match (self.existing_root_secret()?, self.when_absent) {
            (Some(root), _) => Ok(root),
            (None, WhenAbsent::Create) => self.make_root_secret(lock_deadline()),
            (None, WhenAbsent::DoNotCreate) => {
                Err(broken(&self.root()?, "the root secret is missing"))
            }
        }
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        if !self.is_there()? {
            return Ok(None);
        }
        self.check_folders_of(arn)?;
        let path = self.record_path(arn)?;
        let record = read_record(&path)?;
        match record {
            Some(record) if record.key_metadata.arn != *arn => {
                Err(broken(&path, "this is the record of another key"))
            }
            record => Ok(record),
        }
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        let mut related = Vec::new();
        if !arn.key_id().is_multi_region() || !self.is_there()? {
            return Ok(related);
        }
        self.check_folders_of(arn)?;
        for region in entries(&self.keys()?.join(arn.account_id().as_str()))? {
            is_there_and_private(&region)?;
            let record = read_record(&region.join(format!("{}.json", arn.key_id())))?;
            related.extend(record.filter(|record| record.key_metadata.arn.is_related_to(arn)));
        }
        Ok(related)
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<Option<T>, StoreError> {
        let deadline = lock_deadline();
        let path = self.record_path(arn)?;
        if !self.is_there()? {
            return Ok(None);
        }
        self.check_folders_of(arn)?;
        // Before there is a lock: no file is made where there is no key.
        if !is_there_and_private(&path)? {
            return Ok(None);
        }
        let _held = self.hold(Sharing::Shared, deadline)?;
        let _lock = self.lock(arn, deadline)?;
        let mut record = self
            .find(arn)?
            .ok_or_else(|| broken(&path, "the key was deleted meanwhile"))?;
        let before = record.clone();
        let outcome = change(&mut record);
        if record != before {
            replace(&path, &readable(&record)?)?;
        }
        Ok(Some(outcome))
    }

    fn aliases(&self, home: &AccountRegion) -> Result<AliasList, StoreError> {
        if !self.is_there()? {
            return Ok(AliasList::default());
        }
        let path = self.aliases_path(home)?;
        self.check_folders_above(&home.account_id, &home.region)?;
        read_aliases(&path)
    }

    fn update_aliases<T>(
        &self,
        home: &AccountRegion,
        change: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError> {
        let deadline = lock_deadline();
        let path = self.aliases_path(home)?;
        // Aliases are beside the keys that have them: no file is made where there is no key.
        let is_there = self.is_there()? && path.parent().is_some_and(Path::is_dir);
        if !is_there {
            return Ok(change(&mut AliasList::default()));
        }
        self.check_folders_above(&home.account_id, &home.region)?;
        let _held = self.hold(Sharing::Shared, deadline)?;
        let _lock = take_lock(&path.with_extension("lock"), Sharing::Alone, deadline)?;
        let mut aliases = read_aliases(&path)?;
        let before = aliases.clone();
        let outcome = change(&mut aliases);
        if aliases != before {
            replace(&path, &aliases.to_json()?)?;
        }
        Ok(outcome)
    }

    fn key_count(&self) -> Result<usize, StoreError> {
        Ok(self.record_paths()?.len())
    }

    /// Returns the records by account, Region and ID.
    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let mut records = Vec::new();
        for path in self.record_paths()? {
            records.extend(read_record(&path)?);
        }
        Ok(records)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        self.is_there()?;
        let deadline = lock_deadline();
        let _held = self.make_and_hold(deadline)?;
        if self.read_root()?.is_none() {
            self.make_root_secret(deadline)?;
        }
        let arn = &record.key_metadata.arn;
        let (path, text) = (self.record_path(arn)?, readable(record)?);
        self.check_folders_of(arn)?;
        if let Some(parent) = path.parent() {
            make_private(parent)?;
        }
        let _lock = self.lock(arn, deadline)?;
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

/// Returns the deadline for all locks of an operation that begins now.
fn lock_deadline() -> Deadline {
    Deadline::after(LOCK_PATIENCE)
}

fn take_lock(path: &Path, sharing: Sharing, deadline: Deadline) -> Result<File, StoreError> {
    lock::take(path, sharing, deadline).map_err(|error| match error {
        LockError::Io(error) => io_error(path, &error),
        LockError::NotAFile(what) => StoreFault::at(path, Fault::NotALock(what)),
        LockError::Held => {
            let message = format!("{} is locked by another process", SafePath(path));
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
                "cannot store the record of {}: {error}",
                record.key_metadata.arn
            );
            Err(StoreError::new(StoreErrorKind::Io, message))
        }
    }
}

/// Replaces the file at `path`, or creates it.
fn replace(path: &Path, text: &str) -> Result<(), StoreError> {
    let written = output::write_new(path, text.as_bytes(), Access::Private, Replace::RegularFile);
    match written {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::new(StoreErrorKind::Io, error)),
    }
}

/// Reads the aliases of an account in a Region. Only their owner may have access to the file.
fn read_aliases(path: &Path) -> Result<AliasList, StoreError> {
    match read_private(path)? {
        Some(bytes) => AliasList::from_json(&bytes).map_err(|error| broken(path, &error)),
        None => Ok(AliasList::default()),
    }
}

/// Reads a record, if it exists. Only its owner may have access to it.
fn read_record(path: &Path) -> Result<Option<KeyRecord>, StoreError> {
    let record = read_private(path)?.map(|bytes| KeyRecord::from_json(&bytes));
    record
        .transpose()
        .map_err(|error| broken(path, &error.to_string()))
}

/// Reads a file, if it exists. Only its owner may have access to it.
fn read_private(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    if !is_there_and_private(path)? {
        return Ok(None);
    }
    match input::read(&Source::file(path), json::MAX_LEN) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(InputError::NotFound { .. }) => Ok(None),
        Err(error) => Err(StoreError::new(StoreErrorKind::Io, error)),
    }
}
