//! The parts of a report, built from the values of the operations.

use sha2::{Digest as _, Sha256};

use super::{FileDigest, Import, KeyMaterialFacts, KmsKey, Moment, Reported, Wrapping};
use crate::{
    blob::Blob,
    fingerprint::Fingerprint,
    import_request::ImportRequest,
    key_id::{KeyArn, Place},
    key_material::KeyMaterial,
    timestamp::Timestamp,
    verdict::MaterialFacts,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_public_key::WrappingPublicKey,
};

impl KmsKey {
    /// Builds the entry of the key with this ARN, without further facts.
    pub fn of(arn: KeyArn) -> Self {
        let (account_id, region) = (arn.account_id().to_string(), arn.region().to_string());
        Self {
            arn: Reported::Known(arn),
            account_id,
            region,
            key_spec: Reported::Unknown,
            key_usage: Reported::Unknown,
        }
    }

    /// Builds the entry of a key in this place, without further facts.
    pub fn in_place(place: &Place) -> Self {
        Self {
            arn: Reported::Unknown,
            account_id: place.account_id.to_string(),
            region: place.region.to_string(),
            key_spec: Reported::Unknown,
            key_usage: Reported::Unknown,
        }
    }
}

impl Wrapping {
    /// Builds the entry of an unknown wrapping.
    pub const UNKNOWN: Self = Self {
        wrapping_algorithm: Reported::Unknown,
        mechanism: None,
        wrapping_key_spec: Reported::Unknown,
        fingerprint: Reported::Unknown,
        fingerprint_method: None,
        parameters_valid_to: Reported::Unknown,
    };

    /// Adds the algorithm.
    #[must_use]
    pub fn with_algorithm(self, algorithm: WrappingAlgorithm) -> Self {
        let mechanism = algorithm.pkcs11().map(str::to_owned);
        Self {
            wrapping_algorithm: Reported::Known(algorithm),
            mechanism,
            ..self
        }
    }

    /// Adds the wrapping key spec and the SHA-256 of its SPKI.
    #[must_use]
    pub fn under(self, spec: WrappingKeySpec, sha256: [u8; 32]) -> Self {
        let fingerprint = Fingerprint::Spki(sha256);
        Self {
            wrapping_key_spec: Reported::Known(spec),
            fingerprint_method: Some(fingerprint.method().to_owned()),
            fingerprint: Reported::Known(fingerprint),
            ..self
        }
    }

    /// Adds the wrapping key.
    #[must_use]
    pub fn under_key(self, key: &WrappingPublicKey) -> Self {
        self.under(key.spec(), Sha256::digest(key.spki().as_bytes()).into())
    }

    /// Adds the expiry of the parameters, if it is known.
    #[must_use]
    pub fn valid_to(self, parameters_valid_to: Option<Timestamp>) -> Self {
        Self {
            parameters_valid_to: parameters_valid_to.map(Moment).into(),
            ..self
        }
    }

    /// True if the method is that of the fingerprint.
    pub(super) fn has_its_method(&self) -> bool {
        self.fingerprint_method.as_deref() == self.fingerprint.known().map(Fingerprint::method)
    }
}

impl KeyMaterialFacts {
    /// Builds the entry of `material`: its source form, its conversions, and further notes.
    pub fn of(
        material: &KeyMaterial,
        source_format: impl Into<String>,
        conversion: impl Into<String>,
        remarks: Vec<String>,
    ) -> Self {
        let facts = MaterialFacts::of(material);
        Self::new(&facts, source_format, conversion, remarks)
    }

    /// Builds the entry of material with these facts: its source form, its conversions, and further notes.
    pub fn new(
        facts: &MaterialFacts,
        source_format: impl Into<String>,
        conversion: impl Into<String>,
        remarks: Vec<String>,
    ) -> Self {
        Self {
            key_spec: facts.key_spec,
            length: facts.length,
            fingerprint: facts.fingerprint,
            fingerprint_method: facts.fingerprint_method.clone(),
            source_format: source_format.into(),
            conversion: conversion.into(),
            remarks,
        }
    }
}

impl Import {
    /// Builds the entry without a request, possibly with wrapped material.
    pub fn without_request(encrypted_key_material: Option<&Blob>) -> Self {
        Self {
            expiration_model: Reported::Unknown,
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
            expiration_model: Reported::Known(options.expiration_model()),
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
