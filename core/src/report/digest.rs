//! SHA-256 digests of public data.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// A SHA-256 digest, written as 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sha256Digest([u8; 32]);

impl Sha256Digest {
    /// Computes the SHA-256 of `bytes`, which are not secret.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Accepts a digest that was computed elsewhere.
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Parses the output of [`fmt::Display`]. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digest = hex::decode_lenient(text)?.try_into().ok().map(Self)?;
        (digest.to_string() == text).then_some(digest)
    }
}

/// The SHA-256 of public data that comes in pieces.
#[derive(Debug, Clone, Default)]
pub struct RunningDigest(Sha256);

impl RunningDigest {
    /// Adds the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all bytes.
    pub fn finish(self) -> Sha256Digest {
        Sha256Digest(self.0.finalize().into())
    }
}

impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl Serialize for Sha256Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom("not a SHA-256 digest in lower-case hex"))
    }
}

/// The length and SHA-256 that identify a file or part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FileDigest {
    /// The length in bytes.
    pub size: u64,
    /// The SHA-256 of the bytes.
    pub sha256: Sha256Digest,
}

impl FileDigest {
    /// Computes the SHA-256 of `bytes`, which are not secret.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            size: bytes.len() as u64,
            sha256: Sha256Digest::of(bytes),
        }
    }
}

impl fmt::Display for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, SHA-256 {}", self.size, self.sha256)
    }
}
