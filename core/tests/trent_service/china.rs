//! Keys of the China Regions, and their operations. `tests/interop_china.rs` compares them with
//! OpenSSL.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::{
    common::{material_bytes, random},
    kms::{Kms, base64, blob, staying, text},
};

const REGION: &str = "cn-north-1";

/// Creates a key with test material, and returns its ARN.
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
fn an_sm2_key_signs() {
    let kms = Kms::new();
    let call = |operation: &str, request: &Value| kms.call_in(REGION, operation, request);
    let arn = imported(&kms, KeySpec::Sm2, "SIGN_VERIFY");
    let published = call("GetPublicKey", &json!({ "KeyId": arn })).expect("a public key");
    assert_eq!(
        Some(&*blob(&published["PublicKey"])),
        material_bytes(KeySpec::Sm2).1
    );
    assert_eq!(published["SigningAlgorithms"], json!(["SM2DSA"]));
    for form in ["RAW", "DIGEST"] {
        let mut message = json!({
            "KeyId": arn, "Message": base64(&[1; 32]), "MessageType": form, "SigningAlgorithm": "SM2DSA",
        });
        let signed = call("Sign", &message).expect("signed");
        message["Signature"] = signed["Signature"].clone();
        assert_eq!(
            call("Verify", &message).expect("verified")["SignatureValid"],
            json!(true),
            "{form}"
        );
        message["Message"] = json!(base64(&[2; 32]));
        assert_eq!(
            call("Verify", &message),
            Err("KMSInvalidSignatureException".to_owned()),
            "{form}"
        );
    }
    let other = json!({ "KeyId": arn, "Message": "AAAA", "SigningAlgorithm": "ECDSA_SHA_256" });
    assert_eq!(
        call("Sign", &other).expect_err("not its algorithm"),
        "InvalidKeyUsageException: Algorithm ECDSA_SHA_256 is incompatible with key spec SM2."
    );
}

#[test]
fn keys_of_china_decrypt_what_they_encrypt() {
    let kms = Kms::new();
    for (key_spec, algorithm) in [
        (KeySpec::Sm2, "SM2PKE"),
        (KeySpec::SymmetricDefault, "SYMMETRIC_DEFAULT"),
    ] {
        let call = |operation: &str, request: &Value| kms.call_in(REGION, operation, request);
        let arn = imported(&kms, key_spec, "ENCRYPT_DECRYPT");
        let request =
            json!({ "KeyId": arn, "Plaintext": "AAAA", "EncryptionAlgorithm": algorithm });
        let encrypted = call("Encrypt", &request).expect("encrypted");
        let ciphertext = blob(&encrypted["CiphertextBlob"]);
        let decrypt = |ciphertext: &[u8]| {
            let blob = base64(ciphertext);
            call(
                "Decrypt",
                &json!({ "KeyId": arn, "CiphertextBlob": blob, "EncryptionAlgorithm": algorithm }),
            )
        };
        assert_eq!(
            decrypt(&ciphertext).expect("decrypted")["Plaintext"],
            json!("AAAA"),
            "{key_spec}"
        );
        let mut damaged = ciphertext;
        *damaged.last_mut().expect("bytes") ^= 1;
        assert_eq!(
            decrypt(&damaged),
            Err("InvalidCiphertextException".to_owned()),
            "{key_spec}"
        );
    }
    let arn = imported(&kms, KeySpec::Sm2, "ENCRYPT_DECRYPT");
    let long =
        json!({ "KeyId": arn, "Plaintext": base64(&[1; 1025]), "EncryptionAlgorithm": "SM2PKE" });
    assert_eq!(
        kms.call_in(REGION, "Encrypt", &long).expect_err("too long"),
        "ValidationException: Algorithm SM2PKE and key spec SM2 cannot encrypt data larger than 1024 bytes."
    );
}
