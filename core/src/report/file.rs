//! The files of a run: what was read and what was written.

use serde::{Deserialize, Serialize};

use super::{FileDigest, Sha256Digest};
use crate::words::words;

words! {
    /// What an output file is.
    pub enum OutputContent {
        /// The request, as JSON.
        ImportRequest = "ImportKeyMaterialRequest",
        /// The wrapped key material.
        EncryptedKeyMaterial = "EncryptedKeyMaterial",
        /// The import token, as it came.
        ImportToken = "ImportToken",
        /// The script that calls the AWS CLI.
        Script = "Script",
        /// What the command answered.
        Answer = "Answer",
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InputFile {
    /// Its name, as it was given.
    pub name: String,
    /// Whether it is a secret, or may be one: then there is nothing else to say about it.
    pub secret: bool,
    /// Its length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256Digest>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OutputFile {
    /// Its name.
    pub name: String,
    /// What it is.
    pub content: OutputContent,
    /// Its length in bytes.
    pub size: u64,
    /// Its digest.
    pub sha256: Sha256Digest,
}

impl InputFile {
    /// A file that is no secret.
    pub fn public(name: impl Into<String>, bytes: &[u8]) -> Self {
        let FileDigest { size, sha256 } = FileDigest::of(bytes);
        Self {
            name: name.into(),
            secret: false,
            size: Some(size),
            sha256: Some(sha256),
        }
    }

    /// A file that is a secret, or may be one.
    pub fn secret(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            secret: true,
            size: None,
            sha256: None,
        }
    }

    /// Its digest, unless it is a secret.
    pub fn digest(&self) -> Option<FileDigest> {
        Some(FileDigest {
            size: self.size?,
            sha256: self.sha256?,
        })
    }

    /// Whether a secret is only named, and everything else described.
    pub(super) fn is_sound(&self) -> bool {
        let described = [self.size.is_some(), self.sha256.is_some()];
        described == [!self.secret; 2]
    }
}

impl OutputFile {
    /// A file of these bytes.
    pub fn new(name: impl Into<String>, content: OutputContent, bytes: &[u8]) -> Self {
        let FileDigest { size, sha256 } = FileDigest::of(bytes);
        Self {
            name: name.into(),
            content,
            size,
            sha256,
        }
    }

    /// Its digest.
    pub const fn digest(&self) -> FileDigest {
        FileDigest {
            size: self.size,
            sha256: self.sha256,
        }
    }
}
