//! Keys: creation, description, listing, enabling, deletion, tags and policies, replicas.

use byok_core::{
    key_metadata::KeyState,
    key_spec::KeySpec,
    key_store::{MAX_MEMORY_LEN, MemoryKeyStore},
    timestamp::Timestamp,
    trent_service::{MAX_KEYS, TrentService},
};
use serde_json::{Value, json};

use crate::common::material_bytes;
use crate::kms::{Kms, staying, text};

fn metadata(kms: &Kms, key_id: &str) -> Value {
    kms.must("DescribeKey", json!({ "KeyId": key_id }))["KeyMetadata"].clone()
}

fn state(kms: &Kms, key_id: &str) -> String {
    text(&metadata(kms, key_id)["KeyState"])
}

#[test]
fn a_new_key_is_described_as_aws_describes_it() {
    let kms = Kms::new();
    let request = json!({ "Origin": "EXTERNAL", "Description": "for payroll", "Tags": [{ "TagKey": "t", "TagValue": "" }] });
    let made = kms.must("CreateKey", request)["KeyMetadata"].clone();
    let (arn, id) = (text(&made["Arn"]), text(&made["KeyId"]));
    assert_eq!(
        made,
        json!({
            "AWSAccountId": "111122223333",
            "Arn": format!("arn:aws:kms:us-east-2:111122223333:key/{id}"),
            "CreationDate": 1_795_435_200.25,
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "Description": "for payroll",
            "Enabled": false,
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
            "KeyId": id,
            "KeyManager": "CUSTOMER",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyState": "PendingImport",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": false,
            "Origin": "EXTERNAL",
        })
    );
    for key_id in [arn.as_str(), id.as_str()] {
        assert_eq!(metadata(&kms, key_id), made);
    }
    let tags = kms.must("ListResourceTags", json!({ "KeyId": id }));
    assert_eq!(
        tags,
        json!({ "Tags": [{ "TagKey": "t", "TagValue": "" }], "Truncated": false })
    );
    let imported = kms
        .import(&arn, material_bytes(KeySpec::SymmetricDefault).0, staying())
        .expect("imported");
    let made = metadata(&kms, &id);
    assert_eq!(
        (&made["Enabled"], &made["KeyState"]),
        (&json!(true), &json!("Enabled"))
    );
    assert_eq!(made["ExpirationModel"], "KEY_MATERIAL_DOES_NOT_EXPIRE");
    assert_eq!(made["CurrentKeyMaterialId"], imported["KeyMaterialId"]);
}

#[test]
fn a_generated_key_takes_no_import() {
    let kms = Kms::new();
    let made = kms.must("CreateKey", json!({}))["KeyMetadata"].clone();
    let arn = text(&made["Arn"]);
    assert_eq!(
        (&made["Origin"], &made["KeyState"]),
        (&json!("AWS_KMS"), &json!("Enabled"))
    );
    assert_eq!(text(&made["CurrentKeyMaterialId"]).len(), 64);
    let origin = format!(
        "UnsupportedOperationException: {arn} origin is AWS_KMS which is not valid for this operation."
    );
    let parameters = json!({ "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" });
    assert_eq!(kms.refused("GetParametersForImport", parameters), origin);
    assert_eq!(
        kms.refused("DeleteImportedKeyMaterial", json!({ "KeyId": arn })),
        origin
    );
}

