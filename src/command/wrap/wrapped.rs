//! The input and the result of a wrap.

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::key_material::Reading;
use byok_core::key_spec::{KeySpec, KeyUsage};
use byok_core::wrapping_algorithm::WrappingAlgorithm;

use super::key_proof::KeyProofs;

/// What is wrapped, and for what kind of key.
pub(super) enum Input {
    Material(Box<Reading>),
    Wrapped(Blob, KeySpec),
}

/// The kind of KMS key, and what it serves, where a description says so.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) key_spec: KeySpec,
    pub(super) key_usage: Option<KeyUsage>,
}

/// What was wrapped, for whom, and how.
pub(super) struct Wrapped<'a> {
    pub(super) input: &'a Input,
    pub(super) target: Target,
    pub(super) parameters: &'a ImportParameters,
    pub(super) algorithm: WrappingAlgorithm,
    pub(super) request: &'a ImportRequest,
    pub(super) proofs: &'a KeyProofs,
}
