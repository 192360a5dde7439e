//! The universal types: the forms they may have, and the contents of primitive ones in DER.

use super::{
    error::NotBer,
    octets::{Octets, concatenated},
};

// Tag numbers: X.680 (02/2021), 8, table 1.
const BOOLEAN: u32 = 1;
const INTEGER: u32 = 2;
pub(super) const BIT_STRING: u32 = 3;
pub(super) const OCTET_STRING: u32 = 4;
const NULL: u32 = 5;
const OBJECT_IDENTIFIER: u32 = 6;
const ENUMERATED: u32 = 10;
const RELATIVE_OID: u32 = 13;
pub(super) const SET: u32 = 17;

/// The permitted forms of a type.
#[derive(PartialEq, Eq)]
enum PermittedForm {
    Primitive,
    Constructed,
    /// Strings, which can have segments.
    Either,
}

/// X.680, 8, table 1, and X.690, 8.
fn form(number: u32) -> Option<PermittedForm> {
    match number {
        // Also REAL, TIME and the related types, and the identifiers that are text.
        BOOLEAN
        | INTEGER
        | NULL
        | OBJECT_IDENTIFIER
        | 9
        | ENUMERATED
        | RELATIVE_OID
        | 14
        | 31..=36 => Some(PermittedForm::Primitive),
        // Also EXTERNAL, EMBEDDED PDV, SEQUENCE and CHARACTER STRING.
        8 | 11 | 16 | SET | 29 => Some(PermittedForm::Constructed),
        // Also the character strings, ObjectDescriptor, UTCTime and GeneralizedTime.
        BIT_STRING | OCTET_STRING | 7 | 12 | 18..=28 | 30 => Some(PermittedForm::Either),
        _ => None,
    }
}

/// Checks that a universal type has its required form. Other classes can have either form.
pub(super) fn check_form(universal: Option<u32>, is_constructed: bool) -> Result<(), NotBer> {
    let Some(number) = universal else {
        return Ok(());
    };
    match form(number) {
        None if number == 0 => Err(NotBer("8.1.5")),
        None => Err(NotBer("X.680, 8")),
        Some(PermittedForm::Primitive) if is_constructed => Err(NotBer("8.1.2.5")),
        Some(PermittedForm::Constructed) if !is_constructed => Err(NotBer("8.1.2.5")),
        Some(_) => Ok(()),
    }
}

/// Returns whether values of the type can have segments.
pub(super) fn is_string(number: u32) -> bool {
    form(number) == Some(PermittedForm::Either)
}

/// Returns the contents of a primitive value in DER, if they are valid for its type.
pub(super) fn primitive(number: u32, octets: &[u8]) -> Result<Octets, NotBer> {
    match (number, octets) {
        // TRUE has one form in DER (8.2, 11.1).
        (BOOLEAN, [0]) => Ok(concatenated(&[&[0]])),
        (BOOLEAN, [_]) => Ok(concatenated(&[&[0xff]])),
        (BOOLEAN, _) => Err(NotBer("8.2.1")),
        (INTEGER | ENUMERATED, []) => Err(NotBer("8.3.1")),
        (INTEGER | ENUMERATED, [0, 0..0x80, ..] | [0xff, 0x80..=0xff, ..]) => Err(NotBer("8.3.2")),
        (BIT_STRING, [unused, bits @ ..]) => bit_string(*unused, bits),
        (BIT_STRING, []) => Err(NotBer("8.6.2")),
        (NULL, [_, ..]) => Err(NotBer("8.8.2")),
        (OBJECT_IDENTIFIER | RELATIVE_OID, arcs) if !are_arcs(arcs) => {
            Err(NotBer("8.19.2, 8.20.2"))
        }
        _ => Ok(concatenated(&[octets])),
    }
}

/// DER sets the unused bits of the last octet to zero (8.6.2, 11.2.1).
fn bit_string(unused: u8, bits: &[u8]) -> Result<Octets, NotBer> {
    if unused > 7 || (bits.is_empty() && unused != 0) {
        return Err(NotBer("8.6.2.2"));
    }
    let mut contents = concatenated(&[&[unused], bits]);
    if let Some(last) = contents.last_mut() {
        *last &= 0xff << unused;
    }
    Ok(contents)
}

/// Returns whether there is at least one arc, each arc is complete, and none is padded.
fn are_arcs(octets: &[u8]) -> bool {
    let ends = octets.last().is_some_and(|last| last & 0x80 == 0);
    ends && octets
        .split_inclusive(|octet| octet & 0x80 == 0)
        .all(|arc| arc.first() != Some(&0x80))
}
