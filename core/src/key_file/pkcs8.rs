//! Private keys in PKCS#8.

use der::{
    Decode as _, Reader as _, SliceReader, Tag, Tagged as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
};
use pkcs8::PrivateKeyInfoRef;
use rsa::pkcs1::ALGORITHM_OID as RSA_ENCRYPTION;
use spki::AlgorithmIdentifierRef;

use super::{
    element::TailedElement,
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    pkcs1,
    sec1::{self, whole_octets},
    source_format::{Encoding, SourceFormat},
    unchecked_key::UncheckedKey,
    version,
};
use crate::secret::SecretBytes;

/// RFC 8017, A.2.3.
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// RFC 8410, 3.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Returns whether `plaintext` is one DER value that begins with a version and an algorithm. Random
/// bytes do with probability 2^−40.
pub(super) fn begins_like(plaintext: &[u8]) -> bool {
    let Ok(info) = AnyRef::from_der(plaintext) else {
        return false;
    };
    let head = SliceReader::new(info.value())
        .and_then(|mut head| Ok((head.decode()?, head.decode::<AlgorithmIdentifierRef<'_>>()?)));
    info.tag() == Tag::Sequence && matches!(head, Ok((0u8 | 1, _)))
}

/// Reads an RSA, EC or Ed25519 private key.
///
/// # Source
///
/// RFC 5958, 2; RFC 8410, 7.
pub(super) fn read(outer: TailedElement) -> Result<KeysRead, ReadError> {
    let der = outer.der();
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| version::fault(der))?;
    let parameters = info.algorithm.parameters;
    let algorithm = info.algorithm.oid;
    if algorithm == RSASSA_PSS {
        return Err(ReadError::RsaPss);
    }
    if ![RSA_ENCRYPTION, ::sec1::ALGORITHM_OID, ED25519].contains(&algorithm) {
        return Err(ReadError::Algorithm(algorithm_name(algorithm)));
    }
    let inner = TailedElement::of(info.private_key.as_bytes()).ok_or(ReadError::Malformed)?;
    let (key, mut notes) = if algorithm == RSA_ENCRYPTION {
        if parameters.is_some_and(|parameters| parameters != AnyRef::NULL) {
            return Err(ReadError::Malformed);
        }
        let public_key = info.public_key.map(whole_octets);
        (pkcs1::key(inner.der(), public_key)?, Vec::new())
    } else if algorithm == ED25519 {
        if parameters.is_some() {
            return Err(ReadError::Malformed);
        }
        (ed25519_key(inner.der(), info.public_key)?, Vec::new())
    } else {
        sec1::key(inner.der(), parameters, info.public_key)?
    };
    inner.must_end()?;
    notes.extend(outer.zeros());
    let is_der = outer.encoding == Encoding::Der && inner.encoding == Encoding::Der;
    let encoding = if is_der { Encoding::Der } else { Encoding::Ber };
    Ok(KeysRead {
        notes,
        pkcs8: is_der.then(|| outer.into_der()),
        ..KeysRead::one(key, SourceFormat::plain(Form::Pkcs8, encoding))
    })
}

/// Reads a `CurvePrivateKey`, which is the seed. `public_key` is the public key of PKCS#8 version 2.
///
/// # Source
///
/// RFC 8410, 7.
fn ed25519_key(
    der: &[u8],
    public_key: Option<BitStringRef<'_>>,
) -> Result<UncheckedKey, ReadError> {
    let seed = <&OctetStringRef>::from_der(der).map_err(|_| ReadError::Malformed)?;
    Ok(UncheckedKey::Ed25519 {
        seed: SecretBytes::copy_of(seed.as_bytes()),
        public_keys: public_key.map(whole_octets).into_iter().collect(),
    })
}

/// Returns the usual name of an algorithm that AWS KMS does not import, or its object identifier.
///
/// # Source
///
/// RFC 8410, 3; RFC 3279, 2.3.2; RFC 9881 and NIST's Computer Security Objects Register.
fn algorithm_name(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    let name = match oid.as_str() {
        "1.3.101.110" => "X25519",
        "1.3.101.111" => "X448",
        "1.3.101.113" => "Ed448",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.3.1" => "Diffie-Hellman",
        "1.2.840.10046.2.1" => "X9.42 Diffie-Hellman",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        "2.16.840.1.101.3.4.4.1" => "ML-KEM-512",
        "2.16.840.1.101.3.4.4.2" => "ML-KEM-768",
        "2.16.840.1.101.3.4.4.3" => "ML-KEM-1024",
        _ => return oid,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::test_files::test_file;

    #[test]
    fn a_decrypted_key_begins_with_a_version_and_an_algorithm() {
        // SEQUENCE, INTEGER, SEQUENCE, OBJECT IDENTIFIER.
        let good = [0x30, 8, 2, 1, 1, 0x30, 3, 6, 1, 42];
        let changed = |at: usize, byte: u8| {
            let mut changed = good;
            changed[at] = byte;
            changed
        };
        for bytes in [test_file!("p256.der"), &good, &changed(4, 0)] {
            assert!(begins_like(bytes), "{bytes:?}");
        }
        for bytes in [
            &[][..],
            &good[..9],
            &[&good[..], &[0]].concat(),
            &changed(0, 0x31),
            &changed(2, 4),
            &changed(4, 2),
            &changed(5, 0x31),
            &changed(7, 4),
        ] {
            assert!(!begins_like(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn algorithms_that_aws_kms_does_not_import_have_names() {
        for (oid, expected) in [
            ("1.3.101.110", "X25519"),
            ("1.3.101.111", "X448"),
            ("1.3.101.113", "Ed448"),
            ("1.2.840.10040.4.1", "DSA"),
            ("1.2.840.113549.1.3.1", "Diffie-Hellman"),
            ("1.2.840.10046.2.1", "X9.42 Diffie-Hellman"),
            ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
            ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
            ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
            ("2.16.840.1.101.3.4.4.1", "ML-KEM-512"),
            ("2.16.840.1.101.3.4.4.2", "ML-KEM-768"),
            ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(algorithm_name(ObjectIdentifier::new_unwrap(oid)), expected);
        }
    }
}
