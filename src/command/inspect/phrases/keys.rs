//! The phrases for public, wrapped and raw keys.

use byok_core::compatibility::Rules;
use byok_core::error_body::ErrorBody;
use byok_core::inspect::{Clue, PossibleWrapping};
use byok_core::key_file::{Alias, FormatNote, ReadError};
use byok_core::key_material::{FoundWeakness, KeyMaterialError, Reading, bare_len};
use byok_core::key_spec::KeySpec;
use byok_core::public_key_file::{PublicKey, PublicKeyAlgorithm};
use byok_core::verdict::MaterialFacts;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use byok_core::wrapping_public_key::WrappingPublicKeyError;
use serde_json::{Value, json};

use crate::command::inspect::description::Description;
use crate::command::public_key;
use crate::diagnosis::{self, MaterialOrigin, Rejection};
use crate::material::{self, FormatNotes};

/// Describes the ways in which this many bytes can have been wrapped.
pub(super) fn encrypted(
    description: Description,
    len: usize,
    ways: &[PossibleWrapping],
) -> Description {
    let lines = if ways.is_empty() {
        vec!["nothing: no algorithm produces this length".to_owned()]
    } else {
        ways.iter().map(way).collect()
    };
    let members: Vec<Value> = ways
        .iter()
        .map(|way| {
            json!({
                "WrappingAlgorithms": way.algorithms,
                "WrappingKeySpec": way.wrapping_key_spec,
                "MinLength": way.material_len.start(),
                "MaxLength": way.material_len.end(),
                "KeySpecs": way.key_specs,
            })
        })
        .collect();
    description
        .member("Length", len)
        .lines("can be", lines)
        .member("PossibleWrappings", members)
}

fn way(way: &PossibleWrapping) -> String {
    let algorithms: Vec<_> = way
        .algorithms
        .iter()
        .map(|algorithm| algorithm.as_str())
        .collect();
    let (min, max) = (way.material_len.start(), way.material_len.end());
    let len = match (*min, *max) {
        (min, max) if min == max => format!("{min} bytes"),
        (1, max) => format!("up to {max} bytes"),
        (min, max) => format!("{min} to {max} bytes"),
    };
    let fits = match way.key_specs.as_slice() {
        [] => "no key material has this length".to_owned(),
        key_specs => words(key_specs),
    };
    format!(
        "{} under {}: {len}; {fits}",
        algorithms.join(" or "),
        way.wrapping_key_spec
    )
}

