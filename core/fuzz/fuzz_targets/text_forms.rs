//! Fuzzes keys inside text: what is undone around a key yields this key, and never another one.
//!
//! The first octet is a number of layers around a key of this program, up to three; the next ones select
//! them. The rest is text before and after them, and may hold a key of its own. Without a layer, the rest
//! is the file.

#![no_main]

use std::sync::LazyLock;

use byok_core::{
    compatibility::Rules,
    inspect::{Kind, fault_as_key_material, inspect},
    key_file::{Form, ReadError, aliases},
    key_material::{KeyMaterial, KeyMaterialError, ReadOptions, Reading, WeakMaterial},
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
    let key = check(&file, must_be_read);
    let Some(key) = key.filter(|key| !layers.is_empty() && !key.is_same_key(&KEY)) else {
        return;
    };
    let holds_it = |text: &[u8]| read(text).is_ok_and(|reading| reading.material.is_same_key(&key));
    assert!(holds_it(before) || holds_it(after), "another key");
});

fn read(file: &[u8]) -> Result<Reading, KeyMaterialError> {
    let options = ReadOptions {
        weak: WeakMaterial::Allow,
        ..ReadOptions::new(Rules::Standard)
    };
    KeyMaterial::read(&SecretBytes::copy_of(file), &options)
}

/// Reads a file, and compares what the program says of it. Returns the key, if one is read.
fn check(file: &[u8], must_be_read: bool) -> Option<KeyMaterial> {
    let secret = SecretBytes::copy_of(file);
    let form = Form::of(file);
    let names = aliases(file);
    let kind = inspect(&secret).kind();
    let _ = fault_as_key_material(&secret);
    match read(file) {
        Ok(reading) => {
            assert_eq!(reading.source_format.form, form);
            // inspect does not call bytes without a structure key material.
            assert!(kind == Kind::KeyMaterial || form == Form::Raw, "{kind:?}");
            return Some(reading.material);
        }
        Err(KeyMaterialError::Read(ReadError::AliasNeeded(needed))) => assert_eq!(needed, names),
        Err(error) => assert!(!must_be_read, "{error}"),
    }
    None
}
