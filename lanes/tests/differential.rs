//! Both implementations compared with `crypto-bigint`, on random and on extreme operands.
//!
//! `BYOK_TEST_SEED` sets the seed, which each test prints. `BYOK_LANES_ROUNDS` sets the rounds for
//! each size and implementation: a round has eight operands.

#![allow(
    clippy::print_stdout,
    reason = "the test harness shows it where the test fails"
)]

use std::hash::{BuildHasher as _, RandomState};

use byok_lanes::{Arithmetic, LANES, LucasTerms, Moduli, Numbers, Residues, Size};
use chacha20::ChaCha20Rng;
use crypto_bigint::{
    BitOps as _, BoxedUint, NonZero, Odd, RandomBits as _, Resize as _,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use rand_core::{Rng as _, SeedableRng as _};

/// One number for each lane.
type Eight = [BoxedUint; LANES];

#[test]
fn products_and_squares_are_those_of_crypto_bigint() {
    compare(rounds(100), |moduli, lanes, rng| {
        let (a, b) = (below(lanes, rng), below(lanes, rng));
        let [x, y] = [&a, &b].map(|numbers| moduli.to_residues(&packed(moduli.size(), numbers)));
        let expected = |of: &dyn Fn(usize) -> BoxedUint| core::array::from_fn(of);
        assert_stands_for(moduli, &x, &a);
        assert_stands_for(
            moduli,
            &moduli.product(&x, &y),
            &expected(&|lane| a[lane].mul_mod(&b[lane], &nonzero(&lanes[lane]))),
        );
        assert_stands_for(
            moduli,
            &moduli.square(&x),
            &expected(&|lane| a[lane].mul_mod(&a[lane], &nonzero(&lanes[lane]))),
        );
        for (lane, number) in a.iter().enumerate() {
            let one = BoxedUint::one();
            assert_eq!(moduli.is_one(&x)[lane], *number == one);
            assert_eq!(
                moduli.is_minus_one(&x)[lane],
                *number == &lanes[lane] - &one
            );
        }
    });
}

#[test]
fn powers_are_those_of_crypto_bigint() {
    compare(rounds(100).div_ceil(50), |moduli, lanes, rng| {
        let bits = moduli.size().bits();
        let (bases, exponents) = (below(lanes, rng), core::array::from_fn(|_| any(bits, rng)));
        let power = |base: &BoxedUint, lane: usize| {
            let modulus = Odd::new(lanes[lane].clone()).expect("moduli are odd");
            let params = BoxedMontyParams::new_vartime(modulus);
            BoxedMontyForm::new(base.clone(), &params)
                .pow(&exponents[lane])
                .retrieve()
        };
        let in_lanes = packed(moduli.size(), &exponents);
        let two = BoxedUint::from(2_u32);
        let of_two = |lane: usize| {
            let base = two.clone().resize_unchecked(bits);
            power(&base.rem(&nonzero(&lanes[lane])), lane)
        };
        assert_stands_for(
            moduli,
            &moduli.power_of_two(&in_lanes),
            &core::array::from_fn(of_two),
        );
        let residues = moduli.to_residues(&packed(moduli.size(), &bases));
        assert_stands_for(
            moduli,
            &moduli.power(&residues, &in_lanes),
            &core::array::from_fn(|lane| power(&bases[lane], lane)),
        );
    });
}

/// Each term is computed from the two before it, at an index that the steps reach bit by bit.
#[test]
fn lucas_terms_meet_their_recurrence() {
    compare(rounds(100).div_ceil(50), |moduli, lanes, rng| {
        let qs = below(lanes, rng);
        for (modulus, q) in lanes.iter().zip(&qs) {
            let p = u8::try_from(rng.next_u32() % 9).expect("below 9");
            let index = rng.next_u32() % 64;
            let (bytes, q_bytes) = (modulus.to_le_bytes(), q.to_le_bytes());
            let terms = LucasTerms::new(moduli.arithmetic(), moduli.size(), &bytes, p, &q_bytes);
            let mut terms = terms.expect("an odd modulus and a P of at most 8");
            for bit in (0..6).rev() {
                terms.step(u64::from(index >> bit));
            }
            let modulus = nonzero(modulus);
            let small = |number: u8| {
                let number = BoxedUint::from(number).resize_unchecked(q.bits_precision());
                number.rem(&modulus)
            };
            let (mut v, mut next_v) = (small(2), small(p));
            let mut power = small(1);
            for _ in 0..index {
                let two_on = small(p)
                    .mul_mod(&next_v, &modulus)
                    .sub_mod(&q.mul_mod(&v, &modulus), &modulus);
                [v, next_v] = [next_v, two_on];
                power = power.mul_mod(q, &modulus);
            }
            let expected = [v, next_v, power.clone(), power.mul_mod(q, &modulus)];
            assert_eq!(unpacked(&terms.to_numbers())[..4], expected, "{p} {index}");
        }
    });
}

/// V(k) and V(k+1) of long indices, from a formula that the steps do not use: with Q = a·b and
/// P = a + b, V(k) is a^k + b^k.
#[test]
fn lucas_terms_of_long_indices_are_sums_of_powers() {
    for arithmetic in arithmetics() {
        let rng = &mut rng();
        for size in Size::ALL {
            for (a, b) in [(1_u8, 1_u8), (1, 4), (3, 5), (2, 6), (7, 1)] {
                let (modulus, index) = (odd(size.bits(), rng), any(size.bits(), rng));
                let bytes = modulus.to_le_bytes();
                let terms = LucasTerms::new(arithmetic, size, &bytes, a + b, &[a * b]);
                let mut terms = terms.expect("an odd modulus and a P of at most 8");
                for bit in (0..size.bits()).rev() {
                    terms.step(index.bit(bit).to_u8().into());
                }
                let params = BoxedMontyParams::new_vartime(Odd::new(modulus.clone()).expect("odd"));
                let power = |base: u8| {
                    let base = BoxedUint::from(base).resize_unchecked(size.bits());
                    let base = BoxedMontyForm::new(base.rem(&nonzero(&modulus)), &params);
                    let power = base.pow(&index);
                    [&power * &base, power]
                };
                let ([next_a, power_a], [next_b, power_b]) = (power(a), power(b));
                let [next_q, power_q] = power(a * b);
                let expected = [power_a + power_b, next_a + next_b, power_q, next_q];
                let expected = expected.map(|term| term.retrieve());
                assert_eq!(unpacked(&terms.to_numbers())[..4], expected, "{a} {b}");
            }
        }
    }
}

#[test]
fn lucas_terms_of_a_large_p_or_an_even_modulus_are_refused() {
    let terms = |modulus: u8, p| {
        LucasTerms::new(Arithmetic::PORTABLE, Size::Bits1024, &[modulus], p, &[1]).is_some()
    };
    assert_eq!(
        [terms(15, 8), terms(15, 9), terms(16, 8), terms(1, 8)],
        [true, false, false, false]
    );
}

#[test]
fn a_number_of_the_modulus_or_above_stands_for_its_remainder() {
    for arithmetic in arithmetics() {
        let moduli = Moduli::new(arithmetic, Size::Bits1024, &[&[15]]).expect("an odd modulus");
        for number in 0..30 {
            let numbers = Numbers::from_le_bytes(Size::Bits1024, &[&[number]]).expect("one byte");
            let residues = moduli.to_residues(&numbers);
            let remainder = moduli.to_numbers(&residues).to_le_bytes(0)[0];
            assert_eq!(remainder, number % 15);
            assert_eq!(moduli.is_one(&residues)[0], remainder == 1);
            assert_eq!(moduli.is_minus_one(&residues)[0], remainder == 14);
        }
    }
}

#[test]
fn moduli_that_are_even_or_small_or_long_are_refused() {
    let long = [0xff; 129];
    let moduli: [&[&[u8]]; 7] = [
        &[],
        &[&[1]],
        &[&[]],
        &[&[15], &[16]],
        &[&[15], &[1, 0, 0]],
        &[&long],
        &[[15].as_slice(); 9],
    ];
    for moduli in moduli {
        let refused = Moduli::new(Arithmetic::PORTABLE, Size::Bits1024, moduli);
        assert!(refused.is_none(), "{moduli:?}");
    }
    let padded = [&[15], [0; 200].as_slice()].concat();
    assert!(Moduli::new(Arithmetic::PORTABLE, Size::Bits1024, &[&padded]).is_some());
}

/// `.ci/portable-rustc` compiles so.
#[cfg(byok_portable_lanes)]
#[test]
fn a_portable_build_uses_no_avx_512() {
    assert!(Arithmetic::ifma().is_none());
    assert_eq!(Arithmetic::detect().numbers_at_once(), 1);
}

#[test]
fn numbers_come_back_from_their_lanes() {
    let rng = &mut rng();
    for size in Size::ALL {
        let numbers: Eight = core::array::from_fn(|_| any(size.bits(), rng));
        let in_lanes = packed(size, &numbers);
        assert_eq!(unpacked(&in_lanes), numbers);
    }
}

/// Calls `check` with moduli of every size, for each implementation that this processor has.
fn compare(rounds: usize, check: impl Fn(&Moduli, &Eight, &mut ChaCha20Rng)) {
    let rng = &mut rng();
    for arithmetic in arithmetics() {
        for size in Size::ALL {
            for _ in 0..rounds {
                let lanes: Eight = core::array::from_fn(|_| odd(size.bits(), rng));
                let bytes = lanes.each_ref().map(BoxedUint::to_le_bytes);
                let bytes = bytes.each_ref().map(|bytes| &**bytes);
                let moduli = Moduli::new(arithmetic, size, &bytes).expect("odd moduli");
                check(&moduli, &lanes, rng);
            }
        }
    }
}

#[track_caller]
fn assert_stands_for(moduli: &Moduli, residues: &Residues, expected: &Eight) {
    assert_eq!(&unpacked(&moduli.to_numbers(residues)), expected);
}

/// The implementations that this processor can run.
fn arithmetics() -> Vec<Arithmetic> {
    let ifma = Arithmetic::ifma();
    if ifma.is_none() {
        println!("skipped: AVX-512 IFMA is not there, or the build forces the portable path");
    }
    ifma.into_iter().chain([Arithmetic::PORTABLE]).collect()
}

/// Returns an odd modulus, at least 3: random, or with limbs of zeros or ones; long, or a little
/// shorter.
fn odd(bits: u32, rng: &mut ChaCha20Rng) -> BoxedUint {
    let number = any(bits, rng) | BoxedUint::one_with_precision(bits);
    if number == BoxedUint::one() {
        BoxedUint::from(3_u32).resize_unchecked(bits)
    } else {
        number
    }
}

/// Returns one number below each modulus: 0, 1, m − 1 or another.
fn below(moduli: &Eight, rng: &mut ChaCha20Rng) -> Eight {
    core::array::from_fn(|lane| {
        let modulus = &moduli[lane];
        let bits = modulus.bits_precision();
        let one = BoxedUint::one_with_precision(bits);
        match rng.next_u32() % 8 {
            0 => BoxedUint::zero_with_precision(bits),
            1 => one,
            2 => modulus - one,
            _ => any(bits, rng).rem(&nonzero(modulus)),
        }
    })
}

/// Returns a number of at most `bits` bits, whose 52-bit limbs are random, all zeros or all ones.
fn any(bits: u32, rng: &mut ChaCha20Rng) -> BoxedUint {
    let mut number = BoxedUint::random_bits(rng, bits).resize_unchecked(bits);
    let kind = rng.next_u32() % 4;
    for limb in 0..bits.div_ceil(52) {
        let choice = rng.next_u32() % 4;
        // A quarter is all random, and a quarter is all ones.
        let value = match (kind, choice) {
            (0, _) | (_, 0) => None,
            (1, _) => Some(true),
            (_, choice) => Some(choice == 1),
        };
        for bit in limb * 52..bits.min(limb * 52 + 52) {
            if let Some(value) = value {
                number.set_bit_vartime(bit, value);
            }
        }
    }
    // One in four has lost its top bits.
    let shift = match rng.next_u32() % 16 {
        0 => rng.next_u32() % bits,
        1..4 => rng.next_u32() % 64,
        _ => 0,
    };
    number >> shift
}

fn nonzero(number: &BoxedUint) -> NonZero<BoxedUint> {
    NonZero::new(number.clone()).expect("moduli are odd")
}

fn packed(size: Size, numbers: &Eight) -> Numbers {
    let bytes = numbers.each_ref().map(BoxedUint::to_le_bytes);
    Numbers::from_le_bytes(size, &bytes.each_ref().map(|bytes| &**bytes)).expect("they fit")
}

fn unpacked(numbers: &Numbers) -> Eight {
    core::array::from_fn(|lane| {
        BoxedUint::from_le_slice(&numbers.to_le_bytes(lane), numbers.size().bits()).expect("fits")
    })
}

fn rounds(otherwise: usize) -> usize {
    let rounds = std::env::var("BYOK_LANES_ROUNDS").ok();
    rounds.map_or(otherwise, |rounds| {
        rounds.parse().expect("BYOK_LANES_ROUNDS is a number")
    })
}

fn rng() -> ChaCha20Rng {
    let seed = match std::env::var("BYOK_TEST_SEED") {
        Ok(seed) => seed.parse().expect("BYOK_TEST_SEED is a number"),
        Err(_) => RandomState::new().hash_one("BYOK_TEST_SEED") >> 32,
    };
    println!("BYOK_TEST_SEED={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}
