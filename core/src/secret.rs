//! Secret bytes: wiped on drop, never shown, compared in constant time.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Bytes that must not be printed, copied or left in memory.
///
/// [`SecretBytes::expose`] is the only access, so a search for that word lists every use. There is
/// no `Clone`, `Display` or `Serialize`, and `Debug` shows only the length.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes ownership of `bytes`, which are wiped on drop.
    ///
    /// A `Vec` that grew has left copies behind: fill one of the right capacity.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Copies `bytes`, for callers whose original is in a wiped buffer.
    pub fn copy_of(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// Returns the bytes. Every use of a secret calls this function.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns the number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.len())
    }
}

impl PartialEq for SecretBytes {
    /// Constant time for equal lengths; the length is not secret.
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for SecretBytes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_and_nothing_else() {
        let secret = SecretBytes::new(b"hunter2".to_vec());
        assert_eq!(format!("{secret:?}"), "SecretBytes(7 bytes)");
    }

    #[test]
    fn equality_is_by_content() {
        let secret = SecretBytes::new(vec![1, 2, 3]);
        assert_eq!(secret, SecretBytes::copy_of(&[1, 2, 3]));
        assert_ne!(secret, SecretBytes::copy_of(&[1, 2, 4]));
        assert_ne!(secret, SecretBytes::copy_of(&[1, 2]));
    }
}
