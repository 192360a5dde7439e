//! The page that is being written, and its common elements.

use core::fmt::{Display, Write as _};

use super::{
    digest_list::{DigestList, groups},
    escape::escape,
    facts::Facts,
};
use crate::{fingerprint::Fingerprint, report::digest::Sha256Digest};

/// The heading of the list of warnings, and the sentence in its place.
pub(super) const WARNINGS: [&str; 2] =
    ["This run printed warnings:", "This run printed no warning."];

/// The text so far, and the digests in it.
pub(super) struct HtmlPage {
    pub(super) text: String,
    pub(super) digests: DigestList,
}

impl HtmlPage {
    /// Begins the page with `head`.
    pub(super) fn new(head: String) -> Self {
        Self {
            text: head,
            digests: DigestList::default(),
        }
    }

    pub(super) fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h2>{title}</h2>");
    }

    pub(super) fn facts(&mut self, title: &str, facts: Facts) {
        self.section(title);
        let _ = writeln!(self.text, "<dl>\n{}</dl>", facts.rows());
    }

    pub(super) fn list(&mut self, title: &str, items: &[String]) {
        self.section(title);
        if items.is_empty() {
            self.text.push_str("<p>None.</p>\n");
            return;
        }
        self.text.push_str("<ul>\n");
        for item in items {
            let _ = writeln!(self.text, "<li>{}</li>", code(item));
        }
        self.text.push_str("</ul>\n");
    }

    /// Writes a list with a heading, or the sentence that it is empty.
    pub(super) fn limit(
        &mut self,
        [heading, none]: [&str; 2],
        texts: impl ExactSizeIterator<Item = String>,
    ) {
        if texts.len() == 0 {
            let _ = writeln!(self.text, "<p>{none}</p>");
            return;
        }
        let _ = writeln!(self.text, "<p>{heading}</p>\n<ul>");
        for text in texts {
            let _ = writeln!(self.text, "<li>{text}</li>");
        }
        self.text.push_str("</ul>\n");
    }

    pub(super) fn files(&mut self, rows: &[[String; 2]]) {
        if rows.is_empty() {
            self.text.push_str("<p>None.</p>\n");
            return;
        }
        self.text.push_str(
            "<table class=\"files\">\n<thead><tr><th>File</th><th>SHA-256</th></tr></thead>\n<tbody>\n",
        );
        for [file, digest] in rows {
            let _ = writeln!(self.text, "<tr><td>{file}</td><td>{digest}</td></tr>");
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    /// Returns a fingerprint in groups of four, with a QR code if it is a SHA-256.
    pub(super) fn fingerprint(&mut self, fingerprint: &Fingerprint, of: &str) -> String {
        match fingerprint {
            Fingerprint::Spki(sha256) => self.digests.show(&Sha256Digest::new(*sha256), of),
            other => groups(&other.to_string()),
        }
    }
}

/// Returns text from outside, literally.
pub(super) fn code(text: impl Display) -> String {
    format!("<code>{}</code>", visible(&text.to_string()))
}

/// Returns `text`, with a word for an empty one.
pub(super) fn visible(text: &str) -> String {
    if text.is_empty() {
        "<i>nothing</i>".to_owned()
    } else {
        escape(text)
    }
}
