//! RSA private keys: every tampered key is refused for its fault.

use byok_core::{
    compatibility::Rules,
    key_material::{
        KeyMaterial, KeyMaterialError, MaterialError, ReadOptions, RsaFault, WeakMaterial, Weakness,
    },
    key_spec::KeySpec,
    secret::SecretBytes,
};
use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Lcm as _, NonZero, Resize as _};
use der::{Decode as _, Encode as _};
use pkcs8::PrivateKeyInfoRef;
use rand_core::{Rng as _, SeedableRng as _};
use rsa::pkcs1::{RsaPrivateKeyRef, UintRef};

fn read(file: &[u8], weak: WeakMaterial) -> Result<KeyMaterial, KeyMaterialError> {
    let options = ReadOptions {
        weak,
        ..ReadOptions::new(Rules::Standard)
    };
    KeyMaterial::read(&SecretBytes::copy_of(file), &options).map(|reading| reading.material)
}

fn refusal(file: &[u8]) -> KeyMaterialError {
    read(file, WeakMaterial::Refuse).expect_err("must be refused")
}

fn good_key() -> Integers {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let material =
        KeyMaterial::generate(KeySpec::Rsa2048, Rules::Standard, &mut rng).expect("a key");
    Integers::of(material.bytes().expose())
}

fn number(small: u32, bits: u32) -> BoxedUint {
    BoxedUint::from(small).resize_unchecked(bits)
}

/// A random odd number of 1024 bits that begins with this byte.
fn random(seed: u64, top: u8) -> BoxedUint {
    let mut bytes = [0; 128];
    ChaCha20Rng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes[0] = top;
    bytes[127] |= 1;
    uint(&bytes)
}

fn is_prime(number: &BoxedUint) -> bool {
    crypto_primes::is_prime(crypto_primes::Flavor::Any, number)
}

/// Returns the next prime after `from`, which is odd, that is not 1 modulo `e`.
fn next_prime(from: &BoxedUint, e: u32) -> BoxedUint {
    let bits = from.bits_precision();
    let e = NonZero::new(crypto_bigint::Limb::from(e)).expect("not zero");
    let mut candidate = from.wrapping_add(number(2, bits));
    while !is_prime(&candidate) || candidate.rem_limb(e) == crypto_bigint::Limb::ONE {
        candidate = candidate.wrapping_add(number(2, bits));
    }
    candidate
}

/// The integers of an RSA key, to be tampered with one by one.
#[derive(Clone)]
struct Integers {
    n: Vec<u8>,
    e: Vec<u8>,
    d: Vec<u8>,
    p: Vec<u8>,
    q: Vec<u8>,
    dp: Vec<u8>,
    dq: Vec<u8>,
    qinv: Vec<u8>,
}

impl Integers {
    fn of(pkcs8: &[u8]) -> Self {
        let info = PrivateKeyInfoRef::from_der(pkcs8).expect("PKCS#8");
        let key = RsaPrivateKeyRef::from_der(info.private_key.as_bytes()).expect("PKCS#1");
        let bytes = |integer: UintRef<'_>| integer.as_bytes().to_vec();
        Self {
            n: bytes(key.modulus),
            e: bytes(key.public_exponent),
            d: bytes(key.private_exponent),
            p: bytes(key.prime1),
            q: bytes(key.prime2),
            dp: bytes(key.exponent1),
            dq: bytes(key.exponent2),
            qinv: bytes(key.coefficient),
        }
    }

    fn pkcs1(&self) -> Vec<u8> {
        let uint = |bytes| UintRef::new(bytes).expect("an integer");
        RsaPrivateKeyRef {
            modulus: uint(&self.n),
            public_exponent: uint(&self.e),
            private_exponent: uint(&self.d),
            prime1: uint(&self.p),
            prime2: uint(&self.q),
            exponent1: uint(&self.dp),
            exponent2: uint(&self.dq),
            coefficient: uint(&self.qinv),
            other_prime_infos: None,
        }
        .to_der()
        .expect("DER")
    }

