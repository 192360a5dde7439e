//! The key metadata of `DescribeKey`.

use core::{error, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    exception::Refusal,
    json::{JsonError, Object},
    key_id::KeyArn,
    key_spec::{Curve, Family, KeySpec, KeyUsage},
    timestamp::Timestamp,
    validation::Violations,
    words::words,
};

/// The longest description of a key, in characters.
///
/// # Source
///
/// AWS KMS API Reference, `CreateKey`, `Description`.
pub const MAX_DESCRIPTION_LEN: usize = 8192;

words! {
    /// The origin of a KMS key's material.
    pub enum Origin {
        /// AWS KMS generated it.
        AwsKms = "AWS_KMS",
        /// Its owner imports it.
        External = "EXTERNAL",
        /// A CloudHSM cluster holds it.
        AwsCloudHsm = "AWS_CLOUDHSM",
        /// A key manager outside AWS holds it.
        ExternalKeyStore = "EXTERNAL_KEY_STORE",
    }
}

words! {
    /// The role of a multi-Region key.
    pub enum MultiRegionKeyType {
        /// It decides what all have in common.
        Primary = "PRIMARY",
        /// A copy in another Region.
        Replica = "REPLICA",
    }
}

words! {
    /// The state of a KMS key.
    pub enum KeyState {
        /// Being created (multi-Region replicas).
        Creating = "Creating",
        /// Usable.
        Enabled = "Enabled",
        /// Disabled.
        Disabled = "Disabled",
        /// Scheduled for deletion.
        PendingDeletion = "PendingDeletion",
        /// Without key material.
        PendingImport = "PendingImport",
        /// A primary key whose deletion waits for its replicas.
        PendingReplicaDeletion = "PendingReplicaDeletion",
        /// Its custom key store is unavailable.
        Unavailable = "Unavailable",
        /// Its primary Region is being changed.
        Updating = "Updating",
    }
}

words! {
    /// The expiration model of imported key material.
    pub enum ExpirationModel {
        /// It expires at `ValidTo`.
        KeyMaterialExpires = "KEY_MATERIAL_EXPIRES",
        /// It does not expire.
        KeyMaterialDoesNotExpire = "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
}

/// The `KeyMetadata` of a KMS key. Unknown members are preserved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyMetadata {
    /// The 12 digits of the owner's account.
    #[serde(rename = "AWSAccountId")]
    pub aws_account_id: String,
    /// The key id.
    pub key_id: String,
    /// The key ARN.
    pub arn: KeyArn,
    /// The creation time.
    pub creation_date: Timestamp,
    /// True if the key is enabled.
    pub enabled: bool,
    /// The description.
    #[serde(default)]
    pub description: String,
    /// The key usage.
    pub key_usage: KeyUsage,
    /// The key state.
    pub key_state: KeyState,
    /// The deletion date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<Timestamp>,
    /// The expiry of the key material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// The origin of the key material.
    pub origin: Origin,
    /// The expiration model of the key material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<ExpirationModel>,
    /// `CUSTOMER` or `AWS`.
    pub key_manager: String,
    /// The former name of [`Self::key_spec`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_master_key_spec: Option<String>,
    /// The key spec.
    pub key_spec: KeySpec,
    /// Every other member.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The reasons why a document does not describe a KMS key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyMetadataError {
    /// The JSON is invalid.
    #[error("{0}")]
    Json(JsonError),
    /// The key spec is unknown.
    #[error("unknown key spec '{0}'")]
    UnknownKeySpec(String),
    /// Another member is missing, or has an unknown value.
    #[error("not a key description: {0}")]
    Member(String),
}

impl From<JsonError> for KeyMetadataError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// The parameters of `CreateKey` for imported material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The ARN of the new key.
    pub arn: KeyArn,
    /// The key spec.
    pub key_spec: KeySpec,
    /// The key usage; one of [`KeySpec::key_usages`].
    pub key_usage: KeyUsage,
    /// The description.
    pub description: String,
}

/// A description of a key that is longer than [`MAX_DESCRIPTION_LEN`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionTooLong {
    /// The number of its characters.
    pub len: usize,
    refusal: Refusal,
}

impl DescriptionTooLong {
    /// Returns AWS's answer.
    pub fn refusal(&self) -> Refusal {
        self.refusal.clone()
    }
}

