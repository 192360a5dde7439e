//! `GetKeyLastUsage`.

use byok_core::{key_store::MemoryKeyStore, trent_service::TrentService};
use serde_json::{Value, json};

use crate::{
    common::{place, root_secret},
    kms::{Kms, text},
};

#[test]
fn the_last_successful_use_is_shown() {
    let kms = Kms::new();
    let started = kms.time();
    kms.must("ListKeys", json!({}));
    kms.pass(1000);
    let created = kms.time();
    let made = kms.must("CreateKey", json!({}))["KeyMetadata"].clone();
    let key = json!({ "KeyId": made["KeyId"] });
    let usage = || kms.must("GetKeyLastUsage", key.clone());
    let unused = json!({
        "KeyCreationDate": created, "KeyId": made["KeyId"], "KeyLastUsage": {},
        "TrackingStartDate": created,
    });
    assert_ne!(started, created);
    assert_eq!(usage(), unused);
    kms.must("DescribeKey", key.clone());
    kms.refused(
        "Sign",
        json!({ "KeyId": made["KeyId"], "Message": "AAAA", "SigningAlgorithm": "ECDSA_SHA_256" }),
    );
    assert_eq!(usage(), unused, "neither is a use");
    kms.pass(1000);
    let request = json!({ "KeyId": made["KeyId"], "Plaintext": "AAAA" });
    let sealed = kms.must("Encrypt", request)["CiphertextBlob"].clone();
    let used = |operation: &str| {
        let last = usage()["KeyLastUsage"].clone();
        assert_eq!(
            (&last["Operation"], &last["Timestamp"]),
            (&json!(operation), &json!(kms.time()))
        );
        assert_eq!(text(&last["KmsRequestId"]).len(), 36);
    };
    used("Encrypt");
    kms.pass(1000);
    kms.must("Decrypt", json!({ "CiphertextBlob": sealed }));
    used("Decrypt");
    // Both keys of ReEncrypt were used.
    let other = text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"]);
    kms.pass(1000);
    kms.must(
        "ReEncrypt",
        json!({ "CiphertextBlob": sealed, "DestinationKeyId": other }),
    );
    used("ReEncrypt");
    let last = kms.must("GetKeyLastUsage", json!({ "KeyId": other }))["KeyLastUsage"].clone();
    assert_eq!(last["Operation"], "ReEncrypt");
    assert_eq!(
        kms.refused("GetKeyLastUsage", json!({ "KeyId": "alias/a" })),
        "InvalidArnException: Key Aliases are not supported for this operation."
    );
}

/// What was before the start is unknown, and the answer says so.
#[test]
fn another_process_knows_no_earlier_use() {
    let store = MemoryKeyStore::new(root_secret(), []);
    let service = || Kms::of(TrentService::new(&store, place().account_id));
    let first = service();
    let key = first.must("CreateKey", json!({}))["KeyMetadata"]["KeyId"].clone();
    first.must("Encrypt", json!({ "KeyId": key, "Plaintext": "AAAA" }));
    let second = service();
    second.pass(5000);
    let usage = second.must("GetKeyLastUsage", json!({ "KeyId": key }));
    assert_eq!(usage["KeyLastUsage"], json!({}));
    assert_eq!(usage["TrackingStartDate"], json!(second.time()));
    assert_ne!(usage["TrackingStartDate"], usage["KeyCreationDate"]);
}

#[test]
fn a_replica_has_uses_of_its_own() {
    let kms = Kms::new();
    let primary =
        text(&kms.must("CreateKey", json!({ "MultiRegion": true }))["KeyMetadata"]["Arn"]);
    kms.must(
        "ReplicateKey",
        json!({ "KeyId": primary, "ReplicaRegion": "eu-west-1" }),
    );
    kms.must("Encrypt", json!({ "KeyId": primary, "Plaintext": "AAAA" }));
    let id = primary.rsplit('/').next().expect("an ID");
    let usage: Value = kms
        .call_in("eu-west-1", "GetKeyLastUsage", &json!({ "KeyId": id }))
        .expect("an answer");
    assert_eq!(usage["KeyLastUsage"], json!({}));
}
