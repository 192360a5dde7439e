//! Private keys: from a file to PKCS#8 DER, and from there to a checked key.

use der::Decode as _;
use pkcs8::PrivateKeyInfoRef;

use super::{Foreign, KeyMaterialError, SourceFormat, ec, rsa_key};
use crate::{blob::Blob, key_spec::KeySpec, secret::SecretBytes};

/// Takes PEM off, if it is PEM; DER passes through.
pub(super) fn to_der(file: SecretBytes) -> Result<(SecretBytes, SourceFormat), KeyMaterialError> {
    let text = file.expose().trim_ascii();
    if !text.starts_with(b"-----BEGIN ") {
        return match foreign_der(file.expose()) {
            Some(foreign) => Err(KeyMaterialError::Foreign(foreign)),
            None => Ok((file, SourceFormat::Pkcs8Der)),
        };
    }
    match foreign_pem(text) {
        Some(foreign) => Err(KeyMaterialError::Foreign(foreign)),
        None => {
            let (_, der) = der::pem::decode_vec(text).map_err(|_| KeyMaterialError::Malformed)?;
            Ok((SecretBytes::new(der), SourceFormat::Pkcs8Pem))
        }
    }
}

/// Checks a PKCS#8 private key, and returns its key spec and its public key (SPKI, DER).
pub(super) fn check(der: &[u8]) -> Result<(KeySpec, Blob), KeyMaterialError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|error| match error.kind() {
        der::ErrorKind::TrailingData { remaining, .. } => {
            KeyMaterialError::TrailingBytes { count: u32::from(remaining) as usize }
        }
        _ => KeyMaterialError::Malformed,
    })?;
    match info.algorithm.oid {
        rsa::pkcs1::ALGORITHM_OID => rsa_key::check(&info),
        sec1::ALGORITHM_OID => ec::check(&info),
        oid => Err(KeyMaterialError::Algorithm(oid.to_string())),
    }
}

/// What a PEM block says it is, unless it is `PRIVATE KEY`.
fn foreign_pem(text: &[u8]) -> Option<Foreign> {
    let label = text.strip_prefix(b"-----BEGIN ").unwrap_or_default();
    let is = |wanted: &[u8]| label.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(b"-----"));
    Some(match () {
        () if is(b"PRIVATE KEY") => return None,
        () if is(b"EC PRIVATE KEY") || is(b"EC PARAMETERS") => Foreign::Sec1,
        () if is(b"RSA PRIVATE KEY") => Foreign::Pkcs1,
        () if is(b"ENCRYPTED PRIVATE KEY") => Foreign::EncryptedPkcs8,
        () if is(b"OPENSSH PRIVATE KEY") => Foreign::OpenSsh,
        () if is(b"PUBLIC KEY") || is(b"RSA PUBLIC KEY") => Foreign::PublicKey,
        () if is(b"CERTIFICATE") => Foreign::Certificate,
        () => Foreign::OtherPem,
    })
}

/// What DER is, unless it is PKCS#8 or nothing that is known here.
fn foreign_der(der: &[u8]) -> Option<Foreign> {
    if sec1::EcPrivateKey::from_der(der).is_ok() {
        Some(Foreign::Sec1)
    } else if rsa::pkcs1::RsaPrivateKeyRef::from_der(der).is_ok() {
        Some(Foreign::Pkcs1)
    } else if pkcs8::EncryptedPrivateKeyInfoRef::from_der(der).is_ok() {
        Some(Foreign::EncryptedPkcs8)
    } else if spki::SubjectPublicKeyInfoRef::from_der(der).is_ok() {
        Some(Foreign::PublicKey)
    } else {
        None
    }
}
