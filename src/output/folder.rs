//! A set of output files in one folder: all of them, or none and no folder.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{AtFlags, Mode, unlinkat};

use super::atomic_write::{AtomicWrite, sync};
use super::error::OutputError;
use super::existing_target::{ExistingTarget, Replace};
use super::fault::WriteFault;
use super::file_contents::FileContents;
use super::folder_trust::{Reservations, TrustedFolder};
use crate::access::Access;

/// One file of a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutputFile<'a> {
    /// The name in the folder: one component.
    pub(crate) name: &'a str,
    /// The contents.
    pub(crate) bytes: &'a [u8],
    /// The permissions.
    pub(crate) access: Access,
}

/// Checks, before any work is done, that files of these names can be written into the folder at
/// `path`, if it exists.
///
/// # Errors
///
/// Those of [`write_folder`] that can be foreseen.
pub(crate) fn check_folder(
    path: &Path,
    names: &[&str],
    replace: Replace,
) -> Result<(), OutputError> {
    let Some(trusted) = TrustedFolder::open(path)? else {
        return Ok(());
    };
    for name in names {
        let write = AtomicWrite {
            folder: trusted.folder(),
            name: name.as_ref(),
            contents: FileContents::Bytes(&[]),
            mode: Mode::empty(),
        };
        let vacancy = write.vacancy(replace);
        vacancy.map_err(|fault| OutputError::from_fault(&path.join(name), fault))?;
    }
    Ok(())
}

/// Writes `files` into the folder at `path`. Creates the folder with mode 0700 if it is missing. Nobody
/// else may be able to replace files in the folder or in its parent.
///
/// The files appear one by one, each as [`super::write_new`] writes it, and the last one after the
/// others are synced. So the set is complete if the last file exists. To replace a set, its last
/// file is removed first; a failure after that leaves neither the old set nor the new one.
///
/// # Errors
///
/// [`OutputError::Untrusted`], and every [`OutputError`] about one file. If one of the names exists,
/// nothing is changed. After any other failure, the files of this call are removed, and so is the
/// folder if this call created it.
pub(crate) fn write_folder(
    path: &Path,
    files: &[OutputFile<'_>],
    replace: Replace,
) -> Result<Reservations, OutputError> {
    let mut trusted = TrustedFolder::open_or_make(path)?;
    let set = Set {
        path,
        folder: trusted.folder(),
        files,
    };
    let written = set.make_way(replace).and_then(|()| set.write(replace));
    let outcome = written.and_then(|permissions_kept| {
        trusted.sync_parent().map_err(|cause| {
            set.remove(files);
            OutputError::io(path, cause)
        })?;
        Ok(permissions_kept)
    });
    match outcome {
        Ok(permissions_kept) => {
            trusted.reservations.is_without_modes |= !permissions_kept;
            Ok(trusted.reservations)
        }
        Err(error) => {
            trusted.take_back();
            Err(error)
        }
    }
}

struct Set<'a> {
    path: &'a Path,
    folder: &'a File,
    files: &'a [OutputFile<'a>],
}

