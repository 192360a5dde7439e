//! Fuzzes files of key material: everything accepted is written in AWS's form, and that is stable.
//!
//! The first two octets of the input select the options.

#![no_main]

use byok_core::{
    compatibility::Rules,
    key_file::MaterialFormat,
    key_material::{KeyMaterial, ReadOptions, WeakMaterial},
    key_spec::KeySpec,
    secret::SecretBytes,
    witness_seed::WitnessSeed,
};
use byok_core_fuzz::{mutation::mutate, pkcs12::is_slow};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match data.split_at_mut_checked(2) {
        Some((_, key)) if size > 2 && seed % 16 != 0 => {
            2 + mutate(key, size - 2, max_size - 2, seed, fuzzer_mutate)
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});

fuzz_target!(|data: &[u8]| {
    let Some((&[key_spec, options], file)) = data.split_first_chunk() else {
        return;
    };
    // An empty passphrase is tried without being given.
    if is_slow(file) {
        return;
    }
    let options = ReadOptions {
        key_spec: KeySpec::ALL.get(usize::from(key_spec)).copied(),
        rules: if options & 1 == 0 {
            Rules::Standard
        } else {
            Rules::China
        },
        format: match options >> 1 & 3 {
            0 => None,
            1 => Some(MaterialFormat::Raw),
            2 => Some(MaterialFormat::Hex),
            _ => Some(MaterialFormat::Base64),
        },
        // More rounds would take all the fuzzing time.
        passphrase: None,
        alias: None,
        weak: if options & 8 == 0 {
            WeakMaterial::Allow
        } else {
            WeakMaterial::Refuse
        },
        witnesses: WitnessSeed::NONE,
    };
    let Ok(read) = KeyMaterial::read(&SecretBytes::copy_of(file), &options) else {
        return;
    };
    let read = read.material;
    let key_spec = read.key_spec();
    let again = KeyMaterial::from_import(read.bytes(), key_spec, options.rules)
        .expect("what AWS KMS takes");
    assert_eq!(again.material.bytes(), read.bytes(), "not canonical");
    assert_eq!(again.material.fingerprint(), read.fingerprint());
    assert!(again.material.is_same_key(&read));
});
