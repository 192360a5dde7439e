//! The encodings of text files: byte order marks, UTF-16 and UTF-32.
//!
//! Random bytes, such as those of a key, are never taken for UTF-16 or UTF-32.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// The byte order mark of UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// The minimum length of text without a byte order mark, in characters. Random bytes of this length are
/// such text once in 2^128.
const MIN_UNMARKED: usize = 16;

/// The order of the bytes in a unit of UTF-16 or UTF-32.
#[derive(Clone, Copy)]
enum ByteOrder {
    Little,
    Big,
}

/// Returns `text` without a UTF-8 byte order mark.
pub(crate) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(UTF8_MARK).unwrap_or(text)
}

/// Returns the text of a file in UTF-16 as UTF-8; `None` if the file is not certainly such text.
///
/// With a byte order mark, at least three characters of four are printable ASCII or white space, and
/// none is another control character. Without it, all of at least 16 are.
pub(crate) fn from_utf16(file: &[u8]) -> Option<SecretBytes> {
    match file {
        [0xff, 0xfe, units @ ..] => marked(units, ByteOrder::Little),
        [0xfe, 0xff, units @ ..] => marked(units, ByteOrder::Big),
        units => unmarked(units, ByteOrder::Little).or_else(|| unmarked(units, ByteOrder::Big)),
    }
}

/// Returns whether a file is certainly text in UTF-32.
pub(crate) fn is_utf32(file: &[u8]) -> bool {
    let is_text = |units: &[u8], order, min_len| {
        let (units, odd) = units.as_chunks::<4>();
        let code = |unit: &[u8; 4]| match order {
            ByteOrder::Little => u32::from_le_bytes(*unit),
            ByteOrder::Big => u32::from_be_bytes(*unit),
        };
        let is_character = |unit| u8::try_from(code(unit)).is_ok_and(is_ascii_text);
        odd.is_empty() && units.len() >= min_len && units.iter().all(is_character)
    };
    match file {
        [0xff, 0xfe, 0, 0, units @ ..] => is_text(units, ByteOrder::Little, 1),
        [0, 0, 0xfe, 0xff, units @ ..] => is_text(units, ByteOrder::Big, 1),
        units => [ByteOrder::Little, ByteOrder::Big]
            .into_iter()
            .any(|order| is_text(units, order, MIN_UNMARKED)),
    }
}

/// Returns whether a byte is printable ASCII or white space.
const fn is_ascii_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

fn unmarked(file: &[u8], order: ByteOrder) -> Option<SecretBytes> {
    let (units, odd) = file.as_chunks::<2>();
    let byte = |unit: &[u8; 2]| {
        let byte = u8::try_from(unit_in(*unit, order)).ok();
        byte.filter(|byte| is_ascii_text(*byte))
    };
    if !odd.is_empty()
        || units.len() < MIN_UNMARKED
        || !units.iter().all(|unit| byte(unit).is_some())
    {
        return None;
    }
    let mut text = Vec::with_capacity(units.len());
    text.extend(units.iter().filter_map(byte));
    Some(SecretBytes::new(text))
}

fn marked(file: &[u8], order: ByteOrder) -> Option<SecretBytes> {
    let (units, odd) = file.as_chunks::<2>();
    // A unit of 16 bits becomes at most 3 bytes, so the text never moves in memory.
    let mut text = Zeroizing::new(Vec::with_capacity(3 * units.len()));
    let (mut ascii, mut count) = (0usize, 0usize);
    for c in char::decode_utf16(units.iter().map(|unit| unit_in(*unit, order))) {
        let c = c
            .ok()
            .filter(|c| !c.is_control() || c.is_ascii_whitespace())?;
        ascii += usize::from(c.is_ascii());
        count += 1;
        let mut buffer = Zeroizing::new([0; 4]);
        text.extend_from_slice(c.encode_utf8(&mut *buffer).as_bytes());
    }
    (odd.is_empty() && count > 0 && 4 * ascii >= 3 * count).then(|| SecretBytes::copy_of(&text))
}

const fn unit_in(unit: [u8; 2], order: ByteOrder) -> u16 {
    match order {
        ByteOrder::Little => u16::from_le_bytes(unit),
        ByteOrder::Big => u16::from_be_bytes(unit),
    }
}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;

    use super::*;
    use crate::test_rng;

    fn units(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn text_in_utf_16_is_read_in_either_byte_order() {
        for text in [
            "a line of text",
            "# Schl\u{fc}ssel\r\nMIIE",
            "\u{1f511} of a key\n",
        ] {
            for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                let file = units(&format!("\u{feff}{text}"), unit);
                let found = from_utf16(&file).expect("UTF-16");
                assert_eq!(found.expose(), text.as_bytes());
            }
        }
        let text = "sixteen or more characters";
        for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            let found = from_utf16(&units(text, unit)).expect("UTF-16 without a mark");
            assert_eq!(found.expose(), text.as_bytes());
        }
    }

    #[test]
    fn other_bytes_are_not_utf_16() {
        for file in [
            &b""[..],
            b"\xff\xfe",
            b"\xff\xfea",
            b"\xff\xfe\x02\0",
            b"\xff\xfe\0\xd8",
            b"plain text in ASCII that is long enough",
            &units("sixteen\u{1} or more", u16::to_le_bytes),
            &units("fifteen letters", u16::to_le_bytes),
            &[0; 64],
        ] {
            assert!(from_utf16(file).is_none(), "{file:?}");
        }
        let mut bytes = vec![0; 32];
        for seed in 0..500 {
            test_rng(seed).fill_bytes(&mut bytes);
            bytes[..2].copy_from_slice(b"\xff\xfe");
            assert!(from_utf16(&bytes).is_none(), "{seed}");
        }
    }

    #[test]
    fn utf_32_is_recognised() {
        let wide = |text: &str, unit: fn(u32) -> [u8; 4]| {
            text.chars()
                .flat_map(|c| unit(c.into()))
                .collect::<Vec<_>>()
        };
        for unit in [u32::to_le_bytes as fn(u32) -> [u8; 4], u32::to_be_bytes] {
            assert!(is_utf32(&wide("\u{feff}key", unit)));
            assert!(is_utf32(&wide("sixteen or more characters", unit)));
            assert!(!is_utf32(&wide("fifteen letters", unit)));
            assert!(!is_utf32(&wide("\u{feff}\u{1}", unit)));
        }
        assert!(!is_utf32(b"") && !is_utf32(&[0; 64]) && !is_utf32(b"\xff\xfe\0\0"));
    }

    #[test]
    fn a_byte_order_mark_is_skipped_once() {
        assert_eq!(without_mark(b"\xef\xbb\xbfa"), b"a");
        assert_eq!(without_mark(b"\xef\xbb\xbf\xef\xbb\xbfa"), b"\xef\xbb\xbfa");
        assert_eq!(without_mark(b"a"), b"a");
    }
}
