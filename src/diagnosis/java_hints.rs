//! Hints for Java key stores.

use byok_core::key_file::{EncryptionError, OtherStoreType};

use super::material_origin::MaterialOrigin;
use super::passphrase_hint::passphrase;

/// Returns the hints for a key of JKS or JCEKS that was not decrypted.
pub(super) fn of_encryption(error: &EncryptionError, origin: &MaterialOrigin) -> Vec<String> {
    let hint = match error {
        EncryptionError::Passphrase | EncryptionError::Mac => {
            let key = "byok needs the passphrase of the key: in JKS and JCEKS it can differ from \
                       that of the key store";
            return vec![passphrase(origin), key.to_owned()];
        }
        EncryptionError::OtherPassphrase => {
            "use the passphrase of the key, which keytool calls -keypass; byok does not need that \
             of the key store"
                .to_owned()
        }
        EncryptionError::Scheme(_) => converted("", origin),
        EncryptionError::Rounds { .. } => {
            "Java refuses so many rounds, too: use another copy of the file".to_owned()
        }
        EncryptionError::Memory { .. }
        | EncryptionError::PassphraseNeeded
        | EncryptionError::Malformed => return Vec::new(),
    };
    vec![hint]
}

/// Returns the hint for a key store that byok does not read.
pub(super) fn of_other_store(store_type: OtherStoreType, origin: &MaterialOrigin) -> String {
    match store_type {
        OtherStoreType::Bks | OtherStoreType::Uber | OtherStoreType::Bcfks => {
            let options = format!(
                "-srcstoretype {} -providerclass \
                 org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar ",
                store_type.as_str()
            );
            converted(&options, origin)
        }
        OtherStoreType::Dks => {
            "use one of the key stores that it names after keystoreURI".to_owned()
        }
    }
}

/// Returns the command that copies the keys, with `options`, to a key store in PKCS#12.
fn converted(options: &str, origin: &MaterialOrigin) -> String {
    format!(
        "to convert the key store to PKCS#12, run: keytool -importkeystore -srckeystore {} \
         {options}-destkeystore new.p12 -deststoretype PKCS12",
        origin.file()
    )
}
