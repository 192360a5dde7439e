//! The parts of a report, from the values that the operations work with.

use sha2::{Digest as _, Sha256};

use super::{FileDigest, Import, KeyMaterialFacts, KmsKey, Known, Moment, Wrapping};
use crate::{
    blob::Blob,
    fingerprint::Fingerprint,
    import_request::ImportRequest,
    key_id::{KeyArn, Place},
    key_material::KeyMaterial,
    timestamp::Timestamp,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_public_key::WrappingPublicKey,
};

impl KmsKey {
    /// The key of this ARN, of which nothing else is known.
    pub fn of(arn: KeyArn) -> Self {
        let (account_id, region) = (arn.account_id().to_string(), arn.region().to_string());
        Self {
            arn: Known::Known(arn),
            account_id,
            region,
            key_spec: Known::Unknown,
            key_usage: Known::Unknown,
        }
    }

    /// A key in this place, of which nothing else is known.
    pub fn in_place(place: &Place) -> Self {
        Self {
            arn: Known::Unknown,
            account_id: place.account_id.to_string(),
            region: place.region.to_string(),
            key_spec: Known::Unknown,
            key_usage: Known::Unknown,
        }
    }
}

impl Wrapping {
    /// Wrapping of which nothing is known.
    pub const UNKNOWN: Self = Self {
        wrapping_algorithm: Known::Unknown,
        mechanism: None,
        wrapping_key_spec: Known::Unknown,
        fingerprint: Known::Unknown,
        fingerprint_method: None,
        parameters_valid_to: Known::Unknown,
    };

    /// The same, with this algorithm.
    #[must_use]
    pub fn with_algorithm(self, algorithm: WrappingAlgorithm) -> Self {
        let mechanism = algorithm.pkcs11().map(str::to_owned);
        Self {
            wrapping_algorithm: Known::Known(algorithm),
            mechanism,
            ..self
        }
    }

    /// The same, under a wrapping key of this kind, whose SPKI has this SHA-256.
    #[must_use]
    pub fn under(self, spec: WrappingKeySpec, sha256: [u8; 32]) -> Self {
        let fingerprint = Fingerprint::Spki(sha256);
        Self {
            wrapping_key_spec: Known::Known(spec),
            fingerprint_method: Some(fingerprint.method().to_owned()),
            fingerprint: Known::Known(fingerprint),
            ..self
        }
    }

    /// The same, under this wrapping key.
    #[must_use]
    pub fn under_key(self, key: &WrappingPublicKey) -> Self {
        self.under(key.spec(), Sha256::digest(key.spki().as_bytes()).into())
    }

    /// The same, with parameters that end then, if that is known.
    #[must_use]
    pub fn valid_to(self, parameters_valid_to: Option<Timestamp>) -> Self {
        Self {
            parameters_valid_to: parameters_valid_to.map(Moment).into(),
            ..self
        }
    }

    /// Whether the method is that of the fingerprint.
    pub(super) fn has_its_method(&self) -> bool {
        self.fingerprint_method.as_deref() == self.fingerprint.known().map(Fingerprint::method)
    }
}

impl KeyMaterialFacts {
    /// The facts of `material`: the form in which it came, what was done to it, and what else is to
    /// be known about it.
    pub fn of(
        material: &KeyMaterial,
        source_format: impl Into<String>,
        conversion: impl Into<String>,
        remarks: Vec<String>,
    ) -> Self {
        let fingerprint = material.fingerprint();
        Self {
            key_spec: material.key_spec(),
            length: material.bytes().len() as u64,
            fingerprint,
            fingerprint_method: fingerprint.method().to_owned(),
            source_format: source_format.into(),
            conversion: conversion.into(),
            remarks,
        }
    }
}

impl Import {
    /// No request, but perhaps wrapped material.
    pub fn without_request(encrypted_key_material: Option<&Blob>) -> Self {
        Self {
            expiration_model: Known::Unknown,
            valid_to: None,
            import_type: None,
            key_material_description: None,
            key_material_id: None,
            import_token: None,
            encrypted_key_material: encrypted_key_material.map(digest),
        }
    }
}

impl From<&ImportRequest> for Import {
    fn from(request: &ImportRequest) -> Self {
        let options = &request.options;
        Self {
            expiration_model: Known::Known(options.expiration_model()),
            valid_to: options.valid_to.map(Moment),
            import_type: options.import_type.clone(),
            key_material_description: options.key_material_description.clone(),
            key_material_id: options.key_material_id.clone(),
            import_token: request.import_token.as_ref().map(digest),
            encrypted_key_material: request.encrypted_key_material.as_ref().map(digest),
        }
    }
}

fn digest(blob: &Blob) -> FileDigest {
    FileDigest::of(blob.as_bytes())
}
