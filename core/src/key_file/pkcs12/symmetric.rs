//! Secret keys in the structure of a private key, as Java stores them.

use der::{Decode as _, asn1::ObjectIdentifier};
use pkcs8::PrivateKeyInfoRef;

use crate::{key_file::unchecked_key::UncheckedKey, key_spec::KeySpec, secret::SecretBytes};

/// Returns the octets of a `PrivateKeyInfo` with the algorithm AES, SM4 or HMAC, and the key spec for this
/// algorithm; `None` for any other.
///
/// # Source
///
/// JDK, `PKCS12KeyStore.setKeyEntry` and `KnownOIDs`.
pub(super) fn secret_key(info: &[u8]) -> Option<(UncheckedKey, Option<KeySpec>)> {
    let info = PrivateKeyInfoRef::from_der(info).ok()?;
    let oid = info.algorithm.oid;
    let is_symmetric = oid.starts_with(AES) || oid == SM4;
    let octets = || UncheckedKey::Octets(SecretBytes::copy_of(info.private_key.as_bytes()));
    if is_symmetric {
        Some((octets(), Some(KeySpec::SymmetricDefault)))
    } else {
        is_hmac(oid).then(|| (octets(), hmac_key_spec(oid)))
    }
}

/// Returns the key spec for HMAC with this hash, if AWS KMS has one.
fn hmac_key_spec(oid: ObjectIdentifier) -> Option<KeySpec> {
    if oid.parent() != Some(RSADSI_DIGESTS) {
        return None;
    }
    match oid.arcs().last()? {
        8 => Some(KeySpec::Hmac224),
        9 => Some(KeySpec::Hmac256),
        10 => Some(KeySpec::Hmac384),
        11 => Some(KeySpec::Hmac512),
        _ => None,
    }
}

/// Returns whether the algorithm is HMAC, with SHA-1, SHA-2 or SHA-3.
fn is_hmac(oid: ObjectIdentifier) -> bool {
    let last = oid.arcs().last();
    (oid.parent() == Some(RSADSI_DIGESTS) && matches!(last, Some(7..=13)))
        || (oid.parent() == Some(NIST_HASHES) && matches!(last, Some(13..=16)))
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// AES, and the parent of its modes: Computer Security Objects Register.
const AES: ObjectIdentifier = oid("2.16.840.1.101.3.4.1");
/// GM/T 0006.
const SM4: ObjectIdentifier = oid("1.2.156.10197.1.104");
const RSADSI_DIGESTS: ObjectIdentifier = oid("1.2.840.113549.2");
const NIST_HASHES: ObjectIdentifier = oid("2.16.840.1.101.3.4.2");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_told_apart() {
        for (algorithm, expected) in [
            ("1.2.840.113549.2.9", true),
            ("2.16.840.1.101.3.4.2.14", true),
            ("1.2.840.113549.2.5", false),
            ("2.16.840.1.101.3.4.2.1", false),
            ("1.2.840.113549.1.5.3", false),
        ] {
            assert_eq!(is_hmac(oid(algorithm)), expected, "{algorithm}");
        }
    }

    /// RFC 8018, B.1; AWS KMS has no key spec for HMAC with SHA-1, SHA-512/256 or SHA-3.
    #[test]
    fn hmac_with_sha2_has_a_key_spec() {
        for (algorithm, expected) in [
            ("1.2.840.113549.2.7", None),
            ("1.2.840.113549.2.8", Some(KeySpec::Hmac224)),
            ("1.2.840.113549.2.9", Some(KeySpec::Hmac256)),
            ("1.2.840.113549.2.10", Some(KeySpec::Hmac384)),
            ("1.2.840.113549.2.11", Some(KeySpec::Hmac512)),
            ("1.2.840.113549.2.13", None),
            ("2.16.840.1.101.3.4.2.14", None),
        ] {
            assert_eq!(hmac_key_spec(oid(algorithm)), expected, "{algorithm}");
        }
    }
}
