//! Exact counts of the strings that meet a rule, to compare with the rarity that the rule states.

#![cfg(test)]

use core::cmp::Ordering;

use crypto_bigint::{BoxedUint, Resize as _};

use super::{chance::Rarity, kind::FoundWeakness};

/// The lengths of key material that is bytes; among them, those of scalars.
pub(super) fn lengths() -> impl Iterator<Item = usize> {
    [16].into_iter().chain(28..=LONGEST)
}

/// The longest material, in bytes.
pub(super) const LONGEST: usize = 128;
/// More than 256^128, with room for factors.
pub(super) const PRECISION: u32 = 1152;

pub(super) fn big(number: u64) -> BoxedUint {
    BoxedUint::from(number).resize(PRECISION)
}

/// The lowest eight bits.
pub(super) fn byte(number: usize) -> u8 {
    number.to_le_bytes()[0]
}

/// 256^`exponent`.
pub(super) fn strings(exponent: usize) -> BoxedUint {
    let bits = u32::try_from(8 * exponent).expect("short");
    big(1).shl_vartime(bits).expect("in range")
}

/// The powers of `base`, up to that with [`LONGEST`].
pub(super) fn powers(base: u64) -> Vec<BoxedUint> {
    let mut powers = vec![big(1)];
    for at in 0..LONGEST {
        powers.push(powers[at].wrapping_mul(big(base)));
    }
    powers
}

pub(super) fn sum(numbers: impl Iterator<Item = BoxedUint>) -> BoxedUint {
    numbers.fold(big(0), |sum, number| sum.wrapping_add(&number))
}

/// Asserts that `count` of the 256^`len` strings is within the rarity.
#[track_caller]
pub(super) fn assert_bound(rarity: Rarity, count: &BoxedUint, len: usize) {
    let bits = rarity.bits().expect("random keys have it");
    let times = count.shl_vartime(bits).expect("in range");
    assert_ne!(
        times.cmp(&strings(len)),
        Ordering::Greater,
        "more than one of 2^{bits} strings of {len} bytes"
    );
}

/// Like [`assert_bound`], and also checks that the next power of two would be too small.
#[track_caller]
pub(super) fn assert_exact(rarity: Rarity, count: &BoxedUint, len: usize) {
    assert_bound(rarity, count, len);
    let bits = rarity.bits().expect("random keys have it");
    let times = count.shl_vartime(bits + 1).expect("in range");
    assert_ne!(
        times.cmp(&strings(len)),
        Ordering::Less,
        "{bits} of {len} bytes"
    );
}

#[track_caller]
pub(super) fn rarity(found: Option<FoundWeakness>) -> Rarity {
    found.expect("weak").rarity
}

/// Returns bytes that meet no rule, from a generator with a fixed seed.
pub(super) fn plain(len: usize) -> Vec<u8> {
    use rand_core::Rng as _;
    let mut bytes = vec![0; len];
    crate::test_rng(len as u64).fill_bytes(&mut bytes);
    bytes
}
