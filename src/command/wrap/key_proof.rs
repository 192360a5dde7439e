//! The proofs of the wrapping key, and the warning where there is none.

use byok_core::import_parameters::ImportParameters;

use crate::terminal::Terminal;

/// One proof that the wrapping key is the one that was issued with the import token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// `--expect-wrapping-key` names its SHA-256.
    ExpectedWrappingKey,
    /// A store of rehearsed keys opens the import token, and the key is sealed in it.
    Store,
    /// The report of a rehearsal that passed names its SHA-256.
    Report,
}

/// What `wrap` does without a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unproven {
    /// It warns.
    Warn,
    /// It says so in a note and in the report: `--trust-parameters`.
    Trust,
}

/// Every proof of the wrapping key that was found.
#[derive(Debug)]
pub(super) struct KeyProofs {
    found: Vec<Proof>,
    unproven: Unproven,
}

impl KeyProofs {
    /// Collects `proofs`; `unproven` says what happens if there is none.
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

    /// Returns whether the key is used without a proof, by the user's decision.
    pub(super) fn is_trusted(&self) -> bool {
        self.found.is_empty() && self.unproven == Unproven::Trust
    }

    /// Warns if the key of `parameters` is neither proven nor trusted.
    pub(super) fn warn(&self, parameters: &ImportParameters, terminal: &Terminal) {
        if !self.found.is_empty() || self.unproven == Unproven::Trust {
            return;
        }
        if parameters.import_token.origin().is_rehearsal() {
            terminal.warning(
                "the wrapping key is not proven: no store here opens the import token, and whoever made the key \
                 can decrypt the key material",
            );
            terminal.hint(
                "name the store that issued the parameters with --store, pass the key's SHA-256 with \
                 --expect-wrapping-key, or accept it unproven with --trust-parameters",
            );
        } else {
            terminal.warning(
                "the wrapping key is not proven: if AWS KMS did not make it, whoever did can decrypt the key material",
            );
            terminal.hint(
                "get the key's SHA-256 over a second channel and pass it with --expect-wrapping-key, or accept it \
                 unproven with --trust-parameters",
            );
        }
    }
}
