//! Private keys and raw keys from other programs: every supported form, and the valid and invalid
//! keys of the Python package `cryptography-vectors`.
//!
//! OpenSSL, ssh-keygen, keytool, NSS's pk12util, jq, node, iconv, xxd, and the Python packages `cryptography`,
//! `bcrypt` and `jwcrypto` make the forms. Where one is missing the test prints `skipped` and passes, unless
//! `CI` is set.

mod forms;
mod hints;
#[path = "../interop_support/mod.rs"]
mod interop_support;
mod vectors;
mod refusals;
mod verdicts;
