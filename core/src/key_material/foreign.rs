//! An unsupported format in place of key material.

use core::fmt;

use der::{Decode as _, Reader as _, Tag, Tagged as _, asn1::AnyRef};
use rsa::pkcs1::RsaPrivateKeyRef;
use spki::SubjectPublicKeyInfoRef;
use x509_cert::{Certificate, request::CertReq};

use super::{ec_key::EcPrivateKey, ethereum};
use crate::key_file::{Structure, encrypted_pkcs8};

/// The first line of a file that age encrypted; any bytes follow.
///
/// # Source
///
/// C2SP, age: the header's version line.
const AGE_FILE: &[u8] = b"age-encryption.org/v1\n";

/// An unsupported format in place of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// A private key in another format than PKCS#8, where only PKCS#8 is accepted.
    NotPkcs8(Structure),
    /// PEM, where only DER is accepted.
    Pem,
    /// An encrypted PKCS#8 private key, where no passphrase can be given.
    EncryptedPkcs8,
    /// An encrypted private key in OpenSSL's older form.
    EncryptedPem,
    /// A PKCS#12 file (`.p12`, `.pfx`).
    Pkcs12,
    /// A Java key store.
    Jks,
    /// A public key.
    PublicKey,
    /// A certificate.
    Certificate,
    /// A certificate signing request.
    CertificateRequest,
    /// An OpenPGP key or message.
    OpenPgp,
    /// An age identity, or a file that age encrypted.
    Age,
    /// A PuTTY private key.
    Putty,
    /// An Ethereum key store, version 3.
    EthereumKeystore,
    /// A BIP-39 mnemonic.
    Mnemonic,
    /// A symmetric key in a JSON Web Key, where a private key was expected.
    SymmetricJwk,
    /// Text in UTF-16.
    Utf16,
    /// PEM with another label.
    OtherPem,
    /// JSON that is not a JWK.
    OtherJson,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPkcs8(structure) => write!(f, "a private key in {structure} form, not PKCS#8"),
            Self::Pem => f.write_str("PEM, not DER"),
            Self::EncryptedPkcs8 => f.write_str("an encrypted private key"),
            Self::EncryptedPem => f.write_str("a private key encrypted in OpenSSL's older form"),
            Self::Pkcs12 => f.write_str("a PKCS#12 file"),
            Self::Jks => f.write_str("a Java key store"),
            Self::PublicKey => f.write_str("a public key, where the private key belongs"),
            Self::Certificate => f.write_str("a certificate, where the private key belongs"),
            Self::CertificateRequest => {
                f.write_str("a certificate signing request, where the private key belongs")
            }
            Self::OpenPgp => f.write_str("an OpenPGP file"),
            Self::Age => f.write_str("a file of age"),
            Self::Putty => f.write_str("a PuTTY private key"),
            Self::EthereumKeystore => f.write_str("an Ethereum key store"),
            Self::Mnemonic => f.write_str("a mnemonic of words (BIP-39)"),
            Self::SymmetricJwk => f.write_str("a symmetric key (JWK), where a private key belongs"),
            Self::Utf16 => f.write_str("text in UTF-16"),
            Self::OtherPem => f.write_str("PEM, but not of a private key that is read"),
            Self::OtherJson => f.write_str("JSON, but not a JSON Web Key"),
        }
    }
}

