//! Private keys in every supported form, each converted to the canonical form.

use der::{
    Decode as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier},
};
use pkcs8::PrivateKeyInfoRef;
use rsa::pkcs1::{ALGORITHM_OID as RSA_ENCRYPTION, RsaPrivateKeyRef};
use spki::SubjectPublicKeyInfoRef;
use x509_cert::Certificate;

use super::{
    Encoding, Foreign, FoundWeakness, KeyMaterialError, Remark, SourceFormat, Structure,
    bare_key::BareKey,
    ec_key::{self, EcPrivateKey},
    jwk::{self, Jwk},
    open_ssh::{self, OpenSshKey},
    pem::{self, PemFile},
    rsa_key, version,
};
use crate::{
    ber,
    blob::Blob,
    key_file::encrypted_pkcs8,
    key_spec::{Curve, KeySpec},
    secret::SecretBytes,
};

/// RFC 8017, A.2.3.
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// The number of zero bytes that are ignored after a key: the padding of an AES-KWP block.
const MAX_ZERO_TAIL: usize = 7;

/// A private key that passed every check of its kind.
pub(super) struct PrivateKey {
    pub(super) key_spec: KeySpec,
    /// The SPKI in DER.
    pub(super) public_key: Blob,
    pub(super) weakness: Option<FoundWeakness>,
    /// The canonical form: PKCS#8 in DER.
    pub(super) pkcs8: SecretBytes,
    remarks: Vec<Remark>,
}

/// A private key, and the form of its file.
pub(super) struct Found {
    pub(super) key: PrivateKey,
    pub(super) source_format: SourceFormat,
    pub(super) remarks: Vec<Remark>,
}

/// One BER element, and the number of zeros after it.
struct Element {
    element: ber::Element,
    zero_tail: usize,
}

impl Element {
    fn der(&self) -> &SecretBytes {
        self.element.der()
    }

    fn zeros(&self) -> Option<Remark> {
        (self.zero_tail > 0).then_some(Remark::ZeroTail(self.zero_tail))
    }

    fn encoding(&self) -> Encoding {
        if self.element.was_der() {
            Encoding::Der
        } else {
            Encoding::Ber
        }
    }
}

impl PrivateKey {
    /// Checks that it is a key for `key_spec`.
    pub(super) fn must_be(&self, key_spec: KeySpec) -> Result<(), KeyMaterialError> {
        if self.key_spec == key_spec {
            return Ok(());
        }
        Err(KeyMaterialError::OtherKeySpec {
            found: self.key_spec,
            wanted: key_spec,
        })
    }

    /// Checks that `beside`, if given, is the public key in the SPKI of this key.
    fn must_have(self, beside: Option<BitStringRef<'_>>) -> Result<Self, KeyMaterialError> {
        let Some(beside) = beside else {
            return Ok(self);
        };
        let spki = SubjectPublicKeyInfoRef::from_der(self.public_key.as_bytes());
        if spki.is_ok_and(|spki| spki.subject_public_key == beside) {
            return Ok(self);
        }
        Err(KeyMaterialError::PublicKey)
    }
}

impl From<rsa_key::RsaKey> for PrivateKey {
    fn from(key: rsa_key::RsaKey) -> Self {
        let rsa_key::RsaKey {
            key_spec,
            public_key,
            weakness,
            pkcs8,
        } = key;
        Self {
            key_spec,
            public_key,
            weakness,
            pkcs8,
            remarks: Vec::new(),
        }
    }
}

impl From<ec_key::EcKey> for PrivateKey {
    fn from(key: ec_key::EcKey) -> Self {
        let ec_key::EcKey {
            curve,
            public_key,
            pkcs8,
            weakness,
            remarks,
        } = key;
        Self {
            key_spec: curve.key_spec(),
            public_key,
            weakness,
            pkcs8,
            remarks,
        }
    }
}

