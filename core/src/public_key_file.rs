//! Public keys of key pairs, in the formats that people have.

use core::fmt;

use const_oid::ObjectIdentifier;
use der::{Decode as _, Encode as _, pem::LineEnding};
use ed25519_dalek::VerifyingKey;
use p256::pkcs8::EncodePublicKey as _;
use rsa::pkcs1::{self, RsaPublicKeyRef};
use sha2::{Digest as _, Sha256};
use spki::SubjectPublicKeyInfoRef;
use x509_cert::Certificate;

use crate::{
    blob::Blob,
    fingerprint::Fingerprint,
    json::Object,
    key_file::curve_of,
    key_spec::{Curve, Family, KeySpec},
    pem::{self, Block},
    rsa_spki, text_encoding,
};

/// RFC 8410, 3.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A public key.
///
/// Keys of the kinds that AWS KMS imports are well-formed, and encoded as `GetPublicKey` encodes
/// them, so one key always has the same bytes. Other keys stay unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    spki: Blob,
    algorithm: PublicKeyAlgorithm,
}

/// The algorithm of a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKeyAlgorithm {
    /// RSA.
    Rsa {
        /// The length of the modulus in bits.
        modulus_bits: u32,
    },
    /// EC on a curve that AWS KMS imports.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
    /// Any other algorithm, by its object identifier.
    Other(String),
}

/// A public key and its source format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyFile {
    /// The public key.
    pub public_key: PublicKey,
    /// The source format.
    pub form: PublicKeyForm,
}

/// The source format of a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicKeyForm {
    /// A public key by itself.
    Spki,
    /// A certificate; the first one if there are several.
    Certificate,
    /// The member `PublicKey` of a JSON document, as `get-public-key` prints it.
    Json,
}

/// Bytes without a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a public key: expected an SPKI, a certificate, or the output of get-public-key")]
pub struct NoPublicKey;

impl fmt::Display for PublicKeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { modulus_bits } => write!(f, "RSA of {modulus_bits} bits"),
            Self::Ec(curve) => write!(f, "EC on {}", curve.name()),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Other(oid) => write!(f, "algorithm {oid}"),
        }
    }
}

impl PublicKey {
    /// Parses a `SubjectPublicKeyInfo` in DER that fills the input.
    ///
    /// # Errors
    ///
    /// [`NoPublicKey`], also for a point that is not on its curve.
    ///
    /// # Source
    ///
    /// RFC 5280, 4.1.2.7; RFC 3279, 2.3.1 (RSA); RFC 5480, 2.1.1 and 2.2 (EC); GM/T 0006 (the
    /// object identifier of SM2's curve); RFC 8410, 3 and 4 (Ed25519).
    pub fn from_spki_der(der: &[u8]) -> Result<Self, NoPublicKey> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| NoPublicKey)?;
        let key = spki.subject_public_key.as_bytes();
        let curve = spki.algorithm.parameters_oid().ok().and_then(curve_of);
        let (algorithm, spki) = match (spki.algorithm.oid, curve) {
            (pkcs1::ALGORITHM_OID, _) => rsa(key.ok_or(NoPublicKey)?)?,
            (sec1::ALGORITHM_OID, Some(curve)) => {
                let spki = point(curve, key.ok_or(NoPublicKey)?)?;
                (PublicKeyAlgorithm::Ec(curve), spki)
            }
            (ED25519, _) => {
                let is_key = spki.algorithm.parameters.is_none() && is_ed25519(key);
                let spki = is_key.then(|| der.to_vec()).ok_or(NoPublicKey)?;
                (PublicKeyAlgorithm::Ed25519, spki)
            }
            (oid, _) => (PublicKeyAlgorithm::Other(oid.to_string()), der.to_vec()),
        };
        Ok(Self {
            spki: Blob::new(spki),
            algorithm,
        })
    }

    /// Returns the key as `SubjectPublicKeyInfo`, DER.
    pub fn spki(&self) -> &Blob {
        &self.spki
    }

    /// Returns the key as PEM.
    pub fn to_pem(&self) -> String {
        der::pem::encode_string("PUBLIC KEY", LineEnding::LF, self.spki.as_bytes())
            .expect("a key that was read from memory fits there again")
    }

    /// Returns the SHA-256 of the SPKI.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::Spki(Sha256::digest(self.spki.as_bytes()).into())
    }

    /// Returns the algorithm of the key.
    pub fn algorithm(&self) -> &PublicKeyAlgorithm {
        &self.algorithm
    }

    /// Returns the key spec with this public key, if AWS KMS imports one.
    pub fn key_spec(&self) -> Option<KeySpec> {
        let fits = |spec: &KeySpec| match (spec.family(), &self.algorithm) {
            (
                Family::Rsa { modulus_bits },
                PublicKeyAlgorithm::Rsa {
                    modulus_bits: found,
                },
            ) => modulus_bits == *found,
            (Family::Ec(curve), PublicKeyAlgorithm::Ec(found)) => curve == *found,
            (Family::Ed25519, PublicKeyAlgorithm::Ed25519) => true,
            _ => false,
        };
        KeySpec::ALL.iter().copied().find(fits)
    }
}

