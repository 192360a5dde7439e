//! Tests of primes on eight numbers, or with eight bases, at once.

use byok_lanes::{Arithmetic, LANES, Moduli, Numbers, Size};
use crypto_bigint::{BoxedUint, NonZero, RandomMod as _};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Returns how many numbers [`pass_fermat_test`] tests in the time of one.
pub(crate) fn numbers_at_once() -> usize {
    Arithmetic::detect().numbers_at_once()
}

/// Returns for each of one to eight numbers whether it divides 2^(number − 1) − 1, as every odd
/// prime does.
///
/// The numbers have 1024, 1536 or 2048 bits. Few composite numbers pass; [`passes_miller_rabin_test`]
/// finds those.
///
/// # Panics
///
/// If a number is even or its size is not one of the three.
pub(crate) fn pass_fermat_test(numbers: &[BoxedUint]) -> Vec<bool> {
    pass_fermat_test_with(Arithmetic::detect(), numbers)
}

fn pass_fermat_test_with(arithmetic: Arithmetic, numbers: &[BoxedUint]) -> Vec<bool> {
    let moduli = moduli(arithmetic, numbers).expect("a candidate is odd, and one of a few");
    let powers = moduli.power_of_two(&moduli.minus_one());
    moduli.is_one(&powers)[..numbers.len()].to_vec()
}

/// Returns whether `number` passes `rounds` rounds of the Miller-Rabin test with random bases, or
/// eight where these take the time of one.
///
/// # Panics
///
/// As [`pass_fermat_test`] does, and for more than eight rounds.
///
/// # Source
///
/// FIPS 186-5, B.3.1.
pub(crate) fn passes_miller_rabin_test(
    number: &BoxedUint,
    rounds: usize,
    rng: &mut (impl CryptoRng + ?Sized),
) -> bool {
    let arithmetic = Arithmetic::detect();
    let rounds = rounds.max(arithmetic.numbers_at_once());
    let bases: Vec<BoxedUint> = (0..rounds).map(|_| random_base(number, rng)).collect();
    passes_with_bases(arithmetic, number, &bases)
}

/// Returns whether `number` is a strong probable prime to each of one to eight bases.
///
/// # Source
///
/// FIPS 186-5, B.3.1, steps 1, 2 and 4.
fn passes_with_bases(arithmetic: Arithmetic, number: &BoxedUint, bases: &[BoxedUint]) -> bool {
    let repeated = vec![number.clone(); bases.len()];
    let moduli = moduli(arithmetic, &repeated).expect("a candidate is odd, and bases are a few");
    let one = BoxedUint::one_with_precision(number.bits_precision());
    let number_minus_one = Zeroizing::new(number.wrapping_sub(&one));
    // number − 1 = 2^twos·odd. Twos are few, and all that the time depends on.
    let twos = number_minus_one.trailing_zeros_vartime();
    let odd = Zeroizing::new(&*number_minus_one >> twos);
    let exponents = in_lanes(moduli.size(), core::slice::from_ref(&*odd));
    let bases = in_lanes(moduli.size(), bases);
    let mut powers = moduli.power(&moduli.to_residues(&bases), &exponents);
    let mut passed = moduli.is_one(&powers);
    for two in 0..twos {
        if two > 0 {
            powers = moduli.square(&powers);
        }
        for (passed, is_minus_one) in passed.iter_mut().zip(moduli.is_minus_one(&powers)) {
            *passed |= is_minus_one;
        }
    }
    passed[..moduli.lanes()] == [true; LANES][..moduli.lanes()]
}

/// Returns a random number from 2 to `number` − 2.
fn random_base(number: &BoxedUint, rng: &mut (impl CryptoRng + ?Sized)) -> BoxedUint {
    let small = |value: u32| BoxedUint::from(value);
    let end = NonZero::new(number.wrapping_sub(small(3))).expect("a candidate is long");
    BoxedUint::random_mod_vartime(rng, &end).wrapping_add(small(2))
}

/// Puts one to eight odd numbers of one size into lanes, if that is what they are.
fn moduli(arithmetic: Arithmetic, numbers: &[BoxedUint]) -> Option<Moduli> {
    let size = Size::from_bits(numbers.first()?.bits_precision())?;
    let bytes = bytes(numbers);
    let bytes: Vec<&[u8]> = bytes.iter().map(|bytes| &***bytes).collect();
    Moduli::new(arithmetic, size, &bytes)
}

fn in_lanes(size: Size, numbers: &[BoxedUint]) -> Numbers {
    let bytes = bytes(numbers);
    let bytes: Vec<&[u8]> = bytes.iter().map(|bytes| &***bytes).collect();
    Numbers::from_le_bytes(size, &bytes).expect("one to eight numbers that are not above a modulus")
}

fn bytes(numbers: &[BoxedUint]) -> Vec<Zeroizing<Box<[u8]>>> {
    numbers
        .iter()
        .map(|number| Zeroizing::new(number.to_le_bytes()))
        .collect()
}

#[cfg(test)]
mod tests {
    use crypto_bigint::Resize as _;
    use crypto_primes::{Flavor, hazmat::MillerRabin};

