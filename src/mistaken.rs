//! Key material in the clear, where something public belongs: neither a request nor a report may
//! spread such a mistake.

use std::fmt;

use byok_core::blob::Blob;
use byok_core::import_request::ImportRequest;
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

/// Makes sure that `request` takes nothing to AWS KMS that is key material in the clear.
///
/// # Errors
///
/// [`MistakenKey`], if a blob of it can be read as a private key, or is as long as a raw one.
pub(crate) fn check_request(request: &ImportRequest) -> Result<(), MistakenKey> {
    for (what, blob) in [
        ("the import token", &request.import_token),
        ("wrapped key material", &request.encrypted_key_material),
    ] {
        if blob.as_ref().is_some_and(|blob| reads_as_key(blob.as_bytes())) {
            return Err(MistakenKey(what));
        }
    }
    Ok(())
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

    fn request(token: &[u8], wrapped: &[u8]) -> ImportRequest {
        ImportRequest {
            import_token: Some(Blob::new(token.to_vec())),
            encrypted_key_material: Some(Blob::new(wrapped.to_vec())),
            ..ImportRequest::default()
        }
    }

    #[test]
    fn a_request_takes_no_key_along() {
        assert!(check_request(&request(TOKEN, WRAPPED)).is_ok());
        for key in [PKCS8, PEM, &[1; 32]] {
            let error = check_request(&request(key, WRAPPED)).expect_err("a key for the token");
            assert_eq!(error.to_string(), "key material in the clear, where the import token belongs");
            check_request(&request(TOKEN, key)).expect_err("a key for the blob");
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
