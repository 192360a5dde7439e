//! The key of a bag.

use ::pkcs8::PrivateKeyInfoRef;
use der::Decode as _;

use super::{
    bag::{Bag, BagContents},
    damage::damaged,
    symmetric::secret_key,
};
use crate::{
    key_file::{
        element::TailedElement,
        encrypted_pkcs8::EncryptedKey,
        error::ReadError,
        form::Form,
        format_note::FormatNote,
        keys_read::KeysRead,
        password::Password,
        pkcs8, scheme_name,
        source_format::{Encoding, SourceFormat},
    },
    secret::SecretBytes,
};

/// A key of which only the encryption was read.
#[derive(Debug)]
pub(super) enum Key<'a> {
    /// Not encrypted.
    Plain(&'a SecretBytes),
    /// Encrypted under a password.
    Shrouded(EncryptedKey),
}

impl<'a> Key<'a> {
    /// Reads the encryption of the key in a bag.
    pub(super) fn of(bag: &'a Bag) -> Result<Self, ReadError> {
        match &bag.contents {
            BagContents::Key(info) => Ok(Self::Plain(info)),
            BagContents::ShroudedKey(der) => EncryptedKey::of(der.as_bytes())
                .map(Self::Shrouded)
                .map_err(|error| ReadError::encryption(Form::Pkcs12, error)),
            BagContents::OtherSecret(_) | BagContents::Certificate(_) | BagContents::Other => {
                Err(ReadError::NoKey(Form::Pkcs12))
            }
        }
    }

    /// Returns the iterations of its key derivation.
    pub(super) fn rounds(&self) -> u64 {
        match self {
            Self::Plain(_) => 0,
            Self::Shrouded(key) => key.scheme.rounds(),
        }
    }

    /// Opens the key. The form of the result is that of PKCS#8.
    pub(super) fn open(&self, password: &Password) -> Result<KeysRead, ReadError> {
        match self {
            Self::Plain(info) => of_info(info.expose()),
            Self::Shrouded(key) => {
                let opened = key
                    .open(password)
                    .map_err(|error| ReadError::encryption(Form::Pkcs12, error))?;
                let mut keys = of_info(opened.expose())?;
                let weak = key.scheme.weak_name();
                keys.notes.extend(weak.map(FormatNote::WeakEncryption));
                Ok(keys)
            }
        }
    }
}

/// Reads a `PrivateKeyInfo`, which can hold a secret key.
fn of_info(info: &[u8]) -> Result<KeysRead, ReadError> {
    if let Some((octets, key_spec)) = secret_key(info) {
        let form = SourceFormat::plain(Form::Pkcs8, Encoding::Der);
        return Ok(KeysRead {
            key_spec,
            ..KeysRead::one(octets, form)
        });
    }
    let element = TailedElement::of(info).ok_or_else(|| damaged("a key"))?;
    pkcs8::read(element).map_err(|error| match error {
        ReadError::Malformed => damaged("a key"),
        // A secret key is not one element.
        ReadError::Algorithm(_) => named(info).unwrap_or(error),
        error => error,
    })
}

/// Returns the error with the name of an algorithm of secret keys.
fn named(info: &[u8]) -> Option<ReadError> {
    let info = PrivateKeyInfoRef::from_der(info).ok()?;
    let is_structured = TailedElement::of(info.private_key.as_bytes()).is_some();
    let name = scheme_name::name(info.algorithm.oid);
    (!is_structured).then_some(ReadError::SecretKeyAlgorithm(name))
}