    /// A key of these factors, otherwise consistent.
    fn of_factors(p: &BoxedUint, q: &BoxedUint, e: u32) -> Self {
        let half = p.bits_precision();
        let one = BoxedUint::one_with_precision(half);
        let (p1, q1) = (p.wrapping_sub(&one), q.wrapping_sub(&one));
        let wide = |x: &BoxedUint| x.clone().resize_unchecked(2 * half);
        let nonzero =
            |x: BoxedUint| Option::<NonZero<BoxedUint>>::from(NonZero::new(x)).expect("not zero");
        let phi = nonzero(p1.concatenating_mul(&q1));
        let e_wide = BoxedUint::from(e).resize_unchecked(2 * half);
        let d: BoxedUint = Option::from(e_wide.invert_mod(&phi)).expect("coprime");
        let qinv: Option<BoxedUint> = q
            .rem(&nonzero(p.clone()))
            .invert_mod(&nonzero(p.clone()))
            .into();
        let bytes = |x: &BoxedUint| x.to_be_bytes().to_vec();
        Self {
            n: bytes(&p.concatenating_mul(q)),
            e: bytes(&BoxedUint::from(e)),
            dp: bytes(&d.rem(&nonzero(wide(&p1)))),
            dq: bytes(&d.rem(&nonzero(wide(&q1)))),
            d: bytes(&d),
            p: bytes(p),
            q: bytes(q),
            qinv: bytes(&qinv.unwrap_or(one)),
        }
    }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

fn uint(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, 1024).expect("1024 bits")
}

#[test]
fn every_tampered_integer_of_an_rsa_key_is_refused_for_itself() {
    let good = good_key();
    assert!(read(&good.pkcs1(), WeakMaterial::Refuse).is_ok());
    let tampered = |change: fn(&mut Integers)| {
        let mut key = good.clone();
        change(&mut key);
        refusal(&key.pkcs1())
    };
    for (fault, error) in [
        (RsaFault::Modulus, tampered(|key| key.n = flipped(&key.n))),
        (
            RsaFault::PrivateExponent,
            tampered(|key| key.e = vec![1, 0, 3]),
        ),
        (
            RsaFault::PublicExponent,
            tampered(|key| key.e = vec![1, 0, 0]),
        ),
        (RsaFault::PublicExponent, tampered(|key| key.e = vec![1])),
        (
            RsaFault::PublicExponent,
            tampered(|key| key.e = [vec![1], vec![0; 31], vec![1]].concat()),
        ),
        (
            RsaFault::PrivateExponent,
            tampered(|key| key.d = flipped(&key.d)),
        ),
        (RsaFault::PrivateExponent, tampered(|key| key.d = vec![3])),
        (RsaFault::Modulus, tampered(|key| key.p = flipped(&key.p))),
        (RsaFault::UnbalancedPrimes, tampered(|key| key.p.push(1))),
        (
            RsaFault::CrtExponent,
            tampered(|key| key.dp = flipped(&key.dp)),
        ),
        (
            RsaFault::CrtExponent,
            tampered(|key| key.dq = flipped(&key.dq)),
        ),
        (
            RsaFault::CrtExponent,
            tampered(|key| core::mem::swap(&mut key.dp, &mut key.dq)),
        ),
        (
            RsaFault::CrtCoefficient,
            tampered(|key| key.qinv = flipped(&key.qinv)),
        ),
    ] {
        assert_eq!(error, KeyMaterialError::Material(MaterialError::Rsa(fault)));
    }
}

