//! Encrypted keys, and the keys derived from their passphrases, which are as secret as the
//! passphrase.

use sha2::{Digest as _, Sha256, Sha512};

use crate::forms::Form;
use crate::material::core_file;
use crate::needles::Secret;

/// The passphrase of the core's test files.
pub(crate) const PASSPHRASE: &str = "TEST passphrase";

/// The forms of TEST-p256.
pub(crate) fn p256(passphrase: &str) -> Vec<Form> {
    vec![
        pbkdf2("TEST-p256-pbkdf2-sha256-aes256.der", passphrase),
        scrypt("TEST-p256-scrypt-aes256.der", passphrase),
        open_ssh("TEST-p256-aes256-ctr.openssh", passphrase),
    ]
}

/// The forms of TEST-rsa-2048.
pub(crate) fn rsa_2048(passphrase: &str) -> Vec<Form> {
    vec![
        pbkdf2("TEST-rsa-2048-cryptography.der", passphrase),
        open_ssh("TEST-rsa-2048-aes256-ctr.openssh", passphrase),
    ]
}

/// The forms of TEST-ed25519.
pub(crate) fn ed25519(passphrase: &str) -> Vec<Form> {
    vec![open_ssh("TEST-ed25519-aes256-ctr.openssh", passphrase)]
}

fn pbkdf2(file: &str, passphrase: &str) -> Form {
    const PBKDF2: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
    let bytes = core_file(file);
    let [salt, rounds, ..] = parameters(&bytes, PBKDF2);
    let mut key = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), salt, number(rounds), &mut key);
    Form::encrypted(
        "PBKDF2",
        file,
        bytes,
        passphrase,
        vec![Secret::new("derived key", key)],
    )
}

fn scrypt(file: &str, passphrase: &str) -> Form {
    const SCRYPT: &[u8] = b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
    let bytes = core_file(file);
    let [salt, n, r, p] = parameters(&bytes, SCRYPT);
    let log_n = u8::try_from(number(n).ilog2()).expect("a small number");
    let params = scrypt::Params::new(log_n, number(r), number(p)).expect("parameters");
    let (mut key, mut first_blocks) = ([0; 32], [0; 1024]);
    scrypt::scrypt(passphrase.as_bytes(), salt, &params, &mut key).expect("short");
    // RFC 7914, 6, step 1: after it, the passphrase is not needed.
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), salt, 1, &mut first_blocks);
    let derived = vec![
        Secret::new("derived key", key),
        Secret::new("scrypt's blocks", first_blocks),
    ];
    Form::encrypted("scrypt", file, bytes, passphrase, derived)
}

fn open_ssh(file: &str, passphrase: &str) -> Form {
    let bytes = core_file(file);
    let der = crate::forms::der_of(&bytes);
    // PROTOCOL.key: the name of the function, the length of its options, that of the salt, the
    // salt, and the rounds.
    let at = position(&der, b"bcrypt").expect("its name") + b"bcrypt".len() + 8;
    let (salt, rounds) = der[at..at + 20].split_at(16);
    let mut key_and_iv = [0; 48];
    bcrypt_pbkdf::bcrypt_pbkdf(passphrase, salt, number(rounds), &mut key_and_iv)
        .expect("parameters");
    let derived = vec![
        Secret::new("derived key", &key_and_iv[..32]),
        // Everything that bcrypt uses of it.
        Secret::new(
            "hash of the passphrase",
            Sha512::digest(passphrase).as_slice(),
        ),
    ];
    Form::encrypted("OpenSSH, encrypted", file, bytes, passphrase, derived)
}

/// Returns the first contents of an algorithm's parameters: RFC 8018, A.2; RFC 7914, 7. All lengths
/// are short.
fn parameters<'a>(der: &'a [u8], algorithm: &[u8]) -> [&'a [u8]; 4] {
    let at = position(der, algorithm).expect("the algorithm") + algorithm.len() + 2;
    let mut rest = &der[at..];
    std::array::from_fn(|_| {
        let (header, contents) = rest.split_at(2);
        let (contents, after) = contents.split_at(header[1].into());
        rest = after;
        contents
    })
}

fn position(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}

fn number(big_endian: &[u8]) -> u32 {
    big_endian
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}
