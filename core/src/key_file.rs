//! Key files: the forms in which people have keys, and what stands in each.
//!
//! Nothing here judges a key: that is [`key_material`](crate::key_material)'s part.

pub(crate) mod encrypted_pkcs8;
pub(crate) mod encryption;
pub(crate) mod source_format;
pub(crate) mod ssh_wire;
pub(crate) mod test_files;
pub(crate) mod text;

pub use encryption::EncryptionError;
pub use source_format::{Encoding, Remark, SourceFormat, Structure};
pub use text::{Lookalike, MaterialFormat};
