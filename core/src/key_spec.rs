//! The key specs of KMS keys, and their material.

use crate::words::words;

words! {
    /// The type of key material in a KMS key.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `CreateKey`, `KeySpec`.
    pub enum KeySpec {
        /// AES-256; SM4 in China Regions.
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        /// RSA with a 2048-bit modulus.
        Rsa2048 = "RSA_2048",
        /// RSA with a 3072-bit modulus.
        Rsa3072 = "RSA_3072",
        /// RSA with a 4096-bit modulus.
        Rsa4096 = "RSA_4096",
        /// NIST P-256.
        EccNistP256 = "ECC_NIST_P256",
        /// NIST P-384.
        EccNistP384 = "ECC_NIST_P384",
        /// NIST P-521.
        EccNistP521 = "ECC_NIST_P521",
        /// secp256k1.
        EccSecgP256k1 = "ECC_SECG_P256K1",
        /// Ed25519.
        EccNistEdwards25519 = "ECC_NIST_EDWARDS25519",
        /// HMAC-SHA-224.
        Hmac224 = "HMAC_224",
        /// HMAC-SHA-256.
        Hmac256 = "HMAC_256",
        /// HMAC-SHA-384.
        Hmac384 = "HMAC_384",
        /// HMAC-SHA-512.
        Hmac512 = "HMAC_512",
        /// SM2, in China Regions only.
        Sm2 = "SM2",
        /// ML-DSA-44.
        MlDsa44 = "ML_DSA_44",
        /// ML-DSA-65.
        MlDsa65 = "ML_DSA_65",
        /// ML-DSA-87.
        MlDsa87 = "ML_DSA_87",
        /// ML-KEM-512, in no China Region.
        MlKem512 = "ML_KEM_512",
        /// ML-KEM-768, in no China Region.
        MlKem768 = "ML_KEM_768",
        /// ML-KEM-1024, in no China Region.
        MlKem1024 = "ML_KEM_1024",
    }
}

words! {
    /// The cryptographic operations of a KMS key.
    pub enum KeyUsage {
        /// Signing and verifying.
        SignVerify = "SIGN_VERIFY",
        /// Encrypting and decrypting.
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        /// Generating and verifying MACs.
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        /// Deriving shared secrets.
        KeyAgreement = "KEY_AGREEMENT",
        /// Encapsulating and decapsulating shared secrets.
        EncapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE",
    }
}

/// The kind of key material of a [`KeySpec`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Raw bytes of a block cipher key.
    Symmetric,
    /// Raw bytes of an HMAC key; the output length of its hash in bytes.
    Hmac {
        /// 28, 32, 48 or 64.
        len: usize,
    },
    /// An RSA private key.
    Rsa {
        /// 2048, 3072 or 4096.
        modulus_bits: u32,
    },
    /// A private key on an elliptic curve, as RFC 5915 has it.
    Ec(Curve),
    /// An Ed25519 private key.
    Ed25519,
    /// Material that AWS KMS generates and never imports.
    NotImportable,
}

impl Family {
    /// Returns whether its key material is a private key, which has a public key.
    pub const fn is_key_pair(self) -> bool {
        match self {
            Self::Rsa { .. } | Self::Ec(_) | Self::Ed25519 => true,
            Self::Symmetric | Self::Hmac { .. } | Self::NotImportable => false,
        }
    }
}

/// The curves whose private keys AWS KMS imports, Ed25519 excepted: SM2 only in China Regions, the
/// others everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256, secp256r1.
    P256,
    /// NIST P-384, secp384r1.
    P384,
    /// NIST P-521, secp521r1.
    P521,
    /// secp256k1.
    K256,
    /// The curve of GB/T 32918.5.
    Sm2,
}

impl Curve {
    /// Every curve.
    pub const ALL: [Self; 5] = [Self::P256, Self::P384, Self::P521, Self::K256, Self::Sm2];

    /// Returns the key spec of private keys on this curve.
    pub const fn key_spec(self) -> KeySpec {
        match self {
            Self::P256 => KeySpec::EccNistP256,
            Self::P384 => KeySpec::EccNistP384,
            Self::P521 => KeySpec::EccNistP521,
            Self::K256 => KeySpec::EccSecgP256k1,
            Self::Sm2 => KeySpec::Sm2,
        }
    }

    /// The length of a scalar on the curve, in bytes.
    ///
    /// # Source
    ///
    /// RFC 5915, 3; RFC 7518, 6.2.2.1.
    pub const fn scalar_len(self) -> usize {
        match self {
            Self::P256 | Self::K256 | Self::Sm2 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Returns the usual name of the curve.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::K256 => "secp256k1",
            Self::Sm2 => "SM2",
        }
    }
}

impl KeySpec {
    /// Returns the kind of its key material.
    pub const fn family(self) -> Family {
        match self {
            Self::SymmetricDefault => Family::Symmetric,
            Self::Rsa2048 => Family::Rsa { modulus_bits: 2048 },
            Self::Rsa3072 => Family::Rsa { modulus_bits: 3072 },
            Self::Rsa4096 => Family::Rsa { modulus_bits: 4096 },
            Self::EccNistP256 => Family::Ec(Curve::P256),
            Self::EccNistP384 => Family::Ec(Curve::P384),
            Self::EccNistP521 => Family::Ec(Curve::P521),
            Self::EccSecgP256k1 => Family::Ec(Curve::K256),
            Self::Hmac224 => Family::Hmac { len: 28 },
            Self::Hmac256 => Family::Hmac { len: 32 },
            Self::Hmac384 => Family::Hmac { len: 48 },
            Self::Hmac512 => Family::Hmac { len: 64 },
            Self::Sm2 => Family::Ec(Curve::Sm2),
            Self::EccNistEdwards25519 => Family::Ed25519,
            Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87
            | Self::MlKem512
            | Self::MlKem768
            | Self::MlKem1024 => Family::NotImportable,
        }
    }

    /// Returns whether an import of material of this key spec into AWS KMS is recorded anywhere. AWS
    /// documents the import of Ed25519 keys, and nobody has published one.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "Importing key material", in 2026.
    pub const fn has_recorded_import(self) -> bool {
        !matches!(self, Self::EccNistEdwards25519)
    }

    /// Returns the key usages that `CreateKey` permits. The default, or the most common one, comes
    /// first.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `CreateKey`, `KeyUsage`.
    pub const fn key_usages(self) -> &'static [KeyUsage] {
        use KeyUsage::{
            EncapsulateDecapsulate, EncryptDecrypt, GenerateVerifyMac, KeyAgreement, SignVerify,
        };
        match self {
            Self::SymmetricDefault => &[EncryptDecrypt],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[SignVerify, EncryptDecrypt],
            Self::EccNistP256 | Self::EccNistP384 | Self::EccNistP521 => {
                &[SignVerify, KeyAgreement]
            }
            Self::Sm2 => &[SignVerify, EncryptDecrypt, KeyAgreement],
            Self::EccSecgP256k1
            | Self::EccNistEdwards25519
            | Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87 => &[SignVerify],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => &[GenerateVerifyMac],
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 => &[EncapsulateDecapsulate],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_values_correspond() {
        for spec in KeySpec::ALL {
            assert_eq!(spec.as_str().parse(), Ok(*spec));
        }
        assert!("ML_KEM_2048".parse::<KeySpec>().is_err());
        assert!("rsa_2048".parse::<KeySpec>().is_err());
    }

    #[test]
    fn every_curve_leads_back_to_its_key_spec() {
        for curve in Curve::ALL {
            assert_eq!(curve.key_spec().family(), Family::Ec(curve));
        }
    }
}
