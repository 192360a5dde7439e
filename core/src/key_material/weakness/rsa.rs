//! RSA keys: the public exponent, and primes that are not random.

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

use super::{
    chance::Rarity,
    kind::{FoundWeakness, Weakness},
};

/// NIST SP 800-56B Rev. 2, 6.2: the public exponent is above 2^16.
const MIN_EXPONENT: u32 = 65_537;

/// The longest public exponent that AWS-LC accepts by default, in bits. AWS does not document
/// whether AWS KMS accepts a longer one.
///
/// # Source
///
/// AWS-LC, `crypto/fipsmodule/rsa/rsa.c`, `is_public_component_of_rsa_key_good`.
const MAX_USED_EXPONENT_BITS: u32 = 33;

/// Finds a weakness of a public exponent.
pub(crate) fn of_rsa_exponent(e: &BoxedUint) -> Option<FoundWeakness> {
    let weakness = if *e < BoxedUint::from(MIN_EXPONENT) {
        Weakness::SmallPublicExponent
    } else if e.bit_width_vartime() > MAX_USED_EXPONENT_BITS {
        Weakness::LargePublicExponent
    } else {
        return None;
    };
    Some(FoundWeakness::new(weakness, Rarity::NEVER))
}

/// Finds a weakness of two primes of the same length: long runs of equal bits, repeated patterns,
/// or bits that occur in both.
///
/// If 127 bits of a prime are equal, or repeat with a period of up to 64 bits, a whole word shows
/// it. Two primes of 2048 bits have 64 words. There are 64 · 64 words to check for runs, 2 · 32 for
/// common bits, and fewer than 2^11 pairs of words that may be equal: fewer than 2^13 events of
/// probability 2^−64. At least one number in 2^12 is prime, and two primes are drawn, so at most
/// one pair in 2^38 meets the rule.
pub(crate) fn of_rsa_primes(p: &BoxedUint, q: &BoxedUint) -> Option<FoundWeakness> {
    let (p, q) = (words(p), words(q));
    let has_pattern = repeats(&p) || repeats(&q) || have_bits_in_common(&p, &q);
    has_pattern.then_some(FoundWeakness::new(
        Weakness::RepeatedPrimeBits,
        Rarity::one_in_2_to(38),
    ))
}

/// Returns the words of a number, the lowest first.
fn words(number: &BoxedUint) -> Zeroizing<Vec<u64>> {
    let bytes = Zeroizing::new(number.to_le_bytes());
    let (words, _) = bytes.as_chunks::<8>();
    Zeroizing::new(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

/// Returns whether a word of the number equals the word up to 64 bits above it.
fn repeats(words: &[u64]) -> bool {
    let pairs = || words.iter().zip(words.iter().skip(1));
    let with_period =
        |bits: u32| pairs().any(|(low, high)| *low == (low >> bits | high << (64 - bits)));
    (1..64).any(with_period) || pairs().any(|(low, high)| low == high)
}

/// Returns whether the numbers have the same word at one position, or its inverse, or whether a
/// word occurs twice.
fn have_bits_in_common(p: &[u64], q: &[u64]) -> bool {
    if p.iter().zip(q).any(|(p, q)| p == q || *p == !q) {
        return true;
    }
    let mut all = Zeroizing::new([p, q].concat());
    all.sort_unstable();
    all.iter().zip(all.iter().skip(1)).any(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use crypto_bigint::Resize as _;
    use rand_core::Rng as _;

    use super::*;
    use crate::test_rng;

    /// Random bits below the two top bits of 1024, and odd, as primes are.
    fn number(seed: u64) -> Zeroizing<Vec<u64>> {
        let mut rng = test_rng(seed);
        let mut words: Vec<u64> = (0..16).map(|_| rng.next_u64()).collect();
        words[0] |= 1;
        words[15] |= 3 << 62;
        Zeroizing::new(words)
    }

    fn boxed(words: &[u64]) -> BoxedUint {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        BoxedUint::from_le_slice(&bytes, 1024).expect("1024 bits")
    }

    #[test]
    fn random_numbers_have_no_pattern() {
        for seed in 0..200 {
            let (p, q) = (boxed(&number(2 * seed)), boxed(&number(2 * seed + 1)));
            assert_eq!(of_rsa_primes(&p, &q), None);
        }
    }

    #[test]
    fn runs_patterns_and_common_bits_are_found_wherever_they_lie() {
        let (p, q) = (number(1), number(2));
        let found = |p: &[u64], q: &[u64]| of_rsa_primes(&boxed(p), &boxed(q)).is_some();
        for at in 0..130 {
            // 127 bits from bit `at`, with each period.
            for period in 1..=64 {
                let mut patterned = p.clone();
                let pattern = number(3)[7];
                for bit in at..at + 127 + period {
                    let is_set = pattern >> (bit % period) & 1 == 1;
                    let word = &mut patterned[bit / 64];
                    *word = *word & !(1 << (bit % 64)) | u64::from(is_set) << (bit % 64);
                }
                assert!(found(&patterned, &q), "from {at} with period {period}");
                assert!(found(&q, &patterned), "from {at} with period {period}");
            }
        }
        for (from, to) in [(0, 0), (3, 9), (15, 1)] {
            let mut shared = q.clone();
            shared[to] = p[from];
            assert!(found(&p, &shared));
        }
        let mut inverted = q.clone();
        inverted[4] = !p[4];
        assert!(found(&p, &inverted));
    }

    #[test]
    fn an_exponent_has_17_to_33_bits() {
        for (e, weakness) in [
            (3, Some(Weakness::SmallPublicExponent)),
            (65_535, Some(Weakness::SmallPublicExponent)),
            (65_537, None),
            ((1 << 33) - 1, None),
            ((1 << 33) + 1, Some(Weakness::LargePublicExponent)),
            (u64::MAX, Some(Weakness::LargePublicExponent)),
        ] {
            let expected = weakness.map(|weakness| FoundWeakness::new(weakness, Rarity::NEVER));
            let e = BoxedUint::from(e).resize(256);
            assert_eq!(of_rsa_exponent(&e), expected, "{e}");
        }
    }
}
