//! The kinds of weakness, with their texts.

use core::fmt;

use super::chance::Rarity;

/// A reason not to use key material that AWS KMS would accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// An RSA public exponent below 65537.
    SmallPublicExponent,
    /// An RSA public exponent of 34 bits or more: nothing shows that AWS KMS can use it.
    LargePublicExponent,
    /// Bits of an RSA prime repeat, or occur in both primes.
    RepeatedPrimeBits,
    /// An EC scalar that is a small number, or whose small multiple is, modulo the order.
    ScalarNearZero,
    /// Published as an example, under this name.
    Published(&'static str),
    /// One byte value throughout.
    RepeatedByte,
    /// One byte value several times in a row.
    ByteRun {
        /// The number of repetitions.
        count: usize,
    },
    /// Many bytes are zero, or several at the beginning or at the end.
    ZeroBytes {
        /// The number of zero bytes.
        count: usize,
    },
    /// The same bytes again and again.
    RepeatedPattern {
        /// The length of the pattern in bytes.
        len: usize,
    },
    /// The second half follows from the first.
    RelatedHalves,
    /// Each byte or word is the one before it plus a constant.
    Sequence,
    /// Few different byte values.
    FewByteValues {
        /// The number of values.
        count: usize,
    },
    /// Few different differences between one byte and the next.
    FewSteps {
        /// The number of differences.
        count: usize,
    },
    /// One byte value is frequent.
    FrequentByte {
        /// The number of occurrences.
        count: usize,
    },
    /// Printable text: hex or base64 that was not decoded, or a passphrase.
    PrintableText,
    /// Printable text, except for a few bytes.
    MostlyPrintable {
        /// The number of bytes that are not printable.
        others: usize,
    },
    /// Text in UTF-8 with characters outside ASCII.
    Utf8Text,
    /// Text in UTF-16.
    Utf16Text,
    /// Well-formed UTF-8 that is not printable text.
    Utf8,
    /// U+FFFD in UTF-8, which text decoders write for bytes that are not text.
    ReplacementCharacters {
        /// The number of occurrences.
        count: usize,
    },
    /// Derived from a seed, as its file says with [`TEST_KEY_LINE`](crate::key_file::TEST_KEY_LINE).
    TestKey,
}

/// A weakness of key material, and how rare it is among random keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundWeakness {
    /// The weakness.
    pub weakness: Weakness,
    /// The rarity of the weakness among random keys of this length.
    pub rarity: Rarity,
}

/// The policy for weak key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakMaterial {
    /// Accept it, for test fixtures.
    Allow,
    /// Refuse it.
    Refuse,
}

impl FoundWeakness {
    pub(super) const fn new(weakness: Weakness, rarity: Rarity) -> Self {
        Self { weakness, rarity }
    }

    /// Returns whether material with this weakness is refused unless weak material is allowed.
    /// Otherwise there is a warning.
    pub const fn is_refused(&self) -> bool {
        self.rarity.may_refuse()
    }

    pub(super) fn twice_as_likely(self) -> Self {
        Self {
            rarity: self.rarity.twice_as_likely(),
            ..self
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallPublicExponent => f.write_str("an RSA public exponent below 65537"),
            Self::LargePublicExponent => f.write_str(
                "an RSA public exponent longer than 33 bits: it is not verified that AWS KMS accepts it",
            ),
            Self::RepeatedPrimeBits => {
                f.write_str("an RSA prime with a long run or a repeated pattern of bits")
            }
            Self::ScalarNearZero => f.write_str(
                "a private scalar that is a small number, or close to one modulo the order of the curve",
            ),
            Self::Published(name) => write!(f, "a published example: {name}"),
            Self::RepeatedByte => f.write_str("a single repeated byte"),
            Self::ByteRun { count } => write!(f, "the same byte {count} times in a row"),
            Self::ZeroBytes { count } => write!(f, "{count} zero bytes"),
            Self::RepeatedPattern { len } => write!(f, "a repeated pattern of {len} bytes"),
            Self::RelatedHalves => f.write_str("a second half that is computed from the first"),
            Self::Sequence => f.write_str("a sequence with a constant step, such as 00 01 02"),
            Self::FewByteValues { count } => write!(f, "only {count} different byte values"),
            Self::FewSteps { count } => {
                write!(f, "only {count} different steps from one byte to the next")
            }
            Self::FrequentByte { count } => write!(f, "one byte value occurs {count} times"),
            Self::PrintableText => {
                f.write_str("printable text: a passphrase, or a key that was not decoded")
            }
            Self::MostlyPrintable { others } => {
                let bytes = if *others == 1 { "byte" } else { "bytes" };
                write!(f, "printable text, except for {others} {bytes}")
            }
            Self::Utf8Text => f.write_str("text in UTF-8"),
            Self::Utf16Text => f.write_str("text in UTF-16"),
            Self::Utf8 => f.write_str("well-formed UTF-8, which random bytes are not"),
            Self::ReplacementCharacters { count } => write!(
                f,
                "the bytes EF BF BD, which text decoders write instead of invalid bytes, occur {}",
                Times(*count)
            ),
            Self::TestKey => f.write_str("a test key, derived from a seed"),
        }
    }
}

/// `once`, `2 times`.
struct Times(usize);

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("once"),
            count => write!(f, "{count} times"),
        }
    }
}
