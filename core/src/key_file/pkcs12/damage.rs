//! The error for a PKCS#12 file that violates its form.

use crate::key_file::{error::ReadError, form::Form};

/// Returns the error about this part of the file.
pub(super) const fn damaged(part: &'static str) -> ReadError {
    ReadError::DamagedStore {
        form: Form::Pkcs12,
        part,
    }
}
