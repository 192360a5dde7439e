//! Text that a program wrote with escapes, as a quotation, or as string literals.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// The characters before each line of a quotation or a comment. None is a character of base64.
const PREFIX: &[u8] = b">|#;* \t";

/// Replaces escapes: those of JSON, of shells and environment files, a backslash before a line end, and
/// numeric references of XML. Keeps unknown ones.
pub(super) fn unescape(text: &[u8]) -> SecretBytes {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let found = match first {
            b'\\' => after_backslash(after),
            b'&' => reference(after),
            _ => None,
        };
        match found {
            Some((c, after)) => {
                if let Some(c) = c {
                    plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                rest = after;
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    SecretBytes::copy_of(&plain)
}

/// Returns the character of an escape, and the text after it. A line end after a backslash has none.
fn after_backslash(text: &[u8]) -> Option<(Option<char>, &[u8])> {
    let (first, after) = text.split_first()?;
    let number = |digits: usize, radix| {
        let text = core::str::from_utf8(after.get(..digits)?).ok()?;
        let is_number = text.chars().all(|c| c.is_digit(radix));
        let code = is_number.then(|| u32::from_str_radix(text, radix).ok())??;
        Some((Some(char::from_u32(code)?), after.get(digits..)?))
    };
    let c = match first {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'\\' | b'/' | b'"' | b'\'' | b'=' | b':' | b' ' | b'#' | b'+' => char::from(*first),
        b'\n' => return Some((None, after)),
        b'\r' => return Some((None, after.strip_prefix(b"\n").unwrap_or(after))),
        b'u' => return number(4, 16),
        b'x' => return number(2, 16),
        // Octal, as bash and systemd write it.
        b'0' => return number(2, 8),
        _ => return None,
    };
    Some((Some(c), after))
}

/// Returns the character of a numeric reference such as `&#10;`, and the text after it.
fn reference(text: &[u8]) -> Option<(Option<char>, &[u8])> {
    let text = text.strip_prefix(b"#")?;
    let (digits, radix) = match text.strip_prefix(b"x").or_else(|| text.strip_prefix(b"X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let end = digits.iter().take(8).position(|byte| *byte == b';')?;
    let number = core::str::from_utf8(digits.get(..end)?).ok()?;
    let code = u32::from_str_radix(number, radix).ok()?;
    Some((Some(char::from_u32(code)?), digits.get(end + 1..)?))
}

/// Decodes the encoding of URLs. With `plus_is_space`, as forms are sent.
pub(super) fn percent_decoded(text: &[u8], plus_is_space: bool) -> SecretBytes {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let digits = match first {
            b'%' => after.split_first_chunk::<2>(),
            _ => None,
        };
        let byte = digits.and_then(|(digits, after)| {
            let digits = core::str::from_utf8(digits).ok()?;
            let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let byte = u8::from_str_radix(digits, 16).ok()?;
            is_number.then_some((byte, after))
        });
        if let Some((byte, after)) = byte {
            plain.push(byte);
            rest = after;
        } else if plus_is_space && *first == b'+' {
            plain.push(b' ');
        } else {
            plain.push(*first);
        }
    }
    SecretBytes::copy_of(&plain)
}

/// Returns the lines of `text` without the characters of a quotation before each; `None` if a line lacks
/// them. `prefix` is what precedes the first line.
pub(super) fn without_prefix(prefix: &[u8], text: &[u8]) -> Option<SecretBytes> {
    let is_prefix = |byte: &u8| PREFIX.contains(byte);
    let has_sign = |prefix: &[u8]| prefix.iter().any(|byte| !byte.is_ascii_whitespace());
    if !prefix.iter().all(is_prefix) || !has_sign(prefix) {
        return None;
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    for (at, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let start = line.iter().position(|byte| !is_prefix(byte));
        let (prefix, line) = line.split_at(start.unwrap_or(line.len()));
        if at > 0 && !has_sign(prefix) {
            return None;
        }
        plain.extend_from_slice(line);
    }
    Some(SecretBytes::copy_of(&plain))
}

/// Joins the string literals of source code, the first of which `text` begins inside. `quote` ends them.
pub(super) fn joined_literals(quote: u8, text: &[u8]) -> SecretBytes {
    let mut plain = Zeroizing::new(Vec::with_capacity(2 * text.len()));
    let (mut is_inside, mut is_escaped) = (true, false);
    for byte in text {
        if *byte == quote && !is_escaped {
            is_inside = !is_inside;
            // Each literal may be a line.
            plain.push(b'\n');
        } else if is_inside {
            plain.push(*byte);
        }
        is_escaped = *byte == b'\\' && !is_escaped;
    }
    SecretBytes::copy_of(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &SecretBytes) -> String {
        String::from_utf8_lossy(bytes.expose()).into_owned()
    }

    #[test]
    fn escapes_of_many_languages_are_replaced() {
        for (escaped, plain) in [
            (r"a\nb", "a\nb"),
            (r"a\r\nb", "a\r\nb"),
            (r"a\tb", "a\tb"),
            (r"a\\nb", r"a\nb"),
            (r"a\/b\+c\u002b\u003d\x3D", "a/b+c+=="),
            (r"a\012b\015c", "a\nb\rc"),
            ("a\\\n  b\\\r\nc", "a  bc"),
            ("a&#10;b&#xA;c&#x0D;", "a\nb\nc\r"),
            (r#"\"a\""#, "\"a\""),
            (
                r"\q\u00g0\x4\ud800 & &# &#; &#x; &#99999999;",
                r"\q\u00g0\x4\ud800 & &# &#; &#x; &#99999999;",
            ),
            (r"\", r"\"),
            (r"\u00", r"\u00"),
        ] {
            assert_eq!(text(&unescape(escaped.as_bytes())), plain, "{escaped}");
        }
    }

    #[test]
    fn the_encoding_of_urls_is_decoded() {
        for (encoded, plus_is_space, plain) in [
            ("a%0Ab%2b%20", false, "a\nb+ "),
            ("a+b%2B", true, "a b+"),
            ("a+b%", false, "a+b%"),
            ("%zz%4", false, "%zz%4"),
            ("%+1", false, "%+1"),
        ] {
            let found = percent_decoded(encoded.as_bytes(), plus_is_space);
            assert_eq!(text(&found), plain, "{encoded}");
        }
    }

    #[test]
    fn a_quotation_has_its_sign_before_each_line() {
        let unquoted = |prefix: &str, quoted: &str| {
            let found = without_prefix(prefix.as_bytes(), quoted.as_bytes());
            found.map(|found| text(&found))
        };
        assert_eq!(unquoted("> ", "a\n> b\n>c").as_deref(), Some("a\nb\nc"));
        assert_eq!(unquoted("> > ", "a\n> > b").as_deref(), Some("a\nb"));
        assert_eq!(unquoted("# ", "a\r\n# b").as_deref(), Some("a\r\nb"));
        for (prefix, quoted) in [
            ("> ", "a\nb"),
            ("", "a\n> b"),
            ("  ", "a\n  b"),
            ("A ", "a"),
        ] {
            assert_eq!(unquoted(prefix, quoted), None, "{prefix}{quoted}");
        }
    }

    #[test]
    fn literals_are_joined_without_what_is_between_them() {
        let joined = |literals: &str| text(&joined_literals(b'"', literals.as_bytes()));
        assert_eq!(joined("a\" +\n  \"b\"\n"), "a\n\nb\n");
        assert_eq!(joined(r#"a\"b", "c"#), "a\\\"b\n\nc");
    }
}
