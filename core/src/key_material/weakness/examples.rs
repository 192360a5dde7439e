//! Weak keys with their names.

#![cfg(test)]

use rand_core::Rng as _;

use super::{kind::Weakness, of_octets, of_rsa_modulus, of_scalar, published};
use crate::{key_file::curve_order, key_spec::Curve, test_rng};

#[track_caller]
fn weakness(bytes: &[u8]) -> Option<Weakness> {
    of_octets(bytes).map(|found| {
        assert!(found.is_refused(), "{found:?}");
        found.weakness
    })
}

fn padded(text: &[u8], filler: impl FnMut(usize) -> u8) -> Vec<u8> {
    let filler: Vec<u8> = (0..32 - text.len()).map(filler).collect();
    [text, &filler].concat()
}

#[test]
fn every_form_of_weak_bytes_is_named() {
    let sequence = |step: u8| (0..32).map(move |at: u8| at.wrapping_mul(step).wrapping_add(9));
    let words = |size: usize| {
        (0..32 / size).flat_map(move |at| (0xabcd + at).to_be_bytes()[8 - size..].to_vec())
    };
    let digits = |base: u8| move |at: u8| at * 7 % base;
    for (bytes, expected) in [
        (vec![0; 32], Weakness::RepeatedByte),
        (vec![0xa5; 128], Weakness::RepeatedByte),
        (sequence(1).collect(), Weakness::Sequence),
        (sequence(0xff).collect(), Weakness::Sequence),
        (
            sequence(0x11).collect::<Vec<_>>()[..16].to_vec(),
            Weakness::Sequence,
        ),
        (words(8).collect(), Weakness::Sequence),
        (words(4).collect(), Weakness::Sequence),
        (words(2).collect(), Weakness::Sequence),
        (
            [[0; 31].as_slice(), &[1]].concat(),
            Weakness::ZeroBytes { count: 31 },
        ),
        (
            [1].into_iter().chain([0; 31]).collect(),
            Weakness::ZeroBytes { count: 31 },
        ),
        (
            padded(b"correct horse battery", |_| 0),
            Weakness::ZeroBytes { count: 11 },
        ),
        (
            padded(b"correct horse battery stapl", |_| 0),
            Weakness::ZeroBytes { count: 5 },
        ),
        (
            padded(b"correct horse battery staple", |_| 4),
            Weakness::FewByteValues { count: 14 },
        ),
        (
            padded(b"\xc3\x28correct horse", |_| 0xff),
            Weakness::ByteRun { count: 17 },
        ),
        (
            b"0123456789abcdef0123456789abcdef".to_vec(),
            Weakness::PrintableText,
        ),
        (
            b"correct horse battery staples\r\n".to_vec(),
            Weakness::PrintableText,
        ),
        (
            b"correct horse battery staple \x00\x07!".to_vec(),
            Weakness::MostlyPrintable { others: 2 },
        ),
        (
            "Grüße aus Köln, schöne Füße!".as_bytes().to_vec(),
            Weakness::Utf8Text,
        ),
        ("пароль от сервера!".as_bytes().to_vec(), Weakness::Utf8Text),
        (
            utf16("correct horse ba", u16::to_le_bytes),
            Weakness::Utf16Text,
        ),
        (
            utf16("correct horse ba", u16::to_be_bytes),
            Weakness::Utf16Text,
        ),
        (
            utf16("\u{feff}correct horse b", u16::to_le_bytes),
            Weakness::Utf16Text,
        ),
        (
            b"\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10".to_vec(),
            Weakness::RelatedHalves,
        ),
        (
            (0..32).map(digits(16)).collect(),
            Weakness::RepeatedPattern { len: 16 },
        ),
        (
            (0..32).map(|at| at % 10 * (at % 10) % 10).collect(),
            Weakness::RepeatedPattern { len: 10 },
        ),
        // The ten digits of BCD, as AWS's test vectors have them.
        (
            (0..32).map(|at| at / 10 * 16 + at % 10).collect(),
            Weakness::Published("the AES-256 key of the AWS Encryption SDK test vectors"),
        ),
        (
            (1..33).map(|at| at / 10 * 16 + at % 10).collect(),
            Weakness::FewSteps { count: 2 },
        ),
        (
            (0..32).map(|at| 0x90 + at + at / 5 * 3).collect(),
            Weakness::FewSteps { count: 2 },
        ),
    ] {
        assert_eq!(weakness(&bytes), Some(expected), "{bytes:02x?}");
    }
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn what_random_keys_may_be_gets_a_warning() {
    let mut random = vec![0; 32];
    test_rng(5).fill_bytes(&mut random);
    assert_eq!(of_octets(&random), None);
    for (at, count) in [(3, 1), (9, 2)] {
        random[at..at + 3].copy_from_slice(b"\xef\xbf\xbd");
        let found = of_octets(&random).expect("a warning");
        assert_eq!(found.weakness, Weakness::ReplacementCharacters { count });
        assert!(!found.is_refused());
    }
    random[20..23].copy_from_slice(b"\xef\xbf\xbd");
    assert!(of_octets(&random).expect("weak").is_refused());
    let found = of_octets(b"correct horse ba").expect("a warning");
    assert_eq!(
        (found.weakness, found.rarity.bits()),
        (Weakness::PrintableText, Some(21))
    );
    assert!(!found.is_refused());
}

#[test]
fn random_bytes_are_not_weak() {
    let mut rng = test_rng(11);
    for len in [16, 28, 32, 48, 64, 128] {
        for _ in 0..500 {
            let mut bytes = vec![0; len];
            rng.fill_bytes(&mut bytes);
            assert_eq!(of_octets(&bytes), None, "{bytes:02x?}");
        }
    }
}

#[test]
fn the_modulus_of_a_published_rsa_key_is_named() {
    let mut seen = 0;
    for (name, mut modulus) in published::keys().filter(|(_, key)| key.len() >= 256) {
        let found = of_rsa_modulus(&modulus).expect("published");
        assert_eq!(found.weakness, Weakness::Published(name));
        modulus[255] ^= 2;
        assert_eq!(of_rsa_modulus(&modulus), None, "another modulus");
        seen += 1;
    }
    assert_eq!(seen, 11, "the moduli of 2048 and 4096 bits");
}

#[test]
fn scalars_are_judged_on_every_curve() {
    for curve in Curve::ALL {
        let order = base16ct::lower::decode_vec(curve_order(curve)).expect("hex");
        let len = order.len();
        let number = |low: u8| {
            let mut number = vec![0; len];
            number[len - 1] = low;
            number
        };
        let below = |less: u8| {
            let mut number = order.clone();
            number[len - 1] = number[len - 1]
                .checked_sub(less)
                .expect("the orders end higher");
            number
        };
        // (n + 1) / 2: half of one.
        let mut half = order.clone();
        half[len - 1] += 1;
        let mut carry = 0;
        for byte in &mut half {
            (*byte, carry) = (*byte >> 1 | carry << 7, *byte & 1);
        }
        for scalar in [number(1), number(2), number(255), below(1), below(9), half] {
            let found = of_scalar(curve, &scalar).expect("weak");
            assert_eq!(found.weakness, Weakness::ScalarNearZero, "{}", curve.name());
            assert!(found.is_refused());
        }
        let mut text =
            b"correct horse battery staple, correct horse battery staple, and more"[..len].to_vec();
        let mut pattern: Vec<u8> = [0x51, 0x52].into_iter().cycle().take(len).collect();
        if curve == Curve::P521 {
            text[0] = 1;
            pattern[0] = 0;
        }
        assert_eq!(
            of_scalar(curve, &text).expect("weak").weakness,
            Weakness::PrintableText
        );
        assert!(of_scalar(curve, &pattern).expect("weak").is_refused());
        let mut random = vec![0; len];
        test_rng(1).fill_bytes(&mut random);
        random[0] &= 1;
        assert_eq!(of_scalar(curve, &random), None);
    }
}
