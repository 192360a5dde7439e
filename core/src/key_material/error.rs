//! The reasons why bytes are not key material that AWS KMS would accept.

use core::{fmt, ops::RangeInclusive};

use super::{
    Weakness, bare_key::scalar_len, foreign::Foreign, jwk::JwkError, open_ssh::OpenSshError,
    rsa_key::RsaFault,
};
use crate::{
    key_file::{EncryptionError, Lookalike, MaterialFormat, Structure},
    key_spec::{Curve, KeySpec},
};

/// The reasons why bytes are not key material that AWS KMS would accept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMaterialError {
    /// No bytes at all.
    Empty,
    /// More than [`super::MAX_LEN`] bytes.
    TooLong,
    /// Raw key material of the wrong length; both in bytes.
    WrongLength {
        /// The intended key spec.
        key_spec: KeySpec,
        /// The length found.
        len: usize,
        /// The permitted lengths.
        expected: RangeInclusive<usize>,
        /// The likely format of the bytes.
        looks_like: Option<Lookalike>,
    },
    /// A file of an HMAC key that is longer than its hash because it is text that was not decoded, or
    /// because the end of a line follows the key. AWS KMS would take it as it is.
    NotDecoded {
        /// The intended key spec.
        key_spec: KeySpec,
        /// The length found, in bytes.
        len: usize,
        /// How long keys of that kind are, in bytes.
        expected: RangeInclusive<usize>,
        /// What the bytes look like.
        looks_like: Lookalike,
    },
    /// Raw bytes, which do not name their key spec.
    KeySpecNeeded {
        /// The number of bytes.
        len: usize,
        /// The likely format, if not raw.
        looks_like: Option<Lookalike>,
    },
    /// An encrypted private key, and no passphrase.
    PassphraseNeeded,
    /// An encrypted PKCS#8 private key that could not be decrypted.
    Encryption(EncryptionError),
    /// An encrypted OpenSSH private key that could not be decrypted.
    OpenSshEncryption(EncryptionError),
    /// An invalid or unsupported JSON Web Key.
    Jwk(JwkError),
    /// Not in the expected encoding.
    NotWrittenAs {
        /// The expected encoding.
        format: MaterialFormat,
        /// The likely format of the bytes.
        looks_like: Option<Lookalike>,
    },
    /// A file with the length of a raw scalar, where a private key was expected.
    BareScalar(MaterialFormat),
    /// An encoding was named for material that is always a structured private key.
    NoBareForm(KeySpec),
    /// An unsupported format.
    Foreign(Foreign),
    /// Not PKCS#8, where only PKCS#8 is accepted.
    Malformed,
    /// PEM of a private key that is truncated, is not base64, or has no supported structure.
    DamagedPem,
    /// Neither a private key in a supported format nor short enough for raw key material.
    Unreadable {
        /// The likely format of the bytes.
        looks_like: Option<Lookalike>,
    },
    /// A private key whose version number does not fit its contents.
    Version {
        /// The structure with the number.
        structure: Structure,
        /// The number.
        version: u8,
    },
    /// Bytes after the private key.
    TrailingBytes {
        /// The number of bytes.
        count: usize,
    },
    /// A private key of an algorithm that AWS KMS does not import; its name or object identifier.
    Algorithm(String),
    /// An EC private key on a curve that AWS KMS does not import; its name or object identifier.
    Curve(String),
    /// An EC private key that does not name its curve.
    NoCurve,
    /// An EC private key with explicit parameters of a curve that AWS KMS does not import.
    ExplicitCurve,
    /// An EC private key with explicit parameters, where AWS KMS accepts only a named curve.
    CurveNotNamed(Curve),
    /// The key names two different curves.
    TwoCurves,
    /// An RSA key of another size than 2048, 3072 or 4096 bits.
    ModulusBits(u32),
    /// A valid key of another key spec.
    OtherKeySpec {
        /// The key spec found.
        found: KeySpec,
        /// The key spec expected.
        wanted: KeySpec,
    },
    /// An invalid RSA private key.
    Rsa(RsaFault),
    /// An EC private key whose scalar does not have the full length of its curve.
    ScalarLength {
        /// The curve.
        curve: Curve,
        /// The length found, in bytes.
        len: usize,
    },
    /// An EC private key whose scalar is zero, or too large: not below the order, for SM2 not below
    /// the order less 1.
    Scalar,
    /// A private key with a public key that does not belong to it.
    PublicKey,
    /// An EC private key whose public key is not an encoded point of its curve.
    PublicKeyForm,
    /// RSA-PSS (`id-RSASSA-PSS`), where AWS KMS requires `rsaEncryption`.
    RsaPss,
    /// More than one private key.
    SeveralKeys(usize),
    /// The first certificate beside the key belongs to another key.
    OtherCertificate,
    /// Valid but weak key material.
    Weak(Weakness),
    /// AWS KMS does not import material of this key spec.
    NotImportable(KeySpec),
}

