//! The reasons why octets are not a BER element, and the limits of the parser.

/// The longest input, and the longest DER output, in octets.
pub const MAX_LEN: usize = 64 << 10;
/// The maximum nesting depth, with the outermost and the innermost element counted.
pub const MAX_DEPTH: usize = 16;

/// Octets that are not a BER element, or not a supported one; with the clause of X.690 that they
/// break, or the limit that they exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a BER element ({})", .0)]
pub struct NotBer(pub(super) &'static str);
