//! Test keys, and what they must become.

#![cfg(test)]

use proptest::prelude::ProptestConfig;

use super::{KeyMaterialError, bare_key::BareKey, private_key};
use crate::secret::SecretBytes;

/// The contents of a file under `tests/data`, whose `README.md` says how it was made.
macro_rules! test_file {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/data/TEST-", $name)).as_slice()
    };
}
pub(super) use test_file;

/// What opens every encrypted file under `tests/data`.
pub(super) fn passphrase() -> SecretBytes {
    SecretBytes::copy_of(b"TEST passphrase")
}

/// The canonical form of a PKCS#8 key in DER, once it has passed every check.
pub(super) fn checked_pkcs8(der: &[u8]) -> Result<SecretBytes, KeyMaterialError> {
    Ok(private_key::from_import(der)?.key.pkcs8)
}

/// The canonical form of `key`, once it has passed every check.
pub(super) fn checked(key: &BareKey) -> Result<SecretBytes, KeyMaterialError> {
    let (BareKey::Pkcs1(der) | BareKey::Sec1(der)) = key;
    Ok(private_key::read(der.expose(), None)?.key.pkcs8)
}

/// The canonical form of a good PKCS#8 key in DER.
pub(super) fn canonical(der: &[u8]) -> SecretBytes {
    checked_pkcs8(der).expect("a good key")
}

/// `bytes` with one bit flipped, for every bit of them.
pub(super) fn with_each_bit_flipped(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

pub(super) fn proptest_config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
