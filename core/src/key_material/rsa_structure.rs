//! Structure in the primes of an RSA key with which anybody can factor the modulus.

use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Limb, NonZero};
use zeroize::Zeroizing;

/// The largest numerator and denominator of the fractions with which the ratio of the primes is
/// compared.
const MAX_RATIO: u128 = 64;
/// The distance between multiples of the primes must not be this many bits shorter than the primes.
const DISTANCE_BITS: u32 = 100;
/// The number of highest bits of a prime that determine the nearest fraction.
const HEAD_BITS: u32 = 112;

/// Returns whether gcd(p − 1, q − 1), which is `divisor`, is above 2^64.
///
/// This holds for fewer than one pair of random primes in 2^60. The larger the divisor, the faster
/// anybody can factor n.
///
/// # Source
///
/// McKee, Pinch: "Further Attacks on Server-Aided RSA Cryptosystems", 1998.
pub(super) fn is_large_divisor(divisor: &BoxedUint) -> bool {
    *divisor > BoxedUint::from(1_u128 << 64)
}

/// Returns whether |a·p − b·q| ≤ 2^(h−100) · max(a, b) for any a and b up to 64, where the primes
/// have h bits each. Fermat's method, applied to a·b·n, then finds them at once.
///
/// This holds for fewer than one pair of random primes in 2^70. There are fewer than 2^12
/// fractions, 2^−96 of the numbers are near one of them, and at least one number in 2^12 is prime.
///
/// # Source
///
/// Lehman: "Factoring Large Integers", Mathematics of Computation 28, 1974; for a = b = 1, FIPS 186-5,
/// A.1.1.
pub(super) fn is_near_fraction(p: &BoxedUint, q: &BoxedUint) -> bool {
    let (p_head, q_head) = (head(p), head(q));
    (1..=MAX_RATIO).any(|a| {
        let below = (a * *p_head).checked_div(*q_head).unwrap_or(0);
        [below, below + 1]
            .into_iter()
            .any(|b| (1..=MAX_RATIO).contains(&b) && is_near(a, p, b, q))
    })
}

/// Returns the highest [`HEAD_BITS`] bits of a prime that is as long as its precision.
fn head(prime: &BoxedUint) -> Zeroizing<u128> {
    let rest = prime.bits_precision().saturating_sub(HEAD_BITS);
    let number = Zeroizing::new(prime >> rest);
    let bytes = Zeroizing::new(number.to_le_bytes());
    let low = bytes.iter().take(16).rev();
    Zeroizing::new(low.fold(0, |head, byte| head << 8 | u128::from(*byte)))
}

/// Returns whether |a·p − b·q| ≤ 2^(h−100) · max(a, b).
fn is_near(a: u128, p: &BoxedUint, b: u128, q: &BoxedUint) -> bool {
    let bits = p.bits_precision();
    let multiple = |factor: u128, number: &BoxedUint| {
        Zeroizing::new(BoxedUint::from(factor).concatenating_mul(number))
    };
    let (of_p, of_q) = (multiple(a, p), multiple(b, q));
    let (larger, smaller) = if *of_p > *of_q {
        (of_p, of_q)
    } else {
        (of_q, of_p)
    };
    let distance = Zeroizing::new(larger.wrapping_sub(&*smaller));
    let unit = BoxedUint::one_with_precision(bits) << bits.saturating_sub(DISTANCE_BITS);
    *distance <= *multiple(a.max(b), &unit)
}

/// Returns whether one power of 65537 equals `number` modulo each of the odd primes up to 167. This
/// holds for the primes of the broken generator, and for products of two of them.
///
/// It holds for fewer than one in 2^150 of the other numbers without a small factor.
///
/// # Source
///
/// Nemec, Sys, Svenda, Klinec, Matyas: "The Return of Coppersmith's Attack", CCS 2017, 3.1: the
/// generator uses the primes up to 701 or more for keys of 2048 bits and more.
pub(super) fn is_roca(number: &BoxedUint) -> bool {
    let mut found: Vec<Exponent> = Vec::with_capacity(ROCA_PRIMES.len());
    ROCA_PRIMES.iter().all(|prime| {
        let divisor = NonZero::new(Limb::from(*prime)).expect("a prime is not zero");
        let Some(exponent) = Exponent::of(number.rem_limb(divisor), *prime) else {
            return false;
        };
        let agrees = found.iter().all(|other| exponent.agrees_with(*other));
        found.push(exponent);
        agrees
    })
}

const ROCA_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// An exponent of 65537 modulo a prime, which is known up to multiples of the order.
#[derive(Clone, Copy)]
struct Exponent {
    exponent: u32,
    order: u32,
}

