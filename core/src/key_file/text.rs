//! Key material encoded as text, and text where raw bytes are expected.

use core::{fmt, ops::RangeInclusive};

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use super::Encoding;
use crate::{
    mangling::{self, Mangling},
    secret::SecretBytes,
    text_encoding,
};

/// The encoding of key material in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialFormat {
    /// Raw bytes.
    Raw,
    /// As hexadecimal digits.
    Hex,
    /// As base64.
    Base64,
}

/// The likely format of raw bytes with a wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LikelyEncoding {
    /// Hexadecimal digits for this many bytes.
    Hex(usize),
    /// Base64 of this many bytes.
    Base64(usize),
    /// Key material and LF.
    TrailingNewline,
    /// Key material and CR LF.
    TrailingCrLf,
    /// Content after a UTF-8 byte order mark: text in this format, if any.
    ByteOrderMark(Option<MaterialFormat>),
    /// Text in UTF-16: in this format, if any.
    Utf16(Option<MaterialFormat>),
    /// As many bytes as the key should have bits.
    BitsForBytes,
    /// The beginning of a structure in DER or BER.
    Der,
    /// Bytes that a program treated as text, and changed.
    Mangled(Mangling),
}

/// Base64 in the standard alphabet of RFC 4648, with or without padding.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl fmt::Display for MaterialFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.encoding().as_str())
    }
}

impl fmt::Display for LikelyEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |format: &Option<MaterialFormat>| match format {
            Some(format) => format.to_string(),
            None => "text".to_owned(),
        };
        match self {
            Self::Hex(len) => write!(f, "hex digits of {len} bytes"),
            Self::Base64(len) => write!(f, "base64 of {len} bytes"),
            Self::TrailingNewline => f.write_str("a key and a newline"),
            Self::TrailingCrLf => f.write_str("a key with CR and LF after it"),
            Self::ByteOrderMark(format) => {
                write!(f, "{} with a UTF-8 byte order mark", text(format))
            }
            Self::Utf16(format) => write!(f, "{} in UTF-16", text(format)),
            Self::BitsForBytes => f.write_str("as many bytes as a key has bits"),
            Self::Der => f.write_str("a structure in DER or BER"),
            Self::Mangled(mangling) => write!(f, "bytes that {mangling}"),
        }
    }
}

impl MaterialFormat {
    pub(crate) const fn encoding(self) -> Encoding {
        match self {
            Self::Raw => Encoding::Raw,
            Self::Hex => Encoding::Hex,
            Self::Base64 => Encoding::Base64,
        }
    }

    /// Decodes `file`. Returns `None` if it is not in this encoding.
    ///
    /// Ignores white space in hex and base64, and `0x` before hex digits.
    pub(crate) fn decode(self, file: &SecretBytes) -> Option<SecretBytes> {
        match self {
            Self::Raw => Some(SecretBytes::copy_of(file.expose())),
            Self::Hex => from_hex(file.expose()),
            Self::Base64 => from_base64(file.expose()),
        }
    }
}

fn without_white_space(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut kept = Zeroizing::new(Vec::with_capacity(text.len()));
    kept.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    kept
}

fn from_hex(text: &[u8]) -> Option<SecretBytes> {
    let digits = without_white_space(text);
    let digits = digits
        .strip_prefix(b"0x")
        .or_else(|| digits.strip_prefix(b"0X"))
        .unwrap_or(&digits);
    let mut bytes = Zeroizing::new(vec![0; digits.len() / 2]);
    // Constant time in the digits, which are secret.
    let decoded = base16ct::mixed::decode(digits, &mut bytes).ok()?;
    (!decoded.is_empty()).then(|| SecretBytes::copy_of(decoded))
}

fn from_base64(text: &[u8]) -> Option<SecretBytes> {
    let text = without_white_space(text);
    let mut bytes = Zeroizing::new(vec![0; text.len()]);
    let len = LENIENT_BASE64.decode_slice(&*text, &mut bytes).ok()?;
    bytes
        .get(..len)
        .filter(|decoded| !decoded.is_empty())
        .map(SecretBytes::copy_of)
}

/// Returns the likely encoding of `bytes`, which are not key material themselves. `lengths` are the
/// permitted ones.
pub(crate) fn lookalike(
    bytes: &SecretBytes,
    lengths: &RangeInclusive<usize>,
) -> Option<LikelyEncoding> {
    let file = bytes.expose();
    if let Some(mangling) = mangling::lost(file) {
        return Some(LikelyEncoding::Mangled(mangling));
    }
    if let Some(marked) = marked(bytes) {
        return Some(marked);
    }
    // Text is checked before a trailing newline: random bytes are not digits.
    if let Some(decoded) = from_hex(file) {
        return Some(LikelyEncoding::Hex(decoded.len()));
    }
    if let Some(decoded) = from_base64(file) {
        return Some(LikelyEncoding::Base64(decoded.len()));
    }
    let is_key = |key: &[u8]| lengths.contains(&key.len());
    if file.strip_suffix(b"\r\n").is_some_and(is_key) {
        return Some(LikelyEncoding::TrailingCrLf);
    }
    if file.strip_suffix(b"\n").is_some_and(is_key) {
        return Some(LikelyEncoding::TrailingNewline);
    }
    if let Some((mangling, original)) = mangling::from_utf8(file)
        && is_key(original.expose())
    {
        return Some(LikelyEncoding::Mangled(mangling));
    }
    match file {
        // A SEQUENCE with a long or indefinite length: one random key in 13,000.
        [0x30, 0x80..=0x84, ..] => Some(LikelyEncoding::Der),
        _ => (file.len() == 8 * lengths.start()).then_some(LikelyEncoding::BitsForBytes),
    }
}