fn rsa(key: &[u8]) -> Result<(PublicKeyAlgorithm, Vec<u8>), NoPublicKey> {
    let key = RsaPublicKeyRef::from_der(key).map_err(|_| NoPublicKey)?;
    let (modulus, exponent) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
    let algorithm = PublicKeyAlgorithm::Rsa {
        modulus_bits: rsa_spki::bit_len(modulus),
    };
    Ok((
        algorithm,
        rsa_spki::encode(modulus, exponent).map_err(|_| NoPublicKey)?,
    ))
}

/// Returns the SPKI of a point in any form of SEC 1, with the point uncompressed.
fn point(curve: Curve, point: &[u8]) -> Result<Vec<u8>, NoPublicKey> {
    macro_rules! spki {
        ($curve:ident) => {
            $curve::PublicKey::from_sec1_bytes(point)
                .map_err(|_| NoPublicKey)?
                .to_public_key_der()
        };
    }
    let spki = match curve {
        Curve::P256 => spki!(p256),
        Curve::P384 => spki!(p384),
        Curve::P521 => spki!(p521),
        Curve::K256 => spki!(k256),
        Curve::Sm2 => spki!(sm2),
    };
    Ok(spki.map_err(|_| NoPublicKey)?.into_vec())
}

/// Returns whether these octets are a point of edwards25519: RFC 8032, 5.1.3.
fn is_ed25519(key: Option<&[u8]>) -> bool {
    let key = key.and_then(|key| key.try_into().ok());
    key.is_some_and(|key| VerifyingKey::from_bytes(key).is_ok())
}

/// Reads a public key (SPKI in DER or PEM), a certificate (DER or PEM, possibly with others after
/// it), or the JSON answer of `get-public-key`. Text can be in UTF-16, or begin with a byte order mark.
///
/// # Errors
///
/// [`NoPublicKey`] for anything else, also for PEM that includes a private key.
pub fn read(bytes: &[u8]) -> Result<PublicKeyFile, NoPublicKey> {
    match text_encoding::from_utf16(bytes) {
        Some(text) => read_plain(text.expose()),
        None => read_plain(text_encoding::without_mark(bytes)),
    }
}

fn read_plain(bytes: &[u8]) -> Result<PublicKeyFile, NoPublicKey> {
    let (der, form) = if bytes.trim_ascii_start().starts_with(b"{") {
        (from_json(bytes)?, PublicKeyForm::Json)
    } else if let [first, others @ ..] = &*pem::blocks(bytes) {
        from_pem(first, others)?
    } else if let Ok(spki) = from_certificate(bytes) {
        (spki, PublicKeyForm::Certificate)
    } else {
        (bytes.to_vec(), PublicKeyForm::Spki)
    };
    Ok(PublicKeyFile {
        public_key: PublicKey::from_spki_der(&der)?,
        form,
    })
}

fn from_json(bytes: &[u8]) -> Result<Vec<u8>, NoPublicKey> {
    let document = Object::read(bytes).map_err(|_| NoPublicKey)?;
    let key: Blob = document
        .stored_blob("PublicKey")
        .ok()
        .flatten()
        .ok_or(NoPublicKey)?;
    Ok(key.as_bytes().to_vec())
}

