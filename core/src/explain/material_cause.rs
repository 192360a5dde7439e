//! The mistakes in the material that a blob holds.

use super::line_end::LineEnd;
use crate::key_material::{
    Encoding, Foreign, KeyMaterialError, Lookalike, MaterialFormat, SourceFormat, Structure,
};

/// A mistake in unwrapped material.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MaterialCause {
    /// Text instead of bytes.
    Text(MaterialFormat),
    /// A leading byte order mark of UTF-8.
    ByteOrderMark,
    /// It is text in UTF-16.
    Utf16,
    /// A line break at the end.
    Newline(LineEnd),
    /// Zero bytes before or after it, and their number.
    Zeros {
        /// Before it.
        before: usize,
        /// After it.
        after: usize,
    },
    /// The right kind of key, in a form that AWS KMS does not accept.
    Form(SourceFormat),
    /// Not material for this key, in the words of the reader.
    Error(KeyMaterialError),
}

impl MaterialCause {
    /// Returns the name of the mistake for programs. It does not change.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text(MaterialFormat::Hex) => "MaterialHexText",
            Self::Text(_) => "MaterialBase64Text",
            Self::ByteOrderMark => "MaterialByteOrderMark",
            Self::Utf16 => "MaterialUtf16",
            Self::Newline(_) => "MaterialTrailingNewline",
            Self::Zeros { .. } => "MaterialZeroPadded",
            Self::Form(format) => of_form(*format),
            Self::Error(error) => of_error(error),
        }
    }
}

const fn of_form(format: SourceFormat) -> &'static str {
    match (format.structure, format.encoding) {
        (Structure::Sec1, _) => "MaterialSec1",
        (Structure::Pkcs1, _) => "MaterialPkcs1",
        (Structure::OpenSsh, _) => "MaterialOpenSsh",
        (Structure::Jwk, _) => "MaterialJwk",
        (Structure::Scalar, _) => "MaterialScalar",
        (_, Encoding::Pem) => "MaterialPem",
        _ => "MaterialForm",
    }
}

const fn of_error(error: &KeyMaterialError) -> &'static str {
    match error {
        KeyMaterialError::Empty => "MaterialEmpty",
        KeyMaterialError::TooLong => "MaterialTooLong",
        KeyMaterialError::WrongLength { looks_like, .. } => of_lookalike(*looks_like),
        KeyMaterialError::PassphraseNeeded
        | KeyMaterialError::Encryption(_)
        | KeyMaterialError::OpenSshEncryption(_) => "MaterialEncrypted",
        KeyMaterialError::DamagedPem => "MaterialPem",
        KeyMaterialError::BareScalar(_) => "MaterialScalar",
        KeyMaterialError::Foreign(foreign) => of_foreign(*foreign),
        KeyMaterialError::TrailingBytes { .. } => "MaterialTrailingBytes",
        KeyMaterialError::Algorithm(_) | KeyMaterialError::RsaPss => "MaterialAlgorithm",
        KeyMaterialError::Curve(_) | KeyMaterialError::ExplicitCurve => "MaterialCurve",
        KeyMaterialError::CurveNotNamed(_)
        | KeyMaterialError::NoCurve
        | KeyMaterialError::TwoCurves => "MaterialCurveName",
        KeyMaterialError::ModulusBits(_) => "MaterialModulusBits",
        KeyMaterialError::OtherKeySpec { .. } => "MaterialKeySpec",
        KeyMaterialError::SeveralKeys(_) => "MaterialSeveralKeys",
        KeyMaterialError::OtherCertificate => "MaterialCertificate",
        KeyMaterialError::Rsa(_)
        | KeyMaterialError::ScalarLength { .. }
        | KeyMaterialError::Scalar
        | KeyMaterialError::PublicKey
        | KeyMaterialError::PublicKeyForm
        | KeyMaterialError::Version { .. }
        | KeyMaterialError::Jwk(_)
        | KeyMaterialError::Weak(_) => "MaterialUnsound",
        KeyMaterialError::NotImportable(_) => "MaterialNotImportable",
        KeyMaterialError::NotDecoded { looks_like, .. }
        | KeyMaterialError::Unreadable {
            looks_like: Some(looks_like),
        } => of_lookalike(Some(*looks_like)),
        KeyMaterialError::Malformed
        | KeyMaterialError::Unreadable { looks_like: None }
        | KeyMaterialError::KeySpecNeeded { .. }
        | KeyMaterialError::NotWrittenAs { .. }
        | KeyMaterialError::NoBareForm(_) => "MaterialMalformed",
    }
}

const fn of_lookalike(looks_like: Option<Lookalike>) -> &'static str {
    match looks_like {
        Some(Lookalike::Hex(_)) => "MaterialHexText",
        Some(Lookalike::Base64(_)) => "MaterialBase64Text",
        Some(Lookalike::TrailingNewline | Lookalike::TrailingCrLf) => "MaterialTrailingNewline",
        Some(Lookalike::ByteOrderMark(_)) => "MaterialByteOrderMark",
        Some(Lookalike::Utf16(_)) => "MaterialUtf16",
        Some(Lookalike::Der) => "MaterialMalformed",
        Some(Lookalike::BitsForBytes) | None => "MaterialLength",
    }
}

const fn of_foreign(foreign: Foreign) -> &'static str {
    match foreign {
        Foreign::NotPkcs8(Structure::Sec1) => "MaterialSec1",
        Foreign::NotPkcs8(Structure::Pkcs1) => "MaterialPkcs1",
        Foreign::NotPkcs8(_) | Foreign::OtherPem | Foreign::OtherJson => "MaterialMalformed",
        Foreign::Pem => "MaterialPem",
        Foreign::EncryptedPkcs8 | Foreign::EncryptedPem => "MaterialEncrypted",
        Foreign::PublicKey => "MaterialPublicKey",
        Foreign::Certificate | Foreign::CertificateRequest => "MaterialCertificate",
        Foreign::SymmetricJwk => "MaterialJwk",
        Foreign::Utf16 => "MaterialUtf16",
        Foreign::Pkcs12
        | Foreign::Jks
        | Foreign::OpenPgp
        | Foreign::Age
        | Foreign::Putty
        | Foreign::EthereumKeystore
        | Foreign::Mnemonic => "MaterialForeignFormat",
    }
}
