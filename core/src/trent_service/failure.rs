//! The reasons why an operation failed.

use super::reason;
use crate::{
    alias::AliasNameError,
    exception::{Exception, Refusal},
    json::JsonError,
    key_id::KeyIdError,
    key_state::KeyStateError,
    key_store::StoreError,
    params::ParamsError,
    rehearsed_key::{
        CreateGrantError, DeleteMaterialError, NoSuchGrant, ReplicateError, RotateError,
        UpdatePrimaryRegionError,
    },
    verify::VerifyError,
};

/// The answer for the caller, and the reason for the operator.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) refusal: Refusal,
    pub(super) cause: Option<RefusalCause>,
}

/// The reason behind an answer, for the operator alone. The answer does not contain it.
#[derive(Debug)]
pub enum RefusalCause {
    /// Why an import was refused.
    Import(Box<VerifyError>),
    /// The fault of the store.
    Store(StoreError),
    /// The fault of the document.
    Json(JsonError),
    /// Anything else that AWS's answer has no text for.
    Reason(String),
}

impl Failure {
    /// AWS's answer by its name alone, and for the operator the reason.
    pub(super) fn because(exception: Exception, reason: impl Into<String>) -> Self {
        Self {
            refusal: Refusal::without_text(exception),
            cause: Some(RefusalCause::Reason(reason.into())),
        }
    }

    fn explained(refusal: Refusal, reason: Option<String>) -> Self {
        Self {
            refusal,
            cause: reason.map(RefusalCause::Reason),
        }
    }

    /// Builds the answer for something that AWS KMS does and a rehearsal does not.
    pub(super) fn not_rehearsed(what: &str) -> Self {
        Refusal::new(
            Exception::UnsupportedOperation,
            format!("The rehearsal does not support {what}."),
        )
        .into()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            cause: None,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let refusal = error
            .refusal()
            .unwrap_or(Refusal::without_text(Exception::KmsInternal));
        Self {
            refusal,
            cause: Some(RefusalCause::Store(error)),
        }
    }
}

impl From<JsonError> for Failure {
    fn from(error: JsonError) -> Self {
        Self {
            refusal: Refusal::without_text(Exception::Serialization),
            cause: Some(RefusalCause::Json(error)),
        }
    }
}

impl From<ParamsError> for Failure {
    fn from(error: ParamsError) -> Self {
        match error {
            ParamsError::Store(error) => error.into(),
            error => {
                let unsupported =
                    || Refusal::new(Exception::UnsupportedOperation, error.to_string());
                let refusal = error.refusal().unwrap_or_else(unsupported);
                Self::explained(refusal, reason::params(&error))
            }
        }
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        Self {
            refusal: error.refusal(),
            cause: Some(RefusalCause::Import(Box::new(error))),
        }
    }
}

macro_rules! from_refusals {
    ($($Error:ty => $reason:expr),+ $(,)?) => {$(
        impl From<$Error> for Failure {
            fn from(error: $Error) -> Self {
                let reason: fn(&$Error) -> Option<String> = $reason;
                Self::explained(error.refusal(), reason(&error))
            }
        }
    )+};
}

from_refusals!(
    AliasNameError => reason::alias_name,
    KeyIdError => reason::key_id,
    CreateGrantError => reason::create_grant,
    NoSuchGrant => |error| Some(reason::no_such_grant(error)),
    // Each has its text.
    KeyStateError => |_| None,
    DeleteMaterialError => reason::delete_material,
    ReplicateError => reason::replicate,
    RotateError => reason::rotate,
    UpdatePrimaryRegionError => reason::update_primary_region,
);
