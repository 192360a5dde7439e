//! What a reader takes out of a file.

use super::{
    error::ReadError, remark::Remark, source_format::SourceFormat, unchecked_key::UncheckedKey,
};
use crate::{blob::Blob, secret::SecretBytes};

/// The line before the PEM of a test key: explanatory text, which PEM readers skip.
///
/// # Source
///
/// RFC 7468, 5.2.
pub const TEST_KEY_LINE: &str = "TEST KEY: derived from a seed, never use it in production";

/// The keys of a file, unchecked.
#[derive(Debug)]
pub struct KeysRead {
    /// The form that the file has.
    pub form: SourceFormat,
    /// What the file says of where its keys come from.
    pub provenance: KeyProvenance,
    /// What the reader ignored or corrected.
    pub notes: Vec<Remark>,
    /// The keys, each with its name where the form has names.
    pub keys: Vec<(Option<Alias>, UncheckedKey)>,
    /// PKCS#8 in DER, where the one key came in it: [`Remark::NotCanonical`] is said of it where it is not
    /// the canonical form.
    pub pkcs8: Option<SecretBytes>,
    /// The public key of the first certificate beside the keys: SPKI in DER.
    pub certified: Option<Blob>,
}

/// The name of a key in a store of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias(pub String);

/// Where a file says that its keys come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProvenance {
    /// It does not say.
    Unknown,
    /// From a seed: it begins with [`TEST_KEY_LINE`].
    TestSeed,
}

impl KeyProvenance {
    /// Returns what `file` says.
    pub(super) fn of(file: &[u8]) -> Self {
        if file.starts_with(TEST_KEY_LINE.as_bytes()) {
            Self::TestSeed
        } else {
            Self::Unknown
        }
    }
}

impl KeysRead {
    /// Takes the key out, if there is one and no other.
    ///
    /// # Errors
    ///
    /// [`ReadError::SeveralKeys`] if there is not one, but so many.
    pub(crate) fn take_one(&mut self) -> Result<UncheckedKey, ReadError> {
        let count = self.keys.len();
        match self.keys.pop() {
            Some((_, key)) if count == 1 => Ok(key),
            Some(_) | None => Err(ReadError::SeveralKeys(count)),
        }
    }

    /// One key without a name, of which nothing else is known.
    pub(super) fn one(key: UncheckedKey, form: SourceFormat) -> Self {
        Self {
            form,
            provenance: KeyProvenance::Unknown,
            notes: Vec::new(),
            keys: vec![(None, key)],
            pkcs8: None,
            certified: None,
        }
    }
}
