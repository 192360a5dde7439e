//! Key material, in exactly the form that AWS KMS accepts.
//!
//! [`key_file`](crate::key_file) reads a file. This module checks its key, and writes it in the
//! canonical form.

mod bare_len;
mod ec_key;
mod ed25519_key;
mod error;
mod ethereum;
mod file_digest;
mod from_file;
mod full_scalar;
mod from_import;
mod material;
mod private_key;
mod raw_key;
mod read_options;
mod reading;
mod rsa_fault;
mod rsa_key;
mod rsa_numbers;
mod rsa_structure;
mod symmetric;
mod weakness;

pub use bare_len::bare_len;
pub(crate) use ec_key::sm2_key;
pub use error::{KeyMaterialError, MaterialError, MaterialErrorClass};
pub use file_digest::{digest_of_file, digest_of_material};
pub use from_import::MAX_DRAWS;
pub use material::KeyMaterial;
pub use read_options::ReadOptions;
pub use reading::Reading;
pub use rsa_fault::RsaFault;
pub use weakness::{FoundWeakness, Rarity, WeakMaterial, Weakness};
