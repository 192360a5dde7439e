//! Key material: what a KMS key is made of, in exactly the form that AWS KMS takes.

mod ec;
mod private_key;
mod rsa_key;
mod symmetric;

use core::fmt;

use rand_core::CryptoRng;

use crate::{
    blob::Blob,
    compatibility::Rules,
    fingerprint::Fingerprint,
    key_spec::{Family, KeySpec},
    secret::SecretBytes,
};

/// The largest file that is read as key material, in bytes.
pub const MAX_LEN: usize = 64 << 10;

/// Key material that AWS KMS would take for its key spec.
#[derive(Debug)]
pub struct KeyMaterial {
    key_spec: KeySpec,
    bytes: SecretBytes,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Symmetric,
    Hmac,
    /// With the public key, SPKI in DER.
    KeyPair(Blob),
}

/// The form in which key material came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceFormat {
    /// The bytes themselves.
    Raw,
    /// PKCS#8, DER.
    Pkcs8Der,
    /// PKCS#8, PEM.
    Pkcs8Pem,
}

/// Key material and the form in which it came.
#[derive(Debug)]
pub struct Reading {
    /// The material, in AWS's form.
    pub material: KeyMaterial,
    /// The form of the file.
    pub source_format: SourceFormat,
}

/// What stands in a file instead of key material that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// An EC private key in SEC1 form.
    Sec1,
    /// An RSA private key in PKCS#1 form.
    Pkcs1,
    /// An encrypted private key in PKCS#8 form.
    EncryptedPkcs8,
    /// An OpenSSH private key.
    OpenSsh,
    /// A public key.
    PublicKey,
    /// A certificate.
    Certificate,
    /// PEM with another label.
    OtherPem,
}

/// Why bytes are not key material that AWS KMS would take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMaterialError {
    /// No bytes at all.
    Empty,
    /// More than [`MAX_LEN`] bytes.
    TooLong,
    /// Raw key material of the wrong length; both in bytes.
    WrongLength {
        /// The kind of key it was meant for.
        key_spec: KeySpec,
        /// What there is.
        len: usize,
        /// What it must be.
        expected: usize,
    },
    /// Raw bytes, which do not say what kind of key they are.
    KeySpecNeeded {
        /// How many bytes there are.
        len: usize,
    },
    /// Something else than an unencrypted private key in PKCS#8 form.
    Foreign(Foreign),
    /// Not a private key in PKCS#8 form: neither DER nor PEM that can be read.
    Malformed,
    /// Bytes follow the private key.
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// A private key of an algorithm that AWS KMS does not import; its object identifier.
    Algorithm(String),
    /// An EC private key whose curve is not named, or not one that AWS KMS imports.
    Curve,
    /// An RSA key of another size than 2048, 3072 or 4096 bits.
    ModulusBits(u32),
    /// A good key of another kind than was asked for.
    OtherKeySpec {
        /// The kind it is.
        found: KeySpec,
        /// The kind it was meant to be.
        wanted: KeySpec,
    },
    /// A private key whose parts do not belong together.
    Inconsistent,
    /// AWS KMS imports nothing of this kind.
    NotImportable(KeySpec),
}

impl fmt::Display for KeyMaterialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::TooLong => write!(f, "longer than {MAX_LEN} bytes"),
            Self::WrongLength { key_spec, len, expected } => {
                write!(f, "{len} bytes; {key_spec} key material is exactly {expected}")
            }
            Self::KeySpecNeeded { len } => write!(f, "{len} bytes that do not say what kind of key they are"),
            Self::Foreign(foreign) => foreign.fmt(f),
            Self::Malformed => f.write_str("not a private key in PKCS#8 form"),
            Self::TrailingBytes { count } => write!(f, "{count} bytes follow the private key"),
            Self::Algorithm(oid) => {
                write!(f, "a private key of algorithm {oid}, which AWS KMS does not import")
            }
            Self::Curve => {
                f.write_str("an EC private key on a curve that is not named, or not one AWS KMS imports")
            }
            Self::ModulusBits(bits) => {
                write!(f, "an RSA key of {bits} bits; AWS KMS imports 2048, 3072 and 4096")
            }
            Self::OtherKeySpec { found, wanted } => write!(f, "key material for {found}, not for {wanted}"),
            Self::Inconsistent => f.write_str("a private key whose parts do not belong together"),
            Self::NotImportable(key_spec) => write!(f, "AWS KMS imports no {key_spec} key material"),
        }
    }
}

impl core::error::Error for KeyMaterialError {}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sec1 => "an EC private key in SEC1 form, not PKCS#8",
            Self::Pkcs1 => "an RSA private key in PKCS#1 form, not PKCS#8",
            Self::EncryptedPkcs8 => "an encrypted private key",
            Self::OpenSsh => "an OpenSSH private key, not PKCS#8",
            Self::PublicKey => "a public key, where the private key belongs",
            Self::Certificate => "a certificate, where the private key belongs",
            Self::OtherPem => "PEM, but not of a private key in PKCS#8 form",
        })
    }
}

impl SourceFormat {
    /// Whether AWS KMS does not take this form, so that it was converted.
    pub const fn is_converted(self) -> bool {
        matches!(self, Self::Pkcs8Pem)
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw => "raw",
            Self::Pkcs8Der => "PKCS#8 DER",
            Self::Pkcs8Pem => "PKCS#8 PEM",
        })
    }
}

