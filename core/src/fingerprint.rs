//! Public identifiers of key material, for two people to compare.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::hex;

/// The number of bytes of a key check value.
const CHECK_VALUE_LEN: usize = 3;

/// An identifier of key material that reveals nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fingerprint {
    /// SHA-256 of the public key (SPKI, DER), for key pairs.
    Spki([u8; 32]),
    /// The first three bytes of AES-CMAC over 16 zero bytes, for `SYMMETRIC_DEFAULT`.
    Cmac([u8; CHECK_VALUE_LEN]),
    /// As `Cmac`, with SM4, for `SYMMETRIC_DEFAULT` in China.
    Sm4Cmac([u8; CHECK_VALUE_LEN]),
    /// The first three bytes of one zero block under AES, an older method, for `SYMMETRIC_DEFAULT`.
    Ecb([u8; CHECK_VALUE_LEN]),
    /// The first three bytes of the key's own HMAC over the text `byok key check value`.
    Hmac([u8; CHECK_VALUE_LEN]),
}

/// A text that is not a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a fingerprint: expected 64 hex digits, or cmac:, sm4-cmac:, ecb: or hmac: \
     followed by 6 hex digits"
)]
pub struct InvalidFingerprint;

impl Fingerprint {
    /// Returns the method in words.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Spki(_) => "SHA-256 of the public key (SPKI)",
            Self::Cmac(_) => "AES-CMAC key check value",
            Self::Sm4Cmac(_) => "SM4-CMAC key check value",
            Self::Ecb(_) => "AES-ECB key check value",
            Self::Hmac(_) => "HMAC key check value",
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spki(digest) => f.write_str(&hex::encode(digest)),
            Self::Cmac(value) => write!(f, "cmac:{}", hex::encode(value)),
            Self::Sm4Cmac(value) => write!(f, "sm4-cmac:{}", hex::encode(value)),
            Self::Ecb(value) => write!(f, "ecb:{}", hex::encode(value).to_uppercase()),
            Self::Hmac(value) => write!(f, "hmac:{}", hex::encode(value)),
        }
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    /// Case, spaces and colons between the digits are ignored.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        let (kind, digits) = match text.split_once(':') {
            Some((kind @ ("cmac" | "sm4-cmac" | "ecb" | "hmac"), digits)) => (kind, digits),
            _ => ("spki", text.as_str()),
        };
        let bytes = hex::decode_lenient(digits).ok_or(InvalidFingerprint)?;
        let check_value = || bytes.as_slice().try_into().map_err(|_| InvalidFingerprint);
        Ok(match kind {
            "cmac" => Self::Cmac(check_value()?),
            "sm4-cmac" => Self::Sm4Cmac(check_value()?),
            "ecb" => Self::Ecb(check_value()?),
            "hmac" => Self::Hmac(check_value()?),
            _ => Self::Spki(
                bytes
                    .as_slice()
                    .try_into()
                    .map_err(|_| InvalidFingerprint)?,
            ),
        })
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    /// Parses a fingerprint in exactly the form that byok writes.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fingerprint: Self = text.parse().map_err(de::Error::custom)?;
        if fingerprint.to_string() == text {
            return Ok(fingerprint);
        }
        Err(de::Error::custom(
            "a fingerprint in another form than that of byok",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back() {
        for fingerprint in [
            Fingerprint::Spki([0xab; 32]),
            Fingerprint::Cmac([0x37, 0x78, 0x22]),
            Fingerprint::Sm4Cmac([0x37, 0x78, 0x22]),
            Fingerprint::Ecb([0xf2, 0x90, 0x00]),
            Fingerprint::Hmac([1, 2, 3]),
        ] {
            assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        }
        assert_eq!(
            "AB:".repeat(32).trim_end_matches(':').parse(),
            Ok(Fingerprint::Spki([0xab; 32]))
        );
        assert_eq!(
            "ecb:f29000".parse(),
            Ok(Fingerprint::Ecb([0xf2, 0x90, 0x00]))
        );
    }

    #[test]
    fn what_is_too_short_or_unknown_is_refused() {
        for text in [
            "",
            "377822",
            "cmac:3778",
            "cmac:",
            "md5:377822",
            &"ab".repeat(33),
        ] {
            assert_eq!(
                text.parse::<Fingerprint>(),
                Err(InvalidFingerprint),
                "{text}"
            );
        }
    }
}
