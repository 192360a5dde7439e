//! `ListResourceTags`, `TagResource`, `UntagResource`, `UpdateKeyDescription`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    answer::Output, failure::Failure, members::Members, nested_members::TAG_KEY_LENGTHS,
    page::Page, task::Task,
};
use crate::{
    exception::{Exception, Refusal},
    key_metadata::MAX_DESCRIPTION_LEN,
    key_record::Tag,
    key_store::KeyStore,
    rehearsed_key::RehearsedKey,
};

/// The maximum number of tags per key.
///
/// # Source
///
/// AWS KMS Developer Guide, "Tags in AWS KMS".
const MAX_TAGS: usize = 50;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn list_resource_tags(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let page = Page::of_tags(&mut members);
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

    pub(super) fn untag_resource(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        members.require("TagKeys");
        let tag_keys = members.texts("TagKeys", TAG_KEY_LENGTHS, 0..=usize::MAX);
        let key_id = members.finish(|| key_id)?;
        self.change(&key_id, |key| key.untag(&tag_keys))?;
        Ok(None)
    }

    pub(super) fn update_key_description(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let description = members.required_text("Description", 0..=MAX_DESCRIPTION_LEN);
        let (key_id, description) = members.finish(|| Some((key_id?, description?)))?;
        self.change(&key_id, |key| key.describe(description))?;
        Ok(None)
    }
}

/// Checks the tags of a request: their tag keys are distinct, and none is reserved for AWS.
///
/// # Source
///
/// The texts are recorded.
pub(super) fn check(mut tags: Vec<Tag>) -> Result<Vec<Tag>, Failure> {
    let refuse = |text: &str| Err(Refusal::new(Exception::Tag, text).into());
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    let is_reserved = |tag: &Tag| {
        tag.key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    if keys.len() != tags.len() {
        return refuse("Duplicate tag keys");
    }
    if tags.len() > MAX_TAGS {
        return refuse("Too many tags");
    }
    if tags.iter().any(is_reserved) {
        return refuse("Tags beginning with aws: are reserved");
    }
    tags.sort();
    Ok(tags)
}

/// Checks the number of tags of a key. AWS's text is unknown.
fn check_count(tags: usize) -> Result<(), Failure> {
    if tags <= MAX_TAGS {
        return Ok(());
    }
    let reason = format!("a key has at most {MAX_TAGS} tags; this request would result in {tags}");
    Err(Failure::because(Exception::LimitExceeded, reason))
}
