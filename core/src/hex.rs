//! Lower-case hexadecimal for digests and identifiers. Not for secrets: it does not run in constant
//! time.

use core::fmt::Write as _;

/// Writes `bytes` as lower-case hex digits.
pub fn encode(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Parses hex digits of either case, ignoring spaces and colons between them. Returns `None` for
/// any other character or an odd number of digits.
pub fn decode_lenient(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !matches!(c, ' ' | ':'))
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read() {
        assert_eq!(decode_lenient("0A:ff 10"), Some(vec![0x0a, 0xff, 0x10]));
        assert_eq!(decode_lenient("0af"), None);
        assert_eq!(decode_lenient("0g"), None);
        assert_eq!(encode(&[0x0a, 0xff]), "0aff");
    }
}
