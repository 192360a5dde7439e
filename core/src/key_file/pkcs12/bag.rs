//! The bags of a PKCS#12 file.

use der::{
    Decode as _, Encode as _, Reader as _, Sequence, SliceReader, Tag, Tagged as _,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};

use super::{attributes::Attributes, damage::damaged};
use crate::{
    blob::Blob,
    key_file::{element::TailedElement, error::ReadError, scheme_name},
    secret::SecretBytes,
};

/// The number of bags in a file that byok reads.
const MAX_BAGS: usize = 1000;

/// A bag.
#[derive(Debug)]
pub(super) struct Bag {
    pub(super) contents: BagContents,
    pub(super) attributes: Attributes,
}

/// The contents of a bag.
#[derive(Debug)]
pub(super) enum BagContents {
    /// `PrivateKeyInfo`.
    Key(SecretBytes),
    /// `EncryptedPrivateKeyInfo`.
    ShroudedKey(Blob),
    /// A secret of this type, which is no key.
    OtherSecret(String),
    /// An X.509 certificate.
    Certificate(Blob),
    /// A revocation list, or a bag that byok does not know.
    Other,
}

/// RFC 7292, 4.2.
#[derive(Sequence)]
struct SafeBagRef<'a> {
    id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
    attributes: Option<AnyRef<'a>>,
}

/// RFC 7292, 4.2.3 and 4.2.5: a certificate, or a secret, after its type.
#[derive(Sequence)]
struct TypedRef<'a> {
    id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
}

impl Bag {
    /// Adds the bags of `SafeContents` in BER to `bags`.
    ///
    /// # Source
    ///
    /// RFC 7292, 4.2.
    pub(super) fn read_all(safe_contents: &[u8], bags: &mut Vec<Self>) -> Result<(), ReadError> {
        let element = whole_sequence(safe_contents).ok_or_else(|| damaged("a safe"))?;
        let sequence = AnyRef::from_der(element.der()).map_err(|_| damaged("a safe"))?;
        Self::read_sequence(sequence, bags)
    }

    /// Recurses into safes in safes. Their depth is limited: they were converted to DER together.
    fn read_sequence(sequence: AnyRef<'_>, bags: &mut Vec<Self>) -> Result<(), ReadError> {
        let mut reader = SliceReader::new(sequence.value()).map_err(|_| damaged("a safe"))?;
        while !reader.is_finished() {
            if bags.len() == MAX_BAGS {
                return Err(ReadError::TooManyEntries { max: MAX_BAGS });
            }
            let bag = SafeBagRef::decode(&mut reader).map_err(|_| damaged("a bag"))?;
            if bag.id == SAFE_CONTENTS {
                Self::read_sequence(bag.value, bags)?;
            } else {
                bags.push(Self::of(&bag)?);
            }
        }
        Ok(())
    }

    fn of(bag: &SafeBagRef<'_>) -> Result<Self, ReadError> {
        let contents = match bag.id {
            KEY => key(bag.value).ok_or_else(|| damaged("a key bag"))?,
            SHROUDED_KEY => shrouded(bag.value).ok_or_else(|| damaged("a key bag"))?,
            SECRET => secret(bag.value).ok_or_else(|| damaged("a secret bag"))?,
            CERTIFICATE => certificate(bag.value).unwrap_or(BagContents::Other),
            _ => BagContents::Other,
        };
        Ok(Self {
            contents,
            attributes: bag.attributes.map(Attributes::of).unwrap_or_default(),
        })
    }

    /// Returns whether the bag holds a key.
    pub(super) const fn is_key(&self) -> bool {
        match self.contents {
            BagContents::Key(_) | BagContents::ShroudedKey(_) => true,
            BagContents::OtherSecret(_) | BagContents::Certificate(_) | BagContents::Other => false,
        }
    }
}

/// Returns the only element of `ber`, if it is a sequence.
pub(super) fn whole_sequence(ber: &[u8]) -> Option<TailedElement> {
    let is_sequence = |element: &TailedElement| {
        element.tail_len == 0
            && AnyRef::from_der(element.der()).is_ok_and(|found| found.tag() == Tag::Sequence)
    };
    TailedElement::of(ber).filter(is_sequence)
}

fn key(value: AnyRef<'_>) -> Option<BagContents> {
    let der = value.to_der().ok().map(SecretBytes::new)?;
    (value.tag() == Tag::Sequence).then_some(BagContents::Key(der))
}

fn shrouded(value: AnyRef<'_>) -> Option<BagContents> {
    let der = value.to_der().ok().map(Blob::new)?;
    (value.tag() == Tag::Sequence).then_some(BagContents::ShroudedKey(der))
}

/// Reads a secret bag. Java puts the structures of the key bags into an OCTET STRING.
///
/// # Source
///
/// RFC 7292, 4.2.5; JDK, `PKCS12KeyStore`.
fn secret(value: AnyRef<'_>) -> Option<BagContents> {
    let secret: TypedRef<'_> = value.decode_as().ok()?;
    if ![KEY, SHROUDED_KEY].contains(&secret.id) {
        return Some(BagContents::OtherSecret(scheme_name::name(secret.id)));
    }
    let inner = match secret.value.decode_as::<&OctetStringRef>() {
        Ok(octets) => whole_sequence(octets.as_bytes())?,
        Err(_) => TailedElement::of(SecretBytes::new(secret.value.to_der().ok()?).expose())?,
    };
    Some(if secret.id == KEY {
        BagContents::Key(inner.into_der())
    } else {
        BagContents::ShroudedKey(Blob::new(inner.der().to_vec()))
    })
}

fn certificate(value: AnyRef<'_>) -> Option<BagContents> {
    let certificate: TypedRef<'_> = value.decode_as().ok()?;
    let octets: &OctetStringRef = certificate.value.decode_as().ok()?;
    let der = Blob::new(octets.as_bytes().to_vec());
    (certificate.id == X509).then_some(BagContents::Certificate(der))
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

const KEY: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.3");
const SECRET: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.5");
const SAFE_CONTENTS: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.6");
/// RFC 2985, A: `x509Certificate`.
const X509: ObjectIdentifier = oid("1.2.840.113549.1.9.22.1");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_one_sequence_and_nothing_else() {
        for (ber, is_whole) in [
            (&[0x30, 2, 5, 0][..], true),
            (&[0x30, 0x80, 5, 0, 0, 0], true),
            (&[0x30, 2, 5, 0, 0], false),
            (&[0x31, 2, 5, 0], false),
            (&[0x31, 2, 5, 0, 0], false),
            (&[0x30, 2, 5], false),
            (&[], false),
        ] {
            assert_eq!(whole_sequence(ber).is_some(), is_whole, "{ber:?}");
        }
    }
}
