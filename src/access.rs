//! The permissions of a new file.

use rustix::fs::Mode;

/// The permissions of an output file. Only its owner has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read and write: mode 0600.
    Private,
    /// Read, write and execute: mode 0700.
    PrivateExecutable,
}

impl Access {
    pub(crate) fn mode(self) -> Mode {
        match self {
            Self::Private => Mode::RUSR | Mode::WUSR,
            Self::PrivateExecutable => Mode::RWXU,
        }
    }
}
