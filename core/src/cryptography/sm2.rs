//! SM2DSA with signatures in DER, and SM2PKE, for KMS keys of spec SM2.

use rand_core::CryptoRng;
use sm2::{
    PublicKey, SecretKey,
    dsa::{
        Signature, SigningKey, VerifyingKey,
        signature::hazmat::{PrehashVerifier as _, RandomizedPrehashSigner as _},
    },
    elliptic_curve::sec1::ToSec1Point as _,
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _},
};
use sm3::{Digest as _, Sm3};

use crate::{
    hex, key_file::sm2_domain, key_material::KeyMaterial, secret::SecretBytes, wrapping::sm2pke,
};

/// The distinguishing identifier of every signer, which AWS KMS uses too.
///
/// # Source
///
/// GM/T 0009-2012, 10; AWS KMS Developer Guide, "Offline operations".
const IDENTIFIER: &str = "1234567812345678";

/// The longest plaintext of SM2 encryption at AWS KMS, in bytes.
///
/// # Source
///
/// AWS KMS API Reference, `Encrypt`.
pub(super) const MAX_PLAINTEXT_LEN: usize = 1024;

/// Returns SM3 over Z and the message: GB/T 32918.2, 5.5 and 6.1. Returns `None` if the public key,
/// an SPKI in DER, is not SM2.
pub(super) fn digest(public_key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let point = PublicKey::from_public_key_der(public_key)
        .ok()?
        .to_sec1_point(false);
    let bits = u16::try_from(8 * IDENTIFIER.len()).ok()?;
    let z = Sm3::new()
        .chain_update(bits.to_be_bytes())
        .chain_update(IDENTIFIER)
        .chain_update(hex::decode_lenient(&sm2_domain())?)
        .chain_update(point.as_bytes().get(1..)?)
        .finalize();
    Some(
        Sm3::new()
            .chain_update(z)
            .chain_update(message)
            .finalize()
            .to_vec(),
    )
}

/// GB/T 32918.2, 6.1, of a [`digest`].
pub(super) fn sign(
    material: &KeyMaterial,
    digest: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Vec<u8>> {
    let key = SigningKey::new(IDENTIFIER, &secret_key(material)?).ok()?;
    Some(
        key.sign_prehash_with_rng(rng, digest)
            .ok()?
            .to_der()
            .as_bytes()
            .to_vec(),
    )
}

/// GB/T 32918.2, 7.1. Returns `None` if the signature does not sign the digest.
pub(super) fn verify(public_key: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    let key =
        VerifyingKey::new(IDENTIFIER, PublicKey::from_public_key_der(public_key).ok()?).ok()?;
    key.verify_prehash(digest, &Signature::from_der(signature).ok()?)
        .ok()
}

/// Encrypts at most [`MAX_PLAINTEXT_LEN`] bytes.
pub(super) fn encrypt(
    public_key: &[u8],
    plaintext: &SecretBytes,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Vec<u8>> {
    sm2pke::encrypt(
        plaintext,
        &PublicKey::from_public_key_der(public_key).ok()?,
        rng,
    )
    .ok()
}

pub(super) fn decrypt(material: &KeyMaterial, ciphertext: &[u8]) -> Option<SecretBytes> {
    sm2pke::decrypt(ciphertext, &secret_key(material)?)
}

fn secret_key(material: &KeyMaterial) -> Option<SecretKey> {
    SecretKey::from_pkcs8_der(material.bytes().expose()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GB/T 32918.5, A.2: the signature example on the recommended curve.
    #[test]
    fn the_digest_is_that_of_the_standard() {
        let public_key = "3059301306072a8648ce3d020106082a811ccf5501822d034200\
            0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
            ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
        let public_key = hex::decode_lenient(public_key).expect("hex");
        let digest = digest(&public_key, b"message digest").expect("SM2");
        let e = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
        assert_eq!(hex::encode(&digest), e);
    }
}