#[test]
fn consistent_keys_of_bad_primes_are_refused() {
    let good = good_key();
    let (p, q) = (uint(&good.p), uint(&good.q));
    let fault = |p: &BoxedUint, q: &BoxedUint| refusal(&Integers::of_factors(p, q, 65_537).pkcs1());
    assert!(
        read(
            &Integers::of_factors(&p, &q, 65_537).pkcs1(),
            WeakMaterial::Refuse
        )
        .is_ok(),
        "the builder builds good keys"
    );
    assert_eq!(
        fault(&p, &p),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::EqualPrimes))
    );
    assert_eq!(
        fault(&next_prime(&p, 65_537), &p),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::ClosePrimes))
    );
    // FIPS 186-5, A.1.1: the distance of 1024-bit primes is above 2^924. Primes that share their highest
    // bits are weak farther apart, too.
    for (distance, error) in [
        (10, MaterialError::Rsa(RsaFault::ClosePrimes)),
        (923, MaterialError::Rsa(RsaFault::ClosePrimes)),
        (924, MaterialError::Weak(Weakness::RepeatedPrimeBits)),
    ] {
        let other = next_prime(&p.wrapping_add(number(1, 1024) << distance), 65_537);
        for (p, q) in [(&p, &other), (&other, &p)] {
            let expected = KeyMaterialError::Material(error.clone());
            assert_eq!(fault(p, q), expected, "a distance of 2^{distance}");
        }
    }
    let composite = q.wrapping_add(number(2, 1024));
    assert!(!is_prime(&composite), "twin primes would be a surprise");
    assert_eq!(
        fault(&p, &composite),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::CompositePrime))
    );
}

#[test]
fn primes_of_the_broken_generator_are_refused() {
    // p = k·M + (65537^a mod M), M the product of the primes up to 167.
    let is_small_prime = |n: u32| {
        (2..n)
            .take_while(|f| f * f <= n)
            .all(|f| !n.is_multiple_of(f))
    };
    let m = (2u32..=167)
        .filter(|n| is_small_prime(*n))
        .fold(BoxedUint::one_with_precision(1024), |product, prime| {
            product.wrapping_mul(BoxedUint::from(prime).resize_unchecked(1024))
        });
    let modulus: NonZero<BoxedUint> = Option::from(NonZero::new(m.clone())).expect("not zero");
    let power = |a: u32| {
        let base = BoxedUint::from(65_537u32).resize_unchecked(1024);
        (1..a).fold(base.clone(), |power, _| power.mul_mod(&base, &modulus))
    };
    let weak_prime = |a: u32, top: u32| {
        let mut candidate: BoxedUint = BoxedUint::from(top).resize_unchecked(1024) << (1024 - 32);
        candidate = candidate
            .wrapping_sub(candidate.rem(&modulus))
            .wrapping_add(power(a));
        while !is_prime(&candidate) {
            candidate = candidate.wrapping_add(&m);
        }
        candidate
    };
    let (p, q) = (weak_prime(3, 0xe000_0001), weak_prime(5, 0xf000_0001));
    assert_eq!((p.bit_width(), q.bit_width()), (1024, 1024));
    let key = Integers::of_factors(&p, &q, 65_537);
    assert_eq!(
        refusal(&key.pkcs1()),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::Roca))
    );
    // One of them is enough, whichever it is; the modulus does not show it.
    let good = uint(&good_key().p);
    for (p, q) in [(&p, &good), (&good, &q)] {
        let key = Integers::of_factors(p, q, 65_537);
        assert_eq!(
            refusal(&key.pkcs1()),
            KeyMaterialError::Material(MaterialError::Rsa(RsaFault::Roca))
        );
    }
}

