//! The arithmetic on its whole range of operands, which the interface of the crate reaches seldom.

use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, NonZero, RandomBits as _, RandomMod as _, Resize as _};
use rand_core::{Rng as _, SeedableRng as _};

use super::Arithmetic;
use crate::{
    numbers::Size,
    row::{LANES, LIMB_BITS, LIMB_MASK, Row},
};

/// One number for each lane.
type Eight = [BoxedUint; LANES];

/// The implementations that this processor has.
fn arithmetics() -> impl Iterator<Item = Arithmetic> {
    Arithmetic::ifma().into_iter().chain([Arithmetic::PORTABLE])
}

#[test]
fn results_are_right_and_below_2m_for_operands_below_4m() {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    for (size, round) in Size::ALL
        .iter()
        .flat_map(|size| (0..50).map(move |round| (size, round)))
    {
        let (limbs, r) = (size.limbs(), r(*size));
        let m: Eight = core::array::from_fn(|_| modulus(size.bits(), round, rng));
        let [a, b]: [Eight; 2] =
            [(); 2].map(|()| core::array::from_fn(|lane| below_4m(&m[lane], round, rng)));
        let doublings = Row::from_lanes(|_| u64::from(rng.next_u32() % 2));
        let [a_rows, b_rows, m_rows] = [&a, &b, &m].map(|numbers| rows(numbers, limbs));
        let inverse = Row(m_rows[0].0.map(negative_inverse));
        for arithmetic in arithmetics() {
            let mut out = vec![Row::default(); limbs];
            arithmetic.product(&mut out, [&a_rows, &b_rows, &m_rows], &inverse, LANES);
            for lane in 0..LANES {
                assert_divided(&number(&out, lane), [&a[lane], &b[lane], &m[lane], &r], 0);
            }
            arithmetic.square(&mut out, [&a_rows, &m_rows], &inverse, &doublings, LANES);
            for (lane, doublings) in (0..LANES).zip(doublings.0) {
                let operands = [&a[lane], &a[lane], &m[lane], &r];
                assert_divided(&number(&out, lane), operands, doublings);
            }
        }
    }
}

#[test]
fn the_digit_of_each_lane_selects_its_entry() {
    let table: Vec<Row> = (0..16 * 3).map(|row| Row([row; LANES])).collect();
    let digits = Row([0, 15, 1, 2, 7, 8, 14, 0]);
    for arithmetic in arithmetics() {
        let mut out = [Row([99; LANES]); 3];
        arithmetic.select(&mut out, &table, &digits);
        for (limb, row) in (0..).zip(&out) {
            assert_eq!(row.0, digits.0.map(|digit| digit * 3 + limb));
        }
    }
}

#[test]
fn the_portable_path_leaves_other_lanes_as_they_are() {
    let (m, a) = ([Row([5; LANES]); 20], [Row([7; LANES]); 20]);
    let mut out = [Row([9; LANES]); 20];
    Arithmetic::PORTABLE.product(&mut out, [&a, &a, &m], &Row([1; LANES]), 3);
    assert_eq!(out[7].0[3..], [9; 5]);
    assert!(out[7].0[..3].iter().all(|limb| *limb != 9));
}

/// Asserts that out·R is a·b·2^`doublings` modulo m, and that out is below 2m·2^`doublings`.
#[track_caller]
fn assert_divided(out: &BoxedUint, [a, b, m, r]: [&BoxedUint; 4], doublings: u64) {
    let m = NonZero::new(m.clone()).expect("odd");
    let factor = BoxedUint::from(1_u64 << doublings).resize_unchecked(m.bits_precision());
    let end: BoxedUint = m.as_ref() << 1;
    assert!(*out < end.wrapping_mul(&factor));
    let product = a
        .rem(&m)
        .mul_mod(&b.rem(&m), &m)
        .mul_mod(&factor.rem(&m), &m);
    assert_eq!(out.rem(&m).mul_mod(&r.rem(&m), &m), product);
}

/// The largest, the smallest or a random odd modulus of the size, or a short one.
fn modulus(bits: u32, round: u32, rng: &mut ChaCha20Rng) -> BoxedUint {
    let precision = bits + 64;
    let one = BoxedUint::one_with_precision(precision);
    match round % 4 {
        0 => (&one << bits) - one,
        1 => (&one << (bits - 1)) + one,
        2 => BoxedUint::from(3_u32).resize_unchecked(precision),
        _ => BoxedUint::random_bits(rng, bits).resize_unchecked(precision) | one,
    }
}

/// 4m − 1, or a random number below 4m.
fn below_4m(m: &BoxedUint, round: u32, rng: &mut ChaCha20Rng) -> BoxedUint {
    let end = m << 2;
    if round < 8 {
        end - BoxedUint::one_with_precision(m.bits_precision())
    } else {
        BoxedUint::random_mod_vartime(rng, &NonZero::new(end).expect("m is odd"))
    }
}

/// R = 2^(52·limbs).
fn r(size: Size) -> BoxedUint {
    BoxedUint::one_with_precision(size.bits() + 64) << (size.bits() / 256 * 5 * LIMB_BITS)
}

fn rows(numbers: &Eight, limbs: usize) -> Vec<Row> {
    let limb =
        |number: &BoxedUint, index: u32| (number >> (index * LIMB_BITS)).as_words()[0] & LIMB_MASK;
    (0..)
        .take(limbs)
        .map(|index| Row::from_lanes(|lane| limb(&numbers[lane], index)))
        .collect()
}

fn number(rows: &[Row], lane: usize) -> BoxedUint {
    let precision = u32::try_from(rows.len() / 5).expect("small") * 256 + 64;
    rows.iter()
        .rev()
        .fold(BoxedUint::zero_with_precision(precision), |number, row| {
            (number << LIMB_BITS) + BoxedUint::from(row.0[lane]).resize_unchecked(precision)
        })
}

/// Returns −1/`limb` modulo 2^52: `limb`^(2^50 − 1), because the group of odd numbers has exponent
/// 2^50.
fn negative_inverse(limb: u64) -> u64 {
    let inverse = limb.wrapping_pow(u32::MAX).wrapping_mul(
        limb.wrapping_pow(1 << 31)
            .wrapping_pow(1 << 1)
            .wrapping_pow((1 << 18) - 1),
    );
    inverse.wrapping_neg() & LIMB_MASK
}
