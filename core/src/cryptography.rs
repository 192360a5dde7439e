//! The cryptographic operations of imported key material: encryption, signatures, MACs,
//! shared secrets.
//!
//! # Source
//!
//! AWS KMS Developer Guide, "Key spec reference".

mod algorithms;
mod ecdh;
mod ecdsa_signature;
mod ed25519;
mod rsa_signature;
mod sm2;
mod symmetric;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use rsa::{pkcs8::DecodePrivateKey as _, pkcs8::DecodePublicKey as _, traits::PublicKeyParts as _};
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use algorithms::DigestAlgorithm;
pub use algorithms::{
    DataKeySpec, EncryptionAlgorithm, KeyAgreementAlgorithm, KeyEncryptionMechanism, MacAlgorithm,
    MessageType, SigningAlgorithm,
};
pub use ecdh::shared_secret;
pub use symmetric::{NONCE_LEN, TAG_LEN, open, seal};

use crate::{
    key_material::KeyMaterial,
    key_spec::{Curve, Family, KeySpec},
    secret::SecretBytes,
    wrapping::rsaes_oaep,
};

/// A message that is too long for one encryption; both in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// The length found.
    pub len: usize,
    /// The longest length that fits.
    pub max: usize,
}

impl SigningAlgorithm {
    /// Returns the length of the digests in bytes; `None` if the algorithm signs no digest.
    pub fn digest_len(self) -> Option<usize> {
        match self {
            Self::Sm2Dsa => return Some(32),
            Self::Ed25519PhSha512 => return Some(ed25519::DIGEST_LEN),
            _ => {}
        }
        self.hash().map(|hash| match hash {
            DigestAlgorithm::Sha256 => 32,
            DigestAlgorithm::Sha384 => 48,
            DigestAlgorithm::Sha512 => 64,
        })
    }

    /// Returns what [`sign`] gets for `message` and the key pair of `public_key`, an SPKI in DER: the
    /// digest of the message, or with `ED25519_SHA_512` the message itself. Only the digest of
    /// `SM2DSA` depends on that key. Returns `None` for an algorithm that signs no message.
    pub fn digest(self, message: &[u8], public_key: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Sm2Dsa => return sm2::digest(public_key, message),
            Self::Ed25519Sha512 => return Some(message.to_vec()),
            _ => {}
        }
        self.hash().map(|hash| match hash {
            DigestAlgorithm::Sha256 => Sha256::digest(message).to_vec(),
            DigestAlgorithm::Sha384 => Sha384::digest(message).to_vec(),
            DigestAlgorithm::Sha512 => Sha512::digest(message).to_vec(),
        })
    }
}

