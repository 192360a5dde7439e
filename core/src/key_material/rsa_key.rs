//! RSA private keys: checked on the integers that get wrapped, not on those that a library
//! recomputed.

use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Gcd as _, NonZero, Resize as _};
use der::{
    Encode as _,
    asn1::{AnyRef, OctetStringRef},
};
use pkcs8::PrivateKeyInfoRef;
use rand_core::CryptoRng;
use rsa::{
    pkcs1::{RsaPrivateKeyRef, UintRef},
    pkcs8::EncodePrivateKey as _,
};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::{
    error::MaterialError,
    rsa_fault::RsaFault,
    rsa_structure,
    weakness::{self, FoundWeakness},
};
use crate::{
    blob::Blob,
    key_spec::{Family, KeySpec},
    primality, rsa_generation, rsa_spki,
    secret::SecretBytes,
    stack,
    witness_seed::WitnessSeed,
};

/// NIST SP 800-56B Rev. 2, 6.2: the public exponent is odd and below 2^256.
const MAX_EXPONENT_BITS: u32 = 256;
/// The longest modulus that is checked. A longer one would only cost time.
const MAX_MODULUS_LEN: usize = 512;

/// The reason why encoding a checked key cannot fail.
const FITS: &str = "every integer was found to have at most 4096 bits";

/// An RSA private key that passed every check.
pub(super) struct RsaKey {
    pub(super) key_spec: KeySpec,
    /// The SPKI in DER.
    pub(super) public_key: Blob,
    /// The reason to refuse the key, unless it is allowed explicitly.
    pub(super) weakness: Option<FoundWeakness>,
    /// PKCS#8 in DER: version 1, `rsaEncryption` with NULL, no attributes.
    pub(super) pkcs8: SecretBytes,
}

/// Generates a key, PKCS#8 in DER.
pub(super) fn generate(modulus_bits: u32, rng: &mut (impl CryptoRng + ?Sized)) -> SecretBytes {
    let key = rsa_generation::generate(modulus_bits, rng);
    let der = key
        .to_pkcs8_der()
        .expect("DER holds integers of any size that is generated");
    SecretBytes::copy_of(der.as_bytes())
}

/// Checks every integer of a PKCS#1 key, and writes the key in the canonical form.
///
/// # Source
///
/// NIST SP 800-56B Rev. 2, 6.4.1 (RSAKPV, without the generation of primes); FIPS 186-5, A.1.1.
pub(super) fn check(
    key: &RsaPrivateKeyRef<'_>,
    witnesses: WitnessSeed,
) -> Result<RsaKey, MaterialError> {
    if key.other_prime_infos.is_some() {
        return Err(RsaFault::MultiPrime.into());
    }
    let modulus = key.modulus.as_bytes();
    let bits = rsa_spki::bit_len(modulus);
    let key_spec = *KeySpec::ALL
        .iter()
        .find(|spec| {
            spec.family() == Family::Rsa { modulus_bits: bits } && modulus.len() <= MAX_MODULUS_LEN
        })
        .ok_or(MaterialError::ModulusBits(bits))?;
    let of_exponent = check_public_exponent(key.public_exponent.as_bytes())?;
    let of_primes = check_integers(key, bits, witnesses)?;
    let weakness = of_exponent
        .or_else(|| weakness::of_rsa_modulus(modulus))
        .or(of_primes);
    let public_key = rsa_spki::encode(modulus, key.public_exponent.as_bytes());
    Ok(RsaKey {
        key_spec,
        public_key: Blob::new(public_key.expect(FITS)),
        weakness,
        pkcs8: canonical(key).expect(FITS),
    })
}

fn check_public_exponent(exponent: &[u8]) -> Result<Option<FoundWeakness>, RsaFault> {
    let is_even = exponent.last().is_none_or(|byte| byte & 1 == 0);
    let e = BoxedUint::from_be_slice_vartime(exponent);
    if is_even || rsa_spki::bit_len(exponent) > MAX_EXPONENT_BITS || e < BoxedUint::from(3u32) {
        return Err(RsaFault::PublicExponent);
    }
    Ok(weakness::of_rsa_exponent(&e))
}

