//! The record of one rehearsed KMS key: its description, and its history in the store.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    blob::Blob,
    grant::Grant,
    hex,
    import_token::{ImportToken, TokenContents},
    json::{JsonError, Object},
    key_material_id::KeyMaterialId,
    key_metadata::{ExpirationModel, KeyMetadata, KeyMetadataError, KeyState},
    timestamp::Timestamp,
    words::words,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The version of [`KeyHistory`] that is read and written.
pub const VERSION: u32 = 1;
/// The number of parameter sets that a record keeps.
const MAX_PARAMETER_SETS: usize = 16;
/// The number of events that a record keeps.
const MAX_EVENTS: usize = 256;

words! {
    /// The events of a rehearsed key, with their CloudTrail names.
    pub enum EventName {
        /// Key material was imported, for the first time or again.
        ImportKeyMaterial = "ImportKeyMaterial",
        /// Key material was deleted on request.
        DeleteImportedKeyMaterial = "DeleteImportedKeyMaterial",
        /// Key material expired.
        DeleteExpiredKeyMaterial = "DeleteExpiredKeyMaterial",
        /// Another material became current.
        RotateKeyOnDemand = "RotateKeyOnDemand",
        /// Another material became current by itself.
        RotateKey = "RotateKey",
        /// Automatic rotation was enabled, or got another period.
        EnableKeyRotation = "EnableKeyRotation",
        /// Automatic rotation was disabled.
        DisableKeyRotation = "DisableKeyRotation",
        /// The key was replicated.
        ReplicateKey = "ReplicateKey",
        /// The key became the primary key, or a replica.
        UpdatePrimaryRegion = "UpdatePrimaryRegion",
        /// The key was enabled.
        EnableKey = "EnableKey",
        /// The key was disabled.
        DisableKey = "DisableKey",
        /// The deletion of the key was scheduled.
        ScheduleKeyDeletion = "ScheduleKeyDeletion",
        /// The deletion was cancelled.
        CancelKeyDeletion = "CancelKeyDeletion",
        /// The state was set by hand, which no operation of AWS KMS does.
        SetKeyState = "SetKeyState",
    }
}

words! {
    /// The way in which a key got its current material.
    pub enum RotationType {
        /// After a period.
        Automatic = "AUTOMATIC",
        /// On request.
        OnDemand = "ON_DEMAND",
    }
}

/// A rehearsed KMS key: its description, and its history in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyRecord {
    /// The description, as `describe-key` prints it.
    pub key_metadata: KeyMetadata,
    /// The history in the store.
    pub rehearsal: KeyHistory,
}

/// The history of a rehearsed key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyHistory {
    /// The version of this form.
    pub version: u32,
    /// The last parameter sets, oldest first.
    pub parameter_sets: Vec<ParameterSet>,
    /// The materials of the key, in order of import.
    #[serde(default)]
    pub materials: Vec<Material>,
    /// The rotations, oldest first.
    #[serde(default)]
    pub rotations: Vec<Rotation>,
    /// The automatic rotation, if it is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic_rotation: Option<AutomaticRotation>,
    /// The number of materials that the key ever had, forgotten ones included.
    #[serde(default)]
    pub associations: u32,
    /// The last events, in the order in which they were recorded.
    #[serde(default)]
    pub events: Vec<Event>,
    /// The tags of the key, by tag key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The grants, earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// The key policy; `None` for AWS's default policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// A tag of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// The tag key, unique on a KMS key.
    #[serde(rename = "TagKey")]
    pub key: String,
    /// The tag value, which may be empty.
    #[serde(rename = "TagValue")]
    pub value: String,
}

/// A material of a key, by its identifier. The material itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Material {
    /// The identifier of the material.
    pub key_material_id: KeyMaterialId,
    /// The ordinal of the material in the key, from 1. A replica repeats the number of its primary.
    /// The same bytes get another number when the primary imports them again.
    pub association: u32,
    /// The description of the material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_material_description: Option<String>,
    /// The public key of a key pair, an SPKI in DER.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Blob>,
    /// The import state; `None` while the material has to be imported again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
}

/// The import state of a material. Material that AWS KMS generates has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Imported {
    /// The import time.
    pub imported_at: Timestamp,
    /// The expiration model.
    pub expiration_model: ExpirationModel,
    /// The expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
}

/// A change of the current material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rotation {
    /// The material that became current.
    pub key_material_id: KeyMaterialId,
    /// The time.
    pub rotation_date: Timestamp,
    /// The way.
    pub rotation_type: RotationType,
}

/// The automatic rotation of a key whose material AWS KMS generates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AutomaticRotation {
    /// The time between two rotations, in days.
    pub rotation_period_in_days: u32,
    /// The time of the next rotation.
    pub next_rotation_date: Timestamp,
}

/// An event of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// The time.
    pub at: Timestamp,
    /// Its position in the history of the key, from 1; 0 in a record without numbers.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: u64,
    /// The event.
    pub event_name: EventName,
    /// The material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_material_id: Option<KeyMaterialId>,
    /// The expiry of the imported material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// The key state afterwards.
    pub key_state: KeyState,
}

