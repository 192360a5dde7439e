//! The form of requests and answers: targets, bodies, constraints, several faults at once.

use byok_core::{
    exception::Exception,
    key_spec::KeySpec,
    key_store::MemoryKeyStore,
    operation::Operation,
    region::Region,
    trent_service::{InjectedFault, RefusalCause, TrentService},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{material_bytes, place, root_secret};
use crate::kms::{Kms, outcome, staying, text};

fn region() -> Region {
    place().region
}

#[test]
fn there_are_only_the_operations_that_there_are() {
    let kms = Kms::new();
    for target in [
        None,
        Some(""),
        Some("TrentService"),
        Some("TrentService."),
        Some("TrentService.List-Keys"),
        Some("DynamoDB_20120810.ListKeys"),
        Some("ListKeys"),
    ] {
        let answer = kms.send(target, &region(), b"{}");
        assert_eq!(answer.status, 400, "{target:?}");
        assert_eq!(
            answer.body.expose(),
            br#"{"__type":"UnknownOperationException"}"#,
            "{target:?}"
        );
        assert_eq!((answer.operation, answer.unknown_operation), (None, None));
    }
}

#[test]
fn an_operation_that_is_not_rehearsed_is_named() {
    let kms = Kms::new();
    for name in ["CreateCustomKeyStore", "Encapsulate", "listKeys"] {
        let answer = kms.send(Some(&format!("TrentService.{name}")), &region(), b"{}");
        assert_eq!(answer.status, 400, "{name}");
        let refused = outcome(&answer).expect_err(name);
        assert_eq!(
            refused,
            format!("UnknownOperationException: byok serve does not rehearse {name}")
        );
        assert_eq!(answer.unknown_operation.as_deref(), Some(name));
    }
}

#[test]
fn an_answer_says_what_it_is() {
    let kms = Kms::new();
    let answer = kms.send(Some("TrentService.ListKeys"), &region(), b"{}");
    let [(id_name, id), content_type] = answer.headers();
    assert_eq!(
        (id_name, content_type),
        (
            "x-amzn-RequestId",
            ("Content-Type", "application/x-amz-json-1.1")
        )
    );
    assert_eq!(id, answer.request_id);
    let other = kms.send(Some("TrentService.ListKeys"), &region(), b"{}");
    assert_ne!(answer.request_id, other.request_id);
    assert_eq!(
        id.split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
}

/// The response that AWS documents for this operation: sorted members, no white space, the time as
/// a number with an exponent.
#[test]
fn the_wire_has_the_form_that_is_documented() {
    let kms = Kms::new();
    let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let request = json!({
        "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
    });
    let answer = kms.send(
        Some("TrentService.GetParametersForImport"),
        &region(),
        request.to_string().as_bytes(),
    );
    assert_eq!(
        answer.key.as_ref().map(ToString::to_string),
        Some(arn.clone())
    );
    let body = std::str::from_utf8(answer.body.expose()).expect("UTF-8");
    let answer = outcome(&answer).expect("parameters");
    let (token, public_key) = (text(&answer["ImportToken"]), text(&answer["PublicKey"]));
    // 2026-11-24T12:00:00.250Z.
    assert_eq!(
        body,
        format!(
            r#"{{"ImportToken":"{token}","KeyId":"{arn}","ParametersValidTo":1.79552160025E9,"PublicKey":"{public_key}"}}"#
        )
    );
}

#[test]
fn what_is_no_document_is_answered_as_such() {
    let kms = Kms::new();
    let deep = "[".repeat(200);
    for body in [
        &b""[..],
        b"KeyId=1",
        b"[]",
        b"{} {}",
        b"{\"KeyId\":\"a\",\"KeyId\":\"a\"}",
        b"\xef\xbb\xbf{}",
        b"{\0}\0",
        b"{\"KeyId\":\"\\ud800\"}",
        b"{\"KeyId\":1}",
        b"{\"KeyId\":{}}",
        deep.as_bytes(),
    ] {
        for operation in Operation::ALL
            .iter()
            .filter(|operation| takes_a_key(**operation))
        {
            let answer = kms.send(Some(&format!("TrentService.{operation}")), &region(), body);
            let body = String::from_utf8_lossy(body);
            assert_eq!(
                outcome(&answer),
                Err("SerializationException".to_owned()),
                "{operation}: {body}"
            );
        }
    }
}

fn takes_a_key(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::CreateKey
            | Operation::CreateAlias
            | Operation::DeleteAlias
            | Operation::GenerateRandom
            | Operation::ReEncrypt
            | Operation::ListAliases
            | Operation::ListKeys
            | Operation::ListRetirableGrants
            | Operation::Decrypt
            | Operation::RetireGrant
            | Operation::UpdateAlias
    )
}

#[test]
fn every_operation_says_that_its_key_is_missing() {
    let kms = Kms::new();
    for operation in Operation::ALL
        .iter()
        .filter(|operation| takes_a_key(**operation))
    {
        for request in [json!({}), json!({ "KeyId": null })] {
            let refused = kms.refused(operation.as_str(), request);
            assert!(
                refused.starts_with("ValidationException: "),
                "{operation}: {refused}"
            );
            assert!(
                refused.contains(
                    "Value null at 'keyId' failed to satisfy constraint: Member must not be null"
                ),
                "{operation}: {refused}"
            );
        }
    }
}

#[test]
fn several_faults_come_in_one_answer() {
    let kms = Kms::new();
    let missing = |member: &str| {
        format!("Value null at '{member}' failed to satisfy constraint: Member must not be null")
    };
    assert_eq!(
        kms.refused("Verify", json!({ "MessageType": "TEXT" })),
        format!(
            "ValidationException: 5 validation errors detected: {}; {}; Value 'TEXT' at 'messageType' failed to \
             satisfy constraint: Member must satisfy enum value set: [RAW, DIGEST, EXTERNAL_MU]; {}; {}",
            missing("keyId"),
            missing("message"),
            missing("signature"),
            missing("signingAlgorithm")
        )
    );
    assert_eq!(
        kms.refused(
            "CreateKey",
            json!({ "Tags": [{ "TagKey": "" }, { "TagKey": "b", "TagValue": "v".repeat(257) }] })
        ),
        format!(
            "ValidationException: 3 validation errors detected: Value '' at 'tags.1.member.tagKey' failed to \
             satisfy constraint: Member must have length greater than or equal to 1; {}; Value '{}' at \
             'tags.2.member.tagValue' failed to satisfy constraint: Member must have length less than or equal \
             to 256",
            missing("tags.1.member.tagValue"),
            "v".repeat(257)
        )
    );
    let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    assert_eq!(
        kms.refused(
            "GenerateDataKey",
            json!({ "KeyId": arn, "NumberOfBytes": 0 })
        ),
        "ValidationException: 1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy \
         constraint: Member must have value greater than or equal to 1"
    );
    assert_eq!(
        kms.refused(
            "Encrypt",
            json!({ "KeyId": arn, "Plaintext": crate::kms::base64(&[0; 4097]) })
        ),
        "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: \
         Member must have length less than or equal to 4096"
    );
}

/// The recorded texts for key identifiers.
#[test]
fn names_of_keys_are_answered_word_for_word() {
    let kms = Kms::new();
    let arn = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let refused = |operation, key_id: &str| kms.refused(operation, json!({ "KeyId": key_id }));
    let not_found = format!("NotFoundException: Key '{arn}' does not exist");
    assert_eq!(refused("DescribeKey", arn), not_found);
    assert_eq!(
        refused("EnableKey", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        not_found
    );
    assert_eq!(
        refused("DescribeKey", "fake-key-id"),
        "NotFoundException: Invalid keyId 'fake-key-id'"
    );
    let elsewhere = arn.replace("us-east-2", "us-west-2");
    assert_eq!(
        refused("DescribeKey", &elsewhere),
        "NotFoundException: Invalid arn us-west-2"
    );
    let no_aliases = "InvalidArnException: Key Aliases are not supported for this operation.";
    assert_eq!(refused("GetKeyPolicy", "alias/mine"), no_aliases);
    let no_alias =
        "NotFoundException: Alias arn:aws:kms:us-east-2:111122223333:alias/mine is not found.";
    assert_eq!(refused("DescribeKey", "alias/mine"), no_alias);
    assert_eq!(
        refused(
            "GetPublicKey",
            "arn:aws:kms:us-east-2:111122223333:alias/mine"
        ),
        no_alias
    );
}

#[track_caller]
fn has_reason(kms: &Kms, operation: &str, request: &Value, reason: &str) {
    let target = format!("TrentService.{operation}");
    let answer = kms.send(Some(&target), &region(), request.to_string().as_bytes());
    let refusal = outcome(&answer).expect_err(operation);
    assert!(!refusal.contains(": "), "{operation}: {refusal} has a text");
    let found = match &answer.cause {
        Some(RefusalCause::Reason(reason)) => reason.clone(),
        Some(RefusalCause::Json(error)) => error.to_string(),
        other => panic!("{operation}: {refusal}: {other:?}"),
    };
    assert!(found.contains(reason), "{operation}: {found}");
    let body = String::from_utf8_lossy(answer.body.expose()).into_owned();
    assert!(!body.contains(reason), "{operation}: {body}");
}

#[test]
fn a_refusal_of_a_tag_a_policy_or_a_grant_has_a_reason() {
    let kms = Kms::new();
    let symmetric = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let hmac = kms.imported(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let id = "0".repeat(64);
    let tag = |key: &str| json!({ "TagKey": key, "TagValue": "" });
    let many: Vec<Value> = (0..50).map(|number| tag(&number.to_string())).collect();
    let tagged = text(&kms.must("CreateKey", json!({ "Tags": many }))["KeyMetadata"]["Arn"]);
    let principal = "arn:aws:iam::111122223333:user/me";
    for (operation, request, reason) in [
        (
            "TagResource",
            json!({ "KeyId": tagged, "Tags": [tag("other")] }),
            "would result in 51",
        ),
        (
            "PutKeyPolicy",
            json!({ "KeyId": symmetric, "Policy": " ".repeat(32_769) }),
            "at most 32768 are allowed",
        ),
        (
            "CreateAlias",
            json!({ "AliasName": "alias/aws/a", "TargetKeyId": symmetric }),
            "alias/aws/ is reserved",
        ),
        (
            "CreateGrant",
            json!({ "KeyId": hmac, "Operations": ["Sign"], "GranteePrincipal": principal }),
            "Sign is not an operation of this HMAC_256 key",
        ),
        (
            "CreateGrant",
            json!({ "KeyId": hmac, "Operations": ["VerifyMac"] }),
            "GranteePrincipal or GranteeServicePrincipal is required",
        ),
        (
            "CreateGrant",
            json!({ "KeyId": hmac, "Operations": ["VerifyMac"], "GranteePrincipal": "me" }),
            "me is not the ARN of a principal",
        ),
        (
            "RevokeGrant",
            json!({ "KeyId": hmac, "GrantId": id }),
            "the key has no grant 000",
        ),
        (
            "RetireGrant",
            json!({ "GrantToken": "AAAA" }),
            "not from this rehearsal",
        ),
        (
            "RetireGrant",
            json!({ "GrantId": id }),
            "GrantToken, or KeyId and GrantId, are required",
        ),
    ] {
        has_reason(&kms, operation, &request, reason);
    }
}

/// Where AWS's answer has no text, the operator gets a reason, and nobody else.
#[test]
fn a_refusal_without_a_text_has_a_reason() {
    let kms = Kms::of(
        TrentService::new(MemoryKeyStore::new(root_secret(), []), place().account_id)
            .with_troubles(vec![InjectedFault {
                operation: Operation::CancelKeyDeletion,
                exception: Exception::DependencyTimeout,
                count: Some(1),
            }]),
    );
    let symmetric = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let hmac = kms.imported(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let multi_region = json!({ "Origin": "EXTERNAL", "MultiRegion": true });
    let primary = text(&kms.must("CreateKey", multi_region)["KeyMetadata"]["Arn"]);
    let bytes = material_bytes(KeySpec::SymmetricDefault).0;
    kms.import(&primary, bytes, staying()).expect("imported");
    kms.must(
        "ReplicateKey",
        json!({ "KeyId": primary, "ReplicaRegion": "eu-west-1" }),
    );
    let id = "0".repeat(64);
    let mac = json!({
        "KeyId": hmac, "Message": "AAE=", "Mac": "AAE=", "MacAlgorithm": "HMAC_SHA_256",
    });
    for (operation, request, reason) in [
        (
            "CancelKeyDeletion",
            json!({ "KeyId": symmetric }),
            "fails on purpose",
        ),
        (
            "CreateKey",
            json!({ "Origin": "AWS_CLOUDHSM" }),
            "Origin AWS_CLOUDHSM",
        ),
        (
            "CreateKey",
            json!({ "Origin": "EXTERNAL", "KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY" }),
            "does not import key material into ML_DSA_44 keys",
        ),
        (
            "CreateKey",
            json!({ "Policy": "{}" }),
            "not a JSON object with a Statement",
        ),
        (
            "DescribeKey",
            json!({ "KeyId": "arn:aws:s3:::x" }),
            "begins like an ARN, but",
        ),
        (
            "DescribeKey",
            json!({ "KeyId": "a\u{7}" }),
            "control characters",
        ),
        (
            "DeleteImportedKeyMaterial",
            json!({ "KeyId": symmetric, "KeyMaterialId": id }),
            "the key has no material 000",
        ),
        (
            "DeleteImportedKeyMaterial",
            json!({ "KeyId": hmac, "KeyMaterialId": id }),
            "the key spec of this key is HMAC_256",
        ),
        (
            "GetPublicKey",
            json!({ "KeyId": hmac }),
            "HMAC_256 keys have no public key",
        ),
        (
            "ListKeys",
            json!({ "Marker": "x" }),
            "not from this listing",
        ),
        (
            "RotateKeyOnDemand",
            json!({ "KeyId": hmac }),
            "only SYMMETRIC_DEFAULT keys",
        ),
        (
            "ReplicateKey",
            json!({ "KeyId": primary, "ReplicaRegion": "eu-west-1" }),
            "already exists",
        ),
        (
            "ReplicateKey",
            json!({ "KeyId": primary, "ReplicaRegion": "cn-north-1" }),
            "in the partition aws-cn",
        ),
        (
            "ReplicateKey",
            json!({ "KeyId": primary, "ReplicaRegion": "us-east-123" }),
            "'us-east-123' is not the name of an AWS Region",
        ),
        (
            "GetParametersForImport",
            json!({
                "KeyId": symmetric, "WrappingAlgorithm": "RSAES_PKCS1_V1_5", "WrappingKeySpec": "RSA_2048",
            }),
            "withdrew RSAES_PKCS1_V1_5 on 2023-10-10",
        ),
        (
            "Decrypt",
            json!({ "CiphertextBlob": "AAE=" }),
            "not from this rehearsal",
        ),
        (
            "Decrypt",
            json!({ "CiphertextBlob": "AAE=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" }),
            "the key ID is required",
        ),
        ("VerifyMac", mac, "Mac does not match Message"),
        (
            "DescribeKey",
            json!({ "KeyId": 1 }),
            "member KeyId is not a string",
        ),
    ] {
        has_reason(&kms, operation, &request, reason);
    }
    let answer = kms.send(None, &region(), b"{}");
    assert!(
        matches!(answer.cause, Some(RefusalCause::Reason(_))),
        "{answer:?}"
    );
}

/// AWS takes base64, and nothing else, for each blob of each operation.
#[test]
fn bytes_as_python_prints_them_are_no_blob() {
    let kms = Kms::new();
    let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let import = json!({ "KeyId": arn, "ImportToken": "AAE=", "EncryptedKeyMaterial": "AAE=" });
    let sign = json!({ "KeyId": arn, "Message": "AAE=", "Signature": "AAE=", "SigningAlgorithm": "ECDSA_SHA_256" });
    let mac =
        json!({ "KeyId": arn, "Message": "AAE=", "Mac": "AAE=", "MacAlgorithm": "HMAC_SHA_256" });
    for (operation, request, blobs) in [
        (
            "ImportKeyMaterial",
            &import,
            &["ImportToken", "EncryptedKeyMaterial"][..],
        ),
        (
            "Encrypt",
            &json!({ "KeyId": arn, "Plaintext": "AAE=" }),
            &["Plaintext"],
        ),
        (
            "Decrypt",
            &json!({ "CiphertextBlob": "AAE=" }),
            &["CiphertextBlob"],
        ),
        ("Sign", &sign, &["Message"]),
        ("Verify", &sign, &["Message", "Signature"]),
        ("GenerateMac", &mac, &["Message"]),
        ("VerifyMac", &mac, &["Message", "Mac"]),
    ] {
        for blob in blobs {
            for text in ["b'AAE='", "b\"AAE=\"", r"b'\x00\x01'", "b''", "AAE", "-_8="] {
                let mut request = request.clone();
                request[*blob] = json!(text);
                let refused = kms.refused(operation, request);
                assert_eq!(
                    refused, "SerializationException",
                    "{operation} {blob} {text}"
                );
            }
        }
    }
}

/// AWS says nothing of members that its model does not have; readers that are made from the model
/// skip them.
#[test]
fn members_that_the_api_does_not_have_are_skipped() {
    let kms = Kms::new();
    let more = json!({
        "KeyId": "in the way", "keyid": 1, "Nothing": { "deep": [1, { "a": null }] }, "": true,
        "__type": "X", "Tags": [{ "TagKey": "a", "TagValue": "b", "Other": 1 }],
    });
    let mut create = more.clone();
    create["Origin"] = json!("EXTERNAL");
    let arn = text(&kms.must("CreateKey", create)["KeyMetadata"]["Arn"]);
    let tags = kms.must("ListResourceTags", json!({ "KeyId": arn, "Others": [1] }))["Tags"].clone();
    assert_eq!(tags, json!([{ "TagKey": "a", "TagValue": "b" }]));
    for operation in [
        "DescribeKey",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "DisableKey",
    ] {
        let known = kms.call(operation, json!({ "KeyId": arn }));
        let mut request = more.clone();
        request["KeyId"] = json!(arn);
        assert_eq!(kms.call(operation, request), known, "{operation}");
    }
    let mut import = json!({
        "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
    });
    import["Unknown"] = more;
    kms.must("GetParametersForImport", import);
}

#[test]
fn texts_that_do_not_match_their_pattern_are_answered_word_for_word() {
    let kms = Kms::new();
    let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let refused = |operation: &str, member: &str, value: &str| {
        kms.refused(operation, json!({ "KeyId": arn, member: value }))
    };
    let answer = |member: &str, value: &str, pattern: &str| {
        format!(
            "ValidationException: 1 validation error detected: Value '{value}' at '{member}' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: {pattern}"
        )
    };
    for (operation, member, name, value, pattern) in [
        (
            "DeleteImportedKeyMaterial",
            "KeyMaterialId",
            "keyMaterialId",
            &*"AB".repeat(32),
            "^[a-f0-9]+$",
        ),
        (
            "DeleteImportedKeyMaterial",
            "KeyMaterialId",
            "keyMaterialId",
            &*"g".repeat(64),
            "^[a-f0-9]+$",
        ),
        (
            "DeleteImportedKeyMaterial",
            "KeyMaterialId",
            "keyMaterialId",
            &*"0 ".repeat(32),
            "^[a-f0-9]+$",
        ),
        (
            "GetKeyPolicy",
            "PolicyName",
            "policyName",
            "no-name",
            r"[\w]+",
        ),
        (
            "ListGrants",
            "GranteePrincipal",
            "granteePrincipal",
            "arn:aws:iam::1:user/a b",
            r"^[\w+=,.@:/-]+$",
        ),
        (
            "ListGrants",
            "GranteeServicePrincipal",
            "granteeServicePrincipal",
            "amazonaws.com",
            r"^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$",
        ),
        (
            "ListKeys",
            "Marker",
            "marker",
            "\u{100}",
            r"[\u0020-\u00FF]*",
        ),
        (
            "ListResourceTags",
            "Marker",
            "marker",
            "a\tb",
            r"[\u0020-\u00FF]*",
        ),
        (
            "CreateKey",
            "Policy",
            "policy",
            "{\u{100}}",
            r"[\u0009\u000A\u000D\u0020-\u00FF]+",
        ),
        (
            "ReplicateKey",
            "ReplicaRegion",
            "replicaRegion",
            "nowhere",
            r"^([a-z]+-){2,3}\d+$",
        ),
        (
            "ReplicateKey",
            "ReplicaRegion",
            "replicaRegion",
            "us-east-x",
            r"^([a-z]+-){2,3}\d+$",
        ),
        (
            "ReplicateKey",
            "ReplicaRegion",
            "replicaRegion",
            "us1-east-1",
            r"^([a-z]+-){2,3}\d+$",
        ),
    ] {
        assert_eq!(
            refused(operation, member, value),
            answer(name, value, pattern)
        );
    }
    let both = refused("DeleteImportedKeyMaterial", "KeyMaterialId", "AB");
    assert!(
        both.starts_with("ValidationException: 2 validation errors detected: ")
            && both.contains("Member must satisfy regular expression pattern: ^[a-f0-9]+$; ")
            && both.ends_with("Member must have length greater than or equal to 64"),
        "{both}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..crate::seed::config() })]

    /// Every input gets an answer, and every refusal is one of AWS's.
    #[test]
    fn nothing_is_left_unanswered(
        operation in proptest::sample::select(Operation::ALL),
        members in proptest::collection::vec((member(), value()), 0..8),
    ) {
        let kms = Kms::new();
        let request: Value = members.into_iter().collect::<serde_json::Map<_, _>>().into();
        let target = format!("TrentService.{operation}");
        let answer = kms.send(Some(&target), &region(), request.to_string().as_bytes());
        if let Err(refusal) = outcome(&answer) {
            let name = refusal.split(':').next().expect("a name");
            prop_assert!(name.parse::<Exception>().is_ok(), "{}", refusal);
            // What AWS gives no text for is explained to the operator.
            prop_assert!(refusal.contains(": ") || answer.cause.is_some(), "{}", refusal);
        }
    }
}

fn member() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "KeyId",
        "Limit",
        "Marker",
        "Tags",
        "Policy",
        "Message",
        "MessageType",
        "SigningAlgorithm",
        "MacAlgorithm",
        "Plaintext",
        "CiphertextBlob",
        "EncryptionContext",
        "NumberOfBytes",
        "KeySpec",
        "Origin",
        "MultiRegion",
        "ValidTo",
        "ImportToken",
        "EncryptedKeyMaterial",
        "PendingWindowInDays",
        "ReplicaRegion",
        "DryRun",
        "Signature",
        "Description",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..80)
            .prop_map(|bytes| json!(crate::kms::base64(&bytes))),
        Just(json!("1234abcd-12ab-34cd-56ef-1234567890ab")),
        Just(json!([{ "TagKey": 1 }, null, {}])),
        Just(json!({ "a": "b", "c": 1 })),
    ]
}
