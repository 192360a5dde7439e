//! Aliases: their names, their keys, and the operations that take them.

use byok_core::{key_spec::KeySpec, timestamp::Timestamp};
use serde_json::{Value, json};

use crate::kms::{Kms, base64, staying, text};

const ACCOUNT: &str = "111122223333";

/// Creates a symmetric key with imported material, and an alias for it. Returns the ARN of the key.
fn aliased(kms: &Kms, name: &str) -> String {
    let arn = kms.imported(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    kms.must(
        "CreateAlias",
        json!({ "AliasName": name, "TargetKeyId": arn }),
    );
    arn
}

fn id(arn: &str) -> &str {
    arn.rsplit('/').next().expect("an ID")
}

fn region(arn: &str) -> &str {
    arn.split(':').nth(3).expect("a Region")
}

fn alias_arn(key: &str, name: &str) -> String {
    format!("arn:aws:kms:{}:{ACCOUNT}:{name}", region(key))
}

fn names(listing: &Value) -> Vec<String> {
    let aliases = listing["Aliases"].as_array().expect("a list");
    aliases
        .iter()
        .map(|alias| text(&alias["AliasName"]))
        .collect()
}

#[test]
fn an_alias_stands_for_its_key_by_name_and_by_arn() {
    let kms = Kms::new();
    let key = aliased(&kms, "alias/team/key_1");
    let listed = kms.must("ListAliases", json!({}));
    let now = json!(kms.time());
    let arn = alias_arn(&key, "alias/team/key_1");
    assert_eq!(
        listed,
        json!({
            "Aliases": [{
                "AliasArn": arn,
                "AliasName": "alias/team/key_1",
                "CreationDate": now,
                "LastUpdatedDate": now,
                "TargetKeyId": id(&key),
            }],
            "Truncated": false,
        })
    );
    for alias in ["alias/team/key_1", &arn] {
        let described = kms.must("DescribeKey", json!({ "KeyId": alias }));
        assert_eq!(described["KeyMetadata"]["Arn"], key);
        let request = json!({ "KeyId": alias, "Plaintext": base64(b"text") });
        let sealed = kms.must("Encrypt", request);
        assert_eq!(sealed["KeyId"], key);
        let request = json!({ "KeyId": alias, "CiphertextBlob": sealed["CiphertextBlob"] });
        let opened = kms.must("Decrypt", request);
        assert_eq!(
            (&opened["Plaintext"], &opened["KeyId"]),
            (&json!(base64(b"text")), &json!(key))
        );
        let request = json!({ "KeyId": alias, "KeySpec": "AES_128" });
        assert_eq!(kms.must("GenerateDataKey", request)["KeyId"], key);
    }
}

#[test]
fn signing_and_mac_keys_go_by_alias_too() {
    let kms = Kms::new();
    let signing = kms.imported(KeySpec::EccNistP256, "SIGN_VERIFY");
    let mac = kms.imported(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    for (name, key) in [("alias/signing", &signing), ("alias/mac", &mac)] {
        kms.must(
            "CreateAlias",
            json!({ "AliasName": name, "TargetKeyId": key }),
        );
    }
    let mut request = json!({
        "KeyId": "alias/signing", "Message": base64(b"m"), "SigningAlgorithm": "ECDSA_SHA_256",
    });
    let signature = kms.must("Sign", request.clone());
    request["Signature"] = signature["Signature"].clone();
    assert_eq!(kms.must("Verify", request)["KeyId"], signing);
    let public_key = kms.must("GetPublicKey", json!({ "KeyId": "alias/signing" }));
    assert_eq!(public_key["KeyId"], signing);
    let mut request = json!({
        "KeyId": "alias/mac", "Message": base64(b"m"), "MacAlgorithm": "HMAC_SHA_256",
    });
    request["Mac"] = kms.must("GenerateMac", request.clone())["Mac"].clone();
    assert_eq!(kms.must("VerifyMac", request)["KeyId"], mac);
}

/// Aliases are for the use of keys, not for their management.
#[test]
fn other_operations_take_no_alias() {
    let kms = Kms::new();
    aliased(&kms, "alias/a");
    let requests = [
        ("CancelKeyDeletion", json!({})),
        ("DeleteImportedKeyMaterial", json!({})),
        ("DisableKey", json!({})),
        ("EnableKey", json!({})),
        ("GetKeyPolicy", json!({})),
        ("GetKeyRotationStatus", json!({})),
        (
            "GetParametersForImport",
            json!({ "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" }),
        ),
        (
            "ImportKeyMaterial",
            json!({
                "ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA",
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            }),
        ),
        ("ListAliases", json!({})),
        ("ListKeyRotations", json!({})),
        ("ListResourceTags", json!({})),
        ("ReplicateKey", json!({ "ReplicaRegion": "us-west-2" })),
        ("RotateKeyOnDemand", json!({})),
        ("ScheduleKeyDeletion", json!({})),
        ("TagResource", json!({ "Tags": [] })),
    ];
    for (operation, mut request) in requests {
        request["KeyId"] = json!("alias/a");
        assert_eq!(
            kms.refused(operation, request),
            "InvalidArnException: Key Aliases are not supported for this operation.",
            "{operation}"
        );
    }
}

#[test]
fn a_new_alias_needs_a_valid_name_and_a_key() {
    let kms = Kms::new();
    let key = aliased(&kms, "alias/a");
    let create = |name: &str, target: &str| {
        kms.refused(
            "CreateAlias",
            json!({ "AliasName": name, "TargetKeyId": target }),
        )
    };
    let pattern = |name: &str| {
        format!(
            "ValidationException: 1 validation error detected: Value '{name}' at 'aliasName' failed \
             to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"
        )
    };
    assert_eq!(create("alias/a b", &key), pattern("alias/a b"));
    assert_eq!(create("alias/\u{e4}", &key), pattern("alias/\u{e4}"));
    assert_eq!(
        create("a", &key),
        "ValidationException: Alias must start with the prefix \"alias/\". Please see \
         https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
    );
    assert_eq!(
        create("alias/a:b", &key),
        "ValidationException: alias/a:b contains invalid characters for an alias"
    );
    assert_eq!(create("alias/aws/s3", &key), "NotAuthorizedException");
    assert_eq!(create("alias/", &key), "InvalidAliasNameException");
    let long = format!("alias/{}", "n".repeat(251));
    assert_eq!(
        create(&long, &key),
        format!(
            "ValidationException: 1 validation error detected: Value '{long}' at 'aliasName' failed \
             to satisfy constraint: Member must have length less than or equal to 256"
        )
    );
    kms.must(
        "CreateAlias",
        json!({ "AliasName": &long[..256], "TargetKeyId": id(&key) }),
    );
    assert_eq!(
        create("alias/a", &key),
        format!(
            "AlreadyExistsException: An alias with the name {} already exists",
            alias_arn(&key, "alias/a")
        )
    );
    assert_eq!(
        create("alias/b", "alias/a"),
        "ValidationException: Aliases must refer to keys. Not aliases"
    );
    let absent = key.replace(id(&key), "00000000-0000-0000-0000-000000000000");
    assert_eq!(
        create("alias/b", &absent),
        format!("NotFoundException: Key '{absent}' does not exist")
    );
    assert_eq!(
        kms.refused("CreateAlias", json!({})),
        "ValidationException: 2 validation errors detected: Value null at 'aliasName' failed to \
         satisfy constraint: Member must not be null; Value null at 'targetKeyId' failed to satisfy \
         constraint: Member must not be null"
    );
    assert_eq!(
        names(&kms.must("ListAliases", json!({}))),
        ["alias/a", &long[..256]]
    );
}

#[test]
fn an_alias_moves_to_a_key_of_the_same_type() {
    let kms = Kms::new();
    let old = aliased(&kms, "alias/a");
    let created = kms.time();
    let new = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    kms.pass(1000);
    let update = |target: &str| json!({ "AliasName": "alias/a", "TargetKeyId": target });
    kms.must("UpdateAlias", update(&new));
    let described = kms.must("DescribeKey", json!({ "KeyId": "alias/a" }));
    assert_eq!(described["KeyMetadata"]["Arn"], new);
    let alias = &kms.must("ListAliases", json!({ "KeyId": new }))["Aliases"][0];
    assert_eq!(alias["CreationDate"], json!(created));
    assert_eq!(alias["LastUpdatedDate"], json!(kms.time()));
    assert_eq!(
        names(&kms.must("ListAliases", json!({ "KeyId": old }))),
        [""; 0]
    );

    let hmac = kms.create(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let rsa = kms.create(KeySpec::Rsa2048, "ENCRYPT_DECRYPT");
    for other in [&hmac, &rsa] {
        assert_eq!(
            kms.refused("UpdateAlias", update(other)),
            "ValidationException"
        );
    }
    assert_eq!(
        kms.refused(
            "UpdateAlias",
            json!({ "AliasName": "alias/b", "TargetKeyId": new })
        ),
        format!(
            "NotFoundException: Alias {} is not found.",
            alias_arn(&new, "alias/b")
        )
    );
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": old }));
    assert_eq!(
        kms.refused("UpdateAlias", update(&old)),
        format!("KMSInvalidStateException: {old} is pending deletion.")
    );
    assert_eq!(
        kms.refused(
            "CreateAlias",
            json!({ "AliasName": "alias/c", "TargetKeyId": old })
        ),
        format!("KMSInvalidStateException: {old} is pending deletion.")
    );
}

/// A key whose deletion is pending keeps its aliases, and a deleted one loses them.
#[test]
fn aliases_end_with_their_keys() {
    let kms = Kms::new();
    let key = aliased(&kms, "alias/a");
    let request = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    kms.must("ScheduleKeyDeletion", request);
    assert_eq!(names(&kms.must("ListAliases", json!({}))), ["alias/a"]);
    kms.must("DescribeKey", json!({ "KeyId": "alias/a" }));
    kms.pass(7 * Timestamp::DAY_MILLIS);
    assert_eq!(names(&kms.must("ListAliases", json!({}))), [""; 0]);
    let not_found = format!(
        "NotFoundException: Alias {} is not found.",
        alias_arn(&key, "alias/a")
    );
    for operation in ["DescribeKey", "GetPublicKey"] {
        assert_eq!(
            kms.refused(operation, json!({ "KeyId": "alias/a" })),
            not_found
        );
    }
    assert_eq!(
        kms.refused("DeleteAlias", json!({ "AliasName": "alias/a" })),
        not_found
    );
    let other = aliased(&kms, "alias/a");
    let described = kms.must("DescribeKey", json!({ "KeyId": "alias/a" }));
    assert_eq!(described["KeyMetadata"]["Arn"], other);
    kms.must("DeleteAlias", json!({ "AliasName": "alias/a" }));
    assert_eq!(
        kms.refused("DescribeKey", json!({ "KeyId": "alias/a" })),
        not_found
    );
}

#[test]
fn a_region_has_aliases_of_its_own() {
    let kms = Kms::new();
    let key = aliased(&kms, "alias/a");
    let elsewhere = "eu-central-1";
    assert_ne!(region(&key), elsewhere);
    let listed = kms
        .call_in(elsewhere, "ListAliases", &json!({}))
        .expect("a list");
    assert_eq!(names(&listed), [""; 0]);
    let described = |alias: &str| kms.call_in(elsewhere, "DescribeKey", &json!({ "KeyId": alias }));
    let name = format!("arn:aws:kms:{elsewhere}:{ACCOUNT}:alias/a");
    assert_eq!(
        described("alias/a"),
        Err(format!("NotFoundException: Alias {name} is not found."))
    );
    let arn = alias_arn(&key, "alias/a");
    let invalid = format!("NotFoundException: Invalid arn {}", region(&key));
    assert_eq!(described(&arn), Err(invalid));
    let other_account = arn.replace(ACCOUNT, "444455556666");
    assert_eq!(
        kms.refused("DescribeKey", json!({ "KeyId": other_account })),
        format!("NotFoundException: Alias {other_account} is not found.")
    );
}

#[test]
fn aliases_are_listed_by_page_and_limited_per_key() {
    let kms = Kms::new();
    let key = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    for number in 0..50 {
        let name = format!("alias/{number:02}");
        kms.must(
            "CreateAlias",
            json!({ "AliasName": name, "TargetKeyId": key }),
        );
    }
    let request = json!({ "AliasName": "alias/50", "TargetKeyId": key });
    assert_eq!(
        kms.refused("CreateAlias", request),
        "LimitExceededException"
    );
    let (mut found, mut marker) = (Vec::new(), Value::Null);
    loop {
        let listed = kms.must("ListAliases", json!({ "Limit": 20, "Marker": marker }));
        found.extend(names(&listed));
        assert_eq!(
            listed["Truncated"],
            json!(listed.get("NextMarker").is_some())
        );
        match listed.get("NextMarker") {
            Some(next) => marker = next.clone(),
            None => break,
        }
    }
    let expected: Vec<String> = (0..50).map(|number| format!("alias/{number:02}")).collect();
    assert_eq!(found, expected);
    assert_eq!(
        kms.refused("ListAliases", json!({ "Marker": "alias/none" })),
        "InvalidMarkerException"
    );
    let other = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    kms.must(
        "CreateAlias",
        json!({ "AliasName": "alias/x", "TargetKeyId": other }),
    );
    let update = json!({ "AliasName": "alias/x", "TargetKeyId": key });
    assert_eq!(kms.refused("UpdateAlias", update), "LimitExceededException");
    let again = json!({ "AliasName": "alias/00", "TargetKeyId": key });
    kms.must("UpdateAlias", again);
}

/// An import script creates the alias before the import, and uses it afterwards.
#[test]
fn an_alias_of_a_key_without_material_is_usable_after_the_import() {
    let kms = Kms::new();
    let key = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    kms.must(
        "CreateAlias",
        json!({ "AliasName": "alias/a", "TargetKeyId": key }),
    );
    let request = json!({ "KeyId": "alias/a", "Plaintext": base64(b"text") });
    assert_eq!(
        kms.refused("Encrypt", request.clone()),
        format!("KMSInvalidStateException: {key} is pending import.")
    );
    kms.import(&key, &[7; 32], staying()).expect("imported");
    kms.must("Encrypt", request);
}