#[test]
fn primes_near_a_small_fraction_are_refused() {
    let fault = |p: &BoxedUint, q: &BoxedUint| {
        let key = Integers::of_factors(p, q, 65_537);
        read(&key.pkcs1(), WeakMaterial::Refuse).err()
    };
    for (a, b) in [(4, 3), (3, 4), (64, 63), (37, 41), (63, 50)] {
        // Both primes have 1024 bits, and their product has 2048.
        let q = next_prime(&random(1, if a > b { 0xb9 } else { 0xf1 }), 65_537);
        let scaled = number(a, 1088).wrapping_mul(q.clone().resize_unchecked(1088));
        let divisor = NonZero::new(number(b, 1088)).expect("not zero");
        let near = (scaled / divisor).resize_unchecked(1024) | BoxedUint::one_with_precision(1024);
        assert_eq!(near.bit_width(), 1024, "{a}/{b}");
        let p = next_prime(&near, 65_537);
        let expected = Some(KeyMaterialError::Material(MaterialError::Rsa(
            RsaFault::PrimeRatio,
        )));
        assert_eq!(fault(&p, &q), expected, "{a}/{b}");
        assert_eq!(fault(&q, &p), expected, "{b}/{a}");
        let farther = near.wrapping_add(BoxedUint::one_with_precision(1024) << 940);
        let p = next_prime(&farther, 65_537);
        assert_eq!(fault(&p, &q), None, "not so near {a}/{b}");
    }
}

#[test]
fn primes_less_one_may_have_a_small_common_divisor_only() {
    let fault = |bits: u32| {
        // Primes that are 1 modulo an even number of `bits` bits.
        let divisor: BoxedUint = (random(9, 0xc0) >> (1024 - bits)) << 1_u32;
        let prime = |seed: u64, top: u8| {
            // The product has 1024 bits, and room for further multiples of the divisor.
            let factor = random(seed, top) >> bits;
            let mut candidate = divisor.wrapping_mul(&factor).wrapping_add(number(1, 1024));
            while !is_prime(&candidate) {
                candidate = candidate.wrapping_add(&divisor);
            }
            assert_eq!(candidate.bit_width(), 1024);
            candidate
        };
        let key = Integers::of_factors(&prime(5, 0xa0), &prime(6, 0x98), 65_537);
        read(&key.pkcs1(), WeakMaterial::Refuse).err()
    };
    assert_eq!(fault(40), None);
    for bits in [70, 300, 1008] {
        let expected = Some(KeyMaterialError::Material(MaterialError::Rsa(
            RsaFault::CommonDivisor,
        )));
        assert_eq!(fault(bits), expected, "{bits}");
    }
}

#[test]
fn primes_with_patterns_are_weak() {
    let one = BoxedUint::one_with_precision(1024);
    let good = next_prime(&random(1, 0xe1), 65_537);
    let weakness = |p: &BoxedUint, q: &BoxedUint| {
        let key = Integers::of_factors(p, q, 65_537).pkcs1();
        let allowed = read(&key, WeakMaterial::Allow).expect("a good key");
        let refused = read(&key, WeakMaterial::Refuse).err();
        let found = allowed.weakness().map(|found| found.weakness);
        assert_eq!(
            refused,
            found.map(|weakness| KeyMaterialError::Material(MaterialError::Weak(weakness)))
        );
        found
    };
    // A long run of zeros, of ones, a pattern of 24 bits, and bits of the other prime.
    let zeros = (number(0xd5, 1024) << 1016_u32).wrapping_add(&one);
    let run = (one.clone() << 900_u32).wrapping_sub(one.clone() << 300_u32);
    let ones = (number(0xd5, 1024) << 1016_u32) | run | (random(5, 0xc0) >> 724_u32);
    let pattern = (0..42).fold(BoxedUint::zero_with_precision(1024), |number, _| {
        (number << 24_u32) | self::number(0x00c3_5a71, 1024)
    });
    let pattern = (pattern << 16_u32) | one.clone();
    let shared = (random(2, 0xc5) >> 400_u32 << 400_u32) | (good.clone() << 624_u32 >> 624_u32);
    for from in [zeros, ones, pattern, shared | one] {
        let p = next_prime(&from, 65_537);
        assert_eq!(
            weakness(&p, &good),
            Some(Weakness::RepeatedPrimeBits),
            "{p}"
        );
        assert_eq!(
            weakness(&good, &p),
            Some(Weakness::RepeatedPrimeBits),
            "{p}"
        );
    }
    assert_eq!(weakness(&next_prime(&random(4, 0xd7), 65_537), &good), None);
}

