//! The hashes that the OAEP trials use.

use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};

use crate::{wrapping::mgf1, wrapping_algorithm::OaepHash};

/// A hash of RFC 8017, appendix B.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-512/224.
    Sha512_224,
    /// SHA-512/256.
    Sha512_256,
}

/// Runs the same generic code for each hash.
macro_rules! with {
    ($hash:expr, $D:ident => $body:expr) => {
        with!($hash, $D, $body, Sha1, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256)
    };
    ($hash:expr, $D:ident, $body:expr, $($Hash:ident),+) => {
        match $hash {
            $(Hash::$Hash => {
                type $D = $Hash;
                $body
            })+
        }
    };
}

impl Hash {
    /// Every hash, those of AWS KMS first.
    pub const ALL: [Self; 7] = [
        Self::Sha256,
        Self::Sha1,
        Self::Sha512,
        Self::Sha384,
        Self::Sha224,
        Self::Sha512_256,
        Self::Sha512_224,
    ];

    /// Returns the usual name of the hash.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha512_224 => "SHA-512/224",
            Self::Sha512_256 => "SHA-512/256",
        }
    }

    /// Returns the hash of the empty string, which is that of an empty label.
    pub(super) fn of_nothing(self) -> Vec<u8> {
        with!(self, D => D::digest([]).to_vec())
    }

    /// XORs MGF1 of `seed` over `target`.
    pub(super) fn mask(self, target: &mut [u8], seed: &[u8]) {
        with!(self, D => mgf1::xor::<D>(target, seed));
    }
}

impl From<OaepHash> for Hash {
    fn from(hash: OaepHash) -> Self {
        match hash {
            OaepHash::Sha1 => Self::Sha1,
            OaepHash::Sha256 => Self::Sha256,
        }
    }
}

impl core::fmt::Display for Hash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}
