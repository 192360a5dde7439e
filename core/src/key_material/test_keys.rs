//! Test keys, and their expected form.

#![cfg(test)]

use super::{KeyMaterialError, bare_key::BareKey, private_key};
pub(super) use crate::key_file::test_files::{passphrase, proptest_config, test_file};
use crate::secret::SecretBytes;

/// Returns the canonical form of a PKCS#8 key in DER that passed every check.
pub(super) fn checked_pkcs8(der: &[u8]) -> Result<SecretBytes, KeyMaterialError> {
    Ok(private_key::from_import(der)?.key.pkcs8)
}

/// Returns the canonical form of `key` after every check.
pub(super) fn checked(key: &BareKey) -> Result<SecretBytes, KeyMaterialError> {
    let (BareKey::Pkcs1(der) | BareKey::Sec1(der)) = key;
    Ok(private_key::read(der.expose(), None)?.key.pkcs8)
}

/// Returns the canonical form of a valid PKCS#8 key in DER.
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
