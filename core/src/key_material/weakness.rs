//! Weak key material: the rules, and the decision whether to refuse it.
//!
//! The rules apply to every kind of key material: symmetric keys, HMAC keys, EC scalars in every
//! form and RSA keys. Each rule has an upper bound for the fraction of random keys that meet it,
//! which its test computes. If the bound is at most one random key in 2^32, the material is
//! refused, unless weak material is allowed. Otherwise there is a warning at most.

mod chance;
mod counts;
mod examples;
mod kind;
mod pattern;
mod pattern_counts;
mod published;
mod rsa;
mod scalar;
mod spread;
mod spread_counts;
mod text;
mod text_counts;

pub use chance::Rarity;
pub use kind::{FoundWeakness, WeakMaterial, Weakness};
pub(super) use rsa::{of_rsa_exponent, of_rsa_primes};

use crate::{key_file::curve_order, key_spec::Curve};

/// Finds a weakness of the bytes of a symmetric key, an HMAC key, or a seed.
///
/// Every rule has an upper bound for the probability that uniformly random bytes of this length
/// meet it.
pub(super) fn of_octets(bytes: &[u8]) -> Option<FoundWeakness> {
    worst(published::in_bytes(bytes).into_iter().chain(of_form(bytes)))
}

/// Finds a weakness of an EC scalar, which is big-endian and has the length of its curve.
///
/// Applies the rules for bytes, and rejects numbers near zero, modulo the order of the curve.
pub(super) fn of_scalar(curve: Curve, scalar: &[u8]) -> Option<FoundWeakness> {
    // All but the lowest bit of P-521's first byte is always zero.
    let body = match (curve, scalar) {
        (Curve::P521, [_, body @ ..]) => body,
        _ => scalar,
    };
    // A scalar of any curve is uniform below its order, so it meets a rule for bytes at most twice
    // as often as random bytes do.
    let found = published::in_bytes(scalar)
        .into_iter()
        .chain(scalar::near_zero(scalar, curve_order(curve)))
        .chain(of_form(body).map(FoundWeakness::twice_as_likely));
    worst(found)
}

/// Returns a weakness if an RSA modulus (big-endian) belongs to a published key.
pub(super) fn of_rsa_modulus(modulus: &[u8]) -> Option<FoundWeakness> {
    published::in_bytes(modulus)
}

/// Applies the rules about the form of bytes, the most specific first.
fn of_form(bytes: &[u8]) -> impl Iterator<Item = FoundWeakness> {
    type Rule = fn(&[u8]) -> Option<FoundWeakness>;
    const RULES: [Rule; 16] = [
        pattern::repeated_byte,
        text::replacement_characters,
        text::printable,
        text::utf16,
        pattern::repeated_pattern,
        pattern::sequence,
        pattern::related_halves,
        pattern::zeros_at_an_end,
        spread::zero_bytes,
        pattern::byte_run,
        text::utf8_text,
        text::mostly_printable,
        spread::frequent_byte,
        spread::few_byte_values,
        spread::few_steps,
        text::utf8,
    ];
    RULES.into_iter().filter_map(|rule| rule(bytes))
}

/// Returns the first weakness that is refused, otherwise the first one.
fn worst(found: impl Iterator<Item = FoundWeakness>) -> Option<FoundWeakness> {
    let mut milder = None;
    for weakness in found {
        if weakness.is_refused() {
            return Some(weakness);
        }
        milder = milder.or(Some(weakness));
    }
    milder
}
