//! `ReEncrypt`.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::kms::{Kms, base64, text};

fn key(kms: &Kms) -> String {
    text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"])
}

fn encrypt(kms: &Kms, key: &str, context: &Value) -> Value {
    let request =
        json!({ "KeyId": key, "Plaintext": base64(b"text"), "EncryptionContext": context });
    kms.must("Encrypt", request)["CiphertextBlob"].clone()
}

fn current(kms: &Kms, key: &str) -> Value {
    kms.must("DescribeKey", json!({ "KeyId": key }))["KeyMetadata"]["CurrentKeyMaterialId"].clone()
}

#[test]
fn a_ciphertext_moves_to_another_key_and_context() {
    let kms = Kms::new();
    let (source, destination) = (key(&kms), key(&kms));
    let (old, new) = (json!({ "a": "1" }), json!({ "a": "2" }));
    let sealed = encrypt(&kms, &source, &old);
    let old_material = current(&kms, &source);
    kms.must("RotateKeyOnDemand", json!({ "KeyId": source }));
    kms.must(
        "CreateAlias",
        json!({ "AliasName": "alias/new", "TargetKeyId": destination }),
    );
    let mut request = json!({
        "CiphertextBlob": sealed, "SourceEncryptionContext": old,
        "DestinationKeyId": "alias/new", "DestinationEncryptionContext": new,
    });
    let moved = kms.must("ReEncrypt", request.clone());
    let ciphertext = moved["CiphertextBlob"].clone();
    assert_eq!(
        moved,
        json!({
            "CiphertextBlob": ciphertext,
            "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "DestinationKeyMaterialId": current(&kms, &destination),
            "KeyId": destination,
            "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "SourceKeyId": source,
            "SourceKeyMaterialId": old_material,
        })
    );
    let opened = kms.must(
        "Decrypt",
        json!({ "CiphertextBlob": ciphertext, "EncryptionContext": new }),
    );
    assert_eq!(
        (&opened["Plaintext"], &opened["KeyId"]),
        (&json!(base64(b"text")), &json!(destination))
    );
    // The source key can be named, and must then be the right one.
    request["SourceKeyId"] = json!(source);
    kms.must("ReEncrypt", request.clone());
    request["SourceKeyId"] = json!("alias/new");
    let incorrect = "IncorrectKeyException: The key ID in the request does not identify a CMK that can \
                     perform this operation.";
    assert_eq!(kms.refused("ReEncrypt", request.clone()), incorrect);
    request["SourceKeyId"] = json!(source);
    request["SourceEncryptionContext"] = json!({});
    assert_eq!(
        kms.refused("ReEncrypt", request),
        "InvalidCiphertextException"
    );
}

#[test]
fn a_ciphertext_moves_between_kinds_of_keys() {
    let kms = Kms::new();
    let symmetric = key(&kms);
    let rsa = kms.imported(KeySpec::Rsa2048, "ENCRYPT_DECRYPT");
    let sealed = encrypt(&kms, &symmetric, &json!({}));
    let to_rsa = kms.must(
        "ReEncrypt",
        json!({
            "CiphertextBlob": sealed, "DestinationKeyId": rsa,
            "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        }),
    );
    assert_eq!(to_rsa.get("DestinationKeyMaterialId"), None);
    assert_eq!(
        to_rsa["DestinationEncryptionAlgorithm"],
        "RSAES_OAEP_SHA_256"
    );
    let back = json!({
        "CiphertextBlob": to_rsa["CiphertextBlob"], "SourceKeyId": rsa,
        "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "DestinationKeyId": symmetric,
    });
    let back = kms.must("ReEncrypt", back);
    assert_eq!(back.get("SourceKeyMaterialId"), None);
    let opened = kms.must(
        "Decrypt",
        json!({ "CiphertextBlob": back["CiphertextBlob"] }),
    );
    assert_eq!(opened["Plaintext"], json!(base64(b"text")));
    let no_source = json!({
        "CiphertextBlob": to_rsa["CiphertextBlob"], "DestinationKeyId": symmetric,
        "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
    });
    assert_eq!(kms.refused("ReEncrypt", no_source), "ValidationException");
}

/// AWS's texts call the two halves `ReEncryptFrom` and `ReEncryptTo`.
#[test]
fn each_key_must_serve_its_half() {
    let kms = Kms::new();
    let symmetric = key(&kms);
    let hmac = kms.imported(KeySpec::Hmac224, "GENERATE_VERIFY_MAC");
    let sealed = encrypt(&kms, &symmetric, &json!({}));
    let request = |source: &str, destination: &str| json!({ "CiphertextBlob": sealed, "SourceKeyId": source, "DestinationKeyId": destination });
    assert_eq!(
        kms.refused("ReEncrypt", request(&hmac, &hmac)),
        "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this \
         operation."
    );
    assert_eq!(
        kms.refused(
            "Decrypt",
            json!({ "CiphertextBlob": sealed, "KeyId": hmac })
        ),
        "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this \
         operation."
    );
    assert_eq!(
        kms.refused("ReEncrypt", request(&symmetric, &hmac)),
        format!(
            "InvalidKeyUsageException: {hmac} key usage is GENERATE_VERIFY_MAC which is not valid for \
             ReEncryptTo."
        )
    );
    let mut unknown = request(&hmac, &symmetric);
    unknown["CiphertextBlob"] = json!(base64(b"something"));
    assert_eq!(
        kms.refused("ReEncrypt", unknown),
        format!(
            "InvalidKeyUsageException: {hmac} key usage is GENERATE_VERIFY_MAC which is not valid for \
             ReEncryptFrom."
        )
    );
    kms.must("DisableKey", json!({ "KeyId": symmetric }));
    let disabled = format!("DisabledException: {symmetric} is disabled.");
    assert_eq!(
        kms.refused("ReEncrypt", request(&symmetric, &symmetric)),
        disabled
    );
    assert_eq!(
        kms.refused("ReEncrypt", json!({ "DestinationKeyId": symmetric })),
        "ValidationException: 1 validation error detected: Value null at 'ciphertextBlob' failed to \
         satisfy constraint: Member must not be null"
    );
}
