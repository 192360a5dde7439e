//! Fuzzes unwrapping: raw octets, and correct or incorrect blocks, compared with OpenSSL.
//!
//! The first octet of the input selects the algorithm and the meaning of the rest.

#![no_main]

use byok_core::{
    wrapping,
    wrapping_algorithm::{OaepHash, WrappingAlgorithm},
};
use byok_core_fuzz::{WRAPPING_KEY, reference, rng};
use libfuzzer_sys::fuzz_target;
use openssl::hash::MessageDigest;

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let algorithms = WrappingAlgorithm::ALL;
    let algorithm = algorithms[usize::from(choice & 0x7f) % algorithms.len()];
    let unwrap =
        |wrapped: &[u8]| wrapping::unwrap(wrapped, algorithm, &WRAPPING_KEY, &mut rng(2)).ok();
    if choice & 0x80 == 0 {
        drop(unwrap(rest));
        return;
    }
    let Some(hash) = algorithm.oaep_hash().filter(|_| !algorithm.is_hybrid()) else {
        return;
    };
    let hash = match hash {
        OaepHash::Sha1 => MessageDigest::sha1(),
        OaepHash::Sha256 => MessageDigest::sha256(),
    };
    let Some(wrapped) = reference::wrap_encoded(rest, hash) else {
        return;
    };
    let (ours, theirs) = (unwrap(&wrapped), reference::unwrap(&wrapped, hash));
    assert_eq!(ours.as_ref().map(|ours| ours.expose()), theirs.as_deref());
});
