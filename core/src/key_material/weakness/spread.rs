//! How the values of bytes are spread.

use zeroize::Zeroizing;

use super::{
    chance::{self, Rarity},
    kind::{FoundWeakness, Weakness},
};

/// Many zero bytes: a small number, a flag, an array that nobody filled.
pub(super) fn zero_bytes(bytes: &[u8]) -> Option<FoundWeakness> {
    let is_zero = |byte: &&u8| **byte == 0;
    let count = bytes.iter().filter(is_zero).count();
    let rarity = Rarity::of_probability(chance::at_least(bytes.len(), count, 1));
    refused(Weakness::ZeroBytes { count }, rarity)
}

/// One value, whichever, that is too frequent: spaces, question marks in place of characters.
pub(super) fn frequent_byte(bytes: &[u8]) -> Option<FoundWeakness> {
    let count = histogram(bytes.iter().copied()).iter().copied().max()?;
    let probability = 256.0 * chance::at_least(bytes.len(), count, 1);
    refused(
        Weakness::FrequentByte { count },
        Rarity::of_probability(probability),
    )
}

/// Few different values: digits, one digit a byte, one bit a byte.
pub(super) fn few_byte_values(bytes: &[u8]) -> Option<FoundWeakness> {
    let count = different(&histogram(bytes.iter().copied()));
    let probability = chance::at_most_values(bytes.len(), count);
    refused(
        Weakness::FewByteValues { count },
        Rarity::of_probability(probability),
    )
}

/// Few different steps from one byte to the next: sequences with breaks, rows of a keyboard.
///
/// The steps of random bytes are as random as the bytes, and one fewer.
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

/// How often each value occurs.
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
