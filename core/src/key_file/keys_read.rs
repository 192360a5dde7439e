//! The result of reading a key file.

use super::{
    alias::{self, Alias},
    error::ReadError,
    format_note::FormatNote,
    source_format::SourceFormat,
    test_key_line,
    text_layer::KeyPlace,
    unchecked_key::UncheckedKey,
};
use crate::{blob::Blob, key_spec::KeySpec, secret::SecretBytes};

/// The unchecked keys of a file.
#[derive(Debug)]
pub struct KeysRead {
    /// The form of the file.
    pub form: SourceFormat,
    /// The origin of the keys according to the file.
    pub provenance: KeyProvenance,
    /// The properties that the reader ignored or corrected.
    pub notes: Vec<FormatNote>,
    /// The selected key, with its name if the form has names.
    pub keys: Vec<(Option<Alias>, UncheckedKey)>,
    /// The key spec of a secret key, if the file names its algorithm.
    pub key_spec: Option<KeySpec>,
    /// The PKCS#8 in DER of the key, if the file has it. If it differs from the canonical form,
    /// there is a [`FormatNote::NotCanonical`].
    pub pkcs8: Option<SecretBytes>,
    /// The public key of the first certificate in the file: an SPKI in DER.
    pub certified: Option<Blob>,
}

/// The origin of keys according to their file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProvenance {
    /// The file does not name it.
    Unknown,
    /// A seed: the file contains [`TEST_KEY_LINE`](super::TEST_KEY_LINE).
    TestSeed,
}

impl KeyProvenance {
    /// Returns the origin that `file` names.
    pub(super) fn of(file: &[u8]) -> Self {
        if test_key_line::is_in(file) {
            Self::TestSeed
        } else {
            Self::Unknown
        }
    }
}

impl KeysRead {
    /// Removes and returns the key, if there is exactly one.
    ///
    /// # Errors
    ///
    /// [`ReadError::AliasNeeded`] with the names of the keys, if there is not exactly one.
    pub(crate) fn take_one(&mut self) -> Result<UncheckedKey, ReadError> {
        let given: Vec<_> = self.keys.iter().map(|(alias, _)| alias.clone()).collect();
        match self.keys.pop() {
            Some((_, key)) if given.len() == 1 => Ok(key),
            Some(_) | None => Err(ReadError::AliasNeeded(alias::names(&given))),
        }
    }

    /// Adds the note on the layers of text in `file` that were undone to reach the key.
    pub(super) fn carried(mut self, place: KeyPlace, file: &SecretBytes) -> Self {
        if KeyProvenance::of(file.expose()) == KeyProvenance::TestSeed {
            self.provenance = KeyProvenance::TestSeed;
        }
        self.notes.insert(0, FormatNote::Carried(place));
        self
    }

    /// Returns the result for one key without a name.
    pub(super) fn one(key: UncheckedKey, form: SourceFormat) -> Self {
        Self {
            form,
            provenance: KeyProvenance::Unknown,
            notes: Vec::new(),
            keys: vec![(None, key)],
            key_spec: None,
            pkcs8: None,
            certified: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::test_files::{numbers_of, test_file};

    #[test]
    fn only_a_single_key_is_taken() {
        let alias = |name: &str| Some(Alias(name.to_owned()));
        let keys = |names: &[&str]| {
            let key = || numbers_of(test_file!("p256.der"));
            let form = SourceFormat::of(test_file!("p256.der"));
            KeysRead {
                keys: names.iter().map(|name| (alias(name), key())).collect(),
                ..KeysRead::one(key(), form)
            }
        };
        assert!(keys(&["a"]).take_one().is_ok());
        for names in [&[][..], &["a", "b"]] {
            let known = names.iter().filter_map(|name| alias(name)).collect();
            assert_eq!(
                keys(names).take_one().expect_err("not one"),
                ReadError::AliasNeeded(known)
            );
        }
    }
}
