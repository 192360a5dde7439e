//! Fuzzes keys inside text: what is undone around a key yields this key, and never another one.
//!
//! The first octet is a number of layers around a key of this program, up to three; the next ones select
//! them. The rest is text before and after them. Without a layer, the rest is the file.

#![no_main]

use std::sync::LazyLock;

use byok_core::{
    compatibility::Rules,
    inspect::{Kind, fault_as_key_material, inspect},
    key_file::{Form, ReadError, aliases},
    key_material::{KeyMaterial, KeyMaterialError, ReadOptions, WeakMaterial},
    key_spec::KeySpec,
    secret::SecretBytes,
};
use byok_core_fuzz::{carriers::carried, material};
use der::pem::LineEnding;
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<KeyMaterial> =
    LazyLock::new(|| material(KeySpec::EccNistP256).expect("a key"));
static PEM: LazyLock<String> = LazyLock::new(|| {
    let der = KEY.bytes().expose();
    der::pem::encode_string("PRIVATE KEY", LineEnding::LF, der).expect("PEM")
});

fuzz_target!(|data: &[u8]| {
    let Some((count, rest)) = data.split_first() else {
        return;
    };
    let (layers, around) = rest.split_at(usize::from(count % 4).min(rest.len()));
    let mut file = if layers.is_empty() {
        Vec::new()
    } else {
        PEM.as_bytes().to_vec()
    };
    for layer in layers {
        file = carried(*layer, &file);
    }
    let (before, after) = around.split_at(around.len() / 2);
    let file = [before, &file, after].concat();
    let must_be_read = layers.len() == 1 && around.is_empty();
    check(&file, must_be_read, !layers.is_empty());
});

fn check(file: &[u8], must_be_read: bool, has_key: bool) {
    let secret = SecretBytes::copy_of(file);
    let options = ReadOptions {
        weak: WeakMaterial::Allow,
        ..ReadOptions::new(Rules::Standard)
    };
    let form = Form::of(file);
    let names = aliases(file);
    let kind = inspect(&secret).kind();
    let _ = fault_as_key_material(&secret);
    match KeyMaterial::read(&secret, &options) {
        Ok(reading) => {
            assert_eq!(reading.source_format.form, form);
            // inspect does not call bytes without a structure key material.
            assert!(kind == Kind::KeyMaterial || form == Form::Raw, "{kind:?}");
            if has_key {
                assert!(reading.material.is_same_key(&KEY), "another key");
            }
        }
        Err(KeyMaterialError::Read(ReadError::AliasNeeded(needed))) => assert_eq!(needed, names),
        Err(error) => assert!(!must_be_read, "{error}"),
    }
}
