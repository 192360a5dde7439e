//! The number of strings that are text.

#![cfg(test)]

use crypto_bigint::BoxedUint;

use super::{
    chance::{self, Rarity},
    counts::{LONGEST, assert_bound, assert_exact, big, lengths, plain, powers, rarity, sum},
    text,
};

#[test]
fn utf8_is_counted() {
    let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\x0c' | '\r');
    for (repertoire, is_counted) in [
        (text::TEXT, is_text as fn(char) -> bool),
        (text::ALL, |_| true),
    ] {
        let mut characters = [0; 4];
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            characters[c.len_utf8() - 1] += u32::from(is_counted(c));
        }
        assert_eq!(characters, repertoire);
        // By the number of bytes, then by the number of characters outside ASCII.
        let mut ways = vec![vec![big(0); LONGEST + 1]; LONGEST + 1];
        ways[0][0] = big(1);
        for bytes in 0..LONGEST {
            for wide in 0..=bytes {
                for (size, count) in (1..).zip(repertoire) {
                    let (bytes_after, wide_after) = (bytes + size, wide + usize::from(size > 1));
                    if bytes_after <= LONGEST {
                        let more = ways[bytes][wide].wrapping_mul(big(u64::from(count)));
                        let slot = &mut ways[bytes_after][wide_after];
                        *slot = slot.wrapping_add(&more);
                    }
                }
            }
        }
        for len in lengths() {
            for wide in [0, 1, 2, len / 4, len / 2] {
                let texts = sum(ways[len][..=wide].iter().cloned());
                let found = Rarity::of_probability(chance::utf8(len, wide, repertoire));
                // All of ASCII is a power of two, which rounding may miss.
                if repertoire == text::ALL && wide == 0 {
                    assert_bound(found, &texts, len);
                } else {
                    assert_exact(found, &texts, len);
                }
            }
        }
    }
}

#[test]
fn replacement_characters_are_counted() {
    let found = |count: usize, len: usize| {
        let mut bytes = b"\xef\xbf\xbd".repeat(count);
        bytes.extend(plain(len - bytes.len()));
        text::replacement_characters(&bytes).expect("weak")
    };
    for count in [1, 2, 3, 4, 9] {
        let at_least = if count < 3 { 1 } else { count };
        // By the number so far, then by how much of the next one is there.
        let nothing = || vec![[big(0), big(0), big(0)]; at_least + 1];
        let mut states = nothing();
        states[0][0] = big(1);
        for len in 1..=LONGEST {
            let mut next = nothing();
            for (so_far, [none, one, two]) in states.iter().enumerate() {
                let mut add = |so_far: usize, part: usize, from: &BoxedUint, ways: u64| {
                    let slot = &mut next[so_far][part];
                    *slot = slot.wrapping_add(from.wrapping_mul(big(ways)));
                };
                add(so_far, 0, none, 255);
                add(so_far, 1, none, 1);
                add(so_far, 0, one, 254);
                add(so_far, 1, one, 1);
                add(so_far, 2, one, 1);
                add(so_far, 0, two, 254);
                add(so_far, 1, two, 1);
                add((so_far + 1).min(at_least), 0, two, 1);
            }
            states = next;
            if lengths().any(|length| length == len) && 3 * count <= len {
                let with = sum(states[at_least].iter().cloned());
                assert_bound(found(count, len).rarity, &with, len);
                assert_eq!(found(count, len).is_refused(), count >= 3);
            }
        }
    }
}

#[test]
fn utf16_is_counted() {
    let texts = powers(99);
    for len in lengths().filter(|len| len % 2 == 0) {
        let units = "x".repeat(len / 2);
        let text: Vec<u8> = units.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let count = texts[len / 2 - 1].wrapping_mul(big(2 * (99 + 1)));
        assert_bound(rarity(text::utf16(&text)), &count, len);
    }
}
