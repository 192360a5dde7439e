//! The manifest as a file that can be read several times.

use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use byok_core::manifest::{Input, ManifestError, ManifestFault, Row, Rows};
use byok_core::report::Sha256Digest;

use crate::batch_row::RowError;
use crate::context::Context;
use crate::digest_writer::DigestWriter;
use crate::failure::{About, Failure};
use crate::input::{InputError, named};
use crate::output;

/// The manifest, open.
#[derive(Debug)]
pub(crate) struct ManifestFile {
    file: File,
    name: String,
    folder: PathBuf,
    state: FileState,
}

/// What changes if a file is written.
type FileState = [i64; 6];

impl ManifestFile {
    /// Opens the manifest that an argument names. What is no file on a disk is copied to a file without
    /// a name first.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a copy that cannot be written.
    pub(crate) fn open(argument: &OsStr, context: &mut Context) -> Result<Self, Failure> {
        let name = named(argument);
        let (mut file, path) = context.open(argument)?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            file = copy(file)
                .map_err(|cause| Failure::io_of("the manifest could not be copied", cause))?;
        }
        let folder = path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let state = state(&file).map_err(|cause| Failure::io_of(name.clone(), cause))?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            name,
            state,
        })
    }

    /// Returns the folder to which the files of rows are relative.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the name of the manifest, for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Computes the SHA-256 of the manifest.
    ///
    /// # Errors
    ///
    /// A manifest that was changed since it was opened, and the system's error.
    pub(crate) fn digest(&self) -> Result<Sha256Digest, Failure> {
        self.rewind()?;
        let mut writer = DigestWriter::into_nothing();
        io::copy(&mut &self.file, &mut writer)
            .map_err(|cause| Failure::io_of(&self.name, cause))?;
        Ok(writer.finish())
    }

    fn rewind(&self) -> Result<(), Failure> {
        (&self.file)
            .rewind()
            .map_err(|cause| Failure::io_of(&self.name, cause))?;
        self.check_is_unchanged()?;
        Ok(())
    }

    /// Reads the rows from the first one.
    ///
    /// # Errors
    ///
    /// A manifest that was changed since it was opened, and faults of its header.
    pub(crate) fn rows(&self) -> Result<Rows<Buffered<'_>>, Failure> {
        self.rewind()?;
        Rows::new(Buffered(BufReader::with_capacity(1 << 16, &self.file)))
            .map_err(|error| self.fault(error))
    }

    /// Reads the rows from the first one, each with its own failure.
    ///
    /// # Errors
    ///
    /// Those of [`Self::rows`].
    pub(super) fn each_row(&self) -> Result<impl Iterator<Item = Result<Row, Failure>>, Failure> {
        let fault = |error| self.fault(error);
        Ok(self.rows()?.map(move |row| row.map_err(fault)))
    }

    /// Checks that nobody has written the manifest since it was opened.
    ///
    /// # Errors
    ///
    /// [`InputError::Changed`].
    pub(super) fn check_is_unchanged(&self) -> Result<(), Failure> {
        if state(&self.file).ok() == Some(self.state) {
            return Ok(());
        }
        let input = self.name.clone();
        Err(InputError::Changed { input }.into())
    }

    /// Returns the failure for a fault of the manifest.
    pub(crate) fn fault(&self, error: ManifestError) -> Failure {
        let error = match error.fault {
            ManifestFault::Unreadable(cause) => {
                let cause = cause
                    .downcast()
                    .map_or_else(io::Error::other, |cause| *cause);
                Err(Failure::io_of(&self.name, cause))
            }
            _ => Err(RowError::from(error).into()),
        };
        let named: Result<(), Failure> = error.about(|| self.name.clone());
        named.expect_err("an error stays one")
    }
}

/// The file, read in large pieces.
#[derive(Debug)]
pub(crate) struct Buffered<'a>(BufReader<&'a File>);

impl Input for Buffered<'_> {
    fn fill_buf(&mut self) -> Result<&[u8], Box<dyn Error + Send + Sync>> {
        Ok(self.0.fill_buf()?)
    }

    fn consume(&mut self, count: usize) {
        self.0.consume(count);
    }
}

fn state(file: &File) -> io::Result<FileState> {
    let metadata = file.metadata()?;
    Ok([
        metadata.ino().cast_signed(),
        metadata.size().cast_signed(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ])
}

/// Copies a pipe to a file without a name, which ends with the program.
fn copy(mut pipe: File) -> io::Result<File> {
    let mut copy = output::unnamed_file(&std::env::temp_dir())?;
    io::copy(&mut pipe, &mut copy)?;
    Ok(copy)
}
