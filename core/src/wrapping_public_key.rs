//! The public key that wraps key material, as `GetParametersForImport` returns it.

use std::sync::LazyLock;

use crypto_bigint::BoxedUint;
use der::{Decode as _, Encode as _, asn1::AnyRef};
use rsa::{pkcs1, pkcs8::EncodePublicKey as _, traits::PublicKeyParts as _};
use sha2::{Digest as _, Sha256};
use spki::SubjectPublicKeyInfoRef;

use crate::{
    blob::Blob,
    hex,
    key_file::Form,
    key_spec::Curve,
    pem,
    public_key_file::{PublicKey, PublicKeyAlgorithm},
    rsa_spki,
    secret::SecretBytes,
    text_encoding,
    trial_division::TrialDivision,
    wrapping_key_spec::WrappingKeySpec,
};

/// The length limit of the API's `PublicKey` member, in bytes.
pub const MAX_LEN: usize = 4096;

/// The smallest accepted public exponent.
const MIN_EXPONENT: u32 = 65_537;

/// The primes below 1000.
static SMALL_PRIMES: LazyLock<TrialDivision> =
    LazyLock::new(|| TrialDivision::by_primes_below(1000));

/// A wrapping public key: RSA of 2048, 3072 or 4096 bits, or SM2, complete and well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappingPublicKey {
    spki: Blob,
    spec: WrappingKeySpec,
    key: EncryptionKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum EncryptionKey {
    Rsa(rsa::PublicKey),
    Sm2(sm2::PublicKey),
}

/// The reasons why bytes are not a wrapping public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrappingPublicKeyError {
    /// A *private* key, where a public key is expected.
    #[error("expected the wrapping public key, found a private key")]
    PrivateKey,
    /// Base64 text that may be the key.
    #[error("base64 text that was not decoded")]
    Base64Text,
    /// Not a SubjectPublicKeyInfo in DER.
    #[error("not a public key (SPKI) in DER or PEM")]
    NotSpki,
    /// Bytes after the key.
    #[error("{count} bytes after the end of the public key")]
    TrailingBytes {
        /// The number of bytes.
        count: usize,
    },
    /// A public key of a kind that AWS KMS does not use for wrapping, in words.
    #[error("a public key for {0}; AWS KMS wrapping keys are RSA, and in China also SM2")]
    Algorithm(String),
    /// An RSA key of another size than 2048, 3072 or 4096 bits.
    #[error("an RSA key of {0} bits; AWS KMS wrapping keys have 2048, 3072 or 4096")]
    ModulusBits(u32),
    /// The modulus is even or has a small factor: not an RSA key.
    #[error("the modulus is even or has a small factor")]
    ModulusNotRsa,
    /// The public exponent is even, below 65537 or longer than 33 bits.
    #[error("the public exponent is even, below 65537 or longer than 33 bits")]
    Exponent,
}

impl WrappingPublicKey {
    /// Parses exact SPKI DER: no other encoding of the same key, no extra byte.
    ///
    /// # Errors
    ///
    /// [`WrappingPublicKeyError`], `PrivateKey` before any other.
    ///
    /// # Source
    ///
    /// RFC 5280, 4.1 (SubjectPublicKeyInfo); RFC 8017, A.1.1; NIST SP 800-56B Rev. 2, 6.2 (the
    /// exponent is odd, and above 2^16); RFC 5480, 2 (SM2 is encoded like any other curve).
    pub fn from_spki_der(der: &[u8]) -> Result<Self, WrappingPublicKeyError> {
        if Form::of(der).is_private_key() {
            return Err(WrappingPublicKeyError::PrivateKey);
        }
        let spki = match SubjectPublicKeyInfoRef::from_der(der) {
            Ok(spki) => spki,
            Err(error) => return Err(spki_error(der, &error)),
        };
        if spki.to_der().ok().as_deref() != Some(der) {
            return Err(WrappingPublicKeyError::NotSpki);
        }
        let (parameters, key) = (
            spki.algorithm.parameters,
            spki.subject_public_key.as_bytes(),
        );
        let key = key.ok_or(WrappingPublicKeyError::NotSpki)?;
        let spki = Blob::new(der.to_vec());
        match PublicKey::from_spki_der(der).map(|key| key.algorithm().clone()) {
            Ok(PublicKeyAlgorithm::Rsa { .. }) if parameters == Some(AnyRef::NULL) => {
                Self::rsa(rsa_public_key(key)?, spki)
            }
            Ok(PublicKeyAlgorithm::Ec(Curve::Sm2)) => Self::sm2(key, spki),
            Ok(PublicKeyAlgorithm::Rsa { .. }) | Err(_) => Err(WrappingPublicKeyError::NotSpki),
            Ok(algorithm) => Err(WrappingPublicKeyError::Algorithm(algorithm.to_string())),
        }
    }

