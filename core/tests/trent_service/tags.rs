//! Tags and descriptions: limits, and AWS's texts.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::kms::Kms;

fn tag(key: &str, value: &str) -> Value {
    json!({ "TagKey": key, "TagValue": value })
}

fn tags(kms: &Kms, key: &str) -> Value {
    kms.must("ListResourceTags", json!({ "KeyId": key }))["Tags"].clone()
}

#[test]
fn tags_are_added_replaced_and_removed() {
    let kms = Kms::new();
    let key = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let add = json!({ "KeyId": key, "Tags": [tag("c", "1"), tag("a", ""), tag("b", "2")] });
    kms.must("TagResource", add);
    kms.must(
        "TagResource",
        json!({ "KeyId": key, "Tags": [tag("c", "3")] }),
    );
    assert_eq!(
        tags(&kms, &key),
        json!([tag("a", ""), tag("b", "2"), tag("c", "3")])
    );
    let untag = |tag_keys: Value| json!({ "KeyId": key, "TagKeys": tag_keys });
    assert_eq!(
        kms.must("UntagResource", untag(json!(["a", "none"]))),
        json!({})
    );
    assert_eq!(tags(&kms, &key), json!([tag("b", "2"), tag("c", "3")]));
    kms.must("UntagResource", untag(json!(["b", "c"])));
    assert_eq!(tags(&kms, &key), json!([]));
    assert_eq!(
        kms.refused("UntagResource", untag(json!([""]))),
        "ValidationException: 1 validation error detected: Value '[]' at 'tagKeys' failed to satisfy \
         constraint: Member must satisfy constraint: [Member must have length less than or equal to \
         128, Member must have length greater than or equal to 1]"
    );
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": key }));
    let pending = format!("KMSInvalidStateException: {key} is pending deletion.");
    for (operation, request) in [
        (
            "TagResource",
            json!({ "KeyId": key, "Tags": [tag("a", "")] }),
        ),
        ("UntagResource", untag(json!(["a"]))),
        (
            "UpdateKeyDescription",
            json!({ "KeyId": key, "Description": "" }),
        ),
    ] {
        assert_eq!(kms.refused(operation, request), pending, "{operation}");
    }
}

#[test]
fn tags_that_aws_refuses_get_its_texts() {
    let kms = Kms::new();
    let key = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let many: Vec<Value> = (0..51).map(|number| tag(&number.to_string(), "")).collect();
    let long = |len: usize| "a".repeat(len);
    let constraint = |value: &str, path: &str, max: usize| {
        format!(
            "ValidationException: 1 validation error detected: Value '{value}' at '{path}' failed to \
             satisfy constraint: Member must have length less than or equal to {max}"
        )
    };
    for (tags, answer) in [
        (
            json!([tag("a", "1"), tag("a", "2")]),
            "TagException: Duplicate tag keys".to_owned(),
        ),
        (json!(many), "TagException: Too many tags".to_owned()),
        (
            json!([tag("aws:a", "")]),
            "TagException: Tags beginning with aws: are reserved".to_owned(),
        ),
        (
            json!([tag("AWS:a", "")]),
            "TagException: Tags beginning with aws: are reserved".to_owned(),
        ),
        (
            json!([tag(&long(129), "")]),
            constraint(&long(129), "tags.1.member.tagKey", 128),
        ),
        (
            json!([tag("a", ""), tag("b", &long(257))]),
            constraint(&long(257), "tags.2.member.tagValue", 256),
        ),
    ] {
        for (operation, request) in [
            ("CreateKey", json!({ "Tags": tags })),
            ("TagResource", json!({ "KeyId": key, "Tags": tags })),
        ] {
            assert_eq!(kms.refused(operation, request), answer, "{operation}");
        }
    }
    kms.must("TagResource", json!({ "KeyId": key, "Tags": &many[..50] }));
    let more = json!({ "KeyId": key, "Tags": [tag("more", "")] });
    assert_eq!(kms.refused("TagResource", more), "LimitExceededException");
    let first = kms.must("ListResourceTags", json!({ "KeyId": key, "Limit": 1000 }));
    assert_eq!(first["Tags"].as_array().map(Vec::len), Some(50));
    let page = kms.must("ListResourceTags", json!({ "KeyId": key, "Limit": 20 }));
    let rest = json!({ "KeyId": key, "Marker": page["NextMarker"] });
    let rest = kms.must("ListResourceTags", rest);
    assert_eq!(rest["Tags"].as_array().map(Vec::len), Some(30));
}

#[test]
fn a_description_is_replaced() {
    let kms = Kms::new();
    let created = kms.must("CreateKey", json!({ "Description": "old" }));
    let key = &created["KeyMetadata"]["Arn"];
    let update = |text: &str| json!({ "KeyId": key, "Description": text });
    for text in ["new", "", &"\u{e4}".repeat(8192)] {
        assert_eq!(kms.must("UpdateKeyDescription", update(text)), json!({}));
        let described = kms.must("DescribeKey", json!({ "KeyId": key }));
        assert_eq!(described["KeyMetadata"]["Description"], json!(text));
    }
    let long = "d".repeat(8193);
    assert_eq!(
        kms.refused("UpdateKeyDescription", update(&long)),
        format!(
            "ValidationException: 1 validation error detected: Value '{long}' at 'description' failed \
             to satisfy constraint: Member must have length less than or equal to 8192"
        )
    );
    assert_eq!(
        kms.refused("UpdateKeyDescription", json!({ "KeyId": key })),
        "ValidationException: 1 validation error detected: Value null at 'description' failed to \
         satisfy constraint: Member must not be null"
    );
}
