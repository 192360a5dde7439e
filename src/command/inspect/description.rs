//! The description of one file: facts for people and for programs.

use std::fmt::Write as _;

use byok_core::inspect::Kind;
use serde_json::{Value, json};

use crate::command::public_key::merge;
use crate::terminal::Safe;

/// The description of one file.
pub(super) struct Description {
    pub(super) kind: Kind,
    /// The kind of file, in words.
    pub(super) title: String,
    /// A label, and one or more lines.
    lines: Vec<(&'static str, Vec<String>)>,
    /// A JSON object.
    members: Value,
}

impl Description {
    /// Starts the description of a file of this kind.
    pub(super) fn new(kind: Kind, title: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            lines: Vec::new(),
            members: json!({}),
        }
    }

    /// Adds a fact with the same text for people and for programs.
    pub(super) fn word(
        self,
        label: &'static str,
        member: &'static str,
        word: &(impl ToString + ?Sized),
    ) -> Self {
        let word = word.to_string();
        self.fact(label, word.clone(), member, word)
    }

    /// Adds a fact.
    pub(super) fn fact(
        self,
        label: &'static str,
        line: impl Into<String>,
        member: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        self.line(label, line).member(member, value)
    }

    /// Adds a line for people only.
    pub(super) fn line(self, label: &'static str, line: impl Into<String>) -> Self {
        self.lines(label, vec![line.into()])
    }

    /// Adds lines under one label, if there are any.
    pub(super) fn lines(mut self, label: &'static str, lines: Vec<String>) -> Self {
        self.lines.push((label, lines));
        self
    }

    /// Adds a member for programs only.
    pub(super) fn member(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.members[member] = value.into();
        self
    }

    /// Adds the members of an object.
    pub(super) fn members(mut self, members: Value) -> Self {
        merge(&mut self.members, members);
        self
    }

    /// Returns the facts for people, one per line, with control characters escaped.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for (label, lines) in &self.lines {
            for (at, line) in lines.iter().enumerate() {
                let label = if at == 0 { label } else { "" };
                let _ = writeln!(text, "  {label:<14}{}", Safe(line));
            }
        }
        text
    }

    /// Returns the facts for programs.
    pub(super) fn to_json(&self, name: &str) -> Value {
        let mut document = json!({ "Name": name, "Kind": self.kind });
        merge(&mut document, self.members.clone());
        document
    }
}