    /// Parses a public key from SPKI DER or PEM.
    ///
    /// # Errors
    ///
    /// [`WrappingPublicKeyError`], `PrivateKey` for any PEM block that is labelled as one.
    pub fn from_der_or_pem(bytes: &[u8]) -> Result<Self, WrappingPublicKeyError> {
        let utf16 = text_encoding::from_utf16(bytes);
        let text = utf16
            .as_ref()
            .map_or_else(|| text_encoding::without_mark(bytes), SecretBytes::expose);
        if !text.trim_ascii_start().starts_with(b"-----BEGIN ") {
            return Self::from_spki_der(bytes);
        }
        let blocks = pem::blocks(text);
        if blocks
            .iter()
            .any(|block| block.label.ends_with("PRIVATE KEY"))
        {
            return Err(WrappingPublicKeyError::PrivateKey);
        }
        match &*blocks {
            [block] if block.label == "PUBLIC KEY" => {
                let der = block.decode().ok_or(WrappingPublicKeyError::NotSpki)?;
                Self::from_spki_der(der.expose())
            }
            _ => Err(WrappingPublicKeyError::NotSpki),
        }
    }

    /// Builds the SPKI of `key`.
    ///
    /// # Errors
    ///
    /// [`WrappingPublicKeyError`] if AWS KMS has no wrapping key of this size.
    pub(crate) fn from_rsa(key: rsa::PublicKey) -> Result<Self, WrappingPublicKeyError> {
        let spki = rsa_spki::encode(&key.n_bytes(), &key.e_bytes())
            .map_err(|_| WrappingPublicKeyError::NotSpki)?;
        Self::rsa(key, Blob::new(spki))
    }

    /// Builds the SPKI of `key`.
    ///
    /// # Errors
    ///
    /// [`WrappingPublicKeyError`] if the key cannot be encoded.
    pub(crate) fn from_sm2(key: &sm2::PublicKey) -> Result<Self, WrappingPublicKeyError> {
        let spki = key
            .to_public_key_der()
            .map_err(|_| WrappingPublicKeyError::NotSpki)?;
        Self::from_spki_der(spki.as_bytes())
    }

    fn rsa(key: rsa::PublicKey, spki: Blob) -> Result<Self, WrappingPublicKeyError> {
        let bits = key.n().bit_width_vartime();
        let spec = WrappingKeySpec::from_modulus_bits(bits)
            .ok_or(WrappingPublicKeyError::ModulusBits(bits))?;
        Ok(Self {
            spki,
            spec,
            key: EncryptionKey::Rsa(key),
        })
    }

    /// An SM2 key, whose point AWS KMS writes uncompressed.
    fn sm2(point: &[u8], spki: Blob) -> Result<Self, WrappingPublicKeyError> {
        let is_uncompressed = point.first() == Some(&4);
        let key = sm2::PublicKey::from_sec1_bytes(point)
            .ok()
            .filter(|_| is_uncompressed);
        let key = key.ok_or(WrappingPublicKeyError::NotSpki)?;
        Ok(Self {
            spki,
            spec: WrappingKeySpec::Sm2,
            key: EncryptionKey::Sm2(key),
        })
    }

