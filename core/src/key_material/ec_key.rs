//! EC private keys: a scalar on a named curve, with its public key.

use p256::{
    elliptic_curve::{Generate as _, sec1::ToSec1Point as _},
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _},
};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{
    error::MaterialError,
    weakness::{self, FoundWeakness},
};
use crate::{blob::Blob, key_spec::Curve, secret::SecretBytes};

/// The order of the SM2 curve, less one. GB/T 32918.5, 2.
const SM2_ORDER_MINUS_ONE: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

/// The reason why encoding a key cannot fail.
const FITS: &str = "the numbers of a curve have one size";

/// An EC private key that passed every check.
pub(super) struct EcKey {
    pub(super) curve: Curve,
    /// The SPKI in DER.
    pub(super) public_key: Blob,
    /// PKCS#8 in DER: version 1, `id-ecPublicKey` with the named curve. Inside are the scalar and
    /// the uncompressed public key, without a second curve name.
    pub(super) pkcs8: SecretBytes,
    /// The weakness of the scalar, if there is one.
    pub(super) weakness: Option<FoundWeakness>,
}

/// Generates a key, PKCS#8 in DER.
pub(super) fn generate(curve: Curve, rng: &mut (impl CryptoRng + ?Sized)) -> SecretBytes {
    let der = match curve {
        Curve::P256 => p256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::P384 => p384::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::P521 => p521::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::K256 => k256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::Sm2 => sm2_key(rng).to_pkcs8_der(),
    };
    SecretBytes::copy_of(der.expect(FITS).as_bytes())
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

/// Checks that the scalar has the full length of the curve (RFC 5915, 3) and is in 1..n−1, or
/// 1..n−2 for SM2, and that every public point present is on the curve and belongs to the scalar.
pub(super) fn check(curve: Curve, scalar: &[u8], points: &[Blob]) -> Result<EcKey, MaterialError> {
    let wrong_length = || MaterialError::ScalarLength {
        curve,
        len: scalar.len(),
    };
    macro_rules! checked {
        ($curve:ident, $len:literal) => {{
            let scalar: &[u8; $len] = scalar.try_into().map_err(|_| wrong_length())?;
            let secret =
                $curve::SecretKey::from_slice(scalar).map_err(|_| MaterialError::Scalar)?;
            check_range(curve, scalar)?;
            let public = secret.public_key();
            let own = public.to_sec1_point(false);
            for point in points {
                check_point(point.as_bytes(), own.as_bytes())?;
            }
            let pkcs8 = secret.to_pkcs8_der().expect(FITS);
            let spki = public.to_public_key_der().expect(FITS);
            EcKey {
                curve,
                public_key: Blob::new(spki.into_vec()),
                pkcs8: SecretBytes::copy_of(pkcs8.as_bytes()),
                weakness: weakness::of_scalar(curve, scalar),
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
fn check_range(curve: Curve, scalar: &[u8]) -> Result<(), MaterialError> {
    let is_last = curve == Curve::Sm2 && bool::from(scalar.ct_eq(&SM2_ORDER_MINUS_ONE));
    if is_last {
        Err(MaterialError::Scalar)
    } else {
        Ok(())
    }
}

/// Checks that octets are the point whose uncompressed form is `own`: uncompressed, compressed or
/// hybrid (SEC 1, 2.3.3; X9.62, 4.3.6).
///
/// The comparison with a valid point needs no other check.
fn check_point(point: &[u8], own: &[u8]) -> Result<(), MaterialError> {
    let (Some((form, coordinates)), Some((_, own))) = (point.split_first(), own.split_first())
    else {
        return Err(MaterialError::PublicKeyForm);
    };
    let (x, parity) = (
        own.get(..own.len() / 2).unwrap_or_default(),
        own.last().map(|byte| byte & 1),
    );
    let (expected, is_own_parity) = match form {
        4 => (own, true),
        2 | 3 => (x, Some(form - 2) == parity),
        6 | 7 => (own, Some(form - 6) == parity),
        _ => return Err(MaterialError::PublicKeyForm),
    };
    if coordinates.len() != expected.len() {
        return Err(MaterialError::PublicKeyForm);
    }
    if coordinates == expected && is_own_parity {
        Ok(())
    } else {
        Err(MaterialError::PublicKey)
    }
}
