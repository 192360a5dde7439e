//! The file that says that requests are answered, and where.
//!
//! It is locked for as long as they are. A lock ends with the process that holds it, however that
//! ends: so one that a killed `serve` left behind is told from one that is in use, and makes room. One
//! that is so new that it is not locked yet names a port that somebody listens on.

use std::fs::{self, File};
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::context::Context;
use crate::failure::Failure;
use crate::lock::is_at;
use crate::output::Access;

/// What every ready-file begins with; nothing else is taken for one.
pub(super) const FIRST_WORDS: &str = "# A rehearsal of AWS KMS at http://127.0.0.1:";

/// How much of a file is read to tell whether it is one, in bytes.
const MAX_START: u64 = 64;

/// How long it takes at most to find out whether somebody listens.
const PATIENCE: Duration = Duration::from_secs(1);

/// A file that is there as long as requests are answered.
pub(super) struct ReadyFile {
    path: PathBuf,
    /// Holds the lock; `None` where the file cannot be opened any more.
    file: Option<File>,
}

impl ReadyFile {
    /// Writes it, and locks it as far as its medium has locks.
    pub(super) fn write(path: &Path, script: &str, context: &Context) -> Result<Self, Failure> {
        context.write(path, script.as_bytes(), Access::Private)?;
        let file = File::open(path).ok();
        if let Some(file) = &file {
            let _ = file.try_lock();
        }
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }
}

impl Drop for ReadyFile {
    /// Removes it, but not what has taken its place.
    fn drop(&mut self) {
        if self
            .file
            .as_ref()
            .is_some_and(|file| is_at(file, &self.path))
        {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes a ready-file at `path` that belongs to no process any more; anything else stays.
pub(super) fn remove_stale(path: &Path) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if !metadata.is_file() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return;
    }
    let Ok(file) = File::open(path) else { return };
    let is_heard = |port| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect_timeout(&address, PATIENCE).is_ok()
    };
    let is_unused = port_in(&file).is_some_and(|port| !is_heard(port));
    if is_unused && file.try_lock().is_ok() && is_at(&file, path) {
        let _ = fs::remove_file(path);
    }
}

/// The port that a ready-file names; `None` if it is none.
fn port_in(file: &File) -> Option<u16> {
    let mut start = String::new();
    file.take(MAX_START).read_to_string(&mut start).ok()?;
    let rest = start.strip_prefix(FIRST_WORDS)?;
    rest.split_once('.')?.0.parse().ok()
}
