//! The integers of an RSA private key from a file, with those that its form lacks.

use crypto_bigint::{BoxedUint, CheckedSub as _, NonZero};
use rsa::pkcs1::{RsaPrivateKeyRef, UintRef};
use zeroize::Zeroizing;

use super::{
    error::MaterialError,
    rsa_fault::RsaFault,
    rsa_key::{self, RsaKey},
};
use crate::{key_file::RsaNumbers, rsa_spki, secret::SecretBytes, witness_seed::WitnessSeed};

/// The longest supported integers: those of RSA_4096.
const MAX_INTEGER_BITS: u32 = 4096;

/// A big-endian integer that may be secret.
type Integer = Zeroizing<Box<[u8]>>;

/// Checks every integer of a key, and encodes the key in the canonical form.
///
/// Computes dP and dQ if the form lacks them.
pub(super) fn check(numbers: &RsaNumbers, witnesses: WitnessSeed) -> Result<RsaKey, MaterialError> {
    if numbers.is_multi_prime {
        return Err(RsaFault::MultiPrime.into());
    }
    let n = without_leading_zeros(numbers.n.as_bytes());
    let bits = rsa_spki::bit_len(n);
    if bits > MAX_INTEGER_BITS {
        return Err(MaterialError::ModulusBits(bits));
    }
    let (d, p, q) = (numbers.d.expose(), numbers.p.expose(), numbers.q.expose());
    let (computed, [dp, dq]);
    match &numbers.crt_exponents {
        Some(given) => [dp, dq] = given.each_ref().map(SecretBytes::expose),
        None => {
            computed = [crt_exponent(d, p)?, crt_exponent(d, q)?];
            [dp, dq] = computed.each_ref().map(AsRef::as_ref);
        }
    }
    let key = RsaPrivateKeyRef {
        modulus: uint(n)?,
        public_exponent: uint(numbers.e.as_bytes())?,
        private_exponent: uint(d)?,
        prime1: uint(p)?,
        prime2: uint(q)?,
        exponent1: uint(dp)?,
        exponent2: uint(dq)?,
        coefficient: uint(numbers.q_inv.expose())?,
        other_prime_infos: None,
    };
    rsa_key::check(&key, witnesses)
}

/// An INTEGER. In DER, zero is one zero byte.
fn uint(bytes: &[u8]) -> Result<UintRef<'_>, RsaFault> {
    let bytes = if bytes.is_empty() { &[0] } else { bytes };
    UintRef::new(bytes).map_err(|_| RsaFault::Modulus)
}

/// Returns `d` modulo `prime` − 1: RFC 8017, 3.2.
fn crt_exponent(d: &[u8], prime: &[u8]) -> Result<Integer, RsaFault> {
    let integer = |bytes, fault| {
        BoxedUint::from_be_slice(without_leading_zeros(bytes), MAX_INTEGER_BITS)
            .map(Zeroizing::new)
            .map_err(|_| fault)
    };
    let d = integer(d, RsaFault::PrivateExponent)?;
    let prime = integer(prime, RsaFault::UnbalancedPrimes)?;
    let one = BoxedUint::one_with_precision(MAX_INTEGER_BITS);
    let less_one = Option::<BoxedUint>::from(prime.checked_sub(&one));
    let less_one = less_one.ok_or(RsaFault::CompositePrime)?;
    let modulus = Option::<NonZero<BoxedUint>>::from(NonZero::new(less_one));
    let modulus = Zeroizing::new(modulus.ok_or(RsaFault::CompositePrime)?);
    Ok(Zeroizing::new(
        Zeroizing::new(d.rem(&modulus)).to_be_bytes(),
    ))
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        blob::Blob,
        key_file::{
            UncheckedKey, read_pkcs8,
            test_files::{proptest_config, test_file},
        },
        secret::SecretBytes,
    };

    fn numbers() -> RsaNumbers {
        let file = SecretBytes::copy_of(test_file!("rsa-2048.der"));
        match read_pkcs8(&file).and_then(|mut keys| keys.take_one()) {
            Ok(UncheckedKey::Rsa(numbers)) => numbers,
            _ => panic!("an RSA key"),
        }
    }

    fn with(change: impl FnOnce(&mut RsaNumbers)) -> Result<SecretBytes, MaterialError> {
        let mut numbers = RsaNumbers {
            crt_exponents: None,
            ..numbers()
        };
        change(&mut numbers);
        check(&numbers, WitnessSeed::NONE).map(|key| key.pkcs8)
    }

    fn integer(bytes: &[u8]) -> SecretBytes {
        SecretBytes::copy_of(bytes)
    }

    #[test]
    fn crt_exponents_are_computed_where_they_are_not_given() {
        let canonical = SecretBytes::copy_of(test_file!("rsa-2048.der"));
        assert_eq!(with(|_| ()), Ok(canonical));
        let zeros = with(|key| key.crt_exponents = Some([integer(&[0]), integer(&[])]));
        let fault = MaterialError::Rsa(RsaFault::CrtExponent);
        assert_eq!(zeros, Err(fault), "given ones are kept");
    }

    #[test]
    fn integers_that_belong_to_no_key_are_refused_in_time() {
        const LONG: &[u8] = &[0xff; 64 << 10];
        for prime in [&[][..], &[0], &[1], &[0, 1]] {
            let composite = MaterialError::Rsa(RsaFault::CompositePrime);
            assert_eq!(with(|key| key.p = integer(prime)), Err(composite.clone()));
            assert_eq!(with(|key| key.q = integer(prime)), Err(composite));
        }
        let unbalanced = MaterialError::Rsa(RsaFault::UnbalancedPrimes);
        assert_eq!(with(|key| key.p = integer(LONG)), Err(unbalanced));
        assert_eq!(
            with(|key| key.d = integer(LONG)),
            Err(MaterialError::Rsa(RsaFault::PrivateExponent))
        );
        assert_eq!(
            with(|key| key.n = Blob::new(LONG.to_vec())),
            Err(MaterialError::ModulusBits(8 << 16))
        );
        assert_eq!(
            with(|key| key.is_multi_prime = true),
            Err(MaterialError::Rsa(RsaFault::MultiPrime))
        );
    }

    #[test]
    fn a_modulus_of_more_than_4096_bits_is_named_before_any_other_fault() {
        let error = |n: &[u8]| {
            with(|key| {
                key.n = Blob::new(n.to_vec());
                key.d = integer(n);
            })
        };
        let other_modulus = MaterialError::Rsa(RsaFault::Modulus);
        assert_eq!(error(&[0xff; 512]), Err(other_modulus));
        let longer = [&[1][..], &[0xff; 512]].concat();
        assert_eq!(error(&longer), Err(MaterialError::ModulusBits(4097)));
    }

    proptest! {
        #![proptest_config(proptest_config())]

        #[test]
        fn no_integers_make_it_panic(integers in vec(vec(any::<u8>(), 0..80), 6), given: bool) {
            let [n, e] = [0, 1].map(|at: usize| Blob::new(integers[at].clone()));
            let [d, p, q, q_inv] = [2, 3, 4, 5].map(|at: usize| integer(&integers[at]));
            let crt_exponents = given.then(|| [integer(&integers[2]), integer(&integers[1])]);
            let numbers = RsaNumbers {
                n, e, d, p, q, crt_exponents, q_inv, is_multi_prime: false, public_key: None,
            };
            prop_assert!(check(&numbers, WitnessSeed::NONE).is_err());
        }
    }
}
