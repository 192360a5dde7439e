//! A passphrase in the two encodings that Java key stores use.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// A passphrase of a Java key store.
pub(super) struct JavaPassphrase<'a> {
    bytes: &'a [u8],
    utf16: Zeroizing<Vec<u8>>,
}

impl<'a> JavaPassphrase<'a> {
    /// Encodes a passphrase in UTF-8. Other bytes are those of Latin-1.
    pub(super) fn of(passphrase: &'a SecretBytes) -> Self {
        let bytes = passphrase.expose();
        // A byte of text yields at most one unit of UTF-16. The vector does not grow.
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * bytes.len()));
        let mut push = |unit: u16| utf16.extend_from_slice(&unit.to_be_bytes());
        match str::from_utf8(bytes) {
            Ok(text) => text.encode_utf16().for_each(push),
            Err(_) => bytes.iter().for_each(|byte| push(u16::from(*byte))),
        }
        Self { bytes, utf16 }
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
        let is_printable = |byte: &u8| (b' '..=b'~').contains(byte);
        let is_ascii = self.bytes.iter().all(is_printable);
        is_ascii.then_some(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_has_two_encodings() {
        let of = |bytes: &[u8]| {
            let secret = SecretBytes::copy_of(bytes);
            let passphrase = JavaPassphrase::of(&secret);
            let ascii = passphrase.ascii().map(<[u8]>::to_vec);
            (passphrase.utf16().to_vec(), ascii)
        };
        assert_eq!(of(b"a~"), (b"\0a\0~".to_vec(), Some(b"a~".to_vec())));
        assert_eq!(of(b""), (vec![], Some(vec![])));
        assert_eq!(of("\u{fc}".as_bytes()), (vec![0, 0xfc], None));
        let key = "\u{1f511}".as_bytes();
        assert_eq!(of(key), (vec![0xd8, 0x3d, 0xdd, 0x11], None));
        assert_eq!(of(b"\x7f"), (vec![0, 0x7f], None));
        assert_eq!(of(b"\xfc"), (vec![0, 0xfc], None));
    }
}
