//! What is wrong with a folder or a file of a store.

use std::fmt;
use std::path::{Path, PathBuf};

use byok_core::key_store::{StoreError, StoreErrorKind};

use crate::terminal::SafePath;

/// Something that is wrong with a path.
#[derive(Debug)]
pub(crate) struct StoreFault {
    /// Where.
    pub(crate) path: PathBuf,
    /// What.
    pub(crate) what: Fault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is a symbolic link, which can be made to lead elsewhere.
    Link,
    /// It belongs to another user.
    OtherOwner,
    /// Others can read it or change it.
    OpenToOthers,
    /// A store was named, and there is nothing.
    Missing,
    /// A store was named, and there is this, which is not a folder.
    NotAFolder(&'static str),
    /// A store was named, and there is an empty folder.
    Empty,
    /// The folder holds a file or folder of this name, and nothing that a store has.
    Foreign(String),
    /// A lock was to be taken, and there is this, which is not a file.
    NotALock(&'static str),
}

impl StoreFault {
    /// The error of a fault at `path`.
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
            Fault::NotALock(what) => write!(f, "{path} is {what}, and a lock is a regular file"),
        }
    }
}

impl std::error::Error for StoreFault {}
