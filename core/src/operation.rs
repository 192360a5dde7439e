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
        /// Derives a shared secret.
        DeriveSharedSecret = "DeriveSharedSecret",
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
        /// Generates a data key pair, and encrypts its private key.
        GenerateDataKeyPair = "GenerateDataKeyPair",
        /// Generates a data key pair, and returns its private key only encrypted.
        GenerateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext",
        /// Generates a data key, and returns it only encrypted.
        GenerateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext",
        /// Generates a MAC.
        GenerateMac = "GenerateMac",
        /// Generates random bytes.
        GenerateRandom = "GenerateRandom",
        /// Returns the last use of a key.
        GetKeyLastUsage = "GetKeyLastUsage",
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
        /// Decrypts, and encrypts with another key.
        ReEncrypt = "ReEncrypt",
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
        /// Makes a replica the primary key.
        UpdatePrimaryRegion = "UpdatePrimaryRegion",
        /// Verifies a signature.
        Verify = "Verify",
        /// Verifies a MAC.
        VerifyMac = "VerifyMac",
    }
}

words! {
    /// A check that a dry run leaves out.
    pub enum DryRunModifier {
        /// The ciphertext is not checked, and need not be there.
        IgnoreCiphertext = "IGNORE_CIPHERTEXT",
    }
}

impl Operation {
    /// Returns whether the operation uses the material of a key, so that `GetKeyLastUsage` shows it.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `KeyLastUsageData`.
    pub const fn is_key_use(self) -> bool {
        matches!(
            self,
            Self::Decrypt
                | Self::DeriveSharedSecret
                | Self::Encrypt
                | Self::GenerateDataKey
                | Self::GenerateDataKeyPair
                | Self::GenerateDataKeyPairWithoutPlaintext
                | Self::GenerateDataKeyWithoutPlaintext
                | Self::GenerateMac
                | Self::ReEncrypt
                | Self::Sign
                | Self::Verify
                | Self::VerifyMac
        )
    }

    /// Returns whether an alias can stand for the key: its name or its ARN as `KeyId`.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `KeyId` on the page of each operation.
    pub const fn takes_aliases(self) -> bool {
        self.is_key_use() || matches!(self, Self::DescribeKey | Self::GetPublicKey)
    }

    /// Returns whether a request has `GrantTokens`.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, the page of each operation.
    pub const fn takes_grant_tokens(self) -> bool {
        self.takes_aliases() || matches!(self, Self::CreateGrant)
    }

    /// Returns whether the operation generates a key pair, which can occupy a processor for seconds.
    pub const fn generates_key_pair(self) -> bool {
        matches!(
            self,
            Self::GenerateDataKeyPair
                | Self::GenerateDataKeyPairWithoutPlaintext
                | Self::GetParametersForImport
        )
    }
}
