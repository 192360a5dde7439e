//! The reasons why there are no scripts.

use byok_core::compatibility::Incompatible;
use byok_core::key_id::AccountId;
use byok_core::operation::Operation;

/// The first row that cannot be planned.
#[derive(Debug, thiserror::Error)]
#[error("row {}: {fault}", .place.0)]
pub(crate) struct PlanError {
    /// The number of the row, and its line in the manifest, each from 1.
    pub(crate) place: (u64, u64),
    /// The reason.
    pub(crate) fault: RowFault,
}

/// The reason why a row cannot be planned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowFault {
    /// The `Id` is no name for a folder.
    #[error("{0}")]
    Id(&'static str),
    /// An earlier row has the same `Id`, ignoring case.
    #[error("row {0} has the same Id, ignoring case")]
    SameId(u64),
    /// An earlier row creates the same alias.
    #[error("row {0} creates the same alias")]
    SameAlias(u64),
    /// The key is in another account than the plan.
    #[error("the key is in account {found}, and the plan is for account {expected}")]
    OtherAccount {
        /// The account of the key.
        found: AccountId,
        /// The account of the plan.
        expected: AccountId,
    },
    /// A value has characters that change what a terminal or an editor shows.
    #[error("contains a control character")]
    ControlCharacter(&'static str),
    /// A tag has the key that byok uses.
    #[error("byok writes the tag byok:batch itself")]
    ReservedTag,
    /// AWS KMS would refuse a request.
    #[error("AWS KMS would refuse {operation}: {answer}")]
    Refused {
        /// The operation.
        operation: Operation,
        /// The exception, and its text if there is one.
        answer: String,
    },
    /// Key spec, wrapping algorithm and wrapping key spec cannot be combined.
    #[error(transparent)]
    Incompatible(#[from] Incompatible),
}

impl RowFault {
    /// Returns the member with the fault, if it is one.
    pub(crate) const fn member(&self) -> Option<&'static str> {
        match self {
            Self::Id(_) | Self::SameId(_) => Some("Id"),
            Self::SameAlias(_) => Some("Alias"),
            Self::OtherAccount { .. } => Some("KeyId"),
            Self::ControlCharacter(member) => Some(member),
            Self::ReservedTag => Some("Tags"),
            Self::Refused { .. } | Self::Incompatible(_) => None,
        }
    }
}