/// Encrypts with a public key, an SPKI in DER. Returns `None` if the key does not fit `algorithm`.
///
/// `rng` supplies the seed of OAEP and the one-time scalar of `SM2PKE`.
///
/// # Errors
///
/// [`TooLong`] if the plaintext does not fit one RSA block, or exceeds AWS's limit for SM2.
///
/// # Source
///
/// RFC 8017, 7.1.1, with an empty label; GB/T 32918.4, 6.1.
pub fn encrypt(
    public_key: &[u8],
    algorithm: EncryptionAlgorithm,
    plaintext: &SecretBytes,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Result<Vec<u8>, TooLong>> {
    if algorithm == EncryptionAlgorithm::Sm2Pke {
        let (len, max) = (plaintext.len(), sm2::MAX_PLAINTEXT_LEN);
        let encrypted = (len <= max).then(|| sm2::encrypt(public_key, plaintext, rng));
        return encrypted.map_or(Some(Err(TooLong { len, max })), |encrypted| {
            Some(Ok(encrypted?))
        });
    }
    let hash = algorithm.oaep_hash()?;
    let key = rsa::PublicKey::from_public_key_der(public_key).ok()?;
    let too_long = TooLong {
        len: plaintext.len(),
        max: hash.capacity(key.size()),
    };
    Some(rsaes_oaep::encrypt(plaintext, hash, &key, rng).map_err(|_| too_long))
}

/// Decrypts with a private key. Returns `None` if the ciphertext does not open.
///
/// `rng` blinds the private-key operation.
///
/// # Source
///
/// RFC 8017, 7.1.2; GB/T 32918.4, 7.1.
pub fn decrypt(
    material: &KeyMaterial,
    algorithm: EncryptionAlgorithm,
    ciphertext: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<SecretBytes> {
    if algorithm == EncryptionAlgorithm::Sm2Pke {
        return sm2::decrypt(material, ciphertext);
    }
    let hash = algorithm.oaep_hash()?;
    rsaes_oaep::decrypt(ciphertext, hash, &rsa_private_key(material)?, rng)
}

/// Signs a digest of [`SigningAlgorithm::digest_len`] bytes, or with `ED25519_SHA_512` a message.
/// Returns `None` if the material does not fit `algorithm`.
///
/// `rng` supplies the salt of PSS, blinds the private-key operation, and hedges ECDSA and SM2DSA.
///
/// # Source
///
/// RFC 8017, 8; FIPS 186-5, 6.4; RFC 6979, 3.6; GB/T 32918.2, 6.1; RFC 8032, 5.1.6. ECDSA and SM2DSA
/// signatures are in DER (RFC 3279, 2.2.3).
pub fn sign(
    material: &KeyMaterial,
    algorithm: SigningAlgorithm,
    digest: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Vec<u8>> {
    match material.key_spec().family() {
        Family::Rsa { .. } => {
            rsa_signature::sign(&rsa_private_key(material)?, algorithm, digest, rng)
        }
        Family::Ec(Curve::Sm2) => sm2::sign(material, digest, rng),
        Family::Ec(curve) => ecdsa_signature::sign(material.bytes(), curve, digest, rng),
        Family::Ed25519 => ed25519::sign(material.bytes(), algorithm, digest),
        _ => None,
    }
}

/// Returns whether `signature` signs this digest, or with `ED25519_SHA_512` this message, under a public key of `key_spec`, an SPKI in DER.
pub fn verify(
    public_key: &[u8],
    key_spec: KeySpec,
    algorithm: SigningAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    match key_spec.family() {
        Family::Rsa { .. } => {
            let key = rsa::PublicKey::from_public_key_der(public_key);
            key.is_ok_and(|key| rsa_signature::verify(&key, algorithm, digest, signature))
        }
        Family::Ec(Curve::Sm2) => sm2::verify(public_key, digest, signature).is_some(),
        Family::Ec(curve) => {
            ecdsa_signature::verify(public_key, curve, digest, signature).is_some()
        }
        Family::Ed25519 => ed25519::verify(public_key, algorithm, digest, signature).is_some(),
        _ => false,
    }
}

/// Computes the HMAC of `message` with an HMAC key. Returns `None` if the material does not fit
/// `algorithm`.
///
/// # Source
///
/// FIPS 198-1.
pub fn mac(material: &KeyMaterial, algorithm: MacAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
    macro_rules! tag {
        ($Hash:ty) => {
            Hmac::<$Hash>::new_from_slice(material.bytes().expose())
                .expect("HMAC takes a key of any length")
                .chain_update(message)
                .finalize()
                .into_bytes()
                .to_vec()
        };
    }
    Some(match (material.key_spec(), algorithm) {
        (KeySpec::Hmac224, MacAlgorithm::HmacSha224) => tag!(Sha224),
        (KeySpec::Hmac256, MacAlgorithm::HmacSha256) => tag!(Sha256),
        (KeySpec::Hmac384, MacAlgorithm::HmacSha384) => tag!(Sha384),
        (KeySpec::Hmac512, MacAlgorithm::HmacSha512) => tag!(Sha512),
        _ => return None,
    })
}

fn rsa_private_key(material: &KeyMaterial) -> Option<rsa::PrivateKey> {
    rsa::PrivateKey::from_pkcs8_der(material.bytes().expose()).ok()
}
