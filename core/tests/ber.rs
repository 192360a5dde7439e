//! The transcoder against an independent encoder: every value has one encoding in DER, and every
//! choice of BER leads to it. 256 cases each; `PROPTEST_CASES` sets the number.

#[path = "common/seed.rs"]
mod seed;

use byok_core::ber::{self, MAX_DEPTH, to_der};
use proptest::{collection::vec, prelude::*, sample::select};

const CONSTRUCTED: u8 = 0x20;
/// The maximum nesting of values, and of segments in a string.
const VALUE_LEVELS: u32 = 5;
const SEGMENT_LEVELS: usize = 4;
const _: () = assert!(VALUE_LEVELS as usize + 1 + SEGMENT_LEVELS <= MAX_DEPTH);

/// A value, or its replacement if only the tag is known.
#[derive(Debug, Clone)]
enum Value {
    Boolean(bool),
    /// INTEGER or ENUMERATED: the universal tag number, and the shortest two's complement.
    Integer(u8, Vec<u8>),
    /// The number of unused bits of the last octet, and the octets.
    BitString(u8, Vec<u8>),
    /// OCTET STRING and character strings, by their universal tag number.
    String(u8, Vec<u8>),
    Null,
    ObjectIdentifier(Vec<u32>),
    Sequence(Vec<Value>),
    SetOf(Vec<Value>),
    /// Of another class than universal: the identifier octets, and arbitrary octets.
    Implicit(Vec<u8>, Vec<u8>),
    /// Of another class than universal: the identifier octets, and the value inside.
    Explicit(Vec<u8>, Box<Value>),
}

/// The choices of the sender, as numbers; all zeros are the choices of DER.
struct Choices<'a>(std::iter::Cycle<std::slice::Iter<'a, u8>>);

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        usize::from(*self.0.next().expect("it never ends")) % count
    }
}

fn integer() -> impl Strategy<Value = Value> {
    let is_padded = |octets: &[u8]| matches!(octets, [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..]);
    (select(&[2, 10][..]), vec(any::<u8>(), 1..24)).prop_map(move |(number, mut octets)| {
        while is_padded(&octets) {
            octets.remove(0);
        }
        Value::Integer(number, octets)
    })
}

/// Identifier octets of the application, context-specific and private classes.
fn identifier(form: u8) -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![0..=30u32, 31..=127u32, 128..=16_383u32, any::<u32>()];
    (select(&[0x40, 0x80, 0xc0][..]), number).prop_map(move |(class, number): (u8, u32)| {
        match number {
            0..=30 => vec![class | form | u8::try_from(number).expect("31 numbers")],
            _ => [vec![class | form | 0x1f], base_128(number)].concat(),
        }
    })
}

fn base_128(number: u32) -> Vec<u8> {
    let digits =
        [28, 21, 14, 7, 0].map(|shift| u8::try_from(number >> shift & 0x7f).expect("seven bits"));
    let leading = digits[..4].iter().take_while(|digit| **digit == 0).count();
    let mut octets: Vec<u8> = digits[leading..].iter().map(|digit| digit | 0x80).collect();
    *octets.last_mut().expect("one at least") &= 0x7f;
    octets
}

fn value() -> impl Strategy<Value = Value> {
    let octets = || vec(any::<u8>(), 0..300);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Boolean),
        integer(),
        (0..8u8, octets()).prop_map(|(unused, octets)| match octets.last().copied() {
            None => Value::BitString(0, octets),
            Some(last) => {
                let kept = octets.len() - 1;
                Value::BitString(
                    unused,
                    [&octets[..kept], &[last >> unused << unused]].concat(),
                )
            }
        }),
        (
            select(&[4, 7, 12, 18, 19, 22, 23, 24, 26, 30][..]),
            octets()
        )
            .prop_map(|(number, octets)| Value::String(number, octets)),
        Just(Value::Null),
        vec(any::<u32>(), 1..6).prop_map(Value::ObjectIdentifier),
        (identifier(0), octets())
            .prop_map(|(identifier, octets)| Value::Implicit(identifier, octets)),
    ];
    leaf.prop_recursive(VALUE_LEVELS, 40, 6, |value| {
        prop_oneof![
            vec(value.clone(), 0..6).prop_map(Value::Sequence),
            vec(value.clone(), 0..6).prop_map(Value::SetOf),
            (identifier(CONSTRUCTED), value)
                .prop_map(|(tag, value)| Value::Explicit(tag, Box::new(value))),
        ]
    })
}

/// Returns the encoding with the choices of BER from `choices`.
fn encode(value: &Value, choices: &mut Choices<'_>) -> Vec<u8> {
    let mut all = |values: &[Value]| {
        values
            .iter()
            .map(|value| encode(value, choices))
            .collect::<Vec<_>>()
    };
    match value {
        Value::Boolean(false) => element(&[1], &[0], choices),
        Value::Boolean(true) => element(
            &[1],
            &[u8::try_from(0xff - choices.below(0xff)).expect("1 to 255")],
            choices,
        ),
        Value::Integer(number, octets) => element(&[*number], octets, choices),
        Value::BitString(unused, octets) => bit_string(*unused, octets, SEGMENT_LEVELS, choices),
        Value::String(number, octets) => string(*number, octets, SEGMENT_LEVELS, choices),
        Value::Null => element(&[5], &[], choices),
        Value::ObjectIdentifier(arcs) => element(
            &[6],
            &arcs
                .iter()
                .flat_map(|arc| base_128(*arc))
                .collect::<Vec<_>>(),
            choices,
        ),
        Value::Sequence(values) => element(&[0x30], &all(values).concat(), choices),
        Value::SetOf(values) => {
            let mut members = all(values);
            let longest = members.iter().map(Vec::len).max().unwrap_or_default();
            // 11.6 literally: compared with padding.
            members.sort_by_key(|member| [&member[..], &vec![0; longest - member.len()]].concat());
            let count = members.len().max(1);
            members.rotate_left(choices.below(count));
            element(&[0x31], &members.concat(), choices)
        }
        Value::Implicit(identifier, octets) => element(identifier, octets, choices),
        Value::Explicit(identifier, value) => element(identifier, &encode(value, choices), choices),
    }
}