impl fmt::Display for KeyMaterialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::TooLong => write!(f, "longer than {} bytes", super::MAX_LEN),
            Self::WrongLength { key_spec, len, expected, .. } => {
                let (len, lengths) = (Bytes(*len), Lengths(expected));
                if *key_spec == KeySpec::EccSecgP256k1 {
                    return write!(f, "{len}; a bare {key_spec} key is {lengths}");
                }
                write!(f, "{len}; {key_spec} key material is {lengths}")
            }
            Self::NotDecoded { key_spec, len, looks_like, .. } => {
                write!(f, "{} that look like {looks_like}, not like an {key_spec} key", Bytes(*len))
            }
            Self::KeySpecNeeded { len, .. } => {
                write!(f, "{} that do not say what kind of key they are", Bytes(*len))
            }
            Self::PassphraseNeeded => f.write_str("an encrypted private key"),
            Self::Encryption(error) => write!(f, "an encrypted private key: {error}"),
            Self::OpenSshEncryption(error) => write!(f, "an encrypted OpenSSH private key: {error}"),
            Self::Jwk(error) => error.fmt(f),
            Self::NotWrittenAs { format, .. } => write!(f, "not written as {format}"),
            Self::BareScalar(MaterialFormat::Hex) => {
                f.write_str("hex digits of 32 bytes, not a private key in a structure")
            }
            Self::BareScalar(_) => f.write_str("32 bytes, not a private key in a structure"),
            Self::NoBareForm(key_spec) => {
                write!(f, "{key_spec} key material has no raw form: it is a private key in a structure")
            }
            Self::Foreign(foreign) => foreign.fmt(f),
            Self::Malformed => f.write_str("not a private key in PKCS#8 form"),
            Self::DamagedPem => f.write_str("PEM that is cut off or damaged"),
            Self::Unreadable { .. } => f.write_str("not a private key in any form that is read"),
            Self::Version { structure, version } => {
                write!(f, "a private key in {structure} form whose version number, {version}, does not go with its contents")
            }
            Self::TrailingBytes { count } => write!(f, "a private key with bytes after its end ({count})"),
            Self::Algorithm(name) => {
                write!(f, "a private key of algorithm {name}, which AWS KMS does not import")
            }
            Self::Curve(name) => {
                write!(f, "an EC private key on the curve {name}, which AWS KMS does not import")
            }
            Self::NoCurve => f.write_str("an EC private key that does not name its curve"),
            Self::ExplicitCurve => f.write_str(
                "an EC private key whose curve is written out, and is none that AWS KMS imports (CVE-2020-0601 is an \
                 attack by such keys)",
            ),
            Self::CurveNotNamed(curve) => {
                write!(f, "an EC private key whose curve, {}, is written out instead of named", curve.name())
            }
            Self::TwoCurves => f.write_str("an EC private key that names two curves"),
            Self::ModulusBits(bits) => {
                write!(f, "an RSA key of {bits} bits; AWS KMS imports 2048, 3072 and 4096")
            }
            Self::OtherKeySpec { found, wanted } => write!(f, "key material for {found}, not for {wanted}"),
            Self::Rsa(fault) => write!(f, "an RSA private key with {fault}"),
            Self::ScalarLength { curve, len } => {
                let (curve, expected) = (curve.name(), scalar_len(*curve));
                write!(f, "an EC private key with a scalar of {}; on {curve} it has {expected}", Bytes(*len))
            }
            Self::Scalar => {
                f.write_str("an EC private key that is zero, or too large for its curve")
            }
            Self::PublicKey => f.write_str("a private key with a public key that is not its own"),
            Self::PublicKeyForm => {
                f.write_str("an EC private key with a public key that is not written as a point of its curve")
            }
            Self::RsaPss => f.write_str("an RSA-PSS private key; AWS KMS wants rsaEncryption"),
            Self::SeveralKeys(count) => write!(f, "{count} private keys in one file"),
            Self::OtherCertificate => f.write_str("a private key with the certificate of another"),
            Self::Weak(weakness) => write!(f, "weak key material: {weakness}"),
            Self::NotImportable(KeySpec::Sm2) => {
                f.write_str("AWS KMS imports SM2 key material in the China Regions only")
            }
            Self::NotImportable(key_spec) => write!(f, "AWS KMS imports no {key_spec} key material"),
        }
    }
}

impl core::error::Error for KeyMaterialError {}

impl From<RsaFault> for KeyMaterialError {
    fn from(fault: RsaFault) -> Self {
        Self::Rsa(fault)
    }
}

impl From<EncryptionError> for KeyMaterialError {
    fn from(error: EncryptionError) -> Self {
        match error {
            EncryptionError::PassphraseNeeded => Self::PassphraseNeeded,
            error => Self::Encryption(error),
        }
    }
}

impl From<OpenSshError> for KeyMaterialError {
    fn from(error: OpenSshError) -> Self {
        match error {
            OpenSshError::PassphraseNeeded => Self::PassphraseNeeded,
            OpenSshError::Encryption(error) => Self::OpenSshEncryption(error),
            OpenSshError::Algorithm(name) => Self::Algorithm(name),
            OpenSshError::SeveralKeys(count) => Self::SeveralKeys(count),
            OpenSshError::Key(fault) => fault.into(),
            OpenSshError::Malformed => Self::Malformed,
        }
    }
}

impl From<JwkError> for KeyMaterialError {
    fn from(error: JwkError) -> Self {
        match error {
            JwkError::PublicOnly => Self::Foreign(Foreign::PublicKey),
            JwkError::KeyType(name) => Self::Algorithm(name),
            JwkError::Curve(name) => Self::Curve(name),
            JwkError::Key(fault) => fault.into(),
            error => Self::Jwk(error),
        }
    }
}

impl From<Foreign> for KeyMaterialError {
    fn from(foreign: Foreign) -> Self {
        Self::Foreign(foreign)
    }
}

/// `1 byte`, `2 bytes`.
struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.0,
            if self.0 == 1 { "byte" } else { "bytes" }
        )
    }
}

/// `exactly 32`, `28 to 128`.
struct Lengths<'a>(&'a RangeInclusive<usize>);

impl fmt::Display for Lengths<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.0.start(), self.0.end());
        if start == end {
            write!(f, "exactly {start}")
        } else {
            write!(f, "{start} to {end}")
        }
    }
}
