//! A private key alone, which the readers of foreign formats return for checking.

use const_oid::AssociatedOid as _;
use core::fmt;
use crypto_bigint::{BoxedUint, CheckedSub as _, NonZero};
use der::{Encode as _, asn1::ObjectIdentifier};
use rsa::pkcs1::{RsaPrivateKeyRef, UintRef};
use sec1::{EcParameters, EcPrivateKey};
use zeroize::Zeroizing;

use super::{KeyMaterialError, RsaFault};
use crate::{key_spec::Curve, secret::SecretBytes};

/// The longest supported integers: those of RSA_4096.
const MAX_INTEGER_BITS: u32 = 4096;

/// A private key alone, in DER. Only its encoding was checked.
#[derive(Debug)]
pub(super) enum BareKey {
    /// RFC 8017, A.1.2.
    Pkcs1(SecretBytes),
    /// RFC 5915, with a named curve.
    Sec1(SecretBytes),
}

/// The reasons why numbers are not a private key that could be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BareKeyFault {
    /// An RSA modulus longer than the longest supported one; in bits.
    ModulusBits(u32),
    /// An RSA key whose numbers cannot belong together.
    Rsa(RsaFault),
    /// An EC scalar longer than that of its curve.
    ScalarLength {
        /// The curve.
        curve: Curve,
        /// The length without leading zeros, in bytes.
        len: usize,
    },
}

impl From<BareKeyFault> for KeyMaterialError {
    fn from(fault: BareKeyFault) -> Self {
        match fault {
            BareKeyFault::ModulusBits(bits) => Self::ModulusBits(bits),
            BareKeyFault::Rsa(fault) => Self::Rsa(fault),
            BareKeyFault::ScalarLength { curve, len } => Self::ScalarLength { curve, len },
        }
    }
}

impl fmt::Display for BareKeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        KeyMaterialError::from(*self).fmt(f)
    }
}

impl core::error::Error for BareKeyFault {}

/// The integers of an RSA private key, big-endian.
pub(super) struct RsaIntegers<'a> {
    pub(super) n: &'a [u8],
    pub(super) e: &'a [u8],
    pub(super) d: &'a [u8],
    pub(super) p: &'a [u8],
    pub(super) q: &'a [u8],
    /// dP and dQ, if the format has them.
    pub(super) crt_exponents: Option<(&'a [u8], &'a [u8])>,
    pub(super) q_inv: &'a [u8],
}

impl BareKey {
    /// Builds an RSA key from these integers. Computes dP and dQ if they are missing.
    pub(super) fn rsa(integers: &RsaIntegers<'_>) -> Result<Self, BareKeyFault> {
        let n = without_leading_zeros(integers.n);
        let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if bits > MAX_INTEGER_BITS as usize {
            return Err(BareKeyFault::ModulusBits(
                u32::try_from(bits).unwrap_or(u32::MAX),
            ));
        }
        let (dp, dq) = match integers.crt_exponents {
            Some((dp, dq)) => (Zeroizing::new(dp.into()), Zeroizing::new(dq.into())),
            None => (
                crt_exponent(integers.d, integers.p)?,
                crt_exponent(integers.d, integers.q)?,
            ),
        };
        let key = RsaPrivateKeyRef {
            modulus: uint(n)?,
            public_exponent: uint(integers.e)?,
            private_exponent: uint(integers.d)?,
            prime1: uint(integers.p)?,
            prime2: uint(integers.q)?,
            exponent1: uint(&dp)?,
            exponent2: uint(&dq)?,
            coefficient: uint(integers.q_inv)?,
            other_prime_infos: None,
        };
        let der = key
            .to_der()
            .map_err(|_| BareKeyFault::Rsa(RsaFault::Modulus))?;
        Ok(Self::Pkcs1(SecretBytes::new(der)))
    }

    /// Builds an EC key from a big-endian `scalar`, which is padded to the length of the curve, and
    /// the public `point` of the format.
    pub(super) fn ec(
        curve: Curve,
        scalar: &[u8],
        point: Option<&[u8]>,
    ) -> Result<Self, BareKeyFault> {
        let scalar = without_leading_zeros(scalar);
        let mut private_key = Zeroizing::new(vec![0; scalar_len(curve)]);
        let too_long = BareKeyFault::ScalarLength {
            curve,
            len: scalar.len(),
        };
        let zeros = private_key
            .len()
            .checked_sub(scalar.len())
            .ok_or(too_long)?;
        for (byte, digit) in private_key.iter_mut().skip(zeros).zip(scalar) {
            *byte = *digit;
        }
        let parameters = Some(EcParameters::NamedCurve(oid(curve)));
        let key = EcPrivateKey {
            private_key: &private_key,
            parameters,
            public_key: point,
        };
        let der = key.to_der().map_err(|_| too_long)?;
        Ok(Self::Sec1(SecretBytes::new(der)))
    }
}

/// Returns the length of a private key on `curve`, in bytes; RFC 5915, 3, and RFC 7518, 6.2.2.1.
pub(super) fn scalar_len(curve: Curve) -> usize {
    match curve {
        Curve::P256 | Curve::K256 | Curve::Sm2 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
    }
}

fn oid(curve: Curve) -> ObjectIdentifier {
    match curve {
        Curve::P256 => p256::NistP256::OID,
        Curve::P384 => p384::NistP384::OID,
        Curve::P521 => p521::NistP521::OID,
        Curve::K256 => k256::Secp256k1::OID,
        Curve::Sm2 => sm2::Sm2::OID,
    }
}

