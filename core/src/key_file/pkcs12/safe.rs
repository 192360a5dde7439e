//! The safes of a PKCS#12 file: bags, encrypted together or not.

use der::{
    Decode as _, Reader as _, Sequence, SliceReader, Tag, Tagged as _,
    asn1::{AnyRef, ObjectIdentifier},
};
use spki::AlgorithmIdentifierRef;

use super::{
    bag::{Bag, whole_sequence},
    damage::damaged,
    pfx::{ContentInfo, DATA, octets_of},
};
use crate::{
    blob::Blob,
    key_file::{
        encryption::EncryptionError, error::ReadError, password::Password, scheme::Scheme,
        scheme_name::unsupported,
    },
};

/// The number of encrypted safes in a file that byok reads: each needs a key derivation.
const MAX_SEALED_SAFES: usize = 16;

/// A safe.
#[derive(Debug)]
pub(super) enum Safe {
    /// Not encrypted.
    Open(Vec<Bag>),
    /// Encrypted under a password.
    Sealed(SealedSafe),
    /// Encrypted in a way that is not read.
    Closed(EncryptionError),
}

/// A safe that is encrypted under a password.
#[derive(Debug)]
pub(super) struct SealedSafe {
    pub(super) scheme: Scheme,
    ciphertext: Blob,
}

/// RFC 2315, 13.
#[derive(Sequence)]
struct EncryptedDataRef<'a> {
    version: u8,
    contents: EncryptedContentInfoRef<'a>,
}

/// RFC 2315, 10.1. The ciphertext has an implicit tag, and segments in BER.
#[derive(Sequence)]
struct EncryptedContentInfoRef<'a> {
    content_type: ObjectIdentifier,
    algorithm: AlgorithmIdentifierRef<'a>,
    ciphertext: Option<AnyRef<'a>>,
}

impl Safe {
    /// Reads the safes of `AuthenticatedSafe` in BER.
    ///
    /// # Source
    ///
    /// RFC 7292, 4.1.
    pub(super) fn read_all(authenticated_safe: &[u8]) -> Result<Vec<Self>, ReadError> {
        let error = || damaged("its contents");
        let element = whole_sequence(authenticated_safe).ok_or_else(error)?;
        let sequence = AnyRef::from_der(element.der()).map_err(|_| error())?;
        let mut reader = SliceReader::new(sequence.value()).map_err(|_| error())?;
        let mut safes = Vec::new();
        while !reader.is_finished() {
            let info = ContentInfo::decode(&mut reader).map_err(|_| error())?;
            safes.push(Self::of(&info)?);
        }
        let is_sealed = |safe: &&Self| matches!(safe, Self::Sealed(_));
        if safes.iter().filter(is_sealed).count() > MAX_SEALED_SAFES {
            return Err(ReadError::TooManyEntries {
                max: MAX_SEALED_SAFES,
            });
        }
        Ok(safes)
    }

    fn of(info: &ContentInfo<'_>) -> Result<Self, ReadError> {
        match info.content_type {
            DATA => {
                let mut bags = Vec::new();
                Bag::read_all(octets_of(info)?.expose(), &mut bags)?;
                Ok(Self::Open(bags))
            }
            ENCRYPTED_DATA => sealed(info).ok_or_else(|| damaged("an encrypted safe")),
            other => Ok(Self::Closed(unsupported(other))),
        }
    }
}

fn sealed(info: &ContentInfo<'_>) -> Option<Safe> {
    let data: EncryptedDataRef<'_> = info.content?.decode_as().ok()?;
    let ciphertext = implicit_octets(data.contents.ciphertext?)?;
    let safe = Scheme::of(&data.contents.algorithm).and_then(|scheme| {
        scheme.check_len(ciphertext.as_bytes())?;
        Ok(SealedSafe { scheme, ciphertext })
    });
    Some(match safe {
        Ok(safe) => Safe::Sealed(safe),
        Err(error) => Safe::Closed(error),
    })
}

/// Returns the octets of an OCTET STRING with the implicit tag 0: in one piece, or in segments, which
/// only BER permits and the conversion to DER keeps.
fn implicit_octets(value: AnyRef<'_>) -> Option<Blob> {
    let Tag::ContextSpecific {
        constructed,
        number,
    } = value.tag()
    else {
        return None;
    };
    if number.value() != 0 {
        return None;
    }
    if !constructed {
        return Some(Blob::new(value.value().to_vec()));
    }
    let mut octets = Vec::new();
    let mut reader = SliceReader::new(value.value()).ok()?;
    while !reader.is_finished() {
        let segment = AnyRef::decode(&mut reader).ok()?;
        if segment.tag() != Tag::OctetString {
            return None;
        }
        octets.extend_from_slice(segment.value());
    }
    Some(Blob::new(octets))
}

impl SealedSafe {
    /// Decrypts the safe, and returns its bags.
    pub(super) fn open(
        &self,
        password: &Password,
    ) -> Result<Result<Vec<Bag>, ReadError>, EncryptionError> {
        let is_plausible = |plaintext: &[u8]| whole_sequence(plaintext).is_some();
        let ciphertext = self.ciphertext.as_bytes();
        let plaintext = self.scheme.decrypt(ciphertext, password, is_plausible)?;
        let mut bags = Vec::new();
        Ok(Bag::read_all(plaintext.expose(), &mut bags).map(|()| bags))
    }
}

const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
