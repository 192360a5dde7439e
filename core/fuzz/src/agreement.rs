//! The agreement between `verify` and `explain` about a blob.

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    explain::{Cause, explain_with_private_key},
    key_spec::KeySpec,
    verify::{Verdict, VerifyError, verify_with_private_key},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_private_key::WrappingPrivateKey,
};

use crate::rng;

/// Panics unless `explain` explains nothing accepted, only the material of what opens, and never
/// the material first of what does not.
pub fn check(
    blob: &Blob,
    key: &WrappingPrivateKey,
    algorithm: WrappingAlgorithm,
    key_spec: KeySpec,
    rules: Rules,
) {
    let verification = verify_with_private_key(blob, key, algorithm, key_spec, rules, &mut rng(2));
    let causes =
        explain_with_private_key(blob, key, algorithm, key_spec, rules, &mut rng(3)).causes;
    let is_of_material = |cause: &Cause| matches!(cause, Cause::Material(_));
    match verification.verdict {
        Verdict::Accepted(_) => assert_eq!(causes, []),
        Verdict::Refused(VerifyError::IncorrectKeyMaterial(_)) => {
            assert!(
                !causes.is_empty() && causes.iter().all(is_of_material),
                "{causes:?}"
            );
        }
        _ => assert!(!causes.first().is_some_and(is_of_material), "{causes:?}"),
    }
}
