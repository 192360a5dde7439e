//! The private key that opens wrapped key material. It leaves only sealed in a token.

use core::fmt;

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use rsa::{pkcs8::DecodePrivateKey as _, traits::PrivateKeyParts as _};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    compatibility::Rules,
    key_material::{self, KeyMaterial},
    key_spec::KeySpec,
    pem, rsa_generation,
    secret::SecretBytes,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_public_key::WrappingPublicKey,
};

/// The public exponent of every generated wrapping key.
const EXPONENT: u32 = 65_537;
/// The length of an SM2 private key in bytes.
const SM2_SCALAR_LEN: usize = 32;

/// A private key that unwraps key material: RSA of 2048, 3072 or 4096 bits, or SM2.
pub struct WrappingPrivateKey {
    key: DecryptionKey,
    public_key: WrappingPublicKey,
}

/// Deliberately without `Debug`: a wrapper of an `sm2` scalar may print it.
enum DecryptionKey {
    Rsa(Box<rsa::PrivateKey>),
    Sm2(sm2::SecretKey),
}

/// Bytes that are not a wrapping private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a wrapping private key in PKCS#8 (DER or PEM): RSA of 2048, 3072 or 4096 bits, or SM2"
)]
pub struct InvalidWrappingPrivateKey;

impl WrappingPrivateKey {
    /// Generates a key; the same `rng` generates the same key.
    ///
    /// # Panics
    ///
    /// If a new RSA key fails its pairwise check: the processor miscalculated, and no output of it
    /// can be trusted.
    pub fn generate(spec: WrappingKeySpec, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let key = match spec.modulus_bits() {
            Some(bits) => Self::from_rsa(rsa_generation::generate(bits, rng)),
            None => Self::from_sm2(key_material::sm2_key(rng)),
        };
        key.expect("a generated key is of the kind that was asked for")
    }

    /// Parses PKCS#8, DER or PEM: a wrapping key from elsewhere. An SM2 key may lack its public
    /// point.
    ///
    /// # Errors
    ///
    /// [`InvalidWrappingPrivateKey`], whatever is wrong.
    pub fn from_pkcs8(bytes: &SecretBytes) -> Result<Self, InvalidWrappingPrivateKey> {
        match &*pem::blocks(bytes.expose()) {
            [] => Self::from_pkcs8_der(bytes),
            [block] if block.label == "PRIVATE KEY" => {
                Self::from_pkcs8_der(&block.decode().ok_or(InvalidWrappingPrivateKey)?)
            }
            _ => Err(InvalidWrappingPrivateKey),
        }
    }

    fn from_pkcs8_der(der: &SecretBytes) -> Result<Self, InvalidWrappingPrivateKey> {
        if let Ok(key) = rsa::PrivateKey::from_pkcs8_der(der.expose()) {
            return Self::from_rsa(key);
        }
        let material = KeyMaterial::from_import(der, KeySpec::Sm2, Rules::China)
            .map_err(|_| InvalidWrappingPrivateKey)?
            .material;
        let key = sm2::SecretKey::from_pkcs8_der(material.bytes().expose());
        Self::from_sm2(key.map_err(|_| InvalidWrappingPrivateKey)?)
    }

    /// Rebuilds a key of `spec` from [`Self::to_numbers`].
    ///
    /// # Errors
    ///
    /// [`InvalidWrappingPrivateKey`] if `numbers` has another length or is not a key.
    pub(crate) fn from_numbers(
        spec: WrappingKeySpec,
        numbers: &[u8],
    ) -> Result<Self, InvalidWrappingPrivateKey> {
        let key = match (spec.modulus_bits(), spec.modulus_len()) {
            (Some(bits), Some(len)) if numbers.len() == len => Self::from_primes(bits, numbers)?,
            (None, None) if numbers.len() == SM2_SCALAR_LEN => {
                let key = sm2::SecretKey::from_slice(numbers);
                Self::from_sm2(key.map_err(|_| InvalidWrappingPrivateKey)?)?
            }
            _ => return Err(InvalidWrappingPrivateKey),
        };
        if key.public_key.spec() == spec {
            Ok(key)
        } else {
            Err(InvalidWrappingPrivateKey)
        }
    }

    fn from_primes(modulus_bits: u32, primes: &[u8]) -> Result<Self, InvalidWrappingPrivateKey> {
        let (p, q) = primes.split_at(primes.len() / 2);
        let integer = |bytes| {
            BoxedUint::from_be_slice(bytes, modulus_bits / 2).map_err(|_| InvalidWrappingPrivateKey)
        };
        let key = rsa::PrivateKey::from_p_q(integer(p)?, integer(q)?, BoxedUint::from(EXPONENT))
            .map_err(|_| InvalidWrappingPrivateKey)?;
        Self::from_rsa(key)
    }

    /// Returns the numbers to store, big-endian: for RSA the two primes, each in half as many bytes
    /// as the modulus; for SM2 the scalar, 32 bytes.
    pub(crate) fn to_numbers(&self) -> SecretBytes {
        match &self.key {
            DecryptionKey::Rsa(key) => primes(
                key,
                self.public_key.spec().modulus_len().unwrap_or_default() / 2,
            ),
            DecryptionKey::Sm2(key) => SecretBytes::copy_of(&Zeroizing::new(key.to_bytes())),
        }
    }

    fn from_rsa(key: rsa::PrivateKey) -> Result<Self, InvalidWrappingPrivateKey> {
        let public_key = WrappingPublicKey::from_rsa(key.to_public_key())
            .map_err(|_| InvalidWrappingPrivateKey)?;
        Ok(Self {
            key: DecryptionKey::Rsa(Box::new(key)),
            public_key,
        })
    }

    fn from_sm2(key: sm2::SecretKey) -> Result<Self, InvalidWrappingPrivateKey> {
        let public_key = WrappingPublicKey::from_sm2(&key.public_key())
            .map_err(|_| InvalidWrappingPrivateKey)?;
        Ok(Self {
            key: DecryptionKey::Sm2(key),
            public_key,
        })
    }

    /// Returns the public key.
    pub fn public_key(&self) -> &WrappingPublicKey {
        &self.public_key
    }

    /// Returns the RSA key, if it is one.
    pub(crate) fn as_rsa(&self) -> Option<&rsa::PrivateKey> {
        match &self.key {
            DecryptionKey::Rsa(key) => Some(key),
            DecryptionKey::Sm2(_) => None,
        }
    }

    /// Returns the SM2 key, if it is one.
    pub(crate) fn as_sm2(&self) -> Option<&sm2::SecretKey> {
        match &self.key {
            DecryptionKey::Sm2(key) => Some(key),
            DecryptionKey::Rsa(_) => None,
        }
    }
}

fn primes(key: &rsa::PrivateKey, len: usize) -> SecretBytes {
    let mut bytes = Vec::with_capacity(2 * len);
    for prime in key.primes() {
        let mut prime = Zeroizing::new(prime.as_ref().to_be_bytes());
        bytes.extend_from_slice(&prime[prime.len() - len..]);
        prime.zeroize();
    }
    SecretBytes::new(bytes)
}

impl fmt::Debug for WrappingPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappingPrivateKey({})", self.public_key.spec())
    }
}
