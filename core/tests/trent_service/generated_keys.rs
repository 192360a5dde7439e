//! Keys of origin `AWS_KMS`: use, rotation, replicas, and the end of a service.

use byok_core::{key_store::MemoryKeyStore, timestamp::Timestamp, trent_service::TrentService};
use serde_json::{Value, json};

use crate::{
    common::{place, root_secret},
    kms::{Kms, base64, blob, text},
};

const DAY: i64 = Timestamp::DAY_MILLIS;

fn create(kms: &Kms, request: Value) -> String {
    text(&kms.must("CreateKey", request)["KeyMetadata"]["Arn"])
}

fn key(key_spec: &str, usage: &str) -> Value {
    json!({ "KeySpec": key_spec, "KeyUsage": usage })
}

fn described(kms: &Kms, arn: &str) -> Value {
    kms.must("DescribeKey", json!({ "KeyId": arn }))["KeyMetadata"].clone()
}

fn encrypt(kms: &Kms, arn: &str) -> Value {
    let request = json!({ "KeyId": arn, "Plaintext": base64(b"text") });
    kms.must("Encrypt", request)["CiphertextBlob"].clone()
}

/// Decrypts, and returns the identifier of the material that encrypted.
#[track_caller]
fn decrypt(kms: &Kms, ciphertext: &Value) -> String {
    let opened = kms.must("Decrypt", json!({ "CiphertextBlob": ciphertext }));
    assert_eq!(opened["Plaintext"], json!(base64(b"text")));
    text(&opened["KeyMaterialId"])
}

fn rotations(kms: &Kms, arn: &str, which: &str) -> Vec<Value> {
    let request = json!({ "KeyId": arn, "IncludeKeyMaterial": which });
    let listed = kms.must("ListKeyRotations", request)["Rotations"].clone();
    listed.as_array().expect("a list").clone()
}

#[test]
fn a_generated_key_encrypts_at_once_and_after_each_rotation() {
    let kms = Kms::new();
    let arn = create(&kms, json!({}));
    let first = text(&described(&kms, &arn)["CurrentKeyMaterialId"]);
    let before = encrypt(&kms, &arn);
    assert_eq!(decrypt(&kms, &before), first);
    kms.pass(1000);
    let rotated = kms.must("RotateKeyOnDemand", json!({ "KeyId": arn }));
    assert_eq!(rotated, json!({ "KeyId": arn }));
    let second = text(&described(&kms, &arn)["CurrentKeyMaterialId"]);
    assert_ne!(first, second);
    assert_eq!(decrypt(&kms, &before), first);
    assert_eq!(decrypt(&kms, &encrypt(&kms, &arn)), second);
    let data_key = kms.must(
        "GenerateDataKey",
        json!({ "KeyId": arn, "KeySpec": "AES_256" }),
    );
    assert_eq!(data_key["KeyMaterialId"], json!(second));
    assert_eq!(
        rotations(&kms, &arn, "ALL_KEY_MATERIAL"),
        [
            json!({ "KeyId": arn, "KeyMaterialId": first, "KeyMaterialState": "NON_CURRENT" }),
            json!({
                "KeyId": arn, "KeyMaterialId": second, "KeyMaterialState": "CURRENT",
                "RotationDate": kms.time(), "RotationType": "ON_DEMAND",
            }),
        ]
    );
    assert_eq!(rotations(&kms, &arn, "ROTATIONS_ONLY").len(), 1);
    let metadata = described(&kms, &arn);
    assert_eq!(
        (metadata.get("ExpirationModel"), metadata.get("ValidTo")),
        (None, None)
    );
}

#[test]
fn a_generated_key_is_rotated_on_demand_25_times() {
    let kms = Kms::new();
    let arn = create(&kms, json!({}));
    for _ in 0..25 {
        kms.must("RotateKeyOnDemand", json!({ "KeyId": arn }));
    }
    assert_eq!(
        kms.refused("RotateKeyOnDemand", json!({ "KeyId": arn })),
        format!(
            "LimitExceededException: The on-demand rotations limit has been reached for the given \
             keyId. No more on-demand rotations can be performed for this key: {arn}"
        )
    );
}

fn status(kms: &Kms, arn: &str) -> Value {
    kms.must("GetKeyRotationStatus", json!({ "KeyId": arn }))
}

fn off(arn: &str) -> Value {
    json!({ "KeyId": arn, "KeyRotationEnabled": false })
}

