//! Trial division: a cheap test that nine in ten composite numbers fail.

/// The primes of one product, each below 2^21.
const PRIMES_OF_PRODUCT: usize = 3;
/// The products whose remainders are computed at once: a processor overlaps their multiplications.
const PRODUCTS_AT_ONCE: usize = 4;

/// The odd primes below a limit, for the division of many numbers.
pub(crate) struct TrialDivision {
    /// The smallest primes first. The last group is filled up with the prime 3.
    groups: Vec<Group>,
}

type Group = [Product; PRODUCTS_AT_ONCE];

/// A product of small odd primes.
#[derive(Clone, Copy)]
struct Product {
    value: u64,
    /// 1/`value` modulo 2^64.
    inverse: u64,
    primes: [SmallPrime; PRIMES_OF_PRODUCT],
}

/// An odd prime, for the exact test of divisibility.
#[derive(Clone, Copy)]
struct SmallPrime {
    /// 1/p modulo 2^64.
    inverse: u64,
    /// The largest multiple of p below 2^64, divided by p.
    most: u64,
}

impl TrialDivision {
    /// Finds the odd primes below `limit`, which is at most 2^21.
    pub(crate) fn by_primes_below(limit: usize) -> Self {
        let primes = odd_primes_below(limit);
        let groups = primes.chunks(PRIMES_OF_PRODUCT * PRODUCTS_AT_ONCE);
        Self {
            groups: groups.map(group).collect(),
        }
    }

    /// Returns whether one of the primes divides `number`, which is little-endian and of any length.
    ///
    /// For a number without such a factor, the time depends on its length alone.
    pub(crate) fn finds_a_factor(&self, number: &[u8]) -> bool {
        self.groups.iter().any(|products| {
            let remainders = remainders(number, products);
            // Every prime of the group is tried, and the verdict is one.
            let verdicts = products.iter().zip(remainders).map(|(product, remainder)| {
                let divides = |prime: &SmallPrime| prime.divides(remainder);
                let primes = product.primes.iter();
                primes.fold(false, |any, prime| any | divides(prime))
            });
            verdicts.fold(false, |any, verdict| any | verdict)
        })
    }
}

/// Returns a number for each product that has the same prime factors in common with the product as
/// `number` has.
///
/// From the lowest word on, a multiple of the product is subtracted that makes the word zero. What
/// is carried into the next word is left in the end: −`number`/2^64 for each word, modulo the product.
fn remainders(number: &[u8], products: &Group) -> [u64; PRODUCTS_AT_ONCE] {
    let mut carries = [0; PRODUCTS_AT_ONCE];
    for bytes in number.chunks(8) {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        let word = u64::from_le_bytes(word);
        for (carry, product) in carries.iter_mut().zip(products) {
            let (difference, borrow) = word.overflowing_sub(*carry);
            let quotient = difference.wrapping_mul(product.inverse);
            *carry = high(quotient, product.value) + u64::from(borrow);
        }
    }
    carries
}

/// Returns the upper half of x·y.
fn high(x: u64, y: u64) -> u64 {
    u64::try_from((u128::from(x) * u128::from(y)) >> 64).expect("64 bits are left")
}

/// Returns the products of some primes, filled up with the prime 3.
fn group(primes: &[u64]) -> Group {
    core::array::from_fn(|index| {
        let first = index * PRIMES_OF_PRODUCT;
        let primes: [u64; PRIMES_OF_PRODUCT] =
            core::array::from_fn(|index| primes.get(first + index).copied().unwrap_or(3));
        let value = primes.iter().product();
        Product {
            value,
            inverse: inverse(value),
            primes: primes.map(SmallPrime::new),
        }
    })
}

/// Returns the odd primes below `limit`, by the sieve of Eratosthenes.
fn odd_primes_below(limit: usize) -> Vec<u64> {
    let mut is_composite = vec![false; limit];
    let mut primes = Vec::new();
    for number in (3..limit).step_by(2) {
        if !is_composite[number] {
            primes.push(number as u64);
            for multiple in (number * number..limit).step_by(2 * number) {
                is_composite[multiple] = true;
            }
        }
    }
    primes
}

impl SmallPrime {
    fn new(prime: u64) -> Self {
        Self {
            inverse: inverse(prime),
            most: u64::MAX / prime,
        }
    }

    /// Returns whether the prime divides `number`.
    ///
    /// Multiples of the prime are the numbers whose quotient modulo 2^64 is the quotient itself.
    fn divides(&self, number: u64) -> bool {
        number.wrapping_mul(self.inverse) <= self.most
    }
}

/// Returns 1/`odd` modulo 2^64. Each of Newton's five steps doubles the right bits, and an odd number
/// is its own inverse in three.
fn inverse(odd: u64) -> u64 {
    (0..5).fold(odd, |inverse: u64, _| {
        inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)))
    })
}

#[cfg(test)]
mod tests {
    use crypto_bigint::{BoxedUint, ConcatenatingMul as _};
    use crypto_primes::{Flavor, is_prime};

    use super::*;

    const LIMIT: usize = 1 << 14;

    #[test]
    fn every_odd_prime_below_the_limit_is_found_as_a_factor() {
        let cofactor = BoxedUint::from_be_hex(&"f".repeat(256), 1024).expect("1024 bits");
        // 2^1024 − 1 has small factors; 2^1024 − 39 has none.
        let cofactor = cofactor.wrapping_sub(BoxedUint::from(38_u32));
        let division = TrialDivision::by_primes_below(LIMIT);
        assert!(!division.finds_a_factor(&cofactor.to_le_bytes()));
        for factor in (3..LIMIT as u64 + 1000).step_by(2) {
            if !is_prime(Flavor::Any, &BoxedUint::from(factor)) {
                continue;
            }
            let number = cofactor.concatenating_mul(&BoxedUint::from(factor));
            let is_found = division.finds_a_factor(&number.to_le_bytes());
            assert_eq!(is_found, factor < LIMIT as u64, "{factor}");
        }
    }

    #[test]
    fn verdicts_on_short_numbers_are_those_of_division() {
        let division = TrialDivision::by_primes_below(LIMIT);
        for number in (1..40_000_u64).step_by(2) {
            let has = (3..LIMIT as u64)
                .step_by(2)
                .take_while(|factor| factor <= &number)
                .any(|factor| number.is_multiple_of(factor));
            assert_eq!(
                division.finds_a_factor(&number.to_le_bytes()[..3]),
                has,
                "{number}"
            );
        }
    }

    #[test]
    fn the_largest_multiple_of_a_prime_is_one() {
        let three = SmallPrime::new(3);
        let ends = [0, 1, 2, 3, u64::MAX - 1, u64::MAX];
        let expected = [true, false, false, true, false, true];
        assert_eq!(ends.map(|number| three.divides(number)), expected);
    }

    #[test]
    fn the_largest_primes_that_a_product_takes_are_found() {
        // The three largest primes below 2^21.
        let primes = [2_097_143, 2_097_133, 2_097_131];
        let products = group(&primes);
        for prime in primes {
            let number = (u128::from(prime) * u128::from(u64::MAX)).to_le_bytes();
            let remainder = remainders(&number, &products)[0];
            let divides = products[0].primes.map(|prime| prime.divides(remainder));
            assert_eq!(divides, primes.map(|other| other == prime));
        }
    }
}