    use super::*;
    use crate::test_rng;

    /// The implementations that this processor has.
    fn arithmetics() -> impl Iterator<Item = Arithmetic> {
        Arithmetic::ifma().into_iter().chain([Arithmetic::PORTABLE])
    }

    /// Returns 2^`exponent` − 1.
    fn mersenne(exponent: u32, bits: u32) -> BoxedUint {
        let one = BoxedUint::one_with_precision(bits);
        (&one << exponent) - one
    }

    /// The least primes above 2^(bits − 1), and the number after each.
    #[test]
    fn primes_pass_both_tests_in_their_lanes() {
        for (bits, distances) in [
            (1024, [1155, 1493]),
            (1536, [699, 803]),
            (2048, [1919, 2111]),
        ] {
            let least = BoxedUint::one_with_precision(bits) << (bits - 1);
            let primes = distances.map(|distance: u32| &least + BoxedUint::from(distance));
            let mut numbers = Vec::new();
            for prime in &primes {
                assert!(
                    crypto_primes::is_prime(Flavor::Any, prime),
                    "{bits} {prime}"
                );
                numbers.extend([prime.clone(), prime + BoxedUint::from(2_u32)]);
            }
            for arithmetic in arithmetics() {
                let passed = pass_fermat_test_with(arithmetic, &numbers);
                assert_eq!(passed, [true, false, true, false], "{bits}");
                let bases: Vec<_> = (2..10_u32)
                    .map(|base| BoxedUint::from(base).resize_unchecked(bits))
                    .collect();
                for (number, is_prime) in numbers.iter().zip([true, false, true, false]) {
                    assert_eq!(passes_with_bases(arithmetic, number, &bases), is_prime);
                }
            }
        }
    }

    /// (4^p − 1)/3 for a prime p above 3.
    ///
    /// # Source
    ///
    /// M. Cipolla, "Sui numeri composti P, che verificano la congruenza di Fermat" (1904).
    #[test]
    fn a_composite_number_that_passes_the_fermat_test_fails_the_other() {
        for (bits, p) in [(1024, 509), (1536, 761), (2048, 1021)] {
            let three = NonZero::new(BoxedUint::from(3_u32)).expect("not zero");
            let number = &mersenne(2 * p, bits) / &three;
            let number = number.resize_unchecked(bits);
            for arithmetic in arithmetics() {
                assert_eq!(
                    pass_fermat_test_with(arithmetic, core::slice::from_ref(&number)),
                    [true]
                );
            }
            assert!(!passes_miller_rabin_test(&number, 4, &mut test_rng(1)));
        }
    }

    /// 2^p − 1 for a prime p: a strong probable prime to the base 2, and prime for few p.
    #[test]
    fn one_base_that_finds_a_composite_number_is_enough() {
        for (bits, p) in [(1024, 1019), (1536, 1531), (2048, 2039)] {
            let number = mersenne(p, bits);
            let base = |base: u32| BoxedUint::from(base).resize_unchecked(bits);
            for arithmetic in arithmetics() {
                assert!(passes_with_bases(arithmetic, &number, &[base(2), base(4)]));
                for lane in 0..LANES {
                    let mut bases = vec![base(2); LANES];
                    bases[lane] = base(3);
                    assert!(
                        !passes_with_bases(arithmetic, &number, &bases),
                        "{bits} {lane}"
                    );
                }
            }
        }
    }

    /// The verdict on a base that a composite number passes depends on each squaring, so numbers with
    /// many factors of two in number − 1 are among these.
    #[test]
    fn verdicts_are_those_of_crypto_primes_for_short_numbers() {
        let bits = 1024;
        let mut passed_though_composite = 0;
        let strong_pseudoprimes = [2047, 3277, 4033, 4681, 8321];
        for number in (9..200_u32).step_by(2).chain(strong_pseudoprimes) {
            let number = BoxedUint::from(number).resize_unchecked(bits);
            let test = MillerRabin::new(crypto_bigint::Odd::new(number.clone()).expect("odd"));
            let is_prime = crypto_primes::is_prime(Flavor::Any, &number);
            for base in [2_u32, 3, 5, 7] {
                let base = BoxedUint::from(base).resize_unchecked(bits);
                let verdict = test.test(&base).is_probably_prime();
                for arithmetic in arithmetics() {
                    let bases = core::slice::from_ref(&base);
                    assert_eq!(
                        passes_with_bases(arithmetic, &number, bases),
                        verdict,
                        "{number} {base}"
                    );
                }
                passed_though_composite += u32::from(verdict && !is_prime);
            }
        }
        assert!(passed_though_composite >= 5, "{passed_though_composite}");
    }

    #[test]
    fn bases_are_from_2_to_the_number_minus_2() {
        let number = BoxedUint::from(7_u32);
        let rng = &mut test_rng(1);
        let mut bases: Vec<BoxedUint> = (0..100).map(|_| random_base(&number, rng)).collect();
        bases.sort();
        bases.dedup();
        assert_eq!(bases, [2_u32, 3, 4, 5].map(BoxedUint::from));
    }
}
