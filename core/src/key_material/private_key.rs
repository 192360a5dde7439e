//! Private keys in every form that is read, each to the one canonical form.

use der::{Decode as _, asn1::AnyRef};
use pkcs8::PrivateKeyInfoRef;
use rsa::pkcs1::{ALGORITHM_OID as RSA_ENCRYPTION, RsaPrivateKeyRef};
use sec1::EcPrivateKey;
use x509_cert::Certificate;

use super::{
    Encoding, Foreign, KeyMaterialError, SourceFormat, Structure, Weakness, ec_key,
    pem::{self, KeyLabel},
    rsa_key,
};
use crate::{blob::Blob, key_spec::KeySpec, secret::SecretBytes};

/// RFC 8017, A.2.3.
const RSASSA_PSS: der::asn1::ObjectIdentifier =
    der::asn1::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// A private key that has passed every check of its kind.
pub(super) struct PrivateKey {
    pub(super) key_spec: KeySpec,
    /// SPKI in DER.
    pub(super) public_key: Blob,
    pub(super) weakness: Option<Weakness>,
    /// The canonical form: PKCS#8 in DER.
    pub(super) pkcs8: SecretBytes,
}

/// A private key, and what the file was.
pub(super) struct Found {
    pub(super) key: PrivateKey,
    pub(super) source_format: SourceFormat,
    pub(super) certificates_ignored: usize,
}

impl PrivateKey {
    /// Makes sure that it is a key for `key_spec`.
    pub(super) fn must_be(&self, key_spec: KeySpec) -> Result<(), KeyMaterialError> {
        if self.key_spec == key_spec {
            return Ok(());
        }
        Err(KeyMaterialError::OtherKeySpec { found: self.key_spec, wanted: key_spec })
    }
}

impl From<rsa_key::RsaKey> for PrivateKey {
    fn from(key: rsa_key::RsaKey) -> Self {
        let rsa_key::RsaKey { key_spec, public_key, weakness, pkcs8 } = key;
        Self { key_spec, public_key, weakness, pkcs8 }
    }
}

impl From<ec_key::EcKey> for PrivateKey {
    fn from(key: ec_key::EcKey) -> Self {
        let ec_key::EcKey { curve, public_key, pkcs8 } = key;
        Self { key_spec: curve.key_spec(), public_key, weakness: None, pkcs8 }
    }
}

/// Reads what was unwrapped: only PKCS#8 in DER, and not a byte more.
pub(super) fn from_import(der: &[u8]) -> Result<PrivateKey, KeyMaterialError> {
    match pkcs8(der) {
        Err(KeyMaterialError::Malformed) if pem::read(der).is_some() => {
            Err(KeyMaterialError::Foreign(Foreign::Pem))
        }
        Err(KeyMaterialError::Malformed) => {
            Err(foreign(der).map_or(KeyMaterialError::Malformed, KeyMaterialError::Foreign))
        }
        outcome => outcome,
    }
}

/// Reads a file in any form.
pub(super) fn read(file: &[u8]) -> Result<Found, KeyMaterialError> {
    if let Some(pem) = pem::read(file) {
        let pem = pem?;
        let der = pem.key.expose();
        let (key, structure) = match pem.label {
            KeyLabel::Pkcs8 => (pkcs8(der)?, Structure::Pkcs8),
            KeyLabel::Pkcs1 => (pkcs1(der)?, Structure::Pkcs1),
            KeyLabel::Sec1 => (sec1(der)?, Structure::Sec1),
        };
        check_leaf(&key, &pem.certificates)?;
        let source_format = SourceFormat { structure, encoding: Encoding::Pem };
        return Ok(Found { key, source_format, certificates_ignored: pem.certificates.len() });
    }
    let (key, structure) = read_der(file)?;
    let source_format = SourceFormat { structure, encoding: Encoding::Binary };
    Ok(Found { key, source_format, certificates_ignored: 0 })
}

fn read_der(der: &[u8]) -> Result<(PrivateKey, Structure), KeyMaterialError> {
    match foreign(der) {
        Some(Foreign::NotPkcs8(Structure::Pkcs1)) => Ok((pkcs1(der)?, Structure::Pkcs1)),
        Some(Foreign::NotPkcs8(_)) => Ok((sec1(der)?, Structure::Sec1)),
        Some(foreign) => Err(KeyMaterialError::Foreign(foreign)),
        None => Ok((pkcs8(der)?, Structure::Pkcs8)),
    }
}

fn pkcs8(der: &[u8]) -> Result<PrivateKey, KeyMaterialError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|error| malformed(&error))?;
    let inner = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA_ENCRYPTION if info.algorithm.parameters != Some(AnyRef::NULL) => Err(KeyMaterialError::Malformed),
        RSA_ENCRYPTION => pkcs1(inner),
        RSASSA_PSS => Err(KeyMaterialError::RsaPss),
        sec1::ALGORITHM_OID => {
            let curve = info.algorithm.parameters_oid().map_err(|_| KeyMaterialError::Curve)?;
            let key = EcPrivateKey::from_der(inner).map_err(|error| malformed(&error))?;
            Ok(ec_key::check(&key, Some(curve))?.into())
        }
        oid => Err(KeyMaterialError::Algorithm(oid.to_string())),
    }
}

fn pkcs1(der: &[u8]) -> Result<PrivateKey, KeyMaterialError> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|error| malformed(&error))?;
    Ok(rsa_key::check(&key)?.into())
}

fn sec1(der: &[u8]) -> Result<PrivateKey, KeyMaterialError> {
    let key = EcPrivateKey::from_der(der).map_err(|error| malformed(&error))?;
    Ok(ec_key::check(&key, None)?.into())
}

fn malformed(error: &der::Error) -> KeyMaterialError {
    match error.kind() {
        der::ErrorKind::TrailingData { remaining, .. } => {
            KeyMaterialError::TrailingBytes { count: u32::from(remaining) as usize }
        }
        _ => KeyMaterialError::Malformed,
    }
}

/// What DER is, unless it is PKCS#8 or nothing that is known here.
fn foreign(der: &[u8]) -> Option<Foreign> {
    if EcPrivateKey::from_der(der).is_ok() {
        Some(Foreign::NotPkcs8(Structure::Sec1))
    } else if RsaPrivateKeyRef::from_der(der).is_ok() {
        Some(Foreign::NotPkcs8(Structure::Pkcs1))
    } else if pkcs8::EncryptedPrivateKeyInfoRef::from_der(der).is_ok() {
        Some(Foreign::EncryptedPkcs8)
    } else if spki::SubjectPublicKeyInfoRef::from_der(der).is_ok() {
        Some(Foreign::PublicKey)
    } else if Certificate::from_der(der).is_ok() {
        Some(Foreign::Certificate)
    } else {
        None
    }
}

/// The first certificate beside a key, the leaf, must be the key's own.
fn check_leaf(key: &PrivateKey, certificates: &[Vec<u8>]) -> Result<(), KeyMaterialError> {
    use der::Encode as _;
    let Some(leaf) = certificates.first() else { return Ok(()) };
    let leaf = Certificate::from_der(leaf).map_err(|_| KeyMaterialError::Malformed)?;
    let spki = leaf.tbs_certificate().subject_public_key_info().to_der();
    if spki.ok().as_deref() == Some(key.public_key.as_bytes()) {
        return Ok(());
    }
    Err(KeyMaterialError::OtherCertificate)
}
