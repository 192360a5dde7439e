//! The verdict of `verify` and `rehearse` as one document.
//!
//! The text, the JSON answer and the report of a run are made from it, and `inspect` reads it back.

mod document;
mod entries;
mod material_facts;
mod run_check;

pub use document::{ImportResponse, VerdictDocument, VerdictDocumentError};
pub use entries::{CauseEntry, CheckEntry, SchemaVersion, VerdictKind};
pub use material_facts::MaterialFacts;
pub use run_check::RunCheck;