    /// Returns the key as SubjectPublicKeyInfo, DER.
    pub fn spki(&self) -> &Blob {
        &self.spki
    }

    /// Returns the key as PEM.
    pub fn to_pem(&self) -> String {
        der::pem::encode_string("PUBLIC KEY", der::pem::LineEnding::LF, self.spki.as_bytes())
            .expect("at most 4096 bytes under a fixed label")
    }

    /// Returns the SHA-256 of the SPKI: the output of `sha256sum WrappingPublicKey.bin`.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.spki.as_bytes()).into()
    }

    /// Returns [`Self::sha256`] in hex.
    pub fn fingerprint(&self) -> String {
        hex::encode(&self.sha256())
    }

    /// Returns the wrapping key spec.
    pub fn spec(&self) -> WrappingKeySpec {
        self.spec
    }

    /// Returns the RSA key, if it is one.
    pub(crate) fn as_rsa(&self) -> Option<&rsa::PublicKey> {
        match &self.key {
            EncryptionKey::Rsa(key) => Some(key),
            EncryptionKey::Sm2(_) => None,
        }
    }

    /// Returns the SM2 key, if it is one.
    pub(crate) fn as_sm2(&self) -> Option<&sm2::PublicKey> {
        match &self.key {
            EncryptionKey::Sm2(key) => Some(key),
            EncryptionKey::Rsa(_) => None,
        }
    }
}

impl From<&WrappingPublicKey> for PublicKey {
    fn from(key: &WrappingPublicKey) -> Self {
        Self::from_spki_der(key.spki.as_bytes()).expect("a wrapping key was read from SPKI")
    }
}

fn spki_error(der: &[u8], error: &der::Error) -> WrappingPublicKeyError {
    if let der::ErrorKind::TrailingData { remaining, .. } = error.kind() {
        return WrappingPublicKeyError::TrailingBytes {
            count: u32::from(remaining) as usize,
        };
    }
    match core::str::from_utf8(der) {
        Ok(text) if text.len() > 64 && Blob::from_base64(text.trim()).is_some() => {
            WrappingPublicKeyError::Base64Text
        }
        _ => WrappingPublicKeyError::NotSpki,
    }
}

/// Parses `RSAPublicKey`.
fn rsa_public_key(der: &[u8]) -> Result<rsa::PublicKey, WrappingPublicKeyError> {
    let key = pkcs1::RsaPublicKeyRef::from_der(der).map_err(|_| WrappingPublicKeyError::NotSpki)?;
    let (modulus, exponent) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
    let bits = rsa_spki::bit_len(modulus);
    if WrappingKeySpec::from_modulus_bits(bits).is_none() {
        return Err(WrappingPublicKeyError::ModulusBits(bits));
    }
    let not_rsa = WrappingPublicKeyError::ModulusNotRsa;
    let n = BoxedUint::from_be_slice(modulus, bits).map_err(|_| not_rsa.clone())?;
    if has_small_factor(modulus) {
        return Err(not_rsa);
    }
    let e = BoxedUint::from_be_slice_vartime(exponent);
    let max = BoxedUint::from(rsa::PublicKey::MAX_PUB_EXPONENT);
    if e < BoxedUint::from(MIN_EXPONENT)
        || e > max
        || exponent.last().is_none_or(|byte| byte & 1 == 0)
    {
        return Err(WrappingPublicKeyError::Exponent);
    }
    rsa::PublicKey::new(n, e).map_err(|_| not_rsa)
}

/// Returns whether one of [`SMALL_PRIMES`] divides a big-endian modulus. This finds five in six numbers
/// that are not an RSA modulus.
fn has_small_factor(modulus: &[u8]) -> bool {
    let is_even = modulus.last().is_none_or(|byte| byte % 2 == 0);
    let little_endian: Vec<u8> = modulus.iter().rev().copied().collect();
    is_even || SMALL_PRIMES.finds_a_factor(&little_endian)
}
