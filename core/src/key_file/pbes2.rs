//! PBES2: PBKDF2 or scrypt, and a cipher in CBC.

use der::{
    Choice, DecodeValue, Sequence,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::{
    cipher::CbcCipher,
    encryption::{EncryptionError, MAX_ROUNDS},
    hash::Hash,
    scheme_name::unsupported,
};
use crate::{blob::Blob, secret::SecretBytes};

/// The table for N = 2^16 and r = 8, with the other memory of scrypt; in bytes.
pub(super) const MAX_SCRYPT_MEMORY: u64 = 65 << 20;
/// N · r · p: sixteen passes over the table of N = 2^16 with r = 8.
pub(super) const MAX_SCRYPT_ROUNDS: u64 = 16 << 19;

/// RFC 8018, A.4.
#[derive(Sequence)]
pub(super) struct Pbes2Params<'a> {
    pub(super) key_derivation: AlgorithmIdentifierRef<'a>,
    pub(super) encryption: AlgorithmIdentifierRef<'a>,
}

/// RFC 8018, A.2; the salt is always `specified`.
#[derive(Sequence)]
pub(super) struct Pbkdf2Params<'a> {
    pub(super) salt: &'a OctetStringRef,
    pub(super) iteration_count: u64,
    pub(super) key_length: Option<u64>,
    pub(super) prf: Option<AlgorithmIdentifierRef<'a>>,
}

/// RFC 7914, 7.
#[derive(Sequence)]
pub(super) struct ScryptParams<'a> {
    pub(super) salt: &'a OctetStringRef,
    pub(super) cost: u64,
    pub(super) block_size: u64,
    pub(super) parallelization: u64,
    pub(super) key_length: Option<u64>,
}

/// The parameters of PBES2, within the limits.
#[derive(Debug)]
pub(super) struct Pbes2 {
    kdf: Kdf,
    pub(super) cipher: CbcCipher,
    iv: Blob,
}

/// A key derivation function.
#[derive(Debug)]
enum Kdf {
    Pbkdf2(Pbkdf2),
    Scrypt { salt: Blob, params: scrypt::Params },
}

/// The parameters of PBKDF2, within the limits.
#[derive(Debug)]
pub(super) struct Pbkdf2 {
    salt: Blob,
    pub(super) rounds: u32,
    /// The length of the key in bytes, if it is stated.
    pub(super) key_len: Option<u64>,
    prf: Hash,
}

impl Pbes2 {
    /// Reads the parameters of PBES2.
    ///
    /// # Source
    ///
    /// RFC 8018, 6.2; RFC 7914.
    pub(super) fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, EncryptionError> {
        let params: Pbes2Params<'_> = parameters(algorithm)?;
        let cipher = params.encryption.oid;
        let cipher = CbcCipher::of(cipher).ok_or_else(|| unsupported(cipher))?;
        let iv: &OctetStringRef = parameters(&params.encryption)?;
        if iv.as_bytes().len() != cipher.block_len() {
            return Err(EncryptionError::Malformed);
        }
        Ok(Self {
            kdf: Kdf::of(&params.key_derivation, cipher.key_len() as u64)?,
            cipher,
            iv: Blob::new(iv.as_bytes().to_vec()),
        })
    }

    /// Returns the iterations of PBKDF2; none for scrypt, which has a limit of its own.
    pub(super) fn rounds(&self) -> u64 {
        match &self.kdf {
            Kdf::Pbkdf2(params) => params.rounds.into(),
            Kdf::Scrypt { .. } => 0,
        }
    }

    /// Decrypts, and removes the padding.
    pub(super) fn decrypt(
        &self,
        ciphertext: &[u8],
        passphrase: &SecretBytes,
    ) -> Result<SecretBytes, EncryptionError> {
        let mut key = Zeroizing::new(vec![0; self.cipher.key_len()]);
        match &self.kdf {
            Kdf::Pbkdf2(params) => params.fill(passphrase, &mut key),
            Kdf::Scrypt { salt, params } => {
                scrypt::scrypt(passphrase.expose(), salt.as_bytes(), params, &mut key)
                    .map_err(|_| EncryptionError::Malformed)?;
            }
        }
        self.cipher.decrypt(&key, self.iv.as_bytes(), ciphertext)
    }
}

impl Kdf {
    fn of(algorithm: &AlgorithmIdentifierRef<'_>, key_len: u64) -> Result<Self, EncryptionError> {
        let (kdf, stated) = match algorithm.oid {
            PBKDF2 => {
                let params = Pbkdf2::of(algorithm)?;
                let stated = params.key_len;
                (Self::Pbkdf2(params), stated)
            }
            SCRYPT => {
                let params: ScryptParams<'_> = parameters(algorithm)?;
                let salt = Blob::new(params.salt.as_bytes().to_vec());
                let stated = params.key_length;
                let params = scrypt_params(&params)?;
                (Self::Scrypt { salt, params }, stated)
            }
            other => return Err(unsupported(other)),
        };
        if stated.is_some_and(|stated| stated != key_len) {
            return Err(EncryptionError::Malformed);
        }
        Ok(kdf)
    }
}