/// Reads unwrapped bytes: only PKCS#8 in DER or BER, with no more than a few zeros after it.
pub(super) fn from_import(bytes: &[u8]) -> Result<Found, KeyMaterialError> {
    let outcome = element(bytes).and_then(|element| {
        let (key, encoding) = pkcs8(&element)?;
        Ok(Found::new(
            key,
            SourceFormat::plain(Structure::Pkcs8, encoding),
            &element,
        ))
    });
    match outcome {
        Err(KeyMaterialError::Malformed) if pem::read(bytes).is_some() => Err(Foreign::Pem.into()),
        Err(KeyMaterialError::Malformed) => {
            Err(foreign(bytes).map_or(KeyMaterialError::Malformed, Into::into))
        }
        outcome => outcome,
    }
}

/// Reads a file in any form. `passphrase` is for encrypted ones.
pub(super) fn read(
    file: &[u8],
    passphrase: Option<&SecretBytes>,
) -> Result<Found, KeyMaterialError> {
    if let Some(pem) = pem::read(file) {
        return from_pem(&pem?, passphrase).map_err(|error| match error {
            KeyMaterialError::Malformed => KeyMaterialError::DamagedPem,
            error => error,
        });
    }
    match core::str::from_utf8(file).ok().and_then(Foreign::of_text) {
        None | Some(Foreign::OtherJson) if jwk::looks_like(file) => return from_jwk(file),
        Some(foreign) => return Err(foreign.into()),
        None => {}
    }
    let element = element(file)
        .map_err(|error| Foreign::of_bytes(file).map_or(error, KeyMaterialError::Foreign))?;
    from_any(&element, passphrase)
}

/// Reads a key in the structure that it shows.
fn from_any(
    element: &Element,
    passphrase: Option<&SecretBytes>,
) -> Result<Found, KeyMaterialError> {
    match Foreign::of_bytes(element.der().expose()) {
        Some(Foreign::NotPkcs8(structure)) => from_element(element, structure),
        Some(Foreign::EncryptedPkcs8) => from_encrypted(element, passphrase),
        Some(foreign) => Err(foreign.into()),
        None => from_element(element, Structure::Pkcs8),
    }
}

/// Returns the octets of a symmetric key in a JSON Web Key; `None` for any other file.
pub(super) fn octets(file: &[u8]) -> Option<SecretBytes> {
    match jwk::looks_like(file).then(|| jwk::read(file))? {
        Ok(Jwk::Octets(octets)) => Some(octets),
        _ => None,
    }
}

fn from_jwk(file: &[u8]) -> Result<Found, KeyMaterialError> {
    match jwk::read(file)? {
        Jwk::Key(key) => from_bare(&key, SourceFormat::plain(Structure::Jwk, Encoding::Json)),
        Jwk::Octets(_) => Err(Foreign::SymmetricJwk.into()),
    }
}

/// Reads a raw scalar, big-endian.
pub(super) fn from_scalar(
    curve: Curve,
    scalar: &SecretBytes,
    encoding: Encoding,
) -> Result<Found, KeyMaterialError> {
    let key = ec_key::from_scalar(curve, scalar.expose())?;
    let source_format = SourceFormat::plain(Structure::Scalar, encoding);
    Ok(Found {
        key: key.into(),
        source_format,
        remarks: Vec::new(),
    })
}

fn from_pem(
    pem: &PemFile<'_>,
    passphrase: Option<&SecretBytes>,
) -> Result<Found, KeyMaterialError> {
    let block = pem.key()?;
    let mut found = if pem.label() == open_ssh::LABEL {
        from_open_ssh(block.expose(), passphrase)?
    } else {
        from_any(&element(block.expose())?, passphrase)?
    };
    found.source_format.encoding = Encoding::Pem;
    // `openssl ec` writes SM2 keys in the form of RFC 5915 with a label of its own.
    let is_sm2 = (pem.label(), found.key.key_spec) == ("SM2 PRIVATE KEY", KeySpec::Sm2);
    let label = if is_sm2 {
        "EC PRIVATE KEY"
    } else {
        pem.label()
    };
    let is_right = found.source_format.pem_label() == Some(label);
    found
        .remarks
        .extend((!is_right).then_some(Remark::WrongLabel));
    check_leaf(&found.key, &pem.certificates)?;
    let certificates = pem.certificates.len();
    found
        .remarks
        .extend((certificates > 0).then_some(Remark::Certificates(certificates)));
    Ok(found)
}

