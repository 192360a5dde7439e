//! The access log: one line of JSON per request on standard error, never a body.

use std::time::Duration;

use byok_core::explain::{Explanation, applies_to};
use byok_core::json;
use byok_core::key_id::KeyArn;
use byok_core::other_service::OtherAnswer;
use byok_core::timestamp::Timestamp;
use byok_core::trent_service::{Answer, RefusalCause};
use byok_core::verify::VerifyError;
use serde_json::{Value, json};

use super::clock::Clock;
use super::gate::HttpRejection;
use super::spool::{Line, Spool};
use crate::diagnosis::Diagnosed;
use crate::terminal::Terminal;

/// The maximum wait for pending lines on exit.
const PATIENCE: Duration = Duration::from_secs(1);

/// The target of the log, and its level.
#[derive(Debug)]
pub(crate) struct AccessLog {
    spool: Spool,
    clock: Clock,
    diagnoses: bool,
}

/// The facts of one request.
#[derive(Debug)]
pub(super) struct LogEntry {
    request_id: Option<String>,
    /// The operation: a name of AWS KMS, or the action of another service.
    operation: Option<String>,
    key: Option<KeyArn>,
    status: u16,
    exception: Option<String>,
    diagnosis: Option<Value>,
}

impl AccessLog {
    /// Builds a log with the time of `clock`. With `diagnoses`, it contains the reasons for refused
    /// imports.
    pub(crate) fn new(terminal: Terminal, clock: Clock, diagnoses: bool) -> Self {
        let spool = Spool::new(move |line| match line {
            Line::Text(line) => terminal.access_log_line(&line),
            Line::Dropped(count) => terminal.access_log_line(&json::line(&gap(count, clock.now()))),
        });
        Self {
            spool,
            clock,
            diagnoses,
        }
    }

    /// Waits a moment for pending lines, before the end.
    pub(super) fn finish(&self) {
        self.spool.drain(PATIENCE);
    }

    /// Returns whether the log needs the reason of an import that was refused with `error`.
    pub(super) fn wants_explanation(&self, error: &VerifyError) -> bool {
        self.diagnoses && applies_to(error)
    }

    /// Returns the log entry of an answer.
    pub(super) fn of_answer(&self, answer: &Answer, explanation: Option<&Explanation>) -> LogEntry {
        let cause = answer.cause.as_ref().filter(|_| self.diagnoses);
        LogEntry {
            request_id: Some(answer.request_id.clone()),
            operation: operation_name(answer),
            key: answer.key.clone(),
            status: answer.status,
            exception: answer
                .refusal
                .as_ref()
                .map(|refusal| refusal.exception.to_string()),
            diagnosis: cause.map(|cause| diagnose(cause, explanation)),
        }
    }

    /// Returns the log entry of an answer of another service.
    pub(super) fn of_other_answer(answer: &OtherAnswer) -> LogEntry {
        LogEntry {
            request_id: Some(answer.request_id.clone()),
            operation: Some(answer.action.clone()),
            key: None,
            status: answer.status,
            exception: answer.error_code.map(str::to_owned),
            diagnosis: None,
        }
    }

    /// Returns the log entry of a rejected request.
    pub(super) fn of_rejection(rejection: &HttpRejection) -> LogEntry {
        LogEntry {
            request_id: None,
            operation: None,
            key: None,
            status: rejection.status.as_u16(),
            exception: Some(rejection.name.to_owned()),
            diagnosis: None,
        }
    }

    /// Writes a line. The duration `took` is unknown for an invalid request.
    pub(super) fn write(&self, entry: LogEntry, took: Option<Duration>) {
        let mut line = json!({
            "SchemaVersion": 1,
            "Time": self.clock.now().to_string(),
            "RequestId": entry.request_id,
            "Operation": entry.operation,
            "KeyId": entry.key,
            "Status": entry.status,
            "Exception": entry.exception,
            "DurationMillis": took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
        });
        if let Some(diagnosis) = entry.diagnosis {
            line["Diagnosis"] = diagnosis;
        }
        self.spool.push(json::line(&line));
    }
}

/// Returns the name of the operation, which need not be rehearsed.
fn operation_name(answer: &Answer) -> Option<String> {
    let known = answer.operation.map(|operation| operation.to_string());
    known.or_else(|| answer.unknown_operation.clone())
}

/// Returns the line that replaces dropped ones.
fn gap(count: u64, now: Timestamp) -> Value {
    json!({ "SchemaVersion": 1, "Time": now.to_string(), "LinesDropped": count })
}

/// Returns the sentences for the operator.
fn diagnose(cause: &RefusalCause, explanation: Option<&Explanation>) -> Value {
    match cause {
        RefusalCause::Import(error) => {
            json!(of_import(error, explanation))
        }
        RefusalCause::Store(error) => json!([error.to_string()]),
        RefusalCause::Json(error) => json!([error.to_string()]),
        RefusalCause::Reason(reason) => json!([reason]),
    }
}

/// Returns the sentences for an import that was refused: AWS's answer, if it says everything.
fn of_import(error: &VerifyError, explanation: Option<&Explanation>) -> Vec<String> {
    let Diagnosed { cause, hints, .. } = Diagnosed::new(error, explanation);
    let sentences: Vec<String> = cause.into_iter().chain(hints).collect();
    if sentences.is_empty() {
        vec![error.to_string()]
    } else {
        sentences
    }
}

#[cfg(test)]
mod tests {
    use byok_core::exception::{Exception, Refusal};
    use byok_core::import_request::RequestError;
    use byok_core::key_spec::KeySpec;

    use super::*;

    #[test]
    fn no_refused_import_is_without_a_reason() {
        let time = |text| Timestamp::parse(text).expect("a time");
        let (now, later) = (time("2026-01-01T00:00:00Z"), time("2028-06-17T12:00:00Z"));
        let requests = [
            RequestError::Constraints(Refusal::new(Exception::Validation, "a constraint")),
            RequestError::ValidToMissing,
            RequestError::ValidToWithoutExpiry,
            RequestError::ValidToPassed {
                valid_to: now,
                now: later,
            },
            RequestError::ValidToTooFar {
                valid_to: later,
                latest: now,
            },
            RequestError::IdOfNewMaterial,
            RequestError::SymmetricOnly {
                key_spec: KeySpec::Hmac256,
                members: vec!["ImportType"],
            },
        ];
        let others = [
            VerifyError::InvalidImportToken,
            VerifyError::InvalidCiphertext,
            VerifyError::ExpiredImportToken {
                valid_to: now,
                now: later,
            },
        ];
        for error in requests.map(VerifyError::Request).into_iter().chain(others) {
            let sentences = of_import(&error, None);
            assert!(sentences.iter().any(|text| !text.is_empty()), "{error:?}");
            if let VerifyError::Request(RequestError::ValidToTooFar { .. }) = error {
                assert!(
                    sentences[0].contains("more than 365 days ahead"),
                    "{sentences:?}"
                );
            }
        }
    }
}
