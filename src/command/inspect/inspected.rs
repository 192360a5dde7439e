//! A file, and what `inspect` found in it.

use byok_core::import_token::TokenFacts;
use byok_core::inspect::Inspection;
use byok_core::key_file::Alias;
use byok_core::key_material::KeyMaterialError;

use crate::diagnosis::MaterialOrigin;

/// An input file, by its name.
pub(super) struct Inspected {
    pub(super) name: String,
    pub(super) inspection: Inspection,
    /// The reason why an unknown file is not key material, if its bytes show it.
    pub(super) fault: Option<KeyMaterialError>,
    /// The names of the keys in the file.
    pub(super) aliases: Vec<Alias>,
    /// The origin, for hints.
    pub(super) origin: MaterialOrigin,
    /// The facts in the token of a rehearsal, or the reason why they are unknown.
    pub(super) sealed: Option<Result<TokenFacts, String>>,
}
