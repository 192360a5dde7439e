//! AES-256-GCM.

use aes_gcm::{
    Aes256Gcm, Nonce, Tag,
    aead::{AeadInOut as _, KeyInit as _},
};
use zeroize::Zeroizing;

use crate::{key_material::KeyMaterial, key_spec::KeySpec, secret::SecretBytes};

/// The length of a nonce in bytes.
pub const NONCE_LEN: usize = 12;
/// The length of a tag in bytes.
pub const TAG_LEN: usize = 16;

/// Encrypts under 256-bit `SYMMETRIC_DEFAULT` material, and returns ciphertext and tag; `None` if the
/// material is another.
///
/// A `nonce` must not come twice under one key: chosen at random, not within 2^32 messages.
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
    let tag = key(material)?.encrypt_inout_detached(
        &Nonce::from(nonce),
        associated_data,
        text.as_mut_slice().into(),
    );
    text.extend_from_slice(&tag.ok()?);
    Some(text.to_vec())
}

/// Decrypts ciphertext and tag; `None` for whatever does not open.
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
    let opened = key(material)?.decrypt_inout_detached(
        &Nonce::from(nonce),
        associated_data,
        text.as_mut_slice().into(),
        &Tag::from(*tag),
    );
    opened.ok().map(|()| SecretBytes::copy_of(&text))
}

fn key(material: &KeyMaterial) -> Option<Aes256Gcm> {
    let is_key = material.key_spec() == KeySpec::SymmetricDefault;
    Aes256Gcm::new_from_slice(material.bytes().expose()).ok().filter(|_| is_key)
}
