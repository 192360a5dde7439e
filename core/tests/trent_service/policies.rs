//! Key policies: one per key, kept and not evaluated.

use byok_core::key_spec::KeySpec;
use serde_json::json;

use crate::kms::{Kms, text};

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}"#;

#[test]
fn a_policy_is_replaced_in_every_state() {
    let kms = Kms::new();
    let key = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let policy = || text(&kms.must("GetKeyPolicy", json!({ "KeyId": key }))["Policy"]);
    assert!(policy().contains("Enable IAM User Permissions"));
    let put = json!({
        "KeyId": key, "PolicyName": "default", "Policy": POLICY, "BypassPolicyLockoutSafetyCheck": true,
    });
    assert_eq!(kms.must("PutKeyPolicy", put), json!({}));
    assert_eq!(policy(), POLICY);
    kms.must("ScheduleKeyDeletion", json!({ "KeyId": key }));
    let spaced = format!("{POLICY} ");
    kms.must("PutKeyPolicy", json!({ "KeyId": key, "Policy": spaced }));
    assert_eq!(policy(), spaced, "word for word");
    let listed = kms.must("ListKeyPolicies", json!({ "KeyId": key }));
    assert_eq!(
        listed,
        json!({ "PolicyNames": ["default"], "Truncated": false })
    );
}

#[test]
fn what_is_no_policy_is_refused() {
    let kms = Kms::new();
    let key = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let put = |policy: &str| json!({ "KeyId": key, "Policy": policy });
    for policy in ["x", "{}", "[]", "\"text\"", r#"{"Statement":[]"#] {
        let refused = kms.refused("PutKeyPolicy", put(policy));
        assert_eq!(refused, "MalformedPolicyDocumentException", "{policy}");
        let refused = kms.refused("CreateKey", json!({ "Policy": policy }));
        assert_eq!(refused, "MalformedPolicyDocumentException", "{policy}");
    }
    let padded = |len: usize| format!("{POLICY}{}", " ".repeat(len - POLICY.len()));
    kms.must("PutKeyPolicy", put(&padded(32_768)));
    assert_eq!(
        kms.refused("PutKeyPolicy", put(&padded(32_769))),
        "LimitExceededException"
    );
    let refused = kms.refused("CreateKey", json!({ "Policy": padded(32_769) }));
    assert_eq!(refused, "LimitExceededException");
    for operation in ["GetKeyPolicy", "PutKeyPolicy"] {
        let request = json!({ "KeyId": key, "Policy": POLICY, "PolicyName": "mine" });
        let refused = kms.refused(operation, request);
        assert_eq!(
            refused, "NotFoundException: No such policy exists",
            "{operation}"
        );
    }
    assert_eq!(
        kms.refused("PutKeyPolicy", json!({ "KeyId": key })),
        "ValidationException: 1 validation error detected: Value null at 'policy' failed to satisfy \
         constraint: Member must not be null"
    );
    let absent = key.replace(
        key.rsplit('/').next().expect("an ID"),
        "00000000-0000-0000-0000-000000000000",
    );
    for operation in ["GetKeyPolicy", "PutKeyPolicy", "ListKeyPolicies"] {
        let request = json!({ "KeyId": absent, "Policy": "x", "PolicyName": "mine" });
        let refused = kms.refused(operation, request);
        assert_eq!(
            refused,
            format!("NotFoundException: Key '{absent}' does not exist")
        );
    }
}
