//! `DeriveSharedSecret`, with imported and with generated keys.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::{
    common::material_bytes,
    kms::{Kms, base64, blob, staying, text},
};

fn public_key(kms: &Kms, key: &str) -> Value {
    kms.must("GetPublicKey", json!({ "KeyId": key }))["PublicKey"].clone()
}

fn request(key: &str, peer: &Value) -> Value {
    json!({ "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer })
}

fn generate(kms: &Kms, key_spec: &str, usage: &str) -> String {
    let request = json!({ "KeySpec": key_spec, "KeyUsage": usage });
    text(&kms.must("CreateKey", request)["KeyMetadata"]["Arn"])
}

#[test]
fn both_sides_derive_the_same_secret() {
    let kms = Kms::new();
    for (key_spec, len) in [
        (KeySpec::EccNistP256, 32),
        (KeySpec::EccNistP384, 48),
        (KeySpec::EccNistP521, 66),
    ] {
        let imported = kms.create(key_spec, "KEY_AGREEMENT");
        kms.import(&imported, material_bytes(key_spec).0, staying())
            .expect("imported");
        let generated = generate(&kms, key_spec.as_str(), "KEY_AGREEMENT");
        let derived = kms.must(
            "DeriveSharedSecret",
            request(&imported, &public_key(&kms, &generated)),
        );
        let secret = derived["SharedSecret"].clone();
        assert_eq!(
            derived,
            json!({
                "KeyAgreementAlgorithm": "ECDH", "KeyId": imported, "KeyOrigin": "EXTERNAL",
                "SharedSecret": secret,
            })
        );
        assert_eq!(blob(&secret).len(), len, "{key_spec}");
        let other = kms.must(
            "DeriveSharedSecret",
            request(&generated, &public_key(&kms, &imported)),
        );
        assert_eq!(
            (&other["SharedSecret"], &other["KeyOrigin"]),
            (&secret, &json!("AWS_KMS"))
        );
    }
}

#[test]
fn china_agrees_on_sm2() {
    let kms = Kms::new();
    let there = |operation: &str, request: Value| {
        kms.call_in("cn-north-1", operation, &request)
            .expect(operation)
    };
    let create = || {
        let created = there(
            "CreateKey",
            json!({ "KeySpec": "SM2", "KeyUsage": "KEY_AGREEMENT" }),
        );
        text(&created["KeyMetadata"]["Arn"])
    };
    let [one, other] = [create(), create()];
    let public = |key: &str| there("GetPublicKey", json!({ "KeyId": key }))["PublicKey"].clone();
    let derive = |key: &str, peer: &str| {
        there("DeriveSharedSecret", request(key, &public(peer)))["SharedSecret"].clone()
    };
    assert_eq!(derive(&one, &other), derive(&other, &one));
}

/// AWS's recorded answers.
#[test]
fn what_does_not_agree_is_refused() {
    let kms = Kms::new();
    let key = generate(&kms, "ECC_NIST_P256", "KEY_AGREEMENT");
    let peer = public_key(&kms, &generate(&kms, "ECC_NIST_P256", "KEY_AGREEMENT"));
    let signing = generate(&kms, "ECC_NIST_P256", "SIGN_VERIFY");
    let symmetric = text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"]);
    for (key, usage) in [(&signing, "SIGN_VERIFY"), (&symmetric, "ENCRYPT_DECRYPT")] {
        assert_eq!(
            kms.refused("DeriveSharedSecret", request(key, &peer)),
            format!(
                "InvalidKeyUsageException: {key} key usage is {usage} which is not valid for \
                 DeriveSharedSecret."
            )
        );
    }
    let mut other = request(&key, &peer);
    other["KeyAgreementAlgorithm"] = json!("INVALID");
    assert_eq!(
        kms.refused("DeriveSharedSecret", other),
        "ValidationException: 1 validation error detected: Value 'INVALID' at 'keyAgreementAlgorithm' \
         failed to satisfy constraint: Member must satisfy enum value set: [ECDH]"
    );
    let other_curve = public_key(&kms, &generate(&kms, "ECC_NIST_P384", "KEY_AGREEMENT"));
    for peer in [json!(base64(b"InvalidPublicKey")), other_curve] {
        let refused = kms.refused("DeriveSharedSecret", request(&key, &peer));
        assert_eq!(refused, "ValidationException");
    }
    assert_eq!(
        kms.refused(
            "CreateKey",
            json!({ "KeySpec": "RSA_2048", "KeyUsage": "KEY_AGREEMENT" })
        ),
        "ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048"
    );
    kms.must(
        "CreateAlias",
        json!({ "AliasName": "alias/a", "TargetKeyId": key }),
    );
    kms.must("DeriveSharedSecret", request("alias/a", &peer));
}
