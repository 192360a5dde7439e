//! Words of a command line that can be pasted into a shell.

use std::path::Path;

use crate::terminal::SafePath;

/// Quotes a word for a POSIX shell.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    in_quotes(word)
}

/// Returns a word as a POSIX shell takes it, in quotes even if it needs none.
pub(crate) fn in_quotes(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Quotes the name of a file for a POSIX shell, so that no command reads it as an option.
pub(crate) fn quoted_file(name: &str) -> String {
    if name.starts_with('-') {
        quoted(&format!("./{name}"))
    } else {
        quoted(name)
    }
}

/// Quotes a path for a POSIX shell, with control characters escaped.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted_file(&SafePath(path).to_string())
}

#[cfg(test)]
mod tests {
    use super::{in_quotes, quoted, quoted_file};

    #[test]
    fn only_what_needs_quotes_gets_them() {
        assert_eq!(quoted("server.key"), "server.key");
        assert_eq!(quoted("my key"), "'my key'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
        assert_eq!(in_quotes("plain"), "'plain'");
        assert_eq!(quoted_file("-my key"), "'./-my key'");
        assert_eq!(quoted_file("key.pem"), "key.pem");
    }
}
