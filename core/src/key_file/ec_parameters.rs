//! The parameters of an elliptic curve: named or explicit.
//!
//! Explicit parameters are accepted only if every number is that of the named curve. CVE-2020-0601
//! came from a comparison of the public key alone, or of some of the numbers.

use der::{
    Sequence, Tag, Tagged as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, UintRef},
};

use super::error::ReadError;
use crate::{hex, key_spec::Curve};

/// X9.62: `prime-field`.
const PRIME_FIELD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.1.1");

/// A curve, and how the parameters name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NamedCurve {
    pub(super) curve: Curve,
    /// True if the parameters are explicit.
    pub(super) is_explicit: bool,
}

/// `SpecifiedECDomain`.
///
/// # Source
///
/// SEC 1, C.2; RFC 3279, 2.3.5 (`ECParameters`).
#[derive(Sequence)]
struct SpecifiedEcDomain<'a> {
    version: u8,
    field: FieldId<'a>,
    curve: Coefficients<'a>,
    base: &'a OctetStringRef,
    order: UintRef<'a>,
    cofactor: Option<UintRef<'a>>,
}

#[derive(Sequence)]
struct FieldId<'a> {
    field_type: ObjectIdentifier,
    parameters: AnyRef<'a>,
}

#[derive(Sequence)]
struct Coefficients<'a> {
    a: &'a OctetStringRef,
    b: &'a OctetStringRef,
    seed: Option<BitStringRef<'a>>,
}

/// The numbers of a curve, big-endian. All have the full length of the field except the modulus and
/// the order.
///
/// # Source
///
/// SEC 2 version 2: 2.4.1, 2.4.2, 2.5.1, 2.6.1; GB/T 32918.5-2017, 2.
struct Numbers {
    modulus: &'static str,
    a: &'static str,
    b: &'static str,
    x: &'static str,
    y: &'static str,
    order: &'static str,
}

/// Returns the curve of `parameters`, which belong to an algorithm or an EC private key.
pub(super) fn named(parameters: AnyRef<'_>) -> Result<NamedCurve, ReadError> {
    match parameters.tag() {
        Tag::ObjectIdentifier => {
            let oid: ObjectIdentifier = parameters.decode_as().map_err(|_| ReadError::Malformed)?;
            let curve = curve_of(oid).ok_or_else(|| ReadError::Curve(name(oid)))?;
            Ok(NamedCurve {
                curve,
                is_explicit: false,
            })
        }
        Tag::Sequence => {
            let domain: SpecifiedEcDomain<'_> = parameters
                .decode_as()
                .map_err(|_| ReadError::ExplicitCurve)?;
            let curve = Curve::ALL.into_iter().find(|curve| domain.is(*curve));
            let curve = curve.ok_or(ReadError::ExplicitCurve)?;
            Ok(NamedCurve {
                curve,
                is_explicit: true,
            })
        }
        _ => Err(ReadError::Malformed),
    }
}

/// a, b and the coordinates of the base point of SM2's curve, concatenated in hex.
pub(crate) fn sm2_domain() -> String {
    let Numbers { a, b, x, y, .. } = numbers(Curve::Sm2);
    [a, b, x, y].concat()
}

/// Returns the curve with this object identifier.
pub(crate) fn curve_of(oid: ObjectIdentifier) -> Option<Curve> {
    use const_oid::AssociatedOid as _;
    match oid {
        p256::NistP256::OID => Some(Curve::P256),
        p384::NistP384::OID => Some(Curve::P384),
        p521::NistP521::OID => Some(Curve::P521),
        k256::Secp256k1::OID => Some(Curve::K256),
        sm2::Sm2::OID => Some(Curve::Sm2),
        _ => None,
    }
}

/// Returns the usual name of a curve that AWS KMS does not import, or its object identifier.
fn name(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    let name = match oid.as_str() {
        "1.2.840.10045.3.1.1" => "P-192",
        "1.3.132.0.33" => "P-224",
        "1.3.36.3.3.2.8.1.1.7" => "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11" => "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13" => "brainpoolP512r1",
        _ => return oid,
    };
    name.to_owned()
}

