//! The page that is being written, and its common elements.

use core::fmt::{Display, Write as _};

use crate::{report::title::ReportTitle, terminal_safe};

/// The text so far.
pub(super) struct MarkdownPage(pub(super) String);

impl MarkdownPage {
    /// Begins a page with its title, and the sentence below it.
    pub(super) fn new(title: ReportTitle) -> Self {
        Self(format!(
            "{title}\n{}\n\n{}\n",
            "=".repeat(title.as_str().len()),
            title.sentence()
        ))
    }

    pub(super) fn section(&mut self, title: &str) {
        let _ = write!(self.0, "\n## {title}\n\n");
    }

    /// Adds a paragraph.
    pub(super) fn line(&mut self, text: &str) {
        let gap = if self.0.ends_with("\n\n") { "" } else { "\n" };
        let _ = writeln!(self.0, "{gap}{text}");
    }

    /// Adds a fact in words of this program.
    pub(super) fn item(&mut self, label: &str, text: impl Display) {
        let _ = writeln!(self.0, "- {label}: {text}");
    }

    /// Adds a fact in a code span, literally.
    pub(super) fn code(&mut self, label: &str, text: impl Display) {
        self.item(label, code(&text.to_string()));
    }

    /// Adds a section with one line each, or with a line that says that there is none.
    pub(super) fn list(&mut self, title: &str, lines: impl Iterator<Item = String>) {
        self.section(title);
        let start = self.0.len();
        for line in lines {
            let _ = writeln!(self.0, "- {line}");
        }
        if self.0.len() == start {
            self.line("None.");
        }
    }
}

/// Writes `text` as a code span, with more backticks around it than it has in a row.
///
/// # Source
///
/// CommonMark 0.31, 6.1: one space at each end is stripped if both are present.
pub(super) fn code(text: &str) -> String {
    let text = terminal_safe::escaped(text);
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let is_plain = !text.starts_with([' ', '`']) && !text.ends_with([' ', '`']);
    if is_plain {
        format!("{fence}{text}{fence}")
    } else {
        format!("{fence} {text} {fence}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_whatever_it_holds() {
        for (text, span) in [
            ("server.key", "`server.key`"),
            ("", "nothing"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            (" x ", "`  x  `"),
            ("# <b>*x*\n- y", "`# <b>*x*\\u{a}- y`"),
        ] {
            assert_eq!(code(text), span);
        }
    }
}
