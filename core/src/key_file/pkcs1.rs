//! RSA private keys in PKCS#1.

use der::{Decode as _, asn1::UintRef};
use rsa::pkcs1::RsaPrivateKeyRef;

use super::{
    element::TailedElement,
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    source_format::SourceFormat,
    unchecked_key::{RsaNumbers, UncheckedKey},
    version,
};
use crate::{blob::Blob, secret::SecretBytes};

/// Reads a file that is an `RSAPrivateKey`.
pub(super) fn read(element: &TailedElement) -> Result<KeysRead, ReadError> {
    let key = key(element.der(), None)?;
    Ok(KeysRead {
        notes: element.zeros().into_iter().collect(),
        ..KeysRead::one(key, SourceFormat::plain(Form::Pkcs1, element.encoding))
    })
}

/// Reads an RSA private key. `public_key` comes from PKCS#8 version 2.
///
/// # Source
///
/// RFC 8017, A.1.2.
pub(super) fn key(der: &[u8], public_key: Option<Blob>) -> Result<UncheckedKey, ReadError> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| version::fault(der))?;
    let secret = |integer: UintRef<'_>| SecretBytes::copy_of(integer.as_bytes());
    let public = |integer: UintRef<'_>| Blob::new(integer.as_bytes().to_vec());
    Ok(UncheckedKey::Rsa(RsaNumbers {
        n: public(key.modulus),
        e: public(key.public_exponent),
        d: secret(key.private_exponent),
        p: secret(key.prime1),
        q: secret(key.prime2),
        crt_exponents: Some([secret(key.exponent1), secret(key.exponent2)]),
        q_inv: secret(key.coefficient),
        is_multi_prime: key.other_prime_infos.is_some(),
        public_key,
    }))
}
