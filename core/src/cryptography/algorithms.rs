//! The algorithms of imported keys, and the related words of the API.

use crate::{words::words, wrapping_algorithm::OaepHash};

words! {
    /// An encryption algorithm of the API.
    pub enum EncryptionAlgorithm {
        /// AES-256-GCM; SM4 in China Regions.
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        /// RSAES-OAEP with SHA-1.
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        /// RSAES-OAEP with SHA-256.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        /// SM2, in China Regions only.
        Sm2Pke = "SM2PKE",
    }
}

words! {
    /// A MAC algorithm of the API, in the order of AWS KMS in a recorded validation error.
    pub enum MacAlgorithm {
        /// HMAC with SHA-384.
        HmacSha384 = "HMAC_SHA_384",
        /// HMAC with SHA-256.
        HmacSha256 = "HMAC_SHA_256",
        /// HMAC with SHA-224.
        HmacSha224 = "HMAC_SHA_224",
        /// HMAC with SHA-512.
        HmacSha512 = "HMAC_SHA_512",
    }
}

words! {
    /// The type of a message for `Sign`.
    pub enum MessageType {
        /// The message itself.
        Raw = "RAW",
        /// Returns the digest.
        Digest = "DIGEST",
        /// The value that ML-DSA signs.
        ExternalMu = "EXTERNAL_MU",
    }
}

words! {
    /// A key agreement algorithm of the API.
    pub enum KeyAgreementAlgorithm {
        /// The x coordinate of the common point.
        Ecdh = "ECDH",
    }
}

words! {
    /// The encryption of plaintext for an enclave.
    pub enum KeyEncryptionMechanism {
        /// RSAES-OAEP with SHA-256.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
    }
}

words! {
    /// The length of a data key.
    pub enum DataKeySpec {
        /// 32 bytes.
        Aes256 = "AES_256",
        /// 16 bytes.
        Aes128 = "AES_128",
    }
}

words! {
    /// A signing algorithm of the API.
    pub enum SigningAlgorithm {
        /// RSASSA-PSS with SHA-256.
        RsassaPssSha256 = "RSASSA_PSS_SHA_256",
        /// RSASSA-PSS with SHA-384.
        RsassaPssSha384 = "RSASSA_PSS_SHA_384",
        /// RSASSA-PSS with SHA-512.
        RsassaPssSha512 = "RSASSA_PSS_SHA_512",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        RsassaPkcs1V15Sha256 = "RSASSA_PKCS1_V1_5_SHA_256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        RsassaPkcs1V15Sha384 = "RSASSA_PKCS1_V1_5_SHA_384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        RsassaPkcs1V15Sha512 = "RSASSA_PKCS1_V1_5_SHA_512",
        /// ECDSA with SHA-256.
        EcdsaSha256 = "ECDSA_SHA_256",
        /// ECDSA with SHA-384.
        EcdsaSha384 = "ECDSA_SHA_384",
        /// ECDSA with SHA-512.
        EcdsaSha512 = "ECDSA_SHA_512",
        /// SM2, in China Regions only.
        Sm2Dsa = "SM2DSA",
        /// ML-DSA.
        MlDsaShake256 = "ML_DSA_SHAKE_256",
        /// Ed25519.
        Ed25519Sha512 = "ED25519_SHA_512",
        /// Ed25519ph, which signs a digest.
        Ed25519PhSha512 = "ED25519_PH_SHA_512",
    }
}

/// A hash of the SHA-2 family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigestAlgorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl EncryptionAlgorithm {
    pub(super) const fn oaep_hash(self) -> Option<OaepHash> {
        match self {
            Self::RsaesOaepSha1 => Some(OaepHash::Sha1),
            Self::RsaesOaepSha256 => Some(OaepHash::Sha256),
            Self::SymmetricDefault | Self::Sm2Pke => None,
        }
    }
}

impl SigningAlgorithm {
    /// Returns whether the algorithm signs messages of this type.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `Sign`, `MessageType`.
    pub const fn takes(self, message_type: MessageType) -> bool {
        match self {
            Self::Ed25519Sha512 => matches!(message_type, MessageType::Raw),
            Self::Ed25519PhSha512 => matches!(message_type, MessageType::Digest),
            Self::MlDsaShake256 => !matches!(message_type, MessageType::Digest),
            _ => !matches!(message_type, MessageType::ExternalMu),
        }
    }

    /// A hash that [`super::sign`] does not compute itself.
    pub(super) const fn hash(self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsassaPssSha256 | Self::RsassaPkcs1V15Sha256 | Self::EcdsaSha256 => {
                Some(DigestAlgorithm::Sha256)
            }
            Self::RsassaPssSha384 | Self::RsassaPkcs1V15Sha384 | Self::EcdsaSha384 => {
                Some(DigestAlgorithm::Sha384)
            }
            Self::RsassaPssSha512 | Self::RsassaPkcs1V15Sha512 | Self::EcdsaSha512 => {
                Some(DigestAlgorithm::Sha512)
            }
            Self::Sm2Dsa | Self::MlDsaShake256 | Self::Ed25519Sha512 | Self::Ed25519PhSha512 => {
                None
            }
        }
    }
}
