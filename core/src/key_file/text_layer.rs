//! The layers of text around a key, and the places of keys in a file.

use core::fmt;

/// The longest name from a file that a message repeats, in characters.
const MAX_NAME_LEN: usize = 64;

/// One layer of text around a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextLayer {
    /// Text in UTF-16.
    Utf16,
    /// Escapes such as `\n` instead of line ends.
    Escapes,
    /// The encoding of URLs, such as `%0A`.
    PercentEncoding,
    /// The same characters before each line, as a mail program quotes.
    LinePrefix,
    /// String literals of source code, one for each line.
    Literals,
    /// Base64 of a whole file, also with the alphabet of URLs.
    Base64,
    /// Hex digits of a whole file.
    Hex,
    /// A PEM block around a whole file, with a label of something else.
    Armour,
    /// A value of a JSON document.
    Member(MemberPath),
    /// Some lines of a text.
    Lines(LineRange),
}

/// The path of a value in a JSON document, as a filter of `jq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPath(pub(super) String);

/// Lines of a text, counted from 1, and the name of the entry in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRange {
    /// The first line.
    pub first: usize,
    /// The last line.
    pub last: usize,
    /// The name before `=` or `:`, if there is one.
    pub name: Option<EntryName>,
}

/// The name of an entry, such as a variable of an environment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryName(String);

/// The place of a key: the layers around it, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPlace(pub Vec<TextLayer>);

impl MemberPath {
    /// Returns the path as a filter of `jq`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the path is short enough for a message.
    pub fn is_short(&self) -> bool {
        self.0.chars().count() <= 4 * MAX_NAME_LEN
    }
}

impl KeyPlace {
    /// Returns a name for the key: the name of the innermost entry, or the place.
    pub(super) fn name(&self) -> String {
        let named = self.0.iter().rev().find_map(|layer| match layer {
            TextLayer::Member(path) => Some(path.0.clone()),
            TextLayer::Lines(lines) => lines.name.as_ref().map(EntryName::to_string),
            TextLayer::Utf16
            | TextLayer::Escapes
            | TextLayer::PercentEncoding
            | TextLayer::LinePrefix
            | TextLayer::Literals
            | TextLayer::Base64
            | TextLayer::Hex
            | TextLayer::Armour => None,
        });
        named.unwrap_or_else(|| self.to_string())
    }
}

impl EntryName {
    /// Returns the name that ends `text`: before an equals sign or a colon, with or without quotes, or in
    /// an XML tag.
    pub(super) fn before_value(text: &str) -> Option<Self> {
        let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\\') || c.is_whitespace();
        let text = text.trim_end_matches(is_quote);
        let text = text
            .strip_suffix('>')
            .filter(|tag| tag.contains('<'))
            .or_else(|| text.strip_suffix("=>"))
            .or_else(|| text.strip_suffix(['=', ':']))?;
        let text = text.trim_end_matches(|c| is_quote(c) || c == ':');
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let start = text
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_name(*c))
            .last()?
            .0;
        let name = text.get(start..)?;
        (name.len() <= MAX_NAME_LEN).then(|| Self(name.to_owned()))
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LineRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, name } = self;
        if first == last {
            write!(f, "line {first}")?;
        } else {
            write!(f, "lines {first} to {last}")?;
        }
        match name {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for KeyPlace {
    /// Writes the members and lines; the other layers do not select a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for layer in &self.0 {
            match layer {
                TextLayer::Member(path) if path.is_short() => write!(f, "{separator}{}", path.0)?,
                TextLayer::Member(_) => write!(f, "{separator}a long path")?,
                TextLayer::Lines(lines) => write!(f, "{separator}{lines}")?,
                TextLayer::Utf16
                | TextLayer::Escapes
                | TextLayer::PercentEncoding
                | TextLayer::LinePrefix
                | TextLayer::Literals
                | TextLayer::Base64
                | TextLayer::Hex
                | TextLayer::Armour => continue,
            }
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_not_printed() {
        for (len, shown) in [
            (4 * MAX_NAME_LEN, "x".repeat(4 * MAX_NAME_LEN)),
            (4 * MAX_NAME_LEN + 1, "a long path".to_owned()),
        ] {
            let path = TextLayer::Member(MemberPath("x".repeat(len)));
            assert_eq!(KeyPlace(vec![path]).to_string(), shown);
        }
    }

    #[test]
    fn the_name_before_a_value_is_found() {
        for (text, name) in [
            ("KEY=", "KEY"),
            ("export A_KEY=\"", "A_KEY"),
            ("  tls.key: ", "tls.key"),
            ("  \"private_key\": \"", "private_key"),
            ("$env:KEY = '", "KEY"),
            ("set KEY=", "KEY"),
            ("key := `", "key"),
            ("'key' => '", "key"),
            ("<a><key>", "key"),
        ] {
            let found = EntryName::before_value(text).map(|name| name.to_string());
            assert_eq!(found.as_deref(), Some(name), "{text}");
        }
        for text in [
            "",
            "=",
            "KEY",
            "a key ",
            "  ",
            &format!("{}=", "K".repeat(65)),
        ] {
            assert_eq!(EntryName::before_value(text), None, "{text}");
        }
    }
}