/// Decrypts an encrypted PKCS#8 key, and reads its contents.
fn from_encrypted(
    element: &Element,
    passphrase: Option<&SecretBytes>,
) -> Result<Found, KeyMaterialError> {
    let opened = encrypted_pkcs8::open(element.der().expose(), passphrase)?;
    let mut found = from_element(&self::element(opened.expose())?, Structure::Pkcs8)?;
    found.source_format = SourceFormat {
        encoding: element.encoding(),
        is_encrypted: true,
        ..found.source_format
    };
    found.remarks.extend(element.zeros());
    Ok(found)
}

fn from_open_ssh(file: &[u8], passphrase: Option<&SecretBytes>) -> Result<Found, KeyMaterialError> {
    let OpenSshKey { key, was_encrypted } = open_ssh::read(file, passphrase)?;
    let plain = SourceFormat::plain(Structure::OpenSsh, Encoding::Pem);
    from_bare(
        &key,
        SourceFormat {
            is_encrypted: was_encrypted,
            ..plain
        },
    )
}

fn from_bare(key: &BareKey, source_format: SourceFormat) -> Result<Found, KeyMaterialError> {
    let mut key = match key {
        BareKey::Pkcs1(der) => pkcs1(der.expose())?,
        BareKey::Sec1(der) => sec1(der.expose())?,
    };
    let remarks = core::mem::take(&mut key.remarks);
    Ok(Found {
        key,
        source_format,
        remarks,
    })
}

fn from_element(element: &Element, structure: Structure) -> Result<Found, KeyMaterialError> {
    let (key, encoding) = match structure {
        Structure::Pkcs1 => (pkcs1(element.der().expose())?, element.encoding()),
        Structure::Sec1 => (sec1(element.der().expose())?, element.encoding()),
        _ => pkcs8(element)?,
    };
    Ok(Found::new(
        key,
        SourceFormat::plain(structure, encoding),
        element,
    ))
}

impl Found {
    fn new(mut key: PrivateKey, source_format: SourceFormat, element: &Element) -> Self {
        let mut remarks = core::mem::take(&mut key.remarks);
        if source_format.structure == Structure::Pkcs8
            && source_format.encoding == Encoding::Der
            && remarks.is_empty()
            && key.pkcs8 != *element.der()
        {
            remarks.push(Remark::NotCanonical);
        }
        remarks.extend(element.zeros());
        Self {
            key,
            source_format,
            remarks,
        }
    }
}

/// Reads `bytes` as one element in DER or BER, with no more than a few zeros after it.
///
/// Most bytes begin with something that could be an element, so only a private key gets the error
/// about bytes after it.
fn element(bytes: &[u8]) -> Result<Element, KeyMaterialError> {
    let element = ber::to_der(bytes).map_err(|_| KeyMaterialError::Malformed)?;
    let tail = bytes.get(element.ber_len()..).unwrap_or_default();
    let is_padding = tail.len() <= MAX_ZERO_TAIL && tail.iter().all(|byte| *byte == 0);
    if is_padding {
        return Ok(Element {
            zero_tail: tail.len(),
            element,
        });
    }
    let is_key = is_private_key(element.der().expose());
    Err(if is_key {
        KeyMaterialError::TrailingBytes { count: tail.len() }
    } else {
        KeyMaterialError::Malformed
    })
}

