//! Text from outside, made safe for a terminal.

use std::fmt::{self, Write as _};
use std::path::Path;

use byok_core::terminal_safe::is_control_or_bidi;

/// Text on one line, with every control and bidi character escaped.
///
/// ESC prints as `\u{1b}`, so text from a file can neither move the cursor nor change how a line
/// reads.
pub(crate) struct Safe<'a>(pub(crate) &'a str);

/// Like [`Safe`], with line feeds kept: for messages of several lines.
///
/// Text from outside must go through [`Safe`] first, or it could forge a line.
pub(crate) struct SafeLines<'a>(pub(crate) &'a str);

/// Like [`Safe`], for a path or another string of the system.
///
/// Bytes that are not UTF-8 print as U+FFFD.
pub(crate) struct SafePath<'a>(pub(crate) &'a Path);

/// A JSON text with DEL and everything beyond ASCII written as `\uXXXX`.
///
/// JSON has such characters only in strings, so the meaning stays. The other controls are escaped
/// in any JSON.
///
/// # Source
///
/// RFC 8259, section 7: characters past U+FFFF are a surrogate pair.
pub(crate) struct AsciiJson<'a>(pub(crate) &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, is_control_or_bidi)
    }
}

impl fmt::Display for SafeLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, |c| c != '\n' && is_control_or_bidi(c))
    }
}

impl fmt::Display for SafePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.0.to_string_lossy(), is_control_or_bidi)
    }
}

impl fmt::Display for AsciiJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.bytes().all(|byte| byte < 0x7f) {
            return f.write_str(self.0);
        }
        for c in self.0.chars() {
            if c.is_ascii() && c != '\u{7f}' {
                f.write_char(c)?;
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(f, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

fn write_escaped(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    must_escape: impl Fn(char) -> bool,
) -> fmt::Result {
    text.chars().try_for_each(|c| {
        if must_escape(c) {
            write!(f, "{}", c.escape_unicode())
        } else {
            f.write_char(c)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn escapes_every_control_and_bidi_character() {
        let terminal_safe = ('\0'..='\u{1f}')
            .chain('\u{7f}'..='\u{9f}')
            .chain('\u{202a}'..='\u{202e}')
            .chain('\u{2066}'..='\u{2069}')
            .chain([
                '\u{061c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{feff}',
            ]);
        for c in terminal_safe {
            let escaped = format!("\\u{{{:x}}}", u32::from(c));
            assert_eq!(Safe(&c.to_string()).to_string(), escaped);
        }
    }

    #[test]
    fn text_that_only_reads_is_left_alone() {
        for text in [
            "server.key",
            "Schlüssel für Zürich",
            "鍵 🔑",
            r"C:\u{1b}",
            " ~",
        ] {
            assert_eq!(Safe(text).to_string(), text);
        }
    }

    #[test]
    fn only_safe_lines_keeps_line_feeds() {
        assert_eq!(Safe("a\nb\r").to_string(), r"a\u{a}b\u{d}");
        assert_eq!(SafeLines("a\nb\r\x1b").to_string(), "a\nb\\u{d}\\u{1b}");
    }

    #[test]
    fn a_path_that_is_not_text_is_printed_all_the_same() {
        let path = Path::new(OsStr::from_bytes(b"key\xff\x1b[2J.pem"));
        assert_eq!(SafePath(path).to_string(), "key\u{fffd}\\u{1b}[2J.pem");
    }

    #[test]
    fn json_becomes_ascii_and_keeps_its_meaning() {
        let json = serde_json::json!({ "message": "\u{202e}ü🔑\u{7f}\u{1b}" });
        let ascii = AsciiJson(&json.to_string()).to_string();
        assert_eq!(
            ascii,
            r#"{"message":"\u202e\u00fc\ud83d\udd11\u007f\u001b"}"#
        );
        let again: serde_json::Value = serde_json::from_str(&ascii).expect("still JSON");
        assert_eq!(again, json);
    }
}
