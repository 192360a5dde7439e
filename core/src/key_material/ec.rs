//! EC private keys: RFC 5915 inside PKCS#8, on a named curve.

use const_oid::AssociatedOid as _;
use der::{Decode as _, asn1::ObjectIdentifier};
use p256::{
    elliptic_curve::Generate as _,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _},
};
use pkcs8::PrivateKeyInfoRef;
use rand_core::CryptoRng;
use sec1::EcPrivateKey;

use super::KeyMaterialError;
use crate::{
    blob::Blob,
    key_spec::{Curve, KeySpec},
    secret::SecretBytes,
};

/// Makes a new key, PKCS#8 in DER with its public key.
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
    Ok(SecretBytes::copy_of(der.map_err(|_| KeyMaterialError::Inconsistent)?.as_bytes()))
}

/// Returns the key spec of the key in `info` and its SPKI.
pub(super) fn check(info: &PrivateKeyInfoRef<'_>) -> Result<(KeySpec, Blob), KeyMaterialError> {
    let oid = info.algorithm.parameters_oid().map_err(|_| KeyMaterialError::Curve)?;
    let curve = curve(oid).ok_or(KeyMaterialError::Curve)?;
    let key = EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(|_| KeyMaterialError::Malformed)?;
    if let Some(parameters) = &key.parameters
        && parameters.named_curve() != Some(oid)
    {
        return Err(KeyMaterialError::Inconsistent);
    }
    let spki = public_key(curve, key.private_key, key.public_key)?;
    Ok((curve.key_spec(), Blob::new(spki)))
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

/// The SPKI of the key with this scalar: of the curve's full length, in 1..n−1, and with the
/// public point that the file gives, if it gives one.
fn public_key(curve: Curve, scalar: &[u8], point: Option<&[u8]>) -> Result<Vec<u8>, KeyMaterialError> {
    macro_rules! derive {
        ($curve:ident, $len:literal) => {{
            let scalar: &[u8; $len] = scalar.try_into().map_err(|_| KeyMaterialError::Inconsistent)?;
            let secret = $curve::SecretKey::from_slice(scalar).map_err(|_| KeyMaterialError::Inconsistent)?;
            let public = secret.public_key();
            if let Some(point) = point
                && $curve::PublicKey::from_sec1_bytes(point).ok() != Some(public)
            {
                return Err(KeyMaterialError::Inconsistent);
            }
            public.to_public_key_der()
        }};
    }
    let spki = match curve {
        Curve::P256 => derive!(p256, 32),
        Curve::P384 => derive!(p384, 48),
        Curve::P521 => derive!(p521, 66),
        Curve::K256 => derive!(k256, 32),
    };
    Ok(spki.map_err(|_| KeyMaterialError::Inconsistent)?.into_vec())
}