impl Foreign {
    /// Returns the format of a text by its beginning; `None` for an unknown one.
    ///
    /// # Source
    ///
    /// C2SP, age; PuTTY manual, appendix C; RFC 4253, 6.6 (OpenSSH public keys); Web3 Secret
    /// Storage.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
        if text.as_bytes().starts_with(AGE_FILE)
            || text.lines().any(|line| line.starts_with("AGE-SECRET-KEY-"))
        {
            Some(Self::Age)
        } else if begins(&["PuTTY-User-Key-File-"]) {
            Some(Self::Putty)
        } else if begins(&[
            "ssh-rsa ",
            "ssh-ed25519 ",
            "ecdsa-sha2-",
            "sk-ssh-",
            "sk-ecdsa-",
        ]) {
            Some(Self::PublicKey)
        } else if begins(&["{"]) {
            Some(Self::of_json(text))
        } else {
            ethereum::is_mnemonic(text).then_some(Self::Mnemonic)
        }
    }

    fn of_json(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        if lower.contains("\"crypto\"") && lower.contains("\"kdfparams\"") {
            Self::EthereumKeystore
        } else {
            Self::OtherJson
        }
    }

    /// Returns the format of a PEM block with this label, if it is never a supported private key.
    pub(super) fn of_label(label: &str) -> Self {
        match label {
            "ENCRYPTED PRIVATE KEY" => Self::EncryptedPkcs8,
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "EC PUBLIC KEY" | "SSH2 PUBLIC KEY" => {
                Self::PublicKey
            }
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::CertificateRequest,
            "AGE ENCRYPTED FILE" => Self::Age,
            "PKCS12" => Self::Pkcs12,
            label if label.starts_with("PGP ") => Self::OpenPgp,
            _ => Self::OtherPem,
        }
    }

    /// Returns the format of bytes, unless they are PKCS#8 or unknown.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if EcPrivateKey::from_der(bytes).is_ok() {
            Some(Self::NotPkcs8(Structure::Sec1))
        } else if RsaPrivateKeyRef::from_der(bytes).is_ok() {
            Some(Self::NotPkcs8(Structure::Pkcs1))
        } else if encrypted_pkcs8::looks_like(bytes) {
            Some(Self::EncryptedPkcs8)
        } else if SubjectPublicKeyInfoRef::from_der(bytes).is_ok() {
            Some(Self::PublicKey)
        } else if Certificate::from_der(bytes).is_ok() {
            Some(Self::Certificate)
        } else if CertReq::from_der(bytes).is_ok() {
            Some(Self::CertificateRequest)
        } else if is_pkcs12(bytes) {
            Some(Self::Pkcs12)
        } else if bytes.starts_with(b"\xfe\xed\xfe\xed") || bytes.starts_with(b"\xce\xce\xce\xce") {
            Some(Self::Jks)
        } else if bytes.starts_with(AGE_FILE) {
            Some(Self::Age)
        } else if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            Some(Self::Utf16)
        } else {
            is_open_pgp_key(bytes).then_some(Self::OpenPgp)
        }
    }
}

/// `SEQUENCE { INTEGER 3, ContentInfo, MacData OPTIONAL }`: RFC 7292, 4.
fn is_pkcs12(bytes: &[u8]) -> bool {
    let Ok(sequence) = AnyRef::from_der(bytes) else {
        return false;
    };
    let version = sequence.sequence(|reader| {
        let version: u8 = reader.decode()?;
        let content: AnyRef<'_> = reader.decode()?;
        let _mac_data: Option<AnyRef<'_>> = reader.decode()?;
        Ok::<_, der::Error>((version, content.tag()))
    });
    version.is_ok_and(|found| found == (3, Tag::Sequence))
}

