//! `GetKeyPolicy`, `PutKeyPolicy`, `ListKeyPolicies`.

use serde_json::{Value, json};

use super::{answer::Output, failure::Failure, members::Members, page::Page, pattern, task::Task};
use crate::{
    exception::{Exception, Refusal},
    json::Object,
    key_record::KeyRecord,
    key_store::KeyStore,
};

/// The longest key policy by the service model, in characters.
const MAX_POLICY_LEN: usize = 131_072;
/// The longest key policy, in bytes.
///
/// # Source
///
/// AWS KMS Developer Guide, "Resource quotas".
const MAX_POLICY_BYTES: usize = 32 << 10;
/// The longest policy name.
const MAX_POLICY_NAME_LEN: usize = 128;
/// The name of the only policy of a key.
const DEFAULT: &str = "default";

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn get_key_policy(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let name = policy_name(&mut members);
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        check_policy_name(name.as_deref())?;
        Ok(Some(
            json!({ "Policy": policy_of(key.record()), "PolicyName": DEFAULT }),
        ))
    }

    pub(super) fn put_key_policy(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let name = policy_name(&mut members);
        members.require("Policy");
        let policy = policy(&mut members);
        let (key_id, policy) = members.finish(|| Some((key_id?, policy?)))?;
        self.change(&key_id, |key| {
            check_policy_name(name.as_deref())?;
            key.put_policy(check_policy(policy)?);
            Ok::<_, Failure>(())
        })?;
        Ok(None)
    }

    pub(super) fn list_key_policies(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let page = Page::read(&mut members);
        let key_id = members.finish(|| key_id)?;
        self.find(&key_id)?;
        let name = |name: &Value| name.as_str().unwrap_or_default().to_owned();
        page.of("PolicyNames", vec![json!(DEFAULT)], name).map(Some)
    }
}

/// Reads `Policy` and `BypassPolicyLockoutSafetyCheck`. There is no such check, because policies are not
/// evaluated.
pub(super) fn policy(members: &mut Members) -> Option<String> {
    members.flag("BypassPolicyLockoutSafetyCheck");
    members.matching_text("Policy", 1..=MAX_POLICY_LEN, pattern::POLICY)
}

/// Checks that a policy is a JSON document with statements. Their contents are not evaluated.
pub(super) fn check_policy(policy: String) -> Result<String, Failure> {
    if policy.len() > MAX_POLICY_BYTES {
        let reason = format!(
            "Policy has {} bytes; at most {MAX_POLICY_BYTES} are allowed",
            policy.len()
        );
        return Err(Failure::because(Exception::LimitExceeded, reason));
    }
    let document = Object::parse(policy.as_bytes());
    if document.is_ok_and(|document| document.member("Statement").is_some()) {
        return Ok(policy);
    }
    let reason = "Policy is not a JSON object with a Statement";
    Err(Failure::because(Exception::MalformedPolicyDocument, reason))
}

fn policy_name(members: &mut Members) -> Option<String> {
    members.matching_text("PolicyName", 1..=MAX_POLICY_NAME_LEN, pattern::POLICY_NAME)
}

/// # Source
///
/// The text is that of the emulator moto; no recording of it is known.
fn check_policy_name(name: Option<&str>) -> Result<(), Failure> {
    if name.is_none_or(|name| name == DEFAULT) {
        return Ok(());
    }
    Err(Refusal::new(Exception::NotFound, "No such policy exists").into())
}

/// Returns the policy of a key: its own, or AWS's default policy as AWS KMS prints it.
///
/// # Source
///
/// AWS KMS Developer Guide, "Default key policy".
pub(super) fn policy_of(record: &KeyRecord) -> String {
    let arn = &record.key_metadata.arn;
    let (partition, account_id) = (arn.region().partition(), arn.account_id());
    let default = || {
        format!(
            r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account_id}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
        )
    };
    record.rehearsal.policy.clone().unwrap_or_else(default)
}
