//! Cases of the subcommands that generate secrets: `generate`, `key create` and `params`.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use hkdf::Hkdf;
use sha2::Sha256;
use tempfile::TempDir;

use super::{Case, KEY_ID, json, params_line, set_up};
use crate::forms::der_of;
use crate::material::secrets_of_pkcs8;
use crate::needles::Secret;
use crate::program::Stdin;
use crate::random::random_bytes;
use crate::wrapping_key;

/// New keys, from the system's randomness and from a seed.
pub(crate) fn generate() -> Vec<Case> {
    let mut cases = Vec::new();
    for (key_spec, format, made) in [
        (
            "SYMMETRIC_DEFAULT",
            "raw",
            made_raw as fn(&Path) -> Vec<Secret>,
        ),
        ("HMAC_512", "raw", made_raw),
        ("HMAC_384", "hex", made_hex),
        ("RSA_2048", "der", made_der),
        ("RSA_3072", "pem", made_pem),
        ("ECC_NIST_P256", "der", made_der),
        ("ECC_NIST_P384", "pem", made_pem),
        ("ECC_NIST_P521", "der", made_der),
        ("ECC_SECG_P256K1", "pem", made_pem),
        ("ECC_NIST_EDWARDS25519", "der", made_der),
    ] {
        cases.extend(generate_one(key_spec, format, made));
    }
    cases
}

fn generate_one(key_spec: &str, format: &str, made: fn(&Path) -> Vec<Secret>) -> Vec<Case> {
    let folder = Rc::new(TempDir::new().expect("a folder"));
    let seed = random_bytes(48);
    fs::write(folder.path().join("seed"), &seed).expect("written");
    let generate = format!("generate --key-spec {key_spec} --format {format}");
    let line = format!("{generate} -o key");
    let seeded = format!("{line} --test-only --from-seed");
    set_up(&folder, &format!("{seeded} seed"));
    let known = [made(folder.path()), seed_secrets(key_spec, &seed)].concat();
    let case = |line: String, status, known| Case::new(&folder, line, status, known);
    let written = |case| Case {
        written: made,
        removed: &["key"],
        ..case
    };
    let piped = case(format!("{seeded} -"), 0, known.clone());
    vec![
        // The output is the seed itself: the key is generated, and not written.
        case(
            format!("{generate} --force -o seed --test-only --from-seed seed"),
            2,
            known.clone(),
        ),
        written(case(format!("{seeded} seed"), 0, known)),
        written(Case {
            stdin: Stdin::Pipe(seed),
            ..piped
        }),
        written(case(line.clone(), 0, Vec::new())),
        written(case(format!("{line} --output json"), 0, Vec::new())),
    ]
}

/// Returns a seed, and the generator key that is derived from it.
///
/// # Source
///
/// The manual of `byok generate`; this is an independent implementation.
fn seed_secrets(key_spec: &str, seed: &[u8]) -> Vec<Secret> {
    let mut key = [0; 32];
    let info = format!("byok test key v1 {key_spec}");
    Hkdf::<Sha256>::new(None, seed)
        .expand(info.as_bytes(), &mut key)
        .expect("short enough");
    vec![
        Secret::new("seed", seed),
        Secret::new("key of the generator", key),
    ]
}

fn made_raw(folder: &Path) -> Vec<Secret> {
    vec![Secret::new("new key", made(folder))]
}

fn made_hex(folder: &Path) -> Vec<Secret> {
    let digits = String::from_utf8(made(folder)).expect("digits");
    vec![Secret::new(
        "new key",
        byok_core::hex::decode_lenient(digits.trim()).expect("digits"),
    )]
}

fn made_der(folder: &Path) -> Vec<Secret> {
    secrets_of_pkcs8(&made(folder))
}

fn made_pem(folder: &Path) -> Vec<Secret> {
    secrets_of_pkcs8(&der_of(&made(folder)))
}

fn made(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("key")).expect("a new key")
}

/// A new store, and an existing one.
pub(crate) fn store() -> Vec<Case> {
    let folder = Rc::new(TempDir::new().expect("a folder"));
    let root = |folder: &Path| vec![wrapping_key::root_secret(folder)];
    let sealed = |folder: &Path| {
        let root = wrapping_key::root_secret(folder);
        let key = wrapping_key::sealed_in(&json(folder, "params.json"), &root);
        [wrapping_key::secrets(&key), vec![root]].concat()
    };
    let create = Case::new(
        &folder,
        format!("key create --key-spec RSA_2048 --id {KEY_ID}"),
        0,
        Vec::new(),
    );
    let mut cases = vec![Case {
        written: root,
        removed: &["store"],
        ..create
    }];
    for spec in ["RSA_2048", "RSA_4096"] {
        let line = params_line("RSA_2048", "RSA_AES_KEY_WRAP_SHA_256", spec);
        let params = Case::new(&folder, format!("{line} -o params.json"), 0, Vec::new());
        cases.push(Case {
            written: sealed,
            removed: &["store", "params.json"],
            ..params
        });
        let again = Case::new(&folder, format!("{line} -o params.json"), 0, Vec::new());
        cases.push(Case {
            written: sealed,
            removed: &["params.json"],
            ..again
        });
    }
    cases
}
