//! Words of other tools, and the words of the KMS API with the same meaning.

use byok_core::import_request::ImportType;
use byok_core::key_metadata::{ExpirationModel, KeyState};
use byok_core::key_spec::{KeySpec, KeyUsage};
use byok_core::region::Region;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;

use crate::nearest::nearest;

mod synonyms;

use synonyms::Synonyms;

/// A set of words of the KMS API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    KeySpec,
    WrappingAlgorithm,
    WrappingKeySpec,
    KeyUsage,
    KeyState,
    ExpirationModel,
    ImportType,
}

/// The hint for an SM2 key, wrapping key or algorithm outside the China Regions.
pub(crate) const SM2_IN_CHINA: &str = "for a China Region, use parameters or a key ARN from cn-north-1 or cn-northwest-1, or --region if the command has it";
const CHINA_HAS_NO_HYBRID: &str =
    "in the China Regions, wrap private keys with SM2PKE and an SM2 wrapping key";
/// The hint for words that can mean several key specs.
const RSA_SIZES: &str = "add the size: RSA_2048, RSA_3072 or RSA_4096";

impl Vocabulary {
    const ALL: [Self; 7] = [
        Self::KeySpec,
        Self::WrappingAlgorithm,
        Self::WrappingKeySpec,
        Self::KeyUsage,
        Self::KeyState,
        Self::ExpirationModel,
        Self::ImportType,
    ];

