//! Fuzzes wrapping public keys: OpenSSL accepts every accepted key, and reads the same key in
//! either form.

#![no_main]

use byok_core::wrapping_public_key::WrappingPublicKey;
use byok_core_fuzz::mutation::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use openssl::pkey::PKey;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, fuzzer_mutate)
});

fuzz_target!(|data: &[u8]| {
    let Ok(key) = WrappingPublicKey::from_der_or_pem(data) else {
        return;
    };
    let again =
        WrappingPublicKey::from_der_or_pem(key.to_pem().as_bytes()).expect("what was written");
    assert_eq!(again.spki(), key.spki());
    let theirs = PKey::public_key_from_der(key.spki().as_bytes()).expect("OpenSSL takes it");
    assert_eq!(
        theirs.public_key_to_der().expect("DER"),
        key.spki().as_bytes()
    );
    assert_eq!(Some(theirs.bits()), key.spec().modulus_bits());
});
