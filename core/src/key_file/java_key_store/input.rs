//! Java's binary encoding of numbers and text, read from the beginning.
//!
//! # Source
//!
//! Java SE 17 API, `java.io.DataInput`.

/// The unread bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const LEN: usize>(&mut self) -> Option<[u8; LEN]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Reads bytes after their length of four bytes.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.u32()?;
        self.take(usize::try_from(len).ok()?)
    }

    /// Reads text in modified UTF-8 after its length of two bytes.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let len = self.u16()?;
        self.take(len.into())
    }
}

/// Decodes modified UTF-8: units of UTF-16, each in one to three bytes. Half of a surrogate pair
/// becomes U+FFFD. Returns `None` for other bytes.
pub(super) fn decode(text: &[u8]) -> Option<String> {
    let mut rest = text;
    let mut units = Vec::with_capacity(text.len());
    while let [first, after @ ..] = rest {
        let (bits, following) = match first {
            0..=0x7f => (*first, 0),
            0xc0..=0xdf => (first & 0x1f, 1),
            0xe0..=0xef => (first & 0x0f, 2),
            0x80..=0xbf | 0xf0..=0xff => return None,
        };
        let (following, after) = after.split_at_checked(following)?;
        let mut unit = u16::from(bits);
        for byte in following {
            if byte & 0xc0 != 0x80 {
                return None;
            }
            unit = unit << 6 | u16::from(byte & 0x3f);
        }
        units.push(unit);
        rest = after;
    }
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        for bytes in [&[][..], &[0], &[0, 2, b'a'], &[0xff, 0xff, b'a']] {
            assert_eq!(Input::new(bytes).text(), None, "{bytes:?}");
        }
        for bytes in [
            &[][..],
            &[0, 0, 0],
            &[0, 0, 0, 2, 7],
            &[0x7f, 0xff, 0xff, 0xff, 7],
            &[0xff, 0xff, 0xff, 0xff, 7],
        ] {
            assert_eq!(Input::new(bytes).bytes(), None, "{bytes:?}");
        }
        let mut input = Input::new(&[0, 0, 0, 1, 7, 8]);
        assert_eq!(input.bytes(), Some(&[7][..]));
        assert_eq!((input.u16(), input.u8(), input.u8()), (None, Some(8), None));
    }

    /// The bytes that `DataOutput.writeUTF` of Java 17 writes for these strings.
    #[test]
    fn text_of_java_is_decoded() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"a~", "a~"),
            (b"\xc0\x80", "\0"),
            (b"schl\xc3\xbcssel", "schl\u{fc}ssel"),
            (b"\xe2\x82\xac", "\u{20ac}"),
            // U+1F511, a key, as two surrogates.
            (b"\xed\xa0\xbd\xed\xb4\x91", "\u{1f511}"),
            (b"\xed\xa0\xbd", "\u{fffd}"),
        ] {
            assert_eq!(decode(bytes).as_deref(), Some(text));
        }
        for other in [
            &b"\x80"[..],
            b"\xc3",
            b"\xc3a",
            b"\xe2\x82",
            b"\xe2\x82a",
            // UTF-8 of U+1F511, which Java does not write.
            b"\xf0\x9f\x94\x91",
            b"\xff",
        ] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
