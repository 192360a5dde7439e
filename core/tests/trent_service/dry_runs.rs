//! Dry runs: every check, and no result.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::kms::{Kms, base64, text};

const DRY: &str =
    "DryRunOperationException: The request would have succeeded, but the DryRun option is set.";

/// Returns a request for each operation with a `DryRun` that uses a key, and its key.
fn requests(kms: &Kms) -> Vec<(&'static str, Value)> {
    let symmetric = text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"]);
    let signing = kms.imported(KeySpec::EccNistP256, "SIGN_VERIFY");
    let agreeing = kms.imported(KeySpec::EccNistP256, "KEY_AGREEMENT");
    let hmac = kms.imported(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let sealed = kms.must(
        "Encrypt",
        json!({ "KeyId": symmetric, "Plaintext": "AAAA" }),
    );
    let sealed = &sealed["CiphertextBlob"];
    let message =
        json!({ "KeyId": signing, "Message": "AAAA", "SigningAlgorithm": "ECDSA_SHA_256" });
    let mut signed = message.clone();
    signed["Signature"] = kms.must("Sign", message.clone())["Signature"].clone();
    let text = json!({ "KeyId": hmac, "Message": "AAAA", "MacAlgorithm": "HMAC_SHA_256" });
    let mut authentic = text.clone();
    authentic["Mac"] = kms.must("GenerateMac", text.clone())["Mac"].clone();
    let public_key = kms.must("GetPublicKey", json!({ "KeyId": agreeing }))["PublicKey"].clone();
    let data_key = json!({ "KeyId": symmetric, "KeySpec": "AES_256" });
    let pair = json!({ "KeyId": symmetric, "KeyPairSpec": "RSA_4096" });
    vec![
        (
            "Decrypt",
            json!({ "KeyId": symmetric, "CiphertextBlob": sealed }),
        ),
        (
            "DeriveSharedSecret",
            json!({ "KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public_key }),
        ),
        (
            "Encrypt",
            json!({ "KeyId": symmetric, "Plaintext": "AAAA" }),
        ),
        ("GenerateDataKey", data_key.clone()),
        ("GenerateDataKeyPair", pair.clone()),
        ("GenerateDataKeyPairWithoutPlaintext", pair),
        ("GenerateDataKeyWithoutPlaintext", data_key),
        ("GenerateMac", text),
        (
            "ReEncrypt",
            json!({ "CiphertextBlob": sealed, "DestinationKeyId": symmetric }),
        ),
        ("Sign", message),
        ("Verify", signed),
        ("VerifyMac", authentic),
    ]
}

#[test]
fn a_dry_run_that_would_succeed_says_so() {
    let kms = Kms::new();
    for (operation, mut request) in requests(&kms) {
        request["DryRun"] = json!(true);
        assert_eq!(kms.refused(operation, request.clone()), DRY, "{operation}");
        request["DryRun"] = json!(false);
        // RSA_4096 takes its time.
        if request.get("KeyPairSpec").is_none() {
            kms.must(operation, request);
        }
    }
}

#[test]
fn a_dry_run_of_a_disabled_key_gets_its_refusal() {
    let kms = Kms::new();
    for (operation, mut request) in requests(&kms) {
        request["DryRun"] = json!(true);
        let member = if operation == "ReEncrypt" {
            "DestinationKeyId"
        } else {
            "KeyId"
        };
        let key = text(&request[member]);
        kms.must("DisableKey", json!({ "KeyId": key }));
        let disabled = format!("DisabledException: {key} is disabled.");
        assert_eq!(kms.refused(operation, request), disabled, "{operation}");
        kms.must("EnableKey", json!({ "KeyId": key }));
    }
}

#[test]
fn a_dry_run_is_no_use_of_the_key() {
    let kms = Kms::new();
    for (operation, mut request) in requests(&kms) {
        if operation != "GenerateDataKeyWithoutPlaintext" {
            continue;
        }
        let usage = || kms.must("GetKeyLastUsage", json!({ "KeyId": request["KeyId"] }));
        let before = usage();
        kms.pass(1000);
        let mut dry = request.clone();
        dry["DryRun"] = json!(true);
        assert_eq!(kms.refused(operation, dry), DRY);
        assert_eq!(usage(), before);
        request["DryRun"] = json!(null);
        kms.must(operation, request.clone());
        let after = kms.must("GetKeyLastUsage", json!({ "KeyId": request["KeyId"] }));
        assert_ne!(after, before);
    }
}

/// With `IGNORE_CIPHERTEXT`, only the keys are checked.
#[test]
fn a_dry_run_can_leave_out_the_ciphertext() {
    let kms = Kms::new();
    let key = text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"]);
    let ignoring = |members: Value| {
        let mut request = json!({ "DryRun": true, "DryRunModifiers": ["IGNORE_CIPHERTEXT"] });
        for (name, value) in members.as_object().expect("members") {
            request[name] = value.clone();
        }
        request
    };
    let wrong = base64(b"wrong");
    for members in [
        json!({ "KeyId": key }),
        json!({ "KeyId": key, "CiphertextBlob": wrong }),
    ] {
        assert_eq!(kms.refused("Decrypt", ignoring(members)), DRY);
    }
    let both = json!({ "SourceKeyId": key, "DestinationKeyId": key });
    assert_eq!(kms.refused("ReEncrypt", ignoring(both)), DRY);
    assert_eq!(
        kms.refused("Decrypt", ignoring(json!({}))),
        "ValidationException"
    );
    let missing = "ValidationException: 1 validation error detected: Value null at 'ciphertextBlob' \
                   failed to satisfy constraint: Member must not be null";
    let not_dry = json!({ "KeyId": key, "DryRunModifiers": ["IGNORE_CIPHERTEXT"] });
    assert_eq!(kms.refused("Decrypt", not_dry), missing);
    assert_eq!(
        kms.refused("Decrypt", json!({ "KeyId": key, "DryRun": true })),
        missing
    );
    let other = json!({ "KeyId": key, "DryRunModifiers": ["OTHER"], "CiphertextBlob": wrong });
    assert_eq!(
        kms.refused("Decrypt", other),
        "ValidationException: 1 validation error detected: Value '[OTHER]' at 'dryRunModifiers' failed \
         to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: \
         [IGNORE_CIPHERTEXT]]"
    );
}
