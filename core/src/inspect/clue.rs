//! Hints at the format of an unknown file.

use core::fmt;

use der::{Decode as _, Tag, Tagged as _, asn1::AnyRef};

use crate::{
    blob::Blob,
    json::JsonError,
    zip_archive::{self, ZipArchive, ZipError},
};

/// The shortest text that counts as base64 or hex.
const MIN_ENCODED_LEN: usize = 20;

/// The format that an unknown file resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clue {
    /// Text that begins like JSON and is invalid.
    Json(JsonError),
    /// JSON without any known member.
    OtherJson,
    /// A ZIP archive, and the reason why it cannot be read, if there is one.
    Zip(Option<ZipError>),
    /// PEM of an unknown kind, or damaged.
    Pem,
    /// DER of an unknown kind.
    Der,
    /// Hex digits.
    Hex,
    /// Base64.
    Base64,
    /// Other text.
    Text,
    /// A symmetric key in a JSON Web Key.
    Octets,
}

impl fmt::Display for Clue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "invalid JSON: {error}"),
            Self::OtherJson => f.write_str("JSON without any known member"),
            Self::Zip(None) => f.write_str("a ZIP archive"),
            Self::Zip(Some(error)) => error.fmt(f),
            Self::Pem => f.write_str("PEM, damaged or of an unknown kind"),
            Self::Der => f.write_str("DER of an unknown kind"),
            Self::Hex => f.write_str("hex digits"),
            Self::Base64 => f.write_str("base64"),
            Self::Text => f.write_str("text"),
            Self::Octets => f.write_str("the octets of a symmetric JSON Web Key"),
        }
    }
}

/// Returns the kind of file that `bytes` resemble, if there is one.
pub(super) fn find(bytes: &[u8]) -> Option<Clue> {
    if zip_archive::is_zip(bytes) {
        return Some(Clue::Zip(ZipArchive::parse(bytes).err()));
    }
    if is_whole_der(bytes) {
        return Some(Clue::Der);
    }
    let text = text(bytes).filter(|text| !text.is_empty())?;
    if text.contains("-----BEGIN ") {
        return Some(Clue::Pem);
    }
    let digits: String = text.split_ascii_whitespace().collect();
    if digits.len() >= MIN_ENCODED_LEN && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(Clue::Hex);
    }
    let lines: String = text.lines().collect();
    let is_base64 = lines.len() >= MIN_ENCODED_LEN && Blob::from_base64(&lines).is_some();
    Some(if is_base64 { Clue::Base64 } else { Clue::Text })
}

/// Returns whether `bytes`, which are not a JSON object, begin like one and are text.
///
/// Random bytes sometimes begin with a brace or a byte order mark, but they are not text.
pub(super) fn is_meant_as_json(bytes: &[u8]) -> bool {
    let utf8 = text(bytes).map(|text| text.trim_start_matches('\u{feff}').trim_start());
    utf8.is_some_and(|text| text.starts_with('{')) || is_utf16_json(bytes)
}

/// Returns whether `bytes` look like the output of a good cipher: not text, not DER, and no byte
/// value is too frequent.
///
/// Among 256 random bytes, one value occurs sixteen times once in 10^11.
pub(super) fn looks_random(bytes: &[u8]) -> bool {
    let mut counts = [0usize; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    text(bytes).is_none() && !is_whole_der(bytes) && 16 * most < bytes.len()
}

/// UTF-8 without control characters other than white space.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(bytes).ok()?;
    (!text
        .chars()
        .any(|c| c.is_control() && !c.is_ascii_whitespace()))
    .then_some(text)
}

/// ASCII in UTF-16 that begins with a brace, with or without a byte order mark.
fn is_utf16_json(bytes: &[u8]) -> bool {
    let (marked, big_endian) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, false),
        [0xfe, 0xff, rest @ ..] => (rest, true),
        rest => (rest, rest.first() == Some(&0)),
    };
    let (units, odd) = marked.as_chunks::<2>();
    let mut ascii = units.iter().map(|unit| match (unit, big_endian) {
        ([0, c], true) | ([c, 0], false) => Some(*c),
        _ => None,
    });
    odd.is_empty() && ascii.next() == Some(Some(b'{')) && ascii.all(|c| c.is_some())
}

/// A SEQUENCE that ends where the file does.
fn is_whole_der(bytes: &[u8]) -> bool {
    AnyRef::from_der(bytes).is_ok_and(|value| value.tag() == Tag::Sequence)
}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;

    use super::*;
    use crate::test_rng;

    #[test]
    fn texts_are_told_apart() {
        for (text, clue) in [
            ("", None),
            ("-----BEGIN X-----\n", Some(Clue::Pem)),
            ("0011 2233 4455 6677 8899 aabb\n", Some(Clue::Hex)),
            ("AAECAwQFBgcICQoLDA0O\nDw==\n", Some(Clue::Base64)),
            ("to be, or not to be", Some(Clue::Text)),
            ("correct horse battery staple", Some(Clue::Text)),
            ("0\u{2}\u{1}\u{0}", Some(Clue::Der)),
            ("a\u{0}", None),
        ] {
            assert_eq!(find(text.as_bytes()), clue, "{text}");
        }
    }

    #[test]
    fn only_text_is_meant_as_json() {
        let utf16 = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>()
        };
        for meant in [
            &b"{"[..],
            b" \n{",
            b"\xef\xbb\xbf{}",
            &utf16("{}"),
            &utf16("\u{feff}{}"),
        ] {
            assert!(is_meant_as_json(meant), "{meant:?}");
        }
        for other in [
            &b""[..],
            b"[]",
            b"{\x01",
            b"{\xff",
            b"\xff\xfe{\x01}\0",
            b"\xff\xfe}\0",
        ] {
            assert!(!is_meant_as_json(other), "{other:?}");
        }
    }

    #[test]
    fn what_a_cipher_puts_out_looks_random_and_nothing_else_does() {
        let mut bytes = vec![0; 256];
        for seed in 0..200 {
            test_rng(seed).fill_bytes(&mut bytes);
            assert!(looks_random(&bytes), "{seed}");
        }
        bytes.splice(..16, [7; 16]);
        assert!(!looks_random(&bytes), "one value in sixteen");
        let text: Vec<u8> = (b' '..=b'~').cycle().take(256).collect();
        assert!(!looks_random(&text));
        let der = [&[0x30, 0x82, 1, 0][..], &bytes[16..], &bytes[240..]].concat();
        assert!(!looks_random(&der));
    }
}
