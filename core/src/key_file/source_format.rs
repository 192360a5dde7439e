//! The source form of key material, and how it was converted to AWS's form.

use core::fmt;

use crate::key_spec::Curve;

/// The source form of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceFormat {
    /// The format.
    pub structure: Structure,
    /// The encoding of the format.
    pub encoding: Encoding,
    /// True if a passphrase opened it.
    pub is_encrypted: bool,
}

/// The format of a file of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Structure {
    /// The raw bytes of a symmetric or HMAC key.
    Raw,
    /// The scalar of a secp256k1 key, as Ethereum tools export it.
    Scalar,
    /// PKCS#8: RFC 5208 and RFC 5958.
    Pkcs8,
    /// An RSA private key: RFC 8017, A.1.2.
    Pkcs1,
    /// An EC private key: RFC 5915.
    Sec1,
    /// An OpenSSH private key.
    OpenSsh,
    /// A JSON Web Key: RFC 7517.
    Jwk,
}

/// The encoding of a file of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Raw bytes.
    Raw,
    /// As hexadecimal digits.
    Hex,
    /// As base64.
    Base64,
    /// In DER.
    Der,
    /// In BER that is not DER.
    Ber,
    /// PEM: RFC 7468.
    Pem,
    /// As JSON.
    Json,
}

/// Notes on a file of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// Certificates are beside the key; the first one belongs to it.
    Certificates(usize),
    /// Zero bytes follow the key, as SoftHSM leaves them.
    ZeroTail(usize),
    /// An EC private key without its public key.
    NoPublicKey,
    /// Explicit curve parameters; they are those of this curve.
    ExplicitCurve(Curve),
    /// PKCS#8 that differs from the canonical form: another version, attributes, a second curve
    /// name, a compressed point.
    NotCanonical,
    /// The PEM label does not match the key format; the label is ignored.
    WrongLabel,
    /// The file says that the key was derived from a seed.
    TestKey,
    /// An HMAC key that is longer than its hash; both in bytes.
    LongHmacKey {
        /// The length found.
        len: usize,
        /// The length with a recorded import.
        exact: usize,
    },
}

impl Remark {
    pub(crate) const fn as_explicit_curve(&self) -> Option<Curve> {
        if let Self::ExplicitCurve(curve) = self {
            Some(*curve)
        } else {
            None
        }
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw => "raw",
            Self::Scalar => "scalar",
            Self::Pkcs8 => "PKCS#8",
            Self::Pkcs1 => "PKCS#1",
            Self::Sec1 => "SEC1",
            Self::OpenSsh => "OpenSSH",
            Self::Jwk => "JWK",
        })
    }
}

impl Encoding {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Der => "DER",
            Self::Ber => "BER",
            Self::Pem => "PEM",
            Self::Json => "JSON",
        }
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_encrypted {
            f.write_str("encrypted ")?;
        }
        match self.structure {
            Structure::Raw => f.write_str(self.encoding.as_str()),
            Structure::Scalar => write!(f, "{} scalar", self.encoding.as_str()),
            structure @ (Structure::OpenSsh | Structure::Jwk) => structure.fmt(f),
            structure => write!(f, "{structure} {}", self.encoding.as_str()),
        }
    }
}

impl SourceFormat {
    /// A form without encryption.
    pub const fn plain(structure: Structure, encoding: Encoding) -> Self {
        Self {
            structure,
            encoding,
            is_encrypted: false,
        }
    }

    /// Returns the label of its PEM block; `None` if it has none.
    ///
    /// # Source
    ///
    /// RFC 7468, 10 and 11; RFC 5915, 4; OpenSSL, `pem.h` (PKCS#1); OpenSSH, `PROTOCOL.key`.
    pub(crate) const fn pem_label(self) -> Option<&'static str> {
        match self.structure {
            Structure::Pkcs8 if self.is_encrypted => Some("ENCRYPTED PRIVATE KEY"),
            Structure::Pkcs8 => Some("PRIVATE KEY"),
            Structure::Pkcs1 => Some("RSA PRIVATE KEY"),
            Structure::Sec1 => Some("EC PRIVATE KEY"),
            Structure::OpenSsh => Some("OPENSSH PRIVATE KEY"),
            Structure::Raw | Structure::Scalar | Structure::Jwk => None,
        }
    }

    /// Returns what AWS KMS does not accept of this form: the encryption, the structure, the
    /// encoding.
    pub fn refused_by_aws(self) -> Vec<String> {
        let mut refused = Vec::new();
        if self.is_encrypted {
            refused.push("encrypted keys".to_owned());
        }
        match self.structure {
            Structure::Raw | Structure::Pkcs8 => {}
            Structure::Scalar => refused.push("a bare scalar".to_owned()),
            structure => refused.push(structure.to_string()),
        }
        if matches!(
            self.encoding,
            Encoding::Hex | Encoding::Base64 | Encoding::Pem
        ) {
            let is_said = matches!(self.structure, Structure::OpenSsh);
            refused.extend((!is_said).then(|| self.encoding.as_str().to_owned()));
        }
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_named_as_people_name_them() {
        let encrypted = SourceFormat {
            is_encrypted: true,
            ..SourceFormat::plain(Structure::Pkcs8, Encoding::Pem)
        };
        for (format, name, refused) in [
            (
                SourceFormat::plain(Structure::Raw, Encoding::Raw),
                "raw",
                "",
            ),
            (
                SourceFormat::plain(Structure::Raw, Encoding::Base64),
                "base64",
                "base64",
            ),
            (
                SourceFormat::plain(Structure::Scalar, Encoding::Hex),
                "hex scalar",
                "a bare scalar, hex",
            ),
            (
                SourceFormat::plain(Structure::Sec1, Encoding::Pem),
                "SEC1 PEM",
                "SEC1, PEM",
            ),
            (
                SourceFormat::plain(Structure::Pkcs8, Encoding::Ber),
                "PKCS#8 BER",
                "",
            ),
            (
                SourceFormat::plain(Structure::OpenSsh, Encoding::Pem),
                "OpenSSH",
                "OpenSSH",
            ),
            (
                SourceFormat::plain(Structure::Jwk, Encoding::Json),
                "JWK",
                "JWK",
            ),
            (encrypted, "encrypted PKCS#8 PEM", "encrypted keys, PEM"),
        ] {
            assert_eq!(format.to_string(), name);
            assert_eq!(format.refused_by_aws().join(", "), refused, "{name}");
        }
    }
}