    /// Returns the vocabulary of a member of a request, by its name in AWS's validation errors.
    pub(crate) fn of_member(member: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|vocabulary| vocabulary.member() == member)
    }

    const fn member(self) -> &'static str {
        match self {
            Self::KeySpec => "keySpec",
            Self::WrappingAlgorithm => "wrappingAlgorithm",
            Self::WrappingKeySpec => "wrappingKeySpec",
            Self::KeyUsage => "keyUsage",
            Self::KeyState => "keyState",
            Self::ExpirationModel => "expirationModel",
            Self::ImportType => "importType",
        }
    }

    /// Returns the noun for a word of this vocabulary.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::KeySpec => "a key spec",
            Self::WrappingAlgorithm => "a wrapping algorithm",
            Self::WrappingKeySpec => "a wrapping key spec",
            Self::KeyUsage => "a key usage",
            Self::KeyState => "a key state",
            Self::ExpirationModel => "an expiration model",
            Self::ImportType => "an import type",
        }
    }

    /// Returns every word of this vocabulary, in any Region.
    pub(crate) fn words(self) -> Vec<&'static str> {
        match self {
            Self::KeySpec => KeySpec::ALL.iter().map(|word| word.as_str()).collect(),
            Self::WrappingAlgorithm => WrappingAlgorithm::ALL
                .iter()
                .map(|word| word.as_str())
                .collect(),
            Self::WrappingKeySpec => WrappingKeySpec::ALL
                .iter()
                .map(|word| word.as_str())
                .collect(),
            Self::KeyUsage => KeyUsage::ALL.iter().map(|word| word.as_str()).collect(),
            Self::KeyState => KeyState::ALL.iter().map(|word| word.as_str()).collect(),
            Self::ExpirationModel => ExpirationModel::ALL
                .iter()
                .map(|word| word.as_str())
                .collect(),
            Self::ImportType => ImportType::ALL.iter().map(|word| word.as_str()).collect(),
        }
    }

    /// Returns the words of other tools with the meaning of words of this vocabulary.
    const fn synonyms(self) -> Synonyms {
        match self {
            Self::KeySpec => synonyms::KEY_SPECS,
            Self::WrappingAlgorithm => synonyms::WRAPPING_ALGORITHMS,
            Self::WrappingKeySpec => synonyms::WRAPPING_KEY_SPECS,
            Self::KeyUsage => synonyms::KEY_USAGES,
            Self::KeyState => synonyms::KEY_STATES,
            Self::ExpirationModel => synonyms::EXPIRATION_MODELS,
            Self::ImportType => synonyms::IMPORT_TYPES,
        }
    }

    /// Returns the word of this vocabulary with the meaning of `typed`, if there is one.
    fn meant(self, typed: &str) -> Option<&'static str> {
        let typed = bare(typed);
        let words = self.words();
        let by_form = words.iter().find(|word| bare(word) == typed);
        let by_synonym = || {
            let synonyms = self.synonyms().iter();
            let mut found =
                synonyms.filter(|(_, others)| others.split(' ').any(|other| other == typed));
            found.next().map(|(word, _)| word)
        };
        by_form.or_else(by_synonym).copied()
    }

    /// Returns the word of this vocabulary that was mistyped as `typed`, if there is one.
    fn mistyped(self, typed: &str) -> Option<&'static str> {
        let typed = bare(typed);
        let words: Vec<_> = self
            .words()
            .into_iter()
            .map(|word| (bare(word), word))
            .collect();
        let found = nearest(&typed, words.iter().map(|(bare, _)| bare.as_str()))?;
        words
            .iter()
            .find(|(bare, _)| bare == found)
            .map(|(_, word)| *word)
    }

    /// Returns the hint for `typed`, which is not a word of this vocabulary in `region`; without
    /// `region`, in the Region of the request.
    pub(crate) fn hint(self, typed: &str, region: Option<&Region>) -> Option<String> {
        if let Some(text) = self.special(typed, region) {
            return Some(text.to_owned());
        }
        if let Some(word) = self.meant(typed) {
            return self
                .outside_its_region(word, word == typed, region)
                .map(str::to_owned)
                .or_else(|| {
                    (word != typed).then(|| format!("AWS KMS calls it {word}: use {word} instead"))
                });
        }
        let other = Self::ALL
            .into_iter()
            .find(|other| *other != self && other.words().contains(&typed));
        if let Some(other) = other {
            return Some(format!(
                "{typed} is {}; expected {}",
                other.noun(),
                self.noun()
            ));
        }
        let word = self.mistyped(typed)?;
        Some(format!("did you mean {word}?"))
    }

    /// Returns the hint for a word that AWS KMS has only in other Regions. Without a Region,
    /// assumes a Region that does not have it.
    fn outside_its_region(
        self,
        word: &str,
        is_exact: bool,
        region: Option<&Region>,
    ) -> Option<&'static str> {
        let is_china = region.map(Region::is_china);
        let is_chinese = ["SM2", "SM2PKE"].contains(&word);
        let is_hybrid = self == Self::WrappingAlgorithm && word.starts_with("RSA_AES_KEY_WRAP");
        match is_china {
            Some(false) | None if is_chinese => Some(SM2_IN_CHINA),
            Some(true) if is_hybrid => Some(CHINA_HAS_NO_HYBRID),
            None if is_hybrid && is_exact => Some(CHINA_HAS_NO_HYBRID),
            _ => None,
        }
    }

    /// Returns the hint for words with more than one meaning or none.
    fn special(self, typed: &str, region: Option<&Region>) -> Option<&'static str> {
        let is_china = region.is_some_and(Region::is_china);
        match (self, &*bare(typed)) {
            (Self::KeySpec | Self::WrappingKeySpec, "RSA" | "RSAES") => Some(RSA_SIZES),
            (Self::KeySpec, "RSA1024" | "RSA8192" | "RSA16384") => Some(
                "AWS KMS has RSA keys of 2048, 3072 and 4096 bits: RSA_2048, RSA_3072 or RSA_4096",
            ),
            (Self::WrappingKeySpec, "RSA1024" | "RSA8192" | "RSA16384") => {
                Some("AWS KMS has wrapping keys of RSA_2048, RSA_3072 and RSA_4096")
            }
            (Self::KeySpec, "AES128" | "AES192" | "A128GCM" | "A192GCM" | "128" | "192")
                if !is_china =>
            {
                Some(
                    "AWS KMS has no AES keys of 128 or 192 bits: SYMMETRIC_DEFAULT is AES-256, with key material of \
                     32 bytes",
                )
            }
            (Self::KeySpec, "AES" | "AES128" | "AES192" | "AES256") if is_china => Some(
                "the China Regions have no AES keys: there, SYMMETRIC_DEFAULT is SM4, with key \
                 material of 16 bytes",
            ),
            (Self::KeySpec, "SM4" | "SM4128") if is_china => {
                Some("AWS KMS calls it SYMMETRIC_DEFAULT: use SYMMETRIC_DEFAULT instead")
            }
            (Self::KeySpec, "SM4" | "SM4128") => Some(
                "SYMMETRIC_DEFAULT is SM4 in the China Regions only: use SYMMETRIC_DEFAULT with \
                 --region cn-north-1",
            ),
            (Self::KeySpec, "EC" | "ECC" | "ECDSA") => Some(
                "add the curve: ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521 or ECC_SECG_P256K1",
            ),
            (Self::KeySpec, "HMAC" | "MAC") => {
                Some("add the hash: HMAC_224, HMAC_256, HMAC_384 or HMAC_512")
            }
            (Self::KeySpec, "X25519" | "CURVE448" | "ED448" | "X448") => {
                Some("AWS KMS has no keys on this curve")
            }
            (
                Self::KeySpec,
                "DES" | "3DES" | "TDES" | "DESEDE" | "CHACHA20" | "CHACHA20POLY1305",
            ) => Some("AWS KMS has no such keys: SYMMETRIC_DEFAULT is AES-256"),
            // In JOSE, this name means SHA-1. Most other tools mean their default hash.
            (Self::WrappingAlgorithm, "RSAOAEP") => {
                Some("add the hash: RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1")
            }
            (
                Self::WrappingAlgorithm,
                "OAEPSHA384" | "OAEPSHA512" | "RSAOAEP384" | "RSAOAEP512",
            ) => Some(
                "AWS KMS supports RSAES-OAEP with SHA-256 or SHA-1: RSAES_OAEP_SHA_256 or \
                 RSAES_OAEP_SHA_1",
            ),
            (Self::WrappingAlgorithm, "SHA256") => {
                Some("add the algorithm: RSAES_OAEP_SHA_256 or RSA_AES_KEY_WRAP_SHA_256")
            }
            (Self::WrappingAlgorithm, "SHA1") => {
                Some("add the algorithm: RSAES_OAEP_SHA_1 or RSA_AES_KEY_WRAP_SHA_1")
            }
            _ => None,
        }
    }
}

