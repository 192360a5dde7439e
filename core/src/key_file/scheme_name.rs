//! The names of algorithms that are not read.

use der::asn1::ObjectIdentifier;

use super::encryption::EncryptionError;

/// Returns the error for an unsupported algorithm, with its name or its object identifier.
pub(super) fn unsupported(oid: ObjectIdentifier) -> EncryptionError {
    EncryptionError::Scheme(name(oid))
}

/// Returns the name of an algorithm, or its object identifier.
pub(super) fn name(oid: ObjectIdentifier) -> String {
    let name = NAMES.iter().find(|(known, _)| *known == oid);
    name.map_or_else(|| oid.to_string(), |(_, name)| (*name).to_owned())
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// RFC 8018, A.3, A.5 and B; RFC 7292, C; RFC 5084; RFC 5652, 14; the Computer Security Objects
/// Register.
const NAMES: [(ObjectIdentifier, &str); 26] = [
    (oid("1.2.840.113549.1.5.1"), "pbeWithMD2AndDES-CBC"),
    (oid("1.2.840.113549.1.5.3"), "pbeWithMD5AndDES-CBC"),
    (oid("1.2.840.113549.1.5.4"), "pbeWithMD2AndRC2-CBC"),
    (oid("1.2.840.113549.1.5.6"), "pbeWithMD5AndRC2-CBC"),
    (oid("1.2.840.113549.1.5.10"), "pbeWithSHA1AndDES-CBC"),
    (oid("1.2.840.113549.1.5.11"), "pbeWithSHA1AndRC2-CBC"),
    (oid("1.2.840.113549.1.7.2"), "signedData"),
    (oid("1.2.840.113549.1.7.3"), "envelopedData"),
    (oid("1.2.840.113549.1.12.1.1"), "pbeWithSHAAnd128BitRC4"),
    (oid("1.2.840.113549.1.12.1.2"), "pbeWithSHAAnd40BitRC4"),
    (oid("1.2.840.113549.1.12.1.5"), "pbeWithSHAAnd128BitRC2-CBC"),
    (oid("1.2.840.113549.1.12.1.6"), "pbeWithSHAAnd40BitRC2-CBC"),
    (oid("1.2.840.113549.2.5"), "MD5"),
    (oid("1.2.840.113549.2.12"), "hmacWithSHA512-224"),
    (oid("1.2.840.113549.2.13"), "hmacWithSHA512-256"),
    (oid("1.2.840.113549.3.2"), "rc2-cbc"),
    (oid("1.2.840.113549.3.7"), "des-ede3-cbc"),
    (oid("1.3.14.3.2.7"), "des-cbc"),
    (oid("2.16.840.1.101.3.4.1.6"), "aes-128-gcm"),
    (oid("2.16.840.1.101.3.4.1.26"), "aes-192-gcm"),
    (oid("2.16.840.1.101.3.4.1.46"), "aes-256-gcm"),
    (oid("2.16.840.1.101.3.4.2.5"), "SHA-512/224"),
    (oid("2.16.840.1.101.3.4.2.6"), "SHA-512/256"),
    (oid("2.16.840.1.101.3.4.2.8"), "SHA3-256"),
    (oid("2.16.840.1.101.3.4.2.9"), "SHA3-384"),
    (oid("2.16.840.1.101.3.4.2.10"), "SHA3-512"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_scheme_has_its_number() {
        for (oid, name) in [
            ("1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4"),
            ("1.2.3", "1.2.3"),
        ] {
            let error = EncryptionError::Scheme(name.to_owned());
            assert_eq!(unsupported(ObjectIdentifier::new_unwrap(oid)), error);
        }
    }
}
