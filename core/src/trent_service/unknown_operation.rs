//! A request for an operation that is not rehearsed.

use super::failure::Failure;
use crate::exception::{Exception, Refusal};

/// The prefix of an operation name in `X-Amz-Target`.
pub(super) const TARGET_PREFIX: &str = "TrentService.";

/// The maximum length of an unknown target in the log, in characters.
const MAX_TARGET_SHOWN: usize = 64;

/// The answer to an operation that is not rehearsed, and its name for the log.
pub(super) struct UnknownOperation {
    pub(super) name: Option<String>,
    pub(super) failure: Failure,
}

impl UnknownOperation {
    /// Builds the answer to `target`, the header `X-Amz-Target`.
    pub(super) fn of(target: Option<&str>) -> Self {
        if let Some(name) = target.and_then(operation_name) {
            let text = format!("byok serve does not rehearse {name}");
            return Self {
                name: Some(name.to_owned()),
                failure: Refusal::new(Exception::UnknownOperation, text).into(),
            };
        }
        let reason = match target {
            None => "the request has no X-Amz-Target".to_owned(),
            Some(target) => {
                let start: String = target.chars().take(MAX_TARGET_SHOWN).collect();
                format!("X-Amz-Target {start} does not name an operation of AWS KMS")
            }
        };
        let failure = Failure::because(Exception::UnknownOperation, reason);
        Self {
            name: None,
            failure,
        }
    }
}

/// Returns the name in a target of AWS KMS, if it can be the name of an operation.
fn operation_name(target: &str) -> Option<&str> {
    let name = target.strip_prefix(TARGET_PREFIX)?;
    let is_name = (1..=MAX_TARGET_SHOWN).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(name)
}
