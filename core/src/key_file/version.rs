//! The form of a private key by its elements, and version numbers that do not fit them.

use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _, asn1::AnyRef};

use super::{error::ReadError, form::Form};

/// The integers of a key of two primes: RFC 8017, A.1.2.
const PKCS1_INTEGERS: usize = 8;

/// Returns the version number of `der`, if that is why it is not a readable private key.
///
/// # Source
///
/// RFC 5958, 2: version 1 (v2) has a public key, version 0 (v1) has none. RFC 5915, 3: always 1.
/// RFC 8017, A.1.2: 1 with more than two primes, else 0.
pub(super) fn fault(der: &[u8]) -> ReadError {
    wrong_version(der).unwrap_or(ReadError::Malformed)
}

/// Returns the error if the version number of `der` is wrong.
pub(super) fn wrong_version(der: &[u8]) -> Option<ReadError> {
    let (version, tags) = elements(der)?;
    let form = shape(&tags)?;
    let is_right = match (form, version) {
        (Form::Pkcs8, 0) => !has_public_key(&tags),
        (Form::Pkcs8, 1) => has_public_key(&tags),
        (Form::Pkcs1, 0) => tags.len() == PKCS1_INTEGERS,
        (Form::Pkcs1, 1) => tags.len() > PKCS1_INTEGERS,
        (Form::Sec1, 1) => true,
        _ => false,
    };
    (!is_right).then_some(ReadError::Version { form, version })
}

/// Returns the form of a private key with the elements of `der`. Does not check their contents.
pub(super) fn form(der: &[u8]) -> Option<Form> {
    elements(der).and_then(|(_, tags)| shape(&tags))
}

/// The version number, and the kind of each element after it.
fn elements(der: &[u8]) -> Option<(u8, Vec<Tag>)> {
    let key = AnyRef::from_der(der)
        .ok()
        .filter(|key| key.tag() == Tag::Sequence)?;
    key.sequence(version_and_tags).ok()
}

fn version_and_tags(reader: &mut SliceReader<'_>) -> der::Result<(u8, Vec<Tag>)> {
    let version = reader.decode()?;
    let mut tags = Vec::new();
    while !reader.is_finished() {
        tags.push(reader.decode::<AnyRef<'_>>()?.tag());
    }
    Ok((version, tags))
}

/// Returns the structure with elements of these kinds after its version number.
fn shape(tags: &[Tag]) -> Option<Form> {
    let is_pkcs1 = |tags: &[Tag]| tags.iter().all(|tag| *tag == Tag::Integer);
    match tags {
        [Tag::Sequence, Tag::OctetString, ..] => Some(Form::Pkcs8),
        [Tag::OctetString, ..] => Some(Form::Sec1),
        _ => tags
            .get(..PKCS1_INTEGERS)
            .is_some_and(is_pkcs1)
            .then_some(Form::Pkcs1),
    }
}

/// Returns whether the public key of RFC 5958 is present, `[1]`.
fn has_public_key(tags: &[Tag]) -> bool {
    tags.iter()
        .any(|tag| tag.is_context_specific() && tag.number() == TagNumber(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::test_files::test_file;

    /// Returns `der` with another version number at position `at`.
    fn with_version(der: &[u8], at: usize, version: u8) -> Vec<u8> {
        let mut der = der.to_vec();
        assert_eq!(der[at - 2..at], [2, 1], "an INTEGER of one octet");
        der[at] = version;
        der
    }

    #[test]
    fn a_wrong_version_is_told_with_the_structure() {
        let (rsa, p256) = (test_file!("rsa-2048.der"), test_file!("p256.der"));
        // SEQUENCE, version, AlgorithmIdentifier of 13 and 19 octets, OCTET STRING.
        let (pkcs1, sec1) = (&rsa[26..], &p256[29..]);
        for (form, good, at, is_right) in [
            (Form::Pkcs8, rsa, 6, [true, false]),
            (Form::Pkcs8, p256, 5, [true, false]),
            (Form::Pkcs1, pkcs1, 6, [true, false]),
            (Form::Sec1, sec1, 4, [false, true]),
        ] {
            for (version, is_right) in [(0, is_right[0]), (1, is_right[1]), (2, false), (17, false)]
            {
                let expected = ReadError::Version { form, version };
                let expected = if is_right {
                    ReadError::Malformed
                } else {
                    expected
                };
                assert_eq!(
                    fault(&with_version(good, at, version)),
                    expected,
                    "{form} {version}"
                );
            }
        }
    }

    #[test]
    fn only_more_than_two_primes_make_the_second_version_of_pkcs1() {
        for (integers, version, is_right) in [
            (PKCS1_INTEGERS, 0, true),
            (PKCS1_INTEGERS, 1, false),
            (PKCS1_INTEGERS + 1, 0, false),
            (PKCS1_INTEGERS + 1, 1, true),
        ] {
            let content = [&[2, 1, version], &[2, 1, 7].repeat(integers)[..]].concat();
            let len = u8::try_from(content.len()).expect("short");
            let fault = wrong_version(&[&[0x30, len], &content[..]].concat());
            assert_eq!(fault.is_none(), is_right, "{integers} {version}");
        }
    }

    #[test]
    fn a_public_key_goes_with_the_second_version_of_pkcs8() {
        let p256 = test_file!("p256.der");
        let mut with_public_key = p256.to_vec();
        with_public_key.extend([0x81, 2, 0, 4]);
        with_public_key[2] += 4;
        let version = |version| fault(&with_version(&with_public_key, 5, version));
        assert_eq!(
            version(0),
            ReadError::Version {
                form: Form::Pkcs8,
                version: 0
            }
        );
        assert_eq!(version(1), ReadError::Malformed);
    }

    /// RFC 5958, 2: `[0]` are the attributes, `[1]` is the public key. 1 is the number of BOOLEAN too.
    #[test]
    fn attributes_are_no_public_key() {
        for (tag, is_public_key) in [(0x81, true), (0xa1, true), (0xa0, false), (1, false)] {
            for version in [0, 1] {
                let key = [0x30, 11, 2, 1, version, 0x30, 0, 4, 1, 7, tag, 1, 0xff];
                let is_right = (version == 1) == is_public_key;
                assert_eq!(
                    wrong_version(&key).is_none(),
                    is_right,
                    "{tag:#x} {version}"
                );
            }
        }
    }

    #[test]
    fn what_has_no_such_structure_has_no_version() {
        for der in [
            &[][..],
            &[0x30, 0],
            &[0x30, 3, 2, 1, 5],
            &[2, 1, 5],
            &[0x30, 6, 2, 1, 5, 2, 1, 5],
        ] {
            assert_eq!(fault(der), ReadError::Malformed, "{der:?}");
        }
    }
}
