//! The facts of a section.

use core::fmt::{Display, Write as _};

use super::escape::escape;

/// Labels and values, in HTML.
#[derive(Default)]
pub(super) struct Facts(String);

impl Facts {
    /// Adds a fact from outside, literally.
    pub(super) fn code(self, label: &str, value: impl Display) -> Self {
        let value = escape(value);
        let value = if value.is_empty() {
            "<i>nothing</i>".to_owned()
        } else {
            format!("<code>{value}</code>")
        };
        self.html(label, &value)
    }

    /// Adds a fact that is HTML.
    pub(super) fn html(mut self, label: &str, value: &str) -> Self {
        let _ = writeln!(self.0, "<dt>{label}</dt><dd>{value}</dd>");
        self
    }

    /// Returns the rows of a list.
    pub(super) fn rows(self) -> String {
        self.0
    }
}
