//! Public keys of key material, in the forms that people have them.

use core::fmt;

use der::{Decode as _, Encode as _};
use sha2::{Digest as _, Sha256};
use spki::SubjectPublicKeyInfoRef;
use x509_cert::Certificate;

use crate::{blob::Blob, fingerprint::Fingerprint, json::Object};

/// Bytes that hold no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPublicKey;

impl fmt::Display for NoPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a public key: neither SPKI, nor a certificate, nor the answer of get-public-key")
    }
}

impl core::error::Error for NoPublicKey {}

/// Reads a public key (SPKI in DER or PEM), a certificate (DER or PEM), or the JSON answer of
/// `get-public-key`, and returns the fingerprint of the key.
///
/// # Errors
///
/// [`NoPublicKey`] for anything else.
pub fn read(bytes: &[u8]) -> Result<Fingerprint, NoPublicKey> {
    let text = bytes.trim_ascii();
    let spki = if text.starts_with(b"{") {
        from_json(bytes)?
    } else if text.starts_with(b"-----BEGIN ") {
        match der::pem::decode_vec(text).map_err(|_| NoPublicKey)? {
            ("PUBLIC KEY", der) => from_spki(der)?,
            ("CERTIFICATE", der) => from_certificate(&der)?,
            _ => return Err(NoPublicKey),
        }
    } else {
        from_certificate(bytes).or_else(|_| from_spki(bytes.to_vec()))?
    };
    Ok(Fingerprint::Spki(Sha256::digest(spki).into()))
}

fn from_json(bytes: &[u8]) -> Result<Vec<u8>, NoPublicKey> {
    let document = Object::parse(bytes).map_err(|_| NoPublicKey)?;
    let key: Blob = document.blob("PublicKey").ok().flatten().ok_or(NoPublicKey)?;
    from_spki(key.as_bytes().to_vec())
}

fn from_spki(der: Vec<u8>) -> Result<Vec<u8>, NoPublicKey> {
    SubjectPublicKeyInfoRef::from_der(&der).map_err(|_| NoPublicKey)?;
    Ok(der)
}

fn from_certificate(der: &[u8]) -> Result<Vec<u8>, NoPublicKey> {
    let certificate = Certificate::from_der(der).map_err(|_| NoPublicKey)?;
    certificate.tbs_certificate().subject_public_key_info().to_der().map_err(|_| NoPublicKey)
}
