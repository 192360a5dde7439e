//! The shared parts of the targets: fixed keys, structural mutation, and OpenSSL as reference.

pub mod agreement;
pub mod carriers;
pub mod key_store;
pub mod mutation;
pub mod pkcs12;
pub mod reference;

use std::sync::LazyLock;

use byok_core::{
    compatibility::Rules,
    import_token::RootSecret,
    key_file,
    key_material::{KeyMaterial, ReadOptions, WeakMaterial},
    key_spec::KeySpec,
    secret::SecretBytes,
    wrapping_private_key::WrappingPrivateKey,
};
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;

/// Returns a generator that yields the same bytes for the same `seed`.
pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Returns fixed key material for `key_spec`.
pub fn material(key_spec: KeySpec) -> Option<KeyMaterial> {
    KeyMaterial::generate(key_spec, Rules::Standard, &mut rng(1)).ok()
}

/// A fixed wrapping key of 2048 bits, in PKCS#8.
pub static WRAPPING_KEY_PKCS8: LazyLock<Vec<u8>> = LazyLock::new(|| {
    material(KeySpec::Rsa2048)
        .expect("a key")
        .bytes()
        .expose()
        .to_vec()
});

/// Returns [`WRAPPING_KEY_PKCS8`] as a type of the core.
pub static WRAPPING_KEY: LazyLock<WrappingPrivateKey> = LazyLock::new(|| {
    WrappingPrivateKey::from_pkcs8(&SecretBytes::copy_of(&WRAPPING_KEY_PKCS8)).expect("a good key")
});

/// A fixed SM2 key, in PKCS#8.
pub static SM2_KEY_PKCS8: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let key = KeyMaterial::generate(KeySpec::Sm2, Rules::China, &mut rng(1)).expect("a key");
    key.bytes().expose().to_vec()
});

/// Returns [`SM2_KEY_PKCS8`] as a type of the core.
pub static SM2_KEY: LazyLock<WrappingPrivateKey> = LazyLock::new(|| {
    WrappingPrivateKey::from_pkcs8(&SecretBytes::copy_of(&SM2_KEY_PKCS8)).expect("a good key")
});

/// Returns a fixed root secret.
pub fn root_secret() -> RootSecret {
    RootSecret::new(SecretBytes::copy_of(&[0x42; 32])).expect("32 bytes")
}

/// Reads the last entry of a key file for the key spec of this index, if there is one.
///
/// # Panics
///
/// If it is accepted, and AWS KMS does not take what was read, or its bytes change when they are
/// read again.
pub fn accepted_is_canonical(file: &[u8], key_spec: u8, passphrase: Option<&str>, rules: Rules) {
    let aliases = key_file::aliases(file);
    let passphrase = passphrase.map(|passphrase| SecretBytes::copy_of(passphrase.as_bytes()));
    let options = ReadOptions {
        key_spec: KeySpec::ALL.get(usize::from(key_spec)).copied(),
        passphrase: passphrase.as_ref(),
        alias: aliases.last().map(|alias| alias.0.as_str()),
        weak: WeakMaterial::Allow,
        ..ReadOptions::new(rules)
    };
    let Ok(read) = KeyMaterial::read(&SecretBytes::copy_of(file), &options) else {
        return;
    };
    let read = read.material;
    let again =
        KeyMaterial::from_import(read.bytes(), read.key_spec(), rules).expect("what AWS KMS takes");
    assert_eq!(again.material.bytes(), read.bytes(), "not canonical");
}
