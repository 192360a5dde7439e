//! Bytes that a program treated as text, and changed.

use core::fmt;

use zeroize::Zeroizing;

use crate::{secret::SecretBytes, text_encoding};

/// U+FFFD in UTF-8, which decoders write for bytes that are not text.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";
/// The minimum number of U+FFFD. 1000 random bytes have as many once in 10^13.
const MIN_REPLACED: usize = 3;
/// The minimum number of characters beyond ASCII in converted UTF-8. Random bytes have as many once in
/// 2^64.
const MIN_CONVERTED: usize = 8;
/// The minimum length of a text of PowerShell in units of 16 bits.
const MIN_UNITS: usize = 16;
/// The maximum number of carriage returns that are restored.
const MAX_RETURNS: usize = 2;
/// The maximum number of ways to restore them. Each costs one private-key operation.
const MAX_WAYS: usize = 32;

/// The characters of 80 to 9F in code page 1252 of Windows. The five that it leaves out map to
/// themselves.
///
/// # Source
///
/// WHATWG Encoding Standard, index windows-1252.
const WINDOWS_1252: [u16; 32] = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
    0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc,
    0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
];

/// The way in which a program changed bytes that it treated as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mangling {
    /// A carriage return was put before each newline.
    NewlinesToCrLf,
    /// The carriage return before each newline was removed.
    CrLfToNewlines,
    /// The bytes were read as Latin-1 and written as UTF-8.
    Latin1ToUtf8,
    /// The bytes were read as Windows-1252 and written as UTF-8.
    Windows1252ToUtf8,
    /// The bytes were read as UTF-8, and invalid sequences were replaced by U+FFFD. Those bytes are
    /// lost.
    ReplacedBytes {
        /// The number of U+FFFD characters.
        count: usize,
    },
    /// PowerShell 5 wrote the bytes as lines of UTF-16: line ends are lost.
    PowerShellText,
}

impl Mangling {
    /// The name by which programs know it; it does not change.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewlinesToCrLf | Self::CrLfToNewlines => "NewlineConversion",
            Self::Latin1ToUtf8 | Self::Windows1252ToUtf8 => "Utf8Conversion",
            Self::ReplacedBytes { .. } => "ReplacementCharacters",
            Self::PowerShellText => "PowerShellText",
        }
    }
}

impl fmt::Display for Mangling {
    /// Writes a predicate: "were read as …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewlinesToCrLf => f.write_str("have a carriage return before each newline"),
            Self::CrLfToNewlines => f.write_str("lost carriage returns before newlines"),
            Self::Latin1ToUtf8 => f.write_str("were read as Latin-1 text and written as UTF-8"),
            Self::Windows1252ToUtf8 => {
                f.write_str("were read as Windows-1252 text and written as UTF-8")
            }
            Self::ReplacedBytes { count } => write!(
                f,
                "were decoded as text, which destroyed them: the bytes EF BF BD occur {count} times"
            ),
            Self::PowerShellText => {
                f.write_str("PowerShell 5 wrote as UTF-16 text with >, which destroyed them")
            }
        }
    }
}

/// Returns a change of `bytes` after which the original cannot be restored, or `None`.
pub(crate) fn lost(bytes: &[u8]) -> Option<Mangling> {
    if is_power_shell_text(bytes) {
        return Some(Mangling::PowerShellText);
    }
    let count = bytes
        .windows(REPLACEMENT.len())
        .filter(|window| *window == REPLACEMENT)
        .count();
    (count >= MIN_REPLACED).then_some(Mangling::ReplacedBytes { count })
}

