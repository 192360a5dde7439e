//! Blobs with one mistake each, made without the code under test.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{BlockCipherEncrypt as _, KeyInit as _},
};
use crypto_bigint::BoxedUint;
use rsa::{hazmat::rsa_encrypt, traits::PublicKeyParts as _};
use sha2::Digest;

use crate::common::random;

/// RFC 5649, 3, with the length of the material after it.
pub(crate) const KWP: [u8; 4] = [0xa6, 0x59, 0x59, 0xa6];
/// RFC 3394, 2.2.3.1.
pub(crate) const KW: [u8; 8] = [0xa6; 8];

/// Encrypts a raw encoded message with the public key of `key`.
pub(crate) fn raw(key: &rsa::PrivateKey, encoded: &[u8]) -> Vec<u8> {
    let m = BoxedUint::from_be_slice(encoded, key.n().bits_precision())
        .expect("as long as the modulus");
    let c = rsa_encrypt(key, &m)
        .expect("below the modulus")
        .to_be_bytes();
    c[c.len() - key.size()..].to_vec()
}

/// RFC 8017, 7.1.1, with one hash for the label and another for MGF1.
pub(crate) fn oaep<L: Digest, M: Digest>(
    key: &rsa::PrivateKey,
    label: &[u8],
    message: &[u8],
) -> Vec<u8> {
    let hash_len = <L as Digest>::output_size();
    let zeros = vec![0; key.size() - 2 * hash_len - 2 - message.len()];
    let mut db = [L::digest(label).as_slice(), &zeros, &[1], message].concat();
    let mut seed = random(41, hash_len);
    mask::<M>(&mut db, &seed);
    mask::<M>(&mut seed, &db);
    raw(key, &[&[0][..], &seed, &db].concat())
}

fn mask<D: Digest>(target: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0u32..).zip(target.chunks_mut(<D as Digest>::output_size())) {
        let mask = D::new()
            .chain_update(seed)
            .chain_update(counter.to_be_bytes())
            .finalize();
        chunk
            .iter_mut()
            .zip(mask.iter())
            .for_each(|(byte, mask)| *byte ^= mask);
    }
}

/// RFC 8017, 7.2.1.
pub(crate) fn pkcs1_v15(key: &rsa::PrivateKey, message: &[u8]) -> Vec<u8> {
    let padding: Vec<u8> = random(42, key.size() - 3 - message.len())
        .into_iter()
        .map(|byte| byte | 1)
        .collect();
    raw(key, &[&[0, 2][..], &padding, &[0], message].concat())
}

fn encrypt(key: &[u8], block: &mut [u8; 16]) {
    match key.len() {
        16 => Aes128::new_from_slice(key)
            .expect("a key")
            .encrypt_block(block.into()),
        24 => Aes192::new_from_slice(key)
            .expect("a key")
            .encrypt_block(block.into()),
        _ => Aes256::new_from_slice(key)
            .expect("a key")
            .encrypt_block(block.into()),
    }
}

/// RFC 3394, 2.2.1, with any initial value; `data` is whole semiblocks.
fn wrap(key: &[u8], initial: [u8; 8], data: &[u8]) -> Vec<u8> {
    let (blocks, _) = data.as_chunks::<8>();
    let (mut a, mut blocks) = (initial, blocks.to_vec());
    let count = blocks.len() as u64;
    for j in 0..6 {
        for (i, block) in (1..).zip(&mut blocks) {
            let mut whole: [u8; 16] = [a, *block].concat().try_into().expect("16 bytes");
            encrypt(key, &mut whole);
            let (high, low) = whole.split_at(8);
            let high = u64::from_be_bytes(high.try_into().expect("8 bytes"));
            a = (high ^ (count * j + i)).to_be_bytes();
            block.copy_from_slice(low);
        }
    }
    [&a[..], blocks.as_flattened()].concat()
}

/// AES-KWP, RFC 5649, 4.1, with any first half of the initial value.
pub(crate) fn kwp(key: &[u8], value: [u8; 4], material: &[u8]) -> Vec<u8> {
    let len = u32::try_from(material.len()).expect("short").to_be_bytes();
    let initial: [u8; 8] = [value, len].concat().try_into().expect("8 bytes");
    let mut data = material.to_vec();
    data.resize(material.len().next_multiple_of(8), 0);
    if data.len() == 8 {
        let mut whole: [u8; 16] = [&initial[..], &data].concat().try_into().expect("16 bytes");
        encrypt(key, &mut whole);
        return whole.to_vec();
    }
    wrap(key, initial, &data)
}

/// AES-KW, RFC 3394, of zero-padded material.
pub(crate) fn kw(key: &[u8], initial: [u8; 8], material: &[u8]) -> Vec<u8> {
    let mut data = material.to_vec();
    data.resize(material.len().next_multiple_of(8), 0);
    wrap(key, initial, &data)
}

/// The output of `openssl enc`: pieces of 4096 bytes, each wrapped alone.
pub(crate) fn kwp_in_pieces(key: &[u8], len: usize, material: &[u8]) -> Vec<u8> {
    material
        .chunks(len)
        .flat_map(|piece| kwp(key, KWP, piece))
        .collect()
}

/// Whole blocks, padded as in RFC 5652, 6.3.
fn padded(material: &[u8]) -> Vec<[u8; 16]> {
    let padding = 16 - material.len() % 16;
    let padded = [
        material,
        &vec![u8::try_from(padding).expect("small"); padding],
    ]
    .concat();
    padded.as_chunks().0.to_vec()
}

pub(crate) fn ecb(key: &[u8], material: &[u8]) -> Vec<u8> {
    let mut blocks = padded(material);
    for block in &mut blocks {
        encrypt(key, block);
    }
    blocks.as_flattened().to_vec()
}

/// CBC without its initial value before it.
pub(crate) fn cbc(key: &[u8], initial: [u8; 16], material: &[u8]) -> Vec<u8> {
    let mut previous = initial;
    let mut blocks = padded(material);
    for block in &mut blocks {
        block
            .iter_mut()
            .zip(previous)
            .for_each(|(byte, previous)| *byte ^= previous);
        encrypt(key, block);
        previous = *block;
    }
    blocks.as_flattened().to_vec()
}

/// The nonce, counter mode, and bytes of a tag's length.
pub(crate) fn gcm(key: &[u8], nonce: [u8; 12], material: &[u8]) -> Vec<u8> {
    let mut text = material.to_vec();
    for (counter, chunk) in (2u32..).zip(text.chunks_mut(16)) {
        let mut mask: [u8; 16] = [&nonce[..], &counter.to_be_bytes()]
            .concat()
            .try_into()
            .expect("16 bytes");
        encrypt(key, &mut mask);
        chunk
            .iter_mut()
            .zip(mask)
            .for_each(|(byte, mask)| *byte ^= mask);
    }
    [&nonce[..], &text, &random(43, 16)].concat()
}
