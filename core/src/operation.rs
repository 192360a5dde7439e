//! The operations of the KMS API that are rehearsed.

use crate::words::words;

words! {
    /// The operations of the KMS API that are rehearsed.
    pub enum Operation {
        /// Cancels a deletion.
        CancelKeyDeletion = "CancelKeyDeletion",
        /// Creates a key.
        CreateKey = "CreateKey",
        /// Decrypts.
        Decrypt = "Decrypt",
        /// Deletes imported key material.
        DeleteImportedKeyMaterial = "DeleteImportedKeyMaterial",
        /// Describes a key.
        DescribeKey = "DescribeKey",
        /// Disables a key.
        DisableKey = "DisableKey",
        /// Enables a key.
        EnableKey = "EnableKey",
        /// Encrypts.
        Encrypt = "Encrypt",
        /// Generates a data key, and encrypts it.
        GenerateDataKey = "GenerateDataKey",
        /// Generates a MAC.
        GenerateMac = "GenerateMac",
        /// Returns the key policy.
        GetKeyPolicy = "GetKeyPolicy",
        /// Returns whether automatic rotation is enabled.
        GetKeyRotationStatus = "GetKeyRotationStatus",
        /// Requests import parameters.
        GetParametersForImport = "GetParametersForImport",
        /// Returns the public key of a key pair.
        GetPublicKey = "GetPublicKey",
        /// Imports key material.
        ImportKeyMaterial = "ImportKeyMaterial",
        /// Lists the materials of a key.
        ListKeyRotations = "ListKeyRotations",
        /// Lists the keys.
        ListKeys = "ListKeys",
        /// Lists the tags of a key.
        ListResourceTags = "ListResourceTags",
        /// Replicates a multi-Region key into another Region.
        ReplicateKey = "ReplicateKey",
        /// Makes another material current.
        RotateKeyOnDemand = "RotateKeyOnDemand",
        /// Schedules the deletion of a key.
        ScheduleKeyDeletion = "ScheduleKeyDeletion",
        /// Signs.
        Sign = "Sign",
        /// Tags a key.
        TagResource = "TagResource",
        /// Verifies a signature.
        Verify = "Verify",
        /// Verifies a MAC.
        VerifyMac = "VerifyMac",
    }
}
