//! File locks. Each ends with its process.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::retry_on_intr;

use crate::input::file_type_name;

/// The interval between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// The sharing mode of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Shared.
    Shared,
    /// Exclusive.
    Alone,
}

/// The deadline for all locks of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// Returns the deadline after this timeout.
    pub(crate) fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// Returns whether the deadline has passed.
    pub(crate) fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}

/// The reasons why a lock was not taken.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds it for too long.
    Held,
    /// The path is not a regular file, but a file of this type.
    NotAFile(&'static str),
    /// A system error.
    Io(io::Error),
}

/// Takes the lock at `path`, and creates the file if it is missing. The lock lasts as long as the
/// file is open.
///
/// Only a regular file can be a lock. Does not follow a link, and does not block on a pipe or a
/// device.
///
/// # Errors
///
/// [`LockError::Held`] when `deadline` has passed, for whatever reason the lock was not available.
/// The other errors are returned at once.
pub(crate) fn take(path: &Path, sharing: Sharing, deadline: Deadline) -> Result<File, LockError> {
    loop {
        let file = open(path)?;
        let taken = match sharing {
            Sharing::Shared => file.try_lock_shared(),
            Sharing::Alone => file.try_lock(),
        };
        match taken {
            // A file that was removed meanwhile locks nothing.
            Ok(()) if is_at(&file, path) => return Ok(file),
            Ok(()) | Err(TryLockError::WouldBlock) if deadline.is_over() => {
                return Err(LockError::Held);
            }
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        }
    }
}

/// Opens the file of a lock. Opens it for reading too, because some network file systems require
/// that for a shared lock.
fn open(path: &Path) -> Result<File, LockError> {
    let flags = OFlags::CREATE
        | OFlags::RDWR
        | OFlags::NOFOLLOW
        | OFlags::NONBLOCK
        | OFlags::NOCTTY
        | OFlags::CLOEXEC;
    let opened = retry_on_intr(|| rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR));
    let file = opened.map(File::from).map_err(|errno| {
        let stat = rustix::fs::lstat(path).ok();
        let found = stat.map(|stat| FileType::from_raw_mode(stat.st_mode));
        match found.filter(|found| *found != FileType::RegularFile) {
            Some(other) => LockError::NotAFile(file_type_name(other)),
            None => LockError::Io(errno.into()),
        }
    })?;
    let stat = rustix::fs::fstat(&file).map_err(|errno| LockError::Io(errno.into()))?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(file),
        other => Err(LockError::NotAFile(file_type_name(other))),
    }
}

/// Returns whether `path` is `file`, and not a link to it.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(own), Ok(there)) => (own.dev(), own.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn in_a_minute() -> Deadline {
        Deadline::after(Duration::from_secs(60))
    }

    fn now() -> Deadline {
        Deadline::after(Duration::ZERO)
    }

    #[test]
    fn takes_a_lock_again_that_was_removed_meanwhile() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let first = take(&path, Sharing::Alone, now()).expect("free");
        let refused = take(&path, Sharing::Shared, now());
        assert!(matches!(refused, Err(LockError::Held)), "{refused:?}");
        let second = thread::scope(|scope| {
            let waiting = scope.spawn(|| take(&path, Sharing::Shared, in_a_minute()));
            thread::sleep(Duration::from_millis(100));
            fs::remove_file(&path).expect("removed");
            drop(first);
            waiting.join().expect("no panic").expect("had")
        });
        assert!(is_at(&second, &path));
        take(&path, Sharing::Shared, now()).expect("shared");
        assert!(take(&path, Sharing::Alone, now()).is_err());
    }

    #[test]
    fn only_a_regular_file_is_a_lock_and_nothing_else_is_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "").expect("written");
        symlink(at("file"), at("link")).expect("linked");
        symlink(at("nowhere"), at("dangling")).expect("linked");
        fs::create_dir(at("folder")).expect("made");
        let status = Command::new("mkfifo").arg(at("pipe")).status();
        assert!(status.expect("mkfifo").success());
        let _listener = UnixListener::bind(at("socket")).expect("bound");
        let began = Instant::now();
        for (name, what) in [
            ("link", "a symbolic link"),
            ("dangling", "a symbolic link"),
            ("folder", "a directory"),
            ("pipe", "a named pipe"),
            ("socket", "a socket"),
        ] {
            for sharing in [Sharing::Shared, Sharing::Alone] {
                let refused = take(&at(name), sharing, in_a_minute());
                assert!(
                    matches!(&refused, Err(LockError::NotAFile(found)) if *found == what),
                    "{name}: {refused:?}"
                );
            }
        }
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(!at("nowhere").exists());
        take(&at("file"), Sharing::Alone, now()).expect("a lock");
    }
}
