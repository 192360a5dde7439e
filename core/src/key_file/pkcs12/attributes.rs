//! The attributes of a bag: its name, and what ties a certificate to its key.

use der::{
    Decode as _, Reader as _, SliceReader, Tag, Tagged as _,
    asn1::{AnyRef, ObjectIdentifier},
};

use crate::{blob::Blob, key_file::alias::Alias};

/// The attributes of a bag that byok uses.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) name: Option<Alias>,
    /// The same as that of the certificate of a key.
    pub(super) local_key_id: Option<Blob>,
}

impl Attributes {
    /// Reads a set of attributes. Ignores what is invalid: no attribute changes a key.
    ///
    /// # Source
    ///
    /// RFC 7292, 4.2; RFC 2985, 5.5.1 and 5.5.2.
    pub(super) fn of(set: AnyRef<'_>) -> Self {
        let mut attributes = Self::default();
        let Ok(mut reader) = SliceReader::new(set.value()) else {
            return attributes;
        };
        while !reader.is_finished() {
            let Ok(attribute) = AnyRef::decode(&mut reader) else {
                break;
            };
            match first_value(attribute) {
                Some((FRIENDLY_NAME, value)) => attributes.name = text(value).map(Alias),
                Some((LOCAL_KEY_ID, value)) if value.tag() == Tag::OctetString => {
                    attributes.local_key_id = Some(Blob::new(value.value().to_vec()));
                }
                Some(_) | None => {}
            }
        }
        attributes
    }
}

/// Returns the type of an attribute, and its first value.
fn first_value(attribute: AnyRef<'_>) -> Option<(ObjectIdentifier, AnyRef<'_>)> {
    let mut reader = SliceReader::new(attribute.value()).ok()?;
    let oid = reader.decode().ok()?;
    let values: AnyRef<'_> = reader.decode().ok()?;
    let mut values = SliceReader::new(values.value()).ok()?;
    Some((oid, values.decode().ok()?))
}

/// Returns the text of a name. RFC 2985 requires a BMPString, and Java writes UTF-16 into it.
fn text(value: AnyRef<'_>) -> Option<String> {
    match value.tag() {
        Tag::BmpString => {
            let units = value.value().as_chunks().0.iter();
            let units = units.map(|unit| u16::from_be_bytes(*unit));
            let character = |c: Result<char, _>| c.unwrap_or(char::REPLACEMENT_CHARACTER);
            Some(char::decode_utf16(units).map(character).collect())
        }
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            Some(String::from_utf8_lossy(value.value()).into_owned())
        }
        _ => None,
    }
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

const FRIENDLY_NAME: ObjectIdentifier = oid("1.2.840.113549.1.9.20");
const LOCAL_KEY_ID: ObjectIdentifier = oid("1.2.840.113549.1.9.21");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    fn of(hex: &str) -> Attributes {
        let der = hex::decode_lenient(hex).expect("hex");
        Attributes::of(AnyRef::from_der(&der).expect("a set"))
    }

    #[test]
    fn names_and_key_ids_are_read_and_others_ignored() {
        let csp = "300f06092b0601040182371101 3102 1e00";
        let name = "301306092a864886f70d010914 3106 1e04 00e9 d83d";
        let id = "301006092a864886f70d010915 3103 0401 07";
        let found = of(&format!("3138 {csp} {name} {id}"));
        assert_eq!(found.name, Some(Alias("\u{e9}\u{fffd}".to_owned())));
        assert_eq!(found.local_key_id, Some(Blob::new(vec![7])));
    }

    /// RFC 2985, 5.5.1, requires a BMPString. Other programs write other strings.
    #[test]
    fn a_name_is_any_string() {
        for (value, expected) in [
            ("1e04 00e9 0061", Some("\u{e9}a")),
            ("0c03 c3a961", Some("\u{e9}a")),
            ("1302 6162", Some("ab")),
            ("1602 6162", Some("ab")),
            ("0402 6162", None),
            ("0201 61", None),
        ] {
            let value_len = hex::decode_lenient(value).expect("hex").len();
            let attribute_len = 13 + value_len;
            let found = of(&format!(
                "31{:02x} 30{attribute_len:02x} 06092a864886f70d010914 31{value_len:02x} {value}",
                attribute_len + 2
            ));
            let expected = expected.map(|name| Alias(name.to_owned()));
            assert_eq!(found.name, expected, "{value}");
        }
    }

    #[test]
    fn what_is_invalid_is_no_attribute() {
        let id_of_text = "3112 3010 06092a864886f70d010915 3103 0c01 07";
        for set in [
            "3100",
            "3102 0500",
            "3103 300105",
            "3104 30020600",
            id_of_text,
        ] {
            let found = of(set);
            assert!(
                found.name.is_none() && found.local_key_id.is_none(),
                "{set}"
            );
        }
    }
}
