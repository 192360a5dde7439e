//! Why material was not wrapped, or not unwrapped.

/// The longest key material that is wrapped, in bytes. Longer unwrapped bytes are not a key.
pub const MAX_MATERIAL_LEN: usize = 64 << 10;

/// The reasons why material was not wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrapFailure {
    /// The material is longer than one RSA block or any key; both in bytes.
    #[error("{len} bytes of key material; the limit is {max}")]
    TooLong {
        /// The length found.
        len: usize,
        /// The longest length that fits.
        max: usize,
    },
    /// The material is empty.
    #[error("no key material")]
    Empty,
    /// The algorithm does not fit this wrapping key spec.
    #[error("the wrapping algorithm does not fit this wrapping key")]
    WrongKey,
}

/// The reasons why wrapped material was not unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnwrapFailure {
    /// No material has this length when wrapped in this way.
    Length,
    /// The length is right and the bytes do not open. Deliberately one value for every cause.
    Undecryptable,
}