/// The key specs that AWS KMS generates and never imports.
#[test]
fn ml_dsa_and_ml_kem_keys_are_described_and_not_imported() {
    let kms = Kms::new();
    for (key_spec, usage, member, algorithm) in [
        (
            "ML_DSA_44",
            "SIGN_VERIFY",
            "SigningAlgorithms",
            "ML_DSA_SHAKE_256",
        ),
        (
            "ML_DSA_65",
            "SIGN_VERIFY",
            "SigningAlgorithms",
            "ML_DSA_SHAKE_256",
        ),
        (
            "ML_DSA_87",
            "SIGN_VERIFY",
            "SigningAlgorithms",
            "ML_DSA_SHAKE_256",
        ),
        (
            "ML_KEM_512",
            "ENCAPSULATE_DECAPSULATE",
            "EncapsulationAlgorithms",
            "ML_KEM",
        ),
        (
            "ML_KEM_768",
            "ENCAPSULATE_DECAPSULATE",
            "EncapsulationAlgorithms",
            "ML_KEM",
        ),
        (
            "ML_KEM_1024",
            "ENCAPSULATE_DECAPSULATE",
            "EncapsulationAlgorithms",
            "ML_KEM",
        ),
    ] {
        let request = json!({ "KeySpec": key_spec, "KeyUsage": usage });
        let key = kms.must("CreateKey", request)["KeyMetadata"].clone();
        assert_eq!(key[member], json!([algorithm]), "{key_spec}");
        let arn = text(&key["Arn"]);
        assert_eq!(metadata(&kms, &arn), key);
        let origin = format!("{arn} origin is AWS_KMS which is not valid for this operation.");
        let parameters = json!({
            "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
        });
        assert_eq!(
            kms.refused("GetParametersForImport", parameters),
            format!("UnsupportedOperationException: {origin}")
        );
        // byok generates no such key.
        assert_eq!(
            kms.refused("GetPublicKey", json!({ "KeyId": arn })),
            format!(
                "UnsupportedOperationException: The rehearsal does not support {key_spec} keys."
            )
        );
        let external = json!({ "KeySpec": key_spec, "KeyUsage": usage, "Origin": "EXTERNAL" });
        assert_eq!(
            kms.refused("CreateKey", external),
            "UnsupportedOperationException"
        );
        let other = json!({ "KeySpec": key_spec, "KeyUsage": "KEY_AGREEMENT" });
        assert_eq!(
            kms.refused("CreateKey", other),
            format!(
                "ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec {key_spec}"
            )
        );
    }
    let request = json!({ "KeySpec": "ML_KEM_768", "KeyUsage": "ENCAPSULATE_DECAPSULATE" });
    let in_china = kms.call_in("cn-north-1", "CreateKey", &request);
    let in_china = in_china.expect_err("China has none");
    assert!(
        in_china.starts_with(
            "ValidationException: 1 validation error detected: Value 'ML_KEM_768' at 'keySpec'"
        ),
        "{in_china}"
    );
    assert!(!in_china.contains("ML_KEM_512"), "{in_china}");
}

#[test]
fn keys_that_there_are_not_are_refused() {
    let kms = Kms::new();
    for (request, answer) in [
        (
            json!({ "KeySpec": "RSA_2048" }),
            "ValidationException: You must specify a KeyUsage value",
        ),
        (
            json!({ "KeySpec": "RSA_1024" }),
            "ValidationException: 1 validation error detected: Value 'RSA_1024'",
        ),
        (
            json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT" }),
            "ValidationException: KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256",
        ),
        (
            json!({ "KeySpec": "HMAC_256", "CustomerMasterKeySpec": "HMAC_256" }),
            "ValidationException: You cannot specify KeySpec and CustomerMasterKeySpec",
        ),
        (
            json!({ "KeySpec": "SM2" }),
            "ValidationException: 1 validation error detected: Value 'SM2'",
        ),
        (
            json!({ "KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL" }),
            "UnsupportedOperationException",
        ),
        (
            json!({ "Origin": "AWS_CLOUDHSM" }),
            "UnsupportedOperationException",
        ),
        (
            json!({ "Policy": "{}" }),
            "MalformedPolicyDocumentException",
        ),
        (
            json!({ "Tags": [{ "TagKey": "aws:x", "TagValue": "" }] }),
            "TagException",
        ),
        (
            json!({ "Tags": [{ "TagKey": "x", "TagValue": "" }, { "TagKey": "x", "TagValue": "1" }] }),
            "TagException",
        ),
    ] {
        let refused = kms.refused("CreateKey", request.clone());
        assert!(refused.starts_with(answer), "{request}: {refused}");
    }
    assert_eq!(
        kms.must("ListKeys", json!({})),
        json!({ "Keys": [], "Truncated": false })
    );
}

#[test]
fn lists_come_page_by_page() {
    let kms = Kms::new();
    let mut ids: Vec<String> = (0..5)
        .map(|_| {
            let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
            arn.rsplit('/').next().expect("an id").to_owned()
        })
        .collect();
    ids.sort();
    let (mut listed, mut marker) = (Vec::new(), None);
    loop {
        let mut request = json!({ "Limit": 2 });
        if let Some(marker) = marker.take() {
            request["Marker"] = marker;
        }
        let page = kms.must("ListKeys", request);
        listed.extend(
            page["Keys"]
                .as_array()
                .expect("keys")
                .iter()
                .map(|key| text(&key["KeyId"])),
        );
        if page["Truncated"] == false {
            assert_eq!(page.get("NextMarker"), None);
            break;
        }
        marker = Some(page["NextMarker"].clone());
    }
    assert_eq!(listed, ids);
    assert_eq!(
        kms.refused("ListKeys", json!({ "Marker": "nothing" })),
        "InvalidMarkerException"
    );
    assert_eq!(
        kms.call_in("eu-west-1", "ListKeys", &json!({})),
        Ok(json!({ "Keys": [], "Truncated": false })),
        "another Region has none"
    );
}

