//! How a file comes to stand, whole, under its name in a folder.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat, unlinkat};
use rustix::io::{Errno, retry_on_intr};

use super::passing_name::{PassingName, random_name};
use super::{Replace, Written};
use crate::input::file_type_name;

/// A file to be written.
#[derive(Clone, Copy)]
pub(super) struct Placement<'a> {
    /// The folder, open.
    pub(super) folder: &'a File,
    /// The name in it: one component.
    pub(super) name: &'a OsStr,
    /// What will be in the file.
    pub(super) bytes: &'a [u8],
    /// The file's mode, from its first moment on.
    pub(super) mode: Mode,
}

/// Why a file is not in its place.
#[derive(Debug)]
pub(super) enum Fault {
    /// The name is taken.
    Exists,
    /// The name is taken by what is not a regular file, but this.
    NotReplaceable(&'static str),
    /// The system or the medium does not offer the way that was tried.
    Unavailable(Errno),
    /// The file has replaced the old one, but the folder could not be synced.
    Unsynced(io::Error),
    /// The system refused.
    Io(io::Error),
}

/// A way to give a whole file a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// The file is written without a name, which a link then gives it: even SIGKILL leaves nothing.
    #[cfg(target_os = "linux")]
    Unnamed,
    /// The file is written under another name and renamed.
    Renamed,
    /// The file is written under another name and linked: NFS has no rename that replaces nothing.
    Linked,
    /// The file is written under its own name: any medium can.
    Created,
}

/// What the name stands for before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occupant {
    /// Nothing, or nothing that may be replaced.
    None,
    /// A regular file to be replaced.
    RegularFile,
}

impl Placement<'_> {
    /// Writes the file, in the best way that the system and the medium offer.
    pub(super) fn carry_out(&self, replace: Replace) -> Result<Written, Fault> {
        let occupant = match replace {
            Replace::Never => Occupant::None,
            Replace::RegularFile => self.occupant()?,
        };
        let mut outcome = Err(Fault::Unavailable(Errno::NOTSUP));
        for mechanism in Mechanism::best_first(occupant) {
            outcome = self.carry_out_by(mechanism, occupant);
            if !matches!(outcome, Err(Fault::Unavailable(_))) {
                break;
            }
        }
        let written = outcome?;
        match (sync(self.folder), occupant) {
            (Ok(()), _) => Ok(written),
            (Err(cause), Occupant::RegularFile) => Err(Fault::Unsynced(cause)),
            (Err(cause), Occupant::None) => {
                let _ = unlinkat(self.folder, self.name, AtFlags::empty());
                Err(Fault::Io(cause))
            }
        }
    }

    /// Looks at what `name` stands for; a link is looked at itself.
    pub(super) fn occupant(&self) -> Result<Occupant, Fault> {
        match statat(self.folder, self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => Ok(Occupant::None),
            Err(errno) => Err(Fault::Io(errno.into())),
            Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => Ok(Occupant::RegularFile),
                other => Err(Fault::NotReplaceable(file_type_name(other))),
            },
        }
    }

    /// Writes the file in one way, and leaves nothing behind if it cannot.
    pub(super) fn carry_out_by(
        &self,
        mechanism: Mechanism,
        occupant: Occupant,
    ) -> Result<Written, Fault> {
        match mechanism {
            #[cfg(target_os = "linux")]
            Mechanism::Unnamed => self.unnamed(occupant),
            Mechanism::Renamed => {
                let (name, written) = self.under_another_name()?;
                name.change_to(self.name, occupant)?;
                Ok(written)
            }
            Mechanism::Linked => {
                let (name, written) = self.under_another_name()?;
                name.add(self.name)?;
                Ok(written)
            }
            Mechanism::Created => {
                let file = self.create(self.name).map_err(Fault::certain)?;
                let name = PassingName::of(self.folder, self.name.into());
                let written = fill(&file, self.bytes)?;
                name.keep();
                Ok(written)
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn unnamed(&self, occupant: Occupant) -> Result<Written, Fault> {
        use std::os::fd::AsRawFd as _;

        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = retry_on_intr(|| openat(self.folder, ".", flags, self.mode));
        let file = File::from(file.map_err(Fault::perhaps_unavailable)?);
        let written = fill(&file, self.bytes)?;
        // open(2), O_TMPFILE: the way to name such a file that needs no privilege.
        let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
        let link_as = |name: &OsStr| {
            rustix::fs::linkat(
                rustix::fs::CWD,
                &unnamed,
                self.folder,
                name,
                AtFlags::SYMLINK_FOLLOW,
            )
            .map_err(Fault::perhaps_unavailable)
        };
        if occupant == Occupant::None {
            link_as(self.name)?;
        } else {
            // A link replaces nothing, so the whole file gets a passing name first.
            let name = random_name()?;
            link_as(&name)?;
            PassingName::of(self.folder, name).change_to(self.name, occupant)?;
        }
        Ok(written)
    }

    fn under_another_name(&self) -> Result<(PassingName<'_>, Written), Fault> {
        let name = random_name()?;
        let file = self.create(&name).map_err(Fault::perhaps_unavailable)?;
        let name = PassingName::of(self.folder, name);
        let written = fill(&file, self.bytes)?;
        Ok((name, written))
    }

    fn create(&self, name: &OsStr) -> rustix::io::Result<File> {
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
        retry_on_intr(|| openat(self.folder, name, flags, self.mode)).map(File::from)
    }
}

impl Mechanism {
    /// The ways to try, in this order; what replaces a file is always a rename in the end.
    pub(super) fn best_first(occupant: Occupant) -> impl Iterator<Item = Self> {
        let replaces = |way: &Self| !matches!(way, Self::Linked | Self::Created);
        Self::ALL
            .into_iter()
            .filter(move |way| occupant == Occupant::None || replaces(way))
    }

    /// Every way, the best first.
    #[cfg(target_os = "linux")]
    pub(super) const ALL: [Self; 4] = [Self::Unnamed, Self::Renamed, Self::Linked, Self::Created];

    /// Every way, the best first.
    #[cfg(not(target_os = "linux"))]
    pub(super) const ALL: [Self; 3] = [Self::Renamed, Self::Linked, Self::Created];
}

impl Fault {
    /// For a step that every system and medium offers.
    pub(super) fn certain(errno: Errno) -> Self {
        if errno == Errno::EXIST {
            Self::Exists
        } else {
            Self::Io(errno.into())
        }
    }

    /// For a step that systems and media lack, or that sandboxes forbid. Where the true reason is
    /// another, like a folder that is read-only for this user, the next way meets it again.
    pub(super) fn perhaps_unavailable(errno: Errno) -> Self {
        let unavailable = [
            Errno::ACCESS,
            Errno::INVAL,
            Errno::ISDIR,
            Errno::NOENT,
            Errno::NOSYS,
            Errno::NOTSUP,
            Errno::OPNOTSUPP,
            Errno::PERM,
            Errno::XDEV,
        ];
        if unavailable.contains(&errno) {
            Self::Unavailable(errno)
        } else {
            Self::certain(errno)
        }
    }
}

impl From<io::Error> for Fault {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

fn fill(mut file: &File, bytes: &[u8]) -> io::Result<Written> {
    file.write_all(bytes)?;
    sync(file)?;
    let mode = Mode::from_raw_mode(fstat(file)?.st_mode);
    Ok(Written {
        permissions_kept: !mode.intersects(Mode::RWXG | Mode::RWXO),
    })
}

/// Has what was written survive a power failure, on media that can promise it.
pub(super) fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        outcome => outcome,
    }
}
