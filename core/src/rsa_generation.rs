//! RSA key generation after FIPS 186-5, with both primes searched at once.

use core::{iter, num::NonZeroU32};

use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, Limb, NonZero, RandomMod as _};
use crypto_primes::Flavor;
use crypto_primes::fips::{self, FipsOptions};
use crypto_primes::hazmat::{SetBits, random_odd_integer};
use rand_core::{CryptoRng, SeedableRng as _};
use rsa::PrivateKey;
use rsa::hazmat::{rsa_decrypt, rsa_encrypt};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use zeroize::Zeroizing;

use crate::{primality, stack, trial_division::TrialDivision};

/// The public exponent, itself a prime. FIPS 186-5, A.1.1: odd, above 2^16, below 2^256.
const PUBLIC_EXPONENT: Limb = Limb(65_537);

/// One search's share of the caller's randomness.
type Seed = Zeroizing<[u8; 32]>;

/// Generates a key pair with a modulus of exactly `modulus_bits` bits: 2048, 3072 or 4096.
///
/// `rng` supplies two 32-byte seeds, one for each prime, and the value of the pairwise check.
/// Nothing else affects the result: neither which search ends first nor the number of cores. Each
/// prime is the first one in the stream of candidates that its seed yields, so a faster primality
/// test finds the same key.
///
/// # Panics
///
/// If the key fails the pairwise check. A composite prime is a less likely cause than a faulty
/// processor, and no output of a faulty processor can be trusted.
///
/// # Source
///
/// FIPS 186-5, A.1.1 (requirements on the key), A.1.3 (random primes), B.3.1 (their test).
pub(crate) fn generate(modulus_bits: u32, rng: &mut (impl CryptoRng + ?Sized)) -> PrivateKey {
    generate_from(search_both, modulus_bits, rng)
}

/// [`generate`] with the search as an argument, so that a test can inject a fault.
fn generate_from(
    mut search_both: impl FnMut(u32, &[Seed; 2]) -> [BoxedUint; 2],
    modulus_bits: u32,
    rng: &mut (impl CryptoRng + ?Sized),
) -> PrivateKey {
    loop {
        let seeds = [draw_seed(rng), draw_seed(rng)];
        let [p, q] = search_both(modulus_bits, &seeds);
        if let Some(key) = assemble(modulus_bits, p, q) {
            assert!(
                is_pairwise_consistent(&key, rng),
                "the new key does not decrypt what it encrypted: the processor is faulty"
            );
            return key;
        }
    }
}

fn draw_seed(rng: &mut (impl CryptoRng + ?Sized)) -> Seed {
    let mut seed = Seed::default();
    rng.fill_bytes(&mut *seed);
    seed
}

/// Searches both primes at once, on stacks that are wiped. A seed is as secret as its prime, and
/// passing it by value leaves copies.
fn search_both(modulus_bits: u32, seeds: &[Seed; 2]) -> [BoxedUint; 2] {
    stack::run_both_on_wiped_stacks(seeds.each_ref(), |seed| search(modulus_bits, seed))
}

