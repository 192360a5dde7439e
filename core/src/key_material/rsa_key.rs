//! RSA private keys: two primes, `rsaEncryption`, and a modulus of exactly the size asked for.

use der::{Decode as _, asn1::AnyRef};
use pkcs8::PrivateKeyInfoRef;
use rand_core::CryptoRng;
use rsa::{
    pkcs1,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _},
    traits::PublicKeyParts as _,
};

use super::KeyMaterialError;
use crate::{
    blob::Blob,
    key_spec::{Family, KeySpec},
    rsa_generation,
    secret::SecretBytes,
};

/// Makes a new key, PKCS#8 in DER.
pub(super) fn generate(
    modulus_bits: u32,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SecretBytes, KeyMaterialError> {
    let key = rsa_generation::generate(modulus_bits, rng);
    let der = key.to_pkcs8_der().map_err(|_| KeyMaterialError::Inconsistent)?;
    Ok(SecretBytes::copy_of(der.as_bytes()))
}

/// Returns the key spec of the key in `info` and its SPKI.
pub(super) fn check(info: &PrivateKeyInfoRef<'_>) -> Result<(KeySpec, Blob), KeyMaterialError> {
    if info.algorithm.parameters != Some(AnyRef::NULL) {
        return Err(KeyMaterialError::Malformed);
    }
    let parts = pkcs1::RsaPrivateKeyRef::from_der(info.private_key.as_bytes())
        .map_err(|_| KeyMaterialError::Malformed)?;
    let key = rsa::PrivateKey::try_from(parts).map_err(|_| KeyMaterialError::Inconsistent)?;
    let bits = key.n().bit_width_vartime();
    let key_spec = KeySpec::ALL
        .iter()
        .find(|spec| spec.family() == Family::Rsa { modulus_bits: bits })
        .ok_or(KeyMaterialError::ModulusBits(bits))?;
    let spki = key.to_public_key().to_public_key_der().map_err(|_| KeyMaterialError::Inconsistent)?;
    Ok((*key_spec, Blob::new(spki.into_vec())))
}
