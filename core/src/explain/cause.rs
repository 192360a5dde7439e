//! The mistakes that `explain` distinguishes, with their evidence and their names in reports.

use super::{Hash, line_end::LineEnd, material_cause::MaterialCause};
use crate::{
    inspect::Kind,
    key_file::{MaterialFormat, MemberPath},
    key_id::KeyArn,
    key_material::KeyMaterialError,
    key_spec::KeySpec,
    mangling::Mangling,
    timestamp::Timestamp,
    wrapping::sm2pke::RawOrder,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// One mistake. The program saw it: in the bytes of the blob, or behind a decryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The import token is text instead of bytes.
    EncodedToken {
        /// The encoding.
        format: MaterialFormat,
        /// The number of layers.
        times: usize,
    },
    /// The blob is empty.
    EmptyBlob,
    /// A program treated the bytes of the blob as text, and changed them.
    Mangled(Mangling),
    /// The blob is a transfer file of Azure Key Vault.
    AzureTransferFile {
        /// True if the wrapping key here opens the ciphertext in it.
        opens: bool,
    },
    /// The blob is in a JSON document.
    InJson {
        /// The path of the blob.
        path: MemberPath,
        /// True if it is in the base64 of URLs.
        is_url_safe: bool,
    },
    /// The blob is a JSON document.
    JsonDocument(JsonKind),
    /// The blob is an import token.
    ImportToken {
        /// True if it is the token of the request.
        is_own: bool,
    },
    /// The blob is a public key, or a certificate.
    PublicKey {
        /// True if it is the wrapping key.
        is_wrapping_key: bool,
    },
    /// The blob is a private key of this key spec that is not wrapped.
    UnwrappedPrivateKey(KeySpec),
    /// The blob is a key file that AWS KMS would not import unchanged: an encrypted key, a key
    /// store, or a key of another algorithm.
    UnusableKeyFile(KeyMaterialError),
    /// The blob has the length of raw key material, and wrapped material is never so short.
    UnwrappedLength {
        /// The length in bytes.
        len: usize,
        /// The key spec with that length.
        key_spec: KeySpec,
    },
    /// The blob is text.
    Text {
        /// The encoding.
        form: TextForm,
        /// The number of layers.
        times: usize,
    },
    /// A line break follows the blob.
    TrailingNewline(LineEnd),
    /// Extra bytes before or after the blob.
    Extended {
        /// The number of bytes before it.
        before: usize,
        /// The number of bytes after it.
        after: usize,
    },
    /// The block lacks a leading zero byte: a number was written in as few bytes as possible.
    LeadingZeroLost,
    /// The block has an extra leading zero byte: a number was written with its sign.
    LeadingZeroAdded,
    /// The bytes of the block are in reverse order, as the CryptoAPI of Windows writes them.
    LittleEndian,
    /// The blob is shorter than one RSA block; both in bytes.
    Truncated {
        /// The length found.
        len: usize,
        /// The length of one block.
        block: usize,
    },
    /// The blob opens with other parameters of this store.
    OtherParameterSet(Box<OtherParameterSet>),
    /// The wrapped material precedes the wrapped AES key.
    HalvesSwapped,
    /// The material is in the RSA block, and the algorithm expects it under an AES key.
    RsaesOaepForRsaAes(WrappingAlgorithm),
    /// The material is under an AES key, and the algorithm expects it in the RSA block.
    RsaAesForRsaesOaep(WrappingAlgorithm),
    /// RSAES-OAEP with another hash, or with two different hashes.
    OaepHashes {
        /// The hash of the label.
        label: Hash,
        /// The hash of MGF1.
        mgf1: Hash,
        /// The hash that both should be.
        asked: Hash,
    },
    /// RSAES-OAEP with a label (PKCS #11: source data), which must be empty.
    OaepLabel,
    /// RSAES-PKCS1-v1_5.
    Pkcs1V15,
    /// RSA without padding.
    NoPadding,
    /// The AES key is not 256 bits long; its length in bytes.
    AesKeyLength(usize),
    /// The RSA block holds the AES key as text, or with a line break.
    AesKeyForm(AesKeyForm),
    /// The RSA block does not hold an AES key; its length in bytes.
    NoAesKey(usize),
    /// AES key wrap without padding: RFC 3394 instead of RFC 5649.
    Rfc3394,
    /// AES key wrap with another initial value than that of the RFC.
    InitialValue {
        /// The initial value.
        found: Vec<u8>,
        /// The key wrap.
        wrap: KeyWrap,
    },
    /// AES key wrap in pieces instead of as a whole, as `openssl enc` does it.
    KeyWrapInPieces {
        /// The number of pieces.
        count: usize,
        /// The length of the first piece before wrapping, in bytes.
        first_len: usize,
    },
    /// AES in another mode.
    BlockMode(BlockMode),
    /// The AES key is valid, and the bytes after it do not open with it; their length in bytes.
    SecondHalfDoesNotOpen(usize),
    /// The length of the wrapped material is written before it; the size of that field in bytes.
    SecondHalfHeader(usize),
    /// The AES key is valid, and too little follows to be wrapped material; its length in bytes.
    SecondHalfMissing(usize),
    /// The blob is an SM2 ciphertext, and the wrapping key is RSA.
    Sm2Ciphertext,
    /// An SM2 ciphertext with concatenated parts instead of DER.
    Sm2Raw {
        /// The order of the parts; `None` if nobody could open it.
        order: Option<RawOrder>,
        /// True if the point begins with 04, which marks it as uncompressed.
        has_prefix: bool,
    },
    /// An SM2 ciphertext whose coordinates are not positive integers in DER.
    Sm2Integers,
    /// An SM2 ciphertext in DER with C2 before C3.
    Sm2PartsSwapped,
    /// AWS KMS does not accept the material that was wrapped.
    Material(MaterialCause),
}

