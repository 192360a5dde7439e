//! PEM blocks in a text that a program changed: escaped, quoted, or split into string literals.

use core::ops::Range;

use super::{
    escapes::{joined_literals, unescape, without_prefix},
    text_layer::{EntryName, LineRange, TextLayer},
};
use crate::{pem::blocks, secret::SecretBytes};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// The end of each label of a private key.
const PRIVATE_KEY: &[u8] = b"PRIVATE KEY";
/// The label of a PKCS#12 file.
const PKCS12: &[u8] = b"PKCS12";
/// The maximum number of times that a text is escaped.
const MAX_ESCAPED: usize = 3;

/// A PEM block in a text.
pub(super) struct RawBlock {
    /// The place of the block, with its boundaries.
    pub(super) range: Range<usize>,
    /// True if the label is that of a private key, or of a PKCS#12 file.
    pub(super) is_private_key: bool,
}

/// Finds the PEM blocks in a text by their boundaries. A block without its end reaches up to the next one.
pub(super) fn raw_blocks(text: &[u8]) -> Vec<RawBlock> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = position(text, BEGIN, from) {
        let after_begin = start + BEGIN.len();
        let Some(label_end) = position(text, DASHES, after_begin) else {
            break;
        };
        let next = position(text, BEGIN, after_begin).unwrap_or(text.len());
        let end = position(text, END, label_end)
            .and_then(|end| position(text, DASHES, end + END.len()))
            .map_or(next, |end| next.min(end + DASHES.len()));
        let label = text.get(after_begin..label_end).unwrap_or_default();
        found.push(RawBlock {
            range: start..end,
            is_private_key: label.ends_with(PRIVATE_KEY) || label == PKCS12,
        });
        from = end.max(after_begin);
    }
    found
}

fn position(text: &[u8], marker: &[u8], from: usize) -> Option<usize> {
    let found = text
        .get(from..)?
        .windows(marker.len())
        .position(|window| window == marker)?;
    Some(from + found)
}

/// Returns the PEM of a block, and the layers that were undone. Damaged PEM has none.
pub(super) fn restored(text: &[u8], block: &RawBlock) -> (Vec<TextLayer>, SecretBytes) {
    let raw = text.get(block.range.clone()).unwrap_or_default();
    let prefix = line_before(text, block.range.start);
    let plain = SecretBytes::copy_of(raw);
    if is_whole(&plain) {
        return (Vec::new(), plain);
    }
    let unquoted = without_prefix(prefix, raw).filter(is_whole);
    if let Some(unquoted) = unquoted {
        return (vec![TextLayer::LinePrefix], unquoted);
    }
    if let Some(unescaped) = unescaped(raw) {
        return (vec![TextLayer::Escapes], unescaped);
    }
    let quote = prefix.last().filter(|byte| b"\"'`".contains(byte));
    let joined = quote.map(|quote| joined_literals(*quote, raw));
    if let Some(joined) = joined {
        if is_whole(&joined) {
            return (vec![TextLayer::Literals], joined);
        }
        if let Some(unescaped) = unescaped(joined.expose()) {
            return (vec![TextLayer::Literals, TextLayer::Escapes], unescaped);
        }
    }
    (Vec::new(), plain)
}

/// Returns the PEM without escapes, which can be escaped themselves; `None` if it is still damaged.
fn unescaped(raw: &[u8]) -> Option<SecretBytes> {
    let mut text = SecretBytes::copy_of(raw);
    for _ in 0..MAX_ESCAPED {
        let next = unescape(text.expose());
        if is_whole(&next) {
            return Some(next);
        }
        text = next;
    }
    None
}

/// Returns whether a text is one PEM block that can be decoded, or that is encrypted in the older form,
/// which has headers.
fn is_whole(text: &SecretBytes) -> bool {
    match &*blocks(text.expose()) {
        [block] => {
            block.decode().is_some() || block.is_encrypted() && !text.expose().contains(&b'\\')
        }
        _ => false,
    }
}

/// Returns the lines of `range`, and the name of the entry before it.
pub(super) fn lines(text: &[u8], range: &Range<usize>) -> LineRange {
    let line_of = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        before.split(|byte| *byte == b'\n').count()
    };
    LineRange {
        first: line_of(range.start),
        last: line_of(range.end),
        name: name_before(text, range.start),
    }
}

