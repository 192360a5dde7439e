//! Bytes that are encoded as text, where raw bytes are expected.

use zeroize::Zeroizing;

use super::TextForm;
use crate::{key_file::MaterialFormat, secret::SecretBytes};

/// The shortest text that is decoded: random bytes of this length are base64 once in 2^64.
const MIN_LEN: usize = 32;

/// Returns the bytes that `text` encodes, and the encoding; `None` if it is not such a text.
pub(super) fn decode(text: &SecretBytes) -> Option<(TextForm, SecretBytes)> {
    if text.len() < MIN_LEN {
        return None;
    }
    let bytes = text.expose();
    if let Some(ascii) = from_utf16(bytes) {
        return Some((TextForm::Utf16, ascii));
    }
    let plain = SecretBytes::copy_of(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let hex = || {
        MaterialFormat::Hex
            .decode(&plain)
            .map(|inner| (TextForm::Hex, inner))
    };
    let base64 = || {
        MaterialFormat::Base64
            .decode(&plain)
            .map(|inner| (TextForm::Base64, inner))
    };
    let pem = || from_pem(plain.expose()).map(|inner| (TextForm::Pem, inner));
    let base64_url = || from_base64_url(&plain).map(|inner| (TextForm::Base64Url, inner));
    pem().or_else(hex).or_else(base64).or_else(base64_url)
}

/// ASCII in UTF-16 of either byte order, with or without a byte order mark.
pub(super) fn from_utf16(bytes: &[u8]) -> Option<SecretBytes> {
    let (units, high) = match bytes {
        [0xff, 0xfe, units @ ..] => (units, 1),
        [0xfe, 0xff, units @ ..] => (units, 0),
        units => (units, usize::from(units.first() != Some(&0))),
    };
    let (units, odd) = units.as_chunks::<2>();
    let mut ascii = Vec::with_capacity(units.len());
    ascii.extend(
        units
            .iter()
            .filter(|unit| unit[high] == 0)
            .map(|unit| unit[1 - high]),
    );
    let ascii = SecretBytes::new(ascii);
    let is_text = ascii.len() == units.len() && odd.is_empty() && !ascii.is_empty();
    let is_ascii = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    (is_text && ascii.expose().iter().all(is_ascii)).then_some(ascii)
}

/// Decodes base64url, with or without padding.
pub(super) fn from_base64_url(text: &SecretBytes) -> Option<SecretBytes> {
    let mut standard = Zeroizing::new(text.expose().to_vec());
    for byte in standard.iter_mut() {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
    }
    MaterialFormat::Base64.decode(&SecretBytes::copy_of(&standard))
}

/// Returns the text between the first two PEM boundary lines.
fn from_pem(text: &[u8]) -> Option<SecretBytes> {
    let text = core::str::from_utf8(text).ok()?;
    let (_, block) = text.split_once("-----BEGIN ")?;
    let (_, block) = block.split_once("-----")?;
    let (base64, _) = block.split_once("-----END ")?;
    MaterialFormat::Base64.decode(&SecretBytes::copy_of(base64.as_bytes()))
}
