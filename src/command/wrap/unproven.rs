//! What a wrap for production takes on trust: said when it is done, with what would have shown it.

use byok_core::import_parameters::ImportParameters;
use byok_core::import_token::TokenOrigin;
use byok_core::wrapping_algorithm::WrappingAlgorithm;

use crate::context::Context;

/// What the command line has that could have shown it.
pub(super) struct Shown {
    /// The request that the parameters answer.
    pub(super) by_parameters_request: bool,
    /// The digest of the wrapping key, from elsewhere.
    pub(super) by_wrapping_key: bool,
}

pub(super) fn tell(
    shown: &Shown,
    parameters: &ImportParameters,
    algorithm: WrappingAlgorithm,
    context: &Context,
) {
    let terminal = &context.terminal;
    if context
        .overrides()
        .iter()
        .any(|word| word.starts_with("--at"))
    {
        terminal.warning(
            "--at said what time it is: that the parameters have not ended is true of then, perhaps not of now",
        );
    }
    if parameters.import_token.origin() == TokenOrigin::Unknown {
        terminal.warning("the import token is not built like those of AWS KMS that are known");
    }
    let algorithm = (!shown.by_parameters_request).then(|| {
        format!("that the parameters were requested with {algorithm} (--parameters-request)")
    });
    let wrapping_key = (!shown.by_wrapping_key).then(|| {
        "that the wrapping key is the one that AWS KMS made (--expect-wrapping-key)".to_owned()
    });
    let unproven: Vec<_> = algorithm.into_iter().chain(wrapping_key).collect();
    if !unproven.is_empty() {
        terminal.note(&format!("not checked: {}", unproven.join("; ")));
    }
}
