//! Shared parts of the encrypted formats: their errors and limits, and AES.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{
        Array, Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt as _, BlockSizeUser,
        KeyInit, KeyIvInit as _, StreamCipher as _, consts::U16,
    },
};

/// The reasons why an encrypted private key was not decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionError {
    /// An unsupported algorithm; its name or object identifier.
    #[error("unsupported encryption scheme {0}")]
    Scheme(String),
    /// Too many iterations of key derivation.
    #[error("{rounds} rounds of key derivation; the limit is {max}")]
    Rounds {
        /// The file's value: iterations of PBKDF2 or bcrypt, or N · r · p of scrypt.
        rounds: u64,
        /// The limit.
        max: u64,
    },
    /// Too much memory for key derivation; both in bytes.
    #[error("key derivation with {bytes} bytes of memory; the limit is {max}")]
    Memory {
        /// The file's value.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// No passphrase was given.
    #[error("no passphrase was given")]
    PassphraseNeeded,
    /// The passphrase is wrong, or the encrypted part is damaged. The two cannot be distinguished.
    #[error("the passphrase is wrong, or the file is damaged")]
    Passphrase,
    /// The MAC does not match: the passphrase is wrong, or the file is damaged.
    #[error("the passphrase is wrong, or the file is damaged: its MAC does not match")]
    Mac,
    /// The passphrase is that of the file, by its MAC, and does not open the key.
    #[error("the passphrase of the file does not open the key in it")]
    OtherPassphrase,
    /// The parameters are invalid for the scheme.
    #[error("invalid parameters of its scheme")]
    Malformed,
}

/// The limit of iterations of key derivation. RFC 8018, 4.2, suggests 10 million for the most critical
/// keys.
pub(super) const MAX_ROUNDS: u64 = 10_000_000;

/// AES in a mode that encrypted keys use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// SP 800-38A, 6.2.
    Cbc,
    /// SP 800-38A, 6.5, with a counter of 128 bits.
    Ctr,
}

impl Mode {
    /// Decrypts whole blocks in place with a key of 16, 24 or 32 bytes. Returns `None` for other
    /// lengths.
    pub(crate) fn decrypt(self, key: &[u8], iv: &[u8; 16], blocks: &mut [u8]) -> Option<()> {
        match key.len() {
            16 => self.decrypt_with::<Aes128>(key, iv, blocks),
            24 => self.decrypt_with::<Aes192>(key, iv, blocks),
            32 => self.decrypt_with::<Aes256>(key, iv, blocks),
            _ => None,
        }
    }

    fn decrypt_with<Aes>(self, key: &[u8], iv: &[u8; 16], blocks: &mut [u8]) -> Option<()>
    where
        Aes: BlockCipherDecrypt + BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
    {
        let (whole, rest) = Block::<Aes>::slice_as_chunks_mut(blocks);
        if !rest.is_empty() {
            return None;
        }
        match self {
            Self::Cbc => cbc::Decryptor::<Aes>::new_from_slices(key, iv)
                .ok()?
                .decrypt_blocks(whole),
            Self::Ctr => {
                let mut keystream = ctr::Ctr128BE::<Aes>::new_from_slices(key, iv).ok()?;
                keystream.apply_keystream(Array::slice_as_flattened_mut(whole));
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// SP 800-38A, F.2.2 (CBC) and F.5.2 (CTR) for AES-128, F.2.6 and F.5.6 for AES-256: the first
    /// two blocks.
    #[test]
    fn nist_vectors_are_decrypted() {
        let bytes = |text| hex::decode_lenient(text).expect("hex");
        let aes128 = bytes("2b7e151628aed2a6abf7158809cf4f3c");
        let aes256 = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let cbc_iv = bytes("000102030405060708090a0b0c0d0e0f");
        let counter = bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        let plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
        for (mode, key, iv, sealed) in [
            (
                Mode::Cbc,
                &aes128,
                &cbc_iv,
                "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2",
            ),
            (
                Mode::Cbc,
                &aes256,
                &cbc_iv,
                "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d",
            ),
            (
                Mode::Ctr,
                &aes128,
                &counter,
                "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff",
            ),
            (
                Mode::Ctr,
                &aes256,
                &counter,
                "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5",
            ),
        ] {
            let mut blocks = bytes(sealed);
            let iv = iv.first_chunk().expect("16 bytes");
            assert_eq!(mode.decrypt(key, iv, &mut blocks), Some(()));
            assert_eq!(blocks, bytes(plain), "{mode:?}");
            assert_eq!(
                mode.decrypt(key, iv, &mut blocks[1..]),
                None,
                "not whole blocks"
            );
            assert_eq!(
                mode.decrypt(&key[1..], iv, &mut blocks),
                None,
                "no key of AES"
            );
        }
    }
}
