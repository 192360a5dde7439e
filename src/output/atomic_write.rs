//! Atomic writing of a file under its name in a folder.

use std::ffi::OsStr;
use std::fs::File;
use std::io;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat, unlinkat};
use rustix::io::{Errno, retry_on_intr};

use super::existing_target::{ExistingTarget, Replace};
use super::fault::WriteFault;
use super::file_contents::FileContents;
use super::temp_name::{self, TempName, random_name};
use super::written::Written;
use crate::input::file_type_name;

/// A file to write.
#[derive(Clone, Copy)]
pub(super) struct AtomicWrite<'a> {
    /// The open folder.
    pub(super) folder: &'a File,
    /// The name in it: one component.
    pub(super) name: &'a OsStr,
    pub(super) contents: FileContents<'a>,
    /// The mode, from the creation on.
    pub(super) mode: Mode,
}

/// A strategy for writing a complete file under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteStrategy {
    /// An unnamed file, to which a link gives its name. Even SIGKILL leaves nothing.
    #[cfg(target_os = "linux")]
    Unnamed,
    /// A file under a temporary name, then renamed.
    Renamed,
    /// A file under a temporary name, then linked: NFS has no rename without replacement.
    Linked,
    /// A file under its final name, which any medium supports.
    Created,
}

impl AtomicWrite<'_> {
    /// Writes the file with the best strategy that the system and the medium support. First removes what
    /// killed processes left in the folder.
    pub(super) fn carry_out(&self, replace: Replace) -> Result<Written, WriteFault> {
        temp_name::remove_left_over(self.folder);
        let existing_target = match replace {
            Replace::Never => ExistingTarget::None,
            Replace::RegularFile => self.existing_target()?,
        };
        let mut outcome = Err(WriteFault::Unavailable(Errno::NOTSUP));
        for strategy in WriteStrategy::best_first(existing_target) {
            outcome = self.carry_out_by(strategy, existing_target);
            if !matches!(outcome, Err(WriteFault::Unavailable(_))) {
                break;
            }
        }
        let written = outcome?;
        match (sync(self.folder), existing_target) {
            (Ok(()), _) => Ok(written),
            (Err(cause), ExistingTarget::RegularFile) => Err(WriteFault::Unsynced(cause)),
            (Err(cause), ExistingTarget::None) => {
                let _ = unlinkat(self.folder, self.name, AtFlags::empty());
                Err(WriteFault::Io(cause))
            }
        }
    }

    /// Examines `name` without following a link.
    pub(super) fn existing_target(&self) -> Result<ExistingTarget, WriteFault> {
        match statat(self.folder, self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => Ok(ExistingTarget::None),
            Err(errno) => Err(WriteFault::Io(errno.into())),
            Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => Ok(ExistingTarget::RegularFile),
                other => Err(WriteFault::NotReplaceable(file_type_name(other))),
            },
        }
    }

    /// Returns the existing target that the file may replace.
    ///
    /// # Errors
    ///
    /// A fault if the existing target must not be replaced.
    pub(super) fn vacancy(&self, replace: Replace) -> Result<ExistingTarget, WriteFault> {
        match (self.existing_target(), replace) {
            (
                Ok(ExistingTarget::RegularFile) | Err(WriteFault::NotReplaceable(_)),
                Replace::Never,
            ) => Err(WriteFault::Exists),
            (existing_target, _) => existing_target,
        }
    }

    /// Writes the file with one strategy, and leaves nothing behind on failure.
    pub(super) fn carry_out_by(
        &self,
        strategy: WriteStrategy,
        existing_target: ExistingTarget,
    ) -> Result<Written, WriteFault> {
        match strategy {
            #[cfg(target_os = "linux")]
            WriteStrategy::Unnamed => self.unnamed(existing_target),
            WriteStrategy::Renamed => {
                let (name, written) = self.under_another_name()?;
                name.change_to(self.name, existing_target)?;
                Ok(written)
            }
            WriteStrategy::Linked => {
                let (name, written) = self.under_another_name()?;
                name.add(self.name)?;
                Ok(written)
            }
            WriteStrategy::Created => {
                let file = self.create(self.name).map_err(WriteFault::certain)?;
                let name = TempName::of(self.folder, self.name.into(), file);
                let written = fill(name.file(), self.contents)?;
                name.keep();
                Ok(written)
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn unnamed(&self, existing_target: ExistingTarget) -> Result<Written, WriteFault> {
        use std::os::fd::AsRawFd as _;

        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = retry_on_intr(|| openat(self.folder, ".", flags, self.mode));
        let file = File::from(file.map_err(WriteFault::perhaps_unavailable)?);
        let written = fill(&file, self.contents)?;
        // open(2), O_TMPFILE: the way to link such a file without privileges.
        let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
        let link_as = |name: &OsStr| {
            rustix::fs::linkat(
                rustix::fs::CWD,
                &unnamed,
                self.folder,
                name,
                AtFlags::SYMLINK_FOLLOW,
            )
            .map_err(WriteFault::perhaps_unavailable)
        };
        if existing_target == ExistingTarget::None {
            link_as(self.name)?;
        } else {
            // A link replaces nothing, so the complete file gets a temporary name first.
            let name = random_name()?;
            temp_name::lock(&file).map_err(WriteFault::certain)?;
            link_as(&name)?;
            TempName::of(self.folder, name, file).change_to(self.name, existing_target)?;
        }
        Ok(written)
    }

    fn under_another_name(&self) -> Result<(TempName<'_>, Written), WriteFault> {
        let name = self.temporary_file()?;
        let written = fill(name.file(), self.contents)?;
        Ok((name, written))
    }

    fn temporary_file(&self) -> Result<TempName<'_>, WriteFault> {
        loop {
            let name = random_name()?;
            let file = self
                .create(&name)
                .map_err(WriteFault::perhaps_unavailable)?;
            if let Some(name) = TempName::locked(self.folder, name, file) {
                return Ok(name);
            }
        }
    }

    fn create(&self, name: &OsStr) -> rustix::io::Result<File> {
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
        retry_on_intr(|| openat(self.folder, name, flags, self.mode)).map(File::from)
    }
}

impl WriteStrategy {
    /// The strategies in order. A replacement is always a rename in the end.
    pub(super) fn best_first(existing_target: ExistingTarget) -> impl Iterator<Item = Self> {
        let replaces = |way: &Self| !matches!(way, Self::Linked | Self::Created);
        Self::ALL
            .into_iter()
            .filter(move |way| existing_target == ExistingTarget::None || replaces(way))
    }

    /// Every strategy, the best first.
    #[cfg(target_os = "linux")]
    pub(super) const ALL: [Self; 4] = [Self::Unnamed, Self::Renamed, Self::Linked, Self::Created];

    /// Every strategy, the best first.
    #[cfg(not(target_os = "linux"))]
    pub(super) const ALL: [Self; 3] = [Self::Renamed, Self::Linked, Self::Created];
}

fn fill(file: &File, contents: FileContents<'_>) -> io::Result<Written> {
    contents.write_to(file)?;
    sync(file)?;
    let mode = Mode::from_raw_mode(fstat(file)?.st_mode);
    Ok(Written {
        permissions_kept: !mode.intersects(Mode::RWXG | Mode::RWXO),
    })
}

/// Syncs the file, if its medium supports it.
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
