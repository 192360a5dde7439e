//! The reasons why there are no scripts.

use byok_core::compatibility::Incompatible;
use byok_core::key_id::AccountId;
use byok_core::operation::Operation;
use byok_core::region::Region;

/// The reason why there are no scripts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    /// The plan has no rows.
    #[error("the manifest has no rows")]
    NoRows,
    /// The `Id` of a row is no name for a folder.
    #[error(
        "row {number}: Id is not 1 to 128 letters, digits, '.', '_' and '-', beginning with a \
         letter or digit"
    )]
    Id {
        /// The number of the row, from 1.
        number: usize,
    },
    /// A row cannot be planned.
    #[error("row {id}: {fault}")]
    Row {
        /// The `Id` of the row.
        id: String,
        /// The reason.
        fault: RowFault,
    },
}

/// The reason why a row cannot be planned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowFault {
    /// An earlier row has the same `Id`, ignoring case.
    #[error("row {0} has the same Id, ignoring case")]
    SameId(String),
    /// An earlier row creates the same alias.
    #[error("row {0} creates the same alias")]
    SameAlias(String),
    /// The key is in another account than the plan.
    #[error("the key is in account {}, and the plan is for another account", .0.as_str())]
    OtherAccount(AccountId),
    /// The key is in another Region than the row.
    #[error("the key is in Region {0}, and the row is for another Region")]
    OtherRegion(Region),
    /// A value has characters that change what a terminal or an editor shows.
    #[error("{0} contains a control character")]
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
