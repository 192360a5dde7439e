//! The input and the result of a wrap.

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::key_material::Reading;
use byok_core::key_spec::{KeySpec, KeyUsage};
use byok_core::wrapping_algorithm::WrappingAlgorithm;

use super::key_proof::KeyProofs;

/// The material to wrap, and its key spec.
pub(super) enum Input {
    Material(Box<Reading>),
    Wrapped(Blob, KeySpec),
}

/// The key spec, and the key usage if a description names it.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) key_spec: KeySpec,
    pub(super) key_usage: Option<KeyUsage>,
}

/// The wrapped material, its key, and the algorithm.
pub(super) struct Wrapped<'a> {
    pub(super) input: &'a Input,
    pub(super) target: Target,
    pub(super) parameters: &'a ImportParameters,
    /// True if the parameters name their KMS key.
    pub(super) parameters_name_key: bool,
    pub(super) algorithm: WrappingAlgorithm,
    pub(super) request: &'a ImportRequest,
    pub(super) proofs: &'a KeyProofs,
}
