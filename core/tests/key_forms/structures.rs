//! PKCS#8, PKCS#1 and SEC1, with every optional part.

use byok_core::{hex, key_spec::Curve};
use der::asn1::ObjectIdentifier;
use proptest::{option, prelude::*, sample::select};

use super::{
    keys::{Key, Numbers, RsaNumbers},
    writing::{
        BIT_STRING, Choices, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, element, integer,
    },
};

/// The parts of an ECPrivateKey without the scalar; an RSA key has none.
#[derive(Debug, Clone)]
pub(crate) struct EcInside {
    curve: Option<CurveForm>,
    point: Option<PointForm>,
}

/// The way in which a curve is named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CurveForm {
    Named,
    Explicit,
}

/// The encoding of a point: SEC 1, 2.3.3, and X9.62, 4.3.6.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PointForm {
    Uncompressed,
    Compressed,
    Hybrid,
}

/// The parts of PKCS#8 around the key.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    curve: CurveForm,
    has_null: bool,
    has_attributes: bool,
    /// The public key of version 2.
    public_key: Option<PointForm>,
}

fn point_form() -> impl Strategy<Value = PointForm> {
    select(
        &[
            PointForm::Uncompressed,
            PointForm::Compressed,
            PointForm::Hybrid,
        ][..],
    )
}

fn curve_form() -> impl Strategy<Value = CurveForm> {
    select(&[CurveForm::Named, CurveForm::Explicit][..])
}

/// Returns any inner parts.
pub(crate) fn ec_inside() -> impl Strategy<Value = EcInside> {
    (option::of(curve_form()), option::of(point_form()))
        .prop_map(|(curve, point)| EcInside { curve, point })
}

/// Returns any outer parts.
pub(crate) fn around() -> impl Strategy<Value = Around> {
    (
        curve_form(),
        any::<bool>(),
        any::<bool>(),
        option::of(point_form()),
    )
        .prop_map(|(curve, has_null, has_attributes, public_key)| Around {
            curve,
            has_null,
            has_attributes,
            public_key,
        })
}

impl EcInside {
    /// Adds a curve, which a key without outer parts needs.
    pub(crate) fn with_curve(mut self) -> Self {
        self.curve = self.curve.or(Some(CurveForm::Named));
        self
    }
}

/// Writes the key alone: PKCS#1 or SEC1, or the `CurvePrivateKey` of RFC 8410, which is no file.
pub(crate) fn alone(key: &Key, inside: &EcInside) -> Vec<u8> {
    match &key.numbers {
        Numbers::Rsa(RsaNumbers {
            n,
            e,
            d,
            p,
            q,
            dp,
            dq,
            q_inv,
        }) => {
            let numbers = [&[0][..], n, e, d, p, q, dp, dq, q_inv].map(integer);
            element(SEQUENCE, &[&numbers.concat()])
        }
        Numbers::Ec {
            curve,
            scalar,
            x,
            y,
        } => {
            let curve = inside
                .curve
                .map(|form| element(0xa0, &[&parameters(*curve, form)]));
            let point = inside
                .point
                .map(|form| element(0xa1, &[&bit_string(&point(x, y, form))]));
            let [curve, point] = [curve, point].map(Option::unwrap_or_default);
            element(
                SEQUENCE,
                &[
                    &integer(&[1]),
                    &element(OCTET_STRING, &[scalar]),
                    &curve,
                    &point,
                ],
            )
        }
        Numbers::Ed25519 { seed, .. } => element(OCTET_STRING, &[seed]),
    }
}

/// Writes the key in PKCS#8, with the inside from `inner`.
pub(crate) fn pkcs8(key: &Key, around: &Around, inside: &EcInside, inner: &Choices) -> Vec<u8> {
    let version = integer(&[u8::from(around.public_key.is_some())]);
    let algorithm = match &key.numbers {
        Numbers::Rsa(_) if around.has_null => {
            [oid("1.2.840.113549.1.1.1"), element(NULL, &[])].concat()
        }
        Numbers::Rsa(_) => oid("1.2.840.113549.1.1.1"),
        Numbers::Ec { curve, .. } => {
            [oid("1.2.840.10045.2.1"), parameters(*curve, around.curve)].concat()
        }
        Numbers::Ed25519 { .. } => oid("1.3.101.112"),
    };
    let inner = element(OCTET_STRING, &[&inner.apply(&alone(key, inside))]);
    let attributes = if around.has_attributes {
        key_usage()
    } else {
        Vec::new()
    };
    let public_key = around
        .public_key
        .map(|form| element(0x81, &[&[0], &public_key(key, form)]));
    let parts = [
        version,
        element(SEQUENCE, &[&algorithm]),
        inner,
        attributes,
        public_key.unwrap_or_default(),
    ];
    element(SEQUENCE, &[&parts.concat()])
}