/// Finds the first prime among the candidates that `seed` yields.
///
/// Draws a new random number for every candidate, as A.1.3 requires. Counting up from one random
/// start would find small factors faster, but favours primes after a long gap. Its two top bits are
/// set, which keeps it above √2·2^(`modulus_bits`/2 − 1) and gives the product its full length. The
/// number of draws is unlimited, because `ChaCha20` does not repeat.
///
/// Candidates are tested in batches, of which the first prime in the order of the draws is taken. So
/// the result depends on neither the size of a batch nor the processor.
///
/// `BoxedUint` and not `Uint<32>`: its limbs stay on the heap, where freed memory is wiped.
fn search(modulus_bits: u32, seed: &Seed) -> BoxedUint {
    let prime_bits = NonZeroU32::new(modulus_bits / 2).expect("a modulus has at least two bits");
    let [mut candidates, mut bases] = streams(seed);
    let limit = primality::trial_division_limit(prime_bits.get());
    let division = TrialDivision::by_primes_below(limit);
    let mut drawn = iter::repeat_with(|| draw_candidate(&mut candidates, prime_bits))
        .filter(|candidate| !division.finds_a_factor(&Zeroizing::new(candidate.to_le_bytes())))
        .filter(is_usable);
    loop {
        let batch: Vec<BoxedUint> = drawn.by_ref().take(primality::numbers_at_once()).collect();
        let passed = primality::pass_fermat_test(&batch);
        let mut probable_primes = batch.into_iter().zip(passed).filter(|(_, passed)| *passed);
        let is_prime =
            |(candidate, _): &(BoxedUint, bool)| is_prime(candidate, modulus_bits, &mut bases);
        if let Some((prime, _)) = probable_primes.find(is_prime) {
            return prime;
        }
    }
}

/// The generator of the candidates, and that of the test bases.
fn streams(seed: &Seed) -> [ChaCha20Rng; 2] {
    [0, 1].map(|stream| {
        let mut rng = ChaCha20Rng::from_seed(**seed);
        rng.set_stream(stream);
        rng
    })
}

fn draw_candidate(candidates: &mut ChaCha20Rng, prime_bits: NonZeroU32) -> BoxedUint {
    random_odd_integer::<BoxedUint, _>(candidates, prime_bits, SetBits::TwoMsb)
        .expect("a boxed integer takes any length")
        .get()
}

/// Returns whether `candidate` − 1 is coprime to the public exponent.
fn is_usable(candidate: &BoxedUint) -> bool {
    candidate.rem_limb(NonZero::<Limb>::new_unwrap(PUBLIC_EXPONENT)) != Limb::ONE
}

/// Returns whether `candidate`, which passed the Fermat test, is prime.
///
/// All rounds of the Miller-Rabin test that FIPS 186-5 requires are done in lanes.
fn is_prime(candidate: &BoxedUint, modulus_bits: u32, bases: &mut ChaCha20Rng) -> bool {
    let rounds = miller_rabin_rounds(modulus_bits);
    let is_prime = primality::passes_miller_rabin_test(candidate, rounds, bases);
    if is_prime {
        confirm(candidate, bases);
    }
    is_prime
}

/// Does one more round of the Miller-Rabin test with `crypto-primes`. Its arithmetic shares no code
/// with the lanes, so a fault of the lanes alone makes no key.
///
/// # Panics
///
/// If the prime does not pass.
fn confirm(prime: &BoxedUint, bases: &mut ChaCha20Rng) {
    let one_round = FipsOptions::with_mr_iterations(1);
    assert!(
        fips::is_prime(bases, Flavor::Any, prime, one_round),
        "two implementations disagree on whether a number is prime: the processor is faulty"
    );
}

/// Returns the rounds for an error of 2^−112 at 2048 bits, 2^−128 at 3072 and 2^−144 at 4096.
///
/// # Source
///
/// FIPS 186-5, Table B.1, right column, "p and q".
const fn miller_rabin_rounds(modulus_bits: u32) -> usize {
    if modulus_bits < 3072 { 5 } else { 4 }
}

/// Builds a key from two primes, unless they are too close or the private exponent is too small.
///
/// The larger prime is p, as is common in PKCS #1 keys. The private exponent is the inverse of the
/// public one modulo lcm(p − 1, q − 1).
///
/// # Source
///
/// FIPS 186-5, A.1.1.
fn assemble(modulus_bits: u32, mut p: BoxedUint, mut q: BoxedUint) -> Option<PrivateKey> {
    if p < q {
        core::mem::swap(&mut p, &mut q);
    }
    let difference = Zeroizing::new(p.wrapping_sub(&q));
    let least_difference = BoxedUint::one_with_precision(modulus_bits) << (modulus_bits / 2 - 100);
    if *difference <= least_difference {
        return None;
    }
    let key = PrivateKey::from_p_q(p, q, PUBLIC_EXPONENT.into()).ok()?;
    // The exponent is odd, so one more bit than 2^(modulus_bits / 2) needs means above it.
    (key.d().bit_width() > modulus_bits / 2).then_some(key)
}

