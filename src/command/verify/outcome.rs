//! The outcome of a verification.

use byok_core::import_request::ImportRequest;
use byok_core::verify::Verification;

use super::assertion::Assertion;
use super::contents::Subject;
use crate::diagnosis::Diagnosed;

/// What came of it, and what it was about.
pub(super) struct Outcome {
    pub(super) verification: Verification,
    /// What is said about a verdict of no beside AWS's answer.
    pub(super) diagnosed: Option<Diagnosed>,
    pub(super) subject: Subject,
    pub(super) assertions: Vec<Assertion>,
    /// The request, where it was one and no blob alone.
    pub(super) request: Option<ImportRequest>,
    /// Whether the store has the import now.
    pub(super) is_recorded: bool,
}
