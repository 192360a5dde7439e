//! A file, and what `inspect` found in it.

use byok_core::import_token::TokenFacts;
use byok_core::inspect::Inspection;

use crate::diagnosis::MaterialOrigin;

/// A file that was read, by its name.
pub(super) struct Inspected {
    pub(super) name: String,
    pub(super) inspection: Inspection,
    /// What hints say of it.
    pub(super) origin: MaterialOrigin,
    /// What its token seals, or why that is not known; where it is a token of a rehearsal alone.
    pub(super) sealed: Option<Result<TokenFacts, String>>,
}
