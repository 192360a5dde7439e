//! Why a store does not answer.

use core::{error, fmt};

use crate::exception::{Exception, Refusal};

/// Why a store did not answer.
#[derive(Debug)]
pub struct StoreError {
    /// What kind of trouble it is.
    pub kind: StoreErrorKind,
    /// What happened.
    pub source: Box<dyn error::Error + Send + Sync>,
}

/// The kinds of trouble that a store can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Another process holds the lock for too long.
    Locked,
    /// A file is damaged, or missing where it must be.
    Broken,
    /// Others can read or change what only the owner may.
    Unsafe,
    /// The system failed to read or write.
    Io,
    /// There is a key of that name already.
    Exists,
    /// There is no room for more.
    Full,
}

impl StoreError {
    /// Trouble of `kind`, caused by `source`.
    pub fn new(
        kind: StoreErrorKind,
        source: impl Into<Box<dyn error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// What AWS KMS answers to comparable trouble of its own.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.kind {
            StoreErrorKind::Locked => Some(Refusal::without_text(Exception::DependencyTimeout)),
            StoreErrorKind::Broken => Some(Refusal::without_text(Exception::KmsInternal)),
            StoreErrorKind::Full => Some(Refusal::without_text(Exception::LimitExceeded)),
            StoreErrorKind::Unsafe | StoreErrorKind::Io | StoreErrorKind::Exists => None,
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
