//! EC private keys: a scalar on a named curve, with the public key that belongs to it.

use const_oid::AssociatedOid as _;
use der::asn1::ObjectIdentifier;
use p256::{
    elliptic_curve::Generate as _,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _},
};
use rand_core::CryptoRng;
use sec1::EcPrivateKey;

use super::KeyMaterialError;
use crate::{blob::Blob, key_spec::Curve, secret::SecretBytes};

/// An EC private key that has passed every check.
pub(super) struct EcKey {
    pub(super) curve: Curve,
    /// SPKI in DER.
    pub(super) public_key: Blob,
    /// PKCS#8 in DER: version 1, `id-ecPublicKey` with the named curve, and inside the scalar and
    /// the uncompressed public key, without a second word about the curve.
    pub(super) pkcs8: SecretBytes,
}

/// Makes a new key, PKCS#8 in DER.
pub(super) fn generate(
    curve: Curve,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SecretBytes, KeyMaterialError> {
    let der = match curve {
        Curve::P256 => p256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::P384 => p384::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::P521 => p521::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        Curve::K256 => k256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
    };
    Ok(SecretBytes::copy_of(der.map_err(|_| KeyMaterialError::Malformed)?.as_bytes()))
}

/// Checks a key on the curve that `outer` names, or its own parameters if nothing around it does.
pub(super) fn check(
    key: &EcPrivateKey<'_>,
    outer: Option<ObjectIdentifier>,
) -> Result<EcKey, KeyMaterialError> {
    let inner = key.parameters.as_ref().and_then(|parameters| parameters.named_curve());
    if let (Some(outer), Some(inner)) = (outer, inner)
        && outer != inner
    {
        return Err(KeyMaterialError::TwoCurves);
    }
    let oid = outer.or(inner).ok_or(KeyMaterialError::Curve)?;
    let curve = curve(oid).ok_or(KeyMaterialError::Curve)?;
    check_parts(curve, key.private_key, key.public_key)
}

fn curve(oid: ObjectIdentifier) -> Option<Curve> {
    match oid {
        p256::NistP256::OID => Some(Curve::P256),
        p384::NistP384::OID => Some(Curve::P384),
        p521::NistP521::OID => Some(Curve::P521),
        k256::Secp256k1::OID => Some(Curve::K256),
        _ => None,
    }
}

/// The scalar has the curve's full length (RFC 5915, 3) and lies in 1..n−1; a public point, if
/// there is one, is on the curve and belongs to the scalar.
fn check_parts(curve: Curve, scalar: &[u8], point: Option<&[u8]>) -> Result<EcKey, KeyMaterialError> {
    macro_rules! checked {
        ($curve:ident, $len:literal) => {{
            let scalar: &[u8; $len] = scalar.try_into().map_err(|_| KeyMaterialError::ScalarLength)?;
            let secret = $curve::SecretKey::from_slice(scalar).map_err(|_| KeyMaterialError::Scalar)?;
            let public = secret.public_key();
            if let Some(point) = point
                && $curve::PublicKey::from_sec1_bytes(point).ok() != Some(public)
            {
                return Err(KeyMaterialError::PublicPoint);
            }
            let pkcs8 = secret.to_pkcs8_der().map_err(|_| KeyMaterialError::Malformed)?;
            let spki = public.to_public_key_der().map_err(|_| KeyMaterialError::Malformed)?;
            EcKey {
                curve,
                public_key: Blob::new(spki.into_vec()),
                pkcs8: SecretBytes::copy_of(pkcs8.as_bytes()),
            }
        }};
    }
    Ok(match curve {
        Curve::P256 => checked!(p256, 32),
        Curve::P384 => checked!(p384, 48),
        Curve::P521 => checked!(p521, 66),
        Curve::K256 => checked!(k256, 32),
    })
}
