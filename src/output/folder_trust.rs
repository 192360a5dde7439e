//! Checks that nobody else can change the folder of an import.
//!
//! A user who can rename or remove files in a folder can replace each of them. A user who can do so
//! in its parent can replace the folder. Both are opened once, checked, and used through these
//! descriptors, so a link that replaces one of them later has no effect.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, mkdirat, openat, statat, unlinkat,
};
use rustix::io::Errno;

use super::atomic_write::sync;
use super::distrust::Distrust;
use super::error::OutputError;
use super::paths::parent;
use super::temp_name::random_name;
use crate::ownership::{self, Others};

/// The notes on folders that are trusted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reservations {
    /// The folders in which a group that is not the user's own can replace files.
    pub(crate) open_to_a_group: Vec<PathBuf>,
    /// True if their medium does not support permissions.
    pub(crate) is_without_modes: bool,
}

/// A folder and its parent, open and trusted.
#[derive(Debug)]
pub(super) struct TrustedFolder {
    folder: File,
    parent: File,
    /// The name of the folder in its parent, if this call created it.
    made: Option<PathBuf>,
    /// The notes on both.
    pub(super) reservations: Reservations,
}

impl TrustedFolder {
    /// Opens the folder at `path` and its parent. Creates the folder with mode 0700 if it is
    /// missing.
    ///
    /// # Errors
    ///
    /// [`OutputError::Untrusted`] for either folder, and system errors. A folder that this call
    /// created is removed.
    pub(super) fn open_or_make(path: &Path) -> Result<Self, OutputError> {
        let path = plain(path);
        let Some(Component::Normal(name)) = path.components().next_back() else {
            return Self::open_unnamed(&path);
        };
        let (parent, mut reservations) = open_parent(&path)?;
        let is_made = match mkdirat(&parent, name, Mode::RWXU) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(errno) => return Err(OutputError::io(&path, errno.into())),
        };
        let opened = open_itself(&parent, name, OFlags::RDONLY)
            .map_err(|refusal| refusal.of(&path))
            .and_then(|folder| check_trust(&folder, &path, &mut reservations).map(|()| folder));
        match opened {
            Ok(folder) => Ok(Self {
                folder,
                parent,
                made: is_made.then(|| name.into()),
                reservations,
            }),
            Err(error) => {
                if is_made {
                    let _ = unlinkat(&parent, name, AtFlags::REMOVEDIR);
                }
                Err(error)
            }
        }
    }

    /// Opens the folder at `path` and its parent; `None` if the parent is trusted and has no such folder.
    ///
    /// # Errors
    ///
    /// Those of [`Self::open_or_make`].
    pub(super) fn open(path: &Path) -> Result<Option<Self>, OutputError> {
        let path = plain(path);
        let Some(Component::Normal(name)) = path.components().next_back() else {
            return Self::open_unnamed(&path).map(Some);
        };
        let (parent, mut reservations) = open_parent(&path)?;
        let folder = match open_itself(&parent, name, OFlags::RDONLY) {
            Ok(folder) => folder,
            Err(Refusal::Io(Errno::NOENT)) => return Ok(None),
            Err(refusal) => return Err(refusal.of(&path)),
        };
        check_trust(&folder, &path, &mut reservations)?;
        Ok(Some(Self {
            folder,
            parent,
            made: None,
            reservations,
        }))
    }

    /// Opens an existing folder whose path does not contain its name, such as `.`.
    fn open_unnamed(path: &Path) -> Result<Self, OutputError> {
        let mut reservations = Reservations::default();
        let folder = open_itself(CWD, path.as_os_str(), OFlags::RDONLY)
            .map_err(|refusal| refusal.of(path))?;
        check_trust(&folder, path, &mut reservations)?;
        let parent_path = path.join("..");
        let parent = open_itself(&folder, "..".as_ref(), SEARCH)
            .map_err(|refusal| refusal.of(&parent_path))?;
        check_trust(&parent, &parent_path, &mut reservations)?;
        Ok(Self {
            folder,
            parent,
            made: None,
            reservations,
        })
    }

    /// Returns the open folder and the notes on it.
    pub(super) fn into_folder(self) -> (File, Reservations) {
        (self.folder, self.reservations)
    }

    /// Returns the open folder.
    pub(super) const fn folder(&self) -> &File {
        &self.folder
    }

    /// Syncs the parent, so that a folder that this call created survives a power failure.
    pub(super) fn sync_parent(&self) -> io::Result<()> {
        if self.made.is_none() {
            return Ok(());
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let parent = openat(&self.parent, ".", flags, Mode::empty())?;
        sync(&File::from(parent))
    }

    /// Removes a folder that this call created, if it is empty.
    pub(super) fn take_back(&self) {
        if let Some(name) = &self.made {
            let _ = unlinkat(&self.parent, name, AtFlags::REMOVEDIR);
        }
    }
}

/// The flags for a folder whose entries are not listed. A user may have access to files below it
/// without permission to read it.
#[cfg(target_os = "linux")]
const SEARCH: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const SEARCH: OFlags = OFlags::RDONLY;

/// Returns the path without a slash or a dot at its end, which would hide a link.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

fn open_parent(path: &Path) -> Result<(File, Reservations), OutputError> {
    let (path, mut reservations) = (parent(path), Reservations::default());
    let parent = open_itself(CWD, path.as_os_str(), SEARCH).map_err(|refusal| refusal.of(path))?;
    check_trust(&parent, path, &mut reservations)?;
    Ok((parent, reservations))
}

/// The reasons why a folder was not opened.
enum Refusal {
    Link,
    Io(Errno),
}

impl Refusal {
    fn of(self, path: &Path) -> OutputError {
        match self {
            Self::Link => OutputError::untrusted(path, Distrust::Link),
            Self::Io(errno) => OutputError::io(path, errno.into()),
        }
    }
}

