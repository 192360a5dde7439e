//! The reasons why JSON is not a supported JWK.

use core::fmt;

use crate::json::JsonError;

/// The reasons why JSON is not a supported JWK. Never carries a value from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwkError {
    /// Not one JSON object, or one with duplicate members.
    Json(JsonError),
    /// A member is missing.
    MissingMember(&'static str),
    /// A member that violates RFC 7518: it must be a string in base64url without padding, of the
    /// right length.
    Member(&'static str),
    /// A set with this number of keys.
    KeySet(usize),
    /// Encrypted: a JWE.
    Encrypted,
}

impl fmt::Display for JwkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "a JWK in invalid JSON: {error}"),
            Self::MissingMember(name) => write!(f, "a JWK without its member {name}"),
            Self::Member(name) => write!(f, "a JWK whose member {name} violates RFC 7518"),
            Self::KeySet(1) => f.write_str("a JWK Set with 1 key"),
            Self::KeySet(count) => write!(f, "a JWK Set with {count} keys"),
            Self::Encrypted => f.write_str("an encrypted JWK (JWE)"),
        }
    }
}

impl core::error::Error for JwkError {}

impl From<JsonError> for JwkError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_with_its_member_or_count() {
        for (error, expected) in [
            (JwkError::MissingMember("y"), "a JWK without its member y"),
            (
                JwkError::Member("d"),
                "a JWK whose member d violates RFC 7518",
            ),
            (JwkError::KeySet(1), "a JWK Set with 1 key"),
            (JwkError::KeySet(2), "a JWK Set with 2 keys"),
            (JwkError::Encrypted, "an encrypted JWK (JWE)"),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }
}
