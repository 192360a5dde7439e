//! The checks of `ImportKeyMaterial`, and their results.

use core::fmt;

use crate::words::words;

words! {
    /// One check of `ImportKeyMaterial`, in the order of execution.
    pub enum Check {
        /// The request keeps the constraints of the API and the rules of `ValidTo`.
        Parameters = "Parameters",
        /// The KMS key exists.
        KeyId = "KeyId",
        /// Its origin and its state permit the import.
        KeyState = "KeyState",
        /// The token is authentic and belongs to this key.
        ImportToken = "ImportToken",
        /// The token has not expired.
        ParametersValidTo = "ParametersValidTo",
        /// The wrapped material has a length that its algorithm produces.
        EncryptedKeyMaterialSize = "EncryptedKeyMaterialSize",
        /// It unwraps.
        Decryption = "Decryption",
        /// It contains key material for a KMS key of this key spec.
        KeyMaterial = "KeyMaterial",
        /// This KMS key accepts the material: its first, the same again, or a new one.
        KeyMaterialId = "KeyMaterialId",
    }
}

words! {
    /// The result of a check.
    pub enum CheckResult {
        /// Passed.
        Passed = "passed",
        /// Failed.
        Failed = "failed",
        /// Not checked: an earlier check failed, or only AWS KMS can make it.
        NotChecked = "not checked",
    }
}

/// The reasons why a check was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChecked {
    /// An earlier check failed.
    After(Check),
    /// There is no request, only wrapped material and its private key.
    NoRequest,
    /// Only AWS KMS knows the KMS key and its materials.
    KeyOfAws,
    /// The import token has a form of AWS's tokens, and only AWS KMS can open it.
    TokenOfAws,
    /// The import token has an unknown form.
    TokenUnknown,
    /// Only AWS KMS can open the wrapped material.
    MaterialOfAws,
    /// No given file says when the import parameters expire.
    NoEnd,
    /// It is unknown whether AWS KMS accepts such key material.
    UnprovenMaterial,
}

impl fmt::Display for NotChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::After(check) => return write!(f, "{check} failed"),
            Self::NoRequest => "no request was given",
            Self::KeyOfAws => "only AWS KMS knows the KMS key",
            Self::TokenOfAws => "the import token is from AWS KMS; only AWS KMS can open it",
            Self::TokenUnknown => "only AWS KMS can tell whether it issued the import token",
            Self::MaterialOfAws => "only AWS KMS can open the wrapped key material",
            Self::UnprovenMaterial => "it is unknown whether AWS KMS accepts such key material",
            Self::NoEnd => "no given file says when the import parameters expire",
        })
    }
}
