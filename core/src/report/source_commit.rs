//! Commits of the sources.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A Git commit: 40 or 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCommit(String);

impl SourceCommit {
    /// Parses the full name of a commit. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_name = matches!(text.len(), 40 | 64) && text.bytes().all(is_digit);
        is_name.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for SourceCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for SourceCommit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SourceCommit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not the full name of a commit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_the_full_name_of_a_commit() {
        let name = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(SourceCommit::parse(name).expect("one").to_string(), name);
        assert!(SourceCommit::parse(&"a".repeat(64)).is_some());
        for text in [
            "",
            "v0.1.0",
            &name[1..],
            &name.to_uppercase(),
            &name.replace('0', "g"),
        ] {
            assert_eq!(SourceCommit::parse(text), None, "{text}");
        }
    }
}
