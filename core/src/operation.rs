//! The operations of the KMS API that are rehearsed.

use crate::words::words;

words! {
    /// The operations of the KMS API that are rehearsed.
    pub enum Operation {
        /// Cancels a deletion.
        CancelKeyDeletion = "CancelKeyDeletion",
        /// Creates an alias of a key.
        CreateAlias = "CreateAlias",
        /// Creates a grant for a key.
        CreateGrant = "CreateGrant",
        /// Creates a key.
        CreateKey = "CreateKey",
        /// Decrypts.
        Decrypt = "Decrypt",
        /// Deletes an alias.
        DeleteAlias = "DeleteAlias",
        /// Deletes imported key material.
        DeleteImportedKeyMaterial = "DeleteImportedKeyMaterial",
        /// Describes a key.
        DescribeKey = "DescribeKey",
        /// Disables a key.
        DisableKey = "DisableKey",
        /// Disables automatic rotation.
        DisableKeyRotation = "DisableKeyRotation",
        /// Enables a key.
        EnableKey = "EnableKey",
        /// Enables automatic rotation.
        EnableKeyRotation = "EnableKeyRotation",
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
        /// Lists the aliases of all keys, or of one.
        ListAliases = "ListAliases",
        /// Lists the grants of a key.
        ListGrants = "ListGrants",
        /// Lists the names of the key policies.
        ListKeyPolicies = "ListKeyPolicies",
        /// Lists the materials of a key.
        ListKeyRotations = "ListKeyRotations",
        /// Lists the keys.
        ListKeys = "ListKeys",
        /// Lists the tags of a key.
        ListResourceTags = "ListResourceTags",
        /// Lists the grants that a principal can retire.
        ListRetirableGrants = "ListRetirableGrants",
        /// Replaces the key policy.
        PutKeyPolicy = "PutKeyPolicy",
        /// Replicates a multi-Region key into another Region.
        ReplicateKey = "ReplicateKey",
        /// Deletes a grant, by its token or its ID.
        RetireGrant = "RetireGrant",
        /// Deletes a grant.
        RevokeGrant = "RevokeGrant",
        /// Makes another material current.
        RotateKeyOnDemand = "RotateKeyOnDemand",
        /// Schedules the deletion of a key.
        ScheduleKeyDeletion = "ScheduleKeyDeletion",
        /// Signs.
        Sign = "Sign",
        /// Tags a key.
        TagResource = "TagResource",
        /// Removes tags of a key.
        UntagResource = "UntagResource",
        /// Gives an alias to another key.
        UpdateAlias = "UpdateAlias",
        /// Replaces the description of a key.
        UpdateKeyDescription = "UpdateKeyDescription",
        /// Verifies a signature.
        Verify = "Verify",
        /// Verifies a MAC.
        VerifyMac = "VerifyMac",
    }
}

impl Operation {
    /// Returns whether an alias can stand for the key: its name or its ARN as `KeyId`.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `KeyId` on the page of each operation.
    pub const fn takes_aliases(self) -> bool {
        matches!(
            self,
            Self::Decrypt
                | Self::DescribeKey
                | Self::Encrypt
                | Self::GenerateDataKey
                | Self::GenerateMac
                | Self::GetPublicKey
                | Self::Sign
                | Self::Verify
                | Self::VerifyMac
        )
    }

    /// Returns whether a request has `GrantTokens`.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, the page of each operation.
    pub const fn takes_grant_tokens(self) -> bool {
        matches!(
            self,
            Self::CreateGrant
                | Self::Decrypt
                | Self::DescribeKey
                | Self::Encrypt
                | Self::GenerateDataKey
                | Self::GenerateMac
                | Self::GetPublicKey
                | Self::Sign
                | Self::Verify
                | Self::VerifyMac
        )
    }
}
