//! The files of a run: inputs and outputs.

use serde::{Deserialize, Serialize};

use super::{FileDigest, Sha256Digest};
use crate::words::words;

words! {
    /// The kind of an output file.
    pub enum OutputContent {
        /// The request, as JSON.
        ImportRequest = "ImportKeyMaterialRequest",
        /// The wrapped key material.
        EncryptedKeyMaterial = "EncryptedKeyMaterial",
        /// The import token, as it came.
        ImportToken = "ImportToken",
        /// The script that calls the AWS CLI.
        Script = "Script",
        /// The answer of the command.
        Answer = "Answer",
    }
}

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InputFile {
    /// The name, as it was given.
    pub name: String,
    /// True if it is secret or may be secret. The report then contains nothing else about it.
    pub secret: bool,
    /// The length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The SHA-256 of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256Digest>,
}

/// An output file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OutputFile {
    /// Its name.
    pub name: String,
    /// The kind.
    pub content: OutputContent,
    /// The length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

impl InputFile {
    /// Builds the entry of a public file.
    pub fn public(name: impl Into<String>, bytes: &[u8]) -> Self {
        let FileDigest { size, sha256 } = FileDigest::of(bytes);
        Self {
            name: name.into(),
            secret: false,
            size: Some(size),
            sha256: Some(sha256),
        }
    }

    /// Builds the entry of a file that is secret, or may be.
    pub fn secret(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            secret: true,
            size: None,
            sha256: None,
        }
    }

    /// Returns the digest, unless it is secret.
    pub fn digest(&self) -> Option<FileDigest> {
        Some(FileDigest {
            size: self.size?,
            sha256: self.sha256?,
        })
    }

    /// Returns whether a secret file is only named, and any other is fully described.
    pub(super) fn is_sound(&self) -> bool {
        let described = [self.size.is_some(), self.sha256.is_some()];
        described == [!self.secret; 2]
    }
}

impl OutputFile {
    /// Builds the entry of a file with these bytes.
    pub fn new(name: impl Into<String>, content: OutputContent, bytes: &[u8]) -> Self {
        let FileDigest { size, sha256 } = FileDigest::of(bytes);
        Self {
            name: name.into(),
            content,
            size,
            sha256,
        }
    }

    /// The SHA-256 of its bytes.
    pub const fn digest(&self) -> FileDigest {
        FileDigest {
            size: self.size,
            sha256: self.sha256,
        }
    }
}
