//! A material as `ListKeyRotations` lists it.

use serde::Serialize;

use crate::{
    key_id::KeyArn, key_material_id::KeyMaterialId, key_metadata::ExpirationModel,
    key_record::RotationType, timestamp::Timestamp, words::words,
};

words! {
    /// The import state of a material.
    pub enum ImportState {
        /// Imported.
        Imported = "IMPORTED",
        /// To be imported again.
        PendingImport = "PENDING_IMPORT",
    }
}

words! {
    /// The role of a material for its key.
    pub enum KeyMaterialState {
        /// It encrypts and decrypts.
        Current = "CURRENT",
        /// It decrypts ciphertexts from before a rotation.
        NonCurrent = "NON_CURRENT",
        /// The next rotation makes it current.
        PendingRotation = "PENDING_ROTATION",
        /// It waits until the replicas have it too.
        PendingMultiRegionImportAndRotation = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
    }
}

words! {
    /// The materials that `ListKeyRotations` lists.
    pub enum IncludeKeyMaterial {
        /// All of them.
        AllKeyMaterial = "ALL_KEY_MATERIAL",
        /// Those that a rotation made current.
        RotationsOnly = "ROTATIONS_ONLY",
    }
}

/// A material of a key, as `ListKeyRotations` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MaterialEntry {
    /// The ARN of the key.
    pub key_id: KeyArn,
    /// The identifier of the material.
    pub key_material_id: KeyMaterialId,
    /// The owner's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_material_description: Option<String>,
    /// The import state; `None` if AWS KMS generates the material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_state: Option<ImportState>,
    /// The role in the key.
    pub key_material_state: KeyMaterialState,
    /// The expiration model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<ExpirationModel>,
    /// The expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// The time when it became current; `None` for the first material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_date: Option<Timestamp>,
    /// The kind of rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_type: Option<RotationType>,
}
