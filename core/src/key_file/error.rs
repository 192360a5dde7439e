//! The reasons why a file yields no key.

use core::fmt;

use super::{
    alias::{Alias, Listed},
    encryption::EncryptionError,
    form::{Form, OtherStoreType},
    jwk_error::JwkError,
    rsa_xml_error::RsaXmlError,
    source_format::{Encoding, SourceFormat},
    text::{LikelyEncoding, MaterialFormat},
    text_layer::MemberPath,
};
use crate::{key_spec::Curve, mangling::Mangling};

/// The largest accepted file of key material, in bytes.
pub const MAX_LEN: usize = 64 << 10;

/// The largest accepted Java key store, in bytes. It can also hold the certificates of a trust store.
pub const MAX_STORE_LEN: usize = 1 << 20;

/// The reasons why a file yields no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// No bytes at all.
    Empty,
    /// More than [`MAX_LEN`] bytes, or a Java key store of more than [`MAX_STORE_LEN`].
    TooLong,
    /// An encrypted private key, and no passphrase.
    PassphraseNeeded,
    /// An encrypted private key that could not be decrypted.
    Encryption {
        /// The encrypted form.
        form: Form,
        /// The reason.
        error: EncryptionError,
    },
    /// PEM of a private key that is truncated, is not base64, or has no supported structure.
    DamagedPem,
    /// A private key whose version number does not fit its contents.
    Version {
        /// The structure with the number.
        form: Form,
        /// The number.
        version: u8,
    },
    /// Bytes after the private key.
    TrailingBytes {
        /// The number of bytes.
        count: usize,
    },
    /// Two files, one after the other, with a private key among them.
    TwoFiles {
        /// The form of the first file.
        first: Form,
        /// The length of the first file in bytes.
        first_len: usize,
        /// The form of the file after it.
        second: Form,
    },
    /// An invalid or unsupported JSON Web Key.
    Jwk(JwkError),
    /// An invalid RSA key in XML.
    RsaXml(RsaXmlError),
    /// JSON with a wrapped key.
    WrappedInJson {
        /// The path of the wrapped key.
        path: MemberPath,
        /// True if it is in the base64 of URLs.
        is_url_safe: bool,
    },
    /// Bytes that a program treated as text, and changed.
    Mangled(Mangling),
    /// Not in the expected encoding.
    NotWrittenAs {
        /// The expected encoding.
        format: MaterialFormat,
        /// The likely format of the bytes.
        looks_like: Option<LikelyEncoding>,
    },
    /// An EC private key that does not name its curve.
    NoCurve,
    /// The key names two different curves.
    TwoCurves {
        /// The curve in the algorithm of PKCS#8.
        outer: Curve,
        /// The curve in the `ECPrivateKey`.
        inner: Curve,
    },
    /// A key store that violates its form.
    DamagedStore {
        /// The form.
        form: Form,
        /// The part with the fault.
        part: &'static str,
    },
    /// A key store without a private or secret key.
    NoKey(Form),
    /// A key store with too many entries, or too many that are encrypted separately.
    TooManyEntries {
        /// The limit.
        max: usize,
    },
    /// A secret key of another algorithm than AES, SM4 and HMAC; its name or object identifier.
    SecretKeyAlgorithm(String),
    /// A file of an unsupported form.
    Unsupported(Form),
    /// Another form than PKCS#8 in DER or BER, where only PKCS#8 is accepted.
    NotPkcs8(SourceFormat),
    /// Invalid contents of a recognised form, or, where only PKCS#8 is accepted, other bytes.
    Malformed,
    /// Neither a private key in a supported format nor short enough for raw key material.
    Unreadable {
        /// The likely format of the bytes.
        looks_like: Option<LikelyEncoding>,
    },
    /// A private key of an algorithm that AWS KMS does not import; its name or object identifier.
    Algorithm(String),
    /// RSA-PSS (`id-RSASSA-PSS`), where AWS KMS requires `rsaEncryption`.
    RsaPss,
    /// An EC private key on a curve that AWS KMS does not import; its name or object identifier.
    Curve(String),
    /// An EC private key with explicit parameters of a curve that AWS KMS does not import.
    ExplicitCurve,
    /// Raw bytes, which do not name their key spec.
    KeySpecNeeded {
        /// The number of bytes.
        len: usize,
        /// The likely format, if not raw.
        looks_like: Option<LikelyEncoding>,
    },
    /// A file with the length of a raw scalar, where a private key was expected.
    BareScalar(MaterialFormat),
    /// A file with the length of a raw Ed25519 seed, where a private key was expected.
    BareSeed(MaterialFormat),
    /// An OpenSSH file with this number of private keys. OpenSSH itself reads no such file.
    SeveralKeys(usize),
    /// More than one key, and no name that selects one; their names.
    AliasNeeded(Vec<Alias>),
    /// No key has this name.
    UnknownAlias {
        /// The name.
        wanted: String,
        /// The names of the keys; none if the file has no names.
        known: Vec<Alias>,
    },
}