/// Writes one element: its length minimal, in too many octets, or, if constructed, indefinite.
fn element(identifier: &[u8], contents: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let len = contents.len();
    let octets = len.to_be_bytes();
    let significant = octets.iter().skip_while(|octet| **octet == 0).count();
    let long = |count: usize, zeros: usize| {
        let first = 0x80 | u8::try_from(count + zeros).expect("few octets");
        [
            &[first][..],
            &vec![0; zeros],
            &octets[octets.len() - count..],
        ]
        .concat()
    };
    let forms = if identifier[0] & CONSTRUCTED == 0 {
        2
    } else {
        3
    };
    let (length, end) = match choices.below(forms) {
        0 if len < 0x80 => (vec![octets[octets.len() - 1]], &[][..]),
        0 => (long(significant, 0), &[][..]),
        1 => (long(significant.max(1), choices.below(100)), &[][..]),
        _ => (vec![0x80], &[0, 0][..]),
    };
    [identifier, &length, contents, end].concat()
}

/// Writes a string as a whole or in segments, which are OCTET STRINGs.
fn string(number: u8, octets: &[u8], depth: usize, choices: &mut Choices<'_>) -> Vec<u8> {
    if depth == 0 || choices.below(3) == 0 {
        return element(&[number], octets, choices);
    }
    if octets.is_empty() && choices.below(2) == 0 {
        return element(&[number | CONSTRUCTED], &[], choices);
    }
    let (first, second) = octets.split_at(choices.below(octets.len() + 1));
    let segments = [
        string(4, first, depth - 1, choices),
        string(4, second, depth - 1, choices),
    ]
    .concat();
    element(&[number | CONSTRUCTED], &segments, choices)
}

/// Writes a BIT STRING as a whole or in segments, with the unused bits from `choices`.
fn bit_string(unused: u8, octets: &[u8], depth: usize, choices: &mut Choices<'_>) -> Vec<u8> {
    if depth == 0 || choices.below(3) == 0 {
        let mut contents = [&[unused], octets].concat();
        let noise = u8::try_from(choices.below(1 << unused)).expect("seven bits at most");
        *contents.last_mut().expect("one at least") |= if octets.is_empty() { 0 } else { noise };
        return element(&[3], &contents, choices);
    }
    // An empty last segment has no unused bits.
    let (first, second) = octets.split_at(choices.below(octets.len().max(1)));
    let segments = [
        bit_string(0, first, depth - 1, choices),
        bit_string(unused, second, depth - 1, choices),
    ]
    .concat();
    element(&[0x23], &segments, choices)
}

fn chosen(value: &Value, choices: &[u8]) -> Vec<u8> {
    encode(value, &mut Choices(choices.iter().cycle()))
}

proptest! {
    #![proptest_config(seed::config())]

    #[test]
    fn der_stays_as_it_is(value in value(), after in vec(any::<u8>(), 0..9)) {
        let der = chosen(&value, &[0]);
        let element = to_der(&[&der[..], &after].concat()).expect("DER");
        prop_assert!(element.was_der());
        prop_assert_eq!(element.ber_len(), der.len());
        prop_assert_eq!(element.der().expose(), der);
    }

    #[test]
    fn whatever_the_sender_chose_the_der_is_one(
        value in value(),
        choices in vec(any::<u8>(), 1..400),
        after in vec(any::<u8>(), 0..9),
    ) {
        let (der, ber) = (chosen(&value, &[0]), chosen(&value, &choices));
        prop_assume!(ber.len() < ber::MAX_LEN - after.len());
        let element = to_der(&[&ber[..], &after].concat()).expect("BER");
        prop_assert_eq!(element.der().expose(), &der[..]);
        prop_assert_eq!(element.ber_len(), ber.len());
        prop_assert_eq!(element.was_der(), der == ber);
    }

    #[test]
    fn what_is_cut_off_is_refused(value in value(), choices in vec(any::<u8>(), 1..400)) {
        let ber = chosen(&value, &choices);
        for len in (0..ber.len()).step_by(1 + ber.len() / 200) {
            prop_assert!(to_der(&ber[..len]).is_err(), "{} of {} octets", len, ber.len());
        }
    }

    #[test]
    fn what_is_taken_is_taken_again_unchanged(
        value in value(),
        choices in vec(any::<u8>(), 1..400),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut ber = chosen(&value, &choices);
        for (place, octet) in changes {
            *place.get_mut(&mut ber) = octet;
        }
        if let Ok(element) = to_der(&ber) {
            let again = to_der(element.der().expose()).expect("DER is BER");
            prop_assert!(again.was_der());
            prop_assert_eq!(again.der(), element.der());
            prop_assert_eq!(again.ber_len(), element.der().len());
        }
    }

    #[test]
    fn no_octets_are_too_strange(octets in vec(any::<u8>(), 0..200)) {
        if let Ok(element) = to_der(&octets) {
            prop_assert!(element.ber_len() <= octets.len());
        }
    }
}
