//! Octets that may be a part of a key.

use zeroize::Zeroizing;

/// Octets that may be a part of a key.
pub(super) type Octets = Zeroizing<Vec<u8>>;

/// The octets of `parts`, one after another.
pub(super) fn all(parts: &[Octets]) -> Octets {
    concatenated(&parts.iter().map(|part| part.as_slice()).collect::<Vec<_>>())
}

/// The octets of `parts`, one after another, in a buffer that did not grow.
pub(super) fn concatenated(parts: &[&[u8]]) -> Octets {
    Zeroizing::new(parts.concat())
}
