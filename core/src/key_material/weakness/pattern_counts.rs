//! The numbers of strings with a pattern, of scalars near zero, and of published keys.

#![cfg(test)]

use core::cmp::Ordering;

use crypto_bigint::{BoxedUint, Resize as _};

use super::{
    counts::{
        LONGEST, PRECISION, assert_bound, assert_exact, big, lengths, plain, rarity, strings, sum,
    },
    kind::Weakness,
    pattern, published, scalar,
};
use crate::{key_file::curve_order, key_spec::Curve};

#[test]
fn bytes_that_repeat_are_counted() {
    for len in lengths() {
        let found = rarity(pattern::repeated_byte(&vec![7; len]));
        assert_exact(found, &big(256), len);
        let mut with_period = big(256);
        for period in 2..=len / 2 {
            let bytes: Vec<u8> = plain(period).into_iter().cycle().take(len).collect();
            with_period = with_period.wrapping_add(strings(period));
            let found = pattern::repeated_pattern(&bytes);
            let expected = Weakness::RepeatedPattern { len: period };
            assert_eq!(found.expect("weak").weakness, expected);
            assert_bound(rarity(found), &with_period, len);
        }
        if len % 2 == 0 {
            let half = plain(len / 2);
            let related = strings(len / 2).wrapping_mul(big(256 + 256 + 1));
            let backwards: Vec<u8> = half.iter().rev().copied().collect();
            let inverted: Vec<u8> = half.iter().map(|byte| !byte).collect();
            let shifted: Vec<u8> = half.iter().map(|byte| byte.wrapping_add(77)).collect();
            for second in [backwards, inverted, shifted] {
                let found = pattern::related_halves(&[half.clone(), second].concat());
                assert_exact(rarity(found), &related, len);
            }
        }
    }
}

#[test]
fn sequences_are_counted() {
    for len in lengths() {
        let mut sequences = big(0);
        for size in [1, 2, 4, 8] {
            if len % size != 0 || len < 3 * size {
                continue;
            }
            sequences = sequences.wrapping_add(strings(2 * size).wrapping_mul(big(2)));
            let word = |at: usize| {
                let step = 0x1357_9bdf_0246_8ace_u64.wrapping_mul(at as u64);
                0x3c5a_7190_b2d4_e6f8_u64.wrapping_add(step)
            };
            let (mut big_endian, mut little_endian) = (Vec::new(), Vec::new());
            for word in (0..len / size).map(word) {
                big_endian.extend(&word.to_be_bytes()[8 - size..]);
                little_endian.extend(&word.to_le_bytes()[..size]);
            }
            for bytes in [big_endian, little_endian] {
                assert_bound(rarity(pattern::sequence(&bytes)), &sequences, len);
            }
        }
    }
}

#[test]
fn runs_are_counted() {
    for len in lengths() {
        for count in [5, 6, 9] {
            let zeros = vec![0; count];
            let rest = vec![1; len - count];
            let filled = strings(len - count).wrapping_mul(big(2));
            for bytes in [[&zeros[..], &rest].concat(), [&rest[..], &zeros].concat()] {
                assert_exact(rarity(pattern::zeros_at_an_end(&bytes)), &filled, len);
            }
        }
        let four = [&[0; 4][..], &vec![1; len - 4]].concat();
        assert_eq!(pattern::zeros_at_an_end(&four), None);
    }
    for count in [6, 7, 9] {
        // The strings without such a run, by the length of the run at their end.
        let mut by_run = vec![big(0); count];
        by_run[1] = big(256);
        for len in 1..=LONGEST {
            let without = sum(by_run.iter().cloned());
            if lengths().any(|length| length == len) {
                let mut bytes = plain(len);
                bytes[2..4 + count].fill(0);
                bytes[3..3 + count].fill(0xff);
                let with = strings(len).wrapping_sub(&without);
                assert_bound(rarity(pattern::byte_run(&bytes)), &with, len);
            }
            by_run.rotate_right(1);
            by_run[0] = big(0);
            by_run[1] = without.wrapping_mul(big(255));
        }
    }
}

#[test]
fn published_keys_are_counted() {
    for len in [16, 28, 32, 48, 64, 66, 256, 384, 512] {
        let keys = published::keys()
            .filter(|(_, key)| key.len() == len)
            .count();
        assert!(keys < 1 << 7, "{keys} of {len} bytes");
    }
}

#[test]
fn scalars_near_zero_are_counted() {
    for curve in Curve::ALL {
        let digits = curve_order(curve);
        let order = BoxedUint::from_str_radix_vartime(digits, 16)
            .expect("digits")
            .resize(PRECISION);
        let bits = order.bit_width_vartime();
        let mut one = vec![0; digits.len() / 2];
        *one.last_mut().expect("long") = 1;
        let bound = rarity(scalar::near_zero(&one, digits))
            .bits()
            .expect("some");
        // Sixteen multiples, two sides, and as many numbers as are 48 bits shorter than the order.
        let scalars = big(16 * 2).shl_vartime(bits - 48).expect("in range");
        let times = scalars.shl_vartime(bound).expect("in range");
        assert_eq!(times.cmp(&order), Ordering::Less, "{}", curve.name());
    }
}
