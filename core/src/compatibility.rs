//! The permitted combinations of key spec, wrapping algorithm and wrapping key spec, and AWS's
//! answer to the others.
//!
//! # Source
//!
//! AWS KMS Developer Guide, "Download the wrapping public key and import token", and its edition
//! for the China Regions; API Reference, `GetParametersForImport`.

use core::fmt;

use crate::{
    exception::{Exception, Refusal},
    key_spec::{Curve, Family, KeySpec},
    region::Region,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// A set of rules. Partitions differ in their rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Every partition except `aws-cn`.
    Standard,
    /// Partition `aws-cn`.
    China,
}

/// A combination of key spec, wrapping algorithm and wrapping key spec that AWS KMS refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incompatible {
    /// AWS KMS does not import material of this key spec.
    NotImportable(KeySpec),
    /// `RSAES_PKCS1_V1_5`, withdrawn on 2023-10-10.
    Withdrawn,
    /// Three valid values that cannot be combined.
    Combination {
        /// The key spec of the KMS key.
        key_spec: KeySpec,
        /// The wrapping algorithm.
        algorithm: WrappingAlgorithm,
        /// The wrapping key spec.
        wrapping_key_spec: WrappingKeySpec,
        /// The permitted algorithms for this key spec and this wrapping key, best first.
        accepted: Vec<WrappingAlgorithm>,
        /// An alternative wrapping key spec and its best algorithm, if this one permits none.
        other: Option<(WrappingKeySpec, WrappingAlgorithm)>,
    },
}

impl Incompatible {
    /// Returns AWS's answer.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NotImportable(_) | Self::Withdrawn => {
                Refusal::without_text(Exception::UnsupportedOperation)
            }
            Self::Combination {
                key_spec,
                algorithm,
                wrapping_key_spec,
                ..
            } => Refusal::new(
                Exception::Validation,
                format!(
                    "Wrapping algorithm {algorithm} and wrapping key spec {wrapping_key_spec} \
                     cannot be used to import a {key_spec} key."
                ),
            ),
        }
    }
}

impl fmt::Display for Incompatible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl core::error::Error for Incompatible {}

impl Rules {
    /// Returns the rules of `region`.
    pub fn of(region: &Region) -> Self {
        if region.is_china() {
            Self::China
        } else {
            Self::Standard
        }
    }

    /// Returns the values of `WrappingAlgorithm` that the API knows under these rules.
    pub fn wrapping_algorithms(self) -> Vec<WrappingAlgorithm> {
        let known = |algorithm: &WrappingAlgorithm| match self {
            Self::Standard => *algorithm != WrappingAlgorithm::Sm2Pke,
            Self::China => !algorithm.is_hybrid(),
        };
        WrappingAlgorithm::ALL
            .iter()
            .copied()
            .filter(known)
            .collect()
    }

    /// Returns the values of `WrappingKeySpec` that the API knows under these rules.
    pub fn wrapping_key_specs(self) -> Vec<WrappingKeySpec> {
        let known = |spec: &WrappingKeySpec| self == Self::China || *spec != WrappingKeySpec::Sm2;
        WrappingKeySpec::ALL.iter().copied().filter(known).collect()
    }

    /// Returns the values of `KeySpec` that the API knows under these rules.
    pub fn key_specs(self) -> Vec<KeySpec> {
        let known = |spec: &KeySpec| match spec {
            KeySpec::Sm2 => self == Self::China,
            KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => self == Self::Standard,
            _ => true,
        };
        KeySpec::ALL.iter().copied().filter(known).collect()
    }

    /// Returns whether AWS KMS imports material of `key_spec` at all.
    pub fn imports(self, key_spec: KeySpec) -> bool {
        match key_spec.family() {
            Family::NotImportable => false,
            Family::Ec(Curve::Sm2) => self == Self::China,
            _ => true,
        }
    }

    /// Returns the length of `SYMMETRIC_DEFAULT` key material in bytes: AES-256, or SM4 in China.
    pub const fn symmetric_len(self) -> usize {
        match self {
            Self::Standard => 32,
            Self::China => 16,
        }
    }

