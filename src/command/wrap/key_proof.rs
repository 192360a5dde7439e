//! The proofs of the wrapping key, and the warning if there is none.

use std::path::Path;

use byok_core::import_parameters::ImportParameters;

use crate::terminal::{SafePath, Warning};

/// A proof that the wrapping key was issued with the import token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// `--expect-wrapping-key` names its SHA-256.
    ExpectedWrappingKey,
    /// A store of rehearsed keys opens the import token, which contains the key.
    Store,
    /// The report of a rehearsal that passed names its SHA-256.
    Report,
}

/// The behaviour of `wrap` without a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unproven {
    /// Prints a warning.
    Warn,
    /// Prints a note, and adds an entry to the report: `--trust-parameters`.
    Trust,
}

/// The proofs of the wrapping key.
#[derive(Debug)]
pub(super) struct KeyProofs {
    found: Vec<Proof>,
    unproven: Unproven,
}

impl KeyProofs {
    /// Collects `proofs`. `unproven` is the behaviour if there is none.
    pub(super) fn new(proofs: impl IntoIterator<Item = Option<Proof>>, unproven: Unproven) -> Self {
        Self {
            found: proofs.into_iter().flatten().collect(),
            unproven,
        }
    }

    /// Returns whether this proof was found.
    pub(super) fn contains(&self, proof: Proof) -> bool {
        self.found.contains(&proof)
    }

    /// Returns whether the user accepted the key without a proof.
    pub(super) fn is_trusted(&self) -> bool {
        self.found.is_empty() && self.unproven == Unproven::Trust
    }

    /// Returns the warning if the key of `parameters` is neither proven nor trusted.
    ///
    /// `store` is the store that was asked in a rehearsal.
    pub(super) fn warning(
        &self,
        parameters: &ImportParameters,
        store: Option<&Path>,
    ) -> Option<Warning> {
        if !self.found.is_empty() || self.unproven == Unproven::Trust {
            return None;
        }
        if parameters.import_token.origin().is_rehearsal() {
            let store = store.filter(|store| store.is_dir()).map_or_else(
                || "no store on this machine decrypts the import token".to_owned(),
                |store| {
                    format!(
                        "the store in {} does not decrypt the import token",
                        SafePath(store)
                    )
                },
            );
            return Some(Warning {
                message: format!(
                    "the wrapping key is not proven: {store}, and whoever made the wrapping key \
                     can decrypt the key material"
                ),
                hints: vec![
                    "name the store that issued the parameters with --store, pass the SHA-256 of the \
                     wrapping key with --expect-wrapping-key, or accept the key unproven with \
                     --trust-parameters",
                ],
            });
        }
        Some(Warning {
            message:
                "the wrapping key is not proven: if it does not come from AWS KMS, whoever made \
                      it can decrypt the key material"
                    .to_owned(),
            hints: vec![
                "on the machine with AWS, run byok public-key params.json, and carry the SHA-256 \
                 through another channel; then add --expect-wrapping-key SHA256",
                "to accept the wrapping key without proof, add --trust-parameters",
            ],
        })
    }
}
