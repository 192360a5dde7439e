//! The wrapping key of the program, and the messages that it opens.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::import_token::REHEARSAL_MARK;
use chacha20::ChaCha20Rng;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use rsa::hazmat::rsa_decrypt;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, Oaep, PrivateKey};
use serde_json::Value;
use sha2::Sha256;

use crate::material::{fixture, rsa_secrets};
use crate::needles::Secret;

/// The private key of the golden cases, for `verify --private-key`.
pub(crate) fn of_the_fixtures() -> PrivateKey {
    let pem = String::from_utf8(fixture("TEST-wrapping-2048.pem")).expect("PEM");
    PrivateKey::from_pkcs8_pem(&pem).expect("a key")
}

/// Returns the root secret of the store in `folder`.
pub(crate) fn root_secret(folder: &Path) -> Secret {
    Secret::new(
        "root secret",
        std::fs::read(folder.join("store/root")).expect("a root secret"),
    )
}

/// Returns all secrets of a wrapping key.
pub(crate) fn secrets(key: &PrivateKey) -> Vec<Secret> {
    let pkcs1 = key.to_pkcs1_der().expect("it has two primes");
    rsa_secrets("wrapping key", pkcs1.as_bytes())
}

/// Returns what only the holder of `key` can see in the request's blob: the padded message and, if
/// there is one, the AES key. Each reveals the material.
pub(crate) fn inside(request: &Value, key: &PrivateKey) -> Vec<Secret> {
    let blob = blob(request);
    let (block, rest) = blob.split_at(key.size());
    let number =
        BoxedUint::from_be_slice(block, key.n().bits_precision()).expect("below the modulus");
    let padded = rsa_decrypt(None::<&mut ChaCha20Rng>, key, &number).expect("wrapped for this key");
    let mut secrets = vec![Secret::new("padded message", padded.to_be_bytes())];
    if !rest.is_empty() {
        let aes_key = key
            .decrypt(Oaep::<Sha256>::new(), block)
            .expect("wrapped for this key");
        secrets.push(Secret::new("AES key", aes_key));
    }
    secrets
}

/// Returns the import token of a request or of parameters.
pub(crate) fn token(document: &Value) -> Vec<u8> {
    member(document, "ImportToken")
}

/// Returns the wrapped key material of a request.
pub(crate) fn blob(request: &Value) -> Vec<u8> {
    member(request, "EncryptedKeyMaterial")
}

/// Returns the request with another last byte of its blob.
pub(crate) fn with_damaged_blob(mut request: Value) -> Value {
    let mut blob = blob(&request);
    *blob.last_mut().expect("a blob") ^= 1;
    request["EncryptedKeyMaterial"] = BASE64.encode(blob).into();
    request
}

/// Returns the RSA key in the import token of a request or of parameters.
pub(crate) fn sealed_in(document: &Value, root: &Secret) -> PrivateKey {
    let primes = numbers_sealed_in(document, root);
    let bits = u32::try_from(primes.len() / 2 * 8).expect("a length of bits");
    let (p, q) = primes.split_at(primes.len() / 2);
    let [p, q] = [p, q].map(|prime| BoxedUint::from_be_slice(prime, bits).expect("a prime"));
    PrivateKey::from_p_q(p, q, BoxedUint::from(65_537_u32)).expect("a key")
}

/// Opens the import token of a request or of parameters with the store's root secret, and returns
/// the numbers of the wrapping key.
///
/// # Source
///
/// The token's layout is that of `byok_core::import_token`; this is an independent implementation.
pub(crate) fn numbers_sealed_in(document: &Value, root: &Secret) -> Vec<u8> {
    let token = token(document);
    let salt_at = REHEARSAL_MARK.len() + 1;
    let (header, sealed) = token.split_at(salt_at + 32 + 32);
    let mut derived = [0; 32 + 12];
    let hkdf = Hkdf::<Sha256>::new(Some(&header[salt_at..salt_at + 32]), &root.bytes);
    hkdf.expand(b"byok import token v1", &mut derived)
        .expect("short enough");
    let (key, nonce) = derived.split_at(32);
    let nonce = Nonce::try_from(nonce).expect("12 bytes");
    let body = ChaCha20Poly1305::new_from_slice(key)
        .expect("32 bytes")
        .decrypt(
            &nonce,
            Payload {
                msg: sealed,
                aad: header,
            },
        )
        .expect("the store's own token");
    // The length of the words, the words, two times, a digest, the numbers.
    let words_len = u16::from_be_bytes(*body.first_chunk().expect("a length"));
    body[2 + usize::from(words_len) + 2 * 8 + 32..].to_vec()
}

fn member(document: &Value, name: &str) -> Vec<u8> {
    let text = document[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {document}"));
    BASE64.decode(text).expect("base64")
}
