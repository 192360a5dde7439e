//! Key material: what a KMS key is made of, in exactly the form that AWS KMS takes.

mod ec_key;
mod pem;
mod private_key;
mod rsa_key;
mod symmetric;

use core::fmt;

use rand_core::CryptoRng;

pub use rsa_key::RsaFault;

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
    weakness: Option<Weakness>,
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
pub struct SourceFormat {
    /// What it is.
    pub structure: Structure,
    /// How that is written.
    pub encoding: Encoding,
}

/// What a file of key material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Structure {
    /// The bytes themselves.
    Raw,
    /// PKCS#8: RFC 5208 and RFC 5958.
    Pkcs8,
    /// An RSA private key alone: RFC 8017, A.1.2.
    Pkcs1,
    /// An EC private key alone: RFC 5915.
    Sec1,
}

/// How a file of key material is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// As bytes.
    Binary,
    /// As RFC 7468 has it.
    Pem,
}

/// What key material would be refused for, were it not explicitly allowed: AWS KMS takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weakness {
    /// An RSA public exponent below 65537.
    SmallPublicExponent,
    /// One byte over and over, zero perhaps.
    RepeatedByte,
    /// Printable text: hex or base64 that was not decoded, or a passphrase.
    PrintableText,
}

/// What to do with weak key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakMaterial {
    /// Take it: test fixtures.
    Allow,
    /// Refuse it.
    Refuse,
}

/// Key material and the form in which it came.
#[derive(Debug)]
pub struct Reading {
    /// The material, in AWS's form.
    pub material: KeyMaterial,
    /// The form of the file.
    pub source_format: SourceFormat,
    /// Certificates beside the key, which were compared with it where they could be.
    pub certificates_ignored: usize,
}

/// What stands in a file instead of key material that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// A private key in another form than PKCS#8, where only PKCS#8 is taken.
    NotPkcs8(Structure),
    /// PEM, where only DER is taken.
    Pem,
    /// An encrypted private key in PKCS#8 form.
    EncryptedPkcs8,
    /// An encrypted private key in OpenSSL's older form.
    EncryptedPem,
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
    /// An RSA private key that is no good.
    Rsa(RsaFault),
    /// The key names two curves.
    TwoCurves,
    /// An EC private key whose scalar has not its curve's full length.
    ScalarLength,
    /// An EC private key whose scalar is zero, or not below the curve's order.
    Scalar,
    /// An EC private key with the public key of another.
    PublicPoint,
    /// RSA-PSS (`id-RSASSA-PSS`), where AWS KMS wants `rsaEncryption`.
    RsaPss,
    /// More than one private key.
    SeveralKeys(usize),
    /// The first certificate beside the key is another key's.
    OtherCertificate,
    /// Good key material that nobody should use.
    Weak(Weakness),
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
            Self::TrailingBytes { count } => write!(f, "a private key with bytes after its end ({count})"),
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
            Self::Rsa(fault) => write!(f, "an RSA private key with {fault}"),
            Self::TwoCurves => f.write_str("an EC private key that names two curves"),
            Self::ScalarLength => f.write_str("an EC private key of another length than its curve's"),
            Self::Scalar => {
                f.write_str("an EC private key that is zero, or not below the order of its curve")
            }
            Self::PublicPoint => f.write_str("an EC private key with the public key of another"),
            Self::RsaPss => f.write_str("an RSA-PSS private key; AWS KMS wants rsaEncryption"),
            Self::SeveralKeys(count) => write!(f, "{count} private keys in one file"),
            Self::OtherCertificate => f.write_str("a private key with the certificate of another"),
            Self::Weak(weakness) => write!(f, "weak key material: {weakness}"),
            Self::NotImportable(key_spec) => write!(f, "AWS KMS imports no {key_spec} key material"),
        }
    }
}

impl core::error::Error for KeyMaterialError {}

impl From<RsaFault> for KeyMaterialError {
    fn from(fault: RsaFault) -> Self {
        Self::Rsa(fault)
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPkcs8(structure) => write!(f, "a private key in {structure} form, not PKCS#8"),
            Self::Pem => f.write_str("PEM, not DER"),
            Self::EncryptedPkcs8 | Self::EncryptedPem => f.write_str("an encrypted private key"),
            Self::OpenSsh => f.write_str("an OpenSSH private key, not PKCS#8"),
            Self::PublicKey => f.write_str("a public key, where the private key belongs"),
            Self::Certificate => f.write_str("a certificate, where the private key belongs"),
            Self::OtherPem => f.write_str("PEM, but not of a private key"),
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SmallPublicExponent => "an RSA public exponent below 65537",
            Self::RepeatedByte => "one byte over and over",
            Self::PrintableText => "printable text, perhaps not decoded yet",
        })
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw => "raw",
            Self::Pkcs8 => "PKCS#8",
            Self::Pkcs1 => "PKCS#1",
            Self::Sec1 => "SEC1",
        })
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.structure, self.encoding) {
            (Structure::Raw, _) => f.write_str("raw"),
            (structure, Encoding::Binary) => write!(f, "{structure} DER"),
            (structure, Encoding::Pem) => write!(f, "{structure} PEM"),
        }
    }
}

