//! The line that marks the key in a file as a test key.

/// The line in a PEM file of a test key. It is explanatory text, which readers of PEM ignore.
///
/// # Source
///
/// RFC 7468, 5.2.
pub const TEST_KEY_LINE: &str = "TEST KEY: derived from a seed, never use it in production";

/// Returns whether a file contains [`TEST_KEY_LINE`], wherever it is: before the key, between or after
/// certificates, behind a byte order mark, white space or a comment sign, with any line ending.
///
/// No base64 and no random key contains it.
pub(super) fn is_in(file: &[u8]) -> bool {
    let line = TEST_KEY_LINE.as_bytes();
    file.windows(line.len()).any(|window| window == line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_wherever_text_can_stand() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n";
        let line = TEST_KEY_LINE;
        for file in [
            format!("{line}\n{key}"),
            format!("\n{line}\n{key}"),
            format!("\u{feff}{line}\r\n{key}"),
            format!("  {line} \n{key}"),
            format!("# {line}\n{key}"),
            format!("{key}{line}\n{key}"),
            format!("{key}{line}"),
        ] {
            assert!(is_in(file.as_bytes()), "{file:?}");
            assert!(is_in(file.replace('\n', "\r\n").as_bytes()), "{file:?}");
        }
        for file in [
            "",
            key,
            &line[1..],
            &format!("{}\n{key}", line.to_lowercase()),
        ] {
            assert!(!is_in(file.as_bytes()), "{file:?}");
        }
    }
}
