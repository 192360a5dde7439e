//! The refusals of `ImportKeyMaterial`.

use core::{error, fmt};

use super::check::Check;
use crate::{
    exception::{Exception, Refusal},
    import_request::RequestError,
    key_id::KeyIdError,
    key_material::KeyMaterialError,
    key_state::KeyStateError,
    key_store::MissingKey,
    params::not_found,
    rehearsed_key::AssociationError,
    timestamp::Timestamp,
    wrap::invalid_encrypted_key_size,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The algorithms and wrapping keys that a length of wrapped material must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthRule {
    /// The algorithm that the parameters were requested with.
    Algorithm(WrappingAlgorithm),
    /// Every algorithm under the wrapping key of the parameters.
    WrappingKey(WrappingKeySpec),
    /// Every algorithm under every wrapping key of the Region.
    AnyWrappingKey,
}

/// The reasons why AWS KMS would refuse.
#[derive(Debug)]
pub enum VerifyError {
    /// The request violates constraints of the API, or its options contradict each other.
    Request(RequestError),
    /// The request's `KeyId` does not name a key.
    KeyId(KeyIdError),
    /// The key does not exist.
    NotFound(MissingKey),
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// The token is damaged, or belongs to another store or another key.
    InvalidImportToken,
    /// The token has expired.
    ExpiredImportToken {
        /// The expiry.
        valid_to: Timestamp,
        /// The time of the check.
        now: Timestamp,
    },
    /// The wrapped material has a length that its algorithm never produces; in bytes.
    EncryptedLength {
        /// The length found.
        len: usize,
        /// The algorithms that never produce it.
        rule: LengthRule,
    },
    /// The wrapped material does not open.
    InvalidCiphertext,
    /// It opens, and the material does not fit this key spec.
    IncorrectKeyMaterial(KeyMaterialError),
    /// It contains material that this key refuses.
    Association(AssociationError),
}

impl VerifyError {
    /// Returns AWS's answer.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Request(error) => error.refusal(),
            Self::KeyId(error) => error.refusal(),
            Self::NotFound(missing) => not_found(&missing.arn),
            Self::KeyState(error) => error.refusal(),
            Self::InvalidImportToken => Refusal::without_text(Exception::InvalidImportToken),
            Self::ExpiredImportToken { .. } => Refusal::without_text(Exception::ExpiredImportToken),
            Self::EncryptedLength { .. } => invalid_encrypted_key_size(),
            Self::InvalidCiphertext => Refusal::without_text(Exception::InvalidCiphertext),
            Self::IncorrectKeyMaterial(_) => Refusal::without_text(Exception::IncorrectKeyMaterial),
            Self::Association(error) => error.refusal(),
        }
    }

    /// Returns the failed check.
    pub const fn check(&self) -> Check {
        match self {
            Self::Request(_) => Check::Parameters,
            Self::KeyId(_) | Self::NotFound(_) => Check::KeyId,
            Self::KeyState(_) => Check::KeyState,
            Self::InvalidImportToken => Check::ImportToken,
            Self::ExpiredImportToken { .. } => Check::ParametersValidTo,
            Self::EncryptedLength { .. } => Check::EncryptedKeyMaterialSize,
            Self::InvalidCiphertext => Check::Decryption,
            Self::IncorrectKeyMaterial(_) => Check::KeyMaterial,
            Self::Association(_) => Check::KeyMaterialId,
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for VerifyError {}
