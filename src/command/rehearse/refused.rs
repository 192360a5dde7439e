//! A refused rehearsal.

use byok_core::verdict::CheckEntry;

use crate::diagnosis::Rejection;

/// A rehearsal with the verdict no.
pub(super) struct Refused {
    pub(super) rejection: Rejection,
    /// Every check, one of which failed.
    pub(super) checks: Vec<CheckEntry>,
}
