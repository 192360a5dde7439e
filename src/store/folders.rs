//! The folders and files of a store: their owners, and their contents.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use byok_core::key_id::{AccountId, KeyId};
use byok_core::key_store::{StoreError, StoreErrorKind};
use byok_core::region::Region;
use rustix::fs::FileType;

use super::fault::{Fault, StoreFault};
use crate::input::file_type_name;
use crate::terminal::{Safe, SafePath};

/// The name of the file with the aliases of an account in a Region. It has no extension, because it is
/// not the record of a key.
pub(super) const ALIASES: &str = "aliases";

/// The existing contents of the path of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExistingFolder {
    /// Nothing.
    None,
    /// An empty folder.
    EmptyFolder,
    /// A folder with a root secret, or with only files of a store. The store may be broken.
    Store,
}

/// Examines `folder`. Does not follow a link.
///
/// # Errors
///
/// [`StoreError`] of kind `Unsafe` for a link, and of kind `NotAStore` for anything else that is not
/// listed in [`ExistingFolder`].
pub(super) fn existing_folder(folder: &Path) -> Result<ExistingFolder, StoreError> {
    let metadata = match fs::symlink_metadata(folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ExistingFolder::None),
        Err(error) => return Err(io_error(folder, &error)),
    };
    match FileType::from_raw_mode(metadata.mode()) {
        FileType::Directory => {}
        FileType::Symlink => return Err(StoreFault::at(folder, Fault::Link)),
        other => {
            let what = file_type_name(other);
            return Err(StoreFault::at(folder, Fault::NotAFolder(what)));
        }
    }
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        // A wrong owner is reported before the failure to list the folder.
        Err(error) => {
            check_private(folder, &metadata)?;
            return Err(io_error(folder, &error));
        }
    };
    let (mut foreign, mut own) = (None, ExistingFolder::EmptyFolder);
    for entry in listing {
        let entry = entry.map_err(|error| io_error(folder, &error))?;
        let name = entry.file_name();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        // Many folders contain `keys`, and / contains /root. Only a root secret identifies a store.
        if name == "root" && !is_folder {
            return Ok(ExistingFolder::Store);
        }
        if name == "keys" || name == "lock" {
            own = ExistingFolder::Store;
        } else if !is_passing(name.as_ref()) {
            let name = Safe(&name.to_string_lossy()).to_string();
            foreign = foreign.max(Some(name));
        }
    }
    match foreign {
        Some(name) => Err(StoreFault::at(folder, Fault::Foreign(name))),
        None => Ok(own),
    }
}

/// Creates a folder and its parents for their owner alone. An existing folder must be private too.
pub(super) fn make_private(folder: &Path) -> Result<(), StoreError> {
    make(folder).map_err(|error| io_error(folder, &error))?;
    check_made(folder)
}

/// Creates a folder and its parents for their owner alone, unless it exists.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Checks that an existing folder is private.
pub(super) fn check_made(folder: &Path) -> Result<(), StoreError> {
    let metadata = fs::symlink_metadata(folder).map_err(|error| io_error(folder, &error))?;
    check_private(folder, &metadata)
}

pub(super) fn check_private(path: &Path, metadata: &fs::Metadata) -> Result<(), StoreError> {
    let complain = |what| Err(StoreFault::at(path, what));
    if metadata.file_type().is_symlink() {
        return complain(Fault::Link);
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return complain(Fault::OtherOwner);
    }
    if metadata.mode() & 0o077 != 0 {
        return complain(Fault::OpenToOthers);
    }
    Ok(())
}

/// Checks that only the owner has access to a folder or a file, if it exists. Returns whether it
/// exists.
pub(super) fn is_there_and_private(path: &Path) -> Result<bool, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => check_private(path, &metadata).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error(path, &error)),
    }
}

/// Checks that `keys` contains only files of a store.
pub(super) fn check_only_keys(keys: &Path) -> Result<(), StoreError> {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    for account in entries(keys)? {
        if AccountId::parse(&name(&account)).is_none() {
            return Err(foreign(&account));
        }
        for region in entries(&account)? {
            if Region::parse(&name(&region)).is_err() {
                return Err(foreign(&region));
            }
            let is_ours = |path: &PathBuf| {
                let is_kind = path
                    .extension()
                    .is_some_and(|kind| kind == "json" || kind == "lock");
                let stem = name(&path.with_extension(""));
                let is_aliases = path.extension().is_none_or(|kind| kind == "lock");
                (is_kind && KeyId::parse(&stem).is_some())
                    || (is_aliases && stem == ALIASES)
                    || is_passing(path)
            };
            if let Some(path) = entries(&region)?.iter().find(|path| !is_ours(path)) {
                return Err(foreign(path));
            }
        }
    }
    Ok(())
}

/// Returns whether a file has a temporary name. A killed process can leave one.
pub(super) fn is_passing(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b".byok-"))
}

pub(super) fn foreign(path: &Path) -> StoreError {
    let path = SafePath(path);
    StoreError::new(
        StoreErrorKind::Io,
        format!("nothing was destroyed: {path} does not belong to a store"),
    )
}

/// Returns the entries of a folder, if it exists. Only its owner may have access to it.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !is_there_and_private(folder)? {
        return Ok(Vec::new());
    }
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_error(folder, &error)),
    };
    let paths: Result<Vec<_>, _> = listing
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    let mut paths = paths.map_err(|error| io_error(folder, &error))?;
    paths.sort();
    Ok(paths)
}

pub(super) fn broken(path: &Path, what: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Broken,
        format!("{}: {what}", SafePath(path)),
    )
}

pub(super) fn io_error(path: &Path, error: &io::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Io, format!("{}: {error}", SafePath(path)))
}

pub(super) fn ignore_missing(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

pub(super) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Returns the state folder of this platform.
///
/// # Source
///
/// XDG Base Directory Specification, `XDG_STATE_HOME`; on macOS, `~/Library/Application Support`.
pub(super) fn state_folder() -> Option<PathBuf> {
    if cfg!(target_os = "macos") {
        return variable("HOME").map(|home| home.join("Library/Application Support/byok"));
    }
    let state = variable("XDG_STATE_HOME").filter(|path| path.is_absolute());
    state
        .or_else(|| variable("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("byok"))
}
