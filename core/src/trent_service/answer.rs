//! What is answered, and what is known about it.

use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::failure::{Cause, Failure};
use crate::{
    exception::Refusal,
    json,
    key_id::{KeyArn, KeyId},
    key_state::Operation,
    secret::SecretBytes,
};

/// The type of every body.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What an operation answers: nothing, where it has no output.
pub(super) type Output = Result<Option<Value>, Failure>;

/// What an HTTP response says, and what the log may say.
#[derive(Debug)]
pub struct Answer {
    /// Names the request, in the header `x-amzn-RequestId` and in the log.
    pub request_id: String,
    /// The HTTP status.
    pub status: u16,
    /// The body, which may hold plaintext.
    pub body: SecretBytes,
    /// The operation, if there is one of that name.
    pub operation: Option<Operation>,
    /// The key that was meant.
    pub key: Option<KeyArn>,
    /// Why it was not done.
    pub refusal: Option<Refusal>,
    /// What lies behind that, for the operator alone.
    pub cause: Option<Cause>,
}

impl Answer {
    /// The headers, but for those that say how long the body is and when it was sent.
    pub fn headers(&self) -> [(&'static str, &str); 2] {
        [
            ("x-amzn-RequestId", &self.request_id),
            ("Content-Type", CONTENT_TYPE),
        ]
    }

    /// An answer to a request that names no operation of this service, or may not.
    pub(super) fn refused(request_id: String, failure: Failure) -> Self {
        let Failure { refusal, cause } = failure;
        Self {
            request_id,
            status: refusal.exception.http_status(),
            body: error_body(&refusal),
            operation: None,
            key: None,
            refusal: Some(refusal),
            cause,
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
                key,
                refusal: None,
                cause: None,
            },
            Err(failure) => Self {
                operation: Some(operation),
                key,
                ..Self::refused(request_id, failure)
            },
        }
    }
}

/// A random id, in the form of a UUID.
pub(super) fn request_id(rng: &mut impl CryptoRng) -> String {
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    KeyId::from_random(random, false).to_string()
}

fn error_body(refusal: &Refusal) -> SecretBytes {
    let mut error = Map::new();
    error.insert("__type".to_owned(), json!(refusal.exception));
    if let Some(message) = &refusal.message {
        error.insert("message".to_owned(), json!(message));
    }
    body(&Value::Object(error))
}

fn body(document: &Value) -> SecretBytes {
    SecretBytes::new(json::wire(document).into_bytes())
}