impl KeyMaterial {
    /// Takes what unwrapping yielded for a KMS key of `key_spec`: raw bytes of the exact length, or
    /// an unencrypted PKCS#8 private key in DER, and not a byte more.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError`]; AWS KMS would answer each with `IncorrectKeyMaterialException`.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "Importing key material", requirements for imported key material.
    pub fn from_import(
        bytes: SecretBytes,
        key_spec: KeySpec,
        rules: Rules,
    ) -> Result<Self, KeyMaterialError> {
        if bytes.is_empty() {
            return Err(KeyMaterialError::Empty);
        }
        let raw = |expected, kind| {
            symmetric::check_len(&bytes, key_spec, expected)?;
            Ok(kind)
        };
        let kind = match key_spec.family() {
            Family::Symmetric => raw(rules.symmetric_len(), Kind::Symmetric)?,
            Family::Hmac { len } => raw(len, Kind::Hmac)?,
            Family::Rsa { .. } | Family::Ec(_) => {
                let (found, spki) = private_key::check(bytes.expose())?;
                if found != key_spec {
                    return Err(KeyMaterialError::OtherKeySpec { found, wanted: key_spec });
                }
                Kind::KeyPair(spki)
            }
            Family::Sm2 | Family::NotImportable => return Err(KeyMaterialError::NotImportable(key_spec)),
        };
        Ok(Self { key_spec, bytes, kind })
    }

    /// Reads a file of key material: raw bytes for symmetric and HMAC keys, PKCS#8 in DER or PEM
    /// for private keys. The key spec of a private key is read from it, and must be `key_spec` if
    /// there is one.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError`]; raw bytes without a `key_spec` are `KeySpecNeeded`.
    pub fn read(
        file: SecretBytes,
        key_spec: Option<KeySpec>,
        rules: Rules,
    ) -> Result<Reading, KeyMaterialError> {
        if file.is_empty() {
            return Err(KeyMaterialError::Empty);
        }
        if file.len() > MAX_LEN {
            return Err(KeyMaterialError::TooLong);
        }
        let is_raw = |spec: KeySpec| !matches!(spec.family(), Family::Rsa { .. } | Family::Ec(_));
        if let Some(key_spec) = key_spec.filter(|spec| is_raw(*spec)) {
            let material = Self::from_import(file, key_spec, rules)?;
            return Ok(Reading { material, source_format: SourceFormat::Raw });
        }
        let len = file.len();
        let (der, source_format) = private_key::to_der(file)?;
        let found = match private_key::check(der.expose()) {
            Err(KeyMaterialError::Malformed)
                if key_spec.is_none() && source_format == SourceFormat::Pkcs8Der =>
            {
                return Err(KeyMaterialError::KeySpecNeeded { len });
            }
            checked => checked?.0,
        };
        let material = Self::from_import(der, key_spec.unwrap_or(found), rules)?;
        Ok(Reading { material, source_format })
    }

    /// Makes new key material.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError::NotImportable`] where there is nothing to import.
    pub fn generate(
        key_spec: KeySpec,
        rules: Rules,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, KeyMaterialError> {
        let bytes = match key_spec.family() {
            Family::Symmetric => symmetric::generate(rules.symmetric_len(), rng),
            Family::Hmac { len } => symmetric::generate(len, rng),
            Family::Rsa { modulus_bits } => rsa_key::generate(modulus_bits, rng)?,
            Family::Ec(curve) => ec::generate(curve, rng)?,
            Family::Sm2 | Family::NotImportable => return Err(KeyMaterialError::NotImportable(key_spec)),
        };
        Self::from_import(bytes, key_spec, rules)
    }

    /// The kind of KMS key this is material for.
    pub fn key_spec(&self) -> KeySpec {
        self.key_spec
    }

    /// The bytes that get wrapped.
    pub fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    /// The public key of a key pair: SPKI in DER, what `GetPublicKey` returns after the import.
    pub fn public_key(&self) -> Option<&Blob> {
        match &self.kind {
            Kind::KeyPair(spki) => Some(spki),
            Kind::Symmetric | Kind::Hmac => None,
        }
    }

    /// The fingerprint that this kind of material goes by.
    pub fn fingerprint(&self) -> Fingerprint {
        match &self.kind {
            Kind::KeyPair(spki) => symmetric::spki_fingerprint(spki),
            Kind::Symmetric => symmetric::cmac(&self.bytes),
            Kind::Hmac => symmetric::hmac(&self.bytes, self.key_spec),
        }
    }

    /// Whether both are the same key: the same public key, or the same bytes.
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key_spec == other.key_spec
            && match (self.public_key(), other.public_key()) {
                (Some(a), Some(b)) => a == b,
                _ => self.bytes == other.bytes,
            }
    }

    /// Whether this material goes by `fingerprint`, also where that is of an older method.
    pub fn goes_by(&self, fingerprint: &Fingerprint) -> bool {
        match (&self.kind, fingerprint) {
            (Kind::Symmetric, Fingerprint::Ecb(_)) => symmetric::ecb(&self.bytes) == *fingerprint,
            _ => self.fingerprint() == *fingerprint,
        }
    }
}
