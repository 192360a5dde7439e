//! Files of test keys.

#![cfg(test)]

#[path = "../../tests/common/seed.rs"]
mod seed;

pub(crate) use seed::config as proptest_config;

use crate::secret::SecretBytes;

/// The contents of a file under `tests/data`, whose `README.md` says how it was made.
macro_rules! test_file {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/data/TEST-", $name)).as_slice()
    };
}
pub(crate) use test_file;

/// The passphrase of every encrypted file under `tests/data`.
pub(crate) fn passphrase() -> SecretBytes {
    SecretBytes::copy_of(b"TEST passphrase")
}