#[test]
fn a_key_is_rotated_after_each_period() {
    let kms = Kms::new();
    let arn = create(&kms, json!({}));
    assert_eq!(status(&kms, &arn), off(&arn));
    let enable = |days: Value| json!({ "KeyId": arn, "RotationPeriodInDays": days });
    assert_eq!(kms.must("EnableKeyRotation", enable(json!(90))), json!({}));
    let start = kms.time();
    let on = |days: i64, next: Timestamp| {
        json!({
            "KeyId": arn, "KeyRotationEnabled": true, "NextRotationDate": next,
            "RotationPeriodInDays": days,
        })
    };
    assert_eq!(status(&kms, &arn), on(90, start.plus_millis(90 * DAY)));
    let before = encrypt(&kms, &arn);
    // A rotation on demand leaves the schedule as it is, and does not count.
    kms.must("RotateKeyOnDemand", json!({ "KeyId": arn }));
    assert_eq!(status(&kms, &arn), on(90, start.plus_millis(90 * DAY)));
    kms.pass(185 * DAY);
    assert_eq!(status(&kms, &arn), on(90, start.plus_millis(270 * DAY)));
    let listed = rotations(&kms, &arn, "ROTATIONS_ONLY");
    let kinds: Vec<_> = listed
        .iter()
        .map(|rotation| {
            (
                text(&rotation["RotationType"]),
                rotation["RotationDate"].clone(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("ON_DEMAND".to_owned(), json!(start)),
            ("AUTOMATIC".to_owned(), json!(start.plus_millis(90 * DAY))),
            ("AUTOMATIC".to_owned(), json!(start.plus_millis(180 * DAY))),
        ]
    );
    let current = text(&described(&kms, &arn)["CurrentKeyMaterialId"]);
    assert_eq!(json!(current), listed[2]["KeyMaterialId"]);
    assert_eq!(decrypt(&kms, &encrypt(&kms, &arn)), current);
    assert_ne!(decrypt(&kms, &before), current);
    // The change of the period starts it again.
    kms.must("EnableKeyRotation", json!({ "KeyId": arn }));
    assert_eq!(
        status(&kms, &arn),
        on(365, kms.time().plus_millis(365 * DAY))
    );
    kms.must("DisableKeyRotation", json!({ "KeyId": arn }));
    assert_eq!(status(&kms, &arn), off(&arn));
    kms.pass(400 * DAY);
    assert_eq!(rotations(&kms, &arn, "ROTATIONS_ONLY"), listed);
}

#[test]
fn a_disabled_key_is_rotated_when_it_is_enabled_again() {
    let kms = Kms::new();
    let arn = create(&kms, json!({}));
    kms.must("EnableKeyRotation", json!({ "KeyId": arn }));
    kms.must("DisableKey", json!({ "KeyId": arn }));
    let disabled = format!("DisabledException: {arn} is disabled.");
    for operation in [
        "EnableKeyRotation",
        "DisableKeyRotation",
        "RotateKeyOnDemand",
    ] {
        assert_eq!(kms.refused(operation, json!({ "KeyId": arn })), disabled);
    }
    kms.pass(400 * DAY);
    assert_eq!(status(&kms, &arn)["KeyRotationEnabled"], json!(true));
    assert_eq!(rotations(&kms, &arn, "ROTATIONS_ONLY"), [Value::Null; 0]);
    kms.must("EnableKey", json!({ "KeyId": arn }));
    let rotation = &rotations(&kms, &arn, "ROTATIONS_ONLY")[0];
    assert_eq!(rotation["RotationDate"], json!(kms.time()));
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": arn }));
    assert_eq!(status(&kms, &arn), off(&arn));
    kms.must("CancelKeyDeletion", json!({ "KeyId": arn }));
    assert_eq!(status(&kms, &arn)["KeyRotationEnabled"], json!(true));
}

/// A clock that is centuries ahead makes some rotations, and not thousands.
#[test]
fn there_is_an_end_to_automatic_rotations() {
    let kms = Kms::new();
    let arn = create(&kms, json!({}));
    kms.must(
        "EnableKeyRotation",
        json!({ "KeyId": arn, "RotationPeriodInDays": 90 }),
    );
    kms.pass(7000 * 365 * DAY);
    let listed = kms.must("ListKeyRotations", json!({ "KeyId": arn, "Limit": 1000 }));
    assert_eq!(listed["Rotations"].as_array().map(Vec::len), Some(400));
    kms.must("TagResource", json!({ "KeyId": arn, "Tags": [] }));
    decrypt(&kms, &encrypt(&kms, &arn));
}

#[test]
fn only_symmetric_generated_keys_are_rotated_by_themselves() {
    let kms = Kms::new();
    let external = create(&kms, json!({ "Origin": "EXTERNAL" }));
    let origin = format!(
        "UnsupportedOperationException: {external} origin is EXTERNAL which is not valid for this \
         operation."
    );
    let hmac = create(&kms, key("HMAC_256", "GENERATE_VERIFY_MAC"));
    let pair = create(&kms, key("ECC_NIST_P256", "SIGN_VERIFY"));
    for operation in ["EnableKeyRotation", "DisableKeyRotation"] {
        assert_eq!(kms.refused(operation, json!({ "KeyId": external })), origin);
    }
    for arn in [&hmac, &pair] {
        for operation in [
            "EnableKeyRotation",
            "DisableKeyRotation",
            "RotateKeyOnDemand",
        ] {
            let refused = kms.refused(operation, json!({ "KeyId": arn }));
            assert_eq!(
                refused, "UnsupportedOperationException",
                "{operation} {arn}"
            );
        }
        assert_eq!(status(&kms, arn), off(arn));
    }
    kms.must("DisableKey", json!({ "KeyId": pair }));
    assert_eq!(
        kms.refused("RotateKeyOnDemand", json!({ "KeyId": pair })),
        format!("DisabledException: {pair} is disabled.")
    );
    let arn = create(&kms, json!({}));
    for (days, bound) in [
        (89, "greater than or equal to 90"),
        (2561, "less than or equal to 2560"),
    ] {
        assert_eq!(
            kms.refused(
                "EnableKeyRotation",
                json!({ "KeyId": arn, "RotationPeriodInDays": days })
            ),
            format!(
                "ValidationException: 1 validation error detected: Value '{days}' at \
                 'rotationPeriodInDays' failed to satisfy constraint: Member must have value {bound}"
            )
        );
    }
}

/// The replica is usable at once, has the same material, and rotates with its primary key.
#[test]
fn a_replica_has_the_material_of_its_primary_key() {
    let kms = Kms::new();
    let primary = create(&kms, json!({ "MultiRegion": true }));
    let before = encrypt(&kms, &primary);
    let request = json!({ "KeyId": primary, "ReplicaRegion": "eu-west-1" });
    let replica = kms.must("ReplicateKey", request)["ReplicaKeyMetadata"].clone();
    assert_eq!(replica["Origin"], "AWS_KMS");
    assert_eq!(
        (&replica["KeyState"], &replica["Enabled"]),
        (&json!("Creating"), &json!(false))
    );
    let there = |operation: &str, request: Value| kms.call_in("eu-west-1", operation, &request);
    let arn = text(&replica["Arn"]);
    let describe = || {
        let answer = there("DescribeKey", json!({ "KeyId": arn })).expect("a replica");
        answer["KeyMetadata"].clone()
    };
    assert_eq!(describe()["KeyState"], "Enabled");
    for _ in 0..2 {
        let current = &described(&kms, &primary)["CurrentKeyMaterialId"];
        assert_eq!(&describe()["CurrentKeyMaterialId"], current);
        for ciphertext in [&before, &encrypt(&kms, &primary)] {
            let opened = there("Decrypt", json!({ "CiphertextBlob": ciphertext })).expect("text");
            assert_eq!(opened["Plaintext"], json!(base64(b"text")));
            assert_eq!(opened["KeyId"], json!(arn));
        }
        let request = json!({ "KeyId": arn, "Plaintext": base64(b"text") });
        let sealed = there("Encrypt", request).expect("a ciphertext");
        assert_eq!(json!(decrypt(&kms, &sealed["CiphertextBlob"])), *current);
        kms.must("RotateKeyOnDemand", json!({ "KeyId": primary }));
    }
    for operation in [
        "RotateKeyOnDemand",
        "EnableKeyRotation",
        "DisableKeyRotation",
    ] {
        let refused = there(operation, json!({ "KeyId": arn })).expect_err("a replica");
        assert_eq!(refused, "UnsupportedOperationException");
    }
    kms.must("EnableKeyRotation", json!({ "KeyId": primary }));
    let status = there("GetKeyRotationStatus", json!({ "KeyId": arn })).expect("a status");
    assert_eq!(status["KeyRotationEnabled"], json!(true));
    kms.pass(366 * DAY);
    let current = &described(&kms, &primary)["CurrentKeyMaterialId"];
    assert_eq!(&describe()["CurrentKeyMaterialId"], current);
}

#[test]
fn every_kind_of_generated_key_signs() {
    let kms = Kms::new();
    let digest = base64(&[7; 64]);
    let message = base64(b"message");
    for (key_spec, algorithm, form, message) in [
        ("ECC_NIST_P256", "ECDSA_SHA_256", "RAW", &message),
        ("ECC_NIST_P384", "ECDSA_SHA_384", "RAW", &message),
        ("ECC_NIST_P521", "ECDSA_SHA_512", "DIGEST", &digest),
        ("ECC_SECG_P256K1", "ECDSA_SHA_256", "RAW", &message),
        ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "RAW", &message),
        (
            "ECC_NIST_EDWARDS25519",
            "ED25519_PH_SHA_512",
            "DIGEST",
            &digest,
        ),
        ("RSA_2048", "RSASSA_PSS_SHA_256", "RAW", &message),
    ] {
        let arn = create(&kms, key(key_spec, "SIGN_VERIFY"));
        assert_eq!(described(&kms, &arn).get("CurrentKeyMaterialId"), None);
        let mut request = json!({
            "KeyId": arn, "Message": message, "MessageType": form, "SigningAlgorithm": algorithm,
        });
        let signed = kms.must("Sign", request.clone());
        request["Signature"] = signed["Signature"].clone();
        assert_eq!(
            kms.must("Verify", request)["SignatureValid"],
            json!(true),
            "{algorithm}"
        );
        assert_eq!(rotations(&kms, &arn, "ALL_KEY_MATERIAL"), [Value::Null; 0]);
    }
    for bits in ["224", "256", "384", "512"] {
        let arn = create(&kms, key(&format!("HMAC_{bits}"), "GENERATE_VERIFY_MAC"));
        let algorithm = format!("HMAC_SHA_{bits}");
        let mut request = json!({ "KeyId": arn, "Message": message, "MacAlgorithm": algorithm });
        request["Mac"] = kms.must("GenerateMac", request.clone())["Mac"].clone();
        assert_eq!(
            kms.must("VerifyMac", request)["MacValid"],
            json!(true),
            "{bits}"
        );
    }
}

#[test]
fn china_has_sm2_and_sm4() {
    let kms = Kms::new();
    let there = |operation: &str, request: Value| {
        kms.call_in("cn-north-1", operation, &request)
            .expect(operation)
    };
    let created = there("CreateKey", key("SM2", "SIGN_VERIFY"));
    let mut request = json!({
        "KeyId": created["KeyMetadata"]["Arn"], "Message": "AAAA", "SigningAlgorithm": "SM2DSA",
    });
    request["Signature"] = there("Sign", request.clone())["Signature"].clone();
    assert_eq!(there("Verify", request)["SignatureValid"], json!(true));
    let created = there("CreateKey", json!({}));
    let request = json!({ "KeyId": created["KeyMetadata"]["Arn"], "Plaintext": base64(b"text") });
    let sealed = there("Encrypt", request);
    let opened = there(
        "Decrypt",
        json!({ "CiphertextBlob": sealed["CiphertextBlob"] }),
    );
    assert_eq!(opened["Plaintext"], json!(base64(b"text")));
}

/// Nothing but the root secret and the record of the key is needed.
#[test]
fn generated_material_survives_the_end_of_the_service() {
    let store = MemoryKeyStore::new(root_secret(), []);
    let service = || Kms::of(TrentService::new(&store, place().account_id));
    let (first, second) = (service(), service());
    let created = first.must("CreateKey", json!({}));
    let arn = text(&created["KeyMetadata"]["Arn"]);
    let request = json!({ "KeyId": arn, "Plaintext": base64(b"text") });
    let before = first.must("Encrypt", request.clone())["CiphertextBlob"].clone();
    first.must("RotateKeyOnDemand", json!({ "KeyId": arn }));
    let after = first.must("Encrypt", request)["CiphertextBlob"].clone();
    for ciphertext in [before, after] {
        let opened = second.must("Decrypt", json!({ "CiphertextBlob": ciphertext }));
        assert_eq!(opened["Plaintext"], json!(base64(b"text")));
    }
    let created = first.must("CreateKey", key("ECC_NIST_P256", "SIGN_VERIFY"));
    let request = json!({ "KeyId": created["KeyMetadata"]["Arn"] });
    let public_key =
        |kms: &Kms<&MemoryKeyStore>| blob(&kms.must("GetPublicKey", request.clone())["PublicKey"]);
    assert_eq!(public_key(&first), public_key(&second));
    // Another store derives another key for the same ARN.
    let other = MemoryKeyStore::new(
        byok_core::import_token::RootSecret::new(crate::common::secret(&[9; 32]))
            .expect("32 bytes"),
        byok_core::key_store::KeyStore::key_records(&store).expect("records"),
    );
    let other = Kms::of(TrentService::new(&other, place().account_id));
    assert_ne!(public_key(&first), public_key(&other));
}
