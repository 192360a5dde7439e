//! The MAC of a PKCS#12 file.

use der::{Sequence, asn1::ObjectIdentifier};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use crate::{
    blob::Blob,
    key_file::{
        encryption::EncryptionError,
        hash::Hash,
        password::Password,
        pbes2::{Pbkdf2, checked_rounds, parameters},
        pkcs12_kdf::{Purpose, derive},
        scheme_name::unsupported,
    },
    secret::SecretBytes,
};

/// The shortest key of PBMAC1 in bytes, and the longest.
///
/// # Source
///
/// OpenSSL, `PKCS12_verify_mac`, has the same lower limit. RFC 9579, 4, requires a stated length.
const PBMAC1_KEY_LEN: core::ops::RangeInclusive<u64> = 20..=128;

/// The MAC of a PKCS#12 file: an HMAC.
#[derive(Debug)]
pub(super) struct Mac {
    key: MacKey,
    hash: Hash,
    value: Blob,
}

/// The derivation of a MAC key.
#[derive(Debug)]
enum MacKey {
    /// RFC 7292, B.
    Pkcs12 { salt: Blob, rounds: u32 },
    /// RFC 8018, 7.1.
    Pbmac1 { kdf: Pbkdf2, len: usize },
}

/// RFC 8018, A.5.
#[derive(Sequence)]
struct Pbmac1Params<'a> {
    key_derivation: AlgorithmIdentifierRef<'a>,
    message_auth: AlgorithmIdentifierRef<'a>,
}

impl Mac {
    /// Reads a MAC. `salt` and `rounds` are those of `MacData`, which PBMAC1 ignores.
    ///
    /// # Source
    ///
    /// RFC 7292, 4; RFC 9579, 4.
    pub(super) fn of(
        algorithm: &AlgorithmIdentifierRef<'_>,
        value: Blob,
        salt: &[u8],
        rounds: u64,
    ) -> Result<Self, EncryptionError> {
        let (key, hash) = if algorithm.oid == PBMAC1 {
            let params: Pbmac1Params<'_> = parameters(algorithm)?;
            let kdf = Pbkdf2::of(&params.key_derivation)?;
            let len = kdf.key_len.filter(|len| PBMAC1_KEY_LEN.contains(len));
            let len = len.and_then(|len| usize::try_from(len).ok());
            let len = len.ok_or(EncryptionError::Malformed)?;
            let hmac = params.message_auth.oid;
            let hash = Hash::of_hmac(hmac).ok_or_else(|| unsupported(hmac))?;
            (MacKey::Pbmac1 { kdf, len }, hash)
        } else {
            let hash = Hash::of_digest(algorithm.oid).ok_or_else(|| unsupported(algorithm.oid))?;
            let rounds = checked_rounds(rounds)?;
            let salt = Blob::new(salt.to_vec());
            (MacKey::Pkcs12 { salt, rounds }, hash)
        };
        if value.len() != hash.output_len() {
            return Err(EncryptionError::Malformed);
        }
        Ok(Self { key, hash, value })
    }

    /// Returns the iterations of key derivation.
    pub(super) fn rounds(&self) -> u64 {
        match &self.key {
            MacKey::Pkcs12 { rounds, .. } => (*rounds).into(),
            MacKey::Pbmac1 { kdf, .. } => kdf.rounds.into(),
        }
    }

    /// Returns the password in the encodings that this MAC on `contents` leaves possible; `None` if
    /// the MAC does not match.
    pub(super) fn prove(&self, contents: &[u8], password: &Password) -> Option<Password> {
        let verifies = |key: &[u8]| self.hash.verifies(key, contents, self.value.as_bytes());
        match &self.key {
            MacKey::Pkcs12 { salt, rounds } => {
                let derived = |utf16: &&SecretBytes| {
                    let (password, salt) = (utf16.expose(), salt.as_bytes());
                    let len = self.hash.output_len();
                    derive(self.hash, Purpose::MacKey, password, salt, *rounds, len)
                };
                let mut encodings = password.utf16().iter();
                let utf16 = encodings.find(|utf16| verifies(&derived(utf16)))?;
                Some(password.proven(utf16))
            }
            MacKey::Pbmac1 { kdf, len } => {
                let octets = password.octets().first()?;
                let mut key = Zeroizing::new(vec![0; *len]);
                kdf.fill(octets, &mut key);
                verifies(&key).then(|| password.copy())
            }
        }
    }
}

const PBMAC1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.14");
