//! The parts of import parameters: the checks that every form of them shares.

use super::error::ImportParametersError;
use crate::{
    blob::Blob,
    import_token::{ImportToken, TokenOrigin},
    key_id::KeyArn,
    wrapping_public_key::{self, WrappingPublicKey},
};

pub(super) fn key_arn(text: &str) -> Result<KeyArn, ImportParametersError> {
    KeyArn::parse(text).ok_or(ImportParametersError::KeyIdNotArn)
}

pub(super) fn import_token(blob: Blob) -> Result<ImportToken, ImportParametersError> {
    let len = blob.len();
    ImportToken::new(blob)
        .filter(|token| token.origin() != TokenOrigin::TooShort)
        .ok_or(ImportParametersError::ImportTokenLength(len))
}

/// Parses an SPKI in DER or PEM.
pub(super) fn public_key(bytes: &[u8]) -> Result<WrappingPublicKey, ImportParametersError> {
    if bytes.len() > wrapping_public_key::MAX_LEN {
        return Err(ImportParametersError::PublicKeyLength(bytes.len()));
    }
    WrappingPublicKey::from_der_or_pem(bytes).map_err(ImportParametersError::PublicKey)
}
