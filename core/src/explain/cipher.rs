//! AES with a key of any length, block by block.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _},
};

/// The block length in bytes.
pub(super) const BLOCK: usize = 16;

/// An expanded AES key.
pub(super) enum Aes {
    Aes128(Box<Aes128>),
    Aes192(Box<Aes192>),
    Aes256(Box<Aes256>),
}

impl Aes {
    /// Expands a key of 16, 24 or 32 bytes. Returns `None` for any other length.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        let aes128 = || Aes128::new_from_slice(key).map(|aes| Self::Aes128(Box::new(aes)));
        let aes192 = || Aes192::new_from_slice(key).map(|aes| Self::Aes192(Box::new(aes)));
        let aes256 = || Aes256::new_from_slice(key).map(|aes| Self::Aes256(Box::new(aes)));
        aes256().or_else(|_| aes192()).or_else(|_| aes128()).ok()
    }

    pub(super) fn encrypt(&self, block: &mut [u8; BLOCK]) {
        match self {
            Self::Aes128(aes) => aes.encrypt_block(block.into()),
            Self::Aes192(aes) => aes.encrypt_block(block.into()),
            Self::Aes256(aes) => aes.encrypt_block(block.into()),
        }
    }

    pub(super) fn decrypt(&self, block: &mut [u8; BLOCK]) {
        match self {
            Self::Aes128(aes) => aes.decrypt_block(block.into()),
            Self::Aes192(aes) => aes.decrypt_block(block.into()),
            Self::Aes256(aes) => aes.decrypt_block(block.into()),
        }
    }
}