    /// Checks that AWS KMS imports material of `key_spec` with `algorithm` and a wrapping key of
    /// `wrapping_key_spec`.
    ///
    /// # Errors
    ///
    /// [`Incompatible`], with AWS's answer.
    pub fn check(
        self,
        key_spec: KeySpec,
        algorithm: WrappingAlgorithm,
        wrapping_key_spec: WrappingKeySpec,
    ) -> Result<(), Incompatible> {
        if !self.imports(key_spec) {
            return Err(Incompatible::NotImportable(key_spec));
        }
        if algorithm == WrappingAlgorithm::RsaesPkcs1V15 {
            return Err(Incompatible::Withdrawn);
        }
        if self.allows(key_spec, algorithm, wrapping_key_spec) {
            return Ok(());
        }
        let accepted = self.accepted(key_spec, wrapping_key_spec);
        let best = |spec: &WrappingKeySpec| Some((*spec, *self.accepted(key_spec, *spec).first()?));
        let other = WrappingKeySpec::ALL
            .iter()
            .rev()
            .find_map(best)
            .filter(|_| accepted.is_empty());
        Err(Incompatible::Combination {
            key_spec,
            algorithm,
            wrapping_key_spec,
            accepted,
            other,
        })
    }

    /// Returns the permitted algorithms for `key_spec` and `wrapping_key_spec`, best first.
    pub fn accepted(
        self,
        key_spec: KeySpec,
        wrapping_key_spec: WrappingKeySpec,
    ) -> Vec<WrappingAlgorithm> {
        use WrappingAlgorithm::{
            RsaAesKeyWrapSha1, RsaAesKeyWrapSha256, RsaesOaepSha1, RsaesOaepSha256, Sm2Pke,
        };
        [
            RsaesOaepSha256,
            RsaAesKeyWrapSha256,
            Sm2Pke,
            RsaesOaepSha1,
            RsaAesKeyWrapSha1,
        ]
        .into_iter()
        .filter(|algorithm| self.allows(key_spec, *algorithm, wrapping_key_spec))
        .collect()
    }

