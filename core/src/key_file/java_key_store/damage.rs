//! The error for a damaged Java key store.

use crate::key_file::{
    error::ReadError,
    form::{Form, JavaStoreType},
};

/// Returns the error for a fault in this part.
pub(super) const fn in_part(store_type: JavaStoreType, part: &'static str) -> ReadError {
    ReadError::DamagedStore {
        form: Form::JavaKeyStore(store_type),
        part,
    }
}
