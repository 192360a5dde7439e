//! `PBEWithMD5AndTripleDES`, the encryption of the keys of JCEKS.

use der::{Decode as _, Sequence, asn1::OctetStringRef};
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::java_passphrase::JavaPassphrase;
use crate::{
    key_file::{cipher::CbcCipher, encryption::EncryptionError},
    secret::SecretBytes,
};

/// The limit of iterations. Java writes 200,000 by default, and accepts no more than this many.
///
/// # Source
///
/// OpenJDK 17, `com.sun.crypto.provider.KeyProtector`.
pub(super) const MAX_ROUNDS: u64 = 5_000_000;

const BLOCK_LEN: usize = 8;
const HASH_LEN: usize = 16;
const KEY_LEN: usize = 24;

/// A key that `PBEWithMD5AndTripleDES` encrypted.
#[derive(Debug)]
pub(super) struct PbeProtected<'a> {
    salt: [u8; 8],
    rounds: u32,
    ciphertext: &'a [u8],
}

/// RFC 8018, A.3: `PBEParameter`.
#[derive(Sequence)]
struct PbeParameter<'a> {
    salt: &'a OctetStringRef,
    iteration_count: u64,
}

impl<'a> PbeProtected<'a> {
    /// Reads `PBEParameter` in DER, and checks the limits.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`]: `Malformed` or `Rounds`.
    pub(super) fn parse(parameters: &[u8], ciphertext: &'a [u8]) -> Result<Self, EncryptionError> {
        let parameters =
            PbeParameter::from_der(parameters).map_err(|_| EncryptionError::Malformed)?;
        let rounds = parameters.iteration_count;
        if rounds > MAX_ROUNDS {
            let max = MAX_ROUNDS;
            return Err(EncryptionError::Rounds { rounds, max });
        }
        let rounds = u32::try_from(rounds).ok().filter(|rounds| *rounds > 0);
        let salt = parameters.salt.as_bytes().try_into().ok();
        let is_whole = !ciphertext.is_empty() && ciphertext.len().is_multiple_of(BLOCK_LEN);
        match (salt, rounds) {
            (Some(salt), Some(rounds)) if is_whole => Ok(Self {
                salt,
                rounds,
                ciphertext,
            }),
            _ => Err(EncryptionError::Malformed),
        }
    }

    /// Decrypts the key. CBC does not authenticate: the caller must check the contents.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::Passphrase`] if the padding is wrong.
    pub(super) fn open(
        &self,
        passphrase: &JavaPassphrase<'_>,
    ) -> Result<SecretBytes, EncryptionError> {
        let passphrase = passphrase.ascii().ok_or(EncryptionError::Passphrase)?;
        let derived = derive(passphrase, self.salt, self.rounds);
        let (key, iv) = derived.split_at(KEY_LEN);
        CbcCipher::TripleDes.decrypt(key, iv, self.ciphertext)
    }
}

/// Derives a key of 24 bytes and an initialization vector of 8 bytes.
///
/// # Source
///
/// OpenJDK 17, `com.sun.crypto.provider.PBES1Core.deriveCipherKey`.
fn derive(passphrase: &[u8], salt: [u8; 8], rounds: u32) -> Zeroizing<[u8; 2 * HASH_LEN]> {
    let mut derived = Zeroizing::new([0; 2 * HASH_LEN]);
    let (halves, _) = derived.as_chunks_mut::<HASH_LEN>();
    let salt = without_equal_halves(salt);
    let (salt_halves, _) = salt.as_chunks::<4>();
    for (half, salt) in halves.iter_mut().zip(salt_halves) {
        hash(salt, passphrase, half);
        for _ in 1..rounds {
            let last = Zeroizing::new(*half);
            hash(&*last, passphrase, half);
        }
    }
    derived
}

fn hash(bytes: &[u8], passphrase: &[u8], out: &mut [u8; HASH_LEN]) {
    Md5::new()
        .chain_update(bytes)
        .chain_update(passphrase)
        .finalize_into(out.into());
}

/// Reverses the first half of a salt whose halves are equal.
fn without_equal_halves(mut salt: [u8; 8]) -> [u8; 8] {
    let (first, second) = salt.split_at_mut(4);
    if first == second {
        first.reverse();
    }
    salt
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// `PBEParameter` in DER.
    fn parameters(salt: &[u8], rounds: &[u8]) -> Vec<u8> {
        let element = |tag: u8, contents: &[u8]| {
            let len = u8::try_from(contents.len()).expect("short");
            [&[tag, len], contents].concat()
        };
        element(0x30, &[element(4, salt), element(2, rounds)].concat())
    }

    fn error(parameters: &[u8], ciphertext: &[u8]) -> EncryptionError {
        PbeProtected::parse(parameters, ciphertext).expect_err("refused")
    }

    /// Java 17 encrypted `TEST plaintext` with three iterations.
    #[test]
    fn what_java_encrypted_is_decrypted() {
        let passphrase = SecretBytes::copy_of(b"TEST passphrase");
        let passphrase = JavaPassphrase::of(&passphrase);
        for (salt, ciphertext) in [
            ("0102030405060708", "9fc246d06b9ce8477b8c0ed6d70efc57"),
            // Equal halves, of four different bytes and of equal bytes.
            ("0102030401020304", "5d1ec288d6f278aadbee6b1e2005f861"),
            ("0505050505050505", "662a3209ceafda463df5e1fe8175bba9"),
        ] {
            let [salt, ciphertext] =
                [salt, ciphertext].map(|text| hex::decode_lenient(text).expect("hex"));
            let parameters = parameters(&salt, &[3]);
            let key = PbeProtected::parse(&parameters, &ciphertext).expect("parameters");
            let plaintext = key.open(&passphrase).expect("the passphrase");
            assert_eq!(plaintext.expose(), b"TEST plaintext", "{salt:?}");
        }
    }

    #[test]
    fn parameters_out_of_bounds_are_refused() {
        let ciphertext = [7; 16];
        let rounds = |rounds| EncryptionError::Rounds {
            rounds,
            max: 5_000_000,
        };
        for (bytes, expected) in [
            (&[0x4c, 0x4b, 0x41][..], rounds(5_000_001)),
            (&[0x7f; 8], rounds(0x7f7f_7f7f_7f7f_7f7f)),
            (&[0], EncryptionError::Malformed),
            (&[0xff], EncryptionError::Malformed),
            (&[0x7f; 9], EncryptionError::Malformed),
        ] {
            assert_eq!(error(&parameters(&[1; 8], bytes), &ciphertext), expected);
        }
        assert!(PbeProtected::parse(&parameters(&[1; 8], &[0x4c, 0x4b, 0x40]), &[7; 8]).is_ok());
        for salt in [&[][..], &[1; 7], &[1; 9], &[1; 16]] {
            let parameters = parameters(salt, &[3]);
            assert_eq!(error(&parameters, &ciphertext), EncryptionError::Malformed);
        }
        for ciphertext in [&[][..], &[7; 7], &[7; 15]] {
            let parameters = parameters(&[1; 8], &[3]);
            assert_eq!(error(&parameters, ciphertext), EncryptionError::Malformed);
        }
        assert_eq!(
            error(&[0x30, 0x7f], &ciphertext),
            EncryptionError::Malformed
        );
    }
}
