//! The structure of a Java key store: its entries, and the digest at its end.

use super::{
    damage,
    input::{Input, decode},
    integrity::{self, DIGEST_LEN},
    java_passphrase::JavaPassphrase,
    serialization::Object,
};
use crate::key_file::{alias::Alias, error::ReadError, form::JavaStoreType};

/// The limit of entries. The trust store of a Java runtime has about 150.
pub(super) const MAX_ENTRIES: u32 = 1024;
/// The limit of the length of an alias, in bytes.
pub(super) const MAX_ALIAS_LEN: usize = 1024;

const PRIVATE_KEY: u32 = 1;
const CERTIFICATE: u32 = 2;
const SECRET_KEY: u32 = 3;

/// A key store with encrypted keys.
#[derive(Debug)]
pub(super) struct Store<'a> {
    /// The keys, in their order.
    pub(super) keys: Vec<StoredKey<'a>>,
    contents: &'a [u8],
    digest: &'a [u8; DIGEST_LEN],
}

/// An entry of a key store.
enum Entry<'a> {
    Key(StoredKey<'a>),
    Certificate,
}

/// An entry with an encrypted key.
#[derive(Debug)]
pub(super) struct StoredKey<'a> {
    pub(super) alias: Alias,
    pub(super) contents: KeyContents<'a>,
}

/// What a key store holds of a key.
#[derive(Debug)]
pub(super) enum KeyContents<'a> {
    /// A private key, with its certificates in DER; the first is that of the key.
    Private {
        /// `EncryptedPrivateKeyInfo` in DER.
        key: &'a [u8],
        certificates: Vec<&'a [u8]>,
    },
    /// A secret key in a `SealedObject`.
    Secret(Object<'a>),
}

impl<'a> Store<'a> {
    /// Reads the entries of a file, without decryption.
    ///
    /// # Errors
    ///
    /// [`ReadError`]: `DamagedStore` or `TooManyEntries`; the limits are checked before what they limit is read.
    ///
    /// # Source
    ///
    /// OpenJDK 17, `sun.security.provider.JavaKeyStore.engineLoad` (JKS) and
    /// `com.sun.crypto.provider.JceKeyStore.engineLoad` (JCEKS).
    pub(super) fn parse(file: &'a [u8], store_type: JavaStoreType) -> Result<Self, ReadError> {
        let damaged = |part| damage::in_part(store_type, part);
        let (contents, digest) = file.split_last_chunk().ok_or(damaged("its end"))?;
        let mut input = Input::new(contents);
        let _magic = input.u32();
        let names_types = match input.u32() {
            Some(1) => false,
            Some(2) => true,
            Some(_) | None => return Err(damaged("its version")),
        };
        let count = input.u32().ok_or(damaged("its number of entries"))?;
        if count > MAX_ENTRIES {
            let max = MAX_ENTRIES as usize;
            return Err(ReadError::TooManyEntries { max });
        }
        let mut keys = Vec::new();
        for _ in 0..count {
            let entry = entry(&mut input, store_type, names_types);
            match entry.ok_or(damaged("an entry"))? {
                Entry::Key(key) => keys.push(key),
                Entry::Certificate => {}
            }
        }
        if !input.rest().is_empty() {
            return Err(damaged("its end"));
        }
        Ok(Self {
            keys,
            contents,
            digest,
        })
    }

    /// Returns the names of the keys.
    pub(super) fn aliases(&self) -> Vec<Option<Alias>> {
        let alias = |key: &StoredKey<'_>| Some(key.alias.clone());
        self.keys.iter().map(alias).collect()
    }

    /// Returns whether the digest at the end is that of the contents with this passphrase.
    pub(super) fn is_intact(&self, passphrase: &JavaPassphrase<'_>) -> bool {
        integrity::is_right(self.contents, self.digest, passphrase)
    }
}

/// Reads an entry. Returns `None` for a damaged one.
fn entry<'a>(
    input: &mut Input<'a>,
    store_type: JavaStoreType,
    names_types: bool,
) -> Option<Entry<'a>> {
    let kind = input.u32()?;
    let alias = input.text().filter(|alias| alias.len() <= MAX_ALIAS_LEN)?;
    let alias = Alias(decode(alias)?);
    let _time = input.take(8)?;
    let contents = match (kind, store_type) {
        (CERTIFICATE, _) => {
            certificate(input, names_types)?;
            return Some(Entry::Certificate);
        }
        (PRIVATE_KEY, _) => private_key(input, names_types)?,
        (SECRET_KEY, JavaStoreType::Jceks) => KeyContents::Secret(Object::read(input)?),
        _ => return None,
    };
    Some(Entry::Key(StoredKey { alias, contents }))
}

fn private_key<'a>(input: &mut Input<'a>, names_types: bool) -> Option<KeyContents<'a>> {
    let key = input.bytes()?;
    let count = input.u32()?;
    let mut certificates = Vec::new();
    // Each has a length of four bytes, so this ends with the file.
    for _ in 0..count {
        certificates.push(certificate(input, names_types)?);
    }
    Some(KeyContents::Private { key, certificates })
}

