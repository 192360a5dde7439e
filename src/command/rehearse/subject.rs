//! The subject of a rehearsal.

use byok_core::key_file::SourceFormat;
use byok_core::key_material::KeyMaterial;

use crate::material::FormatNotes;

/// The material of a rehearsal, and its source.
pub(super) struct RehearsedMaterial {
    /// The notes for the user.
    pub(super) remarks: FormatNotes,
    pub(super) name: String,
    pub(super) material: KeyMaterial,
    /// `None` for a throwaway key.
    pub(super) source_format: Option<SourceFormat>,
    pub(super) key_spec_was_read: bool,
}
