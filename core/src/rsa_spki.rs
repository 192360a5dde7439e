//! The `SubjectPublicKeyInfo` of an RSA public key.

use der::{
    Encode as _,
    asn1::{AnyRef, BitStringRef},
};
use rsa::pkcs1::{self, RsaPublicKeyRef, UintRef};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

/// Encodes a modulus and a public exponent, both big-endian, as SPKI in DER.
///
/// # Errors
///
/// [`der::Error`] if an integer is too long for DER.
///
/// # Source
///
/// RFC 3279, 2.3.1: `rsaEncryption` with NULL parameters.
pub(crate) fn encode(modulus: &[u8], exponent: &[u8]) -> der::Result<Vec<u8>> {
    let key = RsaPublicKeyRef {
        modulus: UintRef::new(modulus)?,
        public_exponent: UintRef::new(exponent)?,
    }
    .to_der()?;
    let algorithm = AlgorithmIdentifierRef {
        oid: pkcs1::ALGORITHM_OID,
        parameters: Some(AnyRef::NULL),
    };
    SubjectPublicKeyInfoRef {
        algorithm,
        subject_public_key: BitStringRef::from_bytes(&key)?,
    }
    .to_der()
}

/// Returns the length in bits of a big-endian integer without leading zeros.
pub(crate) fn bit_len(integer: &[u8]) -> u32 {
    let bytes = u32::try_from(integer.len())
        .unwrap_or(u32::MAX / 8)
        .min(u32::MAX / 8);
    bytes * 8 - integer.first().map_or(0, |byte| byte.leading_zeros())
}
