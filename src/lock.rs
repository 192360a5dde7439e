//! Locks on files: each ends with the process that holds it, however that ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// Who else may hold a lock at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Everybody who shares it.
    Shared,
    /// Nobody.
    Alone,
}

/// Why a lock was not had.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds it for too long.
    Held,
    /// The system refused.
    Io(io::Error),
}

/// Takes the lock at `path`, made where it is missing; it is held as long as the file is open.
///
/// # Errors
///
/// [`LockError`], once `patience` is over or at once.
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
            // One that was removed while it was waited for locks nothing.
            Ok(()) if is_at(&file, path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(LockError::Held),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        }
    }
}

/// Whether `path` stands for `file`, itself and not through a link.
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
