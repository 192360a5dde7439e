//! The subcommands, one a file: read, call the core once, write.

pub(crate) mod completions;
pub(crate) mod key;
pub(crate) mod params;
pub(crate) mod rehearse;
pub(crate) mod store;
pub(crate) mod verify;
pub(crate) mod wrap;

use byok_core::key_material::{KeyMaterial, Reading};

use serde_json::{Value, json};

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

/// What was done to bring key material into the one form that AWS KMS takes, if anything.
pub(crate) fn conversion(reading: &Reading) -> Option<String> {
    let refused = reading.source_format.refused_by_aws();
    (!refused.is_empty())
        .then(|| format!("AWS KMS does not take {}; converted to PKCS#8 DER", refused.join(" or ")))
}

/// What else the user must know about key material that was read.
pub(crate) fn remarks(reading: &Reading) -> Vec<String> {
    let certificates = match reading.certificates_ignored {
        0 => None,
        1 => Some("1 certificate ignored".to_owned()),
        count => Some(format!("{count} certificates ignored")),
    };
    let weakness = reading.material.weakness().map(|weakness| format!("weak key material: {weakness}"));
    certificates.into_iter().chain(weakness).collect()
}
