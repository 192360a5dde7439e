//! A key from a file, before any check.

use crate::{blob::Blob, key_spec::Curve, secret::SecretBytes};

/// A key from a file, before any check.
#[derive(Debug)]
pub enum UncheckedKey {
    /// An RSA private key.
    Rsa(RsaNumbers),
    /// An EC private key.
    Ec {
        /// The curve that the file names.
        curve: Curve,
        /// The scalar, big-endian.
        scalar: SecretBytes,
        /// The public points in the file, each in a form of SEC 1, 2.3.3. An empty one is invalid.
        points: Vec<Blob>,
    },
    /// An Ed25519 private key.
    Ed25519 {
        /// The seed from which the key pair is computed.
        seed: SecretBytes,
        /// The public keys in the file.
        public_keys: Vec<Blob>,
    },
    /// The octets of a symmetric or HMAC key, or a raw scalar or seed.
    Octets(SecretBytes),
}

/// The integers of an RSA private key, big-endian.
///
/// # Source
///
/// RFC 8017, 3.2.
#[derive(Debug)]
pub struct RsaNumbers {
    /// The modulus.
    pub n: Blob,
    /// The public exponent.
    pub e: Blob,
    /// The private exponent.
    pub d: SecretBytes,
    /// The first prime.
    pub p: SecretBytes,
    /// The second prime.
    pub q: SecretBytes,
    /// dP and dQ, if the format has them.
    pub crt_exponents: Option<[SecretBytes; 2]>,
    /// The inverse of q modulo p.
    pub q_inv: SecretBytes,
    /// True if there are more than two primes.
    pub is_multi_prime: bool,
    /// The separate `RSAPublicKey` (RFC 8017, A.1.1) in DER, if the form has one.
    pub public_key: Option<Blob>,
}
