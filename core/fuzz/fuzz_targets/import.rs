//! Fuzzes unwrapped private keys: OpenSSL accepts every accepted key, and reads the same key.

#![no_main]

use byok_core::{
    ber::to_der,
    compatibility::Rules,
    key_material::{KeyMaterial, KeyMaterialError, MaterialError},
    key_spec::KeySpec,
    secret::SecretBytes,
};
use byok_core_fuzz::{mutation::mutate, reference};
use der::{Decode as _, Encode as _};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use pkcs8::PrivateKeyInfoRef;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, fuzzer_mutate)
});

fuzz_target!(|data: &[u8]| {
    let Some(material) = import(data) else { return };
    let key = reference::checked_private_key(&version_1(data)).expect("OpenSSL takes it");
    assert_eq!(
        reference::spki(&key).as_deref(),
        material.public_key().map(|key| key.as_bytes())
    );
});

/// Imports with the key spec of the key.
fn import(data: &[u8]) -> Option<KeyMaterial> {
    let bytes = SecretBytes::copy_of(data);
    let import = |key_spec| KeyMaterial::from_import(&bytes, key_spec, Rules::Standard);
    let reading = match import(KeySpec::EccNistP256) {
        Err(KeyMaterialError::Material(MaterialError::OtherKeySpec { found, .. })) => import(found),
        reading => reading,
    };
    Some(reading.ok()?.material)
}

/// The same algorithm and key in PKCS#8 of RFC 5208, which OpenSSL supports.
fn version_1(data: &[u8]) -> Vec<u8> {
    let element = to_der(data).expect("it was read before");
    let info = PrivateKeyInfoRef::from_der(element.der().expose()).expect("it was read before");
    PrivateKeyInfoRef::new(info.algorithm, info.private_key)
        .to_der()
        .expect("shorter than before")
}
