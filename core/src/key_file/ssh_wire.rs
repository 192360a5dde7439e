//! SSH's binary encoding of numbers and text, read from the beginning.
//!
//! # Source
//!
//! RFC 4251, 5 and 6.

/// The longest name of an algorithm; RFC 4251, 6.
const MAX_NAME_LEN: usize = 64;

/// The unread bytes.
pub(crate) struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn uint32(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        let len = self.uint32()?;
        self.take(usize::try_from(len).ok()?)
    }

    /// Reads a string that names an algorithm: printable US-ASCII.
    pub(crate) fn name(&mut self) -> Option<&'a str> {
        let name = core::str::from_utf8(self.string()?).ok()?;
        let is_name = (1..=MAX_NAME_LEN).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic());
        is_name.then_some(name)
    }

    /// Reads a non-negative `mpint`: big-endian, without leading zeros, empty for zero.
    pub(crate) fn natural(&mut self) -> Option<&'a [u8]> {
        match self.string()? {
            [0] | [0, 0..=0x7f, ..] | [0x80..=0xff, ..] => None,
            [0, digits @ ..] | digits => Some(digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of RFC 4251, 5.
    #[test]
    fn natural_numbers_have_one_form() {
        let natural = |bytes: &[u8]| {
            let mut wire = Wire::new(bytes);
            let digits = wire.natural().map(<[u8]>::to_vec);
            digits.filter(|_| wire.rest().is_empty())
        };
        assert_eq!(natural(&[0, 0, 0, 0]), Some(vec![]));
        let number = [0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7];
        assert_eq!(
            natural(&[&[0, 0, 0, 8][..], &number].concat()),
            Some(number.to_vec())
        );
        assert_eq!(natural(&[0, 0, 0, 2, 0, 0x80]), Some(vec![0x80]));
        for other in [
            &[0, 0, 0, 2, 0xed, 0xcc][..],
            &[0, 0, 0, 5, 0xff, 0x21, 0x52, 0x41, 0x11],
            &[0, 0, 0, 1, 0],
            &[0, 0, 0, 2, 0, 0x7f],
            &[0, 0, 0, 2, 1],
            &[0xff, 0xff, 0xff, 0xff, 1],
            &[0, 0, 0],
        ] {
            assert_eq!(natural(other), None, "{other:?}");
        }
    }

    #[test]
    fn names_are_short_and_printable() {
        let name = |text: &[u8]| {
            let len = u32::try_from(text.len()).expect("short").to_be_bytes();
            Wire::new(&[&len, text].concat()).name().map(str::to_owned)
        };
        assert_eq!(name(b"ssh-rsa"), Some("ssh-rsa".to_owned()));
        assert_eq!(name(&[b'a'; 64]).map(|name| name.len()), Some(64));
        for other in [
            &b""[..],
            b"ssh rsa",
            b"ssh\x1b[2J",
            "schlüssel".as_bytes(),
            b"\xff",
            &[b'a'; 65],
        ] {
            assert_eq!(name(other), None, "{other:?}");
        }
    }
}
