//! Key material in the clear, where something public belongs: neither a request nor a report may
//! spread such a mistake.

use std::fmt;

use byok_core::blob::Blob;
use byok_core::inspect::{Kind, inspect};
use byok_core::secret::SecretBytes;

/// Key material stands where something public belongs.
#[derive(Debug)]
pub(crate) struct MistakenKey(&'static str);

impl fmt::Display for MistakenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key material in the clear, where {} belongs", self.0)
    }
}

impl std::error::Error for MistakenKey {}

/// Makes sure that `blob`, which goes to AWS KMS as it is, is no key material in the clear.
///
/// # Errors
///
/// [`MistakenKey`], if it can be read as a private key, or is as long as a raw one.
pub(crate) fn refuse_key(what: &'static str, blob: &Blob) -> Result<(), MistakenKey> {
    if reads_as_key(blob.as_bytes()) { Err(MistakenKey(what)) } else { Ok(()) }
}

/// Whether `bytes` can be read as a private key, good or not, or are as long as a raw one.
pub(crate) fn reads_as_key(bytes: &[u8]) -> bool {
    matches!(kind(bytes), Kind::KeyMaterial | Kind::UnusableKeyMaterial | Kind::RawBytes)
}

/// Whether an import token is built like one, and so can be no key.
pub(crate) fn is_token(blob: &Blob) -> bool {
    kind(blob.as_bytes()) == Kind::ImportToken
}

/// Whether wrapped key material looks like it, and so can be no key in the clear.
pub(crate) fn is_wrapped(blob: &Blob) -> bool {
    kind(blob.as_bytes()) == Kind::EncryptedKeyMaterial
}

fn kind(bytes: &[u8]) -> Kind {
    inspect(&SecretBytes::copy_of(bytes)).kind()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PKCS8: &[u8] = include_bytes!("../tests/golden/fixtures/TEST-p256.pk8");
    const PEM: &[u8] = include_bytes!("../tests/golden/fixtures/TEST-p256-encrypted.pem");
    const TOKEN: &[u8] = include_bytes!("../tests/golden/fixtures/ImportToken.bin");
    const WRAPPED: &[u8] = include_bytes!("../tests/golden/fixtures/wrapped-symmetric.bin");

    #[test]
    fn a_key_goes_nowhere_as_it_is() {
        let refuse = |bytes: &[u8]| refuse_key("the import token", &Blob::new(bytes.to_vec()));
        assert!(refuse(TOKEN).is_ok() && refuse(WRAPPED).is_ok());
        for key in [PKCS8, PEM, &[1; 32]] {
            let error = refuse(key).expect_err("a key");
            assert_eq!(error.to_string(), "key material in the clear, where the import token belongs");
        }
    }

    #[test]
    fn only_what_looks_right_is_no_secret_for_sure() {
        let blob = |bytes: &[u8]| Blob::new(bytes.to_vec());
        assert!(is_token(&blob(TOKEN)) && is_wrapped(&blob(WRAPPED)));
        for other in [PKCS8, PEM, &[1; 32], &[7; 256], b"{}", &PKCS8[1..]] {
            assert!(!is_token(&blob(other)) && !is_wrapped(&blob(other)), "{other:?}");
        }
    }
}
