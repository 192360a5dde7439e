//! What is said of one file: facts, each for people and for programs.

use std::fmt::Write as _;

use byok_core::inspect::Kind;
use serde_json::{Value, json};

use crate::command::public_key::merge;
use crate::terminal::Safe;

/// What is said of one file.
pub(super) struct Description {
    pub(super) kind: Kind,
    /// What it is, in words.
    pub(super) title: String,
    /// A label, and a line or more.
    lines: Vec<(&'static str, Vec<String>)>,
    /// A JSON object.
    members: Value,
}

impl Description {
    /// A file of this kind.
    pub(super) fn new(kind: Kind, title: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            lines: Vec::new(),
            members: json!({}),
        }
    }

    /// Adds a fact that reads the same for people and for programs.
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

    /// Adds a line that is for people alone.
    pub(super) fn line(self, label: &'static str, line: impl Into<String>) -> Self {
        self.lines(label, vec![line.into()])
    }

    /// Adds lines under one label, if there are any.
    pub(super) fn lines(mut self, label: &'static str, lines: Vec<String>) -> Self {
        self.lines.push((label, lines));
        self
    }

    /// Adds a member that is for programs alone.
    pub(super) fn member(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.members[member] = value.into();
        self
    }

    /// Adds the members of an object.
    pub(super) fn members(mut self, members: Value) -> Self {
        merge(&mut self.members, members);
        self
    }

    /// The facts for people, a line each, with nothing in them that steers a terminal.
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

    /// The facts for programs.
    pub(super) fn to_json(&self, name: &str) -> Value {
        let mut document = json!({ "Name": name, "Kind": self.kind });
        merge(&mut document, self.members.clone());
        document
    }
}