/// Reads a certificate. Version 1 stores do not name its type.
fn certificate<'a>(input: &mut Input<'a>, names_types: bool) -> Option<&'a [u8]> {
    if names_types {
        let _type = input.text()?;
    }
    input.bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];

    fn text(text: &str) -> Vec<u8> {
        let len = u16::try_from(text.len()).expect("short");
        [&len.to_be_bytes(), text.as_bytes()].concat()
    }

    fn bytes(bytes: &[u8]) -> Vec<u8> {
        let len = u32::try_from(bytes.len()).expect("short");
        [&len.to_be_bytes(), bytes].concat()
    }

    fn store(version: u32, count: u32, entries: &[u8]) -> Vec<u8> {
        let head = [version, count].map(u32::to_be_bytes).concat();
        [&MAGIC[..], &head, entries, &[9; DIGEST_LEN]].concat()
    }

    fn certificate(version: u32) -> Vec<u8> {
        let type_name = if version == 1 {
            Vec::new()
        } else {
            text("X.509")
        };
        [type_name, bytes(b"certificate")].concat()
    }

    fn private_key(version: u32, alias: &str) -> Vec<u8> {
        let head = [&[0, 0, 0, 1][..], &text(alias), &[0; 8], &bytes(b"key")].concat();
        [&head[..], &[0, 0, 0, 2], &certificate(version).repeat(2)].concat()
    }

    fn trusted(version: u32) -> Vec<u8> {
        [
            &[0, 0, 0, 2][..],
            &text("ca"),
            &[0; 8],
            &certificate(version),
        ]
        .concat()
    }

    fn damaged(part: &'static str) -> ReadError {
        damage::in_part(JavaStoreType::Jks, part)
    }

    fn error(file: &[u8]) -> ReadError {
        Store::parse(file, JavaStoreType::Jks).expect_err("refused")
    }

    #[test]
    fn both_versions_are_read() {
        for version in [1, 2] {
            let entries = [trusted(version), private_key(version, "schl\u{fc}ssel")].concat();
            let file = store(version, 2, &entries);
            let store = Store::parse(&file, JavaStoreType::Jks).expect("a store");
            let [key] = store.keys.as_slice() else {
                panic!("one key");
            };
            assert_eq!(key.alias.0, "schl\u{fc}ssel");
            let KeyContents::Private { key, certificates } = &key.contents else {
                panic!("a private key");
            };
            assert_eq!((*key, certificates.len()), (&b"key"[..], 2));
        }
    }

    #[test]
    fn other_versions_and_too_many_entries_are_refused() {
        for version in [0, 3, u32::MAX] {
            assert_eq!(error(&store(version, 0, &[])), damaged("its version"));
        }
        for count in [MAX_ENTRIES + 1, u32::MAX] {
            let max = MAX_ENTRIES as usize;
            assert_eq!(
                error(&store(2, count, &[])),
                ReadError::TooManyEntries { max }
            );
        }
        let full = store(2, MAX_ENTRIES, &trusted(2).repeat(MAX_ENTRIES as usize));
        let full = Store::parse(&full, JavaStoreType::Jks).expect("a store");
        assert!(full.keys.is_empty());
        let alias = |len| store(2, 1, &private_key(2, &"a".repeat(len)));
        let at_limit = alias(MAX_ALIAS_LEN);
        assert!(Store::parse(&at_limit, JavaStoreType::Jks).is_ok());
        assert_eq!(error(&alias(MAX_ALIAS_LEN + 1)), damaged("an entry"));
    }

    #[test]
    fn a_truncated_store_is_damaged() {
        let file = store(2, 2, &[trusted(2), private_key(2, "a")].concat());
        for len in 0..file.len() {
            let error = error(&file[..len]);
            assert!(
                matches!(error, ReadError::DamagedStore { .. }),
                "{len}: {error}"
            );
        }
        let longer = [file, vec![0]].concat();
        assert_eq!(error(&longer), damaged("its end"));
    }

    /// Each byte that can belong to a number at its maximum: nothing is read beyond the end.
    #[test]
    fn no_length_reaches_beyond_the_end() {
        let file = store(2, 1, &private_key(2, "a"));
        let lengths: Vec<usize> = [
            // The alias, the key, the number of certificates, the type and the certificate.
            [16, 17].as_slice(),
            &[27, 28, 29, 30],
            &[34, 35, 36, 37],
            &[38, 39],
            &[45, 46, 47, 48],
        ]
        .concat();
        for at in lengths {
            let mut changed = file.clone();
            changed[at] = 0xff;
            assert_eq!(error(&changed), damaged("an entry"), "{at}");
        }
    }

    #[test]
    fn other_entries_and_text_are_damaged() {
        for kind in [0, 3, 4, u32::MAX] {
            let mut file = store(2, 1, &private_key(2, "a"));
            file[12..16].copy_from_slice(&kind.to_be_bytes());
            assert_eq!(error(&file), damaged("an entry"), "{kind}");
        }
        let mut file = store(2, 1, &private_key(2, "a"));
        file[18] = 0xff;
        assert_eq!(error(&file), damaged("an entry"));
    }
}
