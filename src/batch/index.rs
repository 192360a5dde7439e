//! The index of the key material of all rows in a folder, for shards and later runs.
//!
//! A line for each claim: the digests of the key material, of the KMS key and of the group, the run that has
//! not ended yet, and the name of the row. The entry of a row whose folder is there is removed only when
//! another folder has replaced it.

use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::iter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use rustix::fs::OFlags;

use super::materials::Claim;
use crate::failure::Failure;
use crate::terminal::SafePath;

/// The longest line, in bytes.
const MAX_LINE_LEN: u64 = 512;

/// A line of the index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) claim: Claim,
    /// The run that made the claim, until it ends.
    pub(super) run: Option<String>,
}

impl Entry {
    /// Reads a line.
    fn parse(line: &str, key: &DigestKey) -> Option<Self> {
        let mut words = line.split(' ');
        let mut digest = || KeyedDigest::from_hex(words.next()?);
        let (material, kms_key) = (digest()?, digest()?);
        let group = match words.next()? {
            "-" => None,
            group => Some(KeyedDigest::from_hex(group)?),
        };
        let run = words.next()?;
        let id = words.next()?.to_owned();
        let claim = Claim {
            name: Claim::name_of(key, &id),
            material,
            kms_key,
            group,
        };
        words.next().is_none().then_some(Self {
            id,
            claim,
            run: (run != "-").then(|| run.to_owned()),
        })
    }

    fn to_line(&self) -> String {
        let Claim {
            material,
            kms_key,
            group,
            ..
        } = self.claim;
        let group = group.map_or("-".to_owned(), |group| group.to_string());
        let run = self.run.as_deref().unwrap_or("-");
        format!("{material} {kms_key} {group} {run} {}\n", self.id)
    }
}

/// Reads the entries of the index at `path`. Nothing follows an error.
///
/// # Errors
///
/// A system error, or a damaged line.
pub(super) fn read<'a>(
    path: &'a Path,
    key: &'a DigestKey,
) -> Result<impl Iterator<Item = Result<Entry, Failure>> + 'a, Failure> {
    let failed = |cause: io::Error| Failure::io_of(SafePath(path).to_string(), cause);
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let mut options = OpenOptions::new();
    let options = options.read(true).custom_flags(flags.cast_signed());
    let mut reader = Some(BufReader::new(options.open(path).map_err(failed)?));
    Ok(iter::from_fn(move || {
        let mut line = String::new();
        let lines = reader.as_mut()?.by_ref();
        let entry = match lines.take(MAX_LINE_LEN).read_line(&mut line) {
            Ok(0) => return None,
            Ok(_) => {
                let entry = line.strip_suffix('\n').map(|line| Entry::parse(line, key));
                entry
                    .flatten()
                    .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a line is damaged"))
            }
            Err(cause) => Err(cause),
        };
        if entry.is_err() {
            reader = None;
        }
        Some(entry.map_err(failed))
    }))
}

/// Replaces the index at `path` with `entries`. Only the holder of the lock may do so.
///
/// # Errors
///
/// Those of `entries`, and of writing. The index then stays as it was.
pub(super) fn replace(
    path: &Path,
    entries: impl Iterator<Item = Result<Entry, Failure>>,
) -> Result<(), Failure> {
    let new = path.with_extension("new");
    let failed = |cause: io::Error| Failure::io_of(SafePath(path).to_string(), cause);
    let written =
        write(&new, entries, &failed).and_then(|()| fs::rename(&new, path).map_err(failed));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

fn write(
    new: &Path,
    entries: impl Iterator<Item = Result<Entry, Failure>>,
    failed: &impl Fn(io::Error) -> Failure,
) -> Result<(), Failure> {
    // What a killed run left.
    let _ = fs::remove_file(new);
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(new);
    let mut writer = BufWriter::new(file.map_err(failed)?);
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
        let key = DigestKey::from_bytes(&[7; 32]).expect("a key");
        let digest = |byte: &str| KeyedDigest::from_hex(&byte.repeat(16)).expect("a digest");
        for (group, run) in [(None, None), (Some(digest("03")), Some("0123".to_owned()))] {
            let id = "tenant-1.a_b".to_owned();
            let claim = Claim {
                name: Claim::name_of(&key, &id),
                material: digest("01"),
                kms_key: digest("02"),
                group,
            };
            let entry = Entry { id, claim, run };
            let line = entry.to_line();
            assert_eq!(Entry::parse(line.trim_end(), &key), Some(entry));
        }
        for damaged in [
            "",
            "01 02 - - a",
            "x",
            &format!("{0} {0} - - a b", "01".repeat(16)),
        ] {
            assert_eq!(Entry::parse(damaged, &key), None, "{damaged}");
        }
    }
}
