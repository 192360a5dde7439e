//! A passphrase in the two encodings that Java key stores use.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// A passphrase of a Java key store.
pub(super) struct Password<'a> {
    text: &'a str,
    utf16: Zeroizing<Vec<u8>>,
}

impl<'a> Password<'a> {
    /// Returns `None` for bytes that are not UTF-8.
    pub(super) fn of(passphrase: &'a SecretBytes) -> Option<Self> {
        let text = str::from_utf8(passphrase.expose()).ok()?;
        // A byte of UTF-8 yields at most one unit of UTF-16.
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * text.len()));
        for unit in text.encode_utf16() {
            utf16.extend_from_slice(&unit.to_be_bytes());
        }
        Some(Self { text, utf16 })
    }

    /// Returns it in UTF-16, big-endian: for the digest of the store and the keys of JKS.
    pub(super) fn utf16(&self) -> &[u8] {
        &self.utf16
    }

    /// Returns it in ASCII, for the keys of JCEKS. Java refuses any other passphrase for them.
    ///
    /// # Source
    ///
    /// OpenJDK 17, `com.sun.crypto.provider.PBEKey`.
    pub(super) fn ascii(&self) -> Option<&[u8]> {
        let bytes = self.text.as_bytes();
        let is_printable = |byte: &u8| (b' '..=b'~').contains(byte);
        bytes.iter().all(is_printable).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_has_two_encodings() {
        let of = |bytes: &[u8]| {
            let secret = SecretBytes::copy_of(bytes);
            Password::of(&secret).map(|password| {
                let ascii = password.ascii().map(<[u8]>::to_vec);
                (password.utf16().to_vec(), ascii)
            })
        };
        assert_eq!(of(b"a~"), Some((b"\0a\0~".to_vec(), Some(b"a~".to_vec()))));
        assert_eq!(of(b""), Some((vec![], Some(vec![]))));
        assert_eq!(of("\u{fc}".as_bytes()), Some((vec![0, 0xfc], None)));
        let key = "\u{1f511}".as_bytes();
        assert_eq!(of(key), Some((vec![0xd8, 0x3d, 0xdd, 0x11], None)));
        assert_eq!(of(b"\x7f"), Some((vec![0, 0x7f], None)));
        assert_eq!(of(b"\xfc"), None);
    }
}
