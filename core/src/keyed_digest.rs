//! Digests that compare secrets without keeping them: HMAC-SHA-256 under a random key.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::hex;

/// The key of digests. Without it, a digest says nothing about a guess.
pub struct DigestKey(Zeroizing<[u8; DigestKey::LEN]>);

/// The first 16 bytes of an HMAC-SHA-256 (RFC 2104). Two of a million values are the same by chance
/// once in 2^88.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyedDigest([u8; 16]);

/// The values of a digest, which are never compared with values of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestOf {
    /// Key material.
    Material,
    /// The name of a row, or of a group of rows.
    Name,
    /// A KMS key.
    KmsKey,
}

impl DigestKey {
    /// The length of a key, in bytes.
    pub const LEN: usize = 32;

    /// Makes a key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; Self::LEN]);
        rng.fill_bytes(key.as_mut());
        Self(key)
    }

    /// Takes a key of [`Self::LEN`] bytes from elsewhere; `None` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// Returns the key, to keep it.
    pub fn expose(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// Returns the digest of `parts`, each with its length, so that no two lists are the same text.
    pub fn digest(&self, of: DigestOf, parts: &[&[u8]]) -> KeyedDigest {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_ref())
            .expect("HMAC takes a key of any length");
        mac.update(&[of as u8]);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let whole = mac.finalize().into_bytes();
        let mut digest = [0; 16];
        digest.copy_from_slice(&whole[..16]);
        KeyedDigest(digest)
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey(…)")
    }
}

impl KeyedDigest {
    /// Reads the output of [`fmt::Display`].
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = hex::decode_lenient(text)?;
        Some(Self(bytes.as_slice().try_into().ok()?))
    }
}

impl fmt::Display for KeyedDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng;

    #[test]
    fn a_digest_is_that_of_its_key_its_kind_and_its_parts() {
        let key = DigestKey::generate(&mut test_rng(1));
        let other = DigestKey::generate(&mut test_rng(2));
        let same = DigestKey::from_bytes(key.expose()).expect("a key");
        let digest = key.digest(DigestOf::Name, &[b"ab", b"c"]);
        assert_eq!(same.digest(DigestOf::Name, &[b"ab", b"c"]), digest);
        for different in [
            other.digest(DigestOf::Name, &[b"ab", b"c"]),
            key.digest(DigestOf::KmsKey, &[b"ab", b"c"]),
            key.digest(DigestOf::Name, &[b"a", b"bc"]),
            key.digest(DigestOf::Name, &[b"abc"]),
        ] {
            assert_ne!(different, digest);
        }
        assert_eq!(KeyedDigest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(KeyedDigest::from_hex("00"), None);
        assert!(DigestKey::from_bytes(&[0; 31]).is_none());
        assert_eq!(format!("{key:?}"), "DigestKey(…)");
    }

    /// RFC 4231, test case 2, has a short key; this one is padded with zeros, which changes no HMAC.
    #[test]
    fn a_digest_is_an_hmac() {
        let mut padded = [0; 32];
        padded[..4].copy_from_slice(b"Jefe");
        let key = DigestKey::from_bytes(&padded).expect("a key");
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").expect("any length");
        mac.update(b"\x01\0\0\0\0\0\0\0\x1cwhat do ya want for nothing?");
        let expected = hex::encode(&mac.finalize().into_bytes()[..16]);
        let digest = key.digest(DigestOf::Name, &[b"what do ya want for nothing?"]);
        assert_eq!(digest.to_string(), expected);
    }
}
