//! The digests of a report, each once, with a number and what it is of.

use super::{escape::escape, qr_code};
use crate::report::digest::{FileDigest, Sha256Digest};

/// The digests so far, in the order in which the report shows them.
#[derive(Default)]
pub(super) struct DigestList(Vec<(Sha256Digest, Vec<String>)>);

impl DigestList {
    /// Returns the digest in groups of four digits, with the number of its QR code. `of` says what it is
    /// of.
    pub(super) fn show(&mut self, digest: &Sha256Digest, of: impl Into<String>) -> String {
        let of = of.into();
        let known = self.0.iter().position(|(other, _)| other == digest);
        let at = known.unwrap_or_else(|| {
            self.0.push((*digest, vec![]));
            self.0.len() - 1
        });
        if !self.0[at].1.contains(&of) {
            self.0[at].1.push(of);
        }
        let number = at + 1;
        format!(
            "{} <a class=\"qr\" href=\"#qr-{number}\">QR&nbsp;{number}</a>",
            groups(&digest.to_string())
        )
    }

    /// Returns the length and digest of a file.
    pub(super) fn show_file(&mut self, digest: &FileDigest, of: impl Into<String>) -> String {
        let FileDigest { size, sha256 } = digest;
        format!("{size} bytes, SHA-256 {}", self.show(sha256, of))
    }

    /// Returns a figure for each digest: its QR code, its number, what it is of, and its digits.
    pub(super) fn figures(&self) -> String {
        let figure = |(at, (digest, of)): (usize, &(Sha256Digest, Vec<String>))| {
            let number = at + 1;
            let of: Vec<_> = of.iter().map(escape).collect();
            format!(
                "<figure id=\"qr-{number}\">{}<figcaption><b>QR {number}</b> {}<br>{}</figcaption>\
                 </figure>\n",
                qr_code::svg(digest),
                of.join("; "),
                groups(&digest.to_string())
            )
        };
        self.0.iter().enumerate().map(figure).collect()
    }
}

/// Returns `digits` in groups of four, after a prefix such as `cmac:`. No white space is between them,
/// so that a copy has none.
pub(super) fn groups(digits: &str) -> String {
    let (prefix, digits) = match digits.split_once(':') {
        Some((prefix, digits)) => (format!("{prefix}:"), digits),
        None => (String::new(), digits),
    };
    let digits: Vec<char> = digits.chars().collect();
    let groups: Vec<_> = digits
        .chunks(4)
        .map(|group| format!("<span>{}</span>", escape(group.iter().collect::<String>())))
        .collect();
    format!(
        "<code class=\"hex\">{}{}</code>",
        escape(prefix),
        groups.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_listed_once_with_everything_that_it_is_of() {
        let mut list = DigestList::default();
        let (a, b) = (Sha256Digest::of(b"a"), Sha256Digest::of(b"b"));
        assert!(list.show(&a, "input a").ends_with("#qr-1\">QR&nbsp;1</a>"));
        assert!(list.show(&b, "input b").ends_with("#qr-2\">QR&nbsp;2</a>"));
        assert!(
            list.show(&a, "output <a>")
                .ends_with("#qr-1\">QR&nbsp;1</a>")
        );
        list.show(&a, "input a");
        let figures = list.figures();
        assert_eq!(figures.matches("<svg ").count(), 2);
        assert!(
            figures.contains("<b>QR 1</b> input a; output &lt;a&gt;<br>"),
            "{figures}"
        );
    }

    #[test]
    fn digits_are_in_groups_of_four() {
        assert_eq!(
            groups("cmac:2488fa"),
            "<code class=\"hex\">cmac:<span>2488</span><span>fa</span></code>"
        );
        assert_eq!(
            groups(&Sha256Digest::of(b"").to_string())
                .matches("<span>")
                .count(),
            16
        );
    }
}
