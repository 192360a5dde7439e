//! Java key stores: JKS and JCEKS.

mod damage;
mod input;
mod integrity;
mod java_passphrase;
mod pbe;
mod protected_key;
mod secret_key;
mod serialization;
mod store;
mod sun_protector;
#[cfg(test)]
mod tests;
mod word;

use super::{
    alias::{self, Alias},
    certificate,
    element::TailedElement,
    encryption::EncryptionError,
    error::ReadError,
    form::{Form, JavaStoreType},
    format_note::FormatNote,
    keys_read::KeysRead,
    pkcs8, selection,
    source_format::{Encoding, SourceFormat},
    unchecked_key::UncheckedKey,
};
use crate::secret::SecretBytes;
use java_passphrase::JavaPassphrase;
use protected_key::ProtectedKey;
use secret_key::SecretKey;
use store::{KeyContents, Store, StoredKey};

/// Recognises a file by its first bytes: the magic number, and a version of one byte in four.
///
/// # Source
///
/// OpenJDK 17, `sun.security.provider.JavaKeyStore` and `com.sun.crypto.provider.JceKeyStore`.
pub(super) fn store_type(file: &[u8]) -> Option<JavaStoreType> {
    match file {
        [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, ..] => Some(JavaStoreType::Jks),
        [0xce, 0xce, 0xce, 0xce, 0, 0, 0, ..] => Some(JavaStoreType::Jceks),
        _ => None,
    }
}

/// Returns the names of the keys, which are not encrypted.
pub(super) fn aliases(file: &[u8], store_type: JavaStoreType) -> Vec<Alias> {
    match Store::parse(file, store_type) {
        Ok(store) => alias::names(&store.aliases()),
        Err(_) => Vec::new(),
    }
}

/// Reads the key that `alias` names, or the only key. Decrypts no other.
///
/// The passphrase is that of the key. If it is not also that of the store, there is a note. Without a
/// passphrase, the empty one is tried if it is that of the store.
///
/// # Errors
///
/// [`ReadError`]; an error that no passphrase can avoid precedes `PassphraseNeeded`.
pub(super) fn read(
    file: &[u8],
    store_type: JavaStoreType,
    alias: Option<&str>,
    passphrase: Option<&SecretBytes>,
) -> Result<KeysRead, ReadError> {
    let not_opened = |error| ReadError::encryption(Form::JavaKeyStore(store_type), error);
    let store = Store::parse(file, store_type)?;
    if store.keys.is_empty() {
        return Err(ReadError::NoKey(Form::JavaKeyStore(store_type)));
    }
    let selected = selection::select(&store.aliases(), alias)?;
    let key = store.keys.get(selected).ok_or(ReadError::Malformed)?;
    let protected = key.protected().map_err(not_opened)?;
    let (empty, is_given) = (SecretBytes::new(Vec::new()), passphrase.is_some());
    let passphrase = JavaPassphrase::of(passphrase.unwrap_or(&empty));
    let is_intact = store.is_intact(&passphrase);
    if !is_given && !is_intact {
        return Err(ReadError::PassphraseNeeded);
    }
    let opened = protected.open(&passphrase).and_then(|plaintext| {
        if key.looks_like(plaintext.expose()) {
            Ok(plaintext)
        } else {
            Err(EncryptionError::Passphrase)
        }
    });
    let plaintext = opened.map_err(|error| match error {
        EncryptionError::Passphrase if !is_given => ReadError::PassphraseNeeded,
        EncryptionError::Passphrase if is_intact => not_opened(EncryptionError::OtherPassphrase),
        error => not_opened(error),
    })?;
    let mut keys = key.read(&plaintext, store_type)?;
    keys.form = SourceFormat {
        is_encrypted: true,
        ..SourceFormat::plain(Form::JavaKeyStore(store_type), Encoding::Raw)
    };
    keys.notes
        .push(FormatNote::WeakEncryption(protected.scheme()));
    keys.notes
        .extend((!is_given).then_some(FormatNote::EmptyPassphrase));
    keys.notes
        .extend((!is_intact).then_some(FormatNote::StoreDigest));
    Ok(keys)
}

impl StoredKey<'_> {
    fn protected(&self) -> Result<ProtectedKey<'_>, EncryptionError> {
        match &self.contents {
            KeyContents::Private { key, .. } => ProtectedKey::of_private_key(key),
            KeyContents::Secret(object) => ProtectedKey::of_sealed_object(object),
        }
    }

    /// Returns whether `plaintext` begins like a key of this kind, and so the passphrase is right.
    fn looks_like(&self, plaintext: &[u8]) -> bool {
        match &self.contents {
            KeyContents::Private { .. } => pkcs8::begins_like(plaintext),
            KeyContents::Secret(_) => secret_key::looks_like(plaintext),
        }
    }

    fn read(
        &self,
        plaintext: &SecretBytes,
        store_type: JavaStoreType,
    ) -> Result<KeysRead, ReadError> {
        let damaged = || damage::in_part(store_type, "a key");
        let mut keys = match &self.contents {
            KeyContents::Private { certificates, .. } => {
                let element = TailedElement::of(plaintext.expose());
                let element = element.ok_or_else(damaged)?;
                let mut keys = pkcs8::read(element).map_err(|error| match error {
                    ReadError::Malformed => damaged(),
                    error => error,
                })?;
                if let Some(first) = certificates.first() {
                    keys.certified = certificate::key_of(first).ok();
                    keys.notes
                        .push(FormatNote::Certificates(certificates.len()));
                }
                keys
            }
            KeyContents::Secret(_) => {
                let SecretKey { octets, key_spec } =
                    secret_key::read(plaintext.expose(), store_type)?;
                let form = SourceFormat::plain(Form::JavaKeyStore(store_type), Encoding::Raw);
                KeysRead {
                    key_spec,
                    ..KeysRead::one(UncheckedKey::Octets(octets), form)
                }
            }
        };
        for (alias, _) in &mut keys.keys {
            *alias = Some(Alias(self.alias.0.clone()));
        }
        Ok(keys)
    }
}
