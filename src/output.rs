//! Output files: new, private, synced and atomic.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;

pub(crate) use crate::access::Access;

mod distrust;
mod error;
mod fault;
mod file_contents;
mod folder;
mod folder_trust;
mod existing_target;
mod temp_name;
mod paths;
mod atomic_write;
mod written;

use atomic_write::AtomicWrite;
pub(crate) use distrust::Distrust;
pub(crate) use error::OutputError;
pub(crate) use existing_target::Replace;
pub(crate) use file_contents::FileContents;
pub(crate) use folder::{OutputFile, check_folder, write_folder};
pub(crate) use folder_trust::Reservations;
pub(crate) use paths::parent;
use paths::{file_name, open_folder};
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
    write_new_contents(path, FileContents::Bytes(bytes), access, replace)
}

/// Writes a new file at `path` as [`write_new`] does.
///
/// # Errors
///
/// As [`write_new`], and each error of writing the contents.
pub(crate) fn write_new_contents(
    path: &Path,
    contents: FileContents<'_>,
    access: Access,
    replace: Replace,
) -> Result<Written, OutputError> {
    let name = file_name(path).ok_or_else(|| OutputError::NoFileName { path: path.into() })?;
    let folder = open_folder(parent(path)).map_err(|cause| OutputError::io(path, cause))?;
    AtomicWrite {
        folder: &folder,
        name,
        contents,
        mode: access.mode(),
    }
    .carry_out(replace)
    .map_err(|fault| OutputError::from_fault(path, fault))
}

/// Makes a file without a name, of mode 0600, on the medium of `folder`. It ends with the program.
///
/// # Errors
///
/// The system's error.
pub(crate) fn unnamed_file(folder: &Path) -> io::Result<File> {
    let mode = Access::Private.mode();
    #[cfg(target_os = "linux")]
    {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match rustix::fs::open(folder, flags, mode) {
            Ok(file) => return Ok(File::from(file)),
            // A medium without such files.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    let name = folder.join(temp_name::random_name()?);
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(&name, flags, mode)?);
    fs::remove_file(&name)?;
    Ok(file)
}

/// Renames the file at `from` to `to`, in the same folder, and syncs the folder.
///
/// # Errors
///
/// Every [`OutputError`] about one file, if `to` exists and must not be replaced.
pub(crate) fn rename_new(from: &Path, to: &Path, replace: Replace) -> Result<(), OutputError> {
    check_new(to, replace)?;
    let renamed = match replace {
        // A file that came since the check is not replaced either, where the system can promise it.
        Replace::Never => {
            let flags = rustix::fs::RenameFlags::NOREPLACE;
            match rustix::fs::renameat_with(CWD, from, CWD, to, flags) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => fs::rename(from, to),
                outcome => outcome.map_err(io::Error::from),
            }
        }
        Replace::RegularFile => fs::rename(from, to),
    };
    renamed
        .and_then(|()| sync_folder(parent(to)))
        .map_err(|cause| OutputError::io(to, cause))
}

/// Syncs the names in the folder at `path`, if its medium supports it.
///
/// # Errors
///
/// The system's error.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    atomic_write::sync(&open_folder(path)?)
}

/// Opens the folder at `path`, and creates it with mode 0700 if it is missing. Nobody else may be able to
/// replace files in it or in its parent.
///
/// # Errors
///
/// [`OutputError::Untrusted`], and system errors.
pub(crate) fn open_trusted_folder(path: &Path) -> Result<(File, Reservations), OutputError> {
    let trusted = folder_trust::TrustedFolder::open_or_make(path)?;
    trusted
        .sync_parent()
        .map_err(|cause| OutputError::io(path, cause))?;
    Ok(trusted.into_folder())
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
        contents: FileContents::Bytes(&[]),
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
