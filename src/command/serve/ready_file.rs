//! The file that says that requests are answered, and where.
//!
//! It is locked for as long as they are. A lock ends with the process that holds it, however that
//! ends: so one that a killed `serve` left behind is told from one that is in use, and makes room.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::lock::is_at;
use crate::output::Access;

/// What every ready-file begins with; nothing else is taken for one.
pub(super) const FIRST_WORDS: &str = "# A rehearsal of AWS KMS at http://127.0.0.1:";

/// A file that is there as long as requests are answered.
pub(super) struct ReadyFile {
    path: PathBuf,
    /// Holds the lock; `None` where the file cannot be opened any more.
    file: Option<File>,
}

impl ReadyFile {
    /// Writes it, and locks it as far as its medium has locks.
    pub(super) fn write(path: &Path, script: &str, context: &Context) -> anyhow::Result<Self> {
        context.write(path, script.as_bytes(), Access::Private)?;
        let file = File::open(path).ok();
        if let Some(file) = &file {
            let _ = file.try_lock();
        }
        Ok(Self { path: path.to_owned(), file })
    }
}

impl Drop for ReadyFile {
    /// Removes it, but not what has taken its place.
    fn drop(&mut self) {
        if self.file.as_ref().is_some_and(|file| is_at(file, &self.path)) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes a ready-file at `path` that belongs to no process any more; anything else stays.
pub(super) fn remove_stale(path: &Path) {
    let Ok(metadata) = fs::symlink_metadata(path) else { return };
    if !metadata.is_file() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return;
    }
    let Ok(mut file) = File::open(path) else { return };
    let mut start = [0; FIRST_WORDS.len()];
    let is_ours = file.read_exact(&mut start).is_ok() && start == *FIRST_WORDS.as_bytes();
    if is_ours && file.try_lock().is_ok() && is_at(&file, path) {
        let _ = fs::remove_file(path);
    }
}
