//! Fuzzes PKCS#12 files and older encrypted PEM: whole files, and what is encrypted in them. Everything
//! accepted is written in AWS's form, and that is stable.
//!
//! The first octet selects what the rest is, the second the expected key spec.

#![no_main]

use byok_core::{
    compatibility::Rules,
    key_file,
    key_material::{KeyMaterial, ReadOptions, WeakMaterial},
    key_spec::KeySpec,
    secret::SecretBytes,
};
use byok_core_fuzz::{
    key_store::PASSPHRASE,
    pkcs12::{file, is_slow, older_pem, safe, shrouded},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&[kind, key_spec], rest)) = data.split_first_chunk() else {
        return;
    };
    let file = match kind % 6 {
        _ if is_slow(rest) => return,
        0 | 1 => rest.to_vec(),
        2 => shrouded(rest),
        3 => safe(rest),
        4 => file(rest),
        _ => older_pem(rest),
    };
    let aliases = key_file::aliases(&file);
    let passphrase = SecretBytes::copy_of(PASSPHRASE.as_bytes());
    let options = ReadOptions {
        key_spec: KeySpec::ALL.get(usize::from(key_spec)).copied(),
        passphrase: (kind % 6 != 1).then_some(&passphrase),
        alias: aliases.last().map(|alias| alias.0.as_str()),
        weak: WeakMaterial::Allow,
        ..ReadOptions::new(Rules::China)
    };
    let Ok(read) = KeyMaterial::read(&SecretBytes::copy_of(&file), &options) else {
        return;
    };
    let read = read.material;
    let again = KeyMaterial::from_import(read.bytes(), read.key_spec(), options.rules)
        .expect("what AWS KMS takes");
    assert_eq!(again.material.bytes(), read.bytes(), "not canonical");
});
