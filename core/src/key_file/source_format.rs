//! The source form of key material, and how it was converted to AWS's form.

use core::fmt;

use super::form::Form;

/// The source form of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceFormat {
    /// The form.
    pub form: Form,
    /// The encoding of the format.
    pub encoding: Encoding,
    /// True if a passphrase opened it.
    pub is_encrypted: bool,
}

/// The encoding of a file of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// As XML.
    Xml,
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
            Self::Xml => "XML",
        }
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_encrypted {
            f.write_str("encrypted ")?;
        }
        match self.form {
            Form::Raw => f.write_str(self.encoding.as_str()),
            form @ (Form::Scalar | Form::Seed) => write!(f, "{} {form}", self.encoding.as_str()),
            form @ (Form::OpenSsh | Form::Jwk | Form::JavaKeyStore(_) | Form::RsaXml) => {
                form.fmt(f)
            }
            form => write!(f, "{form} {}", self.encoding.as_str()),
        }
    }
}

impl SourceFormat {
    /// A form without encryption.
    pub const fn plain(form: Form, encoding: Encoding) -> Self {
        Self {
            form,
            encoding,
            is_encrypted: false,
        }
    }

    /// Returns the label of its PEM block; `None` if it has none.
    ///
    /// # Source
    ///
    /// RFC 7468, 10 and 11; RFC 5915, 4; OpenSSL, `pem.h` (PKCS#1); OpenSSH, `PROTOCOL.key`.
    pub(super) const fn pem_label(self) -> Option<&'static str> {
        match self.form {
            Form::Pkcs8 if self.is_encrypted => Some("ENCRYPTED PRIVATE KEY"),
            Form::Pkcs8 => Some("PRIVATE KEY"),
            Form::Pkcs1 => Some("RSA PRIVATE KEY"),
            Form::Sec1 => Some("EC PRIVATE KEY"),
            Form::OpenSsh => Some("OPENSSH PRIVATE KEY"),
            Form::Pkcs12 => Some("PKCS12"),
            _ => None,
        }
    }

    /// Returns the properties of this form that AWS KMS does not accept: the encryption, the
    /// structure, the encoding.
    pub fn refused_by_aws(self) -> Vec<String> {
        let mut refused = Vec::new();
        if self.is_encrypted {
            refused.push("encrypted keys".to_owned());
        }
        match self.form {
            Form::Raw | Form::Pkcs8 => {}
            form @ (Form::Scalar | Form::Seed) => refused.push(format!("a bare {form}")),
            form => refused.push(form.to_string()),
        }
        if matches!(
            self.encoding,
            Encoding::Hex | Encoding::Base64 | Encoding::Pem
        ) {
            let is_said = matches!(self.form, Form::OpenSsh);
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
            ..SourceFormat::plain(Form::Pkcs8, Encoding::Pem)
        };
        for (format, name, refused) in [
            (SourceFormat::plain(Form::Raw, Encoding::Raw), "raw", ""),
            (
                SourceFormat::plain(Form::Raw, Encoding::Base64),
                "base64",
                "base64",
            ),
            (
                SourceFormat::plain(Form::Scalar, Encoding::Hex),
                "hex scalar",
                "a bare scalar, hex",
            ),
            (
                SourceFormat::plain(Form::Seed, Encoding::Raw),
                "raw seed",
                "a bare seed",
            ),
            (
                SourceFormat::plain(Form::Sec1, Encoding::Pem),
                "SEC1 PEM",
                "SEC1, PEM",
            ),
            (
                SourceFormat::plain(Form::Pkcs8, Encoding::Ber),
                "PKCS#8 BER",
                "",
            ),
            (
                SourceFormat::plain(Form::OpenSsh, Encoding::Pem),
                "OpenSSH",
                "OpenSSH",
            ),
            (SourceFormat::plain(Form::Jwk, Encoding::Json), "JWK", "JWK"),
            (
                SourceFormat::plain(Form::RsaXml, Encoding::Xml),
                "RSA XML",
                "RSA XML",
            ),
            (encrypted, "encrypted PKCS#8 PEM", "encrypted keys, PEM"),
        ] {
            assert_eq!(format.to_string(), name);
            assert_eq!(format.refused_by_aws().join(", "), refused, "{name}");
        }
    }
}
