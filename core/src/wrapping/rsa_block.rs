//! One RSA block decrypted with the private key, with its padding: RSADP of RFC 8017, 5.1.2.

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use rsa::{hazmat::rsa_decrypt_and_check, traits::PublicKeyParts as _};
use zeroize::{Zeroize as _, Zeroizing};

/// Returns the encoded message in a block: as many octets as the modulus has.
///
/// Returns `None` if `block` has another length, or is outside the range of NIST SP 800-56B Rev. 2,
/// 7.1.2: 1 < c < n − 1. `rng` blinds the operation.
pub(crate) fn open(
    block: &[u8],
    key: &rsa::PrivateKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Zeroizing<Vec<u8>>> {
    let len = key.size();
    if block.len() != len {
        return None;
    }
    let n = key.n().as_ref();
    let c = BoxedUint::from_be_slice(block, n.bits_precision()).ok()?;
    let one = BoxedUint::one_with_precision(n.bits_precision());
    if c <= one || c >= n.wrapping_sub(&one) {
        return None;
    }
    let mut m = Zeroizing::new(rsa_decrypt_and_check(key, Some(rng), &c).ok()?);
    let encoded = Zeroizing::new(m.to_be_bytes());
    m.zeroize();
    encoded
        .len()
        .checked_sub(len)
        .and_then(|start| encoded.get(start..))
        .map(|m| Zeroizing::new(m.to_vec()))
}
