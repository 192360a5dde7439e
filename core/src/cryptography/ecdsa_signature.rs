//! ECDSA with signatures in DER.

use ecdsa::hazmat;
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rand_core::CryptoRng;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::{key_spec::Curve, secret::SecretBytes};

/// FIPS 186-5, 6.4.1, with the nonce of RFC 6979 and 32 random bytes in it (3.6).
///
/// On secp256k1, blockchains require the lower of the two values of s. AWS KMS does not normalise
/// s, and neither does this function.
pub(super) fn sign(
    pkcs8: &SecretBytes,
    curve: Curve,
    digest: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Vec<u8>> {
    let mut entropy = Zeroizing::new([0; 33]);
    rng.fill_bytes(entropy.as_mut());
    let (coin, entropy) = entropy.split_first()?;
    macro_rules! signed {
        ($curve:ident, $Curve:ident, $Hash:ty) => {{
            let key = $curve::SecretKey::from_pkcs8_der(pkcs8.expose()).ok()?;
            let scalar = Zeroizing::new(key.to_nonzero_scalar());
            hazmat::sign_prehashed_rfc6979::<$curve::$Curve, $Hash>(&scalar, digest, entropy).0
        }};
    }
    Some(match curve {
        Curve::P256 => signed!(p256, NistP256, Sha256).to_der().as_bytes().to_vec(),
        Curve::P384 => signed!(p384, NistP384, Sha384).to_der().as_bytes().to_vec(),
        Curve::P521 => signed!(p521, NistP521, Sha512).to_der().as_bytes().to_vec(),
        Curve::K256 => {
            let signature = signed!(k256, Secp256k1, Sha256);
            let (r, s) = signature.split_scalars();
            let s = if coin & 1 == 0 { *s } else { -*s };
            k256::ecdsa::Signature::from_scalars(*r, s)
                .ok()?
                .to_der()
                .as_bytes()
                .to_vec()
        }
        // SM2 signs with SM2DSA.
        Curve::Sm2 => return None,
    })
}

/// FIPS 186-5, 6.4.2. Returns `None` if the signature does not sign the digest.
pub(super) fn verify(spki: &[u8], curve: Curve, digest: &[u8], signature: &[u8]) -> Option<()> {
    macro_rules! verified {
        ($curve:ident, $Curve:ident) => {{
            let key = $curve::PublicKey::from_public_key_der(spki).ok()?;
            let signature = ecdsa::Signature::<$curve::$Curve>::from_der(signature).ok()?;
            hazmat::verify_prehashed(&key.to_projective(), digest, &signature.normalize_s()).ok()
        }};
    }
    match curve {
        Curve::P256 => verified!(p256, NistP256),
        Curve::P384 => verified!(p384, NistP384),
        Curve::P521 => verified!(p521, NistP521),
        Curve::K256 => verified!(k256, Secp256k1),
        Curve::Sm2 => None,
    }
}
