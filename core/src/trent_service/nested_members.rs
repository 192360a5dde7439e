//! Members of a request that have parts: lists, maps and structures.

use core::{fmt::Display, ops::RangeInclusive, str::FromStr};
use std::collections::BTreeMap;

use serde_json::Value;

use super::members::Members;
use crate::{json::JsonError, key_record::Tag};

/// The length of a tag key, in characters.
pub(super) const TAG_KEY_LENGTHS: RangeInclusive<usize> = 1..=128;
/// The length of a tag value, in characters.
const TAG_VALUE_LENGTHS: RangeInclusive<usize> = 0..=256;

impl Members {
    /// Returns a map of strings, by key; empty if it is missing.
    pub(super) fn map(&mut self, name: &'static str) -> BTreeMap<String, String> {
        self.optional_map(name).unwrap_or_default()
    }

    /// Returns a map of strings, by key.
    pub(super) fn optional_map(&mut self, name: &'static str) -> Option<BTreeMap<String, String>> {
        self.typed(name, "a map of strings", |value| {
            let entry =
                |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
            value
                .as_object()?
                .iter()
                .map(entry)
                .collect::<Option<BTreeMap<_, _>>>()
        })
    }

    /// Returns a list of texts; empty if it is missing.
    pub(super) fn texts(
        &mut self,
        name: &'static str,
        lengths: RangeInclusive<usize>,
        counts: RangeInclusive<usize>,
    ) -> Vec<String> {
        let texts = self.text_list(name);
        let path = self.path(name);
        self.violations
            .list_length(&path, &texts, *counts.start(), *counts.end());
        self.violations
            .item_lengths(&path, &texts, *lengths.start(), *lengths.end());
        texts
    }

    /// Returns a list of words of `set`; empty if it is missing.
    pub(super) fn words<T: Copy + Display + FromStr + PartialEq>(
        &mut self,
        name: &'static str,
        set: &[T],
    ) -> Vec<T> {
        let texts = self.text_list(name);
        let words = texts.iter().map(|text| text.parse().ok());
        let words: Option<Vec<T>> = words
            .map(|word| word.filter(|word| set.contains(word)))
            .collect();
        if words.is_none() {
            let set: Vec<String> = set.iter().map(ToString::to_string).collect();
            let path = self.path(name);
            self.violations.items_not_in_set(&path, &texts, &set);
        }
        words.unwrap_or_default()
    }

    fn text_list(&mut self, name: &'static str) -> Vec<String> {
        let texts = self.typed(name, "a list of texts", |value| {
            let text = |item: &Value| item.as_str().map(str::to_owned);
            value
                .as_array()?
                .iter()
                .map(text)
                .collect::<Option<Vec<_>>>()
        });
        texts.unwrap_or_default()
    }

    /// Reads the members of a structure with `read`.
    pub(super) fn structure<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let object = self.object.object(name);
        let object = self.well_formed(object)?;
        let mut nested = Self {
            object,
            violations: core::mem::take(&mut self.violations),
            malformed: self.malformed.take(),
            prefix: format!("{}.", self.path(name)),
        };
        let outcome = read(&mut nested);
        (self.violations, self.malformed) = (nested.violations, nested.malformed);
        Some(outcome)
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
            part("TagKey", "tagKey", TAG_KEY_LENGTHS),
            part("TagValue", "tagValue", TAG_VALUE_LENGTHS),
        );
        Some(Tag {
            key: key?,
            value: value?,
        })
    }
}
