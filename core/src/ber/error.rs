//! The reasons why octets are not a BER element, and the limits of the parser.

use core::fmt;

/// The longest input, and the longest DER output, in octets.
pub const MAX_LEN: usize = 64 << 10;
/// The maximum nesting depth, with the outermost and the innermost element counted.
pub const MAX_DEPTH: usize = 16;

/// The reasons why octets are not a BER element, or not a supported one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotBer {
    /// More than [`MAX_LEN`] octets in the input or in DER.
    TooLong {
        /// The number of octets.
        len: usize,
    },
    /// More than [`MAX_DEPTH`] nested elements.
    TooDeep,
    /// An element ends before its contents do, or the input ends before the element.
    Truncated,
    /// A tag number below 31 in the form for larger ones, or one with leading zeros (8.1.2).
    TagNotMinimal,
    /// A tag number of more than 32 bits.
    TagTooLarge,
    /// A universal tag number without a type; X.680, 8, table 1.
    ReservedTag(u32),
    /// A universal type that is constructed and must be primitive, or the reverse (8.1.2.5).
    WrongForm {
        /// The universal tag number.
        universal: u32,
    },
    /// The length octet 255, which is reserved (8.1.3.5 c).
    ReservedLength,
    /// The indefinite length of a primitive element (8.1.3.2).
    IndefinitePrimitive,
    /// An indefinite length without end-of-contents octets (8.1.5).
    NoEndOfContents,
    /// End-of-contents octets in the wrong place, or longer than two zero octets (8.1.5).
    EndOfContents,
    /// An element inside a string that is not a segment of it (8.6.4, 8.7.3).
    NotASegment,
    /// A BOOLEAN whose length is not one octet (8.2.1).
    BooleanLength {
        /// The number of octets.
        len: usize,
    },
    /// An INTEGER or ENUMERATED of no octets (8.3.1).
    EmptyInteger,
    /// An INTEGER or ENUMERATED with a redundant first octet (8.3.2).
    PaddedInteger,
    /// A BIT STRING without the octet that counts its unused bits (8.6.2).
    NoUnusedBits,
    /// A BIT STRING that counts too many unused bits (8.6.2.2, 8.6.2.3).
    UnusedBits(u8),
    /// A segment of a BIT STRING that has unused bits and is not the last one (8.6.4).
    UnusedBitsWithin,
    /// A NULL with contents (8.8.2).
    NullContents {
        /// The number of octets.
        len: usize,
    },
    /// An OBJECT IDENTIFIER with an arc that is missing, incomplete or padded (8.19.2, 8.20.2).
    ObjectIdentifier,
}

impl fmt::Display for NotBer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len } => write!(f, "{len} octets; the limit is {MAX_LEN}"),
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} nested elements"),
            Self::Truncated => f.write_str("a truncated element"),
            Self::TagNotMinimal => f.write_str("a tag number in more octets than necessary"),
            Self::TagTooLarge => f.write_str("a tag number of more than 32 bits"),
            Self::ReservedTag(number) => {
                write!(f, "an unassigned universal tag number ({number})")
            }
            Self::WrongForm { universal } => {
                write!(f, "universal type {universal} in an invalid form")
            }
            Self::ReservedLength => f.write_str("the length octet 255"),
            Self::IndefinitePrimitive => f.write_str("a primitive element of indefinite length"),
            Self::NoEndOfContents => f.write_str("an indefinite length without an end"),
            Self::EndOfContents => f.write_str("end-of-contents octets in the wrong place"),
            Self::NotASegment => f.write_str("a string with a segment of another type"),
            Self::BooleanLength { len } => write!(f, "a BOOLEAN of {len} octets"),
            Self::EmptyInteger => f.write_str("an INTEGER without octets"),
            Self::PaddedInteger => f.write_str("an INTEGER with a redundant octet"),
            Self::NoUnusedBits => f.write_str("a BIT STRING without octets"),
            Self::UnusedBits(count) => {
                write!(
                    f,
                    "a BIT STRING with an impossible count of unused bits, {count}"
                )
            }
            Self::UnusedBitsWithin => {
                f.write_str("a BIT STRING with unused bits before its last segment")
            }
            Self::NullContents { len } => write!(f, "a NULL of {len} octets"),
            Self::ObjectIdentifier => f.write_str("a malformed OBJECT IDENTIFIER"),
        }
    }
}

impl core::error::Error for NotBer {}