fn words(key_specs: &[KeySpec]) -> String {
    key_specs
        .iter()
        .map(|spec| spec.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn of_public_key(
    description: Description,
    key: &PublicKey,
    wrapping_key: &Result<WrappingKeySpec, WrappingPublicKeyError>,
) -> Description {
    let mut can_be = vec![match key.key_spec() {
        Some(key_spec) => format!("the public key of a KMS key of {key_spec}"),
        None => "not the public key of an importable key".to_owned(),
    }];
    let description = match wrapping_key {
        Ok(spec) => {
            can_be.push(format!("a wrapping key of {spec}"));
            description.member("WrappingKeySpec", spec.as_str())
        }
        Err(error) => {
            let is_rsa = matches!(key.algorithm(), PublicKeyAlgorithm::Rsa { .. });
            can_be.extend(is_rsa.then(|| format!("not a wrapping key: {error}")));
            description
        }
    };
    let description = description
        .line("algorithm", key.algorithm().to_string())
        .lines("can be", can_be);
    let fingerprint = key.fingerprint();
    description
        .line(
            "fingerprint",
            format!("{fingerprint}  {}", fingerprint.method()),
        )
        .members(public_key::facts(key))
}

pub(super) fn key_material(description: Description, reading: &Reading) -> Description {
    let key = &reading.material;
    let (fingerprint, len) = (key.fingerprint(), key.bytes().len());
    let (refused, remarks) = (
        reading.source_format.refused_by_aws(),
        FormatNotes::of(reading).texts(),
    );
    let facts = MaterialFacts::of(key).from_file(reading.source_format, remarks.clone());
    let is_sm2 = key.key_spec() == KeySpec::Sm2;
    let aws = if refused.is_empty() {
        format!("takes this form, {len} bytes")
    } else {
        let refused = refused.join(" and ");
        let converts = if key.public_key().is_some() {
            "converts it to PKCS#8 DER"
        } else {
            "decodes it to raw bytes"
        };
        format!("refuses {refused}; byok wrap {converts}, {len} bytes")
    };
    description
        .line("key spec", key.key_spec().as_str())
        .fact("AWS KMS", aws, "RefusedByAws", refused)
        .line(
            "fingerprint",
            format!("{fingerprint}  {}", fingerprint.method()),
        )
        .lines("address", key.ethereum_address().into_iter().collect())
        .lines(
            "note",
            is_sm2
                .then(|| "AWS KMS imports SM2 keys in the China Regions only".to_owned())
                .into_iter()
                .chain(remarks)
                .collect(),
        )
        .member("TestKey", reading.remarks.contains(&FormatNote::TestKey))
        .member("ChinaRegionsOnly", is_sm2)
        .members(json!(facts))
}

pub(super) fn unusable(
    description: Description,
    error: &KeyMaterialError,
    origin: &MaterialOrigin,
) -> Description {
    let Rejection { refusal, hints, .. } = diagnosis::unusable_material(error, origin);
    let hints = match error {
        // inspect takes no passphrase.
        KeyMaterialError::Read(ReadError::PassphraseNeeded) => vec![format!(
            "to decrypt the key, run: byok rehearse --passphrase-file FILE {}",
            origin.file()
        )],
        KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => hints,
    };
    description
        .word("fault", "Fault", error)
        .fact(
            "AWS KMS",
            format!("would answer {refusal}"),
            "Exception",
            json!(ErrorBody::without_text(refusal.exception)),
        )
        .lines("hint", hints.clone())
        .member("Hints", hints)
}

/// Adds what is said of a file as key material.
pub(super) fn with_fault(
    description: Description,
    error: &KeyMaterialError,
    origin: &MaterialOrigin,
) -> Description {
    let Rejection { hints, .. } = diagnosis::unusable_material(error, origin);
    description
        .word("as a key", "Fault", error)
        .lines("hint", hints.clone())
        .member("Hints", hints)
}

pub(super) fn raw_bytes(
    description: Description,
    len: usize,
    key_specs: &[KeySpec],
    rules: Rules,
    clue: Option<&Clue>,
    weakness: Option<FoundWeakness>,
) -> Description {
    let place = if rules == Rules::China {
        " in the China Regions"
    } else {
        ""
    };
    let (scalars, keys): (Vec<_>, Vec<_>) = key_specs
        .iter()
        .partition(|spec| bare_len(**spec).is_some());
    let scalar = if scalars.is_empty() {
        ""
    } else {
        "; or a scalar or a seed: --material-format raw --key-spec ECC_SECG_P256K1 or \
         ECC_NIST_EDWARDS25519"
    };
    let line = format!("{}{place}; use --key-spec{scalar}", words(&keys));
    let description = description
        .fact("can be", line, "KeySpecs", json!(key_specs))
        .member("Length", len)
        .member("ChinaRegionsOnly", rules == Rules::China);
    let remarks: Vec<String> = weakness.map(material::weak).into_iter().collect();
    with_clue(description, clue)
        .lines("note", remarks.clone())
        .member("Remarks", remarks)
}

/// Adds the names of the keys in the file, if it has names.
pub(super) fn with_aliases(description: Description, aliases: &[Alias]) -> Description {
    if aliases.is_empty() {
        return description;
    }
    let names: Vec<String> = aliases.iter().map(ToString::to_string).collect();
    description
        .lines("alias", names.clone())
        .member("Aliases", names)
}

pub(super) fn with_clue(description: Description, clue: Option<&Clue>) -> Description {
    match clue {
        Some(clue) => description.word("looks like", "Clue", clue),
        None => description,
    }
}
