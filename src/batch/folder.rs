//! `--out-dir`: a folder for each row.
//!
//! The files of some rows are written into a staging folder, synced together, and each row's folder is
//! then renamed. So the folder of a row is whole at any moment, or not there.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::index::{self, Entry};
use super::materials::Materials;
use super::record::Record;
use crate::arguments::UsageError;
use crate::capture::CapturedFile;
use crate::context::Context;
use crate::entropy;
use crate::failure::Failure;
use crate::import_folder::ROW_RECORD;
use crate::input::{self, Source};
use crate::lock::{self, Deadline, LockError, Sharing};
use crate::output::{self, Access, Distrust, OutputError, Replace};
use crate::terminal::SafePath;

/// The folder, in the folder of a batch, for what is not a row. The name of a row never begins with a
/// period.
const OWN: &str = ".byok-batch";
const STAGING: &str = "staging-";
/// How long a run waits for another one that starts at the same moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// The folder of a batch.
#[derive(Debug)]
pub(super) struct BatchFolder {
    path: PathBuf,
    own: PathBuf,
    key: Arc<DigestKey>,
}

/// The place for rows that are not finished. Removed on drop, and by the next run if this one is killed.
#[derive(Debug)]
pub(super) struct Staging {
    /// The name of the run.
    run: String,
    path: PathBuf,
    folder: PathBuf,
    /// Open and locked, so that other runs see that this one lives.
    handle: File,
}

impl BatchFolder {
    /// Returns whether a batch has begun to write into the folder at `path`.
    pub(super) fn is_begun(path: &Path) -> bool {
        path.join(OWN).exists()
    }

    /// Opens the folder at `path`, or makes it. Removes what killed runs left.
    ///
    /// # Errors
    ///
    /// A folder that others can change, and system errors.
    pub(super) fn open(path: &Path, context: &Context) -> Result<Self, Failure> {
        let (_, reservations) = output::open_trusted_folder(path)?;
        for folder in &reservations.open_to_a_group {
            let folder = SafePath(folder);
            let terminal = &context.terminal;
            terminal.warning(&format!("a group can replace files in the folder {folder}"));
        }
        let own = path.join(OWN);
        let failed = |cause: io::Error| Failure::io_of(SafePath(&own).to_string(), cause);
        make_folder(&own).map_err(failed)?;
        check_is_private(&own)?;
        let lock = take_lock(&own)?;
        let key = digest_key(path, &own, context)?;
        remove_abandoned(&own).map_err(failed)?;
        let folder = Self {
            path: path.to_owned(),
            own,
            key: Arc::new(key),
        };
        folder.settle_abandoned()?;
        drop(lock);
        Ok(folder)
    }

    /// Returns the key of the digests of this folder.
    pub(super) fn key(&self) -> Arc<DigestKey> {
        Arc::clone(&self.key)
    }

    /// Returns the folder of a row.
    pub(super) fn of_row(&self, id: &str) -> PathBuf {
        self.path.join(id)
    }

    /// Refuses the rows whose key material this folder has for another KMS key, and notes the claims of the
    /// rest, for the rows of `staging`.
    ///
    /// # Errors
    ///
    /// Those of `rows`, which are the numbers and names of this run's rows, and system errors.
    pub(super) fn claim(
        &self,
        staging: &Staging,
        materials: &mut Materials,
        rows: impl Iterator<Item = Result<(u64, String), Failure>>,
    ) -> Result<(), Failure> {
        let _lock = take_lock(&self.own)?;
        self.find_conflicts(materials)?;
        let index = self.index();
        let own = rows.filter_map(|row| match row {
            Err(failure) => Some(Err(failure)),
            Ok((number, _)) if materials.shared_with(number).is_some() => None,
            Ok((number, id)) => {
                let run = Some(staging.run.clone());
                let claim = materials.claim(number);
                claim.map(|claim| Ok(Entry { id, claim, run }))
            }
        });
        index::replace(&index, index::read(&index, &self.key)?.chain(own))?;
        self.sync_own()
    }

    /// Refuses the rows whose key material this folder has for another KMS key.
    ///
    /// # Errors
    ///
    /// System errors.
    pub(super) fn find_conflicts(&self, materials: &mut Materials) -> Result<(), Failure> {
        for entry in index::read(&self.index(), &self.key)? {
            let entry = entry?;
            materials.refuse_those_of(&entry.id, &entry.claim);
        }
        Ok(())
    }

