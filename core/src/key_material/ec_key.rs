//! EC private keys: a scalar on a named curve, with its public key.

use der::{
    Sequence,
    asn1::{AnyRef, BitStringRef, OctetStringRef},
};
use p256::{
    elliptic_curve::{Generate as _, sec1::ToSec1Point as _},
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _},
};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{
    FoundWeakness, KeyMaterialError, Remark, Structure,
    ec_parameters::{self, NamedCurve},
    weakness,
};
use crate::{blob::Blob, key_spec::Curve, secret::SecretBytes};

/// The order of the SM2 curve, less one. GB/T 32918.5, 2.
const SM2_ORDER_MINUS_ONE: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

/// `ECPrivateKey`, with unparsed parameters. A crate that reads only named curves could not say
/// what is wrong with others.
///
/// # Source
///
/// RFC 5915, 3.
#[derive(Sequence)]
pub(super) struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

/// An EC private key that passed every check.
pub(super) struct EcKey {
    pub(super) curve: Curve,
    /// The SPKI in DER.
    pub(super) public_key: Blob,
    /// PKCS#8 in DER: version 1, `id-ecPublicKey` with the named curve. Inside are the scalar and
    /// the uncompressed public key, without a second curve name.
    pub(super) pkcs8: SecretBytes,
    /// What the scalar is weak for, if it is.
    pub(super) weakness: Option<FoundWeakness>,
    pub(super) remarks: Vec<Remark>,
}