/// One public key, or certificates, of which the first counts: the leaf of a chain.
fn from_pem(
    first: &Block<'_>,
    others: &[Block<'_>],
) -> Result<(Vec<u8>, PublicKeyForm), NoPublicKey> {
    let der = first.decode().ok_or(NoPublicKey)?;
    match first.label {
        "CERTIFICATE" if others.iter().all(|other| other.label == "CERTIFICATE") => {
            Ok((from_certificate(der.expose())?, PublicKeyForm::Certificate))
        }
        "PUBLIC KEY" if others.is_empty() => Ok((der.expose().to_vec(), PublicKeyForm::Spki)),
        _ => Err(NoPublicKey),
    }
}

fn from_certificate(der: &[u8]) -> Result<Vec<u8>, NoPublicKey> {
    let certificate = Certificate::from_der(der).map_err(|_| NoPublicKey)?;
    certificate
        .tbs_certificate()
        .subject_public_key_info()
        .to_der()
        .map_err(|_| NoPublicKey)
}

#[cfg(test)]
mod tests {
    use const_oid::AssociatedOid as _;
    use p256::elliptic_curve::{Generate as _, sec1::ToSec1Point as _};
    use spki::{AlgorithmIdentifierRef, der::asn1::BitStringRef};

    use super::*;
    use crate::test_rng;

    /// An SPKI that AWS KMS never writes: `id-ecPublicKey`, P-256, and this as point.
    fn spki_of(point: &[u8]) -> Vec<u8> {
        let curve = p256::NistP256::OID;
        let algorithm = AlgorithmIdentifierRef {
            oid: sec1::ALGORITHM_OID,
            parameters: Some((&curve).into()),
        };
        let key = BitStringRef::from_bytes(point).expect("short");
        SubjectPublicKeyInfoRef {
            algorithm,
            subject_public_key: key,
        }
        .to_der()
        .expect("encodes")
    }

    #[test]
    fn one_key_is_the_same_bytes_whatever_the_form_of_its_point() {
        let key = p256::SecretKey::generate_from_rng(&mut test_rng(3)).public_key();
        let written = key.to_public_key_der().expect("encodes").into_vec();
        for compress in [false, true] {
            let point = key.to_sec1_point(compress);
            let read = PublicKey::from_spki_der(&spki_of(point.as_bytes())).expect("a point");
            assert_eq!(read.spki().as_bytes(), written);
            assert_eq!(read.algorithm(), &PublicKeyAlgorithm::Ec(Curve::P256));
        }
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut point = [1; 65];
        point[0] = 4;
        assert_eq!(PublicKey::from_spki_der(&spki_of(&point)), Err(NoPublicKey));
        assert_eq!(PublicKey::from_spki_der(&spki_of(&[])), Err(NoPublicKey));
    }

    #[test]
    fn an_ed25519_key_is_a_point_without_parameters() {
        let spki = |parameters: &[u8], key: &[u8]| {
            let len = |part: &[u8]| u8::try_from(part.len()).expect("short");
            let algorithm = [&[6, 3, 0x2b, 0x65, 0x70], parameters].concat();
            let algorithm = [&[0x30, len(&algorithm)], &algorithm[..]].concat();
            let key = [&[3, len(key) + 1, 0], key].concat();
            [&[0x30, len(&algorithm) + len(&key)], &algorithm[..], &key].concat()
        };
        // RFC 8032, 7.1, test 1.
        let point = crate::hex::decode_lenient(
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        );
        let point = point.expect("hex");
        let read = PublicKey::from_spki_der(&spki(&[], &point)).expect("a point");
        assert_eq!(read.spki().len(), 44);
        assert_eq!(read.algorithm(), &PublicKeyAlgorithm::Ed25519);
        assert_eq!(read.key_spec(), Some(KeySpec::EccNistEdwards25519));
        // No point has y = 2: RFC 8032, 5.1.3.
        let no_point = [&[2][..], &[0; 31]].concat();
        for other in [
            spki(&[5, 0], &point),
            spki(&[], &point[1..]),
            spki(&[], &[&point[..], &[0]].concat()),
            spki(&[], &no_point),
        ] {
            assert_eq!(PublicKey::from_spki_der(&other), Err(NoPublicKey));
        }
    }

    #[test]
    fn pem_is_one_public_key_and_nothing_else() {
        let key = p256::SecretKey::generate_from_rng(&mut test_rng(3)).public_key();
        let key = PublicKey::from_spki_der(&key.to_public_key_der().expect("encodes").into_vec())
            .expect("SPKI");
        let pem = key.to_pem();
        for text in [
            pem.clone(),
            format!("# {pem}# {}", "x\n"),
            pem.replace('\n', "\r\n"),
            pem.trim_end().to_owned(),
        ] {
            assert_eq!(
                read(text.as_bytes()).map(|file| file.public_key),
                Ok(key.clone()),
                "{text}"
            );
        }
        let private = pem.replace("PUBLIC", "PRIVATE");
        for text in [
            format!("{pem}{pem}"),
            format!("{pem}{private}"),
            private.clone(),
            pem.replace("BEGIN PUBLIC", "BEGIN RSA PUBLIC"),
        ] {
            assert_eq!(read(text.as_bytes()), Err(NoPublicKey), "{text}");
        }
    }
}
