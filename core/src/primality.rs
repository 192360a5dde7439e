//! Tests of primes on eight numbers, or with eight bases, at once.

use byok_lanes::{Arithmetic, LANES, Moduli, Numbers, Size};
use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, NonZero, Odd, RandomMod as _, Resize as _};
use crypto_primes::{Flavor, hazmat::MillerRabin};
use rand_core::{CryptoRng, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::witness_seed::WitnessSeed;

/// The longest number on which Baillie-PSW is known to err nowhere, in bits.
///
/// # Source
///
/// J. Feitsma, "The pseudoprimes below 2^64" (2013), a list of all numbers that pass the Fermat test
/// to the base 2.
const PROVEN_BITS: u32 = 64;

/// Returns whether a number from elsewhere is prime: any number of at most 2048 bits.
///
/// Tests as Baillie-PSW does: Miller-Rabin with the base 2, and the strong Lucas test in its form of
/// 2021. Nobody knows a composite number that passes both. Eight more rounds of Miller-Rabin have
/// bases that are derived from the number and from `seed`. With a random seed, a composite number
/// that passes the first two tests passes these rounds once in 2^16, whoever constructed it. A prime
/// passes with any seed.
///
/// `crypto-primes` does the last round, and the lanes do the others. They share no code, so a fault
/// of the lanes alone accepts no number.
///
/// Returns false for a longer number.
///
/// # Source
///
/// R. Baillie, A. Fiori, S. S. Wagstaff, "Strengthening the Baillie-PSW primality test" (2021).
/// F. Arnault, "Rabin-Miller primality test: composite numbers which pass it" (1995): small and fixed
/// bases alone are not enough.
pub(crate) fn is_prime(number: &BoxedUint, seed: WitnessSeed) -> bool {
    is_prime_with(Arithmetic::detect(), number, seed)
}

fn is_prime_with(arithmetic: Arithmetic, number: &BoxedUint, seed: WitnessSeed) -> bool {
    let bits = number.bit_width_vartime();
    if bits <= PROVEN_BITS {
        return crypto_primes::is_prime(Flavor::Any, number);
    }
    let Some(size) = Size::ALL.into_iter().find(|size| size.bits() >= bits) else {
        return false;
    };
    let number = Zeroizing::new(number.clone().resize_unchecked(size.bits()));
    let [bases @ .., last_base] = bases_of(&number, seed);
    passes_all_tests(arithmetic, &number, &bases, &last_base)
}

/// Returns whether `number` passes Miller-Rabin with one to eight bases in lanes, the Lucas test, and
/// Miller-Rabin with a last base in the arithmetic of `crypto-primes`.
fn passes_all_tests(
    arithmetic: Arithmetic,
    number: &BoxedUint,
    bases: &[BoxedUint],
    last_base: &BoxedUint,
) -> bool {
    let Some(odd) = Odd::new(number.clone()).into_option().map(Zeroizing::new) else {
        return false;
    };
    passes_with_bases(arithmetic, number, bases)
        && lucas_test::passes(arithmetic, &odd)
        && MillerRabin::new((*odd).clone())
            .test(last_base)
            .is_probably_prime()
}

/// Returns the bases of [`is_prime`]: 2 and eight others.
fn bases_of(number: &BoxedUint, seed: WitnessSeed) -> [BoxedUint; LANES + 1] {
    let bytes = Zeroizing::new(number.to_be_bytes());
    let digest = Sha256::new_with_prefix("bases of Miller-Rabin")
        .chain_update(seed.as_bytes())
        .chain_update(&*bytes);
    let digest = Zeroizing::new(digest.finalize().into());
    let rng = &mut ChaCha20Rng::from_seed(*digest);
    let two = BoxedUint::from(2_u32).resize_unchecked(number.bits_precision());
    let mut bases = [(); LANES + 1].map(|()| random_base(number, rng));
    bases[0] = two;
    bases
}

/// Returns how many numbers [`pass_fermat_test`] tests in the time of one.
pub(crate) fn numbers_at_once() -> usize {
    Arithmetic::detect().numbers_at_once()
}

/// Returns the limit below which all primes are worth a trial division of a number of `bits` bits.
/// A test by primes above it takes longer than the Fermat tests that it spares.
pub(crate) fn trial_division_limit(bits: u32) -> usize {
    let times_its_bits = if numbers_at_once() > 1 { 16 } else { 128 };
    bits as usize * times_its_bits
}

/// Returns for each of one to eight numbers whether it divides 2^(number − 1) − 1, as every odd
/// prime does.
///
/// The numbers have 1024, 1536 or 2048 bits. Few composite numbers pass; [`passes_miller_rabin_test`]
/// finds those.
///
/// # Panics
///
/// If a number is even or its size is not one of the three.
pub(crate) fn pass_fermat_test(numbers: &[BoxedUint]) -> Vec<bool> {
    pass_fermat_test_with(Arithmetic::detect(), numbers)
}

fn pass_fermat_test_with(arithmetic: Arithmetic, numbers: &[BoxedUint]) -> Vec<bool> {
    let moduli = moduli(arithmetic, numbers).expect("a candidate is odd, and one of a few");
    let powers = moduli.power_of_two(&moduli.minus_one());
    moduli.is_one(&powers)[..numbers.len()].to_vec()
}

/// Returns whether `number` passes `rounds` rounds of the Miller-Rabin test with random bases, or
/// eight where these take the time of one.
///
/// # Panics
///
/// As [`pass_fermat_test`] does, and for more than eight rounds.
///
/// # Source
///
/// FIPS 186-5, B.3.1.
pub(crate) fn passes_miller_rabin_test(
    number: &BoxedUint,
    rounds: usize,
    rng: &mut (impl CryptoRng + ?Sized),
) -> bool {
    let arithmetic = Arithmetic::detect();
    let rounds = rounds.max(arithmetic.numbers_at_once());
    let bases: Vec<BoxedUint> = (0..rounds).map(|_| random_base(number, rng)).collect();
    passes_with_bases(arithmetic, number, &bases)
}

/// Returns whether `number` is a strong probable prime to each of one to eight bases.
///
/// # Source
///
/// FIPS 186-5, B.3.1, steps 1, 2 and 4.
fn passes_with_bases(arithmetic: Arithmetic, number: &BoxedUint, bases: &[BoxedUint]) -> bool {
    let repeated = vec![number.clone(); bases.len()];
    let moduli = moduli(arithmetic, &repeated).expect("a candidate is odd, and bases are a few");
    let one = BoxedUint::one_with_precision(number.bits_precision());
    let number_minus_one = Zeroizing::new(number.wrapping_sub(&one));
    // number − 1 = 2^twos·odd. Twos are few, and all that the time depends on.
    let twos = number_minus_one.trailing_zeros_vartime();
    let odd = Zeroizing::new(&*number_minus_one >> twos);
    let exponents = in_lanes(moduli.size(), core::slice::from_ref(&*odd));
    let bases = in_lanes(moduli.size(), bases);
    let mut powers = moduli.power(&moduli.to_residues(&bases), &exponents);
    let mut passed = moduli.is_one(&powers);
    for two in 0..twos {
        if two > 0 {
            powers = moduli.square(&powers);
        }
        for (passed, is_minus_one) in passed.iter_mut().zip(moduli.is_minus_one(&powers)) {
            *passed |= is_minus_one;
        }
    }
    passed[..moduli.lanes()] == [true; LANES][..moduli.lanes()]
}

/// Returns a random number from 2 to `number` − 2.
fn random_base(number: &BoxedUint, rng: &mut (impl CryptoRng + ?Sized)) -> BoxedUint {
    let small = |value: u32| BoxedUint::from(value);
    let end = NonZero::new(number.wrapping_sub(small(3))).expect("a candidate is long");
    BoxedUint::random_mod_vartime(rng, &end).wrapping_add(small(2))
}

/// Puts one to eight odd numbers of one size into lanes, if that is what they are.
fn moduli(arithmetic: Arithmetic, numbers: &[BoxedUint]) -> Option<Moduli> {
    let size = Size::from_bits(numbers.first()?.bits_precision())?;
    let bytes = bytes(numbers);
    let bytes: Vec<&[u8]> = bytes.iter().map(|bytes| &***bytes).collect();
    Moduli::new(arithmetic, size, &bytes)
}

fn in_lanes(size: Size, numbers: &[BoxedUint]) -> Numbers {
    let bytes = bytes(numbers);
    let bytes: Vec<&[u8]> = bytes.iter().map(|bytes| &***bytes).collect();
    Numbers::from_le_bytes(size, &bytes).expect("one to eight numbers that are not above a modulus")
}

fn bytes(numbers: &[BoxedUint]) -> Vec<Zeroizing<Box<[u8]>>> {
    numbers
        .iter()
        .map(|number| Zeroizing::new(number.to_le_bytes()))
        .collect()
}

mod lucas_test;
#[cfg(test)]
mod tests;
