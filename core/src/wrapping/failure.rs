//! Why material was not wrapped, or not unwrapped.

use core::fmt;

/// The longest key material that is wrapped, in bytes; what unwraps to more is no key.
pub const MAX_MATERIAL_LEN: usize = 64 << 10;

/// Why material was not wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrapFailure {
    /// The material is longer than one RSA block holds, or longer than any key is; both in bytes.
    TooLong {
        /// What there is.
        len: usize,
        /// What fits.
        max: usize,
    },
    /// The material is empty.
    Empty,
    /// The algorithm does not go with this kind of wrapping key.
    WrongKey,
}

/// Why wrapped material was not unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnwrapFailure {
    /// No material, wrapped this way, has this length.
    Length,
    /// The length is right and the bytes do not open. Deliberately one value for every cause.
    Undecryptable,
}

impl fmt::Display for WrapFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len, max } => {
                write!(f, "{len} bytes of key material, where {max} fit")
            }
            Self::Empty => f.write_str("no key material"),
            Self::WrongKey => {
                f.write_str("the wrapping algorithm does not go with this wrapping key")
            }
        }
    }
}

impl core::error::Error for WrapFailure {}
