//! The folders and files of a store: their owners, their contents, and the messages on faults.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use byok_core::key_id::{AccountId, KeyId};
use byok_core::key_store::{StoreError, StoreErrorKind};
use byok_core::region::Region;

/// Creates a folder and its parents for their owner alone. An existing folder must be private too.
pub(super) fn make_private(folder: &Path) -> Result<(), StoreError> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|error| io_error(folder, &error))?;
    let metadata = fs::symlink_metadata(folder).map_err(|error| io_error(folder, &error))?;
    check_private(folder, &metadata)
}

pub(super) fn check_private(path: &Path, metadata: &fs::Metadata) -> Result<(), StoreError> {
    let complain = |what: &str| {
        Err(StoreError::new(
            StoreErrorKind::Unsafe,
            format!("{} {what}", crate::terminal::SafePath(path)),
        ))
    };
    if metadata.file_type().is_symlink() {
        return complain("is a symbolic link");
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return complain("belongs to another user");
    }
    if metadata.mode() & 0o077 != 0 {
        return complain("is open to other users");
    }
    Ok(())
}

/// Checks that `keys` contains only what a store keeps there.
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
                (is_kind && KeyId::parse(&name(&path.with_extension(""))).is_some())
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
    let path = crate::terminal::SafePath(path);
    StoreError::new(
        StoreErrorKind::Io,
        format!("nothing was destroyed: {path} is not a store's"),
    )
}

pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
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
        format!("{}: {what}", crate::terminal::SafePath(path)),
    )
}

pub(super) fn io_error(path: &Path, error: &io::Error) -> StoreError {
    StoreError::new(
        StoreErrorKind::Io,
        format!("{}: {error}", crate::terminal::SafePath(path)),
    )
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
