//! PKCS#12 files and older encrypted PEM, under the passphrase [`PASSPHRASE`](crate::key_store::PASSPHRASE),
//! with one iteration.

use openssl::{
    hash::{MessageDigest, hash},
    pkcs5::pbkdf2_hmac,
    pkey::PKey,
    sign::Signer,
    symm::{Cipher, encrypt},
};

use crate::key_store::{PASSPHRASE, element};

const SALT: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const IV: [u8; 16] = [7; 16];
// Arcs below 1.2.840.113549.
const DATA: &[u8] = &[1, 7, 1];
const ENCRYPTED_DATA: &[u8] = &[1, 7, 6];
const PBKDF2: &[u8] = &[1, 5, 12];
const PBES2: &[u8] = &[1, 5, 13];
const PBMAC1: &[u8] = &[1, 5, 14];
const KEY: &[u8] = &[1, 12, 10, 1, 1];
const SHROUDED_KEY: &[u8] = &[1, 12, 10, 1, 2];
const HMAC_WITH_SHA256: &[u8] = &[2, 9];
/// 2.16.840.1.101.3.4.1.42.
const AES_256_CBC: &[u8] = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a";

/// Returns a file with this private or secret key in a bag of its own.
pub fn shrouded(private_key: &[u8]) -> Vec<u8> {
    let key = sequence(&[&pbes2(), &element(4, &sealed(private_key))]);
    let bag = sequence(&[&oid(SHROUDED_KEY), &element(0xa0, &key)]);
    let safe = content_info(DATA, &element(4, &sequence(&[&bag])));
    file(&sequence(&[&safe]))
}

/// Returns the contents of a safe with this private key, which is not encrypted by itself.
pub fn safe_contents(private_key: &[u8]) -> Vec<u8> {
    let bag = sequence(&[&oid(KEY), &element(0xa0, private_key)]);
    sequence(&[&bag])
}

/// Returns a file with these contents of an encrypted safe.
pub fn safe(contents: &[u8]) -> Vec<u8> {
    let info = sequence(&[&oid(DATA), &pbes2(), &element(0x80, &sealed(contents))]);
    let data = sequence(&[&element(2, &[0]), &info]);
    file(&sequence(&[&content_info(ENCRYPTED_DATA, &data)]))
}

/// Returns a file with these contents, and their MAC.
pub fn file(contents: &[u8]) -> Vec<u8> {
    let key = PKey::hmac(&derived()).expect("a key");
    let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("HMAC");
    let mac = signer.sign_oneshot_to_vec(contents).expect("HMAC");
    let algorithm = sequence(&[
        &oid(PBMAC1),
        &sequence(&[&pbkdf2(), &sequence(&[&oid(HMAC_WITH_SHA256)])]),
    ]);
    let digest = sequence(&[&algorithm, &element(4, &mac)]);
    let mac = sequence(&[&digest, &element(4, b"")]);
    let contents = content_info(DATA, &element(4, contents));
    sequence(&[&element(2, &[3]), &contents, &mac])
}

/// Returns a PEM block in OpenSSL's older form.
pub fn older_pem(private_key: &[u8]) -> Vec<u8> {
    let md5 = |input: &[u8]| hash(MessageDigest::md5(), input).expect("MD5").to_vec();
    let (password, salt) = (PASSPHRASE.as_bytes(), &IV[..8]);
    let first = md5(&[password, salt].concat());
    let second = md5(&[&first, password, salt].concat());
    let key = [first, second].concat();
    let sealed = encrypt(Cipher::aes_256_cbc(), &key, Some(&IV), private_key).expect("AES");
    let iv = byok_core::hex::encode(&IV);
    let base64 = openssl::base64::encode_block(&sealed);
    format!(
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{iv}\n\n{base64}\n\
         -----END EC PRIVATE KEY-----\n"
    )
    .into_bytes()
}

/// Returns whether a file asks for so many iterations that it would take all the fuzzing time.
pub fn is_slow(file: &[u8]) -> bool {
    // An OCTET STRING with a salt, and an INTEGER of more than two octets.
    let is_many = |at: usize| {
        let salt_len = file.get(at + 1).copied().map(usize::from)?;
        let rounds = file.get(at + 2 + salt_len..)?;
        Some(matches!(rounds, [2, len, ..] if *len > 2))
    };
    (0..file.len()).any(|at| file[at] == 4 && is_many(at) == Some(true))
}

fn content_info(kind: &[u8], content: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), &element(0xa0, content)])
}

fn pbes2() -> Vec<u8> {
    let encryption = sequence(&[AES_256_CBC, &element(4, &IV)]);
    sequence(&[&oid(PBES2), &sequence(&[&pbkdf2(), &encryption])])
}

fn pbkdf2() -> Vec<u8> {
    let prf = sequence(&[&oid(HMAC_WITH_SHA256)]);
    let [salt, rounds, len] = [element(4, &SALT), element(2, &[1]), element(2, &[32])];
    sequence(&[&oid(PBKDF2), &sequence(&[&salt, &rounds, &len, &prf])])
}

fn derived() -> [u8; 32] {
    let mut key = [0; 32];
    let digest = MessageDigest::sha256();
    pbkdf2_hmac(PASSPHRASE.as_bytes(), &SALT, 1, digest, &mut key).expect("PBKDF2");
    key
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    encrypt(Cipher::aes_256_cbc(), &derived(), Some(&IV), plaintext).expect("AES")
}

/// Returns an object identifier below 1.2.840.113549.
fn oid(arcs: &[u8]) -> Vec<u8> {
    element(6, &[b"\x2a\x86\x48\x86\xf7\x0d", arcs].concat())
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}
