//! The block ciphers of encrypted keys, in CBC with padding.

use core::mem;

use cbc::cipher::{Block, BlockModeDecrypt as _, KeyIvInit as _};
use der::asn1::ObjectIdentifier;
use des::TdesEde3;
use subtle::{ConstantTimeEq as _, ConstantTimeGreater as _};
use zeroize::Zeroizing;

use super::encryption::{EncryptionError, Mode};
use crate::secret::SecretBytes;

/// A block cipher in CBC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CbcCipher {
    Aes128,
    Aes192,
    Aes256,
    /// Triple DES with three keys.
    TripleDes,
    /// Triple DES with two keys.
    TwoKeyTripleDes,
}

impl CbcCipher {
    /// Returns the cipher with this object identifier in PBES2.
    ///
    /// # Source
    ///
    /// RFC 8018, B.2.
    pub(super) fn of(oid: ObjectIdentifier) -> Option<Self> {
        Some(match oid {
            AES_128_CBC => Self::Aes128,
            AES_192_CBC => Self::Aes192,
            AES_256_CBC => Self::Aes256,
            DES_EDE3_CBC => Self::TripleDes,
            _ => return None,
        })
    }

    /// Returns the length of its keys in bytes.
    pub(super) const fn key_len(self) -> usize {
        match self {
            Self::Aes128 | Self::TwoKeyTripleDes => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    /// Returns the length of its blocks, and of the initialization vector, in bytes.
    pub(super) const fn block_len(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::TripleDes | Self::TwoKeyTripleDes => 8,
        }
    }

    /// Checks that `ciphertext` is whole blocks, and not empty.
    pub(super) fn check_len(self, ciphertext: &[u8]) -> Result<(), EncryptionError> {
        if !ciphertext.is_empty() && ciphertext.len().is_multiple_of(self.block_len()) {
            Ok(())
        } else {
            Err(EncryptionError::Malformed)
        }
    }

    /// Decrypts, and removes the padding.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::Malformed`] for wrong lengths, [`EncryptionError::Passphrase`] for invalid
    /// padding.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes, EncryptionError> {
        self.check_len(ciphertext)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        let decrypted = match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => iv
                .try_into()
                .ok()
                .and_then(|iv| Mode::Cbc.decrypt(key, iv, &mut plaintext)),
            Self::TripleDes => triple_des(key, iv, &mut plaintext),
            Self::TwoKeyTripleDes => key
                .get(..8)
                .map(|first| Zeroizing::new([key, first].concat()))
                .and_then(|key| triple_des(&key, iv, &mut plaintext)),
        };
        decrypted.ok_or(EncryptionError::Malformed)?;
        let len = unpadded_len(&plaintext, self.block_len()).ok_or(EncryptionError::Passphrase)?;
        plaintext.truncate(len);
        Ok(SecretBytes::new(mem::take(&mut *plaintext)))
    }
}

/// Decrypts whole blocks in place. Returns `None` for wrong lengths.
fn triple_des(key: &[u8], iv: &[u8], blocks: &mut [u8]) -> Option<()> {
    let (whole, rest) = Block::<TdesEde3>::slice_as_chunks_mut(blocks);
    if !rest.is_empty() {
        return None;
    }
    cbc::Decryptor::<TdesEde3>::new_from_slices(key, iv)
        .ok()?
        .decrypt_blocks(whole);
    Some(())
}

/// Returns the length without the padding. Always reads a whole block, so the time does not depend
/// on the padding.
///
/// # Source
///
/// RFC 8018, 6.1.1, step 4.
fn unpadded_len(plaintext: &[u8], block_len: usize) -> Option<usize> {
    let padding = *plaintext.last()?;
    let block_len = u8::try_from(block_len).ok()?;
    let mut is_good = !padding.ct_eq(&0) & !padding.ct_gt(&block_len);
    for (from_end, byte) in (1..=block_len).zip(plaintext.iter().rev()) {
        is_good &= from_end.ct_gt(&padding) | byte.ct_eq(&padding);
    }
    if bool::from(is_good) {
        plaintext.len().checked_sub(usize::from(padding))
    } else {
        None
    }
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

const AES_128_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.2");
const AES_192_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.22");
const AES_256_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");
const DES_EDE3_CBC: ObjectIdentifier = oid("1.2.840.113549.3.7");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// RFC 8018, 6.1.1: 1 to 8 bytes, for AES 1 to 16, each equal to their number.
    #[test]
    fn padding_is_taken_off_whole_or_not_at_all() {
        for block_len in [8usize, 16] {
            for padding in 1..=block_len {
                let mut block = [0xff; 32];
                block[32 - padding..].fill(u8::try_from(padding).expect("small"));
                assert_eq!(unpadded_len(&block, block_len), Some(32 - padding));
                block[32 - padding] ^= 0x80;
                assert_eq!(unpadded_len(&block, block_len), None, "{padding}");
            }
            let longer = u8::try_from(block_len + 1).expect("small");
            assert_eq!(unpadded_len(&[longer; 32], block_len), None);
        }
        assert_eq!(unpadded_len(&[0; 16], 16), None);
        assert_eq!(unpadded_len(&[], 16), None);
    }

    /// SP 800-67 has no vector for CBC. These were made with OpenSSL 3.0: `printf 'TEST of 3DES' |
    /// openssl enc -des-ede3-cbc` and `-des-ede-cbc`, with `-K` and `-iv`.
    #[test]
    fn triple_des_has_two_or_three_keys() {
        let bytes = |text| hex::decode_lenient(text).expect("hex");
        let key = bytes("0123456789abcdef23456789abcdef01456789abcdef0123");
        let iv = bytes("f69f2445df4f9b17");
        for (cipher, ciphertext) in [
            (CbcCipher::TripleDes, "e8983e2ba2b1f6f39dfbeded1b5df0ef"),
            (
                CbcCipher::TwoKeyTripleDes,
                "e100d5f31f8ef602d8122def9d614691",
            ),
        ] {
            let (key, ciphertext) = (&key[..cipher.key_len()], bytes(ciphertext));
            let plain = Ok(SecretBytes::copy_of(b"TEST of 3DES"));
            assert_eq!(cipher.decrypt(key, &iv, &ciphertext), plain);
            let malformed = Err(EncryptionError::Malformed);
            assert_eq!(cipher.decrypt(&key[1..], &iv, &ciphertext), malformed);
            assert_eq!(cipher.decrypt(key, &iv[1..], &ciphertext), malformed);
            assert_eq!(cipher.decrypt(key, &iv, &ciphertext[1..]), malformed);
            assert_eq!(cipher.decrypt(key, &iv, &[]), malformed);
        }
    }
}