/// An INTEGER. In DER, zero is one zero byte.
fn uint(bytes: &[u8]) -> Result<UintRef<'_>, BareKeyFault> {
    let bytes = if bytes.is_empty() { &[0] } else { bytes };
    UintRef::new(bytes).map_err(|_| BareKeyFault::Rsa(RsaFault::Modulus))
}

/// Returns `d` modulo `prime` − 1: RFC 8017, 3.2.
fn crt_exponent(d: &[u8], prime: &[u8]) -> Result<Zeroizing<Box<[u8]>>, BareKeyFault> {
    let integer = |bytes, fault| {
        BoxedUint::from_be_slice(without_leading_zeros(bytes), MAX_INTEGER_BITS)
            .map(Zeroizing::new)
            .map_err(|_| BareKeyFault::Rsa(fault))
    };
    let d = integer(d, RsaFault::PrivateExponent)?;
    let prime = integer(prime, RsaFault::UnbalancedPrimes)?;
    let composite = BareKeyFault::Rsa(RsaFault::CompositePrime);
    let one = BoxedUint::one_with_precision(MAX_INTEGER_BITS);
    let less_one = Option::<BoxedUint>::from(prime.checked_sub(&one)).ok_or(composite)?;
    let modulus = Option::<NonZero<BoxedUint>>::from(NonZero::new(less_one)).ok_or(composite)?;
    let modulus = Zeroizing::new(modulus);
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
    use der::Decode as _;
    use pkcs8::PrivateKeyInfoRef;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::key_material::test_keys::{self, test_file};

    fn with_rsa(
        change: impl FnOnce(&mut RsaIntegers<'static>),
    ) -> Result<SecretBytes, KeyMaterialError> {
        let info = PrivateKeyInfoRef::from_der(test_file!("rsa-2048.der")).expect("PKCS#8");
        let key = RsaPrivateKeyRef::from_der(info.private_key.as_bytes()).expect("PKCS#1");
        let mut integers = RsaIntegers {
            n: key.modulus.as_bytes(),
            e: key.public_exponent.as_bytes(),
            d: key.private_exponent.as_bytes(),
            p: key.prime1.as_bytes(),
            q: key.prime2.as_bytes(),
            crt_exponents: None,
            q_inv: key.coefficient.as_bytes(),
        };
        change(&mut integers);
        test_keys::checked(&BareKey::rsa(&integers)?)
    }

    #[test]
    fn crt_exponents_are_computed_where_they_are_not_given() {
        let canonical = test_keys::canonical(test_file!("rsa-2048.der"));
        assert_eq!(with_rsa(|_| ()), Ok(canonical));
        let zeros = with_rsa(|key| key.crt_exponents = Some((&[0], &[])));
        assert_eq!(
            zeros,
            Err(KeyMaterialError::Rsa(RsaFault::CrtExponent)),
            "given ones are kept"
        );
    }

    #[test]
    fn integers_that_belong_to_no_key_are_refused_in_time() {
        const LONG: &[u8] = &[0xff; 64 << 10];
        for prime in [&[][..], &[0], &[1], &[0, 1]] {
            let composite = KeyMaterialError::Rsa(RsaFault::CompositePrime);
            assert_eq!(with_rsa(|key| key.p = prime), Err(composite.clone()));
            assert_eq!(with_rsa(|key| key.q = prime), Err(composite));
        }
        let unbalanced = KeyMaterialError::Rsa(RsaFault::UnbalancedPrimes);
        assert_eq!(with_rsa(|key| key.p = LONG), Err(unbalanced));
        assert_eq!(
            with_rsa(|key| key.d = LONG),
            Err(KeyMaterialError::Rsa(RsaFault::PrivateExponent))
        );
        assert_eq!(
            with_rsa(|key| key.n = LONG),
            Err(KeyMaterialError::ModulusBits(8 << 16))
        );
    }

    #[test]
    fn scalars_are_brought_to_the_length_of_their_curve() {
        for curve in Curve::ALL {
            let one = [vec![0; scalar_len(curve) - 1], vec![1]].concat();
            let written = |scalar: &[u8]| match BareKey::ec(curve, scalar, None) {
                Ok(BareKey::Sec1(der)) => {
                    let key = EcPrivateKey::from_der(der.expose()).expect("SEC1");
                    assert_eq!(
                        key.parameters.and_then(EcParameters::named_curve),
                        Some(oid(curve))
                    );
                    Ok(key.private_key.to_vec())
                }
                Ok(BareKey::Pkcs1(_)) => panic!("an EC key"),
                Err(fault) => Err(fault),
            };
            for scalar in [&[1][..], &[0, 1], &one, &[vec![0], one.clone()].concat()] {
                assert_eq!(written(scalar).as_ref(), Ok(&one), "{}", curve.name());
            }
            let longer = vec![1; scalar_len(curve) + 1];
            let len = longer.len();
            assert_eq!(
                written(&longer),
                Err(BareKeyFault::ScalarLength { curve, len })
            );
        }
    }

    proptest! {
        #![proptest_config(test_keys::proptest_config())]

        #[test]
        fn no_integers_make_it_panic(integers in vec(vec(any::<u8>(), 0..80), 6), given: bool) {
            let [n, e, d, p, q, q_inv] = [0, 1, 2, 3, 4, 5].map(|at: usize| integers[at].as_slice());
            let crt_exponents = given.then_some((d, e));
            if let Ok(key) = BareKey::rsa(&RsaIntegers { n, e, d, p, q, crt_exponents, q_inv }) {
                prop_assert!(test_keys::checked(&key).is_err());
            }
        }
    }
}
