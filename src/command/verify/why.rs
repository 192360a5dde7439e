//! Explains why a request was refused.

use byok_core::explain::{Explanation, explain, explain_unopened};
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::import_token::TokenContents;
use byok_core::verify::VerifyError;
use rand_core::CryptoRng;

use crate::context::Context;
use crate::store::DiskStore;

/// Explains why `request` was refused with `error`: with the wrapping private key in its token, which
/// is `token_contents`, or, if only AWS KMS has that key, by the bytes of the request.
///
/// The answer does not depend on it. If the store fails, there is a warning and no explanation.
pub(super) fn of_request(
    request: &ImportRequest,
    error: &VerifyError,
    token_contents: Option<&TokenContents>,
    parameters: Option<&ImportParameters>,
    store: &DiskStore,
    context: &Context,
    rng: &mut impl CryptoRng,
) -> Option<Explanation> {
    let explained = context.terminal.progress("searching for the cause", || {
        explain(request, error, token_contents, store, rng)
    });
    match explained {
        Ok(Some(explanation)) => Some(explanation),
        Ok(None) if !needs_bytes(error) => None,
        Ok(None) => explain_unopened(request, parameters),
        Err(error) => {
            context
                .terminal
                .warning(&format!("could not find the cause: {error}"));
            None
        }
    }
}

/// Returns whether the bytes of the blob can show the cause.
const fn needs_bytes(error: &VerifyError) -> bool {
    !matches!(
        error,
        VerifyError::Request(_) | VerifyError::InvalidImportToken
    )
}