    /// The two tables of the Developer Guide, one row per family.
    fn allows(
        self,
        key_spec: KeySpec,
        algorithm: WrappingAlgorithm,
        wrapping_key_spec: WrappingKeySpec,
    ) -> bool {
        let under_rsa = wrapping_key_spec != WrappingKeySpec::Sm2;
        let oaep = under_rsa
            && matches!(
                algorithm,
                WrappingAlgorithm::RsaesOaepSha1 | WrappingAlgorithm::RsaesOaepSha256
            );
        let hybrid = under_rsa && self == Self::Standard && algorithm.is_hybrid();
        let sm2 = !under_rsa && self == Self::China && algorithm == WrappingAlgorithm::Sm2Pke;
        match key_spec.family() {
            Family::Symmetric | Family::Hmac { .. } => oaep,
            Family::Rsa { .. } => hybrid || sm2,
            Family::Ec(Curve::P521) => {
                hybrid || sm2 || (oaep && wrapping_key_spec != WrappingKeySpec::Rsa2048)
            }
            Family::Ec(Curve::Sm2) => self == Self::China && (oaep || sm2),
            Family::Ec(_) | Family::Ed25519 => hybrid || sm2 || oaep,
            Family::NotImportable => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table for the standard partitions as AWS prints it: the algorithms and wrapping key
    /// specs of each key spec.
    const STANDARD: &[(&[&str], &[&str], &[&str])] = &[
        (
            &[
                "SYMMETRIC_DEFAULT",
                "HMAC_224",
                "HMAC_256",
                "HMAC_384",
                "HMAC_512",
            ],
            &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            &["RSA_2048", "RSA_3072", "RSA_4096"],
        ),
        (
            &["RSA_2048", "RSA_3072", "RSA_4096"],
            &["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"],
            &["RSA_2048", "RSA_3072", "RSA_4096"],
        ),
        (
            &[
                "ECC_NIST_P256",
                "ECC_NIST_P384",
                "ECC_SECG_P256K1",
                "ECC_NIST_EDWARDS25519",
            ],
            &[
                "RSAES_OAEP_SHA_1",
                "RSAES_OAEP_SHA_256",
                "RSA_AES_KEY_WRAP_SHA_1",
                "RSA_AES_KEY_WRAP_SHA_256",
            ],
            &["RSA_2048", "RSA_3072", "RSA_4096"],
        ),
        (
            &["ECC_NIST_P521"],
            &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            &["RSA_3072", "RSA_4096"],
        ),
        (
            &["ECC_NIST_P521"],
            &["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"],
            &["RSA_2048", "RSA_3072", "RSA_4096"],
        ),
    ];

    const CHINA: &[(&[&str], &[&str], &[&str])] = &[
        (
            &[
                "SYMMETRIC_DEFAULT",
                "HMAC_224",
                "HMAC_256",
                "HMAC_384",
                "HMAC_512",
                "ECC_NIST_P256",
                "ECC_NIST_P384",
                "ECC_SECG_P256K1",
                "ECC_NIST_EDWARDS25519",
                "SM2",
            ],
            &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            &["RSA_2048", "RSA_3072", "RSA_4096"],
        ),
        (
            &["ECC_NIST_P521"],
            &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            &["RSA_3072", "RSA_4096"],
        ),
        (
            &[
                "RSA_2048",
                "RSA_3072",
                "RSA_4096",
                "ECC_NIST_P256",
                "ECC_NIST_P384",
                "ECC_NIST_P521",
                "ECC_SECG_P256K1",
                "ECC_NIST_EDWARDS25519",
                "SM2",
            ],
            &["SM2PKE"],
            &["SM2"],
        ),
    ];

    fn table_allows(table: &[(&[&str], &[&str], &[&str])], row: (&str, &str, &str)) -> bool {
        table.iter().any(|(keys, algorithms, specs)| {
            keys.contains(&row.0) && algorithms.contains(&row.1) && specs.contains(&row.2)
        })
    }

    #[test]
    fn the_rules_are_the_printed_tables() {
        for (rules, table) in [(Rules::Standard, STANDARD), (Rules::China, CHINA)] {
            for key_spec in KeySpec::ALL {
                for algorithm in WrappingAlgorithm::ALL {
                    for spec in WrappingKeySpec::ALL {
                        let row = (key_spec.as_str(), algorithm.as_str(), spec.as_str());
                        assert_eq!(
                            rules.check(*key_spec, *algorithm, *spec).is_ok(),
                            table_allows(table, row),
                            "{rules:?} {row:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_refusal_of_a_combination_is_the_recorded_text() {
        let error = Rules::Standard
            .check(
                KeySpec::SymmetricDefault,
                WrappingAlgorithm::RsaAesKeyWrapSha256,
                WrappingKeySpec::Rsa3072,
            )
            .expect_err("AWS refuses it");
        assert_eq!(
            error.to_string(),
            "ValidationException: Wrapping algorithm RSA_AES_KEY_WRAP_SHA_256 and wrapping key spec RSA_3072 \
             cannot be used to import a SYMMETRIC_DEFAULT key."
        );
    }

    #[test]
    fn what_is_withdrawn_or_never_importable_is_unsupported() {
        let withdrawn = Rules::Standard.check(
            KeySpec::SymmetricDefault,
            WrappingAlgorithm::RsaesPkcs1V15,
            WrappingKeySpec::Rsa2048,
        );
        assert_eq!(withdrawn, Err(Incompatible::Withdrawn));
        let ml_dsa = Rules::Standard.check(
            KeySpec::MlDsa44,
            WrappingAlgorithm::RsaesOaepSha256,
            WrappingKeySpec::Rsa4096,
        );
        assert_eq!(ml_dsa, Err(Incompatible::NotImportable(KeySpec::MlDsa44)));
        assert_eq!(
            ml_dsa.map_err(|e| e.to_string()),
            Err("UnsupportedOperationException".to_owned())
        );
    }

    #[test]
    fn every_importable_key_spec_has_a_way_in() {
        for rules in [Rules::Standard, Rules::China] {
            for key_spec in KeySpec::ALL {
                let mut ways = WrappingKeySpec::ALL
                    .iter()
                    .flat_map(|spec| rules.accepted(*key_spec, *spec));
                assert_eq!(
                    ways.next().is_some(),
                    rules.imports(*key_spec),
                    "{rules:?} {key_spec}"
                );
            }
        }
    }
}
