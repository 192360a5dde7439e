//! The members of a request, read one after the other. All faults are reported together at the end.

use core::{fmt::Display, ops::RangeInclusive, str::FromStr};
use serde_json::Value;

use super::{failure::Failure, pattern::Pattern};
use crate::{
    blob::Blob,
    exception::{Exception, Refusal},
    json::{JsonError, Object},
    key_id::MAX_KEY_ID_LEN,
    secret::SecretBytes,
    validation::Violations,
};

/// The members of one request.
pub(super) struct Members {
    pub(super) object: Object,
    pub(super) violations: Violations,
    pub(super) malformed: Option<JsonError>,
    /// What comes before the name of a member in AWS's constraints.
    pub(super) prefix: String,
}

impl Members {
    /// Parses the document.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Failure> {
        Ok(Self {
            object: Object::parse(body)?,
            violations: Violations::default(),
            malformed: None,
            prefix: String::new(),
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
        let path = self.path(name);
        self.violations
            .length(&path, &text, *lengths.start(), *lengths.end());
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
            let (path, text) = (self.path(name), text.to_owned());
            self.violations.not_matching(&path, &text, pattern.text);
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
            let path = self.path(name);
            self.violations.not_in_set(&path, &text, &words);
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
        let path = self.path(name);
        self.violations.blob_length(&path, blob.len(), max);
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
        let path = self.path(name);
        self.violations
            .range(&path, number, *range.start(), *range.end());
        Some(number)
    }

    /// Returns whether a boolean member is present and true.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        self.typed(name, "a boolean", Value::as_bool)
            .unwrap_or(false)
    }

    /// Notes that the member is missing, if it is.
    pub(super) fn require(&mut self, name: &str) {
        if self.object.member(name).is_none() {
            let path = self.path(name);
            self.violations.missing(&path);
        }
    }

    /// Returns the name of a member in AWS's constraints.
    pub(super) fn path(&self, name: &str) -> String {
        let mut chars = name.chars();
        let name: String = match chars.next() {
            Some(first) => first.to_lowercase().chain(chars).collect(),
            None => String::new(),
        };
        format!("{}{name}", self.prefix)
    }

    /// Reads a member with `read`, which returns nothing for a value of another type.
    pub(super) fn typed<T>(
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

    pub(super) fn well_formed<T>(&mut self, value: Result<Option<T>, JsonError>) -> Option<T> {
        match value {
            Ok(value) => value,
            Err(error) => {
                self.malformed.get_or_insert(error);
                None
            }
        }
    }
}

/// Refuses the request as a whole, with AWS's text.
pub(super) fn invalid(text: impl Into<String>) -> Failure {
    Refusal::new(Exception::Validation, text).into()
}
