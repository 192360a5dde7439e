//! The members of a request, read one after the other. All faults are reported together at the end.

use core::{fmt::Display, ops::RangeInclusive, str::FromStr};
use std::collections::BTreeMap;

use serde_json::Value;

use super::{failure::Failure, pattern::Pattern};
use crate::{
    blob::Blob,
    exception::{Exception, Refusal},
    json::{JsonError, Object},
    key_id::MAX_KEY_ID_LEN,
    key_record::Tag,
    secret::SecretBytes,
    validation::Violations,
};

/// The members of one request.
pub(super) struct Members {
    object: Object,
    violations: Violations,
    malformed: Option<JsonError>,
}

impl Members {
    /// Parses the document.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Failure> {
        Ok(Self {
            object: Object::parse(body)?,
            violations: Violations::default(),
            malformed: None,
        })
    }

    /// Ends the reading, with the required members from `required`.
    pub(super) fn finish<T>(self, required: impl FnOnce() -> Option<T>) -> Result<T, Failure> {
        if let Some(error) = self.malformed {
            return Err(error.into());
        }
        if let Some(refusal) = self.violations.into_refusal() {
            return Err(refusal.into());
        }
        let missing = || Failure::because(Exception::Validation, "a required member is missing");
        required().ok_or_else(missing)
    }

    /// Returns the document, for a request that has a type of its own.
    pub(super) fn document(&self) -> &Object {
        &self.object
    }

    /// Returns whether the member is present.
    pub(super) fn has(&self, name: &str) -> bool {
        self.object.member(name).is_some()
    }

    /// Returns the required `KeyId`.
    pub(super) fn key_id(&mut self) -> Option<String> {
        self.required_text("KeyId", 1..=MAX_KEY_ID_LEN)
    }

    pub(super) fn text(
        &mut self,
        name: &'static str,
        lengths: RangeInclusive<usize>,
    ) -> Option<String> {
        let text = self.object.text(name).map(|text| text.map(str::to_owned));
        let text = self.well_formed(text)?;
        self.violations
            .length(&path(name), &text, *lengths.start(), *lengths.end());
        Some(text)
    }

    /// A text that must match `pattern`.
    pub(super) fn matching_text(
        &mut self,
        name: &'static str,
        lengths: RangeInclusive<usize>,
        pattern: Pattern,
    ) -> Option<String> {
        if let Ok(Some(text)) = self.object.text(name)
            && !(pattern.matches)(text)
        {
            self.violations
                .not_matching(&path(name), text, pattern.text);
        }
        self.text(name, lengths)
    }

    pub(super) fn required_text(
        &mut self,
        name: &'static str,
        lengths: RangeInclusive<usize>,
    ) -> Option<String> {
        self.require(name);
        self.text(name, lengths)
    }

    /// Returns a word of `set`.
    pub(super) fn word<T: Copy + Display + FromStr + PartialEq>(
        &mut self,
        name: &'static str,
        set: &[T],
    ) -> Option<T> {
        let text = self.object.text(name).map(|text| text.map(str::to_owned));
        let text = self.well_formed(text)?;
        let word = text.parse().ok().filter(|word| set.contains(word));
        if word.is_none() {
            let words: Vec<String> = set.iter().map(ToString::to_string).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            self.violations.not_in_set(&path(name), &text, &words);
        }
        word
    }

    pub(super) fn required_word<T: Copy + Display + FromStr + PartialEq>(
        &mut self,
        name: &'static str,
        set: &[T],
    ) -> Option<T> {
        self.require(name);
        self.word(name, set)
    }

    pub(super) fn blob(&mut self, name: &'static str, max: usize) -> Option<Blob> {
        let blob = self.object.blob(name);
        let blob = self.well_formed(blob)?;
        self.violations.blob_length(&path(name), blob.len(), max);
        Some(blob)
    }

    pub(super) fn required_blob(&mut self, name: &'static str, max: usize) -> Option<Blob> {
        self.require(name);
        self.blob(name, max)
    }

    pub(super) fn required_secret(
        &mut self,
        name: &'static str,
        max: usize,
    ) -> Option<SecretBytes> {
        self.required_blob(name, max)
            .map(|blob| SecretBytes::new(blob.into_bytes()))
    }

    pub(super) fn integer(
        &mut self,
        name: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let number = self.typed(name, "an integer", Value::as_i64)?;
        self.violations
            .range(&path(name), number, *range.start(), *range.end());
        Some(number)
    }

    /// Returns whether a boolean member is present and true.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        self.typed(name, "a boolean", Value::as_bool)
            .unwrap_or(false)
    }

    /// Returns a map of strings, by key; empty if it is missing.
    pub(super) fn map(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let map = self.typed(name, "a map of strings", |value| {
            let entry =
                |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
            value
                .as_object()?
                .iter()
                .map(entry)
                .collect::<Option<BTreeMap<_, _>>>()
        });
        map.unwrap_or_default()
    }

    /// Returns tags; empty if they are missing.
    pub(super) fn tags(&mut self) -> Vec<Tag> {
        let Some(items) = self.typed("Tags", "a list", |value| value.as_array().cloned()) else {
            return Vec::new();
        };
        let tag = |(place, item): (usize, &Value)| self.tag(place + 1, item);
        items.iter().enumerate().filter_map(tag).collect()
    }

    pub(super) fn required_tags(&mut self) -> Vec<Tag> {
        self.require("Tags");
        self.tags()
    }

    fn tag(&mut self, place: usize, item: &Value) -> Option<Tag> {
        let mut part = |name: &str, member: &str, lengths: RangeInclusive<usize>| {
            let path = format!("tags.{place}.member.{member}");
            match item.get(name) {
                None | Some(Value::Null) => self.violations.missing(&path),
                Some(Value::String(text)) => {
                    self.violations
                        .length(&path, text, *lengths.start(), *lengths.end());
                    return Some(text.clone());
                }
                Some(_) => {
                    self.malformed = Some(JsonError::WrongType {
                        member: "Tags",
                        expected: "a list of tags",
                    });
                }
            }
            None
        };
        let (key, value) = (
            part("TagKey", "tagKey", 1..=128),
            part("TagValue", "tagValue", 0..=256),
        );
        Some(Tag {
            key: key?,
            value: value?,
        })
    }

    /// Notes that the member is missing, if it is.
    pub(super) fn require(&mut self, name: &str) {
        if self.object.member(name).is_none() {
            self.violations.missing(&path(name));
        }
    }

    fn typed<T>(
        &mut self,
        member: &'static str,
        expected: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.object.member(member).map(read);
        let value = value
            .map(|value| value.ok_or(JsonError::WrongType { member, expected }))
            .transpose();
        self.well_formed(value)
    }

    fn well_formed<T>(&mut self, value: Result<Option<T>, JsonError>) -> Option<T> {
        match value {
            Ok(value) => value,
            Err(error) => {
                self.malformed.get_or_insert(error);
                None
            }
        }
    }
}

/// Returns the name of a member in AWS's constraints.
fn path(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// Refuses the request as a whole, with AWS's text.
pub(super) fn invalid(text: impl Into<String>) -> Failure {
    Refusal::new(Exception::Validation, text).into()
}
