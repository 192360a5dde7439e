//! A material as `ListKeyRotations` lists it.

use serde::Serialize;

use crate::{
    key_id::KeyArn, key_material_id::KeyMaterialId, key_metadata::ExpirationModel,
    key_record::RotationType, timestamp::Timestamp, words::words,
};

words! {
    /// Whether a material is held.
    pub enum ImportState {
        /// It is.
        Imported = "IMPORTED",
        /// It has to be imported again.
        PendingImport = "PENDING_IMPORT",
    }
}

words! {
    /// What a material is to its key.
    pub enum KeyMaterialState {
        /// It encrypts and decrypts.
        Current = "CURRENT",
        /// It decrypts what it encrypted before a rotation.
        NonCurrent = "NON_CURRENT",
        /// It becomes the current one with the next rotation.
        PendingRotation = "PENDING_ROTATION",
        /// It waits for the replicas to have it, too.
        PendingMultiRegionImportAndRotation = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
    }
}

words! {
    /// Which materials `ListKeyRotations` lists.
    pub enum IncludeKeyMaterial {
        /// All of them.
        AllKeyMaterial = "ALL_KEY_MATERIAL",
        /// Those that a rotation made the current one.
        RotationsOnly = "ROTATIONS_ONLY",
    }
}

/// A material of a key as `ListKeyRotations` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MaterialEntry {
    /// The key.
    pub key_id: KeyArn,
    /// The material.
    pub key_material_id: KeyMaterialId,
    /// The owner's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_material_description: Option<String>,
    /// Whether it is held.
    pub import_state: ImportState,
    /// What it is to its key.
    pub key_material_state: KeyMaterialState,
    /// Whether it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<ExpirationModel>,
    /// When it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// When it became the current one; not for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_date: Option<Timestamp>,
    /// How it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_type: Option<RotationType>,
}