#[test]
fn a_small_private_exponent_is_refused() {
    // p − 1 and q − 1 share so much that both e and d can be short: 10 and 14 times the first such
    // number from 2^1020 on.
    let shared = (number(1, 1024) << 1020u32).wrapping_add(number(193_634, 1024));
    let [p, q] = [10, 14].map(|factor| {
        shared
            .wrapping_mul(number(factor, 1024))
            .wrapping_add(number(1, 1024))
    });
    assert!(is_prime(&p) && is_prime(&q));
    let mut key = Integers::of_factors(&p, &q, 65_537);
    // Nothing else is wrong with it.
    assert_eq!(
        refusal(&key.pkcs1()),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::CommonDivisor))
    );
    let [p1, q1]: [BoxedUint; 2] = [&p, &q].map(|prime| prime.wrapping_sub(number(1, 1024)));
    let lcm: BoxedUint = p1.lcm(&q1);
    let lcm: NonZero<BoxedUint> = Option::from(NonZero::new(lcm)).expect("not zero");
    let d = BoxedUint::from_be_slice(&key.d, 2048)
        .expect("2048 bits")
        .rem(&lcm);
    assert_eq!(d.bit_width(), 1023);
    key.d = d.to_be_bytes().to_vec();
    assert_eq!(
        refusal(&key.pkcs1()),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::SmallPrivateExponent))
    );
}

#[test]
fn a_modulus_must_have_exactly_the_bits_of_a_key_spec() {
    let of_tops = |tops: [u32; 2], shift: u32, bits: u32| {
        let start = |top| (number(top, bits) << shift).wrapping_add(number(1, bits));
        let [p, q] = tops.map(|top| next_prime(&start(top), 65_537));
        refusal(&Integers::of_factors(&p, &q, 65_537).pkcs1())
    };
    assert_eq!(
        of_tops([0x80, 0x90], 1016, 1024),
        KeyMaterialError::Material(MaterialError::ModulusBits(2047))
    );
    assert_eq!(
        of_tops([0xc1, 0xc3], 1020, 1088),
        KeyMaterialError::Material(MaterialError::ModulusBits(2056))
    );
    assert_eq!(
        of_tops([0xc1, 0xc3], 504, 512),
        KeyMaterialError::Material(MaterialError::ModulusBits(1024))
    );
}

#[test]
fn a_third_prime_is_refused() {
    // RFC 8017, A.1.2: version 1, and a list for the third prime.
    let two = good_key().pkcs1();
    let [_, _, high, low, 2, 1, 0, integers @ ..] = two.as_slice() else {
        panic!("a SEQUENCE")
    };
    let others = [0x30, 0x0b, 0x30, 0x09, 2, 1, 5, 2, 1, 3, 2, 1, 1];
    let len = (u16::from_be_bytes([*high, *low]) + 13).to_be_bytes();
    let three = [&[0x30, 0x82, len[0], len[1], 2, 1, 1], integers, &others].concat();
    assert_eq!(
        refusal(&three),
        KeyMaterialError::Material(MaterialError::Rsa(RsaFault::MultiPrime))
    );
}

#[test]
fn a_small_public_exponent_is_weak() {
    let good = good_key();
    for e in [3, 17] {
        let [p, q] = [&good.p, &good.q].map(|prime| next_prime(&uint(prime), e));
        let small = Integers::of_factors(&p, &q, e).pkcs1();
        assert_eq!(
            refusal(&small),
            KeyMaterialError::Material(MaterialError::Weak(Weakness::SmallPublicExponent))
        );
        let allowed = read(&small, WeakMaterial::Allow).expect("allowed");
        let found = allowed.weakness().map(|found| found.weakness);
        assert_eq!(found, Some(Weakness::SmallPublicExponent));
    }
}
