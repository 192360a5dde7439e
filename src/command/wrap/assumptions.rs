//! The warnings of `wrap`, and its notes on unproven assumptions.

use byok_core::import_parameters::ImportParameters;
use byok_core::import_token::TokenOrigin;
use byok_core::wrapping_algorithm::WrappingAlgorithm;

use super::Wrap;
use super::key_proof::{KeyProofs, Proof};
use crate::context::Context;
use crate::store::DiskStore;
use crate::terminal::Warning;

impl Wrap {
    /// Returns the warnings about a result that may be useless or dangerous.
    pub(super) fn warnings(
        &self,
        parameters: &ImportParameters,
        proofs: &KeyProofs,
        context: &Context,
    ) -> Vec<Warning> {
        let without_hints = |message: &str| Warning {
            message: message.to_owned(),
            hints: Vec::new(),
        };
        let is_set = context.set_time().is_some() && !self.is_rehearsal();
        let is_unknown = parameters.import_token.origin() == TokenOrigin::Unknown;
        let store = DiskStore::existing(self.store.store.clone());
        let all = [
            is_set.then(|| {
                without_hints(
                    "byok used the time of --at, and did not check whether the parameters are valid \
                     now",
                )
            }),
            is_unknown.then(|| {
                without_hints(
                    "the form of the import token is unknown: it is neither from a rehearsal nor in \
                     a known form of AWS KMS",
                )
            }),
            proofs.warning(parameters, store.folder().ok()),
        ];
        all.into_iter().flatten().collect()
    }

    /// Prints the notes on unproven assumptions, and on who can open the result of a rehearsal.
    pub(super) fn note_assumptions(
        &self,
        parameters: &ImportParameters,
        algorithm: WrappingAlgorithm,
        proofs: &KeyProofs,
        context: &Context,
    ) {
        let terminal = &context.terminal;
        if proofs.is_trusted() {
            terminal.note("the wrapping key is trusted, not proven (--trust-parameters)");
        }
        if parameters.import_token.origin().is_rehearsal() {
            let who = if proofs.contains(Proof::Store) {
                "the store that issued these parameters can decrypt it"
            } else {
                "the issuer of these parameters can decrypt it"
            };
            terminal.note(&format!(
                "protect the wrapped material as you protect the key: {who}"
            ));
        } else if self.parameters_request.is_none() {
            terminal.note(&format!(
                "byok did not check whether the parameters were requested with {algorithm}; to check \
                 it, add --parameters-request FILE"
            ));
        }
    }
}
