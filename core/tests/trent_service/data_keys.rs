//! `GenerateDataKey`, `GenerateDataKeyPair`, both also without the plaintext, and `GenerateRandom`.

use byok_core::{
    compatibility::Rules, key_material::KeyMaterial, key_spec::KeySpec, secret::SecretBytes,
};
use serde_json::{Value, json};

use crate::kms::{Kms, base64, blob, text};

fn key(kms: &Kms) -> String {
    text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"])
}

fn decrypt(kms: &Kms, ciphertext: &Value, context: &Value) -> Result<Vec<u8>, String> {
    let request = json!({ "CiphertextBlob": ciphertext, "EncryptionContext": context });
    kms.call("Decrypt", request)
        .map(|opened| blob(&opened["Plaintext"]))
}

/// Returns the names of the members of an answer.
fn members(answer: &Value) -> Vec<&str> {
    answer
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn a_data_key_comes_encrypted_and_if_wanted_in_plaintext() {
    let kms = Kms::new();
    let key = key(&kms);
    let context = json!({ "a": "b" });
    for (len, size) in [("KeySpec", json!("AES_256")), ("NumberOfBytes", json!(100))] {
        let request = json!({ "KeyId": key, len: size, "EncryptionContext": context });
        let with = kms.must("GenerateDataKey", request.clone());
        assert_eq!(
            members(&with),
            ["CiphertextBlob", "KeyId", "KeyMaterialId", "Plaintext"]
        );
        let opened = decrypt(&kms, &with["CiphertextBlob"], &context);
        assert_eq!(opened, Ok(blob(&with["Plaintext"])));
        let without = kms.must("GenerateDataKeyWithoutPlaintext", request);
        assert_eq!(
            members(&without),
            ["CiphertextBlob", "KeyId", "KeyMaterialId"]
        );
        let opened = decrypt(&kms, &without["CiphertextBlob"], &context).expect("a data key");
        assert_eq!(opened.len(), blob(&with["Plaintext"]).len());
        assert_ne!(opened, blob(&with["Plaintext"]));
        for answer in [&with, &without] {
            let refused = decrypt(&kms, &answer["CiphertextBlob"], &json!({}));
            assert_eq!(refused, Err("InvalidCiphertextException".to_owned()));
        }
    }
    assert_eq!(
        kms.refused("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key })),
        "ValidationException: Please specify either number of bytes or key spec."
    );
}

#[test]
fn a_data_key_pair_is_a_pair() {
    let kms = Kms::new();
    let key = key(&kms);
    let context = json!({ "a": "b" });
    for key_spec in [
        KeySpec::Rsa2048,
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
        KeySpec::EccNistEdwards25519,
    ] {
        let request =
            json!({ "KeyId": key, "KeyPairSpec": key_spec, "EncryptionContext": context });
        let pair = kms.must("GenerateDataKeyPair", request.clone());
        assert_eq!(
            members(&pair),
            [
                "KeyId",
                "KeyMaterialId",
                "KeyPairSpec",
                "PrivateKeyCiphertextBlob",
                "PrivateKeyPlaintext",
                "PublicKey",
            ]
        );
        assert_eq!(
            (&pair["KeyId"], &pair["KeyPairSpec"]),
            (&json!(key), &json!(key_spec))
        );
        let private_key = blob(&pair["PrivateKeyPlaintext"]);
        let opened = decrypt(&kms, &pair["PrivateKeyCiphertextBlob"], &context);
        assert_eq!(opened.as_ref(), Ok(&private_key), "{key_spec}");
        let read =
            KeyMaterial::from_import(&SecretBytes::new(private_key), key_spec, Rules::Standard);
        let public_key = read
            .expect("PKCS#8")
            .material
            .public_key()
            .map(|key| key.as_bytes().to_vec());
        assert_eq!(public_key, Some(blob(&pair["PublicKey"])), "{key_spec}");
        let refused = decrypt(&kms, &pair["PrivateKeyCiphertextBlob"], &json!({}));
        assert_eq!(refused, Err("InvalidCiphertextException".to_owned()));
        if key_spec == KeySpec::Rsa2048 {
            continue;
        }
        let without = kms.must("GenerateDataKeyPairWithoutPlaintext", request);
        assert_eq!(without.get("PrivateKeyPlaintext"), None);
        assert_ne!(without["PublicKey"], pair["PublicKey"]);
    }
}

#[test]
fn china_has_sm2_key_pairs() {
    let kms = Kms::new();
    let there = |operation: &str, request: Value| kms.call_in("cn-north-1", operation, &request);
    let key = there("CreateKey", json!({})).expect("a key")["KeyMetadata"]["Arn"].clone();
    let request = |spec: &str| json!({ "KeyId": key, "KeyPairSpec": spec });
    let pair = there("GenerateDataKeyPair", request("SM2")).expect("a pair");
    let private_key = SecretBytes::new(blob(&pair["PrivateKeyPlaintext"]));
    let read = KeyMaterial::from_import(&private_key, KeySpec::Sm2, Rules::China);
    assert_eq!(
        read.expect("PKCS#8")
            .material
            .public_key()
            .map(|key| key.as_bytes().to_vec()),
        Some(blob(&pair["PublicKey"]))
    );
    let refused = there("GenerateDataKeyPair", request("ML_KEM_512")).expect_err("not in China");
    assert!(refused.contains("at 'keyPairSpec'"), "{refused}");
    let here = self::key(&kms);
    let request = json!({ "KeyId": here, "KeyPairSpec": "SM2" });
    let refused = kms.refused("GenerateDataKeyPair", request);
    assert!(
        refused.contains("Value 'SM2' at 'keyPairSpec'"),
        "{refused}"
    );
    let request = json!({ "KeyId": here, "KeyPairSpec": "ML_KEM_512" });
    assert_eq!(
        kms.refused("GenerateDataKeyPair", request),
        "UnsupportedOperationException: The rehearsal does not support ML_KEM_512 key pairs."
    );
}

#[test]
fn data_keys_need_a_symmetric_key_that_is_usable() {
    let kms = Kms::new();
    let hmac = kms.imported(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let rsa = kms.imported(KeySpec::Rsa2048, "ENCRYPT_DECRYPT");
    let disabled = key(&kms);
    kms.must("DisableKey", json!({ "KeyId": disabled }));
    for operation in [
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
    ] {
        let refused = |key: &str| {
            let mut request = json!({ "KeyId": key, "KeySpec": "AES_128" });
            request["KeyPairSpec"] = json!("ECC_NIST_P256");
            kms.refused(operation, request)
        };
        assert_eq!(
            refused(&hmac),
            format!(
                "InvalidKeyUsageException: {hmac} key usage is GENERATE_VERIFY_MAC which is not valid \
                 for {operation}."
            )
        );
        assert_eq!(
            refused(&rsa),
            "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec \
             RSA_2048."
        );
        assert_eq!(
            refused(&disabled),
            format!("DisabledException: {disabled} is disabled.")
        );
    }
}

/// Both sides of every bound, with AWS's recorded texts.
#[test]
fn random_bytes_are_as_many_as_wanted() {
    let kms = Kms::new();
    let random = |len: i64| kms.call("GenerateRandom", json!({ "NumberOfBytes": len }));
    for len in [1, 12, 44, 91, 1024] {
        let bytes = blob(&random(len).expect("bytes")["Plaintext"]);
        assert_eq!(i64::try_from(bytes.len()), Ok(len));
    }
    assert_ne!(random(32), random(32));
    for (len, bound) in [
        (0, "greater than or equal to 1"),
        (1025, "less than or equal to 1024"),
    ] {
        assert_eq!(
            random(len),
            Err(format!(
                "ValidationException: 1 validation error detected: Value '{len}' at 'numberOfBytes' \
                 failed to satisfy constraint: Member must have value {bound}"
            ))
        );
    }
    for request in [json!({}), json!({ "NumberOfBytes": null })] {
        assert_eq!(
            kms.refused("GenerateRandom", request),
            "ValidationException: NumberOfBytes is required."
        );
    }
    let elsewhere = json!({ "NumberOfBytes": 1, "CustomKeyStoreId": "cks-1234567890abcdef0" });
    assert_eq!(
        kms.refused("GenerateRandom", elsewhere),
        "CustomKeyStoreNotFoundException"
    );
}

/// Nothing that an enclave could not prove is given to one.
#[test]
fn a_recipient_is_refused() {
    let kms = Kms::new();
    let key = key(&kms);
    let sealed = kms.must(
        "Encrypt",
        json!({ "KeyId": key, "Plaintext": base64(b"text") }),
    );
    let agreement = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT" });
    let agreement = kms.must("CreateKey", agreement)["KeyMetadata"]["Arn"].clone();
    let public_key = kms.must("GetPublicKey", json!({ "KeyId": agreement }))["PublicKey"].clone();
    let recipient = json!({
        "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": base64(b"document"),
    });
    for (operation, mut request) in [
        (
            "Decrypt",
            json!({ "CiphertextBlob": sealed["CiphertextBlob"] }),
        ),
        (
            "GenerateDataKey",
            json!({ "KeyId": key, "KeySpec": "AES_256" }),
        ),
        (
            "GenerateDataKeyPair",
            json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" }),
        ),
        ("GenerateRandom", json!({ "NumberOfBytes": 1 })),
        (
            "DeriveSharedSecret",
            json!({ "KeyId": agreement, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public_key }),
        ),
    ] {
        kms.must(operation, request.clone());
        request["Recipient"] = recipient.clone();
        assert_eq!(
            kms.refused(operation, request.clone()),
            "ValidationException",
            "{operation}"
        );
        request["Recipient"]["KeyEncryptionAlgorithm"] = json!("RSA");
        assert_eq!(
            kms.refused(operation, request),
            "ValidationException: 1 validation error detected: Value 'RSA' at \
             'recipient.keyEncryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum \
             value set: [RSAES_OAEP_SHA_256]",
            "{operation}"
        );
    }
}
