//! Private keys and raw keys as others write them: every form that the reader takes, and the keys of
//! the Python package `cryptography-vectors`, good and bad.
//!
//! OpenSSL, ssh-keygen, and the Python packages `cryptography`, `bcrypt` and `jwcrypto` make the forms.
//! Where one is missing the test says `skipped` and passes, unless `CI` is set.

mod forms;
mod hints;
#[path = "../interop_support/mod.rs"]
mod interop_support;
mod vectors;
mod verdicts;