/// A JSON document in place of the blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// A known document.
    Known(Kind),
    /// An unknown or invalid document.
    Other,
}

/// A text encoding of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// Standard base64.
    Base64,
    /// The base64 of URLs, with `-` and `_`.
    Base64Url,
    /// Hexadecimal digits.
    Hex,
    /// PEM, as in RFC 7468.
    Pem,
    /// UTF-16, as PowerShell writes.
    Utf16,
}

/// The form of an AES key in the RSA block, if not raw bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AesKeyForm {
    /// As text.
    Text(MaterialFormat),
    /// Followed by a line break.
    Line(LineEnd),
}

/// The two kinds of AES key wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyWrap {
    /// With padding: RFC 5649.
    Rfc5649,
    /// Without: RFC 3394.
    Rfc3394,
}

/// A mode of AES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockMode {
    /// Electronic code book.
    Ecb,
    /// Cipher block chaining.
    Cbc,
    /// Galois/counter mode.
    Gcm,
}

/// The parameters that a blob was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherParameterSet {
    /// The KMS key that they were issued for.
    pub key_arn: KeyArn,
    /// True if that is the key of the request.
    pub is_same_key: bool,
    /// The time of issue.
    pub issued_at: Timestamp,
    /// Their wrapping algorithm.
    pub algorithm: WrappingAlgorithm,
    /// Their wrapping key spec.
    pub wrapping_key_spec: WrappingKeySpec,
}

impl BlockMode {
    /// Returns the usual name of the mode.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ecb => "AES-ECB",
            Self::Cbc => "AES-CBC",
            Self::Gcm => "AES-GCM",
        }
    }
}

impl Cause {
    /// Returns the name of the mistake for programs. It does not change.
    pub fn name(&self) -> &'static str {
        match self {
            Self::EncodedToken { .. } => "EncodedToken",
            Self::EmptyBlob => "EmptyBlob",
            Self::Mangled(mangling) => mangling.name(),
            Self::AzureTransferFile { .. } => "AzureTransferFile",
            Self::InJson { .. } | Self::JsonDocument(_) => "JsonDocument",
            Self::ImportToken { .. } => "ImportToken",
            Self::PublicKey { .. } => "PublicKey",
            Self::UnwrappedPrivateKey(_)
            | Self::UnusableKeyFile(_)
            | Self::UnwrappedLength { .. } => "UnwrappedKeyMaterial",
            Self::Text {
                form: TextForm::Base64 | TextForm::Base64Url,
                times: 1,
            } => "Base64Text",
            Self::Text {
                form: TextForm::Base64 | TextForm::Base64Url,
                ..
            } => "Base64Twice",
            Self::Text {
                form: TextForm::Hex,
                ..
            } => "HexText",
            Self::Text {
                form: TextForm::Pem,
                ..
            } => "PemText",
            Self::Text {
                form: TextForm::Utf16,
                ..
            } => "Utf16Text",
            Self::TrailingNewline(_) => "TrailingNewline",
            Self::Extended { .. } => "Extended",
            Self::LeadingZeroLost => "LeadingZeroLost",
            Self::LeadingZeroAdded => "LeadingZeroAdded",
            Self::LittleEndian => "LittleEndian",
            Self::Truncated { .. } => "Truncated",
            Self::OtherParameterSet(_) => "OtherParameterSet",
            Self::HalvesSwapped => "HalvesSwapped",
            Self::RsaesOaepForRsaAes(_) => "RsaesOaepForRsaAesKeyWrap",
            Self::RsaAesForRsaesOaep(_) => "RsaAesKeyWrapForRsaesOaep",
            Self::OaepHashes { label, mgf1, .. } if label == mgf1 => "OtherHash",
            Self::OaepHashes { .. } => "OtherMgf1Hash",
            Self::OaepLabel => "OaepLabel",
            Self::Pkcs1V15 => "Pkcs1V15Padding",
            Self::NoPadding => "NoPadding",
            Self::AesKeyLength(_) => "AesKeyLength",
            Self::AesKeyForm(_) => "AesKeyForm",
            Self::NoAesKey(_) => "NoAesKey",
            Self::Rfc3394 => "Rfc3394",
            Self::InitialValue { .. } => "InitialValue",
            Self::KeyWrapInPieces { .. } => "KeyWrapInPieces",
            Self::BlockMode(BlockMode::Ecb) => "AesEcb",
            Self::BlockMode(BlockMode::Cbc) => "AesCbc",
            Self::BlockMode(BlockMode::Gcm) => "AesGcm",
            Self::SecondHalfDoesNotOpen(_) => "SecondHalfDoesNotOpen",
            Self::SecondHalfHeader(_) => "SecondHalfHeader",
            Self::SecondHalfMissing(_) => "SecondHalfMissing",
            Self::Sm2Ciphertext => "Sm2Ciphertext",
            Self::Sm2Raw { order: None, .. } => "Sm2Raw",
            Self::Sm2Raw {
                order: Some(RawOrder::C1C3C2),
                ..
            } => "Sm2RawC1C3C2",
            Self::Sm2Raw {
                order: Some(RawOrder::C1C2C3),
                ..
            } => "Sm2RawC1C2C3",
            Self::Sm2Integers => "Sm2Integers",
            Self::Sm2PartsSwapped => "Sm2PartsSwapped",
            Self::Material(cause) => cause.name(),
        }
    }
}