impl SpecifiedEcDomain<'_> {
    fn is(&self, curve: Curve) -> bool {
        let numbers = numbers(curve);
        let modulus = self.field.parameters.decode_as::<UintRef<'_>>();
        (1..=3).contains(&self.version)
            && self.field.field_type == PRIME_FIELD
            && modulus.is_ok_and(|modulus| is_number(modulus.as_bytes(), numbers.modulus))
            && is_number(self.curve.a.as_bytes(), numbers.a)
            && is_number(self.curve.b.as_bytes(), numbers.b)
            && is_base(self.base.as_bytes(), &numbers)
            && is_number(self.order.as_bytes(), numbers.order)
            && self
                .cofactor
                .is_none_or(|cofactor| cofactor.as_bytes() == [1])
    }
}

/// Returns whether the base point is that of the curve: uncompressed, compressed or hybrid (X9.62,
/// 4.3.6).
fn is_base(base: &[u8], numbers: &Numbers) -> bool {
    let is_odd = numbers
        .y
        .ends_with(|digit: char| digit.to_digit(16).is_some_and(|digit| digit % 2 == 1));
    let Some((form, coordinates)) = base.split_first() else {
        return false;
    };
    let both = [numbers.x, numbers.y].concat();
    match form {
        2 | 3 => (*form == 3) == is_odd && is_number(coordinates, numbers.x),
        4 => is_number(coordinates, &both),
        6 | 7 => (*form == 7) == is_odd && is_number(coordinates, &both),
        _ => false,
    }
}

/// Returns whether octets are the number that these lower-case digits write.
fn is_number(bytes: &[u8], digits: &str) -> bool {
    hex::encode(bytes) == digits
}

/// Returns the order of a curve in hexadecimal digits, as long as a scalar.
pub(crate) const fn curve_order(curve: Curve) -> &'static str {
    numbers(curve).order
}

const fn numbers(curve: Curve) -> Numbers {
    match curve {
        Curve::P256 => Numbers {
            modulus: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            a: "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
            b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            x: "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            y: "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
            order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        },
        Curve::P384 => Numbers {
            modulus: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
            b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            x: "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
            y: "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
            order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        },
        Curve::P521 => Numbers {
            modulus: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            a: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc",
            b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e15619\
                3951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            x: "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b\
                5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            y: "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee\
                72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
            order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa5186\
                8783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        },
        Curve::K256 => Numbers {
            modulus: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
            a: "0000000000000000000000000000000000000000000000000000000000000000",
            b: "0000000000000000000000000000000000000000000000000000000000000007",
            x: "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            y: "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
            order: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        },
        Curve::Sm2 => Numbers {
            modulus: "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
            a: "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
            b: "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
            x: "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
            y: "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
            order: "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_point_is_recognised_in_each_form() {
        let curves = [
            Curve::P256,
            Curve::P384,
            Curve::P521,
            Curve::K256,
            Curve::Sm2,
        ];
        let mut parities = [false; 2];
        for curve in curves {
            let numbers = numbers(curve);
            let is = |form: u8, digits: &str| {
                let coordinates = hex::decode_lenient(digits).expect("hex");
                is_base(&[&[form], &coordinates[..]].concat(), &numbers)
            };
            let both = [numbers.x, numbers.y].concat();
            let parity = u8::from(
                numbers
                    .y
                    .ends_with(['1', '3', '5', '7', '9', 'b', 'd', 'f']),
            );
            parities[usize::from(parity)] = true;
            assert!(is(2 + parity, numbers.x) && !is(3 - parity, numbers.x));
            assert!(is(6 + parity, &both) && !is(7 - parity, &both));
            assert!(is(4, &both) && !is(5, &both));
            for form in [2 + parity, 4, 6 + parity] {
                assert!(!is(form, numbers.y), "{curve:?} {form}");
            }
            assert!(!is_base(&[], &numbers));
        }
        assert_eq!(parities, [true; 2]);
    }

    #[test]
    fn curves_that_aws_kms_does_not_import_have_names() {
        for (oid, expected) in [
            ("1.2.840.10045.3.1.1", "P-192"),
            ("1.3.132.0.33", "P-224"),
            ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
            ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
            ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(name(ObjectIdentifier::new_unwrap(oid)), expected);
        }
    }
}
