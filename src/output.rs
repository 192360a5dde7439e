//! Output files: new, private, synced and atomic.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::Mode;

mod access;
mod distrust;
mod error;
mod fault;
mod folder;
mod folder_trust;
mod existing_target;
mod temp_name;
mod paths;
mod atomic_write;
mod written;

pub(crate) use access::Access;
use atomic_write::AtomicWrite;
pub(crate) use distrust::Distrust;
pub(crate) use error::OutputError;
pub(crate) use existing_target::Replace;
pub(crate) use folder::{OutputFile, check_folder, write_folder};
pub(crate) use folder_trust::Reservations;
use paths::{file_name, open_folder, parent};
pub(crate) use written::Written;

/// Writes `bytes` to a new file at `path`.
///
/// At any moment, the name has no file (or the file to be replaced) or the complete new file. A
/// symbolic link is never followed. A power failure can leave a partial file only on media that
/// support neither unnamed files nor links nor a rename without replacement.
///
/// # Errors
///
/// Every [`OutputError`] about one file. After each but [`OutputError::Unsynced`] there is nothing
/// new at `path`.
pub(crate) fn write_new(
    path: &Path,
    bytes: &[u8],
    access: Access,
    replace: Replace,
) -> Result<Written, OutputError> {
    let name = file_name(path).ok_or_else(|| OutputError::NoFileName { path: path.into() })?;
    let folder = open_folder(parent(path)).map_err(|cause| OutputError::io(path, cause))?;
    AtomicWrite {
        folder: &folder,
        name,
        bytes,
        mode: access.mode(),
    }
    .carry_out(replace)
    .map_err(|fault| OutputError::from_fault(path, fault))
}

/// Checks, before any work is done, that a new file can be written at `path`: the name is a file
/// name, its folder can be opened, and no other file has the name.
///
/// # Errors
///
/// Every [`OutputError`] of [`write_new`] that can be detected before the file is written.
pub(crate) fn check_new(path: &Path, replace: Replace) -> Result<(), OutputError> {
    let name = file_name(path).ok_or_else(|| OutputError::NoFileName { path: path.into() })?;
    let folder = open_folder(parent(path)).map_err(|cause| OutputError::io(path, cause))?;
    let write = AtomicWrite {
        folder: &folder,
        name,
        bytes: &[],
        mode: Mode::empty(),
    };
    let vacancy = write.vacancy(replace);
    vacancy
        .map(|_| ())
        .map_err(|fault| OutputError::from_fault(path, fault))
}

/// Returns whether two names denote the same file, which may not exist yet.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    let is_same_name =
        matches!((std::path::absolute(a), std::path::absolute(b)), (Ok(a), Ok(b)) if a == b);
    is_same_name || check_distinct(a, b).is_err()
}

/// Checks that `output` and `input` are different files, even if their names differ.
///
/// # Errors
///
/// [`OutputError::SameFile`]. The caller that opens a file reports that it cannot be examined.
pub(crate) fn check_distinct(input: &Path, output: &Path) -> Result<(), OutputError> {
    let identity = |path| fs::metadata(path).map(|file| (file.dev(), file.ino()));
    match (identity(input), identity(output)) {
        (Ok(a), Ok(b)) if a == b => Err(OutputError::SameFile {
            input: input.into(),
            output: output.into(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
