//! Why octets are no element in BER, and the limits of what is read.

use core::fmt;

/// The longest input that is read, and the longest DER that is made, in octets.
pub const MAX_LEN: usize = 64 << 10;
/// How many elements stand within each other at most, the outermost and the innermost counted.
pub const MAX_DEPTH: usize = 16;

/// Why octets are no element in BER, or none that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotBer {
    /// More than [`MAX_LEN`] octets, as they came or in DER.
    TooLong {
        /// How many.
        len: usize,
    },
    /// More than [`MAX_DEPTH`] elements within each other.
    TooDeep,
    /// An element ends before its octets do, or the input before the element.
    Truncated,
    /// A tag number below 31 in the form for larger ones, or one with leading zeros (8.1.2).
    TagNotMinimal,
    /// A tag number of more than 32 bits.
    TagTooLarge,
    /// A universal tag number that no type has; X.680, 8, table 1.
    ReservedTag(u32),
    /// A universal type that is constructed and must be primitive, or the other way round (8.1.2.5).
    WrongForm {
        /// Its universal tag number.
        universal: u32,
    },
    /// The length octet 255, which means nothing (8.1.3.5 c).
    ReservedLength,
    /// The indefinite length of a primitive element (8.1.3.2).
    IndefinitePrimitive,
    /// An indefinite length whose contents have no end (8.1.5).
    NoEndOfContents,
    /// End-of-contents octets where nothing ends, or that are more than two zeros (8.1.5).
    EndOfContents,
    /// Within a string, what is no segment of it (8.6.4, 8.7.3).
    NotASegment,
    /// A BOOLEAN of other than one octet (8.2.1).
    BooleanLength {
        /// Of how many.
        len: usize,
    },
    /// An INTEGER or ENUMERATED of no octets (8.3.1).
    EmptyInteger,
    /// An INTEGER or ENUMERATED whose first octet says what the second does already (8.3.2).
    PaddedInteger,
    /// A BIT STRING without the octet that counts its unused bits (8.6.2).
    NoUnusedBits,
    /// A BIT STRING that counts more unused bits than can be (8.6.2.2, 8.6.2.3).
    UnusedBits(u8),
    /// A segment of a BIT STRING, and not the last, with unused bits (8.6.4).
    UnusedBitsWithin,
    /// A NULL with contents (8.8.2).
    NullContents {
        /// Of how many octets.
        len: usize,
    },
    /// An OBJECT IDENTIFIER with an arc that is missing, unfinished or padded (8.19.2, 8.20.2).
    ObjectIdentifier,
}

impl fmt::Display for NotBer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len } => write!(f, "{len} octets, and {MAX_LEN} at most are read"),
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} elements within each other"),
            Self::Truncated => f.write_str("an element that is cut off"),
            Self::TagNotMinimal => f.write_str("a tag number in too many octets"),
            Self::TagTooLarge => f.write_str("a tag number of more than 32 bits"),
            Self::ReservedTag(number) => {
                write!(f, "a universal tag number that no type has ({number})")
            }
            Self::WrongForm { universal } => {
                write!(
                    f,
                    "universal type {universal} in a form that it does not have"
                )
            }
            Self::ReservedLength => f.write_str("the length octet 255"),
            Self::IndefinitePrimitive => f.write_str("a primitive element of indefinite length"),
            Self::NoEndOfContents => f.write_str("an indefinite length without an end"),
            Self::EndOfContents => f.write_str("end-of-contents octets where nothing ends"),
            Self::NotASegment => f.write_str("a string with a segment of another type"),
            Self::BooleanLength { len } => write!(f, "a BOOLEAN of {len} octets"),
            Self::EmptyInteger => f.write_str("an INTEGER of no octets"),
            Self::PaddedInteger => f.write_str("an INTEGER with an octet too many"),
            Self::NoUnusedBits => f.write_str("a BIT STRING of no octets"),
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
            Self::ObjectIdentifier => f.write_str("an OBJECT IDENTIFIER that is not well formed"),
        }
    }
}

impl core::error::Error for NotBer {}
