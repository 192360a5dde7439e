//! The wrapping key specs of `GetParametersForImport`.

use crate::words::words;

words! {
    /// The type of public key that wraps the key material.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `GetParametersForImport`, `WrappingKeySpec`.
    pub enum WrappingKeySpec {
        /// RSA with a 2048-bit modulus.
        Rsa2048 = "RSA_2048",
        /// RSA with a 3072-bit modulus.
        Rsa3072 = "RSA_3072",
        /// RSA with a 4096-bit modulus.
        Rsa4096 = "RSA_4096",
        /// SM2, in China Regions only.
        Sm2 = "SM2",
    }
}

impl WrappingKeySpec {
    /// The RSA specs, shortest first.
    pub const RSA: [Self; 3] = [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    /// Returns the length of the RSA modulus in bits; `None` for SM2.
    pub const fn modulus_bits(self) -> Option<u32> {
        match self {
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
            Self::Sm2 => None,
        }
    }

    /// Returns the length of one RSA block in bytes; `None` for SM2.
    pub const fn modulus_len(self) -> Option<usize> {
        match self {
            Self::Rsa2048 => Some(256),
            Self::Rsa3072 => Some(384),
            Self::Rsa4096 => Some(512),
            Self::Sm2 => None,
        }
    }

    /// Returns the RSA spec with a modulus of `bits` bits, if there is one.
    pub fn from_modulus_bits(bits: u32) -> Option<Self> {
        Self::RSA
            .into_iter()
            .find(|spec| spec.modulus_bits() == Some(bits))
    }
}