/// Returns whether `key` decrypts a random value that it encrypted.
///
/// A composite "prime" or a wrong exponent fails. The value is used once and stays here, so the
/// decryption is not blinded.
///
/// # Source
///
/// SP 800-56B Rev. 2, 6.3.1.1 (the pairwise-consistency test at the end of key-pair generation).
fn is_pairwise_consistent(key: &PrivateKey, rng: &mut (impl CryptoRng + ?Sized)) -> bool {
    let value = BoxedUint::random_mod_vartime(rng, key.n());
    let recovered = rsa_encrypt(key, &value)
        .and_then(|encrypted| rsa_decrypt(None::<&mut ChaCha20Rng>, key, &encrypted));
    recovered.is_ok_and(|recovered| recovered == value)
}

#[cfg(test)]
mod tests {
    use crypto_bigint::{ConcatenatingMul as _, Lcm as _, Resize as _};
    use crypto_primes::hazmat::{SmallFactorsSieve, minimum_mr_iterations};
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::hex;

    const SIZES: [u32; 3] = [2048, 3072, 4096];

    fn rng(seed: u8) -> ChaCha20Rng {
        ChaCha20Rng::from_seed([seed; 32])
    }

    fn bits(bits: u32) -> NonZeroU32 {
        NonZeroU32::new(bits).expect("not zero")
    }

    fn passes_all_tests(number: &BoxedUint) -> bool {
        let options = FipsOptions::with_mr_iterations(32).with_lucas_test();
        fips::is_prime(&mut rng(0xff), Flavor::Any, number, options)
    }

    #[test]
    fn keys_have_the_properties_fips_186_5_asks_for() {
        for bits in SIZES {
            let key = generate(bits, &mut rng(1));
            let (p, q) = (key.primes()[0].as_ref(), key.primes()[1].as_ref());
            assert_eq!(key.n().bit_width(), bits);
            assert_eq!(key.n().as_ref(), &p.concatenating_mul(q));
            assert_eq!(key.e(), &BoxedUint::from(65_537_u32));
            for prime in [p, q] {
                assert_eq!(prime.bit_width(), bits / 2, "RSA_{bits}");
                assert!(prime.bit_vartime(bits / 2 - 2), "RSA_{bits}");
                assert!(passes_all_tests(prime), "RSA_{bits}");
            }
            assert!(p > q, "RSA_{bits}");
            assert!((p - q).bit_width() > bits / 2 - 100, "RSA_{bits}");

            let one = BoxedUint::one();
            let lcm = (p - &one).lcm(&(q - &one));
            assert!(key.d() < &lcm, "RSA_{bits}");
            assert!(key.d().bit_width() > bits / 2, "RSA_{bits}");
            // e·d ≡ 1 also proves that e is coprime to p − 1 and q − 1.
            let lcm = NonZero::new(lcm).expect("primes exceed one");
            let product = key.d().concatenating_mul(key.e());
            assert_eq!(product.rem(&lcm), one, "RSA_{bits}");
        }
    }

    #[test]
    fn one_seed_gives_one_key() {
        let key = generate(2048, &mut rng(1));
        assert_eq!(generate(2048, &mut rng(1)), key);
        assert_eq!(
            format!("{:x}", key.n().as_ref())[..64],
            *"d0dfc4fbbabe280e6eb2a2673e5a7a39cf3cde44ffb99d72b42afb3d53888e1f"
        );
    }

