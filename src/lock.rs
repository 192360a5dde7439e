//! File locks. Each ends with its process.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// The interval between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Whether others may hold the lock at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Shared.
    Shared,
    /// Exclusive.
    Alone,
}

/// The reasons why a lock was not taken.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds it for too long.
    Held,
    /// A system error.
    Io(io::Error),
}

/// Takes the lock at `path`, and creates the file if it is missing. The lock lasts as long as the
/// file is open.
///
/// # Errors
///
/// [`LockError`], immediately or after `patience`.
pub(crate) fn take(path: &Path, sharing: Sharing, patience: Duration) -> Result<File, LockError> {
    let deadline = Instant::now() + patience;
    loop {
        let open = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path);
        let file = open.map_err(LockError::Io)?;
        let taken = match sharing {
            Sharing::Shared => file.try_lock_shared(),
            Sharing::Alone => file.try_lock(),
        };
        match taken {
            // A file that was removed meanwhile locks nothing.
            Ok(()) if is_at(&file, path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(LockError::Held),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        }
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
    use super::*;

    #[test]
    fn a_lock_that_is_removed_meanwhile_is_taken_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let first = take(&path, Sharing::Alone, Duration::ZERO).expect("free");
        let refused = take(&path, Sharing::Shared, Duration::ZERO);
        assert!(matches!(refused, Err(LockError::Held)), "{refused:?}");
        let second = thread::scope(|scope| {
            let waiting = scope.spawn(|| take(&path, Sharing::Shared, Duration::from_secs(60)));
            thread::sleep(Duration::from_millis(100));
            fs::remove_file(&path).expect("removed");
            drop(first);
            waiting.join().expect("no panic").expect("had")
        });
        assert!(is_at(&second, &path));
        take(&path, Sharing::Shared, Duration::ZERO).expect("shared");
        assert!(take(&path, Sharing::Alone, Duration::ZERO).is_err());
    }
}