/// Generates a key, PKCS#8 in DER.
pub(super) fn generate(
    curve: Curve,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SecretBytes, KeyMaterialError> {
    let der = match curve {
        Curve::P256 => p256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::P384 => p384::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::P521 => p521::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::K256 => k256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::Sm2 => sm2_key(rng).to_pkcs8_der(),
    };
    Ok(SecretBytes::copy_of(
        der.map_err(|_| KeyMaterialError::Malformed)?.as_bytes(),
    ))
}

/// Generates an SM2 key whose scalar [`check_range`] accepts.
pub(crate) fn sm2_key(rng: &mut (impl CryptoRng + ?Sized)) -> sm2::SecretKey {
    loop {
        let key = sm2::SecretKey::generate_from_rng(rng);
        if check_range(Curve::Sm2, &Zeroizing::new(key.to_bytes())).is_ok() {
            return key;
        }
    }
}

/// Checks a key on the curve of `outer`, or of its own parameters if there is no `outer`. `beside`
/// is the outer public key of PKCS#8 version 2.
pub(super) fn check(
    key: &EcPrivateKey<'_>,
    outer: Option<AnyRef<'_>>,
    beside: Option<BitStringRef<'_>>,
) -> Result<EcKey, KeyMaterialError> {
    if key.version != 1 {
        return Err(KeyMaterialError::Version {
            structure: Structure::Sec1,
            version: key.version,
        });
    }
    let NamedCurve { curve, is_explicit } = one_curve(outer, key.parameters)?;
    let points = [point(key.public_key)?, point(beside)?];
    let mut checked = check_parts(curve, key.private_key.as_bytes(), points)?;
    checked
        .remarks
        .extend(is_explicit.then_some(Remark::ExplicitCurve(curve)));
    checked
        .remarks
        .extend((points == [None, None]).then_some(Remark::NoPublicKey));
    Ok(checked)
}

/// Builds a key on `curve` from its big-endian scalar.
pub(super) fn from_scalar(curve: Curve, scalar: &[u8]) -> Result<EcKey, KeyMaterialError> {
    check_parts(curve, scalar, [None, None])
}

fn one_curve(
    outer: Option<AnyRef<'_>>,
    inner: Option<AnyRef<'_>>,
) -> Result<NamedCurve, KeyMaterialError> {
    match (
        outer.map(ec_parameters::named).transpose()?,
        inner.map(ec_parameters::named).transpose()?,
    ) {
        (Some(outer), Some(inner)) if outer.curve != inner.curve => {
            Err(KeyMaterialError::TwoCurves)
        }
        (Some(outer), Some(inner)) => Ok(NamedCurve {
            is_explicit: outer.is_explicit || inner.is_explicit,
            ..outer
        }),
        (Some(curve), None) | (None, Some(curve)) => Ok(curve),
        (None, None) => Err(KeyMaterialError::NoCurve),
    }
}

/// Returns the octets of a public point: whole octets, without unused bits.
fn point(bits: Option<BitStringRef<'_>>) -> Result<Option<&[u8]>, KeyMaterialError> {
    bits.map(|bits| bits.as_bytes().ok_or(KeyMaterialError::PublicKeyForm))
        .transpose()
}

/// Checks that the scalar has the full length of the curve (RFC 5915, 3) and is in 1..n−1, or
/// 1..n−2 for SM2, and that every public point present is on the curve and belongs to the scalar.
fn check_parts(
    curve: Curve,
    scalar: &[u8],
    points: [Option<&[u8]>; 2],
) -> Result<EcKey, KeyMaterialError> {
    let wrong_length = || KeyMaterialError::ScalarLength {
        curve,
        len: scalar.len(),
    };
    macro_rules! checked {
        ($curve:ident, $len:literal) => {{
            let scalar: &[u8; $len] = scalar.try_into().map_err(|_| wrong_length())?;
            let secret =
                $curve::SecretKey::from_slice(scalar).map_err(|_| KeyMaterialError::Scalar)?;
            check_range(curve, scalar)?;
            let public = secret.public_key();
            let own = public.to_sec1_point(false);
            for point in points.into_iter().flatten() {
                check_point(point, own.as_bytes())?;
            }
            let pkcs8 = secret
                .to_pkcs8_der()
                .map_err(|_| KeyMaterialError::Malformed)?;
            let spki = public
                .to_public_key_der()
                .map_err(|_| KeyMaterialError::Malformed)?;
            EcKey {
                curve,
                public_key: Blob::new(spki.into_vec()),
                pkcs8: SecretBytes::copy_of(pkcs8.as_bytes()),
                weakness: weakness::of_scalar(curve, scalar),
                remarks: Vec::new(),
            }
        }};
    }
    Ok(match curve {
        Curve::P256 => checked!(p256, 32),
        Curve::P384 => checked!(p384, 48),
        Curve::P521 => checked!(p521, 66),
        Curve::K256 => checked!(k256, 32),
        Curve::Sm2 => checked!(sm2, 32),
    })
}

/// Refuses the SM2 scalar n−1, which the `sm2` crate accepts. Such a key cannot sign, because 1 + d
/// has no inverse.
///
/// # Source
///
/// GB/T 32918.1, 6.1: the private key is in 1..n−2.
fn check_range(curve: Curve, scalar: &[u8]) -> Result<(), KeyMaterialError> {
    let is_last = curve == Curve::Sm2 && bool::from(scalar.ct_eq(&SM2_ORDER_MINUS_ONE));
    if is_last {
        Err(KeyMaterialError::Scalar)
    } else {
        Ok(())
    }
}

/// Checks that octets are the point whose uncompressed form is `own`: uncompressed, compressed or
/// hybrid (SEC 1, 2.3.3; X9.62, 4.3.6).
///
/// The comparison with a valid point needs no other check.
fn check_point(point: &[u8], own: &[u8]) -> Result<(), KeyMaterialError> {
    let (Some((form, coordinates)), Some((_, own))) = (point.split_first(), own.split_first())
    else {
        return Err(KeyMaterialError::PublicKeyForm);
    };
    let (x, parity) = (
        own.get(..own.len() / 2).unwrap_or_default(),
        own.last().map(|byte| byte & 1),
    );
    let (expected, is_own_parity) = match form {
        4 => (own, true),
        2 | 3 => (x, Some(form - 2) == parity),
        6 | 7 => (own, Some(form - 6) == parity),
        _ => return Err(KeyMaterialError::PublicKeyForm),
    };
    if coordinates.len() != expected.len() {
        return Err(KeyMaterialError::PublicKeyForm);
    }
    if coordinates == expected && is_own_parity {
        Ok(())
    } else {
        Err(KeyMaterialError::PublicKey)
    }
}