    /// The SHA-256 of each modulus was recorded when every test of a prime was that of
    /// `crypto-primes`.
    #[test]
    fn keys_of_recorded_seeds_stay_the_same() {
        let recorded = [
            (
                2048,
                1,
                "809aecc85591f1d880797310dd0cdb32754039354df829d751f550e7de11007c",
            ),
            (
                2048,
                2,
                "8ef44b066747259c92cdac65d22270c6a1f0e4e05445af197b3720bb7fe467be",
            ),
            (
                3072,
                1,
                "ca38117739d862b6bcd1029b4fa52ac62ce7111168a1acfe0f881a21cec27e41",
            ),
            (
                3072,
                2,
                "875f7030f172f4ecb62bf28746975ad3ea9f84355e5fb799f0c85c35300c7ded",
            ),
            (
                4096,
                1,
                "c6b043894bec5c69801c3cd6c73c614c7dee370cb22f45dd18b34b8567125c19",
            ),
            (
                4096,
                2,
                "ab025e007d88e9946d900ced0e83cfd8cbb1f0aa58931149bd0ca4f72102bf9c",
            ),
        ];
        for (bits, seed, sha256) in recorded {
            let key = generate(bits, &mut rng(seed));
            let digest = Sha256::digest(key.n().to_be_bytes());
            assert_eq!(hex::encode(&digest), sha256, "RSA_{bits}, seed {seed}");
        }
    }

    #[test]
    fn other_seeds_give_other_primes() {
        let (one, other) = (generate(2048, &mut rng(1)), generate(2048, &mut rng(2)));
        for prime in one.primes() {
            assert!(!other.primes().contains(prime));
        }
    }

    #[test]
    fn the_searches_do_not_depend_on_each_other() {
        let rng = &mut rng(3);
        let seeds = [draw_seed(rng), draw_seed(rng)];
        let q = search(2048, &seeds[1]);
        let p = search(2048, &seeds[0]);
        assert_eq!(search_both(2048, &seeds), [p, q]);
    }

    #[test]
    fn bases_are_not_drawn_from_the_candidates_stream() {
        let [mut candidates, mut bases] = streams(&Seed::new([4; 32]));
        assert_ne!(*draw_seed(&mut candidates), *draw_seed(&mut bases));
    }

    #[test]
    fn a_search_ends_at_the_first_prime_of_its_stream() {
        let seed = Seed::new([4; 32]);
        let mut candidates = rng(4);
        // Baillie-PSW without trial division: another test than that of the search.
        let first = core::iter::repeat_with(|| draw_candidate(&mut candidates, bits(1024)))
            .find(|candidate| crypto_primes::is_prime(Flavor::Any, candidate));
        assert_eq!(first, Some(search(2048, &seed)));
    }

    #[test]
    fn a_prime_that_shares_a_factor_with_the_exponent_is_not_usable() {
        // p = 65537·k + 1 with k of 1008 bits, the least k for which p is prime and long enough.
        let exponent = BoxedUint::from(65_537_u32);
        let prime = (1..10_000_u32)
            .map(|k| (BoxedUint::one_with_precision(1008) << 1007) + BoxedUint::from(2 * k))
            .map(|k: BoxedUint| k.concatenating_mul(&exponent) + BoxedUint::one())
            .map(|number| number.resize_unchecked(1024))
            .find(|number| crypto_primes::is_prime(Flavor::Any, number))
            .expect("a thousand or two are enough");
        assert!(!is_usable(&prime));
        assert!(is_prime(&prime, 2048, &mut rng(5)));
    }

    #[test]
    #[should_panic(expected = "two implementations disagree")]
    fn a_composite_number_that_the_lanes_accept_makes_no_key() {
        let composite = draw_candidate(&mut rng(10), bits(1024));
        assert!(!passes_all_tests(&composite));
        confirm(&composite, &mut rng(5));
    }

