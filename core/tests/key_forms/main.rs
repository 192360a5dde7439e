//! The same key yields the same bytes: any key, in any format that the tests can build. 256 cases
//! each; `PROPTEST_CASES` sets the number.

mod encryption;
mod forms;
mod keys;
#[path = "../common/seed.rs"]
mod seed;
mod structures;
mod writing;

use base64::{Engine as _, engine::general_purpose};
use byok_core::{
    compatibility::Rules,
    hex,
    key_file::{self, Encoding, MaterialFormat, ReadError, SourceFormat},
    key_material::{KeyMaterial, KeyMaterialError, ReadOptions, WeakMaterial},
    key_spec::KeySpec,
    secret::SecretBytes,
};
use forms::{File, form, passphrase};
use keys::{Key, key};
use proptest::{collection::vec, prelude::*};

/// A key, and a file that contains it.
fn key_and_file() -> impl Strategy<Value = (Key, File)> {
    (key(), form()).prop_filter_map("no such form", |(key, form)| {
        form.of(&key).map(|file| (key, file))
    })
}

proptest! {
    #![proptest_config(seed::config())]

    #[test]
    fn a_private_key_is_the_same_bytes_in_every_form((key, file) in key_and_file()) {
        let passphrase = passphrase();
        let options = ReadOptions {
            key_spec: file.bare.map(|(key_spec, _)| key_spec),
            format: file.bare.map(|(_, format)| format),
            passphrase: Some(&passphrase),
            // Scalars with many zeros in front are among them.
            weak: WeakMaterial::Allow,
            ..ReadOptions::new(Rules::China)
        };
        let reading = KeyMaterial::read(&SecretBytes::copy_of(&file.bytes), &options).expect("a good key");
        prop_assert_eq!(reading.material.bytes().expose(), &*key.canonical);
        prop_assert_eq!(reading.source_format, file.source_format);
    }

    /// Without the passphrase nothing opens, and with it nothing else is read.
    #[test]
    fn an_encrypted_key_needs_its_passphrase(
        (_, file) in key_and_file().prop_filter("in the clear", |(_, file)| file.source_format.is_encrypted),
    ) {
        let file = SecretBytes::copy_of(&file.bytes);
        let read = |passphrase| {
            let options = ReadOptions { passphrase, ..ReadOptions::new(Rules::China) };
            KeyMaterial::read(&file, &options).map(|_| ()).expect_err("closed")
        };
        prop_assert_eq!(read(None), KeyMaterialError::Read(ReadError::PassphraseNeeded));
        let other = SecretBytes::copy_of(b"TEST passphrasf");
        let is_closed = matches!(read(Some(&other)), KeyMaterialError::Read(ReadError::Encryption { .. }));
        prop_assert!(is_closed);
    }

    #[test]
    fn a_raw_key_is_the_same_bytes_in_every_form(bytes in vec(any::<u8>(), 32)) {
        let base64 = general_purpose::STANDARD.encode(&bytes);
        let base64url = general_purpose::URL_SAFE_NO_PAD.encode(&bytes);
        let files = [
            (bytes.clone(), None, key_file::Form::Raw, Encoding::Raw),
            (bytes.clone(), Some(MaterialFormat::Raw), key_file::Form::Raw, Encoding::Raw),
            (hex::encode(&bytes).into_bytes(), Some(MaterialFormat::Hex), key_file::Form::Raw, Encoding::Hex),
            (base64.into_bytes(), Some(MaterialFormat::Base64), key_file::Form::Raw, Encoding::Base64),
            (format!(r#"{{"kty":"oct","k":"{base64url}"}}"#).into_bytes(), None, key_file::Form::Jwk, Encoding::Json),
        ];
        for (file, format, structure, encoding) in files {
            for key_spec in [KeySpec::SymmetricDefault, KeySpec::Hmac256] {
                let weak = WeakMaterial::Allow;
                let options = ReadOptions { key_spec: Some(key_spec), format, weak, ..ReadOptions::new(Rules::Standard) };
                let reading = KeyMaterial::read(&SecretBytes::copy_of(&file), &options).expect("a good key");
                prop_assert_eq!(reading.material.bytes().expose(), &*bytes);
                prop_assert_eq!(reading.source_format, SourceFormat::plain(structure, encoding));
            }
        }
    }
}