/// Returns the format of a text in UTF-16, or after a byte order mark, if `bytes` are one.
pub(crate) fn marked(bytes: &SecretBytes) -> Option<LikelyEncoding> {
    let file = bytes.expose();
    if let Some(text) = text_encoding::from_utf16(file) {
        return Some(LikelyEncoding::Utf16(format_of(text.expose())));
    }
    let text = text_encoding::without_mark(file);
    (text.len() < file.len()).then(|| LikelyEncoding::ByteOrderMark(format_of(text)))
}

fn format_of(text: &[u8]) -> Option<MaterialFormat> {
    if from_hex(text).is_some() {
        return Some(MaterialFormat::Hex);
    }
    from_base64(text).map(|_| MaterialFormat::Base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(format: MaterialFormat, text: &str) -> Option<Vec<u8>> {
        let file = SecretBytes::copy_of(text.as_bytes());
        format.decode(&file).map(|bytes| bytes.expose().to_vec())
    }

    #[test]
    fn hex_is_read_as_tools_write_it() {
        for text in ["00aB10", "0x00ab10\n", "0X00AB10", "00 ab\n10\r\n"] {
            assert_eq!(
                decoded(MaterialFormat::Hex, text),
                Some(vec![0, 0xab, 0x10]),
                "{text:?}"
            );
        }
        for text in ["", "0x", "0xx0", "00a", "00ag", "\u{feff}00", "0x00 0x11"] {
            assert_eq!(decoded(MaterialFormat::Hex, text), None, "{text:?}");
        }
    }

    #[test]
    fn base64_is_read_with_padding_and_without() {
        for text in ["AKsQ/w==", "AKsQ/w", "AKsQ\n/w==\n"] {
            assert_eq!(
                decoded(MaterialFormat::Base64, text),
                Some(vec![0, 0xab, 0x10, 0xff]),
                "{text:?}"
            );
        }
        // The URL-safe alphabet, truncated text, unused bits that are not zero.
        for text in ["", "AKsQ_w==", "AKsQ/", "AKsQ/x==", "AK=sQ"] {
            assert_eq!(decoded(MaterialFormat::Base64, text), None, "{text:?}");
        }
    }

    #[test]
    fn every_lookalike_is_named() {
        let looks = |bytes: &[u8]| lookalike(&SecretBytes::copy_of(bytes), &(32..=32));
        let key = [0xc3; 32];
        assert_eq!(
            looks(&[&key[..], b"\n"].concat()),
            Some(LikelyEncoding::TrailingNewline)
        );
        assert_eq!(
            looks(&[&key[..], b"\r\n"].concat()),
            Some(LikelyEncoding::TrailingCrLf)
        );
        let digits = "c3".repeat(32);
        let utf16 =
            |unit: fn(u16) -> [u8; 2]| digits.encode_utf16().flat_map(unit).collect::<Vec<_>>();
        for (mark, text, expected) in [
            (
                &b"\xef\xbb\xbf"[..],
                &key[..],
                LikelyEncoding::ByteOrderMark(None),
            ),
            (
                b"\xef\xbb\xbf",
                digits.as_bytes(),
                LikelyEncoding::ByteOrderMark(Some(MaterialFormat::Hex)),
            ),
            (
                b"\xef\xbb\xbf",
                b"w8PD",
                LikelyEncoding::ByteOrderMark(Some(MaterialFormat::Base64)),
            ),
            (
                b"\xff\xfe",
                b"n\0o\0 \0k\0e\0y\0",
                LikelyEncoding::Utf16(None),
            ),
            (
                b"\xff\xfe",
                &[0x10, 0x25, 0x02, 0x00].repeat(16),
                LikelyEncoding::Mangled(Mangling::PowerShellText),
            ),
            (
                b"\xef\xbf\xbd",
                b"\xef\xbf\xbdAB\xef\xbf\xbd",
                LikelyEncoding::Mangled(Mangling::ReplacedBytes { count: 3 }),
            ),
            (
                b"",
                "\u{c3}".repeat(32).as_bytes(),
                LikelyEncoding::Mangled(Mangling::Latin1ToUtf8),
            ),
            (
                b"\xff\xfe",
                &utf16(u16::to_le_bytes),
                LikelyEncoding::Utf16(Some(MaterialFormat::Hex)),
            ),
            (
                b"\xfe\xff",
                &utf16(u16::to_be_bytes),
                LikelyEncoding::Utf16(Some(MaterialFormat::Hex)),
            ),
        ] {
            assert_eq!(looks(&[mark, text].concat()), Some(expected));
        }
        assert_eq!(
            looks("c3".repeat(32).as_bytes()),
            Some(LikelyEncoding::Hex(32))
        );
        assert_eq!(
            looks(format!("{}\n", "c3".repeat(32)).as_bytes()),
            Some(LikelyEncoding::Hex(32))
        );
        assert_eq!(
            looks(b"w8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8M="),
            Some(LikelyEncoding::Base64(32))
        );
        // A text and its newline can be one byte longer than a key, too.
        for (format, text) in [
            (LikelyEncoding::Hex(16), "c3".repeat(16)),
            (LikelyEncoding::Base64(24), "w8PD".repeat(8)),
        ] {
            for end in ["", "\n", "\r\n"] {
                let text = format!("{text}{end}");
                assert_eq!(looks(text.as_bytes()), Some(format), "{text:?}");
            }
        }
        assert_eq!(looks(&[0xc3; 256]), Some(LikelyEncoding::BitsForBytes));
        assert_eq!(
            looks(&[&[0x30, 0x82], &key[..]].concat()),
            Some(LikelyEncoding::Der)
        );
        assert_eq!(looks(&[0xc3; 31]), None);
        assert_eq!(looks(&[b"\xff\xfe", &key[..]].concat()), None);
    }
}
