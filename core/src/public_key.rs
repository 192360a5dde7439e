//! `public_key`: the public key in a file, or that of key material.

use crate::{
    import_parameters::{ConsoleDownload, ImportParameters, ImportParametersError},
    json::Object,
    key_material::KeyMaterial,
    key_spec::KeySpec,
    public_key_file::{self, NoPublicKey, PublicKey, PublicKeyFile, PublicKeyForm},
    words::words,
};

words! {
    /// The result of the comparison of two public keys.
    pub enum KeyComparison {
        /// The same key.
        Same = "same",
        /// Different keys.
        Different = "different",
    }
}

/// A public key in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// The wrapping key of import parameters.
    WrappingKey(PublicKey, Box<ImportParameters>),
    /// A public key by itself.
    Itself(PublicKey, PublicKeyForm),
}

/// The reasons why there is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// The import parameters are invalid.
    #[error("{0}")]
    ImportParameters(ImportParametersError),
    /// The key is not a key pair.
    #[error("{0} key material has no public key")]
    Symmetric(KeySpec),
    /// The file holds neither a public key nor a key pair.
    #[error("{len} bytes without a public key or a private key")]
    Nothing {
        /// The length of the file in bytes.
        len: usize,
    },
}

impl Published {
    /// Returns the public key.
    pub fn public_key(&self) -> &PublicKey {
        let (Self::WrappingKey(public_key, _) | Self::Itself(public_key, _)) = self;
        public_key
    }
}

/// Finds the public key in `file`: the wrapping key of import parameters in any form, an SPKI, a
/// certificate, or the answer of `get-public-key`. Returns `None` for other files, such as key
/// material.
///
/// # Errors
///
/// [`PublicKeyError::ImportParameters`] for an incomplete document with an import token.
pub fn public_key(file: &[u8]) -> Result<Option<Published>, PublicKeyError> {
    if ConsoleDownload::is_meant(file) {
        let download = ConsoleDownload::from_zip(file).map_err(PublicKeyError::ImportParameters)?;
        let wrapping_key = PublicKey::from(&download.public_key);
        return Ok(Some(Published::Itself(wrapping_key, PublicKeyForm::Spki)));
    }
    let has_token =
        || Object::read(file).is_ok_and(|document| document.member("ImportToken").is_some());
    if !ImportParameters::is_other_document(file) && !has_token() {
        let found = public_key_file::read(file).ok();
        return Ok(
            found.map(|PublicKeyFile { public_key, form }| Published::Itself(public_key, form))
        );
    }
    let parameters =
        ImportParameters::from_document(file).map_err(PublicKeyError::ImportParameters)?;
    let wrapping_key = PublicKey::from(&parameters.public_key);
    Ok(Some(Published::WrappingKey(
        wrapping_key,
        Box::new(parameters),
    )))
}

/// Returns the public key that `GetPublicKey` returns after the import of `material`.
///
/// # Errors
///
/// [`PublicKeyError::Symmetric`] for keys without one.
pub fn of_material(material: &KeyMaterial) -> Result<PublicKey, PublicKeyError> {
    let none = || PublicKeyError::Symmetric(material.key_spec());
    let spki = material.public_key().ok_or_else(none)?;
    PublicKey::from_spki_der(spki.as_bytes()).map_err(|NoPublicKey| none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compatibility::Rules, test_rng};

    fn spki(key_spec: KeySpec) -> Vec<u8> {
        let material =
            KeyMaterial::generate(key_spec, Rules::Standard, &mut test_rng(1)).expect("a key");
        of_material(&material)
            .expect("a key pair")
            .spki()
            .as_bytes()
            .to_vec()
    }

    #[test]
    fn what_stands_in_a_file_is_found_and_key_material_is_not() {
        let p256 = spki(KeySpec::EccNistP256);
        let found = public_key(&p256)
            .expect("no parameters")
            .expect("a public key");
        assert_eq!(found.public_key().spki().as_bytes(), p256);
        assert_eq!(found.public_key().key_spec(), Some(KeySpec::EccNistP256));
        let material =
            KeyMaterial::generate(KeySpec::EccNistP256, Rules::Standard, &mut test_rng(1));
        let material = material.expect("a key");
        assert_eq!(public_key(material.bytes().expose()), Ok(None));
        assert_eq!(public_key(b""), Ok(None));
    }

    #[test]
    fn parameters_must_be_whole() {
        let error =
            public_key(br#"{"ImportToken": "AAAA", "PublicKey": "AAAA"}"#).expect_err("not whole");
        assert_eq!(error.to_string(), "member KeyId is missing");
    }

    #[test]
    fn raw_keys_have_no_public_key() {
        for key_spec in [KeySpec::SymmetricDefault, KeySpec::Hmac384] {
            let material = KeyMaterial::generate(key_spec, Rules::Standard, &mut test_rng(1));
            let error = of_material(&material.expect("a key"));
            assert_eq!(error, Err(PublicKeyError::Symmetric(key_spec)));
        }
    }
}