/// Import parameters that were issued for a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ParameterSet {
    /// The time of issue.
    pub issued_at: Timestamp,
    /// Their position in the history of the key, from 1; 0 in a record without numbers.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: u64,
    /// The time of expiry.
    pub parameters_valid_to: Timestamp,
    /// The wrapping algorithm.
    pub wrapping_algorithm: WrappingAlgorithm,
    /// The wrapping key spec.
    pub wrapping_key_spec: WrappingKeySpec,
    /// SHA-256 of the wrapping public key (SPKI), in hex.
    pub public_key_sha256: String,
    /// The import token.
    pub import_token: Blob,
}

/// The reasons why bytes are not the record of a rehearsed key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRecordError {
    /// The JSON is invalid.
    #[error("{0}")]
    Json(JsonError),
    /// The description of the key is invalid.
    #[error("{0}")]
    KeyMetadata(KeyMetadataError),
    /// A newer version of byok wrote it.
    #[error("a key record of version {0}; expected version {VERSION}", VERSION = VERSION)]
    Version(u64),
    /// A member is missing or has an unknown value.
    #[error("not a key record: {0}")]
    Member(String),
}

impl From<JsonError> for KeyRecordError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl KeyRecord {
    /// Builds the record of a key without history.
    pub fn new(key_metadata: KeyMetadata) -> Self {
        let rehearsal = KeyHistory {
            version: VERSION,
            parameter_sets: vec![],
            materials: vec![],
            rotations: vec![],
            automatic_rotation: None,
            associations: 0,
            events: vec![],
            tags: vec![],
            grants: vec![],
            policy: None,
        };
        Self {
            key_metadata,
            rehearsal,
        }
    }

    /// Parses a record.
    ///
    /// # Errors
    ///
    /// [`KeyRecordError`]; an unknown version comes before any other fault.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeyRecordError> {
        let document = Object::parse(bytes)?;
        let metadata = document
            .object("KeyMetadata")?
            .ok_or(JsonError::Missing("KeyMetadata"))?;
        let rehearsal = document
            .object("Rehearsal")?
            .ok_or(JsonError::Missing("Rehearsal"))?;
        match rehearsal.member("Version").and_then(Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => return Err(KeyRecordError::Version(version)),
            None => return Err(JsonError::Missing("Version").into()),
        }
        Ok(Self {
            key_metadata: KeyMetadata::from_object(metadata)
                .map_err(KeyRecordError::KeyMetadata)?,
            rehearsal: serde_json::from_value(rehearsal.into_value())
                .map_err(|error| KeyRecordError::Member(error.to_string()))?,
        })
    }

    /// Writes the record.
    pub fn to_json(&self) -> String {
        crate::json::pretty(self)
    }

    /// Numbers and remembers `set`, and forgets the oldest beyond 16. Opening a token needs no memory
    /// of it.
    pub fn append(&mut self, set: ParameterSet) {
        let number = self.next_number();
        self.rehearsal
            .parameter_sets
            .push(ParameterSet { number, ..set });
        let surplus = self
            .rehearsal
            .parameter_sets
            .len()
            .saturating_sub(MAX_PARAMETER_SETS);
        self.rehearsal.parameter_sets.drain(..surplus);
    }

    /// Numbers and remembers `event`, and forgets the oldest beyond 256. Nothing is decided by events.
    pub fn remember(&mut self, event: Event) {
        let number = self.next_number();
        self.rehearsal.events.push(Event { number, ..event });
        let surplus = self.rehearsal.events.len().saturating_sub(MAX_EVENTS);
        self.rehearsal.events.drain(..surplus);
    }

    /// Returns the number of the next entry: the entry with the highest number is never forgotten.
    fn next_number(&self) -> u64 {
        let set = self.rehearsal.parameter_sets.last().map(|set| set.number);
        let event = self.rehearsal.events.last().map(|event| event.number);
        set.max(event).unwrap_or_default().saturating_add(1)
    }

    /// Returns the latest time in the record. A clock before it has gone back.
    pub fn latest_moment(&self) -> Timestamp {
        let issued = self
            .rehearsal
            .parameter_sets
            .iter()
            .map(|set| set.issued_at);
        let happened = self.rehearsal.events.iter().map(|event| event.at);
        issued
            .chain(happened)
            .fold(self.key_metadata.creation_date, Timestamp::max)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl ParameterSet {
    /// Returns the recorded facts of a token.
    pub fn of(contents: &TokenContents, token: &ImportToken) -> Self {
        let public_key = contents.private_key.public_key();
        Self {
            issued_at: contents.issued_at,
            number: 0,
            parameters_valid_to: contents.parameters_valid_to,
            wrapping_algorithm: contents.algorithm,
            wrapping_key_spec: public_key.spec(),
            public_key_sha256: hex::encode(&public_key.sha256()),
            import_token: token.blob().clone(),
        }
    }
}
