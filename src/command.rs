//! The subcommands, one a file: read, call the core once, write.

pub(crate) mod completions;
pub(crate) mod key;
pub(crate) mod params;
pub(crate) mod rehearse;
pub(crate) mod store;
pub(crate) mod verify;
pub(crate) mod wrap;

use byok_core::key_material::KeyMaterial;
use byok_core::key_spec::KeySpec;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;

use serde_json::{Value, json};

use crate::cli::Words;

/// The words of `KeySpec`.
pub(crate) const KEY_SPECS: Words = Words(|| KeySpec::ALL.iter().map(|spec| spec.as_str()).collect());
/// The words of `WrappingAlgorithm`.
pub(crate) const ALGORITHMS: Words =
    Words(|| WrappingAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()).collect());
/// The words of `WrappingKeySpec`.
pub(crate) const WRAPPING_KEY_SPECS: Words =
    Words(|| WrappingKeySpec::ALL.iter().map(|spec| spec.as_str()).collect());

/// Writes the members of a JSON object as the AWS CLI's `--output text` does: by name, the values
/// on one line with tabs between them.
pub(crate) fn aws_text(json: &str) -> anyhow::Result<String> {
    let members: std::collections::BTreeMap<String, Value> = serde_json::from_str(json)?;
    let values = members.into_values().map(|value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    });
    Ok(values.collect::<Vec<_>>().join("\t") + "\n")
}

/// The public facts of key material.
pub(crate) fn facts(material: &KeyMaterial) -> Value {
    let fingerprint = material.fingerprint();
    json!({
        "KeySpec": material.key_spec(),
        "Length": material.bytes().len(),
        "Fingerprint": fingerprint.to_string(),
        "FingerprintMethod": fingerprint.method(),
    })
}
