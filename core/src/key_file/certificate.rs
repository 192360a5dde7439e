//! The public key in a certificate.

use der::{Decode as _, Encode as _};
use x509_cert::Certificate;

use super::error::ReadError;
use crate::blob::Blob;

/// Returns the public key of a certificate in DER: an SPKI in DER.
///
/// # Errors
///
/// [`ReadError::Malformed`] for an invalid certificate.
pub(super) fn key_of(certificate: &[u8]) -> Result<Blob, ReadError> {
    let certificate = Certificate::from_der(certificate).map_err(|_| ReadError::Malformed)?;
    let key = certificate.tbs_certificate().subject_public_key_info();
    let spki = key.to_der().map_err(|_| ReadError::Malformed)?;
    Ok(Blob::new(spki))
}
