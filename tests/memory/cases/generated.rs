//! The key material that `serve` derives for keys of origin `AWS_KMS`: nothing before the first use, one copy
//! afterwards, and nothing after the deletion of the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::generated_material;
use byok_core::import_token::RootSecret;
use byok_core::key_id::KeyArn;
use byok_core::key_spec::KeySpec;
use byok_core::secret::SecretBytes;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::serving::not_one_copy;
use super::set_up;
use crate::material::secrets_of_pkcs8;
use crate::needles::Secret;
use crate::served::Served;
use crate::wrapping_key;

/// Runs the lifecycle of a key of each kind, and returns what was found where nothing may be.
pub(crate) fn generated() -> Vec<String> {
    let kinds = [
        (KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT"),
        (KeySpec::Hmac256, "GENERATE_VERIFY_MAC"),
        (KeySpec::EccNistP256, "KEY_AGREEMENT"),
        (KeySpec::EccNistEdwards25519, "SIGN_VERIFY"),
        (KeySpec::Rsa2048, "SIGN_VERIFY"),
    ];
    kinds
        .into_iter()
        .flat_map(|(key_spec, usage)| of(key_spec, usage))
        .collect()
}

fn of(key_spec: KeySpec, usage: &str) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    let served = Served::start(folder.path());
    let wants = json!({ "KeySpec": key_spec, "KeyUsage": usage });
    let arn = served.must("CreateKey", &wants)["KeyMetadata"]["Arn"].clone();
    let arn = arn.as_str().expect("an ARN");
    let root = wrapping_key::root_secret(folder.path());
    let material = material(&root, arn, key_spec);
    let all = [vec![root.clone()], material.clone()].concat();
    let mut hits = Vec::new();
    let mut found = |step: &str, found: Vec<String>| {
        hits.extend(
            found
                .into_iter()
                .map(|hit| format!("{key_spec}, after {step}: {hit}")),
        );
    };
    found("CreateKey", served.search(&all));
    let derived = use_it(&served, arn, key_spec);
    found("its use", served.search(&derived));
    found("its use", served.search(std::slice::from_ref(&root)));
    found("its use", not_one_copy(&served, &material));
    // The deletion date of the key comes: another process says so in the store.
    let line = format!("key set-state --at 2020-01-01T00:00:00Z {arn} PendingDeletion");
    set_up(&folder, &line);
    found("its deletion", served.search_in_time(&all));
    hits
}

/// Derives the material that the server derives.
fn material(root: &Secret, arn: &str, key_spec: KeySpec) -> Vec<Secret> {
    let root = RootSecret::new(SecretBytes::new(root.bytes.clone())).expect("a root secret");
    let arn = KeyArn::parse(arn).expect("an ARN");
    let material = generated_material::derive(&root, &arn, key_spec, 1).expect("material");
    let bytes = material.bytes().expose();
    if material.public_key().is_some() {
        secrets_of_pkcs8(bytes)
    } else {
        vec![Secret::new("key", bytes)]
    }
}

/// Uses the key, and returns the secrets of the answers.
fn use_it(served: &Served, arn: &str, key_spec: KeySpec) -> Vec<Secret> {
    let must = |operation: &str, members: Value| {
        let mut request = json!({ "KeyId": arn });
        for (name, value) in members.as_object().expect("members") {
            request[name] = value.clone();
        }
        served.must(operation, &request)
    };
    let secret = |name: &str, value: &Value| {
        let text = value.as_str().expect("a text");
        Secret::new(name, BASE64.decode(text).expect("base64"))
    };
    match key_spec {
        KeySpec::SymmetricDefault => {
            let data_key = must("GenerateDataKey", json!({ "NumberOfBytes": 64 }));
            let pair = must(
                "GenerateDataKeyPair",
                json!({ "KeyPairSpec": "ECC_NIST_P256" }),
            );
            let rsa = must("GenerateDataKeyPair", json!({ "KeyPairSpec": "RSA_2048" }));
            let opened = must(
                "Decrypt",
                json!({ "CiphertextBlob": pair["PrivateKeyCiphertextBlob"] }),
            );
            assert_eq!(opened["Plaintext"], pair["PrivateKeyPlaintext"]);
            let moved =
                json!({ "CiphertextBlob": data_key["CiphertextBlob"], "DestinationKeyId": arn });
            served.must("ReEncrypt", &moved);
            let random = served.must("GenerateRandom", &json!({ "NumberOfBytes": 64 }));
            let mut secrets = vec![
                secret("data key", &data_key["Plaintext"]),
                secret("random bytes", &random["Plaintext"]),
            ];
            for pair in [pair, rsa] {
                let private_key = secret("private key", &pair["PrivateKeyPlaintext"]);
                secrets.extend(secrets_of_pkcs8(&private_key.bytes));
            }
            secrets
        }
        KeySpec::Hmac256 => {
            must(
                "GenerateMac",
                json!({ "Message": "AAAA", "MacAlgorithm": "HMAC_SHA_256" }),
            );
            Vec::new()
        }
        KeySpec::EccNistP256 => {
            let peer = must("GetPublicKey", json!({}))["PublicKey"].clone();
            let agreement = json!({ "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer });
            let derived = must("DeriveSharedSecret", agreement);
            vec![secret("shared secret", &derived["SharedSecret"])]
        }
        KeySpec::EccNistEdwards25519 => {
            must(
                "Sign",
                json!({ "Message": "AAAA", "SigningAlgorithm": "ED25519_SHA_512" }),
            );
            Vec::new()
        }
        _ => {
            must(
                "Sign",
                json!({ "Message": "AAAA", "SigningAlgorithm": "RSASSA_PSS_SHA_256" }),
            );
            Vec::new()
        }
    }
}