impl Exponent {
    /// Finds the exponent of 65537 that results in a residue modulo a prime; `None` if there is
    /// none.
    fn of(residue: Limb, prime: u32) -> Option<Self> {
        let powers = core::iter::successors(Some(1), |power| {
            let next = power * 65_537 % prime;
            (next != 1).then_some(next)
        });
        let mut exponent = None;
        let mut order = 0;
        for power in powers {
            if residue == Limb::from(power) {
                exponent = Some(order);
            }
            order += 1;
        }
        exponent.map(|exponent| Self { exponent, order })
    }

    /// Returns whether one number can be both exponents.
    fn agrees_with(self, other: Self) -> bool {
        let (mut gcd, mut rest) = (self.order, other.order);
        while rest != 0 {
            (gcd, rest) = (rest, gcd % rest);
        }
        self.exponent % gcd == other.exponent % gcd
    }
}

#[cfg(test)]
mod tests {
    use crypto_bigint::Resize as _;
    use rand_core::Rng as _;

    use super::*;
    use crate::test_rng;

    fn number(seed: u64, bits: u32) -> BoxedUint {
        let mut bytes = vec![0; bits as usize / 8];
        test_rng(seed).fill_bytes(&mut bytes);
        // Below √2/2 no two factors of such a modulus lie.
        bytes[0] |= 0xc0;
        BoxedUint::from_be_slice(&bytes, bits).expect("short enough")
    }

    fn gcd(a: u128, b: u128) -> u128 {
        if b == 0 { a } else { gcd(b, a % b) }
    }

    #[test]
    fn a_common_divisor_may_have_64_bits() {
        let power = BoxedUint::one_with_precision(1024) << 64;
        let one = BoxedUint::one_with_precision(1024);
        assert!(!is_large_divisor(&one));
        assert!(!is_large_divisor(&power));
        assert!(is_large_divisor(&power.wrapping_add(&one)));
        assert!(is_large_divisor(&(power << 900)));
    }

    #[test]
    fn every_fraction_is_seen_from_both_sides_up_to_the_bound() {
        for bits in [1024, 1536, 2048] {
            let p = number(u64::from(bits), bits);
            let mut seen = 0;
            for (a, b) in (1..=64_u128).flat_map(|a| (1..=64).map(move |b| (a, b))) {
                // q is next to a·p/b, as long as p is.
                let scaled = BoxedUint::from(a).concatenating_mul(&p);
                let divisor = NonZero::new(BoxedUint::from(b).resize(scaled.bits_precision()));
                let q = scaled / divisor.expect("not zero");
                if gcd(a, b) != 1 || q.bit_width() != bits {
                    continue;
                }
                seen += 1;
                let q = q.resize(bits);
                // By so much a·p and b·q may differ, divided by b.
                let bound = BoxedUint::from(a.max(b)).resize(bits) << (bits - DISTANCE_BITS);
                let bound =
                    bound / NonZero::new(BoxedUint::from(b).resize(bits)).expect("not zero");
                let near = bound.wrapping_sub(BoxedUint::one_with_precision(bits));
                let far = bound.wrapping_add(BoxedUint::from(3_u32).resize(bits));
                for (distance, is_seen) in [(&near, true), (&far, false)] {
                    for q in [q.wrapping_add(distance), q.wrapping_sub(distance)] {
                        assert_eq!(is_near_fraction(&p, &q), is_seen, "{a}/{b}");
                        assert_eq!(is_near_fraction(&q, &p), is_seen, "{b}/{a}");
                    }
                }
            }
            assert!(seen > 600, "{seen}");
        }
    }

    #[test]
    fn random_numbers_have_no_structure() {
        for seed in 0..500 {
            let (p, q) = (number(2 * seed, 1024), number(2 * seed + 1, 1024));
            assert!(!is_near_fraction(&p, &q));
            assert!(!is_roca(&p) && !is_roca(&q));
        }
    }

    #[test]
    fn few_numbers_are_powers_of_65537() {
        // So many powers there are among so many numbers without a factor among the primes.
        let (mut powers, mut bits) = (1, 0.0);
        for prime in ROCA_PRIMES {
            let order = Exponent::of(Limb::ONE, prime)
                .expect("the power zero")
                .order;
            powers = powers / gcd(powers, order.into()) * u128::from(order);
            bits += f64::from(prime - 1).log2();
        }
        let powers_bits = f64::from(u128::BITS - powers.leading_zeros());
        assert!(bits - powers_bits > 150.0, "{powers} of 2^{bits}");
    }

    #[test]
    fn exponents_agree_where_one_number_is_both() {
        for (a, m) in [(1, 4), (3, 4), (2, 6), (5, 12)] {
            for (b, n) in [(1, 2), (0, 2), (5, 6), (2, 9)] {
                let agrees = (0..m * n).any(|x| x % m == a && x % n == b);
                let exponent = |exponent, order| Exponent { exponent, order };
                assert_eq!(exponent(a, m).agrees_with(exponent(b, n)), agrees);
            }
        }
    }
}