fn is_private_key(der: &[u8]) -> bool {
    let foreign = Foreign::of_bytes(der);
    PrivateKeyInfoRef::from_der(der).is_ok()
        || matches!(
            foreign,
            Some(Foreign::NotPkcs8(_) | Foreign::EncryptedPkcs8)
        )
}

/// The key in PKCS#8, and whether it was DER throughout.
fn pkcs8(outer: &Element) -> Result<(PrivateKey, Encoding), KeyMaterialError> {
    let der = outer.der().expose();
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| version::fault(der))?;
    let parameters = info.algorithm.parameters;
    let algorithm = info.algorithm.oid;
    if algorithm == RSASSA_PSS {
        return Err(KeyMaterialError::RsaPss);
    }
    if algorithm != RSA_ENCRYPTION && algorithm != sec1::ALGORITHM_OID {
        return Err(KeyMaterialError::Algorithm(algorithm_name(algorithm)));
    }
    let inner = element(info.private_key.as_bytes())?;
    if inner.zero_tail > 0 {
        return Err(KeyMaterialError::TrailingBytes {
            count: inner.zero_tail,
        });
    }
    let key = if algorithm == RSA_ENCRYPTION {
        if parameters.is_some_and(|parameters| parameters != AnyRef::NULL) {
            return Err(KeyMaterialError::Malformed);
        }
        pkcs1(inner.der().expose())?.must_have(info.public_key)?
    } else {
        let key = EcPrivateKey::from_der(inner.der().expose());
        let key = key.map_err(|_| version::fault(inner.der().expose()))?;
        ec_key::check(&key, parameters, info.public_key)?.into()
    };
    let is_der = outer.encoding() == Encoding::Der && inner.encoding() == Encoding::Der;
    Ok((key, if is_der { Encoding::Der } else { Encoding::Ber }))
}

fn pkcs1(der: &[u8]) -> Result<PrivateKey, KeyMaterialError> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| version::fault(der))?;
    Ok(rsa_key::check(&key)?.into())
}

fn sec1(der: &[u8]) -> Result<PrivateKey, KeyMaterialError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| version::fault(der))?;
    Ok(ec_key::check(&key, None, None)?.into())
}

/// Returns the usual name of an algorithm that AWS KMS does not import, or its object identifier.
///
/// # Source
///
/// RFC 8410, 3; RFC 3279, 2.3.2; RFC 9881 and NIST's Computer Security Objects Register.
fn algorithm_name(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    let name = match oid.as_str() {
        "1.3.101.110" => "X25519",
        "1.3.101.111" => "X448",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.3.1" => "Diffie-Hellman",
        "1.2.840.10046.2.1" => "X9.42 Diffie-Hellman",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        "2.16.840.1.101.3.4.4.1" => "ML-KEM-512",
        "2.16.840.1.101.3.4.4.2" => "ML-KEM-768",
        "2.16.840.1.101.3.4.4.3" => "ML-KEM-1024",
        _ => return oid,
    };
    name.to_owned()
}

/// Returns what an unsupported file is: bytes, BER, or text.
fn foreign(file: &[u8]) -> Option<Foreign> {
    let text = || core::str::from_utf8(file).ok().and_then(Foreign::of_text);
    let element = ber::to_der(file).ok();
    let der = element
        .as_ref()
        .map_or(file, |element| element.der().expose());
    Foreign::of_bytes(der).or_else(text)
}

/// Checks that the first certificate beside a key, the leaf, belongs to the key.
fn check_leaf(key: &PrivateKey, certificates: &[SecretBytes]) -> Result<(), KeyMaterialError> {
    use der::Encode as _;
    let Some(leaf) = certificates.first() else {
        return Ok(());
    };
    let leaf = Certificate::from_der(leaf.expose()).map_err(|_| KeyMaterialError::Malformed)?;
    let spki = leaf.tbs_certificate().subject_public_key_info().to_der();
    if spki.ok().as_deref() == Some(key.public_key.as_bytes()) {
        return Ok(());
    }
    Err(KeyMaterialError::OtherCertificate)
}
