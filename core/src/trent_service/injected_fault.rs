//! Injected faults: exceptions that a program must handle, and a consistency delay.

use core::fmt;
use std::sync::{Mutex, PoisonError};

use super::failure::Failure;
use crate::{
    exception::{Exception, Refusal},
    key_id::AccountId,
    operation::Operation,
};

/// An exception that an operation answers with instead of running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InjectedFault {
    /// The operation that fails.
    pub operation: Operation,
    /// The exception.
    pub exception: Exception,
    /// The number of times; `None` for always.
    pub count: Option<u32>,
}

/// The remaining faults.
pub(super) struct Troubles(Mutex<Vec<InjectedFault>>);

impl Troubles {
    pub(super) fn new(troubles: Vec<InjectedFault>) -> Self {
        Self(Mutex::new(troubles))
    }

    /// Returns the first fault for `operation`, and counts it.
    pub(super) fn next(&self, operation: Operation) -> Option<Exception> {
        let mut troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = |trouble: &&mut InjectedFault| {
            trouble.operation == operation && trouble.count != Some(0)
        };
        let trouble = troubles.iter_mut().find(is_due)?;
        trouble.count = trouble.count.map(|count| count - 1);
        Some(trouble.exception)
    }
}

impl fmt::Debug for Troubles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fmt(f)
    }
}

/// Returns AWS's answer if it depends at most on the operation.
pub(super) fn failure(
    exception: Exception,
    operation: Operation,
    account_id: &AccountId,
) -> Failure {
    let text = match exception {
        Exception::AccessDenied => format!(
            "User: arn:aws:iam::{account_id}:user/rehearsal is not authorized to perform: kms:{operation} \
             because no identity-based policy allows the kms:{operation} action"
        ),
        Exception::ExpiredToken => "The security token included in the request is expired".to_owned(),
        Exception::Throttling => {
            "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."
                .to_owned()
        }
        exception => {
            let reason = format!("{operation} fails on purpose: the rehearsal was started with this fault");
            return Failure::because(exception, reason);
        }
    };
    Refusal::new(exception, text).into()
}
