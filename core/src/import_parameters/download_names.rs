//! The names of the files in the console's download of import parameters.
//!
//! # Source
//!
//! AWS KMS Developer Guide, "Download the wrapping public key and import token": WrappingPublicKey.bin
//! and ImportToken.bin. Older downloads, still in use, are named after the key and the time:
//! `wrappingKey_KEY-ID_TIME` and `importToken_KEY-ID_TIME`.

use crate::{key_id::KeyId, words::words, zip_archive::ZipError};

words! {
    /// A file of the console's download, by its name.
    pub enum DownloadFile {
        /// The wrapping public key.
        PublicKey = "WrappingPublicKey.bin",
        /// The import token.
        ImportToken = "ImportToken.bin",
    }
}

/// The reasons why a folder or an archive is not the console's download.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DownloadError {
    /// The archive, or a file in it, cannot be read.
    #[error("{0}")]
    Zip(ZipError),
    /// A file is missing.
    #[error("a ZIP archive without {0}")]
    Missing(DownloadFile),
    /// More than one file could be meant.
    #[error("a ZIP archive with several files {0} or {older}*; expected one", older = .0.older_prefix())]
    Several(DownloadFile),
    /// The names of the two files have different key IDs.
    #[error("the file names have the IDs of two KMS keys: {public_key} and {import_token}")]
    TwoKeys {
        /// The key ID in the name of the wrapping public key.
        public_key: KeyId,
        /// The key ID in the name of the import token.
        import_token: KeyId,
    },
}

/// The two files of a download among others, by their positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadNames {
    /// The position of the wrapping public key.
    pub public_key: usize,
    /// The position of the import token.
    pub import_token: usize,
    /// The ID of the KMS key, if the names have it.
    pub key_id: Option<KeyId>,
}

impl DownloadFile {
    /// Returns the file that is called `name`, and the key ID in that name.
    pub fn of_name(name: &str) -> Option<(Self, Option<KeyId>)> {
        Self::ALL.iter().find_map(|file| {
            if name == file.as_str() {
                return Some((*file, None));
            }
            let rest = name.strip_prefix(file.older_prefix())?;
            let id = rest.split(['_', '.']).next().unwrap_or_default();
            Some((*file, KeyId::parse(id)))
        })
    }

    /// Returns the beginning of the name in older downloads.
    pub const fn older_prefix(self) -> &'static str {
        match self {
            Self::PublicKey => "wrappingKey_",
            Self::ImportToken => "importToken_",
        }
    }
}

impl DownloadNames {
    /// Finds the two files among the files with these names.
    ///
    /// # Errors
    ///
    /// [`DownloadError`] if one is missing, if several could be meant, or if the key IDs in the names
    /// differ.
    pub fn find<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, DownloadError> {
        let files: Vec<_> = names
            .enumerate()
            .filter_map(|(at, name)| Some((at, DownloadFile::of_name(name)?)))
            .collect();
        let one = |wanted: DownloadFile| {
            let mut found = files.iter().filter(|(_, (file, _))| *file == wanted);
            match (found.next(), found.next()) {
                (Some((at, (_, key_id))), None) => Ok((*at, key_id.clone())),
                (Some(_), Some(_)) => Err(DownloadError::Several(wanted)),
                (None, _) => Err(DownloadError::Missing(wanted)),
            }
        };
        let (public_key, key_of_public_key) = one(DownloadFile::PublicKey)?;
        let (import_token, key_of_token) = one(DownloadFile::ImportToken)?;
        let key_id = match (key_of_public_key, key_of_token) {
            (Some(public_key), Some(import_token)) if public_key != import_token => {
                return Err(DownloadError::TwoKeys {
                    public_key,
                    import_token,
                });
            }
            (one, other) => one.or(other),
        };
        Ok(Self {
            public_key,
            import_token,
            key_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    fn find(names: &[&str]) -> Result<(usize, usize, bool), DownloadError> {
        let found = DownloadNames::find(names.iter().copied())?;
        assert!(found.key_id.iter().all(|id| id.as_str() == ID));
        Ok((found.public_key, found.import_token, found.key_id.is_some()))
    }

    #[test]
    fn finds_both_files_under_newer_and_older_names() {
        let older = [
            format!("wrappingKey_{ID}"),
            "README.txt".to_owned(),
            format!("importToken_{ID}_0809092909"),
        ];
        let older: Vec<_> = older.iter().map(String::as_str).collect();
        assert_eq!(find(&older), Ok((0, 2, true)));
        assert_eq!(
            find(&["README.txt", "ImportToken.bin", "WrappingPublicKey.bin"]),
            Ok((2, 1, false))
        );
        assert_eq!(find(&["wrappingKey_a", "importToken_b"]), Ok((0, 1, false)));
    }

    #[test]
    fn refuses_what_is_missing_or_could_be_meant_twice() {
        let missing = |file| Err(DownloadError::Missing(file));
        let several = |file| Err(DownloadError::Several(file));
        assert_eq!(find(&[]), missing(DownloadFile::PublicKey));
        assert_eq!(
            find(&["WrappingPublicKey.bin"]),
            missing(DownloadFile::ImportToken)
        );
        assert_eq!(
            find(&["ImportToken.bin", "WrappingPublicKey.bin", "wrappingKey_a"]),
            several(DownloadFile::PublicKey)
        );
        let other = ID.replace('1', "2");
        let names = [format!("wrappingKey_{ID}"), format!("importToken_{other}")];
        let found = DownloadNames::find(names.iter().map(String::as_str));
        assert!(
            matches!(found, Err(DownloadError::TwoKeys { .. })),
            "{found:?}"
        );
    }
}
