//! The form in which key material came, and what was done to bring it into AWS's.

use core::fmt;

use crate::key_spec::Curve;

/// The form in which key material came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceFormat {
    /// What it is.
    pub structure: Structure,
    /// How that is written.
    pub encoding: Encoding,
    /// Whether a passphrase opened it.
    pub is_encrypted: bool,
}

/// What a file of key material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Structure {
    /// The bytes of a symmetric or HMAC key themselves.
    Raw,
    /// The scalar of a secp256k1 key, as Ethereum's tools hand it out.
    Scalar,
    /// PKCS#8: RFC 5208 and RFC 5958.
    Pkcs8,
    /// An RSA private key alone: RFC 8017, A.1.2.
    Pkcs1,
    /// An EC private key alone: RFC 5915.
    Sec1,
    /// An OpenSSH private key.
    OpenSsh,
    /// A JSON Web Key: RFC 7517.
    Jwk,
}

/// How a file of key material is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// As bytes.
    Raw,
    /// As hexadecimal digits.
    Hex,
    /// As base64.
    Base64,
    /// In DER.
    Der,
    /// In BER that is not DER.
    Ber,
    /// As RFC 7468 has it.
    Pem,
    /// As JSON.
    Json,
}

/// What is worth knowing about a file of key material beside the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// Certificates lie beside the key; the first one is the key's own.
    Certificates(usize),
    /// Zero bytes follow the key, as SoftHSM leaves them.
    ZeroTail(usize),
    /// An EC private key without its public key.
    NoPublicKey,
    /// The parameters of the curve are written out instead of named; they are this curve's.
    ExplicitCurve(Curve),
    /// PKCS#8 with more than the canonical form has, or less: another version, attributes, the
    /// curve named twice, a compressed point.
    NotCanonical,
    /// The label of the PEM block is that of another form, or of none; the key is taken for what it is.
    WrongLabel,
    /// The file says that the key was derived from a seed.
    TestKey,
    /// An HMAC key that is longer than its hash; both in bytes.
    LongHmacKey {
        /// What there is.
        len: usize,
        /// What is known to be taken.
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
    /// The word for it.
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

    /// What its PEM block is called; `None` for what comes in none.
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

    /// What AWS KMS does not take in this form: the encryption, the structure, the encoding.
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
