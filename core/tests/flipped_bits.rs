//! A flipped bit in a key file never results in another key: the file is rejected, or contains the
//! same key.
//!
//! Covers PKCS#8 that is encrypted with AES in CBC mode, OpenSSH keys and JWK. Formats that contain
//! the public key reveal a change, and so do the checks of RSA keys.

use byok_core::{
    compatibility::Rules,
    key_material::{KeyMaterial, ReadOptions},
    secret::SecretBytes,
};

macro_rules! test_file {
    ($name:literal) => {
        include_bytes!(concat!("data/TEST-", $name)).as_slice()
    };
}

/// Returns the position of the bcrypt rounds in a file that uses a `ctr` or `cbc` cipher.
const ROUNDS_AT: std::ops::Range<usize> = 63..66;

/// The canonical form of the key in `file`, if it is taken.
fn read(file: &[u8]) -> Option<SecretBytes> {
    let passphrase = SecretBytes::copy_of(b"TEST passphrase");
    let options = ReadOptions {
        passphrase: Some(&passphrase),
        ..ReadOptions::new(Rules::Standard)
    };
    let reading = KeyMaterial::read(&SecretBytes::copy_of(file), &options).ok()?;
    Some(SecretBytes::copy_of(reading.material.bytes().expose()))
}

/// `bytes` with one bit flipped, for every `step`th bit of them.
fn with_a_bit_flipped(bytes: &[u8], step: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).step_by(step).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[track_caller]
fn check(flipped: impl Iterator<Item = Vec<u8>>, plain: &[u8]) {
    let key = read(plain).expect("a good key");
    for file in flipped {
        assert!(read(&file).is_none_or(|other| other == key));
    }
}

/// What the PEM of an OpenSSH key holds.
fn binary(file: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(file).expect("text");
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    let base64 = lines.collect::<String>();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).expect("base64")
}

fn open_ssh(binary: &[u8]) -> Vec<u8> {
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, binary);
    format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{base64}\n-----END OPENSSH PRIVATE KEY-----\n")
        .into_bytes()
}

#[test]
fn encrypted_pkcs8_yields_no_other_key() {
    let file = test_file!("p256-pbkdf2-one-round.der");
    check(with_a_bit_flipped(file, 1), test_file!("p256.der"));
}

#[test]
fn jwk_yields_no_other_key() {
    check(
        with_a_bit_flipped(test_file!("p256.jwk"), 1),
        test_file!("p256.der"),
    );
    // For the long one, only a bit or two of each byte.
    check(
        with_a_bit_flipped(test_file!("rsa-2048.jwk"), 7),
        test_file!("rsa-2048.der"),
    );
}

#[test]
fn open_ssh_yields_no_other_key() {
    let file = binary(test_file!("p256.openssh"));
    let flipped = with_a_bit_flipped(&file, 1).map(|file| open_ssh(&file));
    check(flipped, test_file!("p256.der"));
    // Only a sample of the others, because each file costs a round of bcrypt or long divisions;
    // none that would raise the rounds. CTR turns a flipped bit into the same one of the plain
    // file.
    for (file, plain, step) in [
        (
            test_file!("p256-aes256-ctr.openssh"),
            test_file!("p256.der"),
            23,
        ),
        (
            test_file!("p256-aes256-cbc.openssh"),
            test_file!("p256.der"),
            23,
        ),
        (
            test_file!("rsa-2048.openssh"),
            test_file!("rsa-2048.der"),
            31,
        ),
    ] {
        let file = binary(file);
        let flipped = with_a_bit_flipped(&file, step)
            .filter(|flipped| flipped[ROUNDS_AT] == file[ROUNDS_AT])
            .map(|file| open_ssh(&file));
        check(flipped, plain);
    }
}