/// Returns whether `bytes` are UTF-16 with a byte order mark that is not text. PowerShell 5 writes
/// this for bytes with `>`, and splits them into lines, which loses the positions of 0A and 0D.
fn is_power_shell_text(bytes: &[u8]) -> bool {
    let (units, big_endian) = match bytes {
        [0xff, 0xfe, units @ ..] => (units, false),
        [0xfe, 0xff, units @ ..] => (units, true),
        _ => return false,
    };
    let (units, odd) = units.as_chunks::<2>();
    let high = |unit: &[u8; 2]| if big_endian { unit[0] } else { unit[1] };
    let narrow = units.iter().filter(|unit| high(unit) == 0).count();
    // About half of random bytes are ASCII, and stay below U+0080.
    odd.is_empty()
        && units.len() >= MIN_UNITS
        && 4 * narrow >= units.len()
        && text_encoding::from_utf16(bytes).is_none()
}

/// Reverts a conversion of bytes from Latin-1 or Windows-1252 to UTF-8. Returns `None` if `bytes` are not
/// such text.
pub(crate) fn from_utf8(bytes: &[u8]) -> Option<(Mangling, SecretBytes)> {
    let text = core::str::from_utf8(bytes).ok()?;
    if text.chars().filter(|c| !c.is_ascii()).count() < MIN_CONVERTED {
        return None;
    }
    let undone = |byte_of: fn(char) -> Option<u8>| {
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
        for c in text.chars() {
            bytes.push(byte_of(c)?);
        }
        Some(SecretBytes::copy_of(&bytes))
    };
    let latin_1 = undone(|c| u8::try_from(u32::from(c)).ok());
    let latin_1 = latin_1.map(|bytes| (Mangling::Latin1ToUtf8, bytes));
    latin_1.or_else(|| Some((Mangling::Windows1252ToUtf8, undone(windows_1252)?)))
}

fn windows_1252(c: char) -> Option<u8> {
    let code = u16::try_from(u32::from(c)).ok()?;
    if let Some(at) = WINDOWS_1252.iter().position(|other| *other == code) {
        return u8::try_from(0x80 + at).ok();
    }
    let byte = u8::try_from(code).ok()?;
    (!(0x80..0xa0).contains(&byte)).then_some(byte)
}

/// Returns `bytes` without the carriage return before each newline, or `None` if a newline has none or
/// there is no newline.
pub(crate) fn without_added_returns(bytes: &[u8]) -> Option<SecretBytes> {
    let mut kept = Zeroizing::new(Vec::with_capacity(bytes.len()));
    for byte in bytes {
        if *byte == b'\n' && kept.pop() != Some(b'\r') {
            return None;
        }
        kept.push(*byte);
    }
    (kept.len() < bytes.len()).then(|| SecretBytes::copy_of(&kept))
}