/// Returns the name of an entry whose value begins at `at`: on the same line, or, for a block of YAML, on
/// the line before.
fn name_before(text: &[u8], at: usize) -> Option<EntryName> {
    let line = line_before(text, at);
    if !line.iter().all(u8::is_ascii_whitespace) {
        return EntryName::before_value(core::str::from_utf8(line).ok()?);
    }
    let end = at.checked_sub(line.len() + 1)?;
    let line = core::str::from_utf8(line_before(text, end))
        .ok()?
        .trim_end();
    let line = line.trim_end_matches(['-', '+']);
    EntryName::before_value(line.strip_suffix(['|', '>'])?)
}

/// Returns the part of the line before `at`.
fn line_before(text: &[u8], at: usize) -> &[u8] {
    let before = text.get(..at).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'\n');
    before
        .get(start.map_or(0, |at| at + 1)..)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN A PRIVATE KEY-----\nAAEC\nAwQF\n-----END A PRIVATE KEY-----";

    fn layers(text: &str) -> Vec<TextLayer> {
        let blocks = raw_blocks(text.as_bytes());
        assert_eq!(blocks.len(), 1, "{text}");
        let (layers, pem) = restored(text.as_bytes(), &blocks[0]);
        let decoded = pem_bytes(&pem);
        assert_eq!(
            decoded.is_some(),
            decoded == Some(vec![0, 1, 2, 3, 4, 5]),
            "{text}"
        );
        if decoded.is_none() {
            assert_eq!(layers, [], "{text}");
        }
        layers
    }

    fn pem_bytes(pem: &SecretBytes) -> Option<Vec<u8>> {
        let bytes = blocks(pem.expose()).first()?.decode()?;
        Some(bytes.expose().to_vec())
    }

    #[test]
    fn a_changed_block_is_restored() {
        use TextLayer::{Escapes, LinePrefix, Literals};
        let literals = KEY.replace('\n', "\\n\" +\n  \"");
        for (text, expected) in [
            (KEY.to_owned(), vec![]),
            (KEY.replace('\n', " "), vec![]),
            (KEY.replace('\n', "\\n"), vec![Escapes]),
            (KEY.replace('\n', "\\r\\n"), vec![Escapes]),
            (KEY.replace('\n', "\\\\n"), vec![Escapes]),
            (KEY.replace('\n', "\\\\\\\\n"), vec![Escapes]),
            (KEY.replace('\n', "\\\n"), vec![Escapes]),
            (KEY.replace('\n', "\\n\\\n    "), vec![Escapes]),
            (KEY.replace('\n', "&#10;"), vec![Escapes]),
            (
                format!("KEY=\"{}\"", KEY.replace('\n', "\\n")),
                vec![Escapes],
            ),
            (format!("> {}", KEY.replace('\n', "\n> ")), vec![LinePrefix]),
            (format!("# {}", KEY.replace('\n', "\n# ")), vec![LinePrefix]),
            (format!("key = \"{literals}\";"), vec![Literals, Escapes]),
            (
                format!("[\"{}\"]", KEY.replace('\n', "\", \"")),
                vec![Literals],
            ),
            (format!("'{}'", KEY.replace('\n', "' .\n'")), vec![Literals]),
            (KEY.replace("AAEC", "AA!C"), vec![]),
            (KEY.replace('\n', "\\q"), vec![]),
            (KEY.replace("-----END", "----END"), vec![]),
        ] {
            assert_eq!(layers(&text), expected, "{text}");
        }
        let older = KEY.replace("\nAAEC", "\nProc-Type: 4,ENCRYPTED\n\nAAEC");
        for (text, expected) in [
            (older.clone(), vec![]),
            (older.replace('\n', "\\n"), vec![Escapes]),
        ] {
            let (layers, _) = restored(text.as_bytes(), &raw_blocks(text.as_bytes())[0]);
            assert_eq!(layers, expected);
        }
    }

    #[test]
    fn blocks_have_their_lines_and_names() {
        let certificate = KEY.replace("A PRIVATE KEY", "CERTIFICATE");
        let text = format!(
            "a: |-\n  {KEY}\nB=\"{}\"\n{certificate}\n-----BEGIN X",
            KEY.replace('\n', "\\n")
        );
        let blocks = raw_blocks(text.as_bytes());
        let found: Vec<_> = blocks
            .iter()
            .map(|block| {
                let lines = lines(text.as_bytes(), &block.range);
                (block.is_private_key, lines.to_string())
            })
            .collect();
        let expected = [
            (true, "lines 2 to 5 (a)"),
            (true, "line 6 (B)"),
            (false, "lines 7 to 10"),
        ];
        assert_eq!(found, expected.map(|(key, lines)| (key, lines.to_owned())));
        let cut_off = format!("-----BEGIN A PRIVATE KEY-----\nAAEC\n{KEY}");
        let blocks = raw_blocks(cut_off.as_bytes());
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].range.end, blocks[1].range.start);
    }
}
