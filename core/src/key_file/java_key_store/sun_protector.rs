//! Sun's own encryption of the private keys of JKS: a keystream of SHA-1, and a digest of the key.

use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::java_passphrase::JavaPassphrase;
use crate::{key_file::encryption::EncryptionError, secret::SecretBytes};

const HASH_LEN: usize = 20;

/// A key that Sun's protector encrypted.
#[derive(Debug)]
pub(super) struct SunProtected<'a> {
    salt: &'a [u8; HASH_LEN],
    ciphertext: &'a [u8],
    check: &'a [u8; HASH_LEN],
}

impl<'a> SunProtected<'a> {
    /// Splits the salt, the ciphertext and the digest. Returns `None` if there is no ciphertext.
    pub(super) fn parse(protected: &'a [u8]) -> Option<Self> {
        let (salt, rest) = protected.split_first_chunk()?;
        let (ciphertext, check) = rest.split_last_chunk()?;
        (!ciphertext.is_empty()).then_some(Self {
            salt,
            ciphertext,
            check,
        })
    }

    /// Decrypts the key.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::Passphrase`] if the digest does not match.
    ///
    /// # Source
    ///
    /// OpenJDK 17, `sun.security.provider.KeyProtector`.
    pub(super) fn open(
        &self,
        passphrase: &JavaPassphrase<'_>,
    ) -> Result<SecretBytes, EncryptionError> {
        let mut key = Zeroizing::new(self.ciphertext.to_vec());
        let mut block = Zeroizing::new(*self.salt);
        for chunk in key.chunks_mut(HASH_LEN) {
            hash(passphrase, &*block.clone(), &mut block);
            for (byte, mask) in chunk.iter_mut().zip(block.iter()) {
                *byte ^= mask;
            }
        }
        hash(passphrase, &key, &mut block);
        if bool::from(block.as_slice().ct_eq(self.check)) {
            Ok(SecretBytes::new(core::mem::take(&mut *key)))
        } else {
            Err(EncryptionError::Passphrase)
        }
    }
}

/// Computes the hash of the passphrase and `bytes`.
fn hash(passphrase: &JavaPassphrase<'_>, bytes: &[u8], out: &mut [u8; HASH_LEN]) {
    Sha1::new()
        .chain_update(passphrase.utf16())
        .chain_update(bytes)
        .finalize_into(out.into());
}
