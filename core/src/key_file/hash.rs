//! The hashes of key derivation and of message authentication codes.

use der::asn1::ObjectIdentifier;
use hmac::{
    Hmac, Mac as _,
    digest::{Digest, block_api::EagerHash, common::KeyInit as _},
};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// A hash that key files use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Calls a generic function with the type of a hash.
macro_rules! with_hash {
    ($hash:expr, $function:ident($($argument:expr),*)) => {
        match $hash {
            Hash::Sha1 => $function::<Sha1>($($argument),*),
            Hash::Sha224 => $function::<Sha224>($($argument),*),
            Hash::Sha256 => $function::<Sha256>($($argument),*),
            Hash::Sha384 => $function::<Sha384>($($argument),*),
            Hash::Sha512 => $function::<Sha512>($($argument),*),
        }
    };
}

impl Hash {
    #[cfg(test)]
    pub(super) const ALL: [Self; 5] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// Returns the hash with this object identifier.
    ///
    /// # Source
    ///
    /// RFC 8017, B.1.
    pub(super) fn of_digest(oid: ObjectIdentifier) -> Option<Self> {
        Some(match oid {
            SHA1 => Self::Sha1,
            SHA224 => Self::Sha224,
            SHA256 => Self::Sha256,
            SHA384 => Self::Sha384,
            SHA512 => Self::Sha512,
            _ => return None,
        })
    }

    /// Returns the hash of the HMAC with this object identifier.
    ///
    /// # Source
    ///
    /// RFC 8018, B.1.1 and B.1.2.
    pub(super) fn of_hmac(oid: ObjectIdentifier) -> Option<Self> {
        Some(match oid {
            HMAC_WITH_SHA1 => Self::Sha1,
            HMAC_WITH_SHA224 => Self::Sha224,
            HMAC_WITH_SHA256 => Self::Sha256,
            HMAC_WITH_SHA384 => Self::Sha384,
            HMAC_WITH_SHA512 => Self::Sha512,
            _ => return None,
        })
    }

    /// Returns the length of its blocks in bytes.
    pub(super) const fn block_len(self) -> usize {
        match self {
            Self::Sha1 | Self::Sha224 | Self::Sha256 => 64,
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    /// Returns the length of its output in bytes.
    pub(super) const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Hashes `input`, and then the output again, `rounds` times in all.
    pub(super) fn iterated(self, input: &[u8], rounds: u32) -> Zeroizing<Vec<u8>> {
        with_hash!(self, iterated(input, rounds))
    }

    /// Fills `key` with PBKDF2 of the HMAC of this hash.
    pub(super) fn pbkdf2(self, passphrase: &[u8], salt: &[u8], rounds: u32, key: &mut [u8]) {
        with_hash!(self, pbkdf2_hmac(passphrase, salt, rounds, key));
    }

    /// Returns whether `mac` is the whole HMAC of `message`, in constant time.
    pub(super) fn verifies(self, key: &[u8], message: &[u8], mac: &[u8]) -> bool {
        with_hash!(self, verifies(key, message, mac))
    }
}

fn iterated<H: Digest>(input: &[u8], rounds: u32) -> Zeroizing<Vec<u8>> {
    let mut output = H::digest(input);
    for _ in 1..rounds {
        output = H::digest(&output);
    }
    Zeroizing::new(output.to_vec())
}

fn verifies<H: EagerHash>(key: &[u8], message: &[u8], mac: &[u8]) -> bool {
    Hmac::<H>::new_from_slice(key)
        .is_ok_and(|hmac| hmac.chain_update(message).verify_slice(mac).is_ok())
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA224: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.4");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const HMAC_WITH_SHA1: ObjectIdentifier = oid("1.2.840.113549.2.7");
const HMAC_WITH_SHA224: ObjectIdentifier = oid("1.2.840.113549.2.8");
const HMAC_WITH_SHA256: ObjectIdentifier = oid("1.2.840.113549.2.9");
const HMAC_WITH_SHA384: ObjectIdentifier = oid("1.2.840.113549.2.10");
const HMAC_WITH_SHA512: ObjectIdentifier = oid("1.2.840.113549.2.11");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// RFC 4231, 4.3 (test case 2); SHA-1: RFC 2202, 3.
    #[test]
    fn macs_have_the_published_values() {
        for (hash, mac) in [
            (Hash::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (
                Hash::Sha224,
                "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
            ),
            (
                Hash::Sha256,
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
        ] {
            let mut mac = hex::decode_lenient(mac).expect("hex");
            let message = b"what do ya want for nothing?";
            assert!(hash.verifies(b"Jefe", message, &mac), "{hash:?}");
            assert!(!hash.verifies(b"Jefe", message, &mac[1..]), "{hash:?}");
            mac[7] ^= 1;
            assert!(!hash.verifies(b"Jefe", message, &mac), "{hash:?}");
        }
    }

    #[test]
    fn lengths_are_those_of_the_hash() {
        for hash in Hash::ALL {
            assert_eq!(hash.iterated(b"x", 1).len(), hash.output_len());
            let twice = hash.iterated(b"x", 2);
            assert_eq!(hash.iterated(&hash.iterated(b"x", 1), 1), twice);
        }
    }
}
