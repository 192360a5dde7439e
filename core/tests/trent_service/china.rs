//! Keys of the China Regions: they are imported and described, and what they do is not carried out.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::{
    common::{material_bytes, random},
    kms::{Kms, base64, blob, staying, text},
};

const REGION: &str = "cn-north-1";

/// A key with test material, and its ARN.
fn imported(kms: &Kms, key_spec: KeySpec, usage: &str) -> String {
    let request = json!({ "Origin": "EXTERNAL", "KeySpec": key_spec, "KeyUsage": usage });
    let created = kms.call_in(REGION, "CreateKey", &request).expect("created");
    let arn = text(&created["KeyMetadata"]["Arn"]);
    let bytes = match key_spec {
        KeySpec::SymmetricDefault => random(1, 16),
        key_spec => material_bytes(key_spec).0.to_vec(),
    };
    kms.import(&arn, &bytes, staying()).expect("imported");
    arn
}

#[test]
fn an_sm2_key_has_its_public_key_and_does_nothing() {
    let kms = Kms::new();
    let refused = |operation: &str, request: &Value| {
        kms.call_in(REGION, operation, request).expect_err("not carried out")
    };
    let arn = imported(&kms, KeySpec::Sm2, "SIGN_VERIFY");
    let published = kms.call_in(REGION, "GetPublicKey", &json!({ "KeyId": arn })).expect("a public key");
    assert_eq!(Some(&*blob(&published["PublicKey"])), material_bytes(KeySpec::Sm2).1);
    assert_eq!(published["SigningAlgorithms"], json!(["SM2DSA"]));
    let not_rehearsed = "UnsupportedOperationException: SM2DSA is not rehearsed.";
    for form in ["RAW", "DIGEST"] {
        let message = json!({
            "KeyId": arn, "Message": base64(&[1; 32]), "MessageType": form, "SigningAlgorithm": "SM2DSA",
            "Signature": base64(&[2; 70]),
        });
        assert_eq!(refused("Verify", &message), not_rehearsed, "{form}");
        let mut message = message;
        message.as_object_mut().expect("members").remove("Signature");
        assert_eq!(refused("Sign", &message), not_rehearsed, "{form}");
    }

    let arn = imported(&kms, KeySpec::Sm2, "ENCRYPT_DECRYPT");
    let not_rehearsed = "UnsupportedOperationException: SM2PKE is not rehearsed.";
    let algorithm = "SM2PKE";
    let request = json!({ "KeyId": arn, "Plaintext": "AAAA", "EncryptionAlgorithm": algorithm });
    assert_eq!(refused("Encrypt", &request), not_rehearsed);
    let request = json!({ "KeyId": arn, "CiphertextBlob": "AAAA", "EncryptionAlgorithm": algorithm });
    assert_eq!(refused("Decrypt", &request), not_rehearsed);
    let request = json!({ "KeyId": arn, "Plaintext": "AAAA" });
    assert_eq!(
        refused("Encrypt", &request),
        "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec SM2."
    );
}

#[test]
fn an_sm4_key_encrypts_nothing() {
    let kms = Kms::new();
    let arn = imported(&kms, KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    for (operation, request) in [
        ("Encrypt", json!({ "KeyId": arn, "Plaintext": "AAAA" })),
        ("GenerateDataKey", json!({ "KeyId": arn, "NumberOfBytes": 16 })),
    ] {
        let refusal = kms.call_in(REGION, operation, &request).expect_err("not carried out");
        assert_eq!(refusal, "UnsupportedOperationException: SM4 is not rehearsed.", "{operation}");
    }
}
