//! Octets that may be part of a key.

use zeroize::Zeroizing;

/// Octets that may be part of a key.
pub(super) type Octets = Zeroizing<Vec<u8>>;

/// Concatenates `parts`.
pub(super) fn all(parts: &[Octets]) -> Octets {
    concatenated(&parts.iter().map(|part| part.as_slice()).collect::<Vec<_>>())
}

/// Concatenates `parts` in a buffer that does not grow.
pub(super) fn concatenated(parts: &[&[u8]]) -> Octets {
    Zeroizing::new(parts.concat())
}
