//! The probability that random bytes look weak.
//!
//! The probabilities are computed in `f64`. The tests compare them with exact counts.

/// The rarity of a property: at most one random key in 2^n has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rarity(u32);

impl Rarity {
    /// No random key has the property.
    pub(super) const NEVER: Self = Self(u32::MAX);
    /// The limit for refusing key material: one random key in 2^32.
    const LIMIT: Self = Self(32);

    /// At most one random key in 2^`bits`.
    pub(super) const fn one_in_2_to(bits: u32) -> Self {
        Self(bits)
    }

    /// At most one random key in 2^`bits`. If `bits` is negative, that means all keys.
    pub(super) fn one_in_2_to_at_least(bits: isize) -> Self {
        Self(u32::try_from(bits).unwrap_or(0))
    }

    /// Rounds a probability up to a power of two.
    pub(super) fn of_probability(probability: f64) -> Self {
        /// Far more than the rounding error of the sums.
        const ROUNDING: f64 = 1.0 + 1e-9;
        let mut bits = 0;
        let mut scaled = probability * ROUNDING * 2.0;
        // 2^−1074 is the smallest number above zero.
        while scaled <= 1.0 && bits < 1074 {
            bits += 1;
            scaled *= 2.0;
        }
        Self(bits)
    }

    /// Returns n of "at most one random key in 2^n"; `None` if no random key has the property.
    pub const fn bits(self) -> Option<u32> {
        if self.0 == u32::MAX {
            return None;
        }
        Some(self.0)
    }

    /// Returns whether a rule may refuse key material for such a property.
    pub const fn may_refuse(self) -> bool {
        self.0 >= Self::LIMIT.0
    }

    pub(super) const fn twice_as_likely(self) -> Self {
        match self.0 {
            u32::MAX => self,
            bits => Self(bits.saturating_sub(1)),
        }
    }
}

/// The probability that `len` bytes have at most `count` different values.
pub(super) fn at_most_values(len: usize, count: usize) -> f64 {
    let mut by_count = vec![0.0; len + 1];
    if let Some(none) = by_count.first_mut() {
        *none = 1.0;
    }
    for _ in 0..len {
        let mut fewer = 0.0;
        let mut used = 0.0;
        for probability in &mut by_count {
            let with_count = *probability;
            // Another byte has one of the values so far, or makes one more.
            *probability = (with_count * used + fewer * (257.0 - used)) / 256.0;
            fewer = with_count;
            used += 1.0;
        }
    }
    by_count.iter().take(count + 1).sum()
}

/// The probability that at least `count` of `len` bytes are among `values` of the 256.
pub(super) fn at_least(len: usize, count: usize, values: u8) -> f64 {
    let hit = f64::from(values) / 256.0;
    let mut by_count = vec![0.0; len + 1];
    if let Some(none) = by_count.first_mut() {
        *none = 1.0;
    }
    for _ in 0..len {
        let mut fewer = 0.0;
        for probability in &mut by_count {
            let with_count = *probability;
            *probability = with_count * (1.0 - hit) + fewer * hit;
            fewer = with_count;
        }
    }
    by_count.iter().skip(count).sum()
}

/// The number of characters with 1, 2, 3 and 4 bytes in UTF-8.
pub(super) type Repertoire = [u32; 4];

/// The probability that `len` bytes are characters of `repertoire` in UTF-8, of which at most `wide`
/// are outside ASCII.
pub(super) fn utf8(len: usize, wide: usize, repertoire: Repertoire) -> f64 {
    // By the number of bytes, then by the number of wide characters.
    let mut ways: Vec<Vec<f64>> = Vec::with_capacity(len + 1);
    for bytes in 0..=len {
        let row = (0..=wide).map(|wides| {
            if bytes == 0 {
                return if wides == 0 { 1.0 } else { 0.0 };
            }
            let mut sum = 0.0;
            let mut strings = 1.0;
            for (size, characters) in (1..).zip(repertoire) {
                strings *= 256.0;
                let row = bytes.checked_sub(size).and_then(|bytes| ways.get(bytes));
                let wides = wides.checked_sub(usize::from(size > 1));
                let before = row.zip(wides).and_then(|(row, wides)| row.get(wides));
                sum += before.copied().unwrap_or(0.0) * f64::from(characters) / strings;
            }
            sum
        });
        let row = row.collect();
        ways.push(row);
    }
    ways.last().map_or(1.0, |row| row.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_rounded_up_also_where_the_sum_was_rounded_down() {
        let below = |relative: f64| 0.5_f64.powi(32) * (1.0 - relative);
        for (probability, bits) in [
            (1.0, 0),
            (0.6, 0),
            (0.3, 1),
            (below(1e-6), 32),
            (below(1e-12), 31),
            (f64::MIN_POSITIVE, 1021),
            (0.0, 1074),
        ] {
            let rarity = Rarity::of_probability(probability);
            assert_eq!(rarity, Rarity(bits), "{probability}");
        }
    }

    /// The fractions are counted by hand.
    #[test]
    fn probabilities_of_few_bytes_are_exact() {
        let miss: f64 = 255.0 / 256.0;
        for (found, expected) in [
            (at_most_values(1, 0), 0.0),
            (at_most_values(1, 1), 1.0),
            (at_most_values(2, 1), 1.0 / 256.0),
            (at_most_values(2, 2), 1.0),
            (at_most_values(3, 2), 1.0 - miss * 254.0 / 256.0),
            (at_most_values(3, 3), 1.0),
            (at_least(2, 0, 1), 1.0),
            (at_least(2, 1, 1), 1.0 - miss * miss),
            (at_least(2, 2, 1), 1.0 / 65_536.0),
            (at_least(2, 2, 128), 0.25),
            (at_least(2, 3, 128), 0.0),
            (utf8(0, 0, [1; 4]), 1.0),
            (utf8(1, 0, [128, 0, 0, 0]), 0.5),
            (utf8(2, 0, [128, 256, 0, 0]), 0.25),
            (utf8(2, 1, [128, 256, 0, 0]), 0.25 + 1.0 / 256.0),
        ] {
            assert!((found - expected).abs() < 1e-15, "{found}, not {expected}");
        }
    }
}
