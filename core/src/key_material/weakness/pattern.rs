//! Bytes that can be computed from the bytes before them.

use super::{
    chance::Rarity,
    kind::{FoundWeakness, Weakness},
};

/// One byte value throughout: 256 of 256^n strings.
pub(super) fn repeated_byte(bytes: &[u8]) -> Option<FoundWeakness> {
    let (first, rest) = bytes.split_first()?;
    if rest.iter().any(|byte| byte != first) {
        return None;
    }
    let rarity = Rarity::one_in_2_to_at_least(bits(rest.len()));
    Some(FoundWeakness::new(Weakness::RepeatedByte, rarity))
}

/// A repeated pattern of at most half the length. The last repetition may be incomplete.
///
/// There are 256^p strings with a pattern of p bytes, and fewer than 1/255 of that with all shorter
/// patterns together.
pub(super) fn repeated_pattern(bytes: &[u8]) -> Option<FoundWeakness> {
    let repeats = |len: &usize| {
        bytes
            .iter()
            .zip(bytes.iter().skip(*len))
            .all(|(a, b)| a == b)
    };
    let len = (1..=bytes.len() / 2).find(repeats)?;
    let rarity = Rarity::one_in_2_to_at_least(bits(bytes.len() - len) - 1);
    Some(FoundWeakness::new(
        Weakness::RepeatedPattern { len },
        rarity,
    ))
}

/// A second half that is the reverse of the first half, or differs from it in every byte by one
/// constant, with addition or exclusive or. The inverse is exclusive or with FF.
///
/// There are at most 513 such second halves for a first half.
pub(super) fn related_halves(bytes: &[u8]) -> Option<FoundWeakness> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let pairs = || first.iter().zip(second);
    let is_related = first.iter().eq(second.iter().rev())
        || all_the_same(pairs().map(|(a, b)| a.wrapping_sub(*b)))
        || all_the_same(pairs().map(|(a, b)| a ^ b));
    let rarity = Rarity::one_in_2_to_at_least(bits(first.len()) - 10);
    is_related.then_some(FoundWeakness::new(Weakness::RelatedHalves, rarity))
}

/// At least three words of 1, 2, 4 or 8 bytes, big-endian or little-endian, each of which is the
/// previous one plus a constant.
///
/// The first two words determine the others: 256^2w strings for each w and byte order, fewer than
/// four times as many as for the longest words.
pub(super) fn sequence(bytes: &[u8]) -> Option<FoundWeakness> {
    let is_sequence = |size: usize| {
        let words = |little_endian: bool| {
            bytes.chunks(size).map(move |word| {
                let push = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
                if little_endian {
                    word.iter().rev().fold(0, push)
                } else {
                    word.iter().fold(0, push)
                }
            })
        };
        let mask = u64::MAX >> (64 - 8 * size);
        let steps = |little_endian| {
            let pairs = words(little_endian).zip(words(little_endian).skip(1));
            all_the_same(pairs.map(|(word, next)| next.wrapping_sub(word) & mask))
        };
        steps(false) || steps(true)
    };
    let fits = |size: &usize| bytes.len() >= 3 * size && bytes.len().is_multiple_of(*size);
    let size = [1, 2, 4, 8]
        .into_iter()
        .filter(fits)
        .find(|size| is_sequence(*size))?;
    let rarity = Rarity::one_in_2_to_at_least(bits(bytes.len() - 2 * size) - 2);
    Some(FoundWeakness::new(Weakness::Sequence, rarity))
}

/// Five or more zero bytes at the beginning or at the end: a short key with padding.
///
/// At most 2 · 256^(n−z) strings have z zero bytes there.
pub(super) fn zeros_at_an_end(bytes: &[u8]) -> Option<FoundWeakness> {
    let is_zero = |byte: &&u8| **byte == 0;
    let leading = bytes.iter().take_while(is_zero).count();
    let trailing = bytes.iter().rev().take_while(is_zero).count();
    let count = leading.max(trailing);
    let rarity = Rarity::one_in_2_to_at_least(bits(count) - 1);
    let weakness = Weakness::ZeroBytes { count };
    rarity
        .may_refuse()
        .then_some(FoundWeakness::new(weakness, rarity))
}

/// The same byte six or more times in a row, for example padding.
///
/// Fewer than n · 256^(n−r+1) strings have a run of r.
pub(super) fn byte_run(bytes: &[u8]) -> Option<FoundWeakness> {
    let runs = bytes.chunk_by(|a, b| a == b).map(<[u8]>::len);
    let count = runs.max()?;
    let places = bytes.len().next_power_of_two().trailing_zeros();
    let rarity = Rarity::one_in_2_to_at_least(bits(count - 1) - isize::try_from(places).ok()?);
    let weakness = Weakness::ByteRun { count };
    rarity
        .may_refuse()
        .then_some(FoundWeakness::new(weakness, rarity))
}

/// Returns the number of bits in this number of bytes.
fn bits(bytes: usize) -> isize {
    isize::try_from(8 * bytes).unwrap_or(isize::MAX)
}

fn all_the_same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let Some(first) = values.next() else {
        return false;
    };
    values.all(|value| value == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_determine_a_sequence() {
        let bytes: Vec<u8> = (3..19).collect();
        let rarity = Rarity::one_in_2_to(8 * 14 - 2);
        assert_eq!(
            sequence(&bytes),
            Some(FoundWeakness::new(Weakness::Sequence, rarity))
        );
    }
}
