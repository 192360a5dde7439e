//! The private key that opens wrapped key material. It never leaves except sealed in a token.

use core::fmt;

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use rsa::{pkcs8::DecodePrivateKey as _, traits::PrivateKeyParts as _};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    pem, rsa_generation, secret::SecretBytes, wrapping_key_spec::WrappingKeySpec,
    wrapping_public_key::WrappingPublicKey,
};

/// The public exponent of every wrapping key that is made here.
const EXPONENT: u32 = 65_537;

/// An RSA private key of 2048, 3072 or 4096 bits that unwraps key material.
pub struct WrappingPrivateKey {
    key: rsa::PrivateKey,
    public_key: WrappingPublicKey,
}

/// Bytes that are not a wrapping private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidWrappingPrivateKey;

impl fmt::Display for InvalidWrappingPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid RSA private key of 2048, 3072 or 4096 bits in PKCS#8 (DER or PEM)")
    }
}

impl core::error::Error for InvalidWrappingPrivateKey {}

impl WrappingPrivateKey {
    /// Makes a new key; the same `rng` makes the same key.
    ///
    /// # Panics
    ///
    /// If `spec` is [`WrappingKeySpec::Sm2`], which has no RSA key, or if the new key does not pass
    /// its own pairwise check: the processor miscalculated, and nothing it makes can be trusted.
    pub fn generate(spec: WrappingKeySpec, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let bits = spec.modulus_bits().expect("an RSA wrapping key spec");
        let key = rsa_generation::generate(bits, rng);
        Self::from_rsa(key).expect("a generated key has the size that was asked for")
    }

    /// Reads PKCS#8, DER or PEM: a wrapping key that somebody else made.
    ///
    /// # Errors
    ///
    /// [`InvalidWrappingPrivateKey`], whatever is wrong.
    pub fn from_pkcs8(bytes: &SecretBytes) -> Result<Self, InvalidWrappingPrivateKey> {
        let key = match &*pem::blocks(bytes.expose()) {
            [] => rsa::PrivateKey::from_pkcs8_der(bytes.expose()),
            [block] if block.label == "PRIVATE KEY" => {
                rsa::PrivateKey::from_pkcs8_der(block.decode().ok_or(InvalidWrappingPrivateKey)?.expose())
            }
            _ => return Err(InvalidWrappingPrivateKey),
        };
        Self::from_rsa(key.map_err(|_| InvalidWrappingPrivateKey)?)
    }

    /// Rebuilds a key of `spec` from [`Self::to_primes`].
    ///
    /// # Errors
    ///
    /// [`InvalidWrappingPrivateKey`] if `primes` has another length or its halves make no key.
    pub(crate) fn from_primes(
        spec: WrappingKeySpec,
        primes: &[u8],
    ) -> Result<Self, InvalidWrappingPrivateKey> {
        let bits = spec.modulus_bits().ok_or(InvalidWrappingPrivateKey)?;
        if Some(primes.len()) != spec.modulus_len() {
            return Err(InvalidWrappingPrivateKey);
        }
        let (p, q) = primes.split_at(primes.len() / 2);
        let integer =
            |bytes| BoxedUint::from_be_slice(bytes, bits / 2).map_err(|_| InvalidWrappingPrivateKey);
        let key = rsa::PrivateKey::from_p_q(integer(p)?, integer(q)?, BoxedUint::from(EXPONENT))
            .map_err(|_| InvalidWrappingPrivateKey)?;
        let key = Self::from_rsa(key)?;
        if key.public_key.spec() != spec {
            return Err(InvalidWrappingPrivateKey);
        }
        Ok(key)
    }

    /// The two primes, each in half as many bytes as the modulus: all that must be kept.
    pub(crate) fn to_primes(&self) -> SecretBytes {
        let half = self.public_key.spec().modulus_len().unwrap_or_default() / 2;
        let mut bytes = Vec::with_capacity(2 * half);
        for prime in self.key.primes() {
            let mut prime = Zeroizing::new(prime.as_ref().to_be_bytes());
            bytes.extend_from_slice(&prime[prime.len() - half..]);
            prime.zeroize();
        }
        SecretBytes::new(bytes)
    }

    fn from_rsa(key: rsa::PrivateKey) -> Result<Self, InvalidWrappingPrivateKey> {
        let public_key =
            WrappingPublicKey::from_rsa(key.to_public_key()).map_err(|_| InvalidWrappingPrivateKey)?;
        Ok(Self { key, public_key })
    }

    /// The public half.
    pub fn public_key(&self) -> &WrappingPublicKey {
        &self.public_key
    }

    /// The RSA key.
    pub(crate) fn as_rsa(&self) -> &rsa::PrivateKey {
        &self.key
    }
}

impl fmt::Debug for WrappingPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappingPrivateKey({})", self.public_key.spec())
    }
}