impl fmt::Display for DescriptionTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)
    }
}

impl error::Error for DescriptionTooLong {}

impl NewKey {
    /// Checks the description as `CreateKey` does.
    ///
    /// # Errors
    ///
    /// [`DescriptionTooLong`].
    pub fn check_description(&self) -> Result<(), DescriptionTooLong> {
        let mut violations = Violations::default();
        violations.length("description", &self.description, 0, MAX_DESCRIPTION_LEN);
        match violations.into_refusal() {
            Some(refusal) => Err(DescriptionTooLong {
                len: self.description.chars().count(),
                refusal,
            }),
            None => Ok(()),
        }
    }
}

impl KeyMetadata {
    /// Describes a new key with `Origin` `EXTERNAL`, in `PendingImport`.
    ///
    /// The key is multi-Region if its ID says so.
    pub fn pending_import(key: NewKey, now: Timestamp) -> Self {
        let multi_region = key.arn.key_id().is_multi_region();
        let mut other = Map::new();
        if let Some((member, algorithms)) = algorithms(key.key_spec, key.key_usage) {
            other.insert(member.to_owned(), json!(algorithms));
        }
        other.insert("MultiRegion".to_owned(), json!(multi_region));
        if multi_region {
            let primary = json!({"Arn": key.arn, "Region": key.arn.region().as_str()});
            let configuration =
                json!({"MultiRegionKeyType": "PRIMARY", "PrimaryKey": primary, "ReplicaKeys": []});
            other.insert("MultiRegionConfiguration".to_owned(), configuration);
        }
        Self {
            aws_account_id: key.arn.account_id().to_string(),
            key_id: key.arn.key_id().to_string(),
            arn: key.arn,
            creation_date: now,
            enabled: false,
            description: key.description,
            key_usage: key.key_usage,
            key_state: KeyState::PendingImport,
            deletion_date: None,
            valid_to: None,
            origin: Origin::External,
            expiration_model: None,
            key_manager: "CUSTOMER".to_owned(),
            customer_master_key_spec: Some(key.key_spec.to_string()),
            key_spec: key.key_spec,
            other,
        }
    }

    /// Describes a new key with `Origin` `AWS_KMS`: enabled, with material of its own. `material_id` is
    /// the identifier of a symmetric key's material.
    pub fn made_by_aws(key: NewKey, material_id: &str, now: Timestamp) -> Self {
        let mut metadata = Self::pending_import(key, now);
        metadata.origin = Origin::AwsKms;
        metadata.key_state = KeyState::Enabled;
        metadata.enabled = true;
        if metadata.key_spec == KeySpec::SymmetricDefault {
            metadata
                .other
                .insert("CurrentKeyMaterialId".to_owned(), json!(material_id));
        }
        metadata
    }

    /// Describes a new replica of `primary`, whose material has this `origin`: in `PendingImport`, or
    /// enabled.
    pub fn replica(key: NewKey, primary: &KeyArn, origin: Origin, now: Timestamp) -> Self {
        let named = |arn: &KeyArn| json!({"Arn": arn, "Region": arn.region().as_str()});
        let configuration = json!({
            "MultiRegionKeyType": "REPLICA",
            "PrimaryKey": named(primary),
            "ReplicaKeys": [named(&key.arn)],
        });
        let mut metadata = Self::pending_import(key, now);
        metadata
            .other
            .insert("MultiRegionConfiguration".to_owned(), configuration);
        if origin != Origin::External {
            metadata.origin = origin;
            metadata.key_state = KeyState::Enabled;
            metadata.enabled = true;
        }
        metadata
    }

    /// Returns whether AWS KMS generates the key material.
    pub fn is_generated(&self) -> bool {
        self.origin == Origin::AwsKms
    }

    /// Returns whether the key is a replica of a multi-Region primary key.
    pub fn is_replica(&self) -> bool {
        let configuration = self.other.get("MultiRegionConfiguration");
        configuration
            .and_then(|it| it.get("MultiRegionKeyType"))
            .is_some_and(|kind| kind == "REPLICA")
    }

