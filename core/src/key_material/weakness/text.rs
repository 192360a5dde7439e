//! Text, and the output of text decoders and encoders.

use super::{
    chance::{self, Rarity, Repertoire},
    kind::{FoundWeakness, Weakness},
};

/// The number of byte values that are printable ASCII or white space.
pub(super) const PRINTABLE: u8 = 99;
/// The characters of text: all except the ASCII controls, U+0080 to U+009F and the surrogates.
pub(super) const TEXT: Repertoire = [PRINTABLE as u32, 1888, 61_440, 1_048_576];
/// All characters.
pub(super) const ALL: Repertoire = [128, 1920, 61_440, 1_048_576];
/// U+FFFD in UTF-8.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";
/// The minimum number of replacement characters for which key material is refused. For one or two
/// there is a warning.
const REFUSED_REPLACEMENTS: usize = 3;

/// The bytes EF BF BD, which a text decoder writes instead of bytes that it cannot decode. The
/// original bytes are lost.
///
/// Fewer than C(n−2k, k) · 256^(n−3k) strings have k of them.
pub(super) fn replacement_characters(bytes: &[u8]) -> Option<FoundWeakness> {
    let windows = bytes.windows(REPLACEMENT.len());
    let count = windows.filter(|window| *window == REPLACEMENT).count();
    if count == 0 {
        return None;
    }
    let bounded = if count < REFUSED_REPLACEMENTS {
        1
    } else {
        count
    };
    let rarity = Rarity::of_probability(replacements(bytes.len(), bounded));
    let weakness = Weakness::ReplacementCharacters { count };
    Some(FoundWeakness::new(weakness, rarity))
}

/// Returns a bound of the probability that `len` bytes have at least `count` replacement
/// characters.
fn replacements(len: usize, count: usize) -> f64 {
    let mut bound = 1.0;
    let mut places = len.saturating_sub(2 * count);
    for nth in 1..=count {
        bound *= float(places) / float(nth) / 16_777_216.0;
        places = places.saturating_sub(1);
    }
    bound
}

/// Printable ASCII and white space: 99^n of 256^n strings. Of 16 bytes, one in 2^21 is; of 28, one in
/// 2^38.
pub(super) fn printable(bytes: &[u8]) -> Option<FoundWeakness> {
    if !bytes.iter().all(|byte| is_printable(*byte)) {
        return None;
    }
    let rarity = Rarity::of_probability(chance::at_least(bytes.len(), bytes.len(), PRINTABLE));
    Some(FoundWeakness::new(Weakness::PrintableText, rarity))
}

/// Printable text, except for a few bytes.
pub(super) fn mostly_printable(bytes: &[u8]) -> Option<FoundWeakness> {
    let count = bytes.iter().filter(|byte| is_printable(**byte)).count();
    let rarity = Rarity::of_probability(chance::at_least(bytes.len(), count, PRINTABLE));
    let others = bytes.len() - count;
    let weakness = Weakness::MostlyPrintable { others };
    (others > 0 && rarity.may_refuse()).then_some(FoundWeakness::new(weakness, rarity))
}

/// Printable ASCII that alternates with zeros, big-endian or little-endian, optionally after a byte
/// order mark: fewer than 2 · 100^(n/2) strings.
pub(super) fn utf16(bytes: &[u8]) -> Option<FoundWeakness> {
    let (units, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    let is_text = |unit: fn([u8; 2]) -> u16| {
        let is_character = |(at, bytes): (usize, &[u8; 2])| match unit(*bytes) {
            0xfeff => at == 0,
            unit => u8::try_from(unit).is_ok_and(is_printable),
        };
        units.iter().enumerate().all(is_character)
    };
    if !is_text(u16::from_le_bytes) && !is_text(u16::from_be_bytes) {
        return None;
    }
    let probability = 2.0 * (0..units.len()).map(|_| 100.0 / 65_536.0).product::<f64>();
    let rarity = Rarity::of_probability(probability);
    Some(FoundWeakness::new(Weakness::Utf16Text, rarity))
}

/// Text in UTF-8 with characters outside ASCII.
pub(super) fn utf8_text(bytes: &[u8]) -> Option<FoundWeakness> {
    let text = core::str::from_utf8(bytes).ok()?;
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    let is_text = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => is_printable(byte),
        _ => !c.is_control(),
    };
    if wide == 0 || !text.chars().all(is_text) {
        return None;
    }
    let rarity = Rarity::of_probability(chance::utf8(bytes.len(), wide, TEXT));
    Some(FoundWeakness::new(Weakness::Utf8Text, rarity))
}

/// Well-formed UTF-8 with control characters: bytes that were read as characters and encoded again,
/// or reduced to seven bits.
pub(super) fn utf8(bytes: &[u8]) -> Option<FoundWeakness> {
    let text = core::str::from_utf8(bytes).ok()?;
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    let rarity = if wide == 0 {
        Rarity::one_in_2_to(u32::try_from(bytes.len()).ok()?)
    } else {
        Rarity::of_probability(chance::utf8(bytes.len(), wide, ALL))
    };
    rarity
        .may_refuse()
        .then_some(FoundWeakness::new(Weakness::Utf8, rarity))
}

const fn is_printable(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_for_replacement_characters_counts_their_places() {
        let one = 1.0 / 16_777_216.0;
        for (len, count, places) in [(16, 1, 14.0), (16, 3, 120.0), (32, 2, 378.0)] {
            let expected = places * f64::powi(one, i32::try_from(count).expect("small"));
            let bound = replacements(len, count);
            assert!((bound / expected - 1.0).abs() < 1e-12, "{bound}");
        }
    }

    #[test]
    fn text_in_utf8_has_characters_outside_ascii_and_none_that_control() {
        let is_text = |text: &str| utf8_text(text.as_bytes()).is_some();
        assert!(is_text("na\u{ef}ve keys\tand\nlines"));
        assert!(!is_text("nothing but ASCII"));
        assert!(!is_text("na\u{ef}ve\u{1}keys"));
        assert!(!is_text("na\u{ef}ve\u{85}keys"));
    }

    #[test]
    fn text_is_mostly_printable_only_if_a_byte_is_not_printable() {
        let mut text = b"correct horse battery staple, twice".to_vec();
        assert_eq!(mostly_printable(&text), None);
        text[7] = 0;
        let found = mostly_printable(&text).expect("a byte is not printable");
        assert_eq!(found.weakness, Weakness::MostlyPrintable { others: 1 });
    }

    #[test]
    fn bytes_of_seven_bits_are_as_rare_as_their_number_says() {
        let found = |rarity| Some(FoundWeakness::new(Weakness::Utf8, rarity));
        assert_eq!(utf8(&[1; 40]), found(Rarity::one_in_2_to(40)));
        let wide = "\u{1}\u{e9}".repeat(20);
        let rarity = Rarity::of_probability(chance::utf8(wide.len(), 20, ALL));
        assert_eq!(utf8(wide.as_bytes()), found(rarity));
    }
}
