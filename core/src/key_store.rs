//! The storage of rehearsed KMS keys.

mod alias_list;
mod error;
mod memory;
mod store;

pub use alias_list::{Alias, AliasList};
pub use error::{StoreError, StoreErrorKind};
pub use memory::{MAX_MEMORY_LEN, MemoryKeyStore};
pub use store::{KeyStore, MissingKey};
