//! A refused rehearsal.

use byok_core::verdict::CheckEntry;

use crate::diagnosis::No;

/// A rehearsal with the verdict no.
pub(super) struct Refused {
    pub(super) no: No,
    /// Every check, one of which failed.
    pub(super) checks: Vec<CheckEntry>,
}
