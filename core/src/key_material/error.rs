//! The reasons why a file is not key material that AWS KMS would accept.

use core::{fmt, ops::RangeInclusive};

use super::{bare_len::bare_len, rsa_fault::RsaFault, weakness::Weakness};
use crate::{
    key_file::{Form, LikelyEncoding, ReadError},
    key_spec::{Curve, KeySpec},
};

/// The reasons why a file is not key material that AWS KMS would accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyMaterialError {
    /// The file yields no key.
    #[error("{0}")]
    Read(ReadError),
    /// AWS KMS would not accept the key.
    #[error("{0}")]
    Material(MaterialError),
}

/// The reasons why a key is not key material that AWS KMS would accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MaterialError {
    /// An invalid RSA private key.
    Rsa(RsaFault),
    /// An EC private key whose scalar does not have the full length of its curve.
    ScalarLength {
        /// The curve.
        curve: Curve,
        /// The length found, in bytes.
        len: usize,
    },
    /// An Ed25519 private key whose seed is not 32 bytes.
    SeedLength {
        /// The length found, in bytes.
        len: usize,
    },
    /// An EC private key whose scalar is zero, or too large: not below the order, for SM2 not below
    /// the order less 1.
    Scalar,
    /// A private key with a public key that does not belong to it.
    PublicKey,
    /// An EC or Ed25519 private key whose public key is not an encoded point of its curve.
    PublicKeyForm,
    /// The certificate that belongs to the key by its place in a file of this form is that of another
    /// key: the first one in PEM, the one with the ID of the key in PKCS#12.
    OtherCertificate(Form),
    /// AWS KMS does not import material of this key spec.
    NotImportable(KeySpec),
    /// An RSA key of another size than 2048, 3072 or 4096 bits.
    ModulusBits(u32),
    /// An EC private key with explicit parameters, where AWS KMS accepts only a named curve.
    CurveNotNamed(Curve),
    /// A valid key of another key spec.
    OtherKeySpec {
        /// The key spec found.
        found: KeySpec,
        /// The key spec expected.
        wanted: KeySpec,
    },
    /// Raw key material of the wrong length; both in bytes.
    WrongLength {
        /// The intended key spec.
        key_spec: KeySpec,
        /// The length found.
        len: usize,
        /// The permitted lengths.
        expected: RangeInclusive<usize>,
        /// The likely format of the bytes.
        looks_like: Option<LikelyEncoding>,
    },
    /// An encoding was named for material that is always a structured private key.
    NoBareForm(KeySpec),
    /// A symmetric key in a JSON Web Key or a key store, instead of a private key.
    SymmetricKey,
    /// A file of an HMAC key that is longer than its hash, because it is text that was not decoded,
    /// or because a line break follows the key. AWS KMS would accept it unchanged.
    NotDecoded {
        /// The intended key spec.
        key_spec: KeySpec,
        /// The length found, in bytes.
        len: usize,
        /// The permitted lengths in bytes.
        expected: RangeInclusive<usize>,
        /// The likely encoding of the bytes.
        looks_like: LikelyEncoding,
    },
    /// Valid but weak key material.
    Weak(Weakness),
}

/// The classes of [`MaterialError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialErrorClass {
    /// The key is broken, or contradicts its file.
    Unsound,
    /// A valid key that AWS KMS does not import.
    NotImportable,
    /// Not the expected kind of key.
    OtherKeySpec,
    /// AWS KMS would accept it, but nobody should use it.
    Weak,
}

impl MaterialError {
    /// Returns the class of the error.
    pub const fn class(&self) -> MaterialErrorClass {
        match self {
            Self::Rsa(_)
            | Self::ScalarLength { .. }
            | Self::SeedLength { .. }
            | Self::Scalar
            | Self::PublicKey
            | Self::PublicKeyForm
            | Self::OtherCertificate(_) => MaterialErrorClass::Unsound,
            Self::NotImportable(_) | Self::ModulusBits(_) | Self::CurveNotNamed(_) => {
                MaterialErrorClass::NotImportable
            }
            Self::OtherKeySpec { .. }
            | Self::WrongLength { .. }
            | Self::NoBareForm(_)
            | Self::SymmetricKey => MaterialErrorClass::OtherKeySpec,
            Self::NotDecoded { .. } | Self::Weak(_) => MaterialErrorClass::Weak,
        }
    }
}

