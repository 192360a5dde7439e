//! Whether a key can be used now, and for what.

use super::failure::Failure;
use crate::{
    exception::{Exception, Refusal},
    key_metadata::{self, KeyMetadata},
    key_spec::{KeySpec, KeyUsage},
    key_state::check_state,
    operation::Operation,
};

/// Checks that the key is usable now, and for this purpose. `name` is what AWS's text calls it.
pub(super) fn usable(
    metadata: &KeyMetadata,
    usage: KeyUsage,
    operation: Operation,
    name: &str,
) -> Result<(), Failure> {
    check_state(metadata, operation)?;
    if metadata.key_usage == usage {
        return Ok(());
    }
    let text = format!(
        "{} key usage is {} which is not valid for {name}.",
        metadata.arn, metadata.key_usage
    );
    Err(Refusal::new(Exception::InvalidKeyUsage, text).into())
}

/// Checks that keys of this kind have this algorithm.
pub(super) fn serves(metadata: &KeyMetadata, algorithm: &str) -> Result<(), Failure> {
    let algorithms = key_metadata::algorithms(metadata.key_spec, metadata.key_usage);
    let has_it = algorithms.is_some_and(|(_, list)| list.iter().any(|word| word == algorithm));
    if has_it {
        Ok(())
    } else {
        Err(incompatible(algorithm, metadata.key_spec))
    }
}

pub(super) fn incompatible(algorithm: &str, key_spec: KeySpec) -> Failure {
    let text = format!("Algorithm {algorithm} is incompatible with key spec {key_spec}.");
    Refusal::new(Exception::InvalidKeyUsage, text).into()
}
