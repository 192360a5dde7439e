//! Temporary names of files that are being written.
//!
//! A process locks a file that has a temporary name. The lock ends with the process, so a file that has
//! such a name and no lock was left by a killed process.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt as _;

use rustix::fs::{
    AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, RenameFlags, flock, fstat, linkat,
    openat, renameat, renameat_with, statat, unlinkat,
};
use rustix::io::{Errno, retry_on_intr};

use super::existing_target::ExistingTarget;
use super::fault::WriteFault;
use crate::{entropy, ownership};

/// The beginning of each temporary name.
const PREFIX: &str = ".byok-";

/// The number of hexadecimal digits that follow.
const DIGITS: usize = 16;

/// A file under a name that is removed on drop.
pub(super) struct TempName<'a> {
    folder: &'a File,
    name: OsString,
    file: File,
    kept: bool,
}

impl<'a> TempName<'a> {
    /// Takes ownership of `name` in `folder`, which only this run uses, and of the file that has it.
    pub(super) fn of(folder: &'a File, name: OsString, file: File) -> Self {
        Self {
            folder,
            name,
            file,
            kept: false,
        }
    }

    /// Does the same with a file that is not locked yet. Returns `None` if another process took it for one
    /// that a killed process left.
    pub(super) fn locked(folder: &'a File, name: OsString, file: File) -> Option<Self> {
        let is_locked = lock(&file).is_ok() && has_name(&file, folder, &name);
        is_locked.then(|| Self::of(folder, name, file))
    }

    /// Returns the file.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Keeps the name.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }

    /// Links the file to the name `lasting`, if that is free.
    pub(super) fn add(&self, lasting: &OsStr) -> Result<(), WriteFault> {
        linkat(
            self.folder,
            &self.name,
            self.folder,
            lasting,
            AtFlags::empty(),
        )
        .map_err(WriteFault::perhaps_unavailable)
    }

    /// Renames the file to `lasting`. Replaces a regular file only if one was found there.
    pub(super) fn change_to(
        self,
        lasting: &OsStr,
        existing_target: ExistingTarget,
    ) -> Result<(), WriteFault> {
        match existing_target {
            ExistingTarget::None => {
                let flags = RenameFlags::NOREPLACE;
                renameat_with(self.folder, &self.name, self.folder, lasting, flags)
                    .map_err(WriteFault::perhaps_unavailable)?;
            }
            ExistingTarget::RegularFile => {
                renameat(self.folder, &self.name, self.folder, lasting)
                    .map_err(WriteFault::certain)?;
            }
        }
        self.keep();
        Ok(())
    }
}

impl Drop for TempName<'_> {
    fn drop(&mut self) {
        if !self.kept {
            let _ = unlinkat(self.folder, &self.name, AtFlags::empty());
        }
    }
}

/// Returns a name that nobody can predict.
pub(super) fn random_name() -> io::Result<OsString> {
    let number = entropy::random_u64().map_err(io::Error::other)?;
    Ok(format!("{PREFIX}{number:0DIGITS$x}").into())
}

/// Locks a file before it gets a temporary name.
///
/// # Errors
///
/// Another process has the lock. A medium without locks is no error: there, nobody gets a lock, and no file
/// is removed.
pub(super) fn lock(file: &File) -> Result<(), Errno> {
    match try_lock(file) {
        Err(Errno::WOULDBLOCK) => Err(Errno::WOULDBLOCK),
        _ => Ok(()),
    }
}

fn try_lock(file: &File) -> Result<(), Errno> {
    retry_on_intr(|| flock(file, FlockOperation::NonBlockingLockExclusive))
}

/// Removes the user's files that killed processes left in a folder under temporary names. A file that cannot
/// be examined or removed stays, because it hinders nothing.
pub(super) fn remove_left_over(folder: &File) {
    let Ok(entries) = Dir::read_from(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if is_temporary(name) && is_left_over(folder, name) {
            let _ = unlinkat(folder, name, AtFlags::empty());
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    let digits = name.as_bytes().strip_prefix(PREFIX.as_bytes());
    digits.is_some_and(|digits| digits.len() == DIGITS && digits.iter().all(u8::is_ascii_hexdigit))
}

fn is_left_over(folder: &File, name: &OsStr) -> bool {
    // For writing too: NFS gives an exclusive lock for nothing else.
    let flags =
        OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let Ok(file) = openat(folder, name, flags, Mode::empty()).map(File::from) else {
        return false;
    };
    let is_ours = fstat(&file).is_ok_and(|stat| {
        FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && ownership::is_ours(&stat)
    });
    // Its writer can have renamed it before it ended.
    is_ours && try_lock(&file).is_ok() && has_name(&file, folder, name)
}

/// Returns whether the file has this name still.
fn has_name(file: &File, folder: &File, name: &OsStr) -> bool {
    match (fstat(file), statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)) {
        (Ok(file), Ok(named)) => (file.st_dev, file.st_ino) == (named.st_dev, named.st_ino),
        _ => false,
    }
}
