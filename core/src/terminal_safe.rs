//! Characters with an effect on the text around them.

/// Returns whether `c` affects a terminal, or the order or the lines of the text around it.
///
/// # Source
///
/// The C0 and C1 controls and DEL; the characters of the Unicode property `Bidi_Control`; the line
/// and paragraph separators; the byte order mark.
pub fn is_control_or_bidi(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

/// Returns `text` with each such character written as `\u{…}`.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_control_or_bidi(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_only_control_and_bidi_characters() {
        assert_eq!(
            escaped("a\u{1b}]0;b\n\u{202e}"),
            r"a\u{1b}]0;b\u{a}\u{202e}"
        );
        assert_eq!(
            escaped(r"Schlüssel 鍵 🔑 \u{1b}"),
            r"Schlüssel 鍵 🔑 \u{1b}"
        );
    }
}
