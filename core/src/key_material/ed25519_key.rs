//! Ed25519 private keys: a seed, with its public key.

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{
    error::MaterialError,
    weakness::{self, FoundWeakness},
};
use crate::{blob::Blob, secret::SecretBytes};

/// The length of a seed, and of a public key, in bytes. RFC 8032, 5.1.5.
pub(super) const SEED_LEN: usize = 32;

/// PKCS#8 version 1 in DER, up to the seed. RFC 8410, 3 and 7.
const PKCS8_START: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// The SPKI in DER, up to the public key. RFC 8410, 3 and 4.
const SPKI_START: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// An Ed25519 private key that passed every check.
pub(super) struct Ed25519Key {
    /// The SPKI in DER.
    pub(super) public_key: Blob,
    /// PKCS#8 in DER: version 1, without attributes and without the public key.
    pub(super) pkcs8: SecretBytes,
    /// The weakness of the seed, if there is one.
    pub(super) weakness: Option<FoundWeakness>,
}

/// Generates a key, PKCS#8 in DER.
pub(super) fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> SecretBytes {
    let mut seed = Zeroizing::new([0; SEED_LEN]);
    rng.fill_bytes(seed.as_mut());
    pkcs8(&seed)
}

/// Checks that the seed has its length, and that every public key present belongs to it.
///
/// # Source
///
/// RFC 8032, 5.1.5.
pub(super) fn check(seed: &[u8], public_keys: &[Blob]) -> Result<Ed25519Key, MaterialError> {
    let wrong_length = || MaterialError::SeedLength { len: seed.len() };
    let seed: &[u8; SEED_LEN] = seed.try_into().map_err(|_| wrong_length())?;
    let own = SigningKey::from_bytes(seed).verifying_key().to_bytes();
    for public_key in public_keys {
        if public_key.len() != own.len() {
            return Err(MaterialError::PublicKeyForm);
        }
        if public_key.as_bytes() != own {
            return Err(MaterialError::PublicKey);
        }
    }
    Ok(Ed25519Key {
        public_key: Blob::new([&SPKI_START[..], &own].concat()),
        pkcs8: pkcs8(seed),
        weakness: weakness::of_octets(seed),
    })
}

fn pkcs8(seed: &[u8; SEED_LEN]) -> SecretBytes {
    SecretBytes::new([&PKCS8_START[..], seed].concat())
}
