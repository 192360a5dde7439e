//! Trial division: a cheap test that nine in ten composite numbers fail.

/// Every odd prime below this limit is tried: further primes take longer than the tests that they
/// spare.
const LIMIT: usize = 1 << 14;
/// The odd primes below [`LIMIT`].
const PRIMES: usize = 1899;
/// The primes of one product, which has at most 4·14 bits.
const PRIMES_OF_PRODUCT: usize = 4;
/// The products whose remainders are computed at once: a processor overlaps their multiplications.
const PRODUCTS_AT_ONCE: usize = 4;

/// The groups of products, the smallest primes first. The last is filled up with the prime 3.
static GROUPS: [[Product; PRODUCTS_AT_ONCE]; PRIMES.div_ceil(16)] = groups();

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

/// Returns whether an odd prime below 2^14 divides `number`, which is little-endian and of any
/// length.
///
/// For a number without such a factor, the time depends on its length alone.
pub(crate) fn has_small_factor(number: &[u8]) -> bool {
    GROUPS.iter().any(|products| {
        let remainders = remainders(number, products);
        // Every prime of the group is tried, and the verdict is one.
        let verdicts = products.iter().zip(remainders).map(|(product, remainder)| {
            let divides = |prime: &SmallPrime| prime.divides(remainder);
            product
                .primes
                .iter()
                .fold(false, |any, prime| any | divides(prime))
        });
        verdicts.fold(false, |any, verdict| any | verdict)
    })
}

/// Returns a number for each product that has the same prime factors in common with the product as
/// `number` has.
///
/// From the lowest word on, a multiple of the product is subtracted that makes the word zero. What
/// is carried into the next word is left in the end: −`number`/2^64 for each word, modulo the product.
fn remainders(number: &[u8], products: &[Product; PRODUCTS_AT_ONCE]) -> [u64; PRODUCTS_AT_ONCE] {
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

impl SmallPrime {
    const fn new(prime: u64) -> Self {
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

/// Returns 1/`odd` modulo 2^64. Each of Newton's steps doubles the right bits, and an odd number is
/// its own inverse in three.
const fn inverse(odd: u64) -> u64 {
    let (mut inverse, mut right_bits) = (odd, 3);
    while right_bits < 64 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse
}

#[allow(clippy::large_stack_arrays, reason = "it is computed by the compiler")]
const fn groups() -> [[Product; PRODUCTS_AT_ONCE]; PRIMES.div_ceil(16)] {
    let empty = Product {
        value: 1,
        inverse: 1,
        primes: [SmallPrime::new(3); PRIMES_OF_PRODUCT],
    };
    let mut groups = [[empty; PRODUCTS_AT_ONCE]; PRIMES.div_ceil(16)];
    let primes = primes();
    let mut index = 0;
    while index < 16 * groups.len() {
        let prime = if index < PRIMES { primes[index] } else { 3 };
        let product = &mut groups[index / 16][index / 4 % 4];
        product.value *= prime;
        product.inverse = inverse(product.value);
        product.primes[index % 4] = SmallPrime::new(prime);
        index += 1;
    }
    groups
}

/// Returns the odd primes below [`LIMIT`], by the sieve of Eratosthenes.
const fn primes() -> [u64; PRIMES] {
    let mut is_composite = [false; LIMIT];
    let mut primes = [0; PRIMES];
    let (mut found, mut number) = (0, 3);
    while number < LIMIT {
        if !is_composite[number] {
            primes[found] = number as u64;
            found += 1;
            let mut multiple = number * number;
            while multiple < LIMIT {
                is_composite[multiple] = true;
                multiple += 2 * number;
            }
        }
        number += 2;
    }
    assert!(
        found == PRIMES,
        "PRIMES is the number of odd primes below LIMIT"
    );
    primes
}

#[cfg(test)]
mod tests {
    use crypto_bigint::{BoxedUint, ConcatenatingMul as _};
    use crypto_primes::{Flavor, is_prime};

    use super::*;

    #[test]
    fn every_odd_prime_below_the_limit_is_found_as_a_factor() {
        let cofactor = BoxedUint::from_be_hex(&"f".repeat(256), 1024).expect("1024 bits");
        // 2^1024 − 1 has small factors; 2^1024 − 39 has none.
        let cofactor = cofactor.wrapping_sub(BoxedUint::from(38_u32));
        assert!(!has_small_factor(&cofactor.to_le_bytes()));
        for factor in (3..LIMIT as u64 + 1000).step_by(2) {
            if !is_prime(Flavor::Any, &BoxedUint::from(factor)) {
                continue;
            }
            let number = cofactor.concatenating_mul(&BoxedUint::from(factor));
            let is_found = has_small_factor(&number.to_le_bytes());
            assert_eq!(is_found, factor < LIMIT as u64, "{factor}");
        }
    }

    #[test]
    fn verdicts_on_short_numbers_are_those_of_division() {
        for number in (1..40_000_u64).step_by(2) {
            let has = (3..LIMIT as u64)
                .step_by(2)
                .take_while(|factor| factor <= &number)
                .any(|factor| number.is_multiple_of(factor));
            assert_eq!(
                has_small_factor(&number.to_le_bytes()[..3]),
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
}
