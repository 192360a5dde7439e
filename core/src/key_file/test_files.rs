//! Files of test keys.

#![cfg(test)]

#[path = "../../tests/common/seed.rs"]
mod seed;

pub(crate) use seed::config as proptest_config;

use super::{RsaNumbers, UncheckedKey, read_pkcs8};
use crate::secret::SecretBytes;

/// Returns the contents of a file under `tests/data`. Its origin is in the `README.md` there.
macro_rules! test_file {
    ($name:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/TEST-",
            $name
        ))
        .as_slice()
    };
}
pub(crate) use test_file;

/// The passphrase of every encrypted file under `tests/data`.
pub(crate) fn passphrase() -> SecretBytes {
    SecretBytes::copy_of(b"TEST passphrase")
}

/// Returns the unchecked key of a PKCS#8 file in DER.
pub(crate) fn numbers_of(file: &[u8]) -> UncheckedKey {
    let keys = read_pkcs8(&SecretBytes::copy_of(file));
    let key = keys.and_then(|mut keys| keys.take_one());
    key.expect("a PKCS#8 key")
}

/// Returns whether two keys have the same numbers, as far as both have them.
pub(crate) fn same_key(a: &UncheckedKey, b: &UncheckedKey) -> bool {
    match (a, b) {
        (UncheckedKey::Rsa(a), UncheckedKey::Rsa(b)) => {
            let crt = |numbers: &'_ RsaNumbers| numbers.crt_exponents.is_some();
            (&a.n, &a.e, &a.d, &a.p, &a.q, &a.q_inv) == (&b.n, &b.e, &b.d, &b.p, &b.q, &b.q_inv)
                && (!crt(a) || !crt(b) || a.crt_exponents == b.crt_exponents)
        }
        (
            UncheckedKey::Ec {
                curve,
                scalar,
                points,
            },
            UncheckedKey::Ec {
                curve: other,
                scalar: other_scalar,
                points: other_points,
            },
        ) => curve == other && scalar == other_scalar && points == other_points,
        (UncheckedKey::Ed25519 { seed, .. }, UncheckedKey::Ed25519 { seed: other, .. }) => {
            seed == other
        }
        (UncheckedKey::Octets(a), UncheckedKey::Octets(b)) => a == b,
        _ => false,
    }
}
