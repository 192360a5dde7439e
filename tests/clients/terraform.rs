//! The calls that Terraform makes for an imported key and its alias: create, import, read back, change,
//! destroy.
//!
//! # Source
//!
//! terraform-provider-aws: the resources `aws_kms_external_key` and `aws_kms_alias`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use serde_json::{Value, json};

use crate::client::{Client, Environment, Kind};
use crate::interop_support::peer::Peer;
use crate::interop_support::{Sandbox, has_openssl, say};
use crate::server::Server;

const ALIAS: &str = "alias/terraform/tenant-1";

fn policy(sid: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": sid, "Effect": "Allow", "Action": "kms:*", "Resource": "*",
            "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
        }],
    })
}

#[test]
fn a_key_is_created_read_back_changed_and_destroyed() {
    if !has_openssl() {
        return;
    }
    for kind in [Kind::Boto3, Kind::Go] {
        let server = Server::start("--output json");
        if let Some(mut client) = kind.start(&Environment::of(&server)) {
            let key_id = create(&mut client);
            import(&mut client, &key_id);
            read_back(&mut client, &key_id);
            change(&mut client, &key_id);
            destroy(&mut client, &key_id);
            say(&format!("{}: a key of Terraform", kind.name()));
        }
    }
}

fn create(client: &mut Client) -> Value {
    let created = client.call(
        "CreateKey",
        &json!({
            "Origin": "EXTERNAL", "Description": "tenant 1", "KeyUsage": "ENCRYPT_DECRYPT",
            "Policy": policy("first").to_string(), "BypassPolicyLockoutSafetyCheck": false,
            "Tags": [{ "TagKey": "team", "TagValue": "payments" }],
        }),
    );
    let key_id = created["KeyMetadata"]["KeyId"].clone();
    assert_eq!(described(client, &key_id)["KeyState"], "PendingImport");
    client.call(
        "CreateAlias",
        &json!({ "AliasName": ALIAS, "TargetKeyId": key_id }),
    );
    key_id
}

/// Wraps 32 bytes with RSAES_OAEP_SHA_256, as the resource does itself.
fn import(client: &mut Client, key_id: &Value) {
    let parameters = client.call(
        "GetParametersForImport",
        &json!({
            "KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
        }),
    );
    let sandbox = Sandbox::new();
    let public_key = BASE64.decode(parameters["PublicKey"].as_str().expect("a key"));
    sandbox.write("key.der", public_key.expect("base64"));
    sandbox.write("material", (0..32).collect::<Vec<u8>>());
    let files = ["key.der", "material", "blob"];
    Peer::OpenSsl.wrap(&sandbox, WrappingAlgorithm::RsaesOaepSha256, files);
    client.call(
        "ImportKeyMaterial",
        &json!({
            "KeyId": key_id, "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": BASE64.encode(sandbox.read("blob")),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }),
    );
    assert_eq!(described(client, key_id)["KeyState"], "Enabled");
}

/// A second plan finds no difference only if each value is read back as it was set.
fn read_back(client: &mut Client, key_id: &Value) {
    let metadata = described(client, key_id);
    for (member, value) in [
        ("Description", "tenant 1"),
        ("Origin", "EXTERNAL"),
        ("KeyUsage", "ENCRYPT_DECRYPT"),
        ("ExpirationModel", "KEY_MATERIAL_DOES_NOT_EXPIRE"),
    ] {
        assert_eq!(metadata[member], value, "{member}");
    }
    assert_eq!(metadata["MultiRegion"], false);
    assert_eq!(policy_of(client, key_id), policy("first"));
    assert_eq!(
        tags(client, key_id),
        [("team".to_owned(), "payments".to_owned())]
    );
    let status = client.call("GetKeyRotationStatus", &json!({ "KeyId": key_id }));
    assert_eq!(status["KeyRotationEnabled"], false);
    assert_eq!(targets(client), std::slice::from_ref(key_id));
    let by_alias = described(client, &json!(ALIAS));
    assert_eq!(by_alias["KeyId"], *key_id);
}

fn change(client: &mut Client, key_id: &Value) {
    let members = json!({ "KeyId": key_id, "Description": "tenant one" });
    client.call("UpdateKeyDescription", &members);
    let members = json!({
        "KeyId": key_id, "PolicyName": "default", "Policy": policy("second").to_string(),
        "BypassPolicyLockoutSafetyCheck": false,
    });
    client.call("PutKeyPolicy", &members);
    let added = json!([{ "TagKey": "cost", "TagValue": "7" }]);
    client.call("TagResource", &json!({ "KeyId": key_id, "Tags": added }));
    client.call(
        "UntagResource",
        &json!({ "KeyId": key_id, "TagKeys": ["team"] }),
    );
    client.call("DisableKey", &json!({ "KeyId": key_id }));
    assert_eq!(described(client, key_id)["Enabled"], false);
    client.call("EnableKey", &json!({ "KeyId": key_id }));
    assert_eq!(described(client, key_id)["Description"], "tenant one");
    assert_eq!(policy_of(client, key_id), policy("second"));
    assert_eq!(tags(client, key_id), [("cost".to_owned(), "7".to_owned())]);
}

fn destroy(client: &mut Client, key_id: &Value) {
    client.call("DeleteAlias", &json!({ "AliasName": ALIAS }));
    assert!(targets(client).is_empty());
    let members = json!({ "KeyId": key_id, "PendingWindowInDays": 7 });
    client.call("ScheduleKeyDeletion", &members);
    assert_eq!(described(client, key_id)["KeyState"], "PendingDeletion");
    let again = client.try_call("ScheduleKeyDeletion", &members);
    let said = again.expect_err("it is pending deletion");
    assert!(said.contains("KMSInvalidStateException"), "{said}");
}

fn described(client: &mut Client, key_id: &Value) -> Value {
    client.call("DescribeKey", &json!({ "KeyId": key_id }))["KeyMetadata"].clone()
}

fn policy_of(client: &mut Client, key_id: &Value) -> Value {
    let members = json!({ "KeyId": key_id, "PolicyName": "default" });
    let output = client.call("GetKeyPolicy", &members);
    serde_json::from_str(output["Policy"].as_str().expect("a policy")).expect("JSON")
}

fn tags(client: &mut Client, key_id: &Value) -> Vec<(String, String)> {
    let output = client.call("ListResourceTags", &json!({ "KeyId": key_id }));
    let text = |tag: &Value, member: &str| tag[member].as_str().expect("a text").to_owned();
    let tags = output["Tags"].as_array().expect("tags").iter();
    tags.map(|tag| (text(tag, "TagKey"), text(tag, "TagValue")))
        .collect()
}

/// Returns the key that the alias names, if there is such an alias.
fn targets(client: &mut Client) -> Vec<Value> {
    let output = client.call("ListAliases", &json!({}));
    let aliases = output["Aliases"].as_array().expect("aliases").iter();
    aliases
        .filter(|alias| alias["AliasName"] == ALIAS)
        .map(|alias| alias["TargetKeyId"].clone())
        .collect()
}
