//! Fuzzes explanations: of raw octets, of wrapped blocks and second halves, and of wrapped
//! material. The results of `verify` and `explain` must agree.
//!
//! The first octet of the input selects the algorithm and the meaning of the rest.

#![no_main]

use byok_core::{
    blob::Blob, compatibility::Rules, key_spec::KeySpec, secret::SecretBytes, wrapping,
    wrapping_algorithm::WrappingAlgorithm,
};
use byok_core_fuzz::{WRAPPING_KEY, agreement, reference, rng};
use libfuzzer_sys::fuzz_target;
use openssl::{
    aes::{AesKey, wrap_key},
    hash::MessageDigest,
};

const AES_KEY: [u8; 32] = [0x24; 32];

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let algorithm = WrappingAlgorithm::RSA[usize::from(choice & 3)];
    let key_spec = if choice & 4 == 0 {
        KeySpec::EccNistP256
    } else {
        KeySpec::SymmetricDefault
    };
    let Some(blob) = blob(choice >> 3, rest, algorithm) else {
        return;
    };
    agreement::check(
        &Blob::new(blob),
        &WRAPPING_KEY,
        algorithm,
        key_spec,
        Rules::Standard,
    );
});

/// Made from the input in one of six ways, so that every trial is reached.
fn blob(way: u8, rest: &[u8], algorithm: WrappingAlgorithm) -> Option<Vec<u8>> {
    let wrap = |bytes: &[u8], algorithm| {
        wrapping::wrap(
            &SecretBytes::copy_of(bytes),
            algorithm,
            WRAPPING_KEY.public_key(),
            &mut rng(4),
        )
        .ok()
    };
    let block = || wrap(&AES_KEY, WrappingAlgorithm::RsaesOaepSha256);
    match way % 6 {
        0 => Some(rest.to_vec()),
        1 => reference::wrap_encoded(rest, MessageDigest::sha256()),
        2 => reference::encrypt_block(rest),
        3 => Some([&block()?, rest].concat()),
        4 => {
            let (initial, material) = rest.split_first_chunk::<8>()?;
            let material = material
                .get(..material.len() / 8 * 8)
                .filter(|m| m.len() >= 16)?;
            let mut wrapped = vec![0; material.len() + 8];
            wrap_key(
                &AesKey::new_encrypt(&AES_KEY).ok()?,
                Some(*initial),
                &mut wrapped,
                material,
            )
            .ok()?;
            Some([block()?, wrapped].concat())
        }
        _ => wrap(rest, algorithm),
    }
}
