//! Raw key material, and the check values that identify it.

use aes::{
    Aes128, Aes256,
    cipher::{BlockCipherEncrypt as _, KeyInit as _},
};
use cmac::{Cmac, Mac as _};
use hmac::Hmac;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use super::Weakness;
use crate::{blob::Blob, fingerprint::Fingerprint, key_spec::KeySpec, secret::SecretBytes};

/// What an HMAC key authenticates to yield its check value.
const HMAC_CHECK_TEXT: &[u8] = b"byok key check value";

pub(super) fn generate(len: usize, rng: &mut (impl CryptoRng + ?Sized)) -> SecretBytes {
    let mut bytes = vec![0; len];
    rng.fill_bytes(&mut bytes);
    SecretBytes::new(bytes)
}

/// A key that was drawn at random is none of these but once in 2^41 keys of 28 bytes.
pub(super) fn weakness(bytes: &SecretBytes) -> Option<Weakness> {
    let bytes = bytes.expose();
    if bytes.windows(2).all(|pair| pair.first() == pair.last()) {
        return Some(Weakness::RepeatedByte);
    }
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    bytes.iter().all(is_text).then_some(Weakness::PrintableText)
}

pub(super) fn spki_fingerprint(spki: &Blob) -> Fingerprint {
    Fingerprint::Spki(Sha256::digest(spki.as_bytes()).into())
}

/// AES-CMAC over 16 zero bytes, as AWS Payment Cryptography defines its key check value.
pub(super) fn cmac(key: &SecretBytes) -> Fingerprint {
    let zeros = [0; 16];
    let mac = match key.len() {
        16 => Cmac::<Aes128>::new_from_slice(key.expose())
            .map(|m| m.chain_update(zeros).finalize().into_bytes()),
        _ => Cmac::<Aes256>::new_from_slice(key.expose())
            .map(|m| m.chain_update(zeros).finalize().into_bytes()),
    };
    Fingerprint::Cmac(leading(&mac.expect("the length was checked when the material was made")))
}

/// One zero block under AES, first three bytes: ANSI X9.24's method carried over to AES.
pub(super) fn ecb(key: &SecretBytes) -> Fingerprint {
    let mut block = [0; 16].into();
    match Aes256::new_from_slice(key.expose()) {
        Ok(aes) => aes.encrypt_block(&mut block),
        Err(_) => Aes128::new_from_slice(key.expose())
            .expect("the length was checked when the material was made")
            .encrypt_block(&mut block),
    }
    Fingerprint::Ecb(leading(&block))
}

/// HMAC with the key spec's own hash over a fixed text.
pub(super) fn hmac(key: &SecretBytes, key_spec: KeySpec) -> Fingerprint {
    macro_rules! tag {
        ($Hash:ty) => {
            leading(
                &Hmac::<$Hash>::new_from_slice(key.expose())
                    .expect("HMAC takes a key of any length")
                    .chain_update(HMAC_CHECK_TEXT)
                    .finalize()
                    .into_bytes(),
            )
        };
    }
    Fingerprint::Hmac(match key_spec {
        KeySpec::Hmac224 => tag!(Sha224),
        KeySpec::Hmac384 => tag!(Sha384),
        KeySpec::Hmac512 => tag!(Sha512),
        _ => tag!(Sha256),
    })
}

fn leading<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes.first_chunk().expect("a block or tag is longer than a check value")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key 00 01 … 1f; the values were computed with OpenSSL 3.0
    /// (`openssl mac -cipher AES-256-CBC … CMAC`, `openssl enc -aes-256-ecb`, `openssl dgst -hmac`).
    #[test]
    fn check_values_are_those_that_openssl_computes() {
        let key = SecretBytes::new((0..32).collect());
        assert_eq!(cmac(&key).to_string(), "cmac:377822");
        assert_eq!(ecb(&key).to_string(), "ecb:F29000");
        assert_eq!(hmac(&key, KeySpec::Hmac256).to_string(), "hmac:6dc7a5");
    }
}
