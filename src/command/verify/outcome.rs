//! The outcome of a verification.

use byok_core::import_request::ImportRequest;
use byok_core::verify::Verification;

use super::assertion::Assertion;
use super::contents::Subject;
use crate::diagnosis::Diagnosed;

/// The result, and its subject.
pub(super) struct Outcome {
    pub(super) verification: Verification,
    /// The texts for the verdict no, in addition to AWS's answer.
    pub(super) diagnosed: Option<Diagnosed>,
    pub(super) subject: Subject,
    pub(super) assertions: Vec<Assertion>,
    /// The request, if there was one and not only a blob.
    pub(super) request: Option<ImportRequest>,
    /// True if the store has recorded the import.
    pub(super) is_recorded: bool,
}
