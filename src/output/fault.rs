//! The reasons why a file was not written, without its path.

use std::io;

use rustix::io::Errno;

/// The reasons why a file was not written.
#[derive(Debug)]
pub(super) enum WriteFault {
    /// The name exists.
    Exists,
    /// The name exists as this other type.
    NotReplaceable(&'static str),
    /// The system or the medium does not support this strategy.
    Unavailable(Errno),
    /// The file replaced the old one, but the folder could not be synced.
    Unsynced(io::Error),
    /// A system error.
    Io(io::Error),
}

impl WriteFault {
    /// For a step that every system and medium supports.
    pub(super) fn certain(errno: Errno) -> Self {
        if errno == Errno::EXIST {
            Self::Exists
        } else {
            Self::Io(errno.into())
        }
    }

    /// For a step that some systems, media or sandboxes do not support. If the true reason is
    /// another, such as a read-only folder, the next strategy fails with it too.
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

impl From<io::Error> for WriteFault {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}
