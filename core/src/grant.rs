//! Grants: permissions for a KMS key. They are kept and listed, and nothing is decided by them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    hex,
    key_metadata::KeyMetadata,
    key_spec::{Family, KeyUsage},
    timestamp::Timestamp,
    words::words,
};

/// The number of bytes of a grant ID.
pub const GRANT_ID_LEN: usize = 32;

words! {
    /// An operation that a grant permits.
    pub enum GrantOperation {
        /// `Decrypt`.
        Decrypt = "Decrypt",
        /// `Encrypt`.
        Encrypt = "Encrypt",
        /// `GenerateDataKey`.
        GenerateDataKey = "GenerateDataKey",
        /// `GenerateDataKeyWithoutPlaintext`.
        GenerateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext",
        /// `ReEncrypt` from this key.
        ReEncryptFrom = "ReEncryptFrom",
        /// `ReEncrypt` to this key.
        ReEncryptTo = "ReEncryptTo",
        /// `Sign`.
        Sign = "Sign",
        /// `Verify`.
        Verify = "Verify",
        /// `GetPublicKey`.
        GetPublicKey = "GetPublicKey",
        /// `CreateGrant`.
        CreateGrant = "CreateGrant",
        /// `RetireGrant`.
        RetireGrant = "RetireGrant",
        /// `DescribeKey`.
        DescribeKey = "DescribeKey",
        /// `GenerateDataKeyPair`.
        GenerateDataKeyPair = "GenerateDataKeyPair",
        /// `GenerateDataKeyPairWithoutPlaintext`.
        GenerateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext",
        /// `GenerateMac`.
        GenerateMac = "GenerateMac",
        /// `VerifyMac`.
        VerifyMac = "VerifyMac",
        /// `DeriveSharedSecret`.
        DeriveSharedSecret = "DeriveSharedSecret",
        /// `Encapsulate`.
        Encapsulate = "Encapsulate",
        /// `Decapsulate`.
        Decapsulate = "Decapsulate",
    }
}

impl GrantOperation {
    /// Returns whether a key supports the operation.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "Grants in AWS KMS", "Grant operations".
    pub fn is_for(self, key: &KeyMetadata) -> bool {
        let usage = key.key_usage;
        let is_symmetric = key.key_spec.family() == Family::Symmetric;
        let is_key_pair = !is_symmetric && !matches!(key.key_spec.family(), Family::Hmac { .. });
        match self {
            Self::Decrypt | Self::Encrypt | Self::ReEncryptFrom | Self::ReEncryptTo => {
                usage == KeyUsage::EncryptDecrypt
            }
            Self::GenerateDataKey
            | Self::GenerateDataKeyWithoutPlaintext
            | Self::GenerateDataKeyPair
            | Self::GenerateDataKeyPairWithoutPlaintext => is_symmetric,
            Self::Sign | Self::Verify => usage == KeyUsage::SignVerify,
            Self::GetPublicKey => is_key_pair,
            Self::GenerateMac | Self::VerifyMac => usage == KeyUsage::GenerateVerifyMac,
            Self::DeriveSharedSecret => usage == KeyUsage::KeyAgreement,
            Self::Encapsulate | Self::Decapsulate => usage == KeyUsage::EncapsulateDecapsulate,
            Self::CreateGrant | Self::RetireGrant | Self::DescribeKey => true,
        }
    }
}

/// The ID of a grant: 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantId(String);

impl GrantId {
    /// Returns the ID with these bytes.
    pub fn from_bytes(bytes: [u8; GRANT_ID_LEN]) -> Self {
        Self(hex::encode(&bytes))
    }

    /// Accepts exactly 64 lower-case hex digits. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_id = text.len() == 2 * GRANT_ID_LEN && text.bytes().all(is_digit);
        is_id.then(|| Self(text.to_owned()))
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A grant, as `ListGrants` lists it, without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Grant {
    /// The ID.
    pub grant_id: GrantId,
    /// The name, or nothing.
    #[serde(default)]
    pub name: String,
    /// The time when it was created.
    pub creation_date: Timestamp,
    /// What it permits, to whom.
    #[serde(flatten)]
    pub terms: GrantTerms,
}

/// What a grant permits, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrantTerms {
    /// The principal that may use the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee_principal: Option<String>,
    /// The AWS service that may use the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee_service_principal: Option<String>,
    /// The principal that may retire the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retiring_principal: Option<String>,
    /// The AWS service that may retire the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retiring_service_principal: Option<String>,
    /// The permitted operations.
    pub operations: Vec<GrantOperation>,
    /// The conditions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraints: Option<GrantConstraints>,
}

/// The conditions of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrantConstraints {
    /// Pairs that the encryption context must include.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_context_subset: Option<BTreeMap<String, String>>,
    /// The encryption context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_context_equals: Option<BTreeMap<String, String>>,
    /// The ARN of the resource that a service acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<String>,
}

impl GrantConstraints {
    /// Returns the encryption contexts.
    pub fn encryption_contexts(&self) -> impl Iterator<Item = &BTreeMap<String, String>> {
        let subset = self.encryption_context_subset.iter();
        subset.chain(&self.encryption_context_equals)
    }
}