/// Opens the folder of this name. Does not follow a link.
fn open_itself(at: impl AsFd, name: &OsStr, flags: OFlags) -> Result<File, Refusal> {
    let flags = flags | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(&at, name, flags, Mode::empty())
        .map(File::from)
        .map_err(|errno| {
            let stat = statat(&at, name, AtFlags::SYMLINK_NOFOLLOW);
            let is_link =
                stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink);
            if is_link {
                Refusal::Link
            } else {
                Refusal::Io(errno)
            }
        })
}

/// Decides whether an open folder is trusted, and adds the notes on it.
fn check_trust(
    folder: &File,
    path: &Path,
    reservations: &mut Reservations,
) -> Result<(), OutputError> {
    let stat = fstat(folder).map_err(|errno| OutputError::io(path, errno.into()))?;
    let trust = trust(&stat, || keeps_modes(folder));
    match trust.map_err(|why| OutputError::untrusted(path, why))? {
        Trust::Full => {}
        Trust::OpenToAGroup => reservations.open_to_a_group.push(path.into()),
        Trust::WithoutModes => reservations.is_without_modes = true,
    }
    Ok(())
}

/// The trust in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Full,
    OpenToAGroup,
    WithoutModes,
}

/// Decides by owner and mode. Calls `keeps_modes` if the mode gives access to others.
fn trust(stat: &Stat, keeps_modes: impl FnOnce() -> bool) -> Result<Trust, Distrust> {
    if !ownership::is_ours(stat) && stat.st_uid != 0 {
        return Err(Distrust::OtherOwner(stat.st_uid));
    }
    match replacers(stat) {
        Others::Nobody => Ok(Trust::Full),
        _ if !keeps_modes() => Ok(Trust::WithoutModes),
        Others::Group => Ok(Trust::OpenToAGroup),
        Others::Everybody => Err(Distrust::OpenToAll),
    }
}

/// Returns who else can replace files in a folder. If its sticky bit is set, only the owner of the
/// file and the owner of the folder can.
fn replacers(stat: &Stat) -> Others {
    if Mode::from_raw_mode(stat.st_mode).contains(Mode::SVTX) {
        Others::Nobody
    } else {
        ownership::writers(stat)
    }
}

/// Returns whether files in a folder have the mode that they were created with. On FAT they do not.
fn keeps_modes(folder: &File) -> bool {
    let Ok(name) = random_name() else { return true };
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
    let Ok(probe) = openat(folder, &name, flags, Mode::RUSR | Mode::WUSR) else {
        return true;
    };
    let stat = fstat(&probe);
    let _ = unlinkat(folder, &name, AtFlags::empty());
    stat.is_ok_and(|stat| !Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXG | Mode::RWXO))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rustix::process::{getegid, geteuid};

    use super::super::tests::{folder, names};
    use super::*;

    fn with(user: u32, group: u32, mode: u32) -> Stat {
        let mut stat = rustix::fs::stat("/").expect("there is a root folder");
        (stat.st_uid, stat.st_gid, stat.st_mode) = (user, group, mode);
        stat
    }

    #[test]
    fn trust_follows_from_owner_and_mode() {
        let (user, group) = (geteuid().as_raw(), getegid().as_raw() + 1);
        for (user, mode, expected) in [
            (user, 0o700, Ok(Trust::Full)),
            (user, 0o755, Ok(Trust::Full)),
            (0, 0o755, Ok(Trust::Full)),
            (0, 0o1777, Ok(Trust::Full)),
            (user, 0o775, Ok(Trust::OpenToAGroup)),
            (user, 0o1775, Ok(Trust::Full)),
            (user, 0o777, Err(Distrust::OpenToAll)),
            (0, 0o777, Err(Distrust::OpenToAll)),
            (user, 0o702, Err(Distrust::OpenToAll)),
            (user + 1, 0o700, Err(Distrust::OtherOwner(user + 1))),
            (user + 1, 0o1777, Err(Distrust::OtherOwner(user + 1))),
        ] {
            let found = trust(&with(user, group, mode), || true);
            assert_eq!(found, expected, "{user} {mode:o}");
        }
    }

    #[test]
    fn a_medium_without_modes_is_trusted_with_a_reservation() {
        let (user, group) = (geteuid().as_raw(), getegid().as_raw() + 1);
        for mode in [0o777, 0o775] {
            let found = trust(&with(user, group, mode), || false);
            assert_eq!(found, Ok(Trust::WithoutModes), "{mode:o}");
        }
        let theirs = trust(&with(user + 1, group, 0o777), || false);
        assert_eq!(theirs, Err(Distrust::OtherOwner(user + 1)));
        let closed = trust(&with(user, group, 0o755), || unreachable!("no need to ask"));
        assert_eq!(closed, Ok(Trust::Full));
    }

    #[test]
    fn the_probe_of_a_medium_leaves_nothing() {
        let folder = folder();
        let open = File::open(folder.path()).expect("a folder");
        assert!(keeps_modes(&open));
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_folder_that_is_refused_is_not_left_behind() {
        let folder = folder();
        let parent = folder.path().join("parent");
        fs::create_dir(&parent).expect("made");
        let made = TrustedFolder::open_or_make(&parent.join("made")).expect("trusted");
        made.sync_parent().expect("synced");
        assert_eq!(names(&parent), ["made"]);
        made.take_back();
        assert_eq!(names(&parent), [""; 0]);
        assert!(
            TrustedFolder::open(&parent.join("made"))
                .expect("a parent")
                .is_none()
        );
        let existing = TrustedFolder::open_or_make(&parent).expect("trusted");
        existing.take_back();
        assert_eq!(names(folder.path()), ["parent"], "it was there");
    }
}