/// Returns a word in capitals without separators.
fn bare(word: &str) -> String {
    word.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(vocabulary: Vocabulary, typed: &str) -> String {
        let region = Region::parse("us-east-1").expect("a Region");
        vocabulary.hint(typed, Some(&region)).unwrap_or_default()
    }

    #[test]
    fn every_synonym_stands_for_a_word_of_its_vocabulary_and_for_no_other() {
        for vocabulary in Vocabulary::ALL {
            let words = vocabulary.words();
            let mut seen: Vec<String> = words.iter().map(|word| bare(word)).collect();
            for (word, others) in vocabulary.synonyms() {
                assert!(words.contains(word), "{vocabulary:?}: {word}");
                for other in others.split(' ') {
                    assert_eq!(bare(other), other, "capitals and digits alone");
                    assert!(!seen.contains(&other.to_owned()), "{other} twice");
                    seen.push(other.to_owned());
                }
            }
        }
    }

    #[test]
    fn words_of_other_tools_get_the_word_of_aws() {
        for (vocabulary, typed, word) in [
            (Vocabulary::KeySpec, "AES_256", "SYMMETRIC_DEFAULT"),
            (Vocabulary::KeySpec, "aes256", "SYMMETRIC_DEFAULT"),
            (Vocabulary::KeySpec, "aes-256-gcm", "SYMMETRIC_DEFAULT"),
            (
                Vocabulary::KeySpec,
                "symmetric-default",
                "SYMMETRIC_DEFAULT",
            ),
            (Vocabulary::KeySpec, "rsa2048", "RSA_2048"),
            (Vocabulary::KeySpec, "rsa:4096", "RSA_4096"),
            (Vocabulary::KeySpec, "prime256v1", "ECC_NIST_P256"),
            (Vocabulary::KeySpec, "secp256k1", "ECC_SECG_P256K1"),
            (Vocabulary::KeySpec, "hs512", "HMAC_512"),
            (Vocabulary::KeySpec, "SYMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
            (
                Vocabulary::WrappingAlgorithm,
                "RSAES_OAEP_SHA256",
                "RSAES_OAEP_SHA_256",
            ),
            (
                Vocabulary::WrappingAlgorithm,
                "rsa-oaep-256",
                "RSAES_OAEP_SHA_256",
            ),
            (
                Vocabulary::WrappingAlgorithm,
                "CKM_RSA_AES_KEY_WRAP",
                "RSA_AES_KEY_WRAP_SHA_256",
            ),
            (Vocabulary::WrappingKeySpec, "4096", "RSA_4096"),
            (Vocabulary::WrappingKeySpec, "rsa-2048", "RSA_2048"),
            (Vocabulary::KeyUsage, "encrypt", "ENCRYPT_DECRYPT"),
            (Vocabulary::KeyState, "pending-import", "PendingImport"),
            (
                Vocabulary::ExpirationModel,
                "never",
                "KEY_MATERIAL_DOES_NOT_EXPIRE",
            ),
            (Vocabulary::ImportType, "new", "NEW_KEY_MATERIAL"),
        ] {
            let hint = hint(vocabulary, typed);
            assert!(hint.contains(word), "{typed}: {hint}");
        }
    }

    #[test]
    fn a_word_that_belongs_elsewhere_is_called_what_it_is() {
        assert_eq!(
            hint(Vocabulary::WrappingAlgorithm, "SYMMETRIC_DEFAULT"),
            "SYMMETRIC_DEFAULT is a key spec; expected a wrapping algorithm"
        );
        for vocabulary in [Vocabulary::KeySpec, Vocabulary::WrappingKeySpec] {
            assert_eq!(hint(vocabulary, "SM2"), SM2_IN_CHINA);
        }
        assert_eq!(hint(Vocabulary::WrappingAlgorithm, "SM2PKE"), SM2_IN_CHINA);
        assert_eq!(hint(Vocabulary::KeySpec, "teapot"), "");
    }
}
