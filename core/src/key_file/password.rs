//! The octets of a passphrase, as the encryption schemes take them.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// A passphrase in the encodings that programs have used, in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Password {
    /// For PBKDF2 and scrypt: RFC 8018 takes octets.
    octets: Vec<SecretBytes>,
    /// For the key derivation of PKCS#12: UTF-16, big-endian, and two zero bytes.
    utf16: Vec<SecretBytes>,
}

impl Password {
    /// Encodes `passphrase`.
    ///
    /// OpenSSL before version 1.1 took each byte of UTF-8 for a character, and every version does so
    /// with bytes that are not UTF-8. An empty password is two zero bytes, or nothing.
    ///
    /// # Source
    ///
    /// RFC 7292, B.1; OpenSSL, `OPENSSL_utf82uni` and `OPENSSL_asc2uni`.
    pub(super) fn of(passphrase: &SecretBytes) -> Self {
        let octets = passphrase.expose();
        let text = core::str::from_utf8(octets).ok();
        let mut utf16 = Vec::new();
        utf16.extend(text.map(|text| big_endian(text.encode_utf16(), octets.len())));
        if !octets.is_ascii() {
            let bytes = octets.iter().map(|byte| u16::from(*byte));
            utf16.push(big_endian(bytes, octets.len()));
        }
        if octets.is_empty() {
            utf16.push(SecretBytes::new(Vec::new()));
        }
        Self {
            octets: vec![SecretBytes::copy_of(octets)],
            utf16,
        }
    }

    /// Returns the empty passphrase.
    pub(super) fn empty() -> Self {
        Self::of(&SecretBytes::new(Vec::new()))
    }

    /// Returns the encodings for PBKDF2 and scrypt.
    pub(super) fn octets(&self) -> &[SecretBytes] {
        &self.octets
    }

    /// Returns the encodings for the key derivation of PKCS#12.
    pub(super) fn utf16(&self) -> &[SecretBytes] {
        &self.utf16
    }

    /// Copies the password.
    pub(super) fn copy(&self) -> Self {
        let copy = |octets: &SecretBytes| SecretBytes::copy_of(octets.expose());
        Self {
            octets: self.octets.iter().map(copy).collect(),
            utf16: self.utf16.iter().map(copy).collect(),
        }
    }

    /// Returns the passphrase with only the encoding for PKCS#12 that a MAC has proven. NSS before
    /// version 3.31 used this encoding for PBKDF2 too.
    ///
    /// # Source
    ///
    /// NSS, `__NSS_PKCS12_DECODE_FORCE_UNICODE`.
    pub(super) fn proven(&self, utf16: &SecretBytes) -> Self {
        let copy = |octets: &SecretBytes| SecretBytes::copy_of(octets.expose());
        let octets = self.octets.iter().chain([utf16]).map(copy).collect();
        Self {
            octets,
            utf16: vec![copy(utf16)],
        }
    }
}

/// Returns `units` and a zero unit, from a text of `text_len` bytes.
fn big_endian(units: impl Iterator<Item = u16>, text_len: usize) -> SecretBytes {
    // A byte of text is at most one unit. The vector does not grow, and leaves no copy behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(2 * text_len + 2));
    units
        .chain([0])
        .for_each(|unit| octets.extend(unit.to_be_bytes()));
    SecretBytes::new(core::mem::take(&mut *octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_has_the_encodings_of_each_program() {
        for (passphrase, utf16) in [
            // RFC 7292, B.1: "Beavis".
            (&b"Beavis"[..], &[&b"\0B\0e\0a\0v\0i\0s\0\0"[..]][..]),
            (b"", &[b"\0\0", b""]),
            ("\u{e9}".as_bytes(), &[b"\0\xe9\0\0", b"\0\xc3\0\xa9\0\0"]),
            (
                "\u{1f511}".as_bytes(),
                &[b"\xd8\x3d\xdd\x11\0\0", b"\0\xf0\0\x9f\0\x94\0\x91\0\0"],
            ),
            (b"\xe9", &[b"\0\xe9\0\0"]),
        ] {
            let password = Password::of(&SecretBytes::copy_of(passphrase));
            let found: Vec<_> = password.utf16().iter().map(SecretBytes::expose).collect();
            assert_eq!(found, utf16, "{passphrase:?}");
            assert_eq!(password.octets(), [SecretBytes::copy_of(passphrase)]);
        }
    }

    #[test]
    fn a_proven_encoding_is_the_only_one_for_pkcs12() {
        let password = Password::of(&SecretBytes::copy_of("\u{e9}".as_bytes()));
        let proven = password.proven(&password.utf16()[1]);
        assert_eq!(proven.utf16(), &password.utf16()[1..]);
        assert_eq!(proven.octets()[0], password.octets()[0]);
        assert_eq!(proven.octets()[1], password.utf16()[1]);
    }
}
