//! An error as a document.

use byok_core::error_body::ErrorBody;
use serde::Serialize;

/// An error as a document: AWS's error body, and the hints.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorDocument<'a> {
    #[serde(flatten)]
    body: ErrorBody<&'a str>,
    #[serde(rename = "Hints")]
    hints: &'a [String],
}

impl<'a> ErrorDocument<'a> {
    /// Builds the document of the error with this name: AWS's, or a word that begins with `byok#`.
    pub(crate) fn new(name: &'a str, message: &str, hints: &'a [String]) -> Self {
        let body = ErrorBody::new(name, message);
        Self { body, hints }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_are_those_of_aws_and_the_hints() {
        let hints = ["try again".to_owned()];
        let document = ErrorDocument::new("byok#Usage", "wrong", &hints);
        assert_eq!(
            byok_core::json::line(&document),
            r#"{"__type":"byok#Usage","message":"wrong","Hints":["try again"]}"#
        );
    }
}
