//! Base64 and hex digits of a whole file, inside other text.

use core::ops::Range;

use zeroize::Zeroizing;

use super::text::MaterialFormat;
use crate::secret::SecretBytes;

/// The minimum length of base64 that is decoded, in characters. The shortest private key has more.
const MIN_LEN: usize = 56;

/// Decodes base64 in the standard alphabet or in that of URLs, with or without padding. Ignores white
/// space.
pub(crate) fn decode(text: &[u8]) -> Option<SecretBytes> {
    let mut standard = Zeroizing::new(Vec::with_capacity(text.len()));
    standard.extend(text.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    }));
    MaterialFormat::Base64.decode(&SecretBytes::copy_of(&standard))
}

/// Decodes hex digits, also with colons between them.
pub(super) fn decode_hex(text: &[u8]) -> Option<SecretBytes> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.iter().filter(|byte| **byte != b':'));
    MaterialFormat::Hex.decode(&SecretBytes::copy_of(&digits))
}

/// Finds every base64 in `text` that is long enough for a key. Consecutive lines belong together if the
/// later ones contain nothing else.
pub(super) fn find(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // The base64 at the end of the line before.
    let mut open: Option<Range<usize>> = None;
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        let whole = start + indent..start + indent + content.len();
        if is_base64(content) {
            open = Some(open.map_or(whole.start, |open| open.start)..whole.end);
        } else {
            found.extend(open.take());
            let mut runs = runs(line, start);
            let last = runs.pop_if(|run| run.end == whole.end);
            found.extend(runs);
            open = last;
        }
        start += line.len();
    }
    found.extend(open);
    found.retain(|range| range.len() >= MIN_LEN);
    found
}

/// Returns the runs of base64 characters in a line that begins at `offset`. Padding ends a run.
fn runs(line: &[u8], offset: usize) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let rest = line.get(at..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| is_digit(**byte)).count();
        let padding = rest
            .iter()
            .skip(digits)
            .take(2)
            .take_while(|byte| **byte == b'=')
            .count();
        if digits > 0 {
            runs.push(offset + at..offset + at + digits + padding);
        }
        at += (digits + padding).max(1);
    }
    runs
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Returns whether a line is one run.
fn is_base64(line: &[u8]) -> bool {
    let digits = line.strip_suffix(b"=").unwrap_or(line);
    let digits = digits.strip_suffix(b"=").unwrap_or(digits);
    !digits.is_empty() && digits.iter().all(|digit| is_digit(*digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_between_other_text() {
        let long = "A".repeat(60);
        let padded = format!("{}==", "B".repeat(58));
        for (text, expected) in [
            (format!("KEY={long}"), vec![long.clone()]),
            (format!("export KEY='{padded}';\n"), vec![padded.clone()]),
            (
                format!("a: {long}\nb: {padded}\n"),
                vec![long.clone(), padded.clone()],
            ),
            (
                format!("<a>{long}</a><b>{padded}</b>"),
                vec![long.clone(), padded.clone()],
            ),
            (
                format!("a: {long}\n  {padded}\nb: 1"),
                vec![format!("{long}\n  {padded}")],
            ),
            (
                format!("a: |\n  {long}\r\n  {long}\r\nb: c"),
                vec![format!("{long}\r\n  {long}")],
            ),
            (format!("{}\n", "A".repeat(55)), vec![]),
            (String::new(), vec![]),
        ] {
            let found: Vec<_> = find(text.as_bytes())
                .into_iter()
                .map(|range| text[range].to_owned())
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn both_alphabets_are_decoded() {
        for text in ["+/+/", "-_-_", "-_-_\n", "+/ +/"] {
            let bytes = decode(text.as_bytes()).expect("base64");
            assert_eq!(bytes.expose(), [0xfb, 0xff, 0xbf], "{text}");
        }
        assert!(decode(b"a").is_none() && decode(b"").is_none());
        for text in ["00ff", "0x00FF\n", "00:ff", "00 ff"] {
            let bytes = decode_hex(text.as_bytes()).expect("hex");
            assert_eq!(bytes.expose(), [0, 0xff], "{text}");
        }
    }
}
