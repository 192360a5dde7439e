//! Text in HTML.

use core::fmt::Display;

use crate::terminal_safe;

/// Returns `text` for the content of an element or a quoted attribute. Control and bidi characters are
/// escaped as on a terminal.
pub(super) fn escape(text: impl Display) -> String {
    let mut escaped = String::new();
    for c in terminal_safe::escaped(&text.to_string()).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_no_character_that_html_interprets() {
        assert_eq!(
            escape("<b title=\"x\" id='y'>&amp;\u{202e}\n"),
            "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;\\u{202e}\\u{a}"
        );
    }
}
