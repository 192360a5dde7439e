//! The distribution of byte values.

use zeroize::Zeroizing;

use super::{
    chance::{self, Rarity},
    kind::{FoundWeakness, Weakness},
};

/// Many zero bytes: a small number, a flag, or an array that was not filled.
pub(super) fn zero_bytes(bytes: &[u8]) -> Option<FoundWeakness> {
    let is_zero = |byte: &&u8| **byte == 0;
    let count = bytes.iter().filter(is_zero).count();
    let rarity = Rarity::of_probability(chance::at_least(bytes.len(), count, 1));
    refused(Weakness::ZeroBytes { count }, rarity)
}

/// A byte value that is too frequent, such as spaces, or question marks instead of characters.
pub(super) fn frequent_byte(bytes: &[u8]) -> Option<FoundWeakness> {
    let count = histogram(bytes.iter().copied()).iter().copied().max()?;
    let probability = 256.0 * chance::at_least(bytes.len(), count, 1);
    refused(
        Weakness::FrequentByte { count },
        Rarity::of_probability(probability),
    )
}

/// Few different values: digits, one digit in a byte, or one bit in a byte.
pub(super) fn few_byte_values(bytes: &[u8]) -> Option<FoundWeakness> {
    let count = different(&histogram(bytes.iter().copied()));
    let probability = chance::at_most_values(bytes.len(), count);
    refused(
        Weakness::FewByteValues { count },
        Rarity::of_probability(probability),
    )
}

/// Few different steps from one byte to the next: sequences with gaps, or rows of a keyboard.
///
/// The steps of random bytes are random too, and one fewer.
pub(super) fn few_steps(bytes: &[u8]) -> Option<FoundWeakness> {
    let steps = bytes.iter().zip(bytes.iter().skip(1));
    let count = different(&histogram(
        steps.map(|(byte, next)| next.wrapping_sub(*byte)),
    ));
    let probability = chance::at_most_values(bytes.len().saturating_sub(1), count);
    refused(
        Weakness::FewSteps { count },
        Rarity::of_probability(probability),
    )
}

/// Counts the occurrences of each value.
fn histogram(bytes: impl Iterator<Item = u8>) -> Zeroizing<[usize; 256]> {
    let mut counts = Zeroizing::new([0; 256]);
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    counts
}

fn different(counts: &[usize; 256]) -> usize {
    counts.iter().filter(|count| **count > 0).count()
}

fn refused(weakness: Weakness, rarity: Rarity) -> Option<FoundWeakness> {
    rarity
        .may_refuse()
        .then_some(FoundWeakness::new(weakness, rarity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_frequent_byte_is_256_times_as_likely_as_zeros() {
        let with = |value: u8, count: usize| {
            let mut bytes: Vec<u8> = (1..=32).collect();
            bytes[..count].fill(value);
            bytes
        };
        let count = 12;
        let zeros = zero_bytes(&with(0, count)).expect("many zeros");
        assert_eq!(zeros.weakness, Weakness::ZeroBytes { count });
        assert_eq!(zero_bytes(&with(0xee, count)), None);
        for value in [0, 0xee] {
            let found = frequent_byte(&with(value, count)).expect("a frequent byte");
            assert_eq!(found.weakness, Weakness::FrequentByte { count });
            let bits = found.rarity.bits().map(|bits| bits + 8);
            assert_eq!(bits, zeros.rarity.bits());
        }
        assert_eq!(frequent_byte(&with(0xee, 3)), None);
    }
}
