//! The body of an error response in AWS's JSON protocols.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::exception::{Exception, Refusal};

/// An error as AWS's JSON protocols write it: its name, and its text if there is one.
///
/// # Source
///
/// Smithy, AWS JSON 1.1 protocol, "Operation error serialization".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorBody<Name = Exception> {
    /// The name: an exception of AWS KMS, or a word that begins with `byok#`.
    #[serde(rename = "__type")]
    pub name: Name,
    /// The text; `None` if AWS sends none or it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl<Name> ErrorBody<Name> {
    /// Builds a body with a text.
    pub fn new(name: Name, message: impl Into<String>) -> Self {
        Self {
            name,
            message: Some(message.into()),
        }
    }

    /// Builds a body without a text.
    pub const fn without_text(name: Name) -> Self {
        Self {
            name,
            message: None,
        }
    }
}

impl From<&Refusal> for ErrorBody {
    fn from(refusal: &Refusal) -> Self {
        Self {
            name: refusal.exception,
            message: refusal.message.clone(),
        }
    }
}

impl<Name: fmt::Display> fmt::Display for ErrorBody<Name> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_members_that_aws_sends() {
        let refusal = Refusal::new(Exception::NotFound, "no such key");
        let body = ErrorBody::from(&refusal);
        let json = r#"{"__type":"NotFoundException","message":"no such key"}"#;
        assert_eq!(serde_json::to_string(&body).ok().as_deref(), Some(json));
        assert_eq!(
            serde_json::from_str::<ErrorBody>(json).ok(),
            Some(body.clone())
        );
        assert_eq!(body.to_string(), refusal.to_string());

        let bare = ErrorBody::without_text("byok#Usage");
        let json = r#"{"__type":"byok#Usage"}"#;
        assert_eq!(serde_json::to_string(&bare).ok().as_deref(), Some(json));
        assert_eq!(bare.to_string(), "byok#Usage");
    }
}
