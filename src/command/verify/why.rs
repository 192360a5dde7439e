//! Why a request was refused, as far as this machine can find out.

use byok_core::explain::{Explanation, explain, explain_unopened};
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use rand_core::CryptoRng;

use crate::context::Context;
use crate::store::DiskStore;

/// Explains a refusal of `request`: with the wrapping private key that its token seals, or, where only
/// AWS KMS has that, by the blob's own bytes.
///
/// The answer stands already. A store that does not answer any more costs the explanation and a
/// warning.
pub(super) fn of_request(
    request: &ImportRequest,
    parameters: Option<&ImportParameters>,
    store: &DiskStore,
    context: &Context,
    rng: &mut impl CryptoRng,
) -> Option<Explanation> {
    match context
        .terminal
        .progress("looking for the cause", || explain(request, store, rng))
    {
        Ok(Some(explanation)) => Some(explanation),
        Ok(None) => explain_unopened(request.encrypted_key_material.as_ref()?, parameters?),
        Err(error) => {
            context
                .terminal
                .warning(&format!("the cause was not found: {error}"));
            None
        }
    }
}
