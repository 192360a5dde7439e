//! The mistakes that are told apart, each with what is known of it and with its name in reports.

use super::{Hash, line_end::LineEnd, material_cause::MaterialCause};
use crate::{
    inspect::Kind, key_id::KeyArn, key_material::MaterialFormat, key_spec::KeySpec,
    timestamp::Timestamp, wrapping::sm2pke::RawOrder, wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// One mistake. What is claimed was seen: in the bytes of the blob, or behind a decryption.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The blob is a JSON document.
    JsonDocument(JsonKind),
    /// The blob is an import token.
    ImportToken {
        /// Whether it is the one of the request.
        is_own: bool,
    },
    /// The blob is a public key, or a certificate.
    PublicKey {
        /// Whether it is the wrapping key.
        is_wrapping_key: bool,
    },
    /// The blob is a private key that nothing wraps.
    UnwrappedPrivateKey {
        /// The kind of key, where AWS KMS would take it.
        key_spec: Option<KeySpec>,
    },
    /// The blob is as long as bare key material, and nothing that is wrapped is so short.
    UnwrappedLength {
        /// That length in bytes.
        len: usize,
        /// The kind of key that has it.
        key_spec: KeySpec,
    },
    /// The blob is text.
    Text {
        /// How the bytes are written.
        form: TextForm,
        /// How often, one in the other.
        times: usize,
    },
    /// A line end follows the blob.
    TrailingNewline(LineEnd),
    /// Bytes stand before the blob or after it; in bytes.
    Extended {
        /// What stands before it.
        before: usize,
        /// What follows.
        after: usize,
    },
    /// The block lost a zero byte in front: a number was written in as few bytes as it needs.
    LeadingZeroLost,
    /// The block has a zero byte too many in front: a number was written with its sign.
    LeadingZeroAdded,
    /// The block is written from its last byte to its first, as the CryptoAPI of Windows does.
    LittleEndian,
    /// The blob is shorter than one RSA block; both in bytes.
    Truncated {
        /// What there is.
        len: usize,
        /// One block.
        block: usize,
    },
    /// The blob opens with other parameters of this store.
    OtherParameterSet(Box<OtherParameterSet>),
    /// The wrapped material stands before the wrapped AES key.
    HalvesSwapped,
    /// The material is in the RSA block itself, where the algorithm wants it under an AES key.
    RsaesOaepForRsaAes(WrappingAlgorithm),
    /// The material is under an AES key, where the algorithm wants it in the RSA block itself.
    RsaAesForRsaesOaep(WrappingAlgorithm),
    /// RSAES-OAEP with another hash, or with two.
    OaepHashes {
        /// The hash of the label.
        label: Hash,
        /// The hash of MGF1.
        mgf1: Hash,
        /// What both should be.
        asked: Hash,
    },
    /// RSAES-OAEP with a label (PKCS #11: source data), where it must be empty.
    OaepLabel,
    /// RSAES-PKCS1-v1_5.
    Pkcs1V15,
    /// RSA without padding.
    NoPadding,
    /// The AES key has not 256 bits; its length in bytes.
    AesKeyLength(usize),
    /// What the RSA block holds is the AES key as text, or with a newline.
    AesKeyForm(AesKeyForm),
    /// What the RSA block holds is no AES key; its length in bytes.
    NoAesKey(usize),
    /// AES key wrap without padding: RFC 3394, where RFC 5649 is meant.
    Rfc3394,
    /// AES key wrap with another initial value than the RFC fixes.
    InitialValue {
        /// The value.
        found: Vec<u8>,
        /// Which of the two.
        wrap: KeyWrap,
    },
    /// AES key wrap of pieces instead of the whole, as `openssl enc` does it.
    KeyWrapInPieces {
        /// How many pieces.
        count: usize,
        /// The length of the first, in bytes before it was wrapped.
        first_len: usize,
    },
    /// AES in another mode of operation.
    BlockMode(BlockMode),
    /// The AES key is good, and what follows does not open under it; its length in bytes.
    SecondHalfDoesNotOpen(usize),
    /// The AES key is good, and nothing follows that could be wrapped material; its length in bytes.
    SecondHalfMissing(usize),
    /// The blob is an SM2 ciphertext, under a wrapping key that is RSA.
    Sm2Ciphertext,
    /// An SM2 ciphertext that is not in DER, but its parts one after the other.
    Sm2Raw {
        /// Their order; `None` if nobody could open it to see.
        order: Option<RawOrder>,
        /// Whether the point begins with 04, which says that it is uncompressed.
        has_prefix: bool,
    },
    /// An SM2 ciphertext whose coordinates are not written as DER writes positive integers.
    Sm2Integers,
    /// An SM2 ciphertext in DER with C2 before C3.
    Sm2PartsSwapped,
    /// What was wrapped is not what AWS KMS takes.
    Material(MaterialCause),
}

/// What a JSON document is that stands where the blob should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// One that is known.
    Known(Kind),
    /// Another, or a broken one.
    Other,
}

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextForm {
    /// Standard base64.
    Base64,
    /// The base64 of URLs, with `-` and `_`.
    Base64Url,
    /// Hexadecimal digits.
    Hex,
    /// As RFC 7468 has it.
    Pem,
    /// UTF-16, as PowerShell writes.
    Utf16,
}

/// How an AES key stands in the RSA block, if not as its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AesKeyForm {
    /// As text.
    Text(MaterialFormat),
    /// With the end of a line after it.
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

/// A mode of operation of AES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockMode {
    /// Electronic code book.
    Ecb,
    /// Cipher block chaining.
    Cbc,
    /// Galois/counter mode.
    Gcm,
}

/// The parameters that a blob was really made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherParameterSet {
    /// The KMS key that they were issued for.
    pub key_arn: KeyArn,
    /// Whether that is the key of the request.
    pub is_same_key: bool,
    /// When.
    pub issued_at: Timestamp,
    /// How they have the material wrapped.
    pub algorithm: WrappingAlgorithm,
    /// Under what kind of key.
    pub wrapping_key_spec: WrappingKeySpec,
}

impl BlockMode {
    /// The mode's usual name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ecb => "AES-ECB",
            Self::Cbc => "AES-CBC",
            Self::Gcm => "AES-GCM",
        }
    }
}

impl Cause {
    /// The name by which programs know the mistake; it does not change.
    pub fn name(&self) -> &'static str {
        match self {
            Self::JsonDocument(_) => "JsonDocument",
            Self::ImportToken { .. } => "ImportToken",
            Self::PublicKey { .. } => "PublicKey",
            Self::UnwrappedPrivateKey { .. } | Self::UnwrappedLength { .. } => {
                "UnwrappedKeyMaterial"
            }
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