/// Returns whether bytes begin with the packet of an OpenPGP secret or public key, in either header
/// format: tag 5 or 6, then the length, then the version. The packet must be complete, and must be
/// the last or be followed by a packet that belongs to a key. A few random files in a million pass.
///
/// # Source
///
/// RFC 9580, 4.2, 5.5, 10.1.
fn is_open_pgp_key(bytes: &[u8]) -> bool {
    // In an old header, the two lowest bits give the number of length octets; in a new one, the
    // first length octet does.
    let (header_len, len) = match bytes {
        [0x94 | 0x98, len, ..] | [0xc5 | 0xc6, len @ 0..=191, ..] => (2, usize::from(*len)),
        [0x95 | 0x99, high, low, ..] => (3, usize::from(u16::from_be_bytes([*high, *low]))),
        [0xc5 | 0xc6, high @ 192..=223, low, ..] => (
            3,
            (usize::from(*high) - 192) * 256 + usize::from(*low) + 192,
        ),
        _ => return false,
    };
    let Some((body, rest)) = bytes
        .get(header_len..)
        .and_then(|bytes| bytes.split_at_checked(len))
    else {
        return false;
    };
    // A signature, a secret or public subkey, a user ID or a user attribute; in old headers and
    // new.
    let goes_on = match rest {
        [] => true,
        [header @ 0x80..=0xbf, ..] => matches!((header >> 2) & 0xf, 2 | 7 | 13 | 14),
        [header @ 0xc0..=0xff, ..] => matches!(header & 0x3f, 2 | 7 | 13 | 14 | 17),
        _ => false,
    };
    // The version, four bytes of the creation time, and an algorithm.
    goes_on && matches!(body, [3..=6, _, _, _, _, algorithm, ..] if *algorithm <= 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        for (text, expected) in [
            (
                "# created: 2026\n# public key: age1x\nAGE-SECRET-KEY-1QQ",
                Some(Foreign::Age),
            ),
            ("age-encryption.org/v1\n-> X25519 x", Some(Foreign::Age)),
            (
                "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none",
                Some(Foreign::Putty),
            ),
            ("ssh-rsa AAAAB3 me@here", Some(Foreign::PublicKey)),
            ("ecdsa-sha2-nistp256 AAAA me@here", Some(Foreign::PublicKey)),
            (
                "{\"version\":3,\"Crypto\":{\"kdfparams\":{}}}",
                Some(Foreign::EthereumKeystore),
            ),
            ("{\"crypto\":{}}", Some(Foreign::OtherJson)),
            ("\u{feff}{}", Some(Foreign::OtherJson)),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(Foreign::of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn labels_are_told_apart() {
        for (label, expected) in [
            ("ENCRYPTED PRIVATE KEY", Foreign::EncryptedPkcs8),
            ("RSA PUBLIC KEY", Foreign::PublicKey),
            ("TRUSTED CERTIFICATE", Foreign::Certificate),
            ("NEW CERTIFICATE REQUEST", Foreign::CertificateRequest),
            ("PGP PRIVATE KEY BLOCK", Foreign::OpenPgp),
            ("AGE ENCRYPTED FILE", Foreign::Age),
            ("X509 CRL", Foreign::OtherPem),
        ] {
            assert_eq!(Foreign::of_label(label), expected, "{label}");
        }
    }

    #[test]
    fn key_stores_and_packets_are_told_apart() {
        let der = |body: &[u8]| [&[0x30, u8::try_from(body.len()).expect("short")], body].concat();
        let scheme = [0x30, 3, 6, 1, 42];
        assert_eq!(
            Foreign::of_bytes(&der(&[&scheme[..], &[4, 1, 0]].concat())),
            Some(Foreign::EncryptedPkcs8)
        );
        assert_eq!(
            Foreign::of_bytes(&der(&[&[2, 1, 3][..], &scheme].concat())),
            Some(Foreign::Pkcs12)
        );
        assert_eq!(Foreign::of_bytes(&der(&[2, 1, 3])), None);
        assert_eq!(
            Foreign::of_bytes(b"\xfe\xed\xfe\xed\0\0\0\x02"),
            Some(Foreign::Jks)
        );
        assert_eq!(
            Foreign::of_bytes(b"age-encryption.org/v1\n-> X25519 \xff"),
            Some(Foreign::Age)
        );
        assert_eq!(Foreign::of_bytes(b"\xff\xfe-\0-\0"), Some(Foreign::Utf16));
    }

    #[test]
    fn packets_of_open_pgp_are_told_by_what_is_around_them() {
        let body = [&[4, 0, 0, 0, 0, 22][..], &[7; 251]].concat();
        for header in [
            &[0x95, 1, 1][..],
            &[0x99, 1, 1],
            &[0xc5, 192, 65],
            &[0xc6, 192, 65],
        ] {
            let packet = [header, &body].concat();
            for (rest, expected) in [
                (&[][..], Some(Foreign::OpenPgp)),
                (&[0xb4, 1, b'x'], Some(Foreign::OpenPgp)),
                (&[0xcd, 1, b'x'], Some(Foreign::OpenPgp)),
                (&[0x31, 1, b'x'], None),
                (&[0xa0, 1, b'x'], None),
            ] {
                assert_eq!(
                    Foreign::of_bytes(&[&packet, rest].concat()),
                    expected,
                    "{header:?} {rest:?}"
                );
            }
            assert_eq!(
                Foreign::of_bytes(&packet[..packet.len() - 1]),
                None,
                "a part of one"
            );
        }
        let short = [0x94, 7, 4, 0, 0, 0, 0, 1, 0];
        assert_eq!(Foreign::of_bytes(&short), Some(Foreign::OpenPgp));
        assert_eq!(
            Foreign::of_bytes(&[0xc5, 7, 9, 0, 0, 0, 0, 1, 0]),
            None,
            "of no version"
        );
        assert_eq!(
            Foreign::of_bytes(&[0xc5, 7, 4, 0, 0, 0, 0, 29, 0]),
            None,
            "of no algorithm"
        );
    }
}
