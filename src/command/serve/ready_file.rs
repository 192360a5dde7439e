//! The ready-file, which exists while requests are answered, and contains the address.
//!
//! `serve` holds a lock on it while it answers requests. A lock ends with its process, so the next
//! `serve` can tell a file that a killed `serve` left from one in use, and removes it. A file that
//! is too new to be locked names a port that accepts connections.

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

/// The first line of every ready-file. byok removes no other file.
pub(super) const FIRST_WORDS: &str = "# A rehearsal of AWS KMS at http://127.0.0.1:";

/// The number of bytes that are read to recognise such a file.
const MAX_START: u64 = 64;

/// The timeout of a connection attempt to the port.
const PATIENCE: Duration = Duration::from_secs(1);

/// A file that exists while requests are answered.
pub(super) struct ReadyFile {
    path: PathBuf,
    /// The open file with the lock; `None` if the file can no longer be opened.
    file: Option<File>,
}

impl ReadyFile {
    /// Writes the file, and locks it if its medium supports locks.
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
    /// Removes the file, unless another one has replaced it.
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

/// Removes a ready-file at `path` without a living process. Any other file stays.
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

/// Returns the port in a ready-file; `None` for any other file.
fn port_in(file: &File) -> Option<u16> {
    let mut start = String::new();
    file.take(MAX_START).read_to_string(&mut start).ok()?;
    let rest = start.strip_prefix(FIRST_WORDS)?;
    rest.split_once('.')?.0.parse().ok()
}