/// Returns every way to restore `missing` carriage returns before newlines of `bytes`, up to a limit.
pub(crate) fn with_lost_returns(bytes: &[u8], missing: usize) -> Vec<SecretBytes> {
    if missing == 0 || missing > MAX_RETURNS {
        return Vec::new();
    }
    let newlines: Vec<usize> = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at)
        .collect();
    let chosen: Vec<Vec<usize>> = match missing {
        1 => newlines.iter().take(MAX_WAYS).map(|at| vec![*at]).collect(),
        _ => newlines
            .iter()
            .enumerate()
            .flat_map(|(index, first)| {
                let later = newlines.iter().skip(index + 1);
                later.map(|second| vec![*first, *second])
            })
            .take(MAX_WAYS)
            .collect(),
    };
    let with = |places: Vec<usize>| {
        let mut whole = Zeroizing::new(Vec::with_capacity(bytes.len() + missing));
        for (at, byte) in bytes.iter().enumerate() {
            if places.contains(&at) {
                whole.push(b'\r');
            }
            whole.push(*byte);
        }
        SecretBytes::copy_of(&whole)
    };
    chosen.into_iter().map(with).collect()
}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;

    use super::*;
    use crate::test_rng;

    fn random(seed: u64) -> Vec<u8> {
        let mut bytes = vec![0; 256];
        test_rng(seed).fill_bytes(&mut bytes);
        bytes
    }

    fn crlf(bytes: &[u8]) -> Vec<u8> {
        let mut converted = Vec::new();
        for byte in bytes {
            if *byte == b'\n' {
                converted.push(b'\r');
            }
            converted.push(*byte);
        }
        converted
    }

    #[test]
    fn added_returns_are_removed_exactly() {
        for seed in 0..200 {
            let mut bytes = random(seed);
            bytes[7..10].copy_from_slice(b"\r\r\n");
            let undone = without_added_returns(&crlf(&bytes)).expect("converted");
            assert_eq!(undone.expose(), bytes, "{seed}");
        }
        for other in [&b""[..], b"abc", b"a\nb", b"\r\na\n", b"\n"] {
            assert!(without_added_returns(other).is_none(), "{other:?}");
        }
    }

    /// Pairs of thousands of newlines would need gigabytes.
    #[test]
    fn the_ways_to_restore_returns_are_limited() {
        let newlines = vec![b'\n'; 6142];
        for missing in 1..=MAX_RETURNS {
            assert_eq!(with_lost_returns(&newlines, missing).len(), MAX_WAYS);
        }
    }

    #[test]
    fn lost_returns_are_put_back_in_one_of_the_ways() {
        let all = with_lost_returns(b"a\nb\nc\n", 2);
        let all: Vec<_> = all.iter().map(SecretBytes::expose).collect();
        assert_eq!(
            all,
            [&b"a\r\nb\r\nc\n"[..], b"a\r\nb\nc\r\n", b"a\nb\r\nc\r\n"]
        );
        assert_eq!(with_lost_returns(b"a\nb", 1)[0].expose(), b"a\r\nb");
        for missing in [0, 3] {
            assert!(with_lost_returns(b"\n\n\n\n", missing).is_empty());
        }
        assert_eq!(with_lost_returns(&[b'\n'; 300], 2).len(), MAX_WAYS);
    }

    #[test]
    fn conversions_to_utf_8_are_undone() {
        for seed in 0..50 {
            let bytes = random(seed);
            let latin_1: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            let (mangling, undone) = from_utf8(latin_1.as_bytes()).expect("Latin-1");
            assert_eq!(mangling, Mangling::Latin1ToUtf8);
            assert_eq!(undone.expose(), bytes);

            let windows: String = bytes
                .iter()
                .map(|byte| match byte {
                    0x80..0xa0 => {
                        let code = u32::from(WINDOWS_1252[usize::from(byte - 0x80)]);
                        char::from_u32(code).expect("no surrogate")
                    }
                    byte => char::from(*byte),
                })
                .collect();
            let (mangling, undone) = from_utf8(windows.as_bytes()).expect("Windows-1252");
            assert_eq!(mangling, Mangling::Windows1252ToUtf8);
            assert_eq!(undone.expose(), bytes);
            assert!(from_utf8(&bytes).is_none(), "bytes are no UTF-8");
        }
        for text in [
            "plain",
            "caf\u{e9}",
            "\u{65e5}\u{672c}\u{8a9e}\u{65e5}\u{672c}\u{8a9e}\u{65e5}\u{672c}",
        ] {
            assert!(from_utf8(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn bytes_that_are_lost_are_counted() {
        for seed in 0..50 {
            let bytes = random(seed);
            assert_eq!(lost(&bytes), None, "{seed}");
            let text = String::from_utf8_lossy(&bytes);
            let count = text.chars().filter(|c| *c == '\u{fffd}').count();
            assert!(count > 50);
            assert_eq!(
                lost(text.as_bytes()),
                Some(Mangling::ReplacedBytes { count })
            );
            let utf16: Vec<u8> = "\u{feff}"
                .chars()
                .chain(text.chars())
                .collect::<String>()
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
            assert_eq!(lost(&utf16), Some(Mangling::PowerShellText));
        }
        let ascii: Vec<u8> = "\u{feff}a line of base64==\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(lost(&ascii), None, "text that iconv converts");
        let mut unlucky = random(1);
        unlucky[..2].copy_from_slice(b"\xff\xfe");
        assert_eq!(lost(&unlucky), None);
    }
}