impl SourceFormat {
    /// What AWS KMS does not take in this form: the structure, the encoding, or both.
    pub fn refused_by_aws(self) -> Vec<String> {
        let structure = matches!(self.structure, Structure::Pkcs1 | Structure::Sec1);
        let structure = structure.then(|| self.structure.to_string());
        structure.into_iter().chain((self.encoding == Encoding::Pem).then(|| "PEM".to_owned())).collect()
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
            Ok::<_, KeyMaterialError>((kind, symmetric::weakness(&bytes)))
        };
        let (kind, weakness) = match key_spec.family() {
            Family::Symmetric => raw(rules.symmetric_len(), Kind::Symmetric)?,
            Family::Hmac { len } => raw(len, Kind::Hmac)?,
            Family::Rsa { .. } | Family::Ec(_) => {
                let key = private_key::from_import(bytes.expose())?;
                key.must_be(key_spec)?;
                (Kind::KeyPair(key.public_key), key.weakness)
            }
            Family::Sm2 | Family::NotImportable => return Err(KeyMaterialError::NotImportable(key_spec)),
        };
        Ok(Self { key_spec, bytes, kind, weakness })
    }

    /// Reads a file of key material, as people have it, into the one form that AWS KMS takes.
    ///
    /// Symmetric and HMAC keys are raw bytes. Private keys are PKCS#8, PKCS#1 or SEC1, in DER or
    /// PEM, with certificates beside them perhaps; the key spec is read from them, and must be
    /// `key_spec` if there is one. Whatever the form, the same key becomes the same bytes.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError`]; raw bytes without a `key_spec` are `KeySpecNeeded`, and weak material
    /// is `Weak` unless `weak` allows it.
    pub fn read(
        file: SecretBytes,
        key_spec: Option<KeySpec>,
        rules: Rules,
        weak: WeakMaterial,
    ) -> Result<Reading, KeyMaterialError> {
        if file.is_empty() {
            return Err(KeyMaterialError::Empty);
        }
        if file.len() > MAX_LEN {
            return Err(KeyMaterialError::TooLong);
        }
        let is_raw = |spec: KeySpec| !matches!(spec.family(), Family::Rsa { .. } | Family::Ec(_));
        let reading = match key_spec {
            Some(key_spec) if is_raw(key_spec) => Reading {
                material: Self::from_import(file, key_spec, rules)?,
                source_format: SourceFormat { structure: Structure::Raw, encoding: Encoding::Binary },
                certificates_ignored: 0,
            },
            key_spec => Self::read_private_key(&file, key_spec)?,
        };
        match reading.material.weakness {
            Some(weakness) if weak == WeakMaterial::Refuse => Err(KeyMaterialError::Weak(weakness)),
            _ => Ok(reading),
        }
    }

    fn read_private_key(file: &SecretBytes, key_spec: Option<KeySpec>) -> Result<Reading, KeyMaterialError> {
        let found = match private_key::read(file.expose()) {
            Err(KeyMaterialError::Malformed) if key_spec.is_none() => {
                return Err(KeyMaterialError::KeySpecNeeded { len: file.len() });
            }
            found => found?,
        };
        let private_key::Found { key, source_format, certificates_ignored } = found;
        if let Some(key_spec) = key_spec {
            key.must_be(key_spec)?;
        }
        let kind = Kind::KeyPair(key.public_key);
        let material = Self { key_spec: key.key_spec, bytes: key.pkcs8, kind, weakness: key.weakness };
        Ok(Reading { material, source_format, certificates_ignored })
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
            Family::Ec(curve) => ec_key::generate(curve, rng)?,
            Family::Sm2 | Family::NotImportable => return Err(KeyMaterialError::NotImportable(key_spec)),
        };
        Self::from_import(bytes, key_spec, rules)
    }

    /// The kind of KMS key this is material for.
    pub fn key_spec(&self) -> KeySpec {
        self.key_spec
    }

    /// What the material should be refused for, if anything.
    pub fn weakness(&self) -> Option<Weakness> {
        self.weakness
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
