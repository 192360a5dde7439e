//! AES-256-GCM, and SM4-GCM.

use aes_gcm::{
    Aes256Gcm, AesGcm, Nonce, Tag,
    aead::{AeadInOut as _, KeyInit as _, consts::U12},
};
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::{key_material::KeyMaterial, key_spec::KeySpec, secret::SecretBytes};

/// The nonce length in bytes.
pub const NONCE_LEN: usize = 12;
/// The tag length in bytes.
pub const TAG_LEN: usize = 16;

/// Encrypts with `SYMMETRIC_DEFAULT` material, AES-256 or in China SM4. Returns ciphertext and tag,
/// or `None` for other material.
///
/// A `nonce` must not repeat under one key. Random nonces are safe for 2^32 messages.
///
/// # Source
///
/// NIST SP 800-38D, 7.1 and 8.3.
pub fn seal(
    material: &KeyMaterial,
    nonce: [u8; NONCE_LEN],
    associated_data: &[u8],
    plaintext: &SecretBytes,
) -> Option<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG_LEN));
    text.extend_from_slice(plaintext.expose());
    let (nonce, buffer) = (Nonce::from(nonce), text.as_mut_slice().into());
    let tag = match GcmCipher::of(material)? {
        GcmCipher::Aes(key) => key.encrypt_inout_detached(&nonce, associated_data, buffer),
        GcmCipher::Sm4(key) => key.encrypt_inout_detached(&nonce, associated_data, buffer),
    };
    text.extend_from_slice(&tag.ok()?);
    Some(text.to_vec())
}

/// Decrypts ciphertext and tag. Returns `None` if they do not open.
///
/// # Source
///
/// NIST SP 800-38D, 7.2.
pub fn open(
    material: &KeyMaterial,
    nonce: [u8; NONCE_LEN],
    associated_data: &[u8],
    sealed: &[u8],
) -> Option<SecretBytes> {
    let (ciphertext, tag) = sealed.split_last_chunk::<TAG_LEN>()?;
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let (nonce, tag, buffer) = (
        Nonce::from(nonce),
        Tag::from(*tag),
        text.as_mut_slice().into(),
    );
    let opened = match GcmCipher::of(material)? {
        GcmCipher::Aes(key) => key.decrypt_inout_detached(&nonce, associated_data, buffer, &tag),
        GcmCipher::Sm4(key) => key.decrypt_inout_detached(&nonce, associated_data, buffer, &tag),
    };
    opened.ok().map(|()| SecretBytes::copy_of(&text))
}

/// GCM with the cipher of a key.
enum GcmCipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<AesGcm<Sm4, U12>>),
}

impl GcmCipher {
    fn of(material: &KeyMaterial) -> Option<Self> {
        let bytes = Some(material.bytes().expose())
            .filter(|_| material.key_spec() == KeySpec::SymmetricDefault)?;
        let aes = Aes256Gcm::new_from_slice(bytes)
            .ok()
            .map(|key| Self::Aes(Box::new(key)));
        aes.or_else(|| {
            AesGcm::new_from_slice(bytes)
                .ok()
                .map(|key| Self::Sm4(Box::new(key)))
        })
    }
}
