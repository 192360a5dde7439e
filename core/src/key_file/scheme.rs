//! The encryption schemes of private keys: PBES2, and those of PKCS#12.

use der::{
    Sequence,
    asn1::{ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;

use super::{
    cipher::CbcCipher,
    encryption::EncryptionError,
    hash::Hash,
    password::Password,
    pbes2::{Pbes2, checked_rounds, parameters},
    pkcs12_kdf::{Purpose, derive},
    scheme_name::unsupported,
};
use crate::{blob::Blob, secret::SecretBytes};

/// An encryption scheme with its parameters, within the limits.
#[derive(Debug)]
pub(super) enum Scheme {
    Pbes2(Pbes2),
    Pkcs12(Pkcs12Pbe),
}

/// Triple DES under a key from SHA-1: the schemes of PKCS#12 that are read.
///
/// # Source
///
/// RFC 7292, C.
#[derive(Debug)]
pub(super) struct Pkcs12Pbe {
    cipher: CbcCipher,
    salt: Blob,
    rounds: u32,
}

/// RFC 7292, C.
#[derive(Sequence)]
struct Pkcs12PbeParams<'a> {
    salt: &'a OctetStringRef,
    iterations: u64,
}

impl Scheme {
    /// Reads an algorithm and its parameters.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`]; the limits are checked before any computation.
    pub(super) fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, EncryptionError> {
        let cipher = match algorithm.oid {
            PBES2 => return Pbes2::of(algorithm).map(Self::Pbes2),
            SHA1_AND_3_KEYS => CbcCipher::TripleDes,
            SHA1_AND_2_KEYS => CbcCipher::TwoKeyTripleDes,
            other => return Err(unsupported(other)),
        };
        let params: Pkcs12PbeParams<'_> = parameters(algorithm)?;
        Ok(Self::Pkcs12(Pkcs12Pbe {
            cipher,
            salt: Blob::new(params.salt.as_bytes().to_vec()),
            rounds: checked_rounds(params.iterations)?,
        }))
    }

    /// Returns the name of the scheme if its encryption is weak.
    pub(super) const fn weak_name(&self) -> Option<&'static str> {
        let cipher = match self {
            Self::Pbes2(params) => params.cipher,
            Self::Pkcs12(params) => params.cipher,
        };
        match (cipher, self) {
            (CbcCipher::TripleDes, Self::Pbes2(_)) => Some("PBES2 with des-ede3-cbc"),
            (CbcCipher::TripleDes, Self::Pkcs12(_)) => Some("pbeWithSHAAnd3-KeyTripleDES-CBC"),
            (CbcCipher::TwoKeyTripleDes, _) => Some("pbeWithSHAAnd2-KeyTripleDES-CBC"),
            (CbcCipher::Aes128 | CbcCipher::Aes192 | CbcCipher::Aes256, _) => None,
        }
    }

    /// Returns the iterations of key derivation.
    pub(super) fn rounds(&self) -> u64 {
        match self {
            Self::Pbes2(params) => params.rounds(),
            Self::Pkcs12(params) => params.rounds.into(),
        }
    }

    /// Checks the length of a ciphertext, which needs no passphrase.
    pub(super) fn check_len(&self, ciphertext: &[u8]) -> Result<(), EncryptionError> {
        match self {
            Self::Pbes2(params) => params.cipher.check_len(ciphertext),
            Self::Pkcs12(params) => params.cipher.check_len(ciphertext),
        }
    }

    /// Decrypts with the first encoding of the password whose plaintext `is_plausible`.
    ///
    /// CBC does not authenticate: a wrong password and a damaged ciphertext look the same.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::Passphrase`] if there is none.
    pub(super) fn decrypt(
        &self,
        ciphertext: &[u8],
        password: &Password,
        is_plausible: fn(&[u8]) -> bool,
    ) -> Result<SecretBytes, EncryptionError> {
        let encodings = match self {
            Self::Pbes2(_) => password.octets(),
            Self::Pkcs12(_) => password.utf16(),
        };
        for encoding in encodings {
            let opened = match self {
                Self::Pbes2(params) => params.decrypt(ciphertext, encoding),
                Self::Pkcs12(params) => params.decrypt(ciphertext, encoding),
            };
            match opened {
                Ok(plaintext) if is_plausible(plaintext.expose()) => return Ok(plaintext),
                Ok(_) | Err(EncryptionError::Passphrase) => {}
                Err(error) => return Err(error),
            }
        }
        Err(EncryptionError::Passphrase)
    }
}

impl Pkcs12Pbe {
    fn decrypt(
        &self,
        ciphertext: &[u8],
        password: &SecretBytes,
    ) -> Result<SecretBytes, EncryptionError> {
        let derive = |purpose, len| {
            let (password, salt) = (password.expose(), self.salt.as_bytes());
            derive(Hash::Sha1, purpose, password, salt, self.rounds, len)
        };
        let key = derive(Purpose::EncryptionKey, self.cipher.key_len());
        let iv = derive(Purpose::InitializationVector, self.cipher.block_len());
        self.cipher.decrypt(&key, &iv, ciphertext)
    }
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

pub(super) const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
const SHA1_AND_3_KEYS: ObjectIdentifier = oid("1.2.840.113549.1.12.1.3");
const SHA1_AND_2_KEYS: ObjectIdentifier = oid("1.2.840.113549.1.12.1.4");
