//! An answer, and its facts for the log.

use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::{
    failure::{Failure, RefusalCause},
    refused_import::RefusedImport,
    unknown_operation::UnknownOperation,
};
use crate::{
    blob::Blob,
    error_body::ErrorBody,
    exception::Refusal,
    json,
    key_id::{KeyArn, KeyId},
    operation::Operation,
    secret::SecretBytes,
};

/// The content type of every body.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The output of an operation; nothing if it has none.
pub(super) type Output = Result<Option<Value>, Failure>;

/// The contents of an HTTP response, and those of the log line.
#[derive(Debug)]
pub struct Answer {
    /// The request ID, for the header `x-amzn-RequestId` and the log.
    pub request_id: String,
    /// The HTTP status.
    pub status: u16,
    /// The body, which may contain plaintext.
    pub body: SecretBytes,
    /// The operation, if it is rehearsed.
    pub operation: Option<Operation>,
    /// The name of an operation that is not rehearsed.
    pub unknown_operation: Option<String>,
    /// The key of the request.
    pub key: Option<KeyArn>,
    /// The exception.
    pub refusal: Option<Refusal>,
    /// The reason, for the operator alone.
    pub cause: Option<RefusalCause>,
    /// The import that was refused, for its explanation.
    pub refused_import: Option<Box<RefusedImport>>,
}

impl Answer {
    /// Returns the headers, except the length of the body and the date.
    pub fn headers(&self) -> [(&'static str, &str); 2] {
        [
            ("x-amzn-RequestId", &self.request_id),
            ("Content-Type", CONTENT_TYPE),
        ]
    }

    /// Builds the answer to an operation that is not rehearsed.
    pub(super) fn unknown(request_id: String, operation: UnknownOperation) -> Self {
        let UnknownOperation { name, failure } = operation;
        Self {
            unknown_operation: name,
            ..Self::refused(request_id, failure)
        }
    }

    /// Builds a refusal without an operation.
    fn refused(request_id: String, failure: Failure) -> Self {
        let Failure { refusal, cause } = failure;
        Self {
            request_id,
            status: refusal.exception.http_status(),
            body: error_body(&refusal),
            operation: None,
            unknown_operation: None,
            key: None,
            refusal: Some(refusal),
            cause,
            refused_import: None,
        }
    }

    pub(super) fn of(
        request_id: String,
        operation: Operation,
        key: Option<KeyArn>,
        output: Output,
    ) -> Self {
        match output {
            Ok(output) => Self {
                request_id,
                status: 200,
                body: output.map_or(SecretBytes::new(Vec::new()), |output| body(&output)),
                operation: Some(operation),
                unknown_operation: None,
                key,
                refusal: None,
                cause: None,
                refused_import: None,
            },
            Err(failure) => Self {
                operation: Some(operation),
                key,
                ..Self::refused(request_id, failure)
            },
        }
    }
}

/// A random request ID, in the form of a UUID.
pub(super) fn request_id(rng: &mut impl CryptoRng) -> String {
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    KeyId::from_random(random, false).to_string()
}

fn error_body(refusal: &Refusal) -> SecretBytes {
    body(&json!(ErrorBody::from(refusal)))
}

fn body(document: &Value) -> SecretBytes {
    SecretBytes::new(json::wire(document).into_bytes())
}

/// Returns the base64 of a secret, for an answer.
pub(super) fn base64(secret: &SecretBytes) -> Value {
    json!(Blob::new(secret.expose().to_vec()))
}