    #[test]
    fn rounds_meet_the_error_bound_of_each_size() {
        for (modulus_bits, log2_error) in [(2048, 112), (3072, 128), (4096, 144)] {
            assert_eq!(
                minimum_mr_iterations(modulus_bits / 2, log2_error),
                Some(miller_rabin_rounds(modulus_bits))
            );
        }
    }

    #[test]
    fn close_primes_make_no_key() {
        let p = search(2048, &Seed::new([6; 32]));
        let above = |distance: BoxedUint| {
            SmallFactorsSieve::new(&p + &distance, bits(1024), false)
                .expect("fits")
                .find(|number| crypto_primes::is_prime(Flavor::Any, number))
                .expect("a prime is near")
        };
        let power = |exponent: u32| BoxedUint::one_with_precision(1024) << exponent;
        assert!(assemble(2048, p.clone(), p.clone()).is_none());
        assert!(assemble(2048, p.clone(), above(BoxedUint::from(2_u32))).is_none());
        assert!(assemble(2048, p.clone(), above(power(923))).is_none());
        assert!(assemble(2048, above(power(923)), p.clone()).is_none());
        assert!(assemble(2048, p.clone(), above(power(924))).is_some());
    }

    /// p = 6g + 1 and q = 4g + 1, so lcm(p − 1, q − 1) is only 12g; d then has 508 of 1024 bits.
    #[test]
    fn a_small_private_exponent_makes_no_key() {
        let hex = |digits| BoxedUint::from_be_hex(digits, 512).expect("512 bits");
        let p = hex(concat!(
            "e1b14408d699a898dffa6fd78a5aa4fcdc6f4296e99257c7adb995af4fd9872e",
            "0a1b424ad03abc25c305927dca244d790d3318d2df0bc5e841f61117e1da662f",
        ));
        let q = hex(concat!(
            "96762d5b39bbc5bb3ffc4a8fb191c3533d9f81b9f10c3a851e7bb91f8a9104c9",
            "5c122c31e02728192cae61a9316d88fb5e22108c94b283f02bf960ba96919975",
        ));
        let key = PrivateKey::from_p_q(p.clone(), q.clone(), PUBLIC_EXPONENT.into());
        assert_eq!(key.expect("a valid key otherwise").d().bit_width(), 508);
        assert!(assemble(1024, p, q).is_none());
    }

    #[test]
    fn a_composite_prime_does_not_pass_the_pairwise_check() {
        let rng = &mut rng(7);
        let [p, q] = search_both(2048, &[draw_seed(rng), draw_seed(rng)]);
        let composite = draw_candidate(rng, bits(1024));
        assert!(!passes_all_tests(&composite));

        let sound = assemble(2048, p.clone(), q.clone()).expect("two primes");
        assert!(is_pairwise_consistent(&sound, rng));
        for prime in [p, q] {
            let faulty = assemble(2048, prime, composite.clone()).expect("nothing else notices");
            assert!(!is_pairwise_consistent(&faulty, rng));
        }
    }

    #[test]
    #[should_panic(expected = "does not decrypt what it encrypted")]
    fn a_composite_prime_makes_no_key() {
        let rng = &mut rng(8);
        let prime = search(2048, &draw_seed(rng));
        let composite = draw_candidate(rng, bits(1024));
        generate_from(|_, _| [prime.clone(), composite.clone()], 2048, rng);
    }

    #[test]
    fn close_primes_are_searched_again_with_new_seeds() {
        let rng = &mut rng(9);
        let [p, q] = search_both(2048, &[draw_seed(rng), draw_seed(rng)]);
        let mut drawn = Vec::new();
        let search_both = |_: u32, seeds: &[Seed; 2]| {
            drawn.extend(seeds.iter().map(|seed| **seed));
            let second = if drawn.len() == 2 { &p } else { &q };
            [p.clone(), second.clone()]
        };
        let key = generate_from(search_both, 2048, rng);
        assert_eq!(key.n().as_ref(), &p.concatenating_mul(&q));
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 4);
    }
}
