//! The numbers of strings with few values, or with a frequent value.

#![cfg(test)]

use crypto_bigint::BoxedUint;

use super::{
    chance::{self, Rarity},
    counts::{LONGEST, assert_exact, big, byte, lengths, powers, rarity, sum},
    kind::FoundWeakness,
    spread, text,
};

/// The count: the ways to partition the positions into that many sets (Stirling numbers of the
/// second kind), times the ways to give each set a byte value.
#[test]
fn few_values_are_counted() {
    let mut sets = vec![big(0); LONGEST + 1];
    sets[0] = big(1);
    for len in 1..=LONGEST {
        for count in (1..=len).rev() {
            let more = sets[count].wrapping_mul(big(count as u64));
            sets[count] = more.wrapping_add(&sets[count - 1]);
        }
        sets[0] = big(0);
        if !lengths().any(|length| length == len) {
            continue;
        }
        let (mut total, mut choices) = (big(0), big(1));
        let mut with_at_most = Vec::new();
        for (count, sets) in (0..).zip(&sets[..=len]) {
            total = total.wrapping_add(sets.wrapping_mul(&choices));
            choices = choices.wrapping_mul(big(256 - count));
            with_at_most.push(total.clone());
        }
        let limit = |count| Rarity::of_probability(chance::at_most_values(len, count));
        let refused = (1..len).filter(|count| limit(*count).may_refuse());
        let most = refused.max().expect("some");
        assert!(!limit(most + 1).may_refuse());
        for count in [1, 2, most / 2, most, most + 1] {
            assert_exact(limit(count), &with_at_most[count], len);
        }
        for (values, is_refused) in [(most, true), (most + 1, false)] {
            let bytes: Vec<u8> = (0..values)
                .map(|value| byte(37 * value))
                .cycle()
                .take(len)
                .collect();
            let found = spread::few_byte_values(&bytes);
            assert_eq!(found.is_some(), is_refused, "{values} of {len}");
        }
    }
}

#[test]
fn frequent_bytes_are_counted() {
    let [ones, others, texts, no_texts] = [1, 255, 99, 157].map(powers);
    // A row of Pascal's triangle.
    let mut ways = vec![big(1)];
    for len in 1..=LONGEST {
        ways.push(big(0));
        for at in (1..=len).rev() {
            ways[at] = ways[at].wrapping_add(&ways[at - 1]);
        }
        if !lengths().any(|length| length == len) {
            continue;
        }
        let with_at_least = |count: usize, these: &[BoxedUint], others: &[BoxedUint]| {
            let with = |hits: usize| {
                let strings = these[hits].wrapping_mul(&others[len - hits]);
                ways[hits].wrapping_mul(&strings)
            };
            sum((count..=len).map(with))
        };
        let with = |count: usize| {
            let mut bytes: Vec<u8> = (1..=len).map(byte).collect();
            bytes[..count].fill(0);
            bytes
        };
        let least = |rule: fn(&[u8]) -> Option<FoundWeakness>| {
            let count = (1..=len).find(|count| rule(&with(*count)).is_some());
            let count = count.expect("all of them");
            (count, rarity(rule(&with(count))))
        };
        let (count, found) = least(spread::zero_bytes);
        assert_exact(found, &with_at_least(count, &ones, &others), len);
        let fewer = Rarity::of_probability(chance::at_least(len, count - 1, 1));
        assert_exact(fewer, &with_at_least(count - 1, &ones, &others), len);
        assert!(!fewer.may_refuse());

        let (count, found) = least(spread::frequent_byte);
        let of_any = with_at_least(count, &ones, &others).wrapping_mul(big(256));
        assert_exact(found, &of_any, len);

        let found = rarity(text::printable(&vec![b'x'; len]));
        assert_exact(found, &texts[len], len);
        for count in [1, 2, len / 4] {
            let found = Rarity::of_probability(chance::at_least(len, len - count, 99));
            assert_exact(found, &with_at_least(len - count, &texts, &no_texts), len);
            let mut bytes = vec![b'x'; len];
            bytes[..count].fill(0xee);
            let expected = found.may_refuse().then_some(found);
            let mostly = text::mostly_printable(&bytes);
            assert_eq!(mostly.map(|found| found.rarity), expected);
        }
    }
}
