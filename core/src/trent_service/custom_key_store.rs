//! Custom key stores, which a rehearsal does not have.

use super::{failure::Failure, members::Members};
use crate::exception::Exception;

/// Reads `CustomKeyStoreId`.
pub(super) fn read(members: &mut Members) -> Option<String> {
    members.text("CustomKeyStoreId", 1..=64)
}

/// Refuses a custom key store: a rehearsal has none.
pub(super) fn refuse(id: Option<&str>) -> Result<(), Failure> {
    match id {
        None => Ok(()),
        Some(_) => {
            let reason = "a rehearsal has no custom key stores";
            Err(Failure::because(Exception::CustomKeyStoreNotFound, reason))
        }
    }
}
