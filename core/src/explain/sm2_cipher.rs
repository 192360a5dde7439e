//! The ways in which an SM2 ciphertext opens that is not in the documented DER.

use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _, asn1::AnyRef};

use super::{Cause, layout, material::ExpectedMaterial, opening::Candidate};
use crate::wrapping::sm2pke::{RawOrder, Sm2Cipher};

/// Returns the way in which `blob` opens, if it does: its differences, and its contents.
pub(super) fn search(
    blob: &[u8],
    key: &sm2::SecretKey,
    expected: ExpectedMaterial,
) -> Option<Candidate> {
    forms(blob).into_iter().find_map(|(causes, cipher)| {
        let assessment = expected.assess(&cipher.open(key)?);
        Some(Candidate::new(causes, assessment))
    })
}

/// Returns the differences of `blob` that need no key: empty for an unknown form and for the
/// documented one.
///
/// The two raw orders can be distinguished only with the key. The raw form itself is recognised
/// without it: 64 arbitrary bytes are a point of the curve with probability 2^−256.
pub(super) fn unopened(blob: &[u8]) -> Vec<Cause> {
    let (causes, _) = forms(blob).into_iter().next().unzip();
    let without_order = |cause| match cause {
        Cause::Sm2Raw { has_prefix, .. } => Cause::Sm2Raw {
            order: None,
            has_prefix,
        },
        cause => cause,
    };
    causes
        .unwrap_or_default()
        .into_iter()
        .map(without_order)
        .collect()
}

/// Returns every form in which `blob` holds the parts of a ciphertext, the documented one first.
fn forms(blob: &[u8]) -> Vec<(Vec<Cause>, Sm2Cipher<'_>)> {
    let prescribed = Sm2Cipher::from_der(blob).map(|cipher| (Vec::new(), cipher));
    let raw = [RawOrder::C1C3C2, RawOrder::C1C2C3]
        .into_iter()
        .flat_map(|order| {
            [true, false].into_iter().filter_map(move |has_prefix| {
                let cipher = Sm2Cipher::from_raw(blob, order, has_prefix)?;
                Some((
                    vec![Cause::Sm2Raw {
                        order: Some(order),
                        has_prefix,
                    }],
                    cipher,
                ))
            })
        });
    prescribed
        .into_iter()
        .chain(structure(blob))
        .chain(raw)
        .collect()
}

/// A sequence of two integers and two octet strings that are not in DER, are in another order, or
/// have bytes after them.
fn structure(blob: &[u8]) -> Option<(Vec<Cause>, Sm2Cipher<'_>)> {
    let mut reader = SliceReader::new(blob).ok()?;
    let sequence = AnyRef::decode(&mut reader)
        .ok()
        .filter(|any| any.tag() == Tag::Sequence)?;
    let after = blob.get(
        blob.len()
            .checked_sub(usize::try_from(reader.remaining_len()).ok()?)?..,
    )?;
    let mut parts = SliceReader::new(sequence.value()).ok()?;
    let mut part = |tag| {
        AnyRef::decode(&mut parts)
            .ok()
            .filter(|any| any.tag() == tag)
            .map(AnyRef::value)
    };
    let (x, y) = (part(Tag::Integer)?, part(Tag::Integer)?);
    let (first, second) = (part(Tag::OctetString)?, part(Tag::OctetString)?);
    if !parts.is_finished() {
        return None;
    }
    let is_integer = |bytes: &[u8]| match bytes {
        [first, second, ..] => *first < 0x80 && (*first != 0 || *second >= 0x80),
        _ => true,
    };
    let mut causes = Vec::new();
    causes.extend((!is_integer(x) || !is_integer(y)).then_some(Cause::Sm2Integers));
    let is_swapped = first.len() != Sm2Cipher::HASH_LEN && second.len() == Sm2Cipher::HASH_LEN;
    causes.extend(is_swapped.then_some(Cause::Sm2PartsSwapped));
    causes.extend(layout::surplus(0, after));
    let (c3, c2) = if is_swapped {
        (second, first)
    } else {
        (first, second)
    };
    let cipher = Sm2Cipher::of(without_zeros(x), without_zeros(y), c3, c2)?;
    (!causes.is_empty()).then_some((causes, cipher))
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}