#[test]
fn tags_and_policies_are_kept() {
    let kms = Kms::new();
    let arn = kms.create(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let tag = |key: &str, value: &str| json!({ "TagKey": key, "TagValue": value });
    kms.must(
        "TagResource",
        json!({ "KeyId": arn, "Tags": [tag("b", "1"), tag("a", "2")] }),
    );
    kms.must(
        "TagResource",
        json!({ "KeyId": arn, "Tags": [tag("b", "3")] }),
    );
    let tags = kms.must("ListResourceTags", json!({ "KeyId": arn }))["Tags"].clone();
    assert_eq!(tags, json!([tag("a", "2"), tag("b", "3")]));
    let many: Vec<_> = (0..49)
        .map(|number| tag(&format!("n{number}"), ""))
        .collect();
    assert_eq!(
        kms.refused("TagResource", json!({ "KeyId": arn, "Tags": many })),
        "LimitExceededException"
    );
    assert_eq!(
        kms.must("ListResourceTags", json!({ "KeyId": arn }))["Tags"],
        tags
    );

    let policy = kms.must(
        "GetKeyPolicy",
        json!({ "KeyId": arn, "PolicyName": "default" }),
    );
    assert_eq!(policy["PolicyName"], "default");
    let policy: Value = serde_json::from_str(&text(&policy["Policy"])).expect("JSON");
    assert_eq!(
        policy["Statement"][0]["Principal"]["AWS"],
        "arn:aws:iam::111122223333:root"
    );
    assert_eq!(
        kms.refused(
            "GetKeyPolicy",
            json!({ "KeyId": arn, "PolicyName": "mine" })
        ),
        "NotFoundException: No such policy exists"
    );
    let own = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let made = kms.must("CreateKey", json!({ "Policy": own }));
    let policy = kms.must(
        "GetKeyPolicy",
        json!({ "KeyId": made["KeyMetadata"]["KeyId"] }),
    );
    assert_eq!(policy["Policy"], own);
}

#[test]
fn a_key_is_switched_and_deleted() {
    let kms = Kms::new();
    let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let key = || json!({ "KeyId": arn });
    let pending = format!("KMSInvalidStateException: {arn} is pending import.");
    assert_eq!(kms.refused("EnableKey", key()), pending);
    assert_eq!(kms.refused("DisableKey", key()), pending);
    kms.import(&arn, material_bytes(KeySpec::SymmetricDefault).0, staying())
        .expect("imported");
    assert_eq!(kms.must("DisableKey", key()), json!({}), "no output");
    assert_eq!(state(&kms, &arn), "Disabled");
    let off = format!("DisabledException: {arn} is disabled.");
    assert_eq!(
        kms.refused("Encrypt", json!({ "KeyId": arn, "Plaintext": "AAAA" })),
        off
    );
    kms.must("EnableKey", key());

    for days in [6, 31] {
        let request = json!({ "KeyId": arn, "PendingWindowInDays": days });
        let refused = kms.refused("ScheduleKeyDeletion", request);
        assert!(
            refused.contains("at 'pendingWindowInDays' failed"),
            "{refused}"
        );
    }
    let scheduled = kms.must(
        "ScheduleKeyDeletion",
        json!({ "KeyId": arn, "PendingWindowInDays": 7 }),
    );
    assert_eq!(
        scheduled,
        json!({
            "DeletionDate": 1_795_435_200.25 + 7.0 * 86_400.0,
            "KeyId": arn,
            "KeyState": "PendingDeletion",
            "PendingWindowInDays": 7,
        })
    );
    let deleting = format!("KMSInvalidStateException: {arn} is pending deletion.");
    assert_eq!(
        kms.refused("Encrypt", json!({ "KeyId": arn, "Plaintext": "AAAA" })),
        deleting
    );
    assert_eq!(
        kms.must("CancelKeyDeletion", key()),
        json!({ "KeyId": arn })
    );
    assert_eq!(state(&kms, &arn), "Disabled");
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": arn }));
    kms.pass(30 * Timestamp::DAY_MILLIS);
    assert_eq!(
        kms.refused("DescribeKey", key()),
        format!("NotFoundException: Key '{arn}' does not exist")
    );
    assert_eq!(kms.must("ListKeys", json!({}))["Keys"], json!([]));
    assert!(
        format!("{:?}", kms.service).contains("Vault(0 materials)"),
        "the material is gone, too"
    );
}

/// Developer Guide, "Key states of AWS KMS keys".
#[test]
fn a_public_key_is_there_in_every_state_but_two() {
    let kms = Kms::new();
    for (key_spec, usage) in [
        (KeySpec::EccNistP256, "SIGN_VERIFY"),
        (KeySpec::EccNistP384, "KEY_AGREEMENT"),
        (KeySpec::Rsa2048, "ENCRYPT_DECRYPT"),
    ] {
        let arn = kms.create(key_spec, usage);
        let get = || kms.call("GetPublicKey", json!({ "KeyId": arn }));
        let pending = Err(format!(
            "KMSInvalidStateException: {arn} is pending import."
        ));
        assert_eq!(get(), pending, "it never had any material");
        let bytes = material_bytes(key_spec).0;
        kms.import(&arn, bytes, staying()).expect("imported");
        let public_key = get();
        assert!(public_key.is_ok(), "{public_key:?}");
        let change = |operation: &str| {
            kms.must(operation, json!({ "KeyId": arn }));
        };
        change("DisableKey");
        assert_eq!(get(), public_key, "Disabled");
        change("DeleteImportedKeyMaterial");
        assert_eq!(state(&kms, &arn), "PendingImport");
        assert_eq!(get(), public_key, "PendingImport");
        change("ScheduleKeyDeletion");
        let deletion = format!("KMSInvalidStateException: {arn} is pending deletion.");
        assert_eq!(get(), Err(deletion));
    }
    let multi_region = json!({
        "Origin": "EXTERNAL", "MultiRegion": true, "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY",
    });
    let primary = text(&kms.must("CreateKey", multi_region)["KeyMetadata"]["Arn"]);
    let bytes = material_bytes(KeySpec::EccNistP256).0;
    kms.import(&primary, bytes, staying()).expect("imported");
    kms.must(
        "ReplicateKey",
        json!({ "KeyId": primary, "ReplicaRegion": "eu-west-1" }),
    );
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": primary }));
    assert_eq!(
        kms.refused("GetPublicKey", json!({ "KeyId": primary })),
        format!("KMSInvalidStateException: {primary} is pending replica deletion.")
    );
}

#[test]
fn rotations_are_for_symmetric_keys_and_have_an_answer_for_all() {
    let kms = Kms::new();
    let status = |arn: &str| kms.call("GetKeyRotationStatus", json!({ "KeyId": arn }));
    for (key_spec, usage) in [
        (KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT"),
        (KeySpec::Hmac256, "GENERATE_VERIFY_MAC"),
        (KeySpec::EccNistP256, "SIGN_VERIFY"),
        (KeySpec::Rsa2048, "SIGN_VERIFY"),
    ] {
        let arn = kms.create(key_spec, usage);
        let list = |which: &str| {
            let request = json!({ "KeyId": arn, "IncludeKeyMaterial": which });
            kms.must("ListKeyRotations", request)
        };
        let none = json!({ "Rotations": [], "Truncated": false });
        assert_eq!(list("ALL_KEY_MATERIAL"), none, "PendingImport");
        let external = Err(format!(
            "UnsupportedOperationException: {arn} origin is EXTERNAL which is not valid for this operation."
        ));
        assert_eq!(status(&arn), external, "PendingImport");
        for operation in ["DisableKey", "EnableKey"] {
            assert_eq!(
                kms.refused(operation, json!({ "KeyId": arn })),
                format!("KMSInvalidStateException: {arn} is pending import."),
                "{operation}"
            );
        }
        kms.import(&arn, material_bytes(key_spec).0, staying())
            .expect("imported");
        let is_off = Ok(json!({ "KeyId": arn, "KeyRotationEnabled": false }));
        assert_eq!(status(&arn), is_off, "Enabled");
        assert_eq!(list("ROTATIONS_ONLY"), none);
        let listed = list("ALL_KEY_MATERIAL")["Rotations"].clone();
        let count = usize::from(key_spec == KeySpec::SymmetricDefault);
        assert_eq!(
            listed.as_array().expect("a list").len(),
            count,
            "{key_spec}"
        );
        kms.must("DisableKey", json!({ "KeyId": arn }));
        assert_eq!(status(&arn), is_off, "Disabled");
        kms.must("ScheduleKeyDeletion", json!({ "KeyId": arn }));
        assert_eq!(status(&arn), is_off, "PendingDeletion");
    }
    let request = json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" });
    let arn = text(&kms.must("CreateKey", request)["KeyMetadata"]["Arn"]);
    assert_eq!(
        status(&arn),
        Ok(json!({ "KeyId": arn, "KeyRotationEnabled": false })),
        "a key of AWS"
    );
}

/// No operation of a rehearsal leaves a key in these states: they are set by hand.
#[test]
fn keys_that_are_being_created_or_updated_take_tags() {
    for (state, answer) in [
        (KeyState::Creating, "is creating."),
        (KeyState::Updating, "is updating."),
    ] {
        let mut record = crate::common::record(KeySpec::SymmetricDefault);
        record.key_metadata.key_state = state;
        let arn = record.key_metadata.arn.clone();
        let store = MemoryKeyStore::new(crate::common::root_secret(), [record]);
        let service = TrentService::new(store, crate::common::place().account_id);
        let kms = Kms::of(service);
        let tags = json!([{ "TagKey": "a", "TagValue": "b" }]);
        kms.must("TagResource", json!({ "KeyId": arn, "Tags": tags }));
        let listed = kms.must("ListResourceTags", json!({ "KeyId": arn }));
        assert_eq!(listed["Tags"], tags, "{state}");
        assert_eq!(
            kms.refused("DisableKey", json!({ "KeyId": arn })),
            format!("KMSInvalidStateException: {arn} {answer}")
        );
    }
}

#[test]
fn a_replica_is_the_same_key_elsewhere() {
    let kms = Kms::new();
    let made = kms.must(
        "CreateKey",
        json!({ "Origin": "EXTERNAL", "MultiRegion": true, "Description": "near" }),
    );
    let (primary, id) = (
        text(&made["KeyMetadata"]["Arn"]),
        text(&made["KeyMetadata"]["KeyId"]),
    );
    let bytes = material_bytes(KeySpec::SymmetricDefault).0;
    assert_eq!(
        kms.refused(
            "ReplicateKey",
            json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" })
        ),
        format!("KMSInvalidStateException: {primary} is pending import.")
    );
    kms.import(&primary, bytes, staying()).expect("imported");
    let request = json!({ "KeyId": id, "ReplicaRegion": "eu-west-1", "Description": "far", "Tags": [{ "TagKey": "a", "TagValue": "b" }] });
    let replicated = kms.must("ReplicateKey", request);
    let replica = primary.replace("us-east-2", "eu-west-1");
    assert_eq!(replicated["ReplicaKeyMetadata"]["Arn"], replica);
    assert_eq!(replicated["ReplicaKeyMetadata"]["Description"], "far");
    assert_eq!(
        replicated["ReplicaTags"],
        json!([{ "TagKey": "a", "TagValue": "b" }])
    );
    assert_eq!(replicated["ReplicaKeyMetadata"]["KeyState"], "Creating");
    assert_eq!(replicated["ReplicaKeyMetadata"]["Enabled"], false);
    let described = kms.call_in("eu-west-1", "DescribeKey", &json!({ "KeyId": id }));
    let described = described.expect("a replica")["KeyMetadata"].clone();
    assert_eq!(described["KeyState"], "PendingImport");
    let bare = json!({ "KeyId": id, "ReplicaRegion": "us-west-2" });
    let bare = kms.must("ReplicateKey", bare);
    assert_eq!(bare["ReplicaKeyMetadata"]["Description"], "");
    let members: Vec<&String> = bare.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["ReplicaKeyMetadata", "ReplicaPolicy"]);
    assert_eq!(
        kms.call_in(
            "eu-west-1",
            "ReplicateKey",
            &json!({ "KeyId": id, "ReplicaRegion": "eu-west-2" })
        ),
        Err(format!(
            "KMSInvalidStateException: {replica} is pending import."
        ))
    );
    let configuration = &replicated["ReplicaKeyMetadata"]["MultiRegionConfiguration"];
    assert_eq!(
        configuration["PrimaryKey"],
        json!({ "Arn": primary, "Region": "us-east-2" })
    );
    assert_eq!(
        kms.refused(
            "ReplicateKey",
            json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" })
        ),
        "AlreadyExistsException"
    );

    kms.import(&replica, bytes, staying()).expect("imported");
    assert_eq!(
        kms.call_in(
            "eu-west-1",
            "ReplicateKey",
            &json!({ "KeyId": id, "ReplicaRegion": "eu-west-2" })
        ),
        Err(format!(
            "UnsupportedOperationException: {replica} is not a multi-region primary key."
        ))
    );
    let sealed = kms.must("Encrypt", json!({ "KeyId": id, "Plaintext": "aGVsbG8=" }));
    let opened = kms.call_in(
        "eu-west-1",
        "Decrypt",
        &json!({ "CiphertextBlob": sealed["CiphertextBlob"] }),
    );
    let opened = opened.expect("the replica opens it");
    assert_eq!(
        (&opened["KeyId"], &opened["Plaintext"]),
        (&json!(replica), &json!("aGVsbG8="))
    );

    let scheduled = kms.must("ScheduleKeyDeletion", json!({ "KeyId": id }));
    assert_eq!(scheduled["KeyState"], "PendingReplicaDeletion");
    assert_eq!(scheduled.get("DeletionDate"), None);
}

/// AWS KMS has a quota, too; here it keeps memory bounded.
#[test]
fn there_are_so_many_keys_and_no_more() {
    let kms = Kms::new();
    let first = kms.must(
        "CreateKey",
        json!({ "MultiRegion": true, "Origin": "EXTERNAL" }),
    );
    let first = text(&first["KeyMetadata"]["Arn"]);
    for _ in 1..MAX_KEYS {
        kms.must("CreateKey", json!({}));
    }
    let full = format!(
        "LimitExceededException: Key quota for this account in this region is {MAX_KEYS} but the current \
         usage is {MAX_KEYS}."
    );
    assert_eq!(kms.refused("CreateKey", json!({})), full);
    let elsewhere = kms.call_in("eu-west-1", "CreateKey", &json!({}));
    assert_eq!(
        elsewhere,
        Err(full.clone()),
        "Regions have one quota together"
    );
    let replica = json!({ "KeyId": first, "ReplicaRegion": "eu-west-1" });
    assert_eq!(kms.refused("ReplicateKey", replica), full);
    kms.must("DescribeKey", json!({ "KeyId": first }));
    let deletion = json!({ "KeyId": first, "PendingWindowInDays": 7 });
    kms.must("ScheduleKeyDeletion", deletion);
}

/// Keys with long policies and tags are fewer.
#[test]
fn keys_in_memory_are_so_long_and_no_longer() {
    let kms = Kms::new();
    let policy = json!({ "Statement": ["\u{e9}".repeat(16_000)] }).to_string();
    let description = "\u{e9}".repeat(8192);
    let mut keys = Vec::new();
    let refused = loop {
        match kms.call(
            "CreateKey",
            json!({ "Policy": policy, "Description": description }),
        ) {
            Ok(made) => keys.push(text(&made["KeyMetadata"]["Arn"])),
            Err(refused) => break refused,
        }
    };
    assert_eq!(refused, "LimitExceededException");
    let len_of_one = MAX_MEMORY_LEN / keys.len();
    assert!((140_000..160_000).contains(&len_of_one), "{len_of_one}");
    // What there is can be used and deleted, and may grow by little.
    for operation in [
        "DisableKey",
        "EnableKey",
        "ScheduleKeyDeletion",
        "CancelKeyDeletion",
    ] {
        kms.must(operation, json!({ "KeyId": keys[0] }));
    }
    let tags: Vec<Value> = (0..50)
        .map(
            |number| json!({ "TagKey": format!("key {number}"), "TagValue": "\u{e9}".repeat(256) }),
        )
        .collect();
    let mut grown = 0;
    let refused = loop {
        let key = &keys[grown];
        match kms.call("TagResource", json!({ "KeyId": key, "Tags": tags })) {
            Ok(_) => grown += 1,
            Err(refused) => break refused,
        }
    };
    assert_eq!(refused, "LimitExceededException");
    let unchanged = kms.must("ListResourceTags", json!({ "KeyId": keys[grown] }));
    assert_eq!(unchanged["Tags"], json!([]));
    assert!((40..70).contains(&grown), "{grown}");
}