    /// Settles the claims of a run: keeps those of the rows `done`, whose earlier claims end, and forgets
    /// the others.
    ///
    /// # Errors
    ///
    /// System errors.
    pub(super) fn settle(
        &self,
        staging: &Staging,
        done: &HashSet<KeyedDigest>,
    ) -> Result<(), Failure> {
        let _lock = take_lock(&self.own)?;
        let index = self.index();
        let settled = index::read(&index, &self.key)?.filter_map(|entry| {
            let Ok(entry) = entry else { return Some(entry) };
            let is_done = done.contains(&entry.claim.name);
            match entry.run.as_deref() {
                Some(run) if run == staging.run => {
                    is_done.then_some(Ok(Entry { run: None, ..entry }))
                }
                None if is_done => None,
                _ => Some(Ok(entry)),
            }
        });
        index::replace(&index, settled)?;
        self.sync_own()
    }

    /// Settles the claims of runs that were killed: those of the folders that they have made.
    fn settle_abandoned(&self) -> Result<(), Failure> {
        let index = self.index();
        let is_abandoned = |entry: &Entry| {
            let run = entry.run.as_ref();
            run.is_some_and(|run| !self.own.join(format!("{STAGING}{run}")).exists())
        };
        let mut entries = index::read(&index, &self.key)?;
        if !entries.any(|entry| entry.as_ref().is_ok_and(is_abandoned)) {
            return Ok(());
        }
        let settled = index::read(&index, &self.key)?.filter_map(|entry| match entry {
            Ok(entry) if is_abandoned(&entry) => {
                let material = Some(entry.claim.material.to_string());
                let made = Record::material_in(&self.of_row(&entry.id)) == material;
                made.then_some(Ok(Entry { run: None, ..entry }))
            }
            entry => Some(entry),
        });
        index::replace(&index, settled)?;
        self.sync_own()
    }

    fn index(&self) -> PathBuf {
        self.own.join("materials")
    }

    fn sync_own(&self) -> Result<(), Failure> {
        output::sync_folder(&self.own)
            .map_err(|cause| Failure::io_of(SafePath(&self.own).to_string(), cause))
    }

    /// Makes a staging folder.
    ///
    /// # Errors
    ///
    /// System errors.
    pub(super) fn stage(&self) -> Result<Staging, Failure> {
        let _lock = take_lock(&self.own)?;
        let run = format!("{:016x}", entropy::random_u64()?);
        let path = self.own.join(format!("{STAGING}{run}"));
        let failed = |cause: io::Error| Failure::io_of(SafePath(&path).to_string(), cause);
        make_folder(&path).map_err(failed)?;
        let handle = File::open(&path).map_err(failed)?;
        handle.lock().map_err(failed)?;
        Ok(Staging {
            run,
            path,
            folder: self.path.clone(),
            handle,
        })
    }
}

impl Staging {
    /// Writes the files of a row, and does not sync them yet.
    ///
    /// # Errors
    ///
    /// The first system error. The files written so far are removed.
    pub(super) fn write(&self, id: &str, files: &[CapturedFile]) -> Result<(), Failure> {
        let folder = self.path.join(id);
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
        let written = make_folder(&folder).and_then(|()| {
            files.iter().try_for_each(|file| {
                let path = folder.join(&file.name);
                let mut written = File::from(rustix::fs::open(path, flags, file.access.mode())?);
                written.write_all(file.bytes.expose())?;
                sync_unless_together(&written)
            })
        });
        written.map_err(|cause| {
            let _ = fs::remove_dir_all(&folder);
            Failure::io_of(SafePath(&self.folder.join(id)).to_string(), cause)
        })
    }

    /// Syncs every row that was written.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(super) fn sync(&self) -> Result<(), Failure> {
        sync_together(&self.handle)
            .map_err(|cause| Failure::io_of(SafePath(&self.folder).to_string(), cause))
    }

    /// Gives the folder of a row, which is synced, its name.
    ///
    /// # Errors
    ///
    /// [`OutputError::AlreadyExists`], and system errors.
    pub(super) fn place(&self, id: &str, replace: Replace) -> Result<(), OutputError> {
        let (from, to) = (self.path.join(id), self.folder.join(id));
        let outcome = match renameat_with(CWD, &from, CWD, &to, RenameFlags::NOREPLACE) {
            // A medium that cannot promise it. Only this run writes this row.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if to.exists() => Err(Errno::EXIST),
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rustix::fs::rename(&from, &to),
            outcome => outcome,
        };
        let placed = match outcome {
            Err(Errno::EXIST | Errno::NOTEMPTY) => match replace {
                Replace::Never => return Err(OutputError::AlreadyExists { path: to }),
                Replace::RegularFile => self.exchange(&from, &to, id),
            },
            outcome => outcome.map_err(io::Error::from),
        };
        placed.map_err(|cause| OutputError::Io { path: to, cause })
    }

    /// Replaces the folder of an earlier run, if it has nothing else.
    fn exchange(&self, from: &Path, to: &Path, id: &str) -> io::Result<()> {
        if !Record::describes(to, id) {
            return Err(io::Error::other(
                "holds files that byok batch did not write",
            ));
        }
        match renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                // No row has a name that begins with a period.
                fs::rename(to, self.path.join(format!(".{id}")))?;
                fs::rename(from, to)
            }
            outcome => {
                outcome?;
                fs::remove_dir_all(from)
            }
        }
    }

    /// Syncs the names of the rows.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(super) fn sync_names(&self) -> Result<(), Failure> {
        output::sync_folder(&self.folder)
            .map_err(|cause| Failure::io_of(SafePath(&self.folder).to_string(), cause))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_folder(path) => Ok(()),
        outcome => outcome,
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

