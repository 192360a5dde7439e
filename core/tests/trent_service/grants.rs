//! Grants: their IDs, tokens and lists. Nothing is decided by them.

use byok_core::{
    key_spec::KeySpec, key_store::MemoryKeyStore, timestamp::Timestamp, trent_service::TrentService,
};
use serde_json::{Value, json};

use crate::{
    common::{place, root_secret},
    kms::{Kms, base64, text},
};

const PRINCIPAL: &str = "arn:aws:iam::111122223333:role/app";
const RETIREE: &str = "arn:aws:iam::111122223333:role/admin";

fn key(kms: &Kms) -> String {
    text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"])
}

/// A request for a grant with some members more, or others.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a request is written where it is sent"
)]
fn request(key: &str, members: Value) -> Value {
    let mut request = json!({
        "KeyId": key, "GranteePrincipal": PRINCIPAL, "Operations": ["Encrypt", "Decrypt"],
    });
    for (name, value) in members.as_object().expect("members") {
        request[name] = value.clone();
    }
    request
}

fn listed(kms: &Kms, key: &str) -> Vec<Value> {
    let listed = kms.must("ListGrants", json!({ "KeyId": key }));
    listed["Grants"].as_array().expect("a list").clone()
}

#[test]
fn a_grant_is_listed_as_it_was_created() {
    let kms = Kms::new();
    let key = key(&kms);
    let plain = kms.must("CreateGrant", request(&key, json!({})));
    kms.pass(1000);
    let constraints = json!({
        "EncryptionContextSubset": { "a": "b" },
        "SourceArn": "arn:aws:s3:us-east-2:111122223333:bucket/x",
    });
    let full = kms.must(
        "CreateGrant",
        request(
            &key,
            json!({ "Name": "full", "RetiringPrincipal": RETIREE, "Constraints": constraints }),
        ),
    );
    for grant in [&plain, &full] {
        assert_eq!(text(&grant["GrantId"]).len(), 64);
        assert!(text(&grant["GrantToken"]).starts_with("BYOK/REHEARSAL/NOT/AWS//"));
    }
    assert_ne!(plain["GrantId"], full["GrantId"]);
    let account = "arn:aws:iam::111122223333:root";
    assert_eq!(
        listed(&kms, &key),
        [
            json!({
                "CreationDate": kms.time().plus_millis(-1000), "GrantId": plain["GrantId"],
                "GranteePrincipal": PRINCIPAL, "IssuingAccount": account, "KeyId": key, "Name": "",
                "Operations": ["Encrypt", "Decrypt"],
            }),
            json!({
                "Constraints": constraints, "CreationDate": kms.time(), "GrantId": full["GrantId"],
                "GranteePrincipal": PRINCIPAL, "IssuingAccount": account, "KeyId": key,
                "Name": "full", "Operations": ["Encrypt", "Decrypt"], "RetiringPrincipal": RETIREE,
            }),
        ]
    );
    let one = kms.must(
        "ListGrants",
        json!({ "KeyId": key, "GrantId": full["GrantId"] }),
    );
    assert_eq!(one["Grants"].as_array().map(Vec::len), Some(1));
    let nobody = json!({ "KeyId": key, "GranteePrincipal": RETIREE });
    assert_eq!(kms.must("ListGrants", nobody)["Grants"], json!([]));
}

/// A repeated request with a name changes nothing, and its token is another one.
#[test]
fn a_named_grant_is_created_once() {
    let kms = Kms::new();
    let (key, other) = (key(&kms), key(&kms));
    let create = |key: &str, members: Value| kms.must("CreateGrant", request(key, members));
    let first = create(&key, json!({ "Name": "a" }));
    let again = create(&key, json!({ "Name": "a" }));
    assert_eq!(first["GrantId"], again["GrantId"]);
    assert_ne!(first["GrantToken"], again["GrantToken"]);
    let wider = create(&key, json!({ "Name": "a", "Operations": ["Encrypt"] }));
    assert_ne!(first["GrantId"], wider["GrantId"]);
    create(&other, json!({ "Name": "a" }));
    assert_eq!(
        (listed(&kms, &key).len(), listed(&kms, &other).len()),
        (2, 1)
    );
    create(&other, json!({}));
    create(&other, json!({}));
    assert_eq!(listed(&kms, &other).len(), 3);
}

