//! `--out-dir`: a folder for each row.
//!
//! The files of some rows are written into a staging folder, synced together, and each row's folder is
//! then renamed. So the folder of a row is whole at any moment, or not there.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::index::{self, Entry};
use super::materials::Materials;
use crate::arguments::UsageError;
use crate::capture::CapturedFile;
use crate::context::Context;
use crate::entropy;
use crate::failure::Failure;
use crate::import_folder::ROW_RECORD;
use crate::input::{self, Source};
use crate::lock::{self, Deadline, LockError, Sharing};
use crate::output::{self, Access, OutputError, Replace};
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
    key: DigestKey,
}

/// The place for rows that are not finished. Removed on drop, and by the next run if this one is killed.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
    folder: PathBuf,
    /// Open and locked, so that other runs see that this one lives.
    handle: File,
    replace: Replace,
}

impl BatchFolder {
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
        let _lock = take_lock(&own)?;
        let key = digest_key(&own.join("key"), context)?;
        remove_abandoned(&own).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            own,
            key,
        })
    }

    /// Returns the key of the digests of this folder.
    pub(super) const fn key(&self) -> &DigestKey {
        &self.key
    }

    /// Returns the folder of a row.
    pub(super) fn of_row(&self, id: &str) -> PathBuf {
        self.path.join(id)
    }

    /// Refuses the rows whose key material another run has given to another KMS key, and keeps the
    /// claims of the rest. `own_names` are the digests of the names of this run's rows, and `rows` their
    /// numbers and names.
    ///
    /// # Errors
    ///
    /// Those of `rows`, and system errors.
    pub(super) fn claim(
        &self,
        materials: &mut Materials,
        own_names: &HashSet<KeyedDigest>,
        name: impl Fn(&str) -> KeyedDigest,
        rows: impl Iterator<Item = Result<(u64, String), Failure>>,
    ) -> Result<(), Failure> {
        let _lock = take_lock(&self.own)?;
        let (old, new) = (self.own.join("materials"), self.own.join("materials.new"));
        let failed = |cause: io::Error| Failure::io_of(SafePath(&old).to_string(), cause);
        let others = || {
            let is_other = |entry: &io::Result<Entry>| !matches!(entry, Ok(entry) if own_names.contains(&name(&entry.id)));
            Ok::<_, Failure>(index::read(&old).map_err(failed)?.filter(is_other))
        };
        for entry in others()? {
            let entry = entry.map_err(failed)?;
            materials.refuse_those_of(&entry.id, &entry.claim);
        }
        let own = rows.filter_map(|row| match row {
            Err(failure) => Some(Err(failure)),
            Ok((number, _)) if materials.shared_with(number).is_some() => None,
            Ok((number, id)) => materials.claim(number).map(|claim| Ok(Entry { id, claim })),
        });
        let others = others()?.map(|entry| entry.map_err(failed));
        let replaced = index::write(&new, others.chain(own))
            .and_then(|()| fs::rename(&new, &old).map_err(failed));
        if replaced.is_err() {
            let _ = fs::remove_file(&new);
        }
        replaced?;
        sync_folder(&self.own).map_err(failed)
    }

    /// Makes a staging folder.
    ///
    /// # Errors
    ///
    /// System errors.
    pub(super) fn stage(&self, replace: Replace) -> Result<Staging, Failure> {
        let _lock = take_lock(&self.own)?;
        let name = format!("{STAGING}{:016x}", entropy::random_u64()?);
        let path = self.own.join(name);
        let failed = |cause: io::Error| Failure::io_of(SafePath(&path).to_string(), cause);
        make_folder(&path).map_err(failed)?;
        let handle = File::open(&path).map_err(failed)?;
        handle.lock().map_err(failed)?;
        Ok(Staging {
            path,
            folder: self.path.clone(),
            handle,
            replace,
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
        let written = make_folder(&folder).and_then(|()| {
            files.iter().try_for_each(|file| {
                let mode = match file.access {
                    Access::Private => 0o600,
                    Access::PrivateExecutable => 0o700,
                };
                let mut options = OpenOptions::new();
                let options = options.write(true).create_new(true).mode(mode);
                let mut written = options.open(folder.join(&file.name))?;
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
    pub(super) fn place(&self, id: &str) -> Result<(), OutputError> {
        let (from, to) = (self.path.join(id), self.folder.join(id));
        let placed = match renameat_with(CWD, &from, CWD, &to, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST | Errno::NOTEMPTY) => match self.replace {
                Replace::Never => return Err(OutputError::AlreadyExists { path: to }),
                Replace::RegularFile => self.exchange(&from, &to, id),
            },
            // A medium that cannot promise it. Only this run writes this row.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if !to.exists() => {
                fs::rename(&from, &to)
            }
            outcome => outcome.map_err(io::Error::from),
        };
        placed.map_err(|cause| OutputError::Io { path: to, cause })
    }

    /// Replaces the folder of an earlier run.
    fn exchange(&self, from: &Path, to: &Path, id: &str) -> io::Result<()> {
        let is_ours = fs::symlink_metadata(to).is_ok_and(|metadata| metadata.is_dir())
            && to.join(ROW_RECORD).is_file();
        if !is_ours {
            return Err(io::Error::other("not a folder that byok batch wrote"));
        }
        match renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                fs::rename(to, self.path.join(format!("{id}.old")))?;
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
        sync_folder(&self.folder)
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

/// Reads the key of the digests, or makes it.
fn digest_key(path: &Path, context: &Context) -> Result<DigestKey, Failure> {
    if !path.exists() {
        let key = DigestKey::generate(&mut entropy::system_rng()?);
        let written = output::write_new(path, key.expose(), Access::Private, Replace::Never)?;
        context.warn_of_permissions(path, written);
    }
    let bytes = input::read_secret(&Source::file(path), DigestKey::LEN, "")?;
    DigestKey::from_bytes(bytes.expose()).ok_or_else(|| {
        UsageError::new(format!(
            "{} does not hold a key of 32 bytes",
            SafePath(path)
        ))
        .hint("use another --out-dir")
        .into()
    })
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

fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(path)?.sync_all() {
        // A medium that cannot.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        outcome => outcome,
    }
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
