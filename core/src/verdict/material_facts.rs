//! The public facts of key material.

use serde::{Deserialize, Serialize};

use crate::{
    fingerprint::Fingerprint, key_file::SourceFormat, key_material::KeyMaterial, key_spec::KeySpec,
};

/// The public facts of key material, as answers in JSON have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MaterialFacts {
    /// The key spec.
    pub key_spec: KeySpec,
    /// The length in bytes, in the form that AWS KMS accepts.
    pub length: u64,
    /// The fingerprint.
    pub fingerprint: Fingerprint,
    /// The method of the fingerprint.
    pub fingerprint_method: String,
    /// The Ethereum address, for keys on secp256k1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ethereum_address: Option<String>,
    /// The source form, for material from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_format: Option<String>,
    /// The notes on the file, for material from a file, and on the key spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Vec<String>>,
}

impl MaterialFacts {
    /// Returns the facts of material that is not from a file.
    pub fn of(material: &KeyMaterial) -> Self {
        let fingerprint = material.fingerprint();
        Self {
            key_spec: material.key_spec(),
            length: material.bytes().len() as u64,
            fingerprint,
            fingerprint_method: fingerprint.method().to_owned(),
            ethereum_address: material.ethereum_address(),
            source_format: None,
            remarks: None,
        }
    }

    /// Adds the source form and the notes on the file.
    #[must_use]
    pub fn from_file(self, source_format: SourceFormat, remarks: Vec<String>) -> Self {
        Self {
            source_format: Some(source_format.to_string()),
            remarks: Some(remarks),
            ..self
        }
    }
}
