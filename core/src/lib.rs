//! What AWS KMS says about key-material imports, and how key material is wrapped.
pub mod secret;
