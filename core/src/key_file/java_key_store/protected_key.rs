//! An encrypted key of a Java key store.

use der::{
    Decode as _, Encode as _, Sequence,
    asn1::{ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;

use super::{
    java_passphrase::JavaPassphrase, pbe::PbeProtected, serialization::Object,
    sun_protector::SunProtected,
};
use crate::{key_file::encryption::EncryptionError, secret::SecretBytes};

/// The protector of JKS.
const SUN_PROTECTOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.42.2.17.1.1");
/// The protector of JCEKS.
const PBE_WITH_MD5_AND_TRIPLE_DES: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.42.2.19.1");
/// The same in the object of a secret key.
const PBE_NAME: &[u8] = b"PBEWithMD5AndTripleDES";

const SEALED_OBJECT: &str = "javax.crypto.SealedObject";

/// An encrypted key of a Java key store.
#[derive(Debug)]
pub(super) enum ProtectedKey<'a> {
    /// A key of JKS, or of an early JCEKS.
    Sun(SunProtected<'a>),
    /// A key of JCEKS.
    Pbe(PbeProtected<'a>),
}

/// RFC 5958, 3: `EncryptedPrivateKeyInfo`.
#[derive(Sequence)]
struct EncryptedKey<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    encrypted: &'a OctetStringRef,
}

impl<'a> ProtectedKey<'a> {
    /// Reads the `EncryptedPrivateKeyInfo` of a private key.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`]; none depends on the passphrase.
    pub(super) fn of_private_key(der: &'a [u8]) -> Result<Self, EncryptionError> {
        let key = EncryptedKey::from_der(der).map_err(|_| EncryptionError::Malformed)?;
        let encrypted = key.encrypted.as_bytes();
        match key.algorithm.oid {
            SUN_PROTECTOR => SunProtected::parse(encrypted)
                .map(Self::Sun)
                .ok_or(EncryptionError::Malformed),
            PBE_WITH_MD5_AND_TRIPLE_DES => {
                let parameters = key
                    .algorithm
                    .parameters
                    .map(|parameters| parameters.to_der());
                let Some(Ok(parameters)) = parameters else {
                    return Err(EncryptionError::Malformed);
                };
                PbeProtected::parse(&parameters, encrypted).map(Self::Pbe)
            }
            other => Err(EncryptionError::Scheme(other.to_string())),
        }
    }

    /// Reads the `SealedObject` of a secret key.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`]; none depends on the passphrase.
    pub(super) fn of_sealed_object(object: &Object<'a>) -> Result<Self, EncryptionError> {
        let bytes = |field| {
            let bytes = object.bytes(SEALED_OBJECT, field);
            bytes.ok_or(EncryptionError::Malformed)
        };
        match object.text(SEALED_OBJECT, "sealAlg") {
            Some(PBE_NAME) => {}
            Some(other) => return Err(EncryptionError::Scheme(super::word::of(other))),
            None => return Err(EncryptionError::Malformed),
        }
        PbeProtected::parse(bytes("encodedParams")?, bytes("encryptedContent")?).map(Self::Pbe)
    }

    /// Returns the name of the scheme. Both are weak: one hash, or MD5 and triple DES.
    pub(super) const fn scheme(&self) -> &'static str {
        match self {
            Self::Sun(_) => "Sun's key protector with SHA-1",
            Self::Pbe(_) => "PBEWithMD5AndTripleDES",
        }
    }

    /// Decrypts the key.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`].
    pub(super) fn open(
        &self,
        passphrase: &JavaPassphrase<'_>,
    ) -> Result<SecretBytes, EncryptionError> {
        match self {
            Self::Sun(key) => key.open(passphrase),
            Self::Pbe(key) => key.open(passphrase),
        }
    }
}
