//! One RSA block, encrypted or decrypted with its padding: RSAEP and RSADP of RFC 8017, 5.1.

use crypto_bigint::{BoxedUint, modular::BoxedMontyForm};
use rand_core::CryptoRng;
use rsa::{
    hazmat::{rsa_decrypt_and_check, rsa_encrypt},
    traits::PublicKeyParts as _,
};
use zeroize::{Zeroize as _, Zeroizing};

/// The public exponent of almost every key: 2^16 + 1.
const USUAL_EXPONENT: u32 = 65_537;

/// Encrypts an encoded message of as many octets as the modulus has.
///
/// Returns `None` if `encoded` has another length or is not below the modulus.
pub(crate) fn close(encoded: &[u8], key: &rsa::PublicKey) -> Option<Vec<u8>> {
    let n = key.n().as_ref();
    let m = Zeroizing::new(BoxedUint::from_be_slice(encoded, n.bits_precision()).ok()?);
    if encoded.len() != key.size() || *m >= *n {
        return None;
    }
    let c = if *key.e() == BoxedUint::from(USUAL_EXPONENT) {
        usual_power(&m, key)
    } else {
        rsa_encrypt(key, &m).ok()?
    };
    let bytes = c.to_be_bytes();
    let start = bytes.len().checked_sub(key.size())?;
    bytes.get(start..).map(<[u8]>::to_vec)
}

/// Returns m^65537 modulo n with 16 squarings and one product. `rsa` keeps the exponent secret, which
/// takes twice as long, and a public exponent is none.
fn usual_power(m: &BoxedUint, key: &rsa::PublicKey) -> BoxedUint {
    let m = BoxedMontyForm::new(m.clone(), key.n_params());
    let power = (0..16).fold(m.clone(), |power, _| power.square());
    power.mul(&m).retrieve()
}

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

#[cfg(test)]
mod tests {
    use crypto_bigint::Resize as _;

    use super::*;
    use crate::test_rng;

    #[test]
    fn only_as_many_octets_as_the_modulus_and_a_number_below_it_are_encrypted() {
        let key = crate::rsa_generation::generate(2048, &mut test_rng(1));
        let key = rsa::PublicKey::from(&key);
        let n = key.n().as_ref();
        let below = n.wrapping_sub(BoxedUint::one_with_precision(n.bits_precision()));
        let below = below.to_be_bytes();
        assert!(close(&below, &key).is_some());
        assert_eq!(close(&n.to_be_bytes(), &key), None);
        assert_eq!(close(&below[1..], &key), None);
        assert_eq!(close(&[&[0], &below[..]].concat(), &key), None);
    }

    /// 0, 1 and n − 1 are their own powers.
    #[test]
    fn a_number_that_is_its_own_power_does_not_open() {
        let key = crate::rsa_generation::generate(2048, &mut test_rng(1));
        let n = key.n().as_ref();
        let small = |number: u32| BoxedUint::from(number).resize(n.bits_precision());
        for (number, opens) in [
            (small(0), false),
            (small(1), false),
            (small(2), true),
            (n.wrapping_sub(small(2)), true),
            (n.wrapping_sub(small(1)), false),
            (n.clone(), false),
        ] {
            let opened = open(&number.to_be_bytes(), &key, &mut test_rng(2));
            assert_eq!(opened.is_some(), opens, "{number}");
        }
        assert_eq!(open(&[2; 255], &key, &mut test_rng(2)), None);
    }
}
