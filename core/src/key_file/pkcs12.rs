//! PKCS#12 files: one of the private or secret keys in them.
//!
//! The MAC is checked before anything is decrypted. RC2 and RC4, which older programs use for
//! certificates, stay unread: a safe under them is left closed if the keys are elsewhere.

mod attributes;
mod bag;
mod damage;
mod key;
mod mac;
mod pfx;
mod safe;
mod store;
mod symmetric;
#[cfg(test)]
mod tests;

use super::{
    alias::{Alias, names},
    element::TailedElement,
    encryption::EncryptionError,
    error::ReadError,
    form::Form,
    format_note::FormatNote,
    keys_read::KeysRead,
    password::Password,
    source_format::SourceFormat,
};
use crate::secret::SecretBytes;
use store::{Opened, Store};

/// The iterations of key derivation with which byok tries the empty passphrase on its own.
const MAX_UNASKED_ROUNDS: u64 = 2_000_000;

/// Reads the key that `alias` names, or the only key.
///
/// Without a passphrase, the empty one is tried: programs write it, and no prompt returns it.
///
/// # Source
///
/// RFC 7292; RFC 9579 (PBMAC1).
pub(super) fn read(
    file: &TailedElement,
    passphrase: Option<&SecretBytes>,
    alias: Option<&str>,
) -> Result<KeysRead, ReadError> {
    let store = Store::of(file.der())?;
    store.check(alias)?;
    let Opened {
        mut keys,
        is_encrypted,
    } = match passphrase {
        Some(passphrase) => store.open(&Password::of(passphrase), alias)?,
        None => open_without_passphrase(&store, alias)?,
    };
    keys.form = SourceFormat {
        is_encrypted,
        ..SourceFormat::plain(Form::Pkcs12, file.encoding)
    };
    keys.notes.extend(file.zeros());
    Ok(keys)
}

fn open_without_passphrase(store: &Store, alias: Option<&str>) -> Result<Opened, ReadError> {
    let is_protected = store.is_protected();
    if store.rounds() > MAX_UNASKED_ROUNDS {
        return Err(ReadError::PassphraseNeeded);
    }
    match store.open(&Password::empty(), alias) {
        Ok(mut opened) => {
            let note = (is_protected || opened.is_encrypted).then_some(FormatNote::EmptyPassphrase);
            opened.keys.notes.extend(note);
            Ok(opened)
        }
        Err(ReadError::Encryption {
            error:
                EncryptionError::Mac | EncryptionError::Passphrase | EncryptionError::OtherPassphrase,
            ..
        }) => Err(ReadError::PassphraseNeeded),
        Err(error) => Err(error),
    }
}

/// Returns the names of the keys that are readable without a passphrase, if there are several or the
/// only one has a name.
pub(super) fn aliases(file: &TailedElement) -> Vec<Alias> {
    let given = Store::of(file.der()).map(|store| store.readable_names());
    match given.as_deref() {
        Err(_) | Ok([None]) => Vec::new(),
        Ok(given) => names(given),
    }
}
