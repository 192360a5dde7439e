//! The mistakes in the material that a blob holds.

use super::line_end::LineEnd;
use crate::{
    key_file::{Encoding, Form, LikelyEncoding, MaterialFormat, ReadError, SourceFormat},
    key_material::{KeyMaterialError, MaterialError},
    mangling::Mangling,
};

/// A mistake in unwrapped material.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// A program treated its bytes as text, and changed them.
    Mangled(Mangling),
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
            Self::Mangled(mangling) => of_mangling(*mangling),
            Self::Form(format) => of_form(*format),
            Self::Error(error) => of_error(error),
        }
    }
}

const fn of_mangling(mangling: Mangling) -> &'static str {
    match mangling {
        Mangling::NewlinesToCrLf | Mangling::CrLfToNewlines => "MaterialNewlineConversion",
        Mangling::Latin1ToUtf8 | Mangling::Windows1252ToUtf8 => "MaterialUtf8Conversion",
        Mangling::ReplacedBytes { .. } => "MaterialReplacementCharacters",
        Mangling::PowerShellText => "MaterialPowerShellText",
    }
}

const fn of_form(format: SourceFormat) -> &'static str {
    match format.form {
        Form::Sec1 => "MaterialSec1",
        Form::Pkcs1 => "MaterialPkcs1",
        Form::OpenSsh => "MaterialOpenSsh",
        Form::Jwk => "MaterialJwk",
        Form::Scalar => "MaterialScalar",
        Form::Seed => "MaterialSeed",
        Form::JavaKeyStore(_) | Form::Pkcs12 => "MaterialForeignFormat",
        _ => match format.encoding {
            Encoding::Pem => "MaterialPem",
            Encoding::Raw
            | Encoding::Hex
            | Encoding::Base64
            | Encoding::Der
            | Encoding::Ber
            | Encoding::Json
            | Encoding::Xml => "MaterialForm",
        },
    }
}

const fn of_error(error: &KeyMaterialError) -> &'static str {
    match error {
        KeyMaterialError::Read(error) => of_read_error(error),
        KeyMaterialError::Material(error) => of_material_error(error),
    }
}

const fn of_read_error(error: &ReadError) -> &'static str {
    match error {
        ReadError::Empty => "MaterialEmpty",
        ReadError::TooLong => "MaterialTooLong",
        ReadError::PassphraseNeeded | ReadError::Encryption { .. } => "MaterialEncrypted",
        ReadError::DamagedPem => "MaterialPem",
        ReadError::Version { .. } | ReadError::Jwk(_) | ReadError::RsaXml(_) => "MaterialUnsound",
        ReadError::Mangled(mangling) => of_mangling(*mangling),
        ReadError::DamagedStore { .. }
        | ReadError::NoKey(_)
        | ReadError::TooManyEntries { .. }
        | ReadError::WrappedInJson { .. } => "MaterialForeignFormat",
        ReadError::TrailingBytes { .. } | ReadError::TwoFiles { .. } => "MaterialTrailingBytes",
        ReadError::NoCurve | ReadError::TwoCurves { .. } => "MaterialCurveName",
        ReadError::Unsupported(form) => of_unsupported(*form),
        ReadError::NotPkcs8(format) => match format.encoding {
            Encoding::Pem => "MaterialPem",
            Encoding::Raw
            | Encoding::Hex
            | Encoding::Base64
            | Encoding::Der
            | Encoding::Ber
            | Encoding::Json
            | Encoding::Xml => of_unsupported(format.form),
        },
        ReadError::Algorithm(_) | ReadError::RsaPss | ReadError::SecretKeyAlgorithm(_) => {
            "MaterialAlgorithm"
        }
        ReadError::Curve(_) | ReadError::ExplicitCurve => "MaterialCurve",
        ReadError::BareScalar(_) => "MaterialScalar",
        ReadError::BareSeed(_) => "MaterialSeed",
        ReadError::SeveralKeys(_) | ReadError::AliasNeeded(_) | ReadError::UnknownAlias { .. } => {
            "MaterialSeveralKeys"
        }
        ReadError::Unreadable {
            looks_like: Some(looks_like),
        } => of_lookalike(*looks_like),
        ReadError::Malformed
        | ReadError::Unreadable { looks_like: None }
        | ReadError::KeySpecNeeded { .. }
        | ReadError::NotWrittenAs { .. } => "MaterialMalformed",
    }
}

const fn of_material_error(error: &MaterialError) -> &'static str {
    match error {
        MaterialError::Rsa(_)
        | MaterialError::ScalarLength { .. }
        | MaterialError::SeedLength { .. }
        | MaterialError::Scalar
        | MaterialError::PublicKey
        | MaterialError::PublicKeyForm
        | MaterialError::Weak(_) => "MaterialUnsound",
        MaterialError::OtherCertificate(_) => "MaterialCertificate",
        MaterialError::NotImportable(_) => "MaterialNotImportable",
        MaterialError::ModulusBits(_) => "MaterialModulusBits",
        MaterialError::CurveNotNamed(_) => "MaterialCurveName",
        MaterialError::OtherKeySpec { .. } => "MaterialKeySpec",
        MaterialError::WrongLength {
            looks_like: None, ..
        } => "MaterialLength",
        MaterialError::WrongLength {
            looks_like: Some(looks_like),
            ..
        }
        | MaterialError::NotDecoded { looks_like, .. } => of_lookalike(*looks_like),
        MaterialError::NoBareForm(_) => "MaterialMalformed",
        MaterialError::SymmetricKey => "MaterialJwk",
    }
}

const fn of_lookalike(looks_like: LikelyEncoding) -> &'static str {
    match looks_like {
        LikelyEncoding::Hex(_) => "MaterialHexText",
        LikelyEncoding::Base64(_) => "MaterialBase64Text",
        LikelyEncoding::TrailingNewline | LikelyEncoding::TrailingCrLf => "MaterialTrailingNewline",
        LikelyEncoding::ByteOrderMark(_) => "MaterialByteOrderMark",
        LikelyEncoding::Utf16(_) => "MaterialUtf16",
        LikelyEncoding::Mangled(mangling) => of_mangling(mangling),
        LikelyEncoding::Der => "MaterialMalformed",
        LikelyEncoding::BitsForBytes => "MaterialLength",
    }
}

const fn of_unsupported(form: Form) -> &'static str {
    match form {
        Form::Sec1 => "MaterialSec1",
        Form::Pkcs1 => "MaterialPkcs1",
        Form::OpenSsh => "MaterialOpenSsh",
        Form::Jwk => "MaterialJwk",
        Form::Scalar => "MaterialScalar",
        Form::Seed => "MaterialSeed",
        Form::Raw
        | Form::Pkcs8
        | Form::OtherPrivateKey
        | Form::Mangled
        | Form::OtherPem
        | Form::OtherJson => "MaterialMalformed",
        Form::EncryptedPkcs8 | Form::EncryptedPem => "MaterialEncrypted",
        Form::PublicKey => "MaterialPublicKey",
        Form::Certificate | Form::CertificateRequest => "MaterialCertificate",
        Form::Utf16 => "MaterialUtf16",
        Form::Pkcs12
        | Form::JavaKeyStore(_)
        | Form::OtherKeyStore(_)
        | Form::OpenPgp
        | Form::Age
        | Form::Putty
        | Form::EthereumKeystore
        | Form::Mnemonic
        | Form::Utf32
        | Form::AzureTransfer
        | Form::WrappedInJson
        | Form::RsaXml
        | Form::Pvk
        | Form::EncryptedPvk
        | Form::CapiBlob
        | Form::CngBlob => "MaterialForeignFormat",
    }
}
