//! Output files: new, private, synced and atomic.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};

use crate::input::file_type_name;
use crate::terminal::SafePath;

mod folder;
mod passing_name;
mod placement;

pub(crate) use folder::{OutputFile, write_folder};
use placement::{Fault, Placement};

/// The permissions of an output file, for its owner alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read and write: mode 0600.
    Private,
    /// Read, write and execute: mode 0700.
    PrivateExecutable,
}

impl Access {
    fn mode(self) -> Mode {
        match self {
            Self::Private => Mode::RUSR | Mode::WUSR,
            Self::PrivateExecutable => Mode::RWXU,
        }
    }
}

/// What an output file may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replace {
    /// Nothing.
    Never,
    /// A regular file, atomically.
    RegularFile,
}

/// A written output file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a medium that keeps no permissions deserves a warning"]
pub(crate) struct Written {
    /// True if the medium keeps others out, which FAT does not.
    pub(crate) permissions_kept: bool,
}

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
    Placement {
        folder: &folder,
        name,
        bytes,
        mode: access.mode(),
    }
    .carry_out(replace)
    .map_err(|fault| OutputError::from_fault(path, fault))
}

/// Checks that a new file can be written at `path`, before any work is done for it: the name is that of
/// a file, its folder can be opened, and nothing is in the way.
///
/// # Errors
///
/// Every [`OutputError`] of [`write_new`] that shows before the file is written.
pub(crate) fn check_new(path: &Path, replace: Replace) -> Result<(), OutputError> {
    file_name(path).ok_or_else(|| OutputError::NoFileName { path: path.into() })?;
    open_folder(parent(path)).map_err(|cause| OutputError::io(path, cause))?;
    let Ok(occupant) = path.symlink_metadata() else {
        return Ok(());
    };
    match replace {
        Replace::Never => Err(OutputError::AlreadyExists { path: path.into() }),
        Replace::RegularFile if occupant.is_file() => Ok(()),
        Replace::RegularFile => Err(OutputError::NotReplaceable {
            path: path.into(),
            what: file_type_name(FileType::from_raw_mode(occupant.mode())),
        }),
    }
}

/// Checks that writing `output` would not destroy `input`, whatever their names.
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

/// Returns the last component of `path`, unless a trailing slash marks it as a folder.
fn file_name(path: &Path) -> Option<&OsStr> {
    let name = path.file_name()?;
    path.as_os_str()
        .as_bytes()
        .ends_with(name.as_bytes())
        .then_some(name)
}

/// Returns the folder of `path`.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Opens a folder, so that later changes of its path have no effect.
fn open_folder(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// The reasons why an output file was not written.
#[derive(Debug)]
pub(crate) enum OutputError {
    /// The name exists, possibly as a dangling symbolic link.
    AlreadyExists { path: PathBuf },
    /// The name exists and is not a regular file.
    NotReplaceable { path: PathBuf, what: &'static str },
    /// The output would overwrite an input.
    SameFile { input: PathBuf, output: PathBuf },
    /// Two outputs have the same name.
    NamedTwice { path: PathBuf },
    /// The path ends in a slash or in `..`.
    NoFileName { path: PathBuf },
    /// The new file replaced the old one, but a power failure may bring the old one back.
    Unsynced { path: PathBuf, cause: io::Error },
    /// A system error.
    Io { path: PathBuf, cause: io::Error },
}

impl OutputError {
    fn io(path: &Path, cause: io::Error) -> Self {
        Self::Io {
            path: path.into(),
            cause,
        }
    }

    fn from_fault(path: &Path, fault: Fault) -> Self {
        let path = path.into();
        match fault {
            Fault::Exists => Self::AlreadyExists { path },
            Fault::NotReplaceable(what) => Self::NotReplaceable { path, what },
            Fault::Unsynced(cause) => Self::Unsynced { path, cause },
            Fault::Unavailable(errno) => Self::Io {
                path,
                cause: errno.into(),
            },
            Fault::Io(cause) => Self::Io { path, cause },
        }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyExists { path } => write!(f, "{} already exists", SafePath(path)),
            Self::NotReplaceable { path, what } => {
                write!(
                    f,
                    "{} is {what}, and only a regular file is replaced",
                    SafePath(path)
                )
            }
            Self::SameFile { input, output } => {
                write!(
                    f,
                    "{} is the same file as the input {}",
                    SafePath(output),
                    SafePath(input)
                )
            }
            Self::NamedTwice { path } => write!(f, "{} would be two outputs", SafePath(path)),
            Self::NoFileName { path } => write!(f, "'{}' does not name a file", SafePath(path)),
            Self::Unsynced { path, .. } => {
                write!(
                    f,
                    "{} is replaced, but its folder could not be synced",
                    SafePath(path)
                )
            }
            Self::Io { path, .. } => write!(f, "could not write {}", SafePath(path)),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unsynced { cause, .. } | Self::Io { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
