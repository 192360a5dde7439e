//! Why a store does not answer.

use core::{error, fmt};

use crate::exception::{Exception, Refusal};

/// A store error.
#[derive(Debug)]
pub struct StoreError {
    /// The kind of error.
    pub kind: StoreErrorKind,
    /// The cause.
    pub source: Box<dyn error::Error + Send + Sync>,
}

/// The kinds of store errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// Another process holds the lock for too long.
    Locked,
    /// A file is damaged, or a required file is missing.
    Broken,
    /// Others can read or change a file that only the owner may access.
    Unsafe,
    /// A system error while reading or writing.
    Io,
    /// A key of that name exists.
    Exists,
    /// There is no room for more.
    Full,
    /// There is no store where one was named.
    NotFound,
    /// The path that was named is not a store.
    NotAStore,
}

impl StoreError {
    /// Builds an error of `kind`, caused by `source`.
    pub fn new(
        kind: StoreErrorKind,
        source: impl Into<Box<dyn error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// Returns AWS's answer to a comparable fault of its own.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.kind {
            StoreErrorKind::Locked => Some(Refusal::without_text(Exception::DependencyTimeout)),
            StoreErrorKind::Broken => Some(Refusal::without_text(Exception::KmsInternal)),
            StoreErrorKind::Full => Some(Refusal::without_text(Exception::LimitExceeded)),
            StoreErrorKind::Unsafe
            | StoreErrorKind::Io
            | StoreErrorKind::Exists
            | StoreErrorKind::NotFound
            | StoreErrorKind::NotAStore => None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl error::Error for StoreError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.source()
    }
}