impl Pbkdf2 {
    /// Reads the parameters of PBKDF2.
    ///
    /// # Source
    ///
    /// RFC 8018, 5.2.
    pub(super) fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, EncryptionError> {
        if algorithm.oid != PBKDF2 {
            return Err(unsupported(algorithm.oid));
        }
        let params: Pbkdf2Params<'_> = parameters(algorithm)?;
        let rounds = checked_rounds(params.iteration_count)?;
        let is_null = |prf: AlgorithmIdentifierRef<'_>| prf.parameters.is_none_or(AnyRef::is_null);
        let prf = match params.prf {
            // The default.
            None => Hash::Sha1,
            Some(prf) if is_null(prf) => {
                Hash::of_hmac(prf.oid).ok_or_else(|| unsupported(prf.oid))?
            }
            Some(_) => return Err(EncryptionError::Malformed),
        };
        Ok(Self {
            salt: Blob::new(params.salt.as_bytes().to_vec()),
            rounds,
            key_len: params.key_length,
            prf,
        })
    }

    /// Fills `key` with the derived octets.
    pub(super) fn fill(&self, passphrase: &SecretBytes, key: &mut [u8]) {
        let (passphrase, salt) = (passphrase.expose(), self.salt.as_bytes());
        self.prf.pbkdf2(passphrase, salt, self.rounds, key);
    }
}

/// Checks the number of iterations.
pub(super) fn checked_rounds(rounds: u64) -> Result<u32, EncryptionError> {
    if rounds > MAX_ROUNDS {
        return Err(EncryptionError::Rounds {
            rounds,
            max: MAX_ROUNDS,
        });
    }
    u32::try_from(rounds)
        .ok()
        .filter(|rounds| *rounds > 0)
        .ok_or(EncryptionError::Malformed)
}

/// Decodes the parameters of an algorithm.
pub(super) fn parameters<'a, T>(
    algorithm: &AlgorithmIdentifierRef<'a>,
) -> Result<T, EncryptionError>
where
    T: Choice<'a> + DecodeValue<'a>,
{
    let parameters = algorithm.parameters.ok_or(EncryptionError::Malformed)?;
    parameters
        .decode_as()
        .map_err(|_| EncryptionError::Malformed)
}

fn scrypt_params(params: &ScryptParams<'_>) -> Result<scrypt::Params, EncryptionError> {
    let (n, r, p) = (params.cost, params.block_size, params.parallelization);
    if !n.is_power_of_two() || n == 1 || r == 0 || p == 0 {
        return Err(EncryptionError::Malformed);
    }
    // The table has N blocks. There are also p blocks of input and one working block.
    let bytes = n
        .saturating_add(p)
        .saturating_add(1)
        .saturating_mul(r)
        .saturating_mul(128);
    if bytes > MAX_SCRYPT_MEMORY {
        return Err(EncryptionError::Memory {
            bytes,
            max: MAX_SCRYPT_MEMORY,
        });
    }
    let rounds = n.saturating_mul(r).saturating_mul(p);
    if rounds > MAX_SCRYPT_ROUNDS {
        return Err(EncryptionError::Rounds {
            rounds,
            max: MAX_SCRYPT_ROUNDS,
        });
    }
    let narrow = |number| u32::try_from(number).map_err(|_| EncryptionError::Malformed);
    let log_n = u8::try_from(n.ilog2()).map_err(|_| EncryptionError::Malformed)?;
    scrypt::Params::new(log_n, narrow(r)?, narrow(p)?).map_err(|_| EncryptionError::Malformed)
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

pub(super) const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");
pub(super) const SCRYPT: ObjectIdentifier = oid("1.3.6.1.4.1.11591.4.11");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrypt_has_limits_of_memory_and_rounds() {
        let params = |cost, block_size, parallelization| {
            scrypt_params(&ScryptParams {
                salt: OctetStringRef::new(&[]).expect("octets"),
                cost,
                block_size,
                parallelization,
                key_length: None,
            })
            .map(|_| ())
        };
        assert_eq!(params(1 << 16, 8, 16), Ok(()));
        let rounds = EncryptionError::Rounds {
            rounds: 17 << 19,
            max: MAX_SCRYPT_ROUNDS,
        };
        assert_eq!(params(1 << 16, 8, 17), Err(rounds));
        // (N + p + 1) · r · 128 bytes.
        let parallelization = (MAX_SCRYPT_MEMORY >> 7) - 2 - 1;
        assert_eq!(params(2, 1, parallelization), Ok(()));
        let bytes = MAX_SCRYPT_MEMORY + 128;
        let memory = EncryptionError::Memory {
            bytes,
            max: MAX_SCRYPT_MEMORY,
        };
        assert_eq!(params(2, 1, parallelization + 1), Err(memory));
    }
}