impl fmt::Display for MaterialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(fault) => write!(f, "an RSA private key with {fault}"),
            Self::ScalarLength { curve, len } => {
                let (name, expected) = (curve.name(), curve.scalar_len());
                write!(
                    f,
                    "an EC private key with a scalar of {}; expected {expected} on {name}",
                    Bytes(*len)
                )
            }
            Self::SeedLength { len } => write!(
                f,
                "an Ed25519 private key with a seed of {}; expected 32",
                Bytes(*len)
            ),
            Self::Scalar => {
                f.write_str("an EC private key whose scalar is zero, or too large for its curve")
            }
            Self::PublicKey => {
                f.write_str("the public key in the file does not belong to the private key")
            }
            Self::PublicKeyForm => f.write_str(
                "an EC private key whose public key is not an encoded point of its curve",
            ),
            Self::OtherCertificate(_) => {
                f.write_str("a private key with the certificate of another key")
            }
            Self::NotImportable(KeySpec::Sm2) => {
                f.write_str("AWS KMS imports SM2 key material in the China Regions only")
            }
            Self::NotImportable(key_spec) => {
                write!(f, "AWS KMS does not import {key_spec} key material")
            }
            Self::ModulusBits(bits) => write!(
                f,
                "an RSA key of {bits} bits; AWS KMS imports 2048, 3072 and 4096"
            ),
            Self::CurveNotNamed(curve) => write!(
                f,
                "an EC private key with explicit parameters of the curve {}; AWS KMS accepts \
                 named curves only",
                curve.name()
            ),
            Self::OtherKeySpec { found, wanted } => {
                write!(
                    f,
                    "expected key material for {wanted}, found key material for {found}"
                )
            }
            Self::WrongLength {
                key_spec,
                len,
                expected,
                ..
            } => {
                let (len, lengths) = (Bytes(*len), Lengths(expected));
                if bare_len(*key_spec).is_some() {
                    return write!(f, "{len}; a bare {key_spec} key is {lengths}");
                }
                write!(f, "{len}; {key_spec} key material is {lengths}")
            }
            Self::NotDecoded {
                key_spec,
                len,
                looks_like,
                ..
            } => write!(
                f,
                "expected {key_spec} key material, found {} that look like {looks_like}",
                Bytes(*len)
            ),
            Self::NoBareForm(key_spec) => write!(
                f,
                "{key_spec} key material has no raw form; expected a private key in PKCS#8, \
                 PKCS#1 or SEC1"
            ),
            Self::SymmetricKey => f.write_str("expected a private key, found a symmetric key"),
            Self::Weak(weakness) => write!(f, "weak key material: {weakness}"),
        }
    }
}

impl core::error::Error for MaterialError {}

impl From<ReadError> for KeyMaterialError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<MaterialError> for KeyMaterialError {
    fn from(error: MaterialError) -> Self {
        Self::Material(error)
    }
}

impl From<RsaFault> for MaterialError {
    fn from(fault: RsaFault) -> Self {
        Self::Rsa(fault)
    }
}

/// `1 byte`, `2 bytes`.
struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.0 == 1 { "byte" } else { "bytes" };
        write!(f, "{} {unit}", self.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_was_found_and_what_was_expected() {
        let wrong_length = |key_spec, len, expected| MaterialError::WrongLength {
            key_spec,
            len,
            expected,
            looks_like: None,
        };
        let weak = MaterialError::Weak;
        for (error, text) in [
            (
                MaterialError::Rsa(RsaFault::UnbalancedPrimes),
                "an RSA private key with primes of different lengths",
            ),
            (
                MaterialError::SeedLength { len: 31 },
                "an Ed25519 private key with a seed of 31 bytes; expected 32",
            ),
            (
                wrong_length(KeySpec::SymmetricDefault, 1, 32..=32),
                "1 byte; SYMMETRIC_DEFAULT key material is exactly 32",
            ),
            (
                wrong_length(KeySpec::Hmac224, 27, 28..=128),
                "27 bytes; HMAC_224 key material is 28 to 128",
            ),
            (
                wrong_length(KeySpec::EccSecgP256k1, 31, 32..=32),
                "31 bytes; a bare ECC_SECG_P256K1 key is exactly 32",
            ),
            (
                weak(Weakness::ZeroBytes { count: 9 }),
                "weak key material: 9 zero bytes",
            ),
            (
                weak(Weakness::MostlyPrintable { others: 1 }),
                "weak key material: printable text, except for 1 byte",
            ),
            (
                weak(Weakness::MostlyPrintable { others: 2 }),
                "weak key material: printable text, except for 2 bytes",
            ),
        ] {
            assert_eq!(error.to_string(), text);
        }
        for (count, end) in [(1, "occur once"), (2, "occur 2 times")] {
            let text = Weakness::ReplacementCharacters { count }.to_string();
            assert!(text.ends_with(end), "{text}");
        }
    }
}
