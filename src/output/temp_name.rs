//! Temporary names of files that are being written.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;

use rustix::fs::{AtFlags, RenameFlags, linkat, renameat, renameat_with, unlinkat};

use super::existing_target::ExistingTarget;
use super::fault::WriteFault;
use crate::entropy;

/// A name that is removed on drop.
pub(super) struct TempName<'a> {
    folder: &'a File,
    name: OsString,
    kept: bool,
}

impl<'a> TempName<'a> {
    /// Takes ownership of `name` in `folder`, which only this run uses.
    pub(super) fn of(folder: &'a File, name: OsString) -> Self {
        Self {
            folder,
            name,
            kept: false,
        }
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
    Ok(format!(".byok-{number:016x}").into())
}