    /// Changes the role of a multi-Region key.
    pub(crate) fn set_multi_region_key_type(&mut self, kind: MultiRegionKeyType) {
        let configuration = self.other.entry("MultiRegionConfiguration");
        configuration.or_insert(json!({}))["MultiRegionKeyType"] = json!(kind);
    }

    /// Returns the ARN of the multi-Region primary key, if the description has it.
    pub fn primary_arn(&self) -> Option<KeyArn> {
        let primary = self
            .other
            .get("MultiRegionConfiguration")?
            .get("PrimaryKey")?;
        KeyArn::parse(primary.get("Arn")?.as_str()?)
    }

    /// Parses the output of `describe-key` or `create-key`, with or without the outer
    /// `KeyMetadata`.
    ///
    /// # Errors
    ///
    /// [`KeyMetadataError`]; an unknown key spec is named.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeyMetadataError> {
        let document = Object::read(bytes)?;
        Self::from_object(document.object("KeyMetadata")?.unwrap_or(document))
    }

    /// Parses `KeyMetadata` itself.
    ///
    /// # Errors
    ///
    /// As [`Self::from_json`].
    pub fn from_object(mut metadata: Object) -> Result<Self, KeyMetadataError> {
        if metadata.member("Arn").is_none() {
            return Err(JsonError::Missing("Arn").into());
        }
        // Before 2021 the key spec had only its former name.
        let older = metadata.text("CustomerMasterKeySpec")?.map(str::to_owned);
        let spec = metadata.text("KeySpec")?.map(str::to_owned).or(older);
        let spec = spec.ok_or(JsonError::Missing("KeySpec"))?;
        if spec.parse::<KeySpec>().is_err() {
            return Err(KeyMetadataError::UnknownKeySpec(spec));
        }
        metadata.set("KeySpec", Value::String(spec));
        let metadata: Self = serde_json::from_value(metadata.into_value())
            .map_err(|error| KeyMetadataError::Member(error.to_string()))?;
        let (arn, id) = (&metadata.arn, metadata.arn.key_id().as_str());
        if metadata.key_id != id || metadata.aws_account_id != arn.account_id().as_str() {
            return Err(KeyMetadataError::Member(
                "Arn names another key than KeyId and AWSAccountId".to_owned(),
            ));
        }
        Ok(metadata)
    }
}