/// The classes of [`ReadError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadErrorClass {
    /// The file is empty or too long, or lacks its passphrase.
    Input,
    /// The file violates its form.
    Damaged,
    /// The form, or a part of it, is unsupported.
    Unsupported,
    /// The file can be several kinds of key, or holds several keys.
    Ambiguous,
}

impl ReadError {
    /// Returns the class of the error.
    pub const fn class(&self) -> ReadErrorClass {
        match self {
            Self::Empty | Self::TooLong | Self::TooManyEntries { .. } | Self::PassphraseNeeded => {
                ReadErrorClass::Input
            }
            Self::Encryption { error, .. } => match error {
                EncryptionError::PassphraseNeeded
                | EncryptionError::Passphrase
                | EncryptionError::Mac
                | EncryptionError::OtherPassphrase => ReadErrorClass::Input,
                EncryptionError::Malformed => ReadErrorClass::Damaged,
                EncryptionError::Scheme(_)
                | EncryptionError::Rounds { .. }
                | EncryptionError::Memory { .. } => ReadErrorClass::Unsupported,
            },
            Self::DamagedPem
            | Self::RsaXml(_)
            | Self::Mangled(_)
            | Self::Version { .. }
            | Self::TrailingBytes { .. }
            | Self::NotWrittenAs { .. }
            | Self::NoCurve
            | Self::DamagedStore { .. }
            | Self::TwoCurves { .. }
            | Self::TwoFiles { .. } => ReadErrorClass::Damaged,
            Self::Jwk(error) => match error {
                JwkError::Json(_) | JwkError::MissingMember(_) | JwkError::Member(_) => {
                    ReadErrorClass::Damaged
                }
                JwkError::Encrypted => ReadErrorClass::Unsupported,
                JwkError::KeySet(_) => ReadErrorClass::Ambiguous,
            },
            Self::Unsupported(_)
            | Self::WrappedInJson { .. }
            | Self::NotPkcs8(_)
            | Self::Malformed
            | Self::Unreadable { .. }
            | Self::NoKey(_)
            | Self::SecretKeyAlgorithm(_)
            | Self::Algorithm(_)
            | Self::RsaPss
            | Self::Curve(_)
            | Self::ExplicitCurve => ReadErrorClass::Unsupported,
            Self::KeySpecNeeded { .. }
            | Self::BareScalar(_)
            | Self::BareSeed(_)
            | Self::SeveralKeys(_)
            | Self::AliasNeeded(_)
            | Self::UnknownAlias { .. } => ReadErrorClass::Ambiguous,
        }
    }

    /// Returns the error for a key of `form` that could not be decrypted.
    pub(super) fn encryption(form: Form, error: EncryptionError) -> Self {
        match error {
            EncryptionError::PassphraseNeeded => Self::PassphraseNeeded,
            error => Self::Encryption { form, error },
        }
    }

