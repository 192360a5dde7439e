//! One BER element of a file, and the bytes after it.

use super::{error::ReadError, format_note::FormatNote, source_format::Encoding};
use crate::{ber, secret::SecretBytes};

/// The number of zero bytes that are ignored after a key: the padding of an AES-KWP block.
const MAX_ZERO_TAIL: usize = 7;

/// One BER element as DER, and the bytes after it.
#[derive(Debug)]
pub(super) struct TailedElement {
    der: SecretBytes,
    pub(super) encoding: Encoding,
    /// The number of bytes after it.
    pub(super) tail_len: usize,
    is_padded: bool,
}

impl TailedElement {
    /// Reads the element at the beginning of `bytes`; `None` if there is none.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let element = ber::to_der(bytes).ok()?;
        let tail = bytes.get(element.ber_len()..).unwrap_or_default();
        Some(Self {
            encoding: if element.was_der() {
                Encoding::Der
            } else {
                Encoding::Ber
            },
            tail_len: tail.len(),
            is_padded: tail.len() <= MAX_ZERO_TAIL && tail.iter().all(|byte| *byte == 0),
            der: element.into_der(),
        })
    }

    /// Returns the element as DER.
    pub(super) fn der(&self) -> &[u8] {
        self.der.expose()
    }

    /// Returns the element as DER, by value.
    pub(super) fn into_der(self) -> SecretBytes {
        self.der
    }

    /// Returns whether no bytes follow the element except a few zeros.
    pub(super) fn is_whole(&self) -> bool {
        self.is_padded
    }

    /// Checks that no bytes follow the element.
    pub(super) fn must_end(&self) -> Result<(), ReadError> {
        match self.tail_len {
            0 => Ok(()),
            count => Err(ReadError::TrailingBytes { count }),
        }
    }

    /// Returns the note on the zero bytes after the element, if there are any.
    pub(super) fn zeros(&self) -> Option<FormatNote> {
        (self.tail_len > 0).then_some(FormatNote::ZeroTail(self.tail_len))
    }
}