impl Set<'_> {
    /// Checks that every file can be written, and removes the last file of an old set.
    fn make_way(&self, replace: Replace) -> Result<(), OutputError> {
        let mut last = ExistingTarget::None;
        for file in self.files {
            let vacancy = self.atomic_write(file).vacancy(replace);
            last = vacancy.map_err(|fault| self.error(file, fault))?;
        }
        match (last, self.files.last()) {
            (ExistingTarget::RegularFile, Some(file)) => {
                unlinkat(self.folder, file.name, AtFlags::empty())
                    .map_err(io::Error::from)
                    .and_then(|()| sync(self.folder))
                    .map_err(|cause| self.error(file, cause.into()))
            }
            _ => Ok(()),
        }
    }

    /// Writes every file. Returns whether the medium supports their permissions.
    fn write(&self, replace: Replace) -> Result<bool, OutputError> {
        let mut permissions_kept = true;
        for (at, file) in self.files.iter().enumerate() {
            match self.atomic_write(file).carry_out(replace) {
                Ok(one) => permissions_kept &= one.permissions_kept,
                Err(WriteFault::Unsynced(cause)) => {
                    self.remove(&self.files[..=at]);
                    return Err(self.error(file, cause.into()));
                }
                Err(fault) => {
                    self.remove(&self.files[..at]);
                    return Err(self.error(file, fault));
                }
            }
        }
        Ok(permissions_kept)
    }

    fn remove(&self, files: &[OutputFile<'_>]) {
        for file in files.iter().rev() {
            let _ = unlinkat(self.folder, file.name, AtFlags::empty());
        }
    }

    fn atomic_write<'a>(&'a self, file: &'a OutputFile<'_>) -> AtomicWrite<'a> {
        AtomicWrite {
            folder: self.folder,
            name: file.name.as_ref(),
            contents: FileContents::Bytes(file.bytes),
            mode: file.access.mode(),
        }
    }

    fn error(&self, file: &OutputFile<'_>, fault: WriteFault) -> OutputError {
        OutputError::from_fault(&self.path.join(file.name), fault)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::open_folder;
    #[cfg(target_os = "linux")]
    use super::super::tests::unsyncable;
    use super::super::tests::{folder, names};
    use super::*;
    use crate::hardening::alone::alone;

    fn file<'a>(name: &'a str, bytes: &'a [u8]) -> OutputFile<'a> {
        OutputFile {
            name,
            bytes,
            access: Access::Private,
        }
    }

    #[test]
    fn a_set_is_written_into_a_folder_of_its_own() {
        let folder = folder();
        let made = folder.path().join("made");
        let files = [file("a", b"1"), file("b", b"2")];
        let written = write_folder(&made, &files, Replace::Never).expect("written");
        assert_eq!(written, Reservations::default());
        assert_eq!(names(&made), ["a", "b"]);
        assert_eq!(fs::read(made.join("b")).expect("readable"), b"2");

        let more = [file("c", b"3"), file("d", b"4")];
        let _ = write_folder(&made, &more, Replace::Never).expect("a further folder");
        assert_eq!(names(&made), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_set_of_which_one_name_is_taken_touches_nothing() {
        let folder = folder();
        fs::write(folder.path().join("b"), "old").expect("written");
        let files = [file("a", b"1"), file("b", b"2"), file("c", b"3")];
        let long_ago = UNIX_EPOCH + Duration::from_secs(1);
        let handle = open_folder(folder.path()).expect("a folder");
        handle.set_modified(long_ago).expect("changed");
        let error = write_folder(folder.path(), &files, Replace::Never).expect_err("taken");
        assert_eq!(
            handle
                .metadata()
                .and_then(|folder| folder.modified())
                .expect("a time"),
            long_ago
        );
        assert_eq!(
            error.to_string(),
            format!("{}/b already exists", folder.path().display())
        );
        assert_eq!(names(folder.path()), ["b"]);
        assert_eq!(fs::read(folder.path().join("b")).expect("readable"), b"old");

        let _ = write_folder(folder.path(), &files, Replace::RegularFile).expect("replaced");
        assert_eq!(names(folder.path()), ["a", "b", "c"]);
        assert_eq!(fs::read(folder.path().join("b")).expect("readable"), b"2");
    }

    #[test]
    fn a_set_that_fails_on_the_way_is_taken_back() {
        let folder = folder();
        let made = folder.path().join("made");
        let too_long = "x".repeat(256);
        let files = [file("a", b"1"), file(&too_long, b"2")];
        write_folder(&made, &files, Replace::Never).expect_err("too long a name");
        assert_eq!(names(folder.path()), [""; 0]);

        let _ = write_folder(&made, &[file("kept", b"0")], Replace::Never).expect("written");
        let twice = [file("a", b"1"), file("b", b"2"), file("b", b"3")];
        let error = write_folder(&made, &twice, Replace::Never).expect_err("a name twice");
        assert!(
            matches!(error, OutputError::AlreadyExists { .. }),
            "{error:?}"
        );
        assert_eq!(names(&made), ["kept"], "a folder that was there stays");
    }

    #[test]
    fn a_failure_takes_back_the_set_and_its_commit_mark() {
        // With SIGXFSZ ignored, a write past the limit (of 512 or 1024 bytes) fails with EFBIG.
        let name = "output::folder::tests::a_failure_takes_back_the_set_and_its_commit_mark";
        alone(name, "trap '' XFSZ && ulimit -f 1", || {
            let folder = folder();
            let made = folder.path().join("made");
            let large = vec![7; 4096];
            let files = [
                file("small", b"new"),
                file("large", &large),
                file("mark", b"new"),
            ];
            write_folder(&made, &files, Replace::Never).expect_err("too large");
            assert_eq!(names(folder.path()), [""; 0]);

            let old = [file("large", b"old"), file("mark", b"old")];
            let _ = write_folder(&made, &old, Replace::Never).expect("written");
            write_folder(&made, &files, Replace::RegularFile).expect_err("too large");
            assert_eq!(
                names(&made),
                ["large"],
                "half of two sets must not look like one"
            );
        });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_set_that_cannot_be_synced_is_taken_back() {
        let folder = folder();
        fs::write(folder.path().join("a"), "old").expect("written");
        let unsyncable = unsyncable(folder.path());
        let set = Set {
            path: folder.path(),
            folder: &unsyncable,
            files: &[file("a", b"1")],
        };
        let error = set.write(Replace::RegularFile).expect_err("unsynced");
        assert!(matches!(error, OutputError::Io { .. }), "{error:?}");
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
