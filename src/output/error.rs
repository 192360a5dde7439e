//! The reasons why an output file was not written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::distrust::Distrust;
use super::fault::WriteFault;
use crate::terminal::SafePath;

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
    /// Others can replace files in the folder at `path`, or the folder itself.
    Untrusted { path: PathBuf, why: Distrust },
    /// A system error.
    Io { path: PathBuf, cause: io::Error },
}

impl OutputError {
    pub(super) fn untrusted(path: &Path, why: Distrust) -> Self {
        Self::Untrusted {
            path: path.into(),
            why,
        }
    }

    pub(super) fn io(path: &Path, cause: io::Error) -> Self {
        Self::Io {
            path: path.into(),
            cause,
        }
    }

    pub(super) fn from_fault(path: &Path, fault: WriteFault) -> Self {
        let path = path.into();
        match fault {
            WriteFault::Exists => Self::AlreadyExists { path },
            WriteFault::NotReplaceable(what) => Self::NotReplaceable { path, what },
            WriteFault::Unsynced(cause) => Self::Unsynced { path, cause },
            WriteFault::Unavailable(errno) => Self::Io {
                path,
                cause: errno.into(),
            },
            WriteFault::Io(cause) => Self::Io { path, cause },
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
                    "{} is {what}; byok replaces only a regular file",
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
            Self::NamedTwice { path } => {
                write!(f, "two outputs would be written to {}", SafePath(path))
            }
            Self::NoFileName { path } => write!(f, "'{}' does not name a file", SafePath(path)),
            Self::Unsynced { path, .. } => {
                write!(
                    f,
                    "replaced {}, but could not sync its folder",
                    SafePath(path)
                )
            }
            Self::Untrusted { path, why } => {
                let path = SafePath(path);
                match why {
                    Distrust::Link => write!(f, "the folder {path} is a symbolic link"),
                    Distrust::OtherOwner(user) => {
                        write!(
                            f,
                            "the folder {path} belongs to another user, number {user}"
                        )
                    }
                    Distrust::OpenToAll => {
                        write!(f, "every user can replace files in the folder {path}")
                    }
                }
            }
            Self::Io { path, .. } => write!(f, "could not write {}", SafePath(path)),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unsynced { cause, .. } | Self::Io { cause, .. } => Some(cause),
            Self::AlreadyExists { .. }
            | Self::NotReplaceable { .. }
            | Self::SameFile { .. }
            | Self::NamedTwice { .. }
            | Self::NoFileName { .. }
            | Self::Untrusted { .. } => None,
        }
    }
}