/// Returns the member that lists the algorithms of a key, and the list.
///
/// # Source
///
/// AWS KMS API Reference, `KeyMetadata`; Developer Guide, "Key spec reference".
pub(crate) fn algorithms(
    key_spec: KeySpec,
    key_usage: KeyUsage,
) -> Option<(&'static str, Vec<String>)> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Some(match (key_usage, key_spec.family()) {
        (KeyUsage::EncryptDecrypt, Family::Symmetric) => {
            ("EncryptionAlgorithms", words(&["SYMMETRIC_DEFAULT"]))
        }
        (KeyUsage::EncryptDecrypt, Family::Rsa { .. }) => (
            "EncryptionAlgorithms",
            words(&["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
        ),
        (KeyUsage::EncryptDecrypt, Family::Ec(Curve::Sm2)) => {
            ("EncryptionAlgorithms", words(&["SM2PKE"]))
        }
        (KeyUsage::SignVerify, Family::Rsa { .. }) => (
            "SigningAlgorithms",
            words(&[
                "RSASSA_PKCS1_V1_5_SHA_256",
                "RSASSA_PKCS1_V1_5_SHA_384",
                "RSASSA_PKCS1_V1_5_SHA_512",
                "RSASSA_PSS_SHA_256",
                "RSASSA_PSS_SHA_384",
                "RSASSA_PSS_SHA_512",
            ]),
        ),
        (KeyUsage::SignVerify, Family::Ec(Curve::Sm2)) => ("SigningAlgorithms", words(&["SM2DSA"])),
        (KeyUsage::SignVerify, Family::Ed25519) => (
            "SigningAlgorithms",
            words(&["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
        ),
        (KeyUsage::SignVerify, Family::Ec(_)) => {
            let bits = match key_spec {
                KeySpec::EccNistP384 => 384,
                KeySpec::EccNistP521 => 512,
                _ => 256,
            };
            ("SigningAlgorithms", vec![format!("ECDSA_SHA_{bits}")])
        }
        (KeyUsage::SignVerify, Family::NotImportable) => {
            ("SigningAlgorithms", words(&["ML_DSA_SHAKE_256"]))
        }
        (KeyUsage::EncapsulateDecapsulate, Family::NotImportable) => {
            ("EncapsulationAlgorithms", words(&["ML_KEM"]))
        }
        (KeyUsage::KeyAgreement, Family::Ec(_)) => ("KeyAgreementAlgorithms", words(&["ECDH"])),
        (KeyUsage::GenerateVerifyMac, Family::Hmac { .. }) => (
            "MacAlgorithms",
            vec![key_spec.as_str().replace("HMAC_", "HMAC_SHA_")],
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESCRIBED: &str = r#"{"KeyMetadata": {
        "AWSAccountId": "111122223333", "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "Arn": "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "CreationDate": "2026-02-19T15:07:13.227000+01:00", "Enabled": false, "Description": "",
        "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "PendingImport", "Origin": "EXTERNAL",
        "KeyManager": "CUSTOMER", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": false, "Newer": {"a": [1]}
    }}"#;

    #[test]
    fn members_that_are_not_known_are_kept() {
        let metadata = KeyMetadata::from_json(DESCRIBED.as_bytes()).expect("a description");
        let written = serde_json::to_value(&metadata).expect("serializes");
        assert_eq!(written["Newer"], json!({"a": [1]}));
        assert_eq!(written["KeySpec"], "SYMMETRIC_DEFAULT");
        assert_eq!(written["CreationDate"], json!(1_771_510_033.227));
        let again = Object::parse(written.to_string().as_bytes()).expect("an object");
        assert_eq!(KeyMetadata::from_object(again), Ok(metadata));
    }

    #[test]
    fn a_key_spec_that_is_not_known_is_named() {
        let newer = DESCRIBED.replace("\"SYMMETRIC_DEFAULT\",", "\"SLH_DSA_128S\",");
        assert_eq!(
            KeyMetadata::from_json(newer.as_bytes()),
            Err(KeyMetadataError::UnknownKeySpec("SLH_DSA_128S".to_owned()))
        );
        assert_eq!(
            KeyMetadata::from_json(b"{}"),
            Err(JsonError::Missing("Arn").into())
        );
    }

    #[test]
    fn every_key_that_can_be_made_says_what_it_can_do() {
        let arn = "arn:aws:kms:us-east-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
        for key_spec in KeySpec::ALL {
            for key_usage in key_spec.key_usages() {
                let (member, list) = algorithms(*key_spec, *key_usage).expect("a list");
                assert!(!list.is_empty(), "{key_spec} {key_usage}");
                let metadata = KeyMetadata::pending_import(
                    NewKey {
                        arn: KeyArn::parse(arn).expect("an ARN"),
                        key_spec: *key_spec,
                        key_usage: *key_usage,
                        description: String::new(),
                    },
                    Timestamp::from_millis(0).expect("1970"),
                );
                assert_eq!(metadata.other[member], json!(list));
                assert_eq!(
                    metadata.other["MultiRegionConfiguration"]["PrimaryKey"]["Region"],
                    "us-east-2"
                );
            }
        }
    }

    /// The algorithms of keys that AWS KMS generates.
    #[test]
    fn newer_key_specs_list_their_algorithms() {
        let listed = |key_spec: KeySpec| algorithms(key_spec, key_spec.key_usages()[0]);
        let ed25519 = ["ED25519_SHA_512", "ED25519_PH_SHA_512"].map(str::to_owned);
        assert_eq!(
            listed(KeySpec::EccNistEdwards25519),
            Some(("SigningAlgorithms", ed25519.to_vec()))
        );
        for key_spec in [KeySpec::MlDsa44, KeySpec::MlDsa65, KeySpec::MlDsa87] {
            let list = vec!["ML_DSA_SHAKE_256".to_owned()];
            assert_eq!(listed(key_spec), Some(("SigningAlgorithms", list)));
        }
        for key_spec in [KeySpec::MlKem512, KeySpec::MlKem768, KeySpec::MlKem1024] {
            let list = vec!["ML_KEM".to_owned()];
            assert_eq!(listed(key_spec), Some(("EncapsulationAlgorithms", list)));
        }
    }
}