    /// Returns the error for a PEM file whose contents gave this error.
    pub(super) fn in_pem(self) -> Self {
        match self {
            Self::Malformed => Self::DamagedPem,
            error => error,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::TooLong => write!(f, "longer than {MAX_LEN} bytes"),
            Self::PassphraseNeeded => {
                f.write_str("the private key is encrypted and no passphrase was given")
            }
            Self::Encryption {
                form: Form::OpenSsh,
                error,
            } => write!(f, "an encrypted OpenSSH private key: {error}"),
            Self::Encryption {
                form: form @ (Form::Pkcs12 | Form::JavaKeyStore(_)),
                error,
            } => write!(f, "an encrypted {form} file: {error}"),
            Self::Encryption { error, .. } => write!(f, "an encrypted private key: {error}"),
            Self::DamagedPem => f.write_str("PEM that is truncated or damaged"),
            Self::Version { form, version } => write!(
                f,
                "a private key in {form} form with version {version}; its contents require another \
                 version"
            ),
            Self::TrailingBytes { count } => {
                write!(f, "a private key followed by extra bytes ({count})")
            }
            Self::Jwk(error) => error.fmt(f),
            Self::RsaXml(error) => error.fmt(f),
            Self::WrappedInJson { .. } => f.write_str(unsupported(Form::WrappedInJson)),
            Self::Mangled(mangling) => write!(f, "bytes that {mangling}"),
            Self::NotWrittenAs { format, .. } => write!(f, "not encoded as {format}"),
            Self::DamagedStore { form, part } => write!(f, "a {form} file with damage in {part}"),
            Self::NoKey(form) => write!(f, "a {form} file without a private or secret key"),
            Self::TooManyEntries { max } => write!(f, "more than {max} entries in a key store"),
            Self::SecretKeyAlgorithm(name) => write!(
                f,
                "a secret key of algorithm {name}, which AWS KMS does not import"
            ),
            Self::NoCurve => f.write_str("an EC private key that does not name its curve"),
            Self::TwoCurves { outer, inner } => write!(
                f,
                "an EC private key that names two different curves: {} in PKCS#8, {} inside it",
                outer.name(),
                inner.name()
            ),
            Self::TwoFiles {
                first,
                first_len,
                second,
            } => write!(
                f,
                "two files, one after the other: {first} of {first_len} bytes, then {second}"
            ),
            Self::Unsupported(form) => f.write_str(unsupported(*form)),
            Self::NotPkcs8(format) => not_pkcs8(*format, f),
            Self::Malformed => f.write_str("not a PKCS#8 private key"),
            Self::Unreadable { .. } => f.write_str("not a private key in a supported format"),
            Self::Algorithm(name) => write!(
                f,
                "a private key of algorithm {name}, which AWS KMS does not import"
            ),
            Self::RsaPss => f.write_str("an RSA-PSS private key; AWS KMS requires rsaEncryption"),
            Self::Curve(name) => write!(
                f,
                "an EC private key on the curve {name}, which AWS KMS does not import"
            ),
            Self::ExplicitCurve => f.write_str(
                "an EC private key with explicit parameters of a curve that AWS KMS does not \
                 import (CVE-2020-0601 is an attack with such keys)",
            ),
            Self::KeySpecNeeded { len: 1, .. } => {
                f.write_str("1 byte that does not name its key spec")
            }
            Self::KeySpecNeeded { len, .. } => {
                write!(f, "{len} bytes that do not name their key spec")
            }
            Self::BareScalar(MaterialFormat::Hex) => f.write_str(
                "hex digits of 32 bytes; expected a private key in PKCS#8, PKCS#1 or SEC1",
            ),
            Self::BareScalar(MaterialFormat::Raw | MaterialFormat::Base64) => {
                f.write_str("32 bytes; expected a private key in PKCS#8, PKCS#1 or SEC1")
            }
            Self::BareSeed(MaterialFormat::Hex) => {
                f.write_str("hex digits of 32 bytes; expected a private key in PKCS#8")
            }
            Self::BareSeed(MaterialFormat::Raw | MaterialFormat::Base64) => {
                f.write_str("32 bytes; expected a private key in PKCS#8")
            }
            Self::SeveralKeys(count) => write!(f, "{count} private keys in one OpenSSH key"),
            Self::AliasNeeded(names) => {
                write!(f, "{} keys in one file: {}", names.len(), Listed(names))
            }
            Self::UnknownAlias { wanted, known } if known.is_empty() => {
                write!(
                    f,
                    "no key has the alias '{wanted}': the file has no aliases"
                )
            }
            Self::UnknownAlias { wanted, known } => write!(
                f,
                "no key has the alias '{wanted}'; the file has {}",
                Listed(known)
            ),
        }
    }
}

impl core::error::Error for ReadError {}

impl From<RsaXmlError> for ReadError {
    fn from(error: RsaXmlError) -> Self {
        Self::RsaXml(error)
    }
}

impl From<JwkError> for ReadError {
    fn from(error: JwkError) -> Self {
        Self::Jwk(error)
    }
}

