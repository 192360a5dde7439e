//! `GetKeyPolicy`, `ListResourceTags`, `TagResource`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{answer::Output, failure::Failure, members::Members, page::Page, pattern, task::Task};
use crate::{
    exception::Exception, json::Object, key_record::KeyRecord, key_record::Tag,
    key_store::KeyStore, rehearsed_key::RehearsedKey,
};

/// The longest key policy, in characters.
const MAX_POLICY_LEN: usize = 131_072;
/// The longest policy name. The only policy is named `default`.
const MAX_POLICY_NAME_LEN: usize = 128;
/// The maximum number of tags per key.
///
/// # Source
///
/// AWS KMS Developer Guide, "Tags in AWS KMS".
const MAX_TAGS: usize = 50;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn get_key_policy(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let name =
            members.matching_text("PolicyName", 1..=MAX_POLICY_NAME_LEN, pattern::POLICY_NAME);
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        if name.is_some_and(|name| name != "default") {
            let reason = "PolicyName must be default, the only policy of a key";
            return Err(Failure::because(Exception::NotFound, reason));
        }
        Ok(Some(
            json!({ "Policy": policy_of(key.record()), "PolicyName": "default" }),
        ))
    }

    pub(super) fn list_resource_tags(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let page = Page::read(&mut members);
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        let tags = key
            .record()
            .rehearsal
            .tags
            .iter()
            .map(|tag| json!(tag))
            .collect();
        let name = |tag: &Value| tag["TagKey"].as_str().unwrap_or_default().to_owned();
        page.of("Tags", tags, name).map(Some)
    }

    pub(super) fn tag_resource(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let tags = members.required_tags();
        let key_id = members.finish(|| key_id)?;
        let tags = check(tags)?;
        self.change(&key_id, |key: &mut RehearsedKey| {
            key.tag(tags)?;
            check_count(key.record().rehearsal.tags.len())
        })?;
        Ok(None)
    }
}

/// Reads `Policy`.
pub(super) fn policy(members: &mut Members) -> Option<String> {
    members.matching_text("Policy", 1..=MAX_POLICY_LEN, pattern::POLICY)
}

/// Checks that a policy is a JSON document with statements. Their contents are not evaluated.
pub(super) fn check_policy(policy: String) -> Result<String, Failure> {
    let document = Object::parse(policy.as_bytes());
    if document.is_ok_and(|document| document.member("Statement").is_some()) {
        return Ok(policy);
    }
    let reason = "Policy is not a JSON object with a Statement";
    Err(Failure::because(Exception::MalformedPolicyDocument, reason))
}

/// Checks that the tag keys are distinct, and none is reserved for AWS.
pub(super) fn check(mut tags: Vec<Tag>) -> Result<Vec<Tag>, Failure> {
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    let is_reserved = |tag: &Tag| {
        tag.key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    if keys.len() != tags.len() {
        let reason = "two Tags have the same TagKey";
        return Err(Failure::because(Exception::Tag, reason));
    }
    if tags.iter().any(is_reserved) {
        let reason = "a TagKey begins with aws:, which is reserved for AWS";
        return Err(Failure::because(Exception::Tag, reason));
    }
    check_count(tags.len())?;
    tags.sort();
    Ok(tags)
}

fn check_count(tags: usize) -> Result<(), Failure> {
    if tags <= MAX_TAGS {
        return Ok(());
    }
    let reason = format!("a key has at most {MAX_TAGS} tags; this request would result in {tags}");
    Err(Failure::because(Exception::LimitExceeded, reason))
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
