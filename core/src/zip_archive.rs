//! Small ZIP archives: their files, by name and bytes. No path in an archive names a file of this
//! machine.

#[cfg(test)]
pub(crate) mod test_archive;
#[cfg(test)]
mod tests;

use rawzip::{
    CompressionMethod, EntryFlags, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipSliceArchive,
    extra_fields::ExtraFieldId,
};

/// The most entries that an archive may have, folders among them.
pub const MAX_ENTRIES: usize = 64;

/// The record that every archive with entries begins with.
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
/// The record before the end of an archive in the format ZIP64.
const ZIP64_LOCATOR: &[u8] = b"PK\x06\x07";
/// The length of that record.
const ZIP64_LOCATOR_LEN: usize = 20;
/// The folder into which macOS puts the attributes of files.
const MAC_OS_FOLDER: &str = "__MACOSX/";

/// The reasons why an archive, or a file in it, is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// The archive is cut off, has bytes in front or behind, or contradicts itself.
    #[error("a damaged ZIP archive")]
    Damaged,
    /// More entries than [`MAX_ENTRIES`].
    #[error("a ZIP archive with more than {MAX_ENTRIES} entries", MAX_ENTRIES = MAX_ENTRIES)]
    TooManyEntries,
    /// The format for archives beyond 4 GiB.
    #[error("a ZIP archive in the format ZIP64, which byok does not read")]
    Zip64,
    /// Two entries with the same path.
    #[error("a ZIP archive with two entries named {name}")]
    Duplicate {
        /// The path in the archive.
        name: String,
    },
    /// An encrypted file.
    #[error("a ZIP archive in which {name} is encrypted")]
    Encrypted {
        /// The path in the archive.
        name: String,
    },
    /// Another compression method than DEFLATE.
    #[error("a ZIP archive in which {name} has compression method {method}; expected DEFLATE")]
    Compression {
        /// The path in the archive.
        name: String,
        /// The number of the method.
        method: u16,
    },
    /// A file beyond the limit.
    #[error("a ZIP archive in which {name} is longer than {limit} bytes")]
    TooLong {
        /// The path in the archive.
        name: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// A file whose data is damaged.
    #[error("a ZIP archive in which {name} is damaged")]
    DamagedFile {
        /// The path in the archive.
        name: String,
    },
}

/// A ZIP archive, with its list of files.
#[derive(Debug)]
pub struct ZipArchive<'a> {
    archive: ZipSliceArchive<&'a [u8]>,
    files: Vec<ZipFile>,
}

/// A file in an archive, not read yet.
#[derive(Debug, Clone)]
pub struct ZipFile {
    /// The path in the archive.
    path: String,
    raw_path: Vec<u8>,
    flags: EntryFlags,
    method: CompressionMethod,
    len: u64,
    crc32: u32,
    place: ZipArchiveEntryWayfinder,
}

/// Returns whether `bytes` begin as a ZIP archive does.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL_HEADER)
}

impl<'a> ZipArchive<'a> {
    /// Reads the list of files. Leaves out folders and the attributes that macOS adds.
    ///
    /// # Errors
    ///
    /// [`ZipError::Damaged`], [`ZipError::TooManyEntries`], [`ZipError::Zip64`] or
    /// [`ZipError::Duplicate`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ZipError> {
        if !is_zip(bytes) {
            return Err(ZipError::Damaged);
        }
        let archive = rawzip::ZipArchive::from_slice(bytes).map_err(|_| ZipError::Damaged)?;
        check_format(&archive, bytes)?;
        let mut files = Vec::new();
        let mut count = 0;
        let mut entries = archive.entries();
        while let Some(entry) = entries.next_entry().map_err(|_| ZipError::Damaged)? {
            count += 1;
            if count > MAX_ENTRIES {
                return Err(ZipError::TooManyEntries);
            }
            files.extend(ZipFile::of(&entry)?);
        }
        if archive.entries_hint() != count as u64 {
            return Err(ZipError::Damaged);
        }
        for (at, file) in files.iter().enumerate() {
            if files[..at].iter().any(|other| other.path == file.path) {
                let name = file.path.clone();
                return Err(ZipError::Duplicate { name });
            }
        }
        Ok(Self { archive, files })
    }

    /// Returns the files, in the order of the archive.
    pub fn files(&self) -> &[ZipFile] {
        &self.files
    }

    /// Reads a file of at most `limit` bytes, and checks its length and its CRC-32.
    ///
    /// # Errors
    ///
    /// [`ZipError`], which names the file.
    pub fn read(&self, file: &ZipFile, limit: usize) -> Result<Vec<u8>, ZipError> {
        let name = || file.path.clone();
        if file.flags.is_encrypted() || file.flags.has_strong_encryption() {
            return Err(ZipError::Encrypted { name: name() });
        }
        if file.len > limit as u64 {
            return Err(ZipError::TooLong {
                name: name(),
                limit,
            });
        }
        let damaged = || ZipError::DamagedFile { name: name() };
        let entry = self.archive.get_entry(file.place).map_err(|_| damaged())?;
        // Programs that unpack archives trust either header.
        let header = entry.local_header();
        if header.file_path().as_bytes() != file.raw_path
            || header.compression_method() != file.method
        {
            return Err(damaged());
        }
        let bytes = match file.method {
            CompressionMethod::STORE => entry.data().to_vec(),
            CompressionMethod::DEFLATE => {
                miniz_oxide::inflate::decompress_to_vec_with_limit(entry.data(), limit)
                    .map_err(|_| damaged())?
            }
            method => {
                let (name, method) = (name(), method.as_u16());
                return Err(ZipError::Compression { name, method });
            }
        };
        if bytes.len() as u64 != file.len || rawzip::crc32(&bytes) != file.crc32 {
            return Err(damaged());
        }
        Ok(bytes)
    }
}

impl ZipFile {
    /// Reads the record of an entry. Returns `None` for a folder and for attributes of macOS.
    fn of(entry: &ZipFileHeaderRecord<'_>) -> Result<Option<Self>, ZipError> {
        if entry
            .extra_fields()
            .any(|(field, _)| field == ExtraFieldId::ZIP64)
        {
            return Err(ZipError::Zip64);
        }
        let raw_path = entry.file_path().as_bytes().to_vec();
        let path = String::from_utf8_lossy(&raw_path).into_owned();
        if path.ends_with(['/', '\\']) || path.starts_with(MAC_OS_FOLDER) {
            return Ok(None);
        }
        Ok(Some(Self {
            path,
            raw_path,
            flags: entry.flags(),
            method: entry.compression_method(),
            len: entry.uncompressed_size_hint(),
            crc32: entry.crc32(),
            place: entry.wayfinder(),
        }))
    }

    /// Returns the path in the archive. It may hold any character.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the last part of the path.
    pub fn name(&self) -> &str {
        self.path
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(self.path.as_str())
    }
}

/// Checks that the archive fills `bytes`, and is not in the format ZIP64.
fn check_format(archive: &ZipSliceArchive<&[u8]>, bytes: &[u8]) -> Result<(), ZipError> {
    let before_end = usize::try_from(archive.eocd_offset())
        .ok()
        .and_then(|end| bytes.get(end.checked_sub(ZIP64_LOCATOR_LEN)?..));
    if before_end.is_some_and(|record| record.starts_with(ZIP64_LOCATOR)) {
        return Err(ZipError::Zip64);
    }
    if archive.end_offset() == bytes.len() as u64 {
        Ok(())
    } else {
        Err(ZipError::Damaged)
    }
}
