//! RSASSA-PKCS1-v1_5 and RSASSA-PSS. The salt of PSS is as long as the digest.

use rand_core::CryptoRng;
use sha2::{Sha256, Sha384, Sha512};

use super::algorithms::SigningAlgorithm;

/// RFC 8017, 8.1.1 and 8.2.1.
pub(super) fn sign(
    key: &rsa::PrivateKey,
    algorithm: SigningAlgorithm,
    digest: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Vec<u8>> {
    use SigningAlgorithm as Algorithm;
    let signature = match algorithm {
        Algorithm::RsassaPkcs1V15Sha256 => {
            key.pkcs1v15_sign_prehash_with_rng::<Sha256, _>(rng, digest)
        }
        Algorithm::RsassaPkcs1V15Sha384 => {
            key.pkcs1v15_sign_prehash_with_rng::<Sha384, _>(rng, digest)
        }
        Algorithm::RsassaPkcs1V15Sha512 => {
            key.pkcs1v15_sign_prehash_with_rng::<Sha512, _>(rng, digest)
        }
        Algorithm::RsassaPssSha256 => key.pss_sign_prehash_with_rng::<Sha256, _>(rng, digest),
        Algorithm::RsassaPssSha384 => key.pss_sign_prehash_with_rng::<Sha384, _>(rng, digest),
        Algorithm::RsassaPssSha512 => key.pss_sign_prehash_with_rng::<Sha512, _>(rng, digest),
        _ => return None,
    };
    signature.ok()
}

/// RFC 8017, 8.1.2 and 8.2.2.
pub(super) fn verify(
    key: &rsa::PublicKey,
    algorithm: SigningAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    use SigningAlgorithm as Algorithm;
    let verified = match algorithm {
        Algorithm::RsassaPkcs1V15Sha256 => key.pkcs1v15_verify_prehash::<Sha256>(digest, signature),
        Algorithm::RsassaPkcs1V15Sha384 => key.pkcs1v15_verify_prehash::<Sha384>(digest, signature),
        Algorithm::RsassaPkcs1V15Sha512 => key.pkcs1v15_verify_prehash::<Sha512>(digest, signature),
        Algorithm::RsassaPssSha256 => key.pss_verify_prehash::<Sha256>(digest, signature),
        Algorithm::RsassaPssSha384 => key.pss_verify_prehash::<Sha384>(digest, signature),
        Algorithm::RsassaPssSha512 => key.pss_verify_prehash::<Sha512>(digest, signature),
        _ => return false,
    };
    verified.is_ok()
}