/// Checks the integers, and returns the weakness of the primes, if there is one.
fn check_integers(
    key: &RsaPrivateKeyRef<'_>,
    bits: u32,
    witnesses: WitnessSeed,
) -> Result<Option<FoundWeakness>, RsaFault> {
    let integer = |bytes: UintRef<'_>, bits, fault| {
        BoxedUint::from_be_slice(bytes.as_bytes(), bits)
            .map(Zeroizing::new)
            .map_err(|_| fault)
    };
    let half = bits / 2;
    let p = integer(key.prime1, half, RsaFault::UnbalancedPrimes)?;
    let q = integer(key.prime2, half, RsaFault::UnbalancedPrimes)?;
    let n = integer(key.modulus, bits, RsaFault::Modulus)?;
    let d = integer(key.private_exponent, bits, RsaFault::PrivateExponent)?;
    if p.concatenating_mul(&*q) != *n {
        return Err(RsaFault::Modulus);
    }
    if *p == *q {
        return Err(RsaFault::EqualPrimes);
    }
    let (larger, smaller) = if *p > *q { (&p, &q) } else { (&q, &p) };
    // FIPS 186-5, A.1.1: |p − q| > 2^(nlen/2 − 100).
    if Zeroizing::new(larger.wrapping_sub(&**smaller)).bit_width() <= half - 100 {
        return Err(RsaFault::ClosePrimes);
    }
    if [&p, &q, &n]
        .iter()
        .any(|number| rsa_structure::is_roca(number))
    {
        return Err(RsaFault::Roca);
    }
    check_exponents(key, &p, &q, &d, bits)?;
    if rsa_structure::is_near_fraction(&p, &q) {
        return Err(RsaFault::PrimeRatio);
    }
    if !are_prime(&p, &q, witnesses) {
        return Err(RsaFault::CompositePrime);
    }
    Ok(weakness::of_rsa_primes(&p, &q))
}

/// Returns whether both are prime. Tests both at once, because this check takes longest.
fn are_prime(p: &BoxedUint, q: &BoxedUint, witnesses: WitnessSeed) -> bool {
    let is_prime = |number: &BoxedUint| primality::is_prime(number, witnesses);
    stack::run_both_on_wiped_stacks([p, q], is_prime) == [true, true]
}

/// Checks the private exponent and the CRT values against the primes.
fn check_exponents(
    key: &RsaPrivateKeyRef<'_>,
    p: &BoxedUint,
    q: &BoxedUint,
    d: &BoxedUint,
    bits: u32,
) -> Result<(), RsaFault> {
    let one = BoxedUint::one();
    let minus_one = |prime: &BoxedUint| {
        let prime_minus_one = NonZero::new(prime.wrapping_sub(&one)).into_option();
        prime_minus_one
            .map(Zeroizing::new)
            .ok_or(RsaFault::CompositePrime)
    };
    let (p1, q1) = (minus_one(p)?, minus_one(q)?);
    let divisor = Zeroizing::new(NonZero::as_ref(&p1).gcd(NonZero::as_ref(&q1)));
    let nonzero_divisor = NonZero::new((*divisor).clone())
        .into_option()
        .map(Zeroizing::new)
        .ok_or(RsaFault::CompositePrime)?;
    let cofactor = Zeroizing::new(NonZero::as_ref(&p1) / &*nonzero_divisor);
    let lcm = Zeroizing::new(cofactor.concatenating_mul(NonZero::as_ref(&q1)));
    let e = BoxedUint::from_be_slice_vartime(key.public_exponent.as_bytes());
    let product = Zeroizing::new(e.concatenating_mul(d));
    let width = product.bits_precision().max(lcm.bits_precision());
    let modulus = NonZero::new((*lcm).clone().resize_unchecked(width)).into_option();
    let modulus = Zeroizing::new(modulus.ok_or(RsaFault::CompositePrime)?);
    let product = Zeroizing::new((*product).clone().resize_unchecked(width));
    let is_inverse = product.rem(&modulus) == BoxedUint::one_with_precision(width);
    if !is_inverse || d >= &BoxedUint::from_be_slice_vartime(key.modulus.as_bytes()) {
        return Err(RsaFault::PrivateExponent);
    }
    if d.bit_width() <= bits / 2 {
        return Err(RsaFault::SmallPrivateExponent);
    }
    if rsa_structure::is_large_divisor(&divisor) {
        return Err(RsaFault::CommonDivisor);
    }
    check_crt(key, p, q, d, &p1, &q1, bits)
}

