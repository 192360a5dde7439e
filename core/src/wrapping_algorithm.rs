//! The wrapping algorithms of `GetParametersForImport`.

use crate::words::words;

words! {
    /// The way in which the wrapping key protects the key material.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `GetParametersForImport`, `WrappingAlgorithm`.
    pub enum WrappingAlgorithm {
        /// RFC 8017, 7.2; withdrawn by AWS KMS on 2023-10-10 and still in the vocabulary.
        RsaesPkcs1V15 = "RSAES_PKCS1_V1_5",
        /// RSAES-OAEP with SHA-1 for label and MGF1.
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        /// RSAES-OAEP with SHA-256 for label and MGF1.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        /// An AES-256 key under RSAES-OAEP with SHA-1, and the material under that key.
        RsaAesKeyWrapSha1 = "RSA_AES_KEY_WRAP_SHA_1",
        /// An AES-256 key under RSAES-OAEP with SHA-256, and the material under that key.
        RsaAesKeyWrapSha256 = "RSA_AES_KEY_WRAP_SHA_256",
        /// SM2 public-key encryption, in China Regions only.
        Sm2Pke = "SM2PKE",
    }
}

/// The hash of an OAEP encoding, for both the label and MGF1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OaepHash {
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
}

impl OaepHash {
    /// Returns the output length in bytes.
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Returns the length in bytes of the longest message in one block of `modulus_len` bytes.
    ///
    /// # Source
    ///
    /// RFC 8017, 7.1.1, step 1b: k − 2hLen − 2.
    pub const fn capacity(self, modulus_len: usize) -> usize {
        modulus_len.saturating_sub(2 * self.output_len() + 2)
    }
}

impl WrappingAlgorithm {
    /// The algorithms that AWS KMS accepts with an RSA wrapping key.
    pub const RSA: [Self; 4] = [
        Self::RsaesOaepSha1,
        Self::RsaesOaepSha256,
        Self::RsaAesKeyWrapSha1,
        Self::RsaAesKeyWrapSha256,
    ];

    /// Returns the OAEP hash, if the algorithm uses OAEP.
    pub const fn oaep_hash(self) -> Option<OaepHash> {
        match self {
            Self::RsaesOaepSha1 | Self::RsaAesKeyWrapSha1 => Some(OaepHash::Sha1),
            Self::RsaesOaepSha256 | Self::RsaAesKeyWrapSha256 => Some(OaepHash::Sha256),
            Self::RsaesPkcs1V15 | Self::Sm2Pke => None,
        }
    }

    /// Returns whether the material is under a one-time AES key rather than in the RSA block.
    pub const fn is_hybrid(self) -> bool {
        matches!(self, Self::RsaAesKeyWrapSha1 | Self::RsaAesKeyWrapSha256)
    }

    /// Returns the PKCS#11 name of the algorithm, which HSM manuals use; `None` for `SM2PKE`, for
    /// which PKCS#11 has no mechanism.
    ///
    /// # Source
    ///
    /// OASIS, PKCS #11 Specification Version 3.1: "PKCS #1 v1.5 RSA", "PKCS #1 RSA OAEP", "RSA AES
    /// KEY WRAP".
    pub const fn pkcs11(self) -> Option<&'static str> {
        match self {
            Self::RsaesPkcs1V15 => Some("CKM_RSA_PKCS"),
            Self::RsaesOaepSha1 => {
                Some("CKM_RSA_PKCS_OAEP, CKM_SHA_1, CKG_MGF1_SHA1, no source data")
            }
            Self::RsaesOaepSha256 => {
                Some("CKM_RSA_PKCS_OAEP, CKM_SHA256, CKG_MGF1_SHA256, no source data")
            }
            Self::RsaAesKeyWrapSha1 => {
                Some("CKM_RSA_AES_KEY_WRAP, AES-256, CKM_SHA_1, CKG_MGF1_SHA1, no source data")
            }
            Self::RsaAesKeyWrapSha256 => {
                Some("CKM_RSA_AES_KEY_WRAP, AES-256, CKM_SHA256, CKG_MGF1_SHA256, no source data")
            }
            Self::Sm2Pke => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_those_of_rfc_8017() {
        for (modulus_len, sha1, sha256) in [(256, 214, 190), (384, 342, 318), (512, 470, 446)] {
            assert_eq!(OaepHash::Sha1.capacity(modulus_len), sha1);
            assert_eq!(OaepHash::Sha256.capacity(modulus_len), sha256);
        }
    }

    #[test]
    fn the_words_of_pkcs_11_say_the_hash_and_the_aes_key() {
        for algorithm in WrappingAlgorithm::ALL {
            let words = algorithm.pkcs11().unwrap_or_default();
            let hash = match algorithm.oaep_hash() {
                Some(OaepHash::Sha1) => "CKM_SHA_1, CKG_MGF1_SHA1, no source data",
                Some(OaepHash::Sha256) => "CKM_SHA256, CKG_MGF1_SHA256, no source data",
                None => "",
            };
            assert!(words.ends_with(hash), "{algorithm}: {words}");
            assert_eq!(
                words.contains("CKM_RSA_AES_KEY_WRAP, AES-256"),
                algorithm.is_hybrid(),
                "{words}"
            );
        }
    }
}
