//! Raw key material, and its check values.

use aes::{
    Aes256,
    cipher::{BlockCipherEncrypt as _, KeyInit as _},
};
use cmac::{Cmac, Mac as _};
use hmac::Hmac;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use sm4::Sm4;

use crate::{blob::Blob, fingerprint::Fingerprint, key_spec::KeySpec, secret::SecretBytes};

/// The text that an HMAC key authenticates for its check value.
const HMAC_CHECK_TEXT: &[u8] = b"byok key check value";

pub(super) fn generate(len: usize, rng: &mut (impl CryptoRng + ?Sized)) -> SecretBytes {
    let mut bytes = vec![0; len];
    rng.fill_bytes(&mut bytes);
    SecretBytes::new(bytes)
}

pub(super) fn spki_fingerprint(spki: &Blob) -> Fingerprint {
    Fingerprint::Spki(Sha256::digest(spki.as_bytes()).into())
}

/// CMAC over 16 zero bytes, as AWS Payment Cryptography defines its key check value: with AES-256,
/// and with SM4 for the 16 bytes of `SYMMETRIC_DEFAULT` in China.
pub(super) fn check_value(key: &SecretBytes) -> Fingerprint {
    macro_rules! cmac {
        ($Cipher:ty) => {
            Cmac::<$Cipher>::new_from_slice(key.expose())
                .map(|cmac| leading(&cmac.chain_update([0; 16]).finalize().into_bytes()))
        };
    }
    let aes = cmac!(Aes256).map(Fingerprint::Cmac);
    aes.or_else(|_| cmac!(Sm4).map(Fingerprint::Sm4Cmac))
        .expect("the length was checked when the material was made")
}

/// One zero block under AES-256, the first three bytes: the method of ANSI X9.24, applied to AES.
/// Returns `None` for another cipher.
pub(super) fn ecb(key: &SecretBytes) -> Option<Fingerprint> {
    let mut block = [0; 16].into();
    Aes256::new_from_slice(key.expose())
        .ok()?
        .encrypt_block(&mut block);
    Some(Fingerprint::Ecb(leading(&block)))
}

/// HMAC with the hash of the key spec over a fixed text.
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
    *bytes
        .first_chunk()
        .expect("a block or tag is longer than a check value")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys 00 01 … 1f and 00 01 … 0f; the values were computed with OpenSSL 3.0
    /// (`openssl mac -cipher AES-256-CBC … CMAC`, the same with SM4-CBC, `openssl enc -aes-256-ecb`,
    /// `openssl dgst -hmac`).
    #[test]
    fn check_values_are_those_that_openssl_computes() {
        let key = SecretBytes::new((0..32).collect());
        assert_eq!(check_value(&key).to_string(), "cmac:377822");
        assert_eq!(
            ecb(&key).map(|value| value.to_string()).as_deref(),
            Some("ecb:F29000")
        );
        for (key_spec, expected) in [
            (KeySpec::Hmac224, "hmac:452c4c"),
            (KeySpec::Hmac256, "hmac:6dc7a5"),
            (KeySpec::Hmac384, "hmac:0cb0d7"),
            (KeySpec::Hmac512, "hmac:c0b7f9"),
        ] {
            assert_eq!(hmac(&key, key_spec).to_string(), expected);
        }
        let key = SecretBytes::new((0..16).collect());
        assert_eq!(check_value(&key).to_string(), "sm4-cmac:c118e5");
        assert_eq!(ecb(&key), None);
    }
}
