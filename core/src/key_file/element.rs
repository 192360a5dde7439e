//! One element of BER, and what follows it in a file.

use super::{error::ReadError, remark::Remark, source_format::Encoding};
use crate::{ber, secret::SecretBytes};

/// The number of zero bytes that are ignored after a key: the padding of an AES-KWP block.
const MAX_ZERO_TAIL: usize = 7;

/// One element of BER, as DER, and what follows it.
#[derive(Debug)]
pub(super) struct TailedElement {
    der: SecretBytes,
    pub(super) encoding: Encoding,
    /// How many bytes follow it.
    pub(super) tail_len: usize,
    is_padded: bool,
}

impl TailedElement {
    /// Takes the element at the beginning of `bytes`; `None` if there is none.
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

    /// The element as DER.
    pub(super) fn der(&self) -> &[u8] {
        self.der.expose()
    }

    /// Hands the element over as DER.
    pub(super) fn into_der(self) -> SecretBytes {
        self.der
    }

    /// Whether nothing follows the element but a few zero bytes.
    pub(super) fn is_whole(&self) -> bool {
        self.is_padded
    }

    /// Makes sure that nothing at all follows the element.
    pub(super) fn must_end(&self) -> Result<(), ReadError> {
        match self.tail_len {
            0 => Ok(()),
            count => Err(ReadError::TrailingBytes { count }),
        }
    }

    /// The zero bytes that follow, where there are any.
    pub(super) fn zeros(&self) -> Option<Remark> {
        (self.tail_len > 0).then_some(Remark::ZeroTail(self.tail_len))
    }
}
