//! Faults of the folders and files of a store.

use std::fmt;
use std::path::{Path, PathBuf};

use byok_core::key_store::{StoreError, StoreErrorKind};

use crate::terminal::SafePath;

/// A fault at a path.
#[derive(Debug)]
pub(crate) struct StoreFault {
    /// The path.
    pub(crate) path: PathBuf,
    /// The fault.
    pub(crate) what: Fault,
}

/// The faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is a symbolic link, whose target can be changed.
    Link,
    /// It belongs to another user.
    OtherOwner,
    /// Others can read or change it.
    OpenToOthers,
    /// A store was named, and its path does not exist.
    Missing,
    /// A store was named, and its path is a file of this type, not a folder.
    NotAFolder(&'static str),
    /// A store was named, and its folder is empty.
    Empty,
    /// The folder contains a file or folder of this name, and no file of a store.
    Foreign(String),
    /// The path of a lock is a file of this type, not a regular file.
    NotALock(&'static str),
}

impl StoreFault {
    /// Returns the error of a fault at `path`.
    pub(super) fn at(path: &Path, what: Fault) -> StoreError {
        let kind = match what {
            Fault::Link | Fault::OtherOwner | Fault::OpenToOthers => StoreErrorKind::Unsafe,
            Fault::Missing => StoreErrorKind::NotFound,
            Fault::NotAFolder(_) | Fault::Empty | Fault::Foreign(_) => StoreErrorKind::NotAStore,
            Fault::NotALock(_) => StoreErrorKind::Broken,
        };
        let path = path.into();
        StoreError::new(kind, Self { path, what })
    }
}

impl fmt::Display for StoreFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = SafePath(&self.path);
        match &self.what {
            Fault::Link => write!(f, "{path} is a symbolic link"),
            Fault::OtherOwner => write!(f, "{path} belongs to another user"),
            Fault::OpenToOthers => write!(f, "{path} is open to other users"),
            Fault::Missing => write!(f, "there is no store at {path}"),
            Fault::NotAFolder(what) => write!(f, "{path} is not a store: it is {what}"),
            Fault::Empty => write!(f, "{path} is not a store: it is an empty folder"),
            Fault::Foreign(name) => {
                write!(f, "{path} is not a store: it is a folder with {name} in it")
            }
            Fault::NotALock(what) => write!(f, "{path} is {what}; a lock must be a regular file"),
        }
    }
}

impl std::error::Error for StoreFault {}
