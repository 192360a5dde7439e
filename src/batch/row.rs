//! A row of the manifest.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// A row of the manifest.
#[derive(Debug)]
pub(super) struct BatchRow {
    /// The number of the row, from 1.
    pub(super) number: u64,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The name of the row.
    pub(super) id: String,
    /// The group of rows that may have the same key material.
    pub(super) shared_material: Option<String>,
    /// The members of the row and the defaults for the others, by name.
    pub(super) options: BTreeMap<String, String>,
    /// The arguments of the command.
    pub(super) words: Vec<OsString>,
}