#[test]
fn a_grant_ends_by_its_id_or_by_its_token() {
    let kms = Kms::new();
    let key = key(&kms);
    let create = || {
        kms.must(
            "CreateGrant",
            request(&key, json!({ "RetiringPrincipal": RETIREE })),
        )
    };
    let [revoked, retired, by_token] = [create(), create(), create()];
    let revoke = json!({ "KeyId": key, "GrantId": revoked["GrantId"] });
    assert_eq!(kms.must("RevokeGrant", revoke.clone()), json!({}));
    assert_eq!(kms.refused("RevokeGrant", revoke), "NotFoundException");
    kms.must(
        "RetireGrant",
        json!({ "KeyId": key, "GrantId": retired["GrantId"] }),
    );
    kms.must(
        "RetireGrant",
        json!({ "GrantToken": by_token["GrantToken"] }),
    );
    assert_eq!(listed(&kms, &key), [Value::Null; 0]);
    assert_eq!(
        kms.refused(
            "RetireGrant",
            json!({ "GrantToken": by_token["GrantToken"] })
        ),
        "NotFoundException"
    );
    for (operation, request, answer) in [
        (
            "RevokeGrant",
            json!({ "KeyId": key, "GrantId": "x" }),
            "InvalidGrantIdException",
        ),
        (
            "RetireGrant",
            json!({ "GrantToken": "x" }),
            "InvalidGrantTokenException",
        ),
        (
            "RetireGrant",
            json!({ "KeyId": key }),
            "ValidationException",
        ),
        ("RetireGrant", json!({}), "ValidationException"),
    ] {
        assert_eq!(kms.refused(operation, request), answer);
    }
    let invalid = kms.refused("CreateGrant", request("invalid", json!({})));
    assert_eq!(invalid, "NotFoundException: Invalid keyId 'invalid'");
    let invalid = kms.refused("ListGrants", json!({ "KeyId": "invalid" }));
    assert_eq!(invalid, "NotFoundException: Invalid keyId 'invalid'");
}

#[test]
fn retirable_grants_are_those_of_the_principal_in_the_region() {
    let kms = Kms::new();
    let (first, second) = (key(&kms), key(&kms));
    let retirable = json!({ "RetiringPrincipal": RETIREE });
    let mut ids = Vec::new();
    for key in [&second, &first, &second] {
        kms.pass(1000);
        let made = kms.must("CreateGrant", request(key, retirable.clone()));
        ids.push(made["GrantId"].clone());
    }
    kms.must("CreateGrant", request(&first, json!({})));
    kms.must(
        "CreateGrant",
        request(&first, json!({ "RetiringPrincipal": PRINCIPAL })),
    );
    let listed = kms.must("ListRetirableGrants", retirable.clone());
    let found: Vec<Value> = listed["Grants"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|grant| grant["GrantId"].clone())
        .collect();
    assert_eq!(found, ids);
    let elsewhere = kms.call_in("eu-west-1", "ListRetirableGrants", &retirable);
    assert_eq!(elsewhere.expect("a list")["Grants"], json!([]));
    assert_eq!(
        kms.refused("ListRetirableGrants", json!({})),
        "ValidationException"
    );
    kms.must(
        "ScheduleKeyDeletion",
        json!({ "KeyId": second, "PendingWindowInDays": 7 }),
    );
    kms.pass(7 * Timestamp::DAY_MILLIS);
    let listed = kms.must("ListRetirableGrants", retirable);
    assert_eq!(listed["Grants"].as_array().map(Vec::len), Some(1));
}

