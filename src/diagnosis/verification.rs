//! The texts for the verdict no, in addition to AWS's answer.

use byok_core::key_store::MissingKey;
use byok_core::verify::{LengthRule, VerifyError};

use super::hints::{deleted_hint, key_id_hints, state_hints};
use super::key_life::{association_cause, association_hints};
use super::material_hints::wrapped_hints;
use super::request::{Spelling, request_cause, request_hints};

/// Describes the cause, if AWS's answer does not.
pub(super) fn cause(error: &VerifyError) -> Option<String> {
    match error {
        VerifyError::IncorrectKeyMaterial(cause) => Some(format!(
            "AWS KMS does not accept the key material in the blob: {cause}"
        )),
        VerifyError::ExpiredImportToken { valid_to, now } => Some(format!(
            "The parameters expired at {valid_to}, and it is {now}"
        )),
        VerifyError::EncryptedLength {
            len,
            rule: LengthRule::Algorithm(algorithm),
        } => Some(format!("{algorithm} does not produce {len} bytes")),
        VerifyError::EncryptedLength {
            len,
            rule: LengthRule::WrappingKey(_),
        } => Some(format!(
            "No algorithm produces {len} bytes with this wrapping key"
        )),
        VerifyError::EncryptedLength {
            len,
            rule: LengthRule::AnyWrappingKey,
        } => Some(format!(
            "No algorithm produces {len} bytes with any wrapping key"
        )),
        VerifyError::InvalidImportToken => {
            Some("The token is damaged, or belongs to another store or another KMS key".to_owned())
        }
        VerifyError::InvalidCiphertext => Some(
            "The blob has the right length, but cannot be decrypted in the documented way"
                .to_owned(),
        ),
        VerifyError::Association(error) => association_cause(error),
        VerifyError::Request(error) => request_cause(error, Spelling::Members),
        VerifyError::KeyId(_) | VerifyError::NotFound(_) | VerifyError::KeyState(_) => None,
    }
}

/// Returns the hints for a verdict of no.
pub(super) fn verify_hints(error: &VerifyError) -> Vec<String> {
    match error {
        VerifyError::Request(cause) => request_hints(cause, Spelling::Members),
        VerifyError::KeyId(cause) => key_id_hints(cause),
        VerifyError::NotFound(missing) => vec![not_here(missing)],
        VerifyError::KeyState(cause) => state_hints(cause),
        VerifyError::Association(cause) => association_hints(cause),
        VerifyError::ExpiredImportToken { .. } => vec![
            "the parameters expire after 24 hours: request new ones with aws kms \
             get-parameters-for-import or byok params, and wrap again; to verify at an earlier \
             time, use --at TIME"
                .to_owned(),
        ],
        VerifyError::IncorrectKeyMaterial(cause) => wrapped_hints(cause),
        VerifyError::InvalidImportToken
        | VerifyError::EncryptedLength { .. }
        | VerifyError::InvalidCiphertext => vec![],
    }
}

fn not_here(missing: &MissingKey) -> String {
    match missing.deleted_at {
        Some(date) => deleted_hint(date),
        None => format!(
            "{} is not in this store; to use another store, use --store DIR",
            missing.arn
        ),
    }
}