fn take_lock(own: &Path) -> Result<File, Failure> {
    let path = own.join("lock");
    lock::take(&path, Sharing::Alone, Deadline::after(PATIENCE)).map_err(|error| {
        let cause = match error {
            LockError::Held => io::Error::other("another run holds it"),
            LockError::NotAFile(what) => io::Error::other(format!("is {what}")),
            LockError::Io(cause) => cause,
        };
        Failure::io_of(SafePath(&path).to_string(), cause)
    })
}

/// Checks that only this user can change the folder at `own`.
fn check_is_private(own: &Path) -> Result<(), Failure> {
    let stat = fs::symlink_metadata(own)
        .map_err(|cause| Failure::io_of(SafePath(own).to_string(), cause))?;
    let why = if !stat.is_dir() {
        Distrust::Link
    } else if stat.uid() != rustix::process::geteuid().as_raw() {
        Distrust::OtherOwner(stat.uid())
    } else if stat.mode() & 0o022 != 0 {
        Distrust::OpenToAll
    } else {
        return Ok(());
    };
    let path = own.to_owned();
    Err(OutputError::Untrusted { path, why }.into())
}

/// Reads the key of the digests of the folder at `path`, or makes it and an empty index.
fn digest_key(path: &Path, own: &Path, context: &Context) -> Result<DigestKey, Failure> {
    let (file, index) = (own.join("key"), own.join("materials"));
    let lost = |what: &Path| {
        let error = UsageError::new(format!("{} is missing", SafePath(what)));
        Failure::from(error.hint("restore it, or use another --out-dir"))
    };
    // The index comes after the key, so that a run that is killed between them can be repeated.
    if !file.exists() {
        if index.exists() || has_rows(path) {
            return Err(lost(&file));
        }
        let key = DigestKey::generate(&mut entropy::system_rng()?);
        let written = output::write_new(&file, key.expose(), Access::Private, Replace::Never)?;
        context.warn_of_permissions(&file, written);
    }
    if !index.exists() {
        if has_rows(path) {
            return Err(lost(&index));
        }
        index::replace(&index, std::iter::empty())?;
    }
    let bytes = input::read_secret(&Source::file(&file), DigestKey::LEN, "")?;
    DigestKey::from_bytes(bytes.expose()).ok_or_else(|| {
        UsageError::new(format!(
            "{} does not hold a key of 32 bytes",
            SafePath(&file)
        ))
        .hint("restore it, or use another --out-dir")
        .into()
    })
}

/// Returns whether a batch has written rows into the folder at `path`.
fn has_rows(path: &Path) -> bool {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut rows = entries.map(|entry| entry.path().join(ROW_RECORD));
    rows.any(|record| record.exists())
}

/// Removes the staging folders of runs that have ended.
fn remove_abandoned(own: &Path) -> io::Result<()> {
    for entry in fs::read_dir(own)? {
        let entry = entry?;
        let is_staging = entry.file_name().to_string_lossy().starts_with(STAGING);
        if is_staging && is_folder(&entry.path()) && File::open(entry.path())?.try_lock().is_ok() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Syncs the medium of `file`.
#[cfg(target_os = "linux")]
fn sync_together(file: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(file)?)
}

/// Each file was synced when it was written.
#[cfg(not(target_os = "linux"))]
fn sync_together(_: &File) -> io::Result<()> {
    Ok(())
}

/// Does nothing: [`sync_together`] syncs all files at once.
#[cfg(target_os = "linux")]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no syncfs")]
fn sync_unless_together(_: &File) -> io::Result<()> {
    Ok(())
}

/// Syncs a file.
#[cfg(not(target_os = "linux"))]
fn sync_unless_together(file: &File) -> io::Result<()> {
    file.sync_all()
}
