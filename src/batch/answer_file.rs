//! The file for the lines: `FILE.partial` until the last line is in it.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, OFlags, fstat};

use crate::context::Context;
use crate::failure::Failure;
use crate::lock;
use crate::output::{self, Access, Written};
use crate::ownership::{self, Others};
use crate::terminal::{AnswerForm, SafePath};

/// Where the lines go.
#[derive(Debug)]
pub(super) enum LineOutput {
    /// Standard output.
    Stdout,
    /// A file.
    File { partial: File, path: PathBuf },
}

impl LineOutput {
    /// Returns the files that the output needs.
    pub(super) fn files(context: &Context) -> Vec<PathBuf> {
        let path = context.output_file();
        let files = path.map(|path| vec![path.to_owned(), partial_path(path)]);
        files.unwrap_or_default()
    }

    /// Opens the output. What an ended run left in `FILE.partial` is removed.
    ///
    /// # Errors
    ///
    /// A file that cannot be written, or to which another run writes.
    pub(super) fn open(context: &Context) -> Result<Self, Failure> {
        let Some(path) = context.output_file() else {
            return Ok(Self::Stdout);
        };
        let partial_path = partial_path(path);
        context.check_output(path)?;
        context.check_output(&partial_path)?;
        let (partial, written) = open(&partial_path).map_err(|cause| failure(path, cause))?;
        context.warn_of_permissions(&partial_path, written);
        Ok(Self::File {
            partial,
            path: path.to_owned(),
        })
    }

    /// Writes whole lines, and waits until they are on the medium.
    pub(super) fn write(&mut self, lines: &str, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Stdout => Ok(context
                .terminal
                .answer(lines.as_bytes(), AnswerForm::Text)?),
            Self::File { partial, path } => partial
                .write_all(lines.as_bytes())
                .and_then(|()| partial.sync_data())
                .map_err(|cause| failure(path, cause)),
        }
    }

    /// Gives the file its name: every line is in it.
    pub(super) fn finish(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Stdout => Ok(()),
            Self::File { partial, path } => {
                partial.sync_all().map_err(|cause| failure(&path, cause))?;
                Ok(output::rename_new(
                    &partial_path(&path),
                    &path,
                    context.replace(),
                )?)
            }
        }
    }

    /// Removes the file of a run that wrote no line.
    pub(super) fn discard(self) {
        if let Self::File { path, .. } = self {
            let _ = fs::remove_file(partial_path(&path));
        }
    }
}

fn failure(path: &Path, cause: io::Error) -> Failure {
    Failure::io_of(SafePath(&partial_path(path)).to_string(), cause)
}

fn partial_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".partial");
    name.into()
}

/// Opens the file, empties it, and locks it as long as it is open. A file that is there must be what an
/// earlier run left.
fn open(path: &Path) -> io::Result<(File, Written)> {
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = flags | OFlags::CLOEXEC;
    loop {
        let file = File::from(rustix::fs::open(path, flags, Access::Private.mode())?);
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other("another run writes to this file"));
            }
            Err(TryLockError::Error(cause)) => return Err(cause),
        }
        // Another run may have given it its name meanwhile.
        if !lock::is_at(&file, path) {
            continue;
        }
        if !is_left_over(&file)? {
            let text = "exists, and is not what a run of byok batch left";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        file.set_len(0)?;
        // A medium without modes refuses, or ignores it.
        let _ = rustix::fs::fchmod(&file, Access::Private.mode());
        let permissions_kept = ownership::readers(&fstat(&file)?) == Others::Nobody;
        return Ok((file, Written { permissions_kept }));
    }
}

/// Returns whether this user owns the file, under this name alone, and whether it is empty or begins as a
/// line does.
fn is_left_over(mut file: &File) -> io::Result<bool> {
    let stat = fstat(file)?;
    let is_ours = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
        && ownership::is_ours(&stat)
        && stat.st_nlink == 1;
    if !is_ours {
        return Ok(false);
    }
    let mut beginning = [0; LINE_START.len()];
    let read = file.read(&mut beginning)?;
    file.rewind()?;
    Ok(LINE_START.starts_with(&beginning[..read]))
}

/// The first bytes of each line.
const LINE_START: &[u8] = br#"{"SchemaVersion":1,"Id":""#;