fn public_key(key: &Key, form: PointForm) -> Vec<u8> {
    match &key.numbers {
        Numbers::Rsa(RsaNumbers { n, e, .. }) => element(SEQUENCE, &[&integer(n), &integer(e)]),
        Numbers::Ec { x, y, .. } => point(x, y, form),
        Numbers::Ed25519 { public_key, .. } => public_key.clone(),
    }
}

fn point(x: &[u8], y: &[u8], form: PointForm) -> Vec<u8> {
    let parity = y.last().expect("a coordinate") & 1;
    match form {
        PointForm::Uncompressed => [&[4], x, y].concat(),
        PointForm::Compressed => [&[2 + parity], x].concat(),
        PointForm::Hybrid => [&[6 + parity], x, y].concat(),
    }
}

fn bit_string(octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], octets])
}

/// `[0]`, with the attribute keyUsage that Windows writes.
fn key_usage() -> Vec<u8> {
    let values = element(SET, &[&element(BIT_STRING, &[&[3, 0x88]])]);
    element(0xa0, &[&element(SEQUENCE, &[&oid("2.5.29.15"), &values])])
}

pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    element(
        OBJECT_IDENTIFIER,
        &[ObjectIdentifier::new_unwrap(dotted).as_bytes()],
    )
}

fn parameters(curve: Curve, form: CurveForm) -> Vec<u8> {
    let (name, explicit) = match curve {
        Curve::P256 => ("1.2.840.10045.3.1.7", P256),
        Curve::P384 => ("1.3.132.0.34", P384),
        Curve::P521 => ("1.3.132.0.35", P521),
        Curve::K256 => ("1.3.132.0.10", K256),
        Curve::Sm2 => ("1.2.156.10197.1.301", SM2),
    };
    match form {
        CurveForm::Named => oid(name),
        CurveForm::Explicit => hex::decode_lenient(explicit).expect("hex"),
    }
}

// `openssl ecparam -name NAME -param_enc explicit -no_seed -outform DER`, OpenSSL 3.0.

const P384: &str = "30820140020101303c06072a8648ce3d0101023100ffffffffffffffffffffffffffffffffffffffffff\
    fffffffffffffffffffffeffffffff0000000000000000ffffffff30640430ffffffffffffffffffffffffffffffffffffff\
    fffffffffffffffffffffffffeffffffff0000000000000000fffffffc0430b3312fa7e23ee7e4988e056be3f82d19181d9c\
    6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef046104aa87ca22be8b05378eb1c71ef320ad746e1d\
    3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd\
    289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f023100ffffffffffffffffffffffffffffffffffffff\
    ffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973020101";

const P521: &str = "308201ac020101304d06072a8648ce3d0101024201ffffffffffffffffffffffffffffffffffffffffff\
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff308188044201\
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    fffffffffffffffffffffffffffffc04420051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109\
    e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f000481850400c6858e06b70404e9cd9e3ecb\
    662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2\
    e5bd66011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013f\
    ad0761353c7086a272c24088be94769fd16650024201ffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    fffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409020101";

const K256: &str = "3081e0020101302c06072a8648ce3d0101022100ffffffffffffffffffffffffffffffffffffffffffff\
    fffffffffffefffffc2f30440420000000000000000000000000000000000000000000000000000000000000000004200000\
    00000000000000000000000000000000000000000000000000000000000704410479be667ef9dcbbac55a06295ce870b0702\
    9bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8022100\
    fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141020101";

const SM2: &str = "3081e0020101302c06072a8648ce3d0101022100fffffffeffffffffffffffffffffffffffffffff00\
    000000ffffffffffffffff30440420fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc0420\
    28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e9304410432c4ae2c1f1981195f9904466a39\
    c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0\
    a0022100fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123020101";

const P256: &str = "3081e0020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffff\
    ffffffffffffffffffff30440420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac6\
    35d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b0441046b17d1f2e12c4247f8bce6e563a440f277\
    037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100\
    ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101";