fn check_crt(
    key: &RsaPrivateKeyRef<'_>,
    p: &BoxedUint,
    q: &BoxedUint,
    d: &BoxedUint,
    p1: &NonZero<BoxedUint>,
    q1: &NonZero<BoxedUint>,
    bits: u32,
) -> Result<(), RsaFault> {
    let reduced = |modulus: &NonZero<BoxedUint>| {
        let modulus = NonZero::new(modulus.as_ref().clone().resize_unchecked(bits));
        let modulus = modulus.into_option().map(Zeroizing::new);
        modulus.map(|modulus| Zeroizing::new(d.rem(&modulus)))
    };
    let is = |reduced: Option<Zeroizing<BoxedUint>>, given: UintRef<'_>| {
        let given = BoxedUint::from_be_slice(given.as_bytes(), bits)
            .ok()
            .map(Zeroizing::new);
        reduced.is_some() && reduced == given
    };
    if !is(reduced(p1), key.exponent1) || !is(reduced(q1), key.exponent2) {
        return Err(RsaFault::CrtExponent);
    }
    let coefficient = BoxedUint::from_be_slice(key.coefficient.as_bytes(), p.bits_precision())
        .map(Zeroizing::new);
    let coefficient = coefficient.map_err(|_| RsaFault::CrtCoefficient)?;
    let p = NonZero::new(p.clone()).into_option();
    let p = Zeroizing::new(p.ok_or(RsaFault::CompositePrime)?);
    let q = Zeroizing::new(q.rem(&p));
    let product = Zeroizing::new(coefficient.mul_mod(&q, &p));
    if *coefficient >= *NonZero::as_ref(&p) || *product != BoxedUint::one() {
        return Err(RsaFault::CrtCoefficient);
    }
    Ok(())
}

/// Writes PKCS#8, version 1, with minimal integers.
fn canonical(key: &RsaPrivateKeyRef<'_>) -> der::Result<SecretBytes> {
    let inner = Zeroizing::new(key.to_der()?);
    let algorithm = AlgorithmIdentifierRef {
        oid: rsa::pkcs1::ALGORITHM_OID,
        parameters: Some(AnyRef::NULL),
    };
    PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&inner)?)
        .to_der()
        .map(SecretBytes::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST SP 800-56B Rev. 2, 6.2, except that small exponents are weak instead of invalid.
    #[test]
    fn a_public_exponent_is_odd_and_between_2_and_2_to_the_256() {
        let above: &[u8] = &[&[1][..], &[0; 31], &[1]].concat();
        for (exponent, is_valid) in [
            (&[][..], false),
            (&[0], false),
            (&[1], false),
            (&[2], false),
            (&[3], true),
            (&[4], false),
            (&[1, 0, 0], false),
            (&[1, 0, 1], true),
            (&[0xff; 32], true),
            (above, false),
            (&[0xff; 33], false),
        ] {
            let error = check_public_exponent(exponent).err();
            let expected = (!is_valid).then_some(RsaFault::PublicExponent);
            assert_eq!(error, expected, "{exponent:?}");
        }
    }
}