#[test]
fn grants_are_listed_by_page() {
    let kms = Kms::new();
    let key = key(&kms);
    for _ in 0..60 {
        kms.must("CreateGrant", request(&key, json!({})));
    }
    let first = kms.must("ListGrants", json!({ "KeyId": key }));
    assert_eq!(
        first["Grants"].as_array().map(Vec::len),
        Some(50),
        "the default"
    );
    let request = json!({ "KeyId": key, "Marker": first["NextMarker"], "Limit": 1000 });
    let rest = kms.must("ListGrants", request);
    assert_eq!(rest["Grants"].as_array().map(Vec::len), Some(10));
    assert_eq!(
        (&rest["Truncated"], rest.get("NextMarker")),
        (&json!(false), None)
    );
}

#[test]
fn a_grant_must_fit_its_key() {
    let kms = Kms::new();
    let symmetric = key(&kms);
    let hmac = kms.imported(KeySpec::Hmac256, "GENERATE_VERIFY_MAC");
    let refused = |key: &str, members: Value| kms.refused("CreateGrant", request(key, members));
    assert_eq!(
        refused(&symmetric, json!({ "Operations": ["Sign"] })),
        "ValidationException"
    );
    assert_eq!(refused(&hmac, json!({})), "ValidationException");
    let context = json!({ "EncryptionContextEquals": { "a": "b" } });
    let with_context = json!({ "Operations": ["GenerateMac"], "Constraints": context });
    assert_eq!(refused(&hmac, with_context), "ValidationException");
    kms.must(
        "CreateGrant",
        request(
            &hmac,
            json!({ "Operations": ["GenerateMac", "DescribeKey"] }),
        ),
    );
    let pairs: serde_json::Map<String, Value> = (0..9)
        .map(|number| (number.to_string(), json!("")))
        .collect();
    let many = json!({ "Constraints": { "EncryptionContextSubset": pairs } });
    assert_eq!(refused(&symmetric, many), "ValidationException");
    assert_eq!(
        refused(&symmetric, json!({ "Operations": ["Encrypt", "Foo"] })),
        "ValidationException: 1 validation error detected: Value '[Encrypt, Foo]' at 'operations' \
         failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum \
         value set: [Decrypt, Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext, \
         ReEncryptFrom, ReEncryptTo, Sign, Verify, GetPublicKey, CreateGrant, RetireGrant, \
         DescribeKey, GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext, GenerateMac, \
         VerifyMac, DeriveSharedSecret, Encapsulate, Decapsulate]]"
    );
    assert_eq!(
        refused(
            &symmetric,
            json!({ "Constraints": { "SourceArn": "arn:aws:s3:::a-bucket-of-mine" } })
        ),
        "ValidationException: 1 validation error detected: Value 'arn:aws:s3:::a-bucket-of-mine' at \
         'constraints.sourceArn' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: ^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$"
    );
    assert_eq!(
        refused(&symmetric, json!({ "GranteePrincipal": "me" })),
        "InvalidArnException"
    );
    assert_eq!(
        refused(
            &symmetric,
            json!({ "GranteeServicePrincipal": "s3.amazonaws.com" })
        ),
        "ValidationException",
        "and GranteePrincipal"
    );
    let request = json!({
        "KeyId": symmetric, "GranteeServicePrincipal": "s3.amazonaws.com", "Operations": ["Encrypt"],
    });
    kms.must("CreateGrant", request);
    let wanted = json!({ "KeyId": symmetric, "GranteeServicePrincipal": "s3.amazonaws.com" });
    let found = kms.must("ListGrants", wanted);
    assert_eq!(found["Grants"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_state_of_the_key_counts_for_new_grants_only() {
    let kms = Kms::new();
    let key = key(&kms);
    let grant = kms.must("CreateGrant", request(&key, json!({})));
    kms.must("DisableKey", json!({ "KeyId": key }));
    let disabled = format!("DisabledException: {key} is disabled.");
    assert_eq!(
        kms.refused("CreateGrant", request(&key, json!({}))),
        disabled
    );
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": key }));
    let pending = format!("KMSInvalidStateException: {key} is pending deletion.");
    assert_eq!(
        kms.refused("CreateGrant", request(&key, json!({}))),
        pending
    );
    kms.must("ListGrants", json!({ "KeyId": key }));
    kms.must(
        "RevokeGrant",
        json!({ "KeyId": key, "GrantId": grant["GrantId"] }),
    );
    let waiting = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    assert_eq!(
        kms.refused("CreateGrant", request(&waiting, json!({}))),
        format!("KMSInvalidStateException: {waiting} is pending import.")
    );
}

#[test]
fn a_dry_run_changes_no_grant() {
    let kms = Kms::new();
    let key = key(&kms);
    let dry =
        "DryRunOperationException: The request would have succeeded, but the DryRun option is set.";
    assert_eq!(
        kms.refused("CreateGrant", request(&key, json!({ "DryRun": true }))),
        dry
    );
    assert_eq!(listed(&kms, &key), [Value::Null; 0]);
    let fault = json!({ "DryRun": true, "Operations": ["Sign"] });
    assert_eq!(
        kms.refused("CreateGrant", request(&key, fault)),
        "ValidationException"
    );
    let grant = kms.must("CreateGrant", request(&key, json!({})));
    let by_id = json!({ "KeyId": key, "GrantId": grant["GrantId"], "DryRun": true });
    let by_token = json!({ "GrantToken": grant["GrantToken"], "DryRun": true });
    for (operation, request) in [
        ("RevokeGrant", &by_id),
        ("RetireGrant", &by_id),
        ("RetireGrant", &by_token),
    ] {
        assert_eq!(kms.refused(operation, request.clone()), dry);
    }
    assert_eq!(listed(&kms, &key).len(), 1);
    let absent = json!({ "KeyId": key, "GrantId": "0".repeat(64), "DryRun": true });
    assert_eq!(kms.refused("RevokeGrant", absent), "NotFoundException");
}

/// A token of this store is accepted by every operation that takes one, and any other text is not.
#[test]
fn grant_tokens_are_checked_and_permit_nothing() {
    let store = MemoryKeyStore::new(root_secret(), []);
    let service = || Kms::of(TrentService::new(&store, place().account_id));
    let kms = service();
    let key = text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"]);
    let token = kms.must("CreateGrant", request(&key, json!({})))["GrantToken"].clone();
    let encrypt = |token: &Value| json!({ "KeyId": key, "Plaintext": base64(b"text"), "GrantTokens": [token] });
    // Another process with the same store.
    let other = service();
    other.must("Encrypt", encrypt(&token));
    other.must(
        "DescribeKey",
        json!({ "KeyId": key, "GrantTokens": [token] }),
    );
    assert_eq!(
        other.refused("Encrypt", encrypt(&json!("AAAA"))),
        "InvalidGrantTokenException"
    );
    let many = json!({ "KeyId": key, "GrantTokens": vec!["a"; 11] });
    assert_eq!(
        other.refused("DescribeKey", many),
        "ValidationException: 1 validation error detected: Value '[a, a, a, a, a, a, a, a, a, a, a]' at \
         'grantTokens' failed to satisfy constraint: Member must have length less than or equal to 10"
    );
    let long = "a".repeat(8193);
    assert_eq!(
        other.refused(
            "DescribeKey",
            json!({ "KeyId": key, "GrantTokens": [long] })
        ),
        format!(
            "ValidationException: 1 validation error detected: Value '[{long}]' at 'grantTokens' failed \
             to satisfy constraint: Member must satisfy constraint: [Member must have length less than \
             or equal to 8192, Member must have length greater than or equal to 1]"
        )
    );
}

/// The grants of a key have room in its record.
#[test]
fn there_is_an_end_to_grants() {
    let kms = Kms::new();
    let key = key(&kms);
    let value = "v".repeat(10_000);
    let big = json!({ "Constraints": { "EncryptionContextEquals": { "k": value } } });
    let made = (0..100).find_map(|_| kms.call("CreateGrant", request(&key, big.clone())).err());
    assert_eq!(made.as_deref(), Some("LimitExceededException"));
    assert!(listed(&kms, &key).len() > 20);
    kms.must("DescribeKey", json!({ "KeyId": key }));
}
