//! The index of the key material of all rows in a folder, for shards and later runs.
//!
//! A line for each row: the digests of its key material, of its KMS key and of its group, and its name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;

use byok_core::keyed_digest::KeyedDigest;

use super::materials::Claim;
use crate::failure::Failure;
use crate::terminal::SafePath;

/// A line of the index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) claim: Claim,
}

impl Entry {
    /// Reads a line.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let mut digest = || KeyedDigest::from_hex(words.next()?);
        let (material, kms_key) = (digest()?, digest()?);
        let group = match words.next()? {
            "-" => None,
            group => Some(KeyedDigest::from_hex(group)?),
        };
        let claim = Claim {
            material,
            kms_key,
            group,
        };
        let id = words.next()?.to_owned();
        words.next().is_none().then_some(Self { id, claim })
    }

    fn to_line(&self) -> String {
        let Claim {
            material,
            kms_key,
            group,
        } = self.claim;
        let group = group.map_or("-".to_owned(), |group| group.to_string());
        format!("{material} {kms_key} {group} {}\n", self.id)
    }
}

/// Reads the entries of the index at `path`; none if it does not exist.
///
/// # Errors
///
/// A system error, or a damaged line.
pub(super) fn read(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Entry>>> {
    let lines = match File::open(path) {
        Ok(file) => Some(BufReader::new(file).lines()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let entry = |line: io::Result<String>| {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a line is damaged");
        Entry::parse(&line?).ok_or_else(damaged)
    };
    Ok(lines.into_iter().flatten().map(entry))
}

/// Writes `entries` to the file at `path`, which only this run writes, and syncs it.
///
/// # Errors
///
/// Those of `entries`, and of writing.
pub(super) fn write(
    path: &Path,
    entries: impl Iterator<Item = Result<Entry, Failure>>,
) -> Result<(), Failure> {
    let failed = |cause: io::Error| Failure::io_of(SafePath(path).to_string(), cause);
    let mut writer = BufWriter::new(File::create(path).map_err(failed)?);
    for entry in entries {
        let line = entry?.to_line();
        writer.write_all(line.as_bytes()).map_err(failed)?;
    }
    let file = writer
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let digest = |byte: &str| KeyedDigest::from_hex(&byte.repeat(16)).expect("a digest");
        for group in [None, Some(digest("03"))] {
            let claim = Claim {
                material: digest("01"),
                kms_key: digest("02"),
                group,
            };
            let id = "tenant-1.a_b".to_owned();
            let entry = Entry { id, claim };
            assert_eq!(Entry::parse(entry.to_line().trim_end()), Some(entry));
        }
        for damaged in [
            "",
            "01 02 - a",
            "x",
            &format!("{0} {0} - a b", "01".repeat(16)),
        ] {
            assert_eq!(Entry::parse(damaged), None, "{damaged}");
        }
    }
}