const fn unsupported(form: Form) -> &'static str {
    match form {
        Form::Raw | Form::Scalar | Form::Seed => {
            "expected a private key in PKCS#8, PKCS#1 or SEC1, found the bytes of a key"
        }
        Form::Pkcs8
        | Form::EncryptedPkcs8
        | Form::Pkcs1
        | Form::Sec1
        | Form::OpenSsh
        | Form::Jwk
        | Form::OtherPrivateKey => "a private key in an unsupported format",
        Form::EncryptedPem => "a private key that is encrypted in OpenSSL's older form",
        Form::Pkcs12 => "a PKCS#12 file",
        Form::JavaKeyStore(_) => "a Java key store",
        Form::OtherKeyStore(OtherStoreType::Bks) => "a BKS key store of Bouncy Castle",
        Form::OtherKeyStore(OtherStoreType::Uber) => "an UBER key store of Bouncy Castle",
        Form::OtherKeyStore(OtherStoreType::Bcfks) => "a BCFKS key store of Bouncy Castle",
        Form::OtherKeyStore(OtherStoreType::Dks) => "a DKS file, which only names key stores",
        Form::PublicKey => "expected key material, found a public key",
        Form::Certificate => "expected key material, found a certificate",
        Form::CertificateRequest => "expected key material, found a certificate signing request",
        Form::OpenPgp => "an OpenPGP file",
        Form::Age => "an age file",
        Form::Putty => "a PuTTY private key",
        Form::EthereumKeystore => "an Ethereum key store",
        Form::Mnemonic => "a mnemonic of words (BIP-39)",
        Form::Utf16 => "text in UTF-16 without a key in it",
        Form::Utf32 => "text in UTF-32",
        Form::Mangled => "bytes that a program changed as text",
        Form::AzureTransfer => {
            "a transfer file of Azure Key Vault: a key that is wrapped for Azure, which AWS KMS cannot \
             open"
        }
        Form::WrappedInJson => "JSON with a key that an HSM wrapped",
        Form::RsaXml => "an RSA key in XML",
        Form::Pvk => "a PVK file",
        Form::EncryptedPvk => "an encrypted PVK file",
        Form::CapiBlob => "a private key blob of the CryptoAPI of Windows",
        Form::CngBlob => "a private key blob of CNG (Windows)",
        Form::OtherPem => "PEM without a supported private key",
        Form::OtherJson => "expected a JSON Web Key, found other JSON",
    }
}

fn not_pkcs8(format: SourceFormat, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (format.encoding, format.form) {
        (Encoding::Pem, _) => f.write_str("PEM, not DER"),
        (_, Form::EncryptedPkcs8) => {
            f.write_str("an encrypted private key; AWS KMS accepts only unencrypted PKCS#8")
        }
        (_, form) => write!(f, "a private key in {form} form, not PKCS#8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::{Alias, LikelyEncoding};

    #[test]
    fn an_unknown_alias_is_told_with_the_names_in_the_file() {
        let text = |known: &[&str]| {
            let known = known.iter().map(|name| Alias((*name).to_owned()));
            let error = ReadError::UnknownAlias {
                wanted: "web".to_owned(),
                known: known.collect(),
            };
            error.to_string()
        };
        let none = "no key has the alias 'web': the file has no aliases";
        assert_eq!(text(&[]), none);
        let two = "no key has the alias 'web'; the file has 'a' and 'b'";
        assert_eq!(text(&["a", "b"]), two);
    }

    #[test]
    fn a_key_that_is_not_pkcs8_is_told_by_what_it_is() {
        for (form, encoding, expected) in [
            (Form::Pkcs8, Encoding::Pem, "PEM, not DER"),
            (
                Form::EncryptedPkcs8,
                Encoding::Der,
                "an encrypted private key; AWS KMS accepts only unencrypted PKCS#8",
            ),
            (
                Form::Sec1,
                Encoding::Der,
                "a private key in SEC1 form, not PKCS#8",
            ),
        ] {
            let error = ReadError::NotPkcs8(SourceFormat::plain(form, encoding));
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn an_unsupported_file_is_told_by_its_kind() {
        for store_type in [
            OtherStoreType::Bks,
            OtherStoreType::Uber,
            OtherStoreType::Bcfks,
            OtherStoreType::Dks,
        ] {
            let text = ReadError::Unsupported(Form::OtherKeyStore(store_type)).to_string();
            assert!(text.contains(store_type.as_str()), "{text}");
        }
        for (form, expected) in [
            (Form::PublicKey, "expected key material, found a public key"),
            (
                Form::Certificate,
                "expected key material, found a certificate",
            ),
            (Form::OtherJson, "expected a JSON Web Key, found other JSON"),
        ] {
            assert_eq!(ReadError::Unsupported(form).to_string(), expected);
        }
    }

    #[test]
    fn a_likely_encoding_is_told_with_its_length() {
        for (found, expected) in [
            (LikelyEncoding::Hex(32), "hex digits of 32 bytes"),
            (LikelyEncoding::Base64(32), "base64 of 32 bytes"),
            (
                LikelyEncoding::Utf16(Some(MaterialFormat::Hex)),
                "hex in UTF-16",
            ),
            (LikelyEncoding::Utf16(None), "text in UTF-16"),
        ] {
            assert_eq!(found.to_string(), expected);
        }
    }
}
