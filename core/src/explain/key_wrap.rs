//! AES key wrap, opened in every way in which people get it wrong: RFC 3394 and RFC 5649.

use zeroize::Zeroizing;

use super::{
    Cause, KeyWrap,
    cipher::{Aes, BLOCK},
};
use crate::secret::SecretBytes;

/// Key wrap works on blocks of 64 bits.
pub(super) const SEMIBLOCK: usize = 8;
/// RFC 3394, 2.2.3.1.
const INITIAL_VALUE: [u8; SEMIBLOCK] = [0xa6; SEMIBLOCK];
/// RFC 5649, 3; the length of the material follows it.
const ALTERNATIVE_INITIAL_VALUE: [u8; 4] = [0xa6, 0x59, 0x59, 0xa6];
/// `openssl enc` passes this many bytes to the cipher at a time.
const OPENSSL_CHUNK: usize = 4096;

/// Opened bytes, and what was unusual about them.
pub(super) struct Unwrapped {
    pub(super) causes: Vec<Cause>,
    pub(super) bytes: SecretBytes,
    /// True if random bytes never open in this way. Otherwise the result counts only if the bytes
    /// are evidence themselves.
    pub(super) is_proof: bool,
    /// The number of bytes after the opened part.
    pub(super) after: usize,
}

/// Runs all steps except the check: RFC 3394, 2.2.2, step 2.
struct Steps {
    initial: [u8; SEMIBLOCK],
    data: Zeroizing<Vec<u8>>,
}

impl Steps {
    fn new(aes: &Aes, wrapped: &[u8]) -> Option<Self> {
        let (initial, data) = wrapped.split_first_chunk::<SEMIBLOCK>()?;
        let mut steps = Self {
            initial: *initial,
            data: Zeroizing::new(data.to_vec()),
        };
        let (blocks, odd) = steps.data.as_chunks_mut::<SEMIBLOCK>();
        if blocks.is_empty() || !odd.is_empty() {
            return None;
        }
        let mut whole = Zeroizing::new([0; BLOCK]);
        let mut step = if blocks.len() == 1 {
            0
        } else {
            6 * blocks.len() as u64
        };
        // RFC 5649, 4.1: a single block is encrypted directly.
        let rounds = if blocks.len() == 1 { 1 } else { 6 };
        for _ in 0..rounds {
            for block in blocks.iter_mut().rev() {
                let (high, low) = whole.split_at_mut(SEMIBLOCK);
                high.copy_from_slice(&(u64::from_be_bytes(steps.initial) ^ step).to_be_bytes());
                low.copy_from_slice(block);
                aes.decrypt(&mut whole);
                let (high, low) = whole.split_at(SEMIBLOCK);
                steps.initial.copy_from_slice(high);
                block.copy_from_slice(low);
                step = step.saturating_sub(1);
            }
        }
        Some(steps)
    }

    /// Returns the length of the material, if the length and the padding follow RFC 5649, 3.
    fn padded_len(&self) -> Option<usize> {
        let [.., a, b, c, d] = self.initial;
        let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
        let padding = self
            .data
            .get(len..)
            .filter(|padding| padding.len() < SEMIBLOCK && len > 0)?;
        padding.iter().all(|byte| *byte == 0).then_some(len)
    }

    /// Opens `wrapped` by RFC 5649.
    fn as_rfc_5649(&self) -> Option<SecretBytes> {
        let len = self
            .padded_len()
            .filter(|_| self.initial.starts_with(&ALTERNATIVE_INITIAL_VALUE))?;
        self.data.get(..len).map(SecretBytes::copy_of)
    }

    /// Opens `wrapped` by RFC 3394, which needs at least two blocks.
    fn as_rfc_3394(&self) -> Option<SecretBytes> {
        let is_whole = self.initial == INITIAL_VALUE && self.data.len() >= 2 * SEMIBLOCK;
        is_whole.then(|| SecretBytes::copy_of(&self.data))
    }

    /// Opens `wrapped` by either, with any initial value.
    fn with_other_values(&self) -> Vec<Unwrapped> {
        let unwrapped = |wrap, len: usize, found: &[u8]| Unwrapped {
            causes: vec![Cause::InitialValue {
                found: found.to_vec(),
                wrap,
            }],
            bytes: SecretBytes::copy_of(self.data.get(..len).unwrap_or_default()),
            is_proof: found.iter().all(|byte| *byte == 0),
            after: 0,
        };
        let (value, _) = self.initial.split_at(ALTERNATIVE_INITIAL_VALUE.len());
        let padded = self
            .padded_len()
            .map(|len| unwrapped(KeyWrap::Rfc5649, len, value));
        let plain = unwrapped(KeyWrap::Rfc3394, self.data.len(), &self.initial);
        padded.into_iter().chain([plain]).collect()
    }
}

/// Returns every way in which `wrapped` opens with `aes`, the documented one first.
pub(super) fn open(aes: &Aes, wrapped: &[u8]) -> Vec<Unwrapped> {
    let proof = |causes, bytes| {
        vec![Unwrapped {
            causes,
            bytes,
            is_proof: true,
            after: 0,
        }]
    };
    let Some(steps) = Steps::new(aes, wrapped) else {
        return pieces(aes, wrapped).into_iter().collect();
    };
    if let Some(bytes) = steps.as_rfc_5649() {
        return proof(vec![], bytes);
    }
    if let Some(bytes) = steps.as_rfc_3394() {
        return proof(vec![Cause::Rfc3394], bytes);
    }
    let pieces = pieces(aes, wrapped);
    if pieces.is_some() {
        return pieces.into_iter().collect();
    }
    steps.with_other_values()
}

/// Opens pieces that were wrapped one after the other, and anything else after the first.
///
/// The end of a piece has to be tried. With n semiblocks, that is fewer than 6n² AES operations: 3
/// million for the longest blob of the API.
fn pieces(aes: &Aes, wrapped: &[u8]) -> Option<Unwrapped> {
    let mut opened: Vec<(KeyWrap, SecretBytes)> = Vec::new();
    let mut rest = wrapped;
    while let Some((piece, len)) = first_piece(aes, rest) {
        opened.push(piece);
        rest = rest.get(len..)?;
    }
    let (wrap, first) = opened.first()?;
    let unpadded = (*wrap == KeyWrap::Rfc3394).then_some(Cause::Rfc3394);
    let (count, first_len) = (opened.len(), first.len());
    let in_pieces = (count > 1).then_some(Cause::KeyWrapInPieces { count, first_len });
    let mut bytes = Vec::with_capacity(opened.iter().map(|(_, piece)| piece.len()).sum());
    for (_, piece) in &opened {
        bytes.extend_from_slice(piece.expose());
    }
    Some(Unwrapped {
        causes: unpadded.into_iter().chain(in_pieces).collect(),
        bytes: SecretBytes::new(bytes),
        is_proof: true,
        after: rest.len(),
    })
}

/// Returns the piece at the beginning of `wrapped`, and its length there in bytes.
fn first_piece(aes: &Aes, wrapped: &[u8]) -> Option<((KeyWrap, SecretBytes), usize)> {
    let longest = wrapped.len() - wrapped.len() % SEMIBLOCK;
    let shorter = (2..=longest / SEMIBLOCK).map(|semiblocks| semiblocks * SEMIBLOCK);
    [longest, OPENSSL_CHUNK + SEMIBLOCK]
        .into_iter()
        .chain(shorter)
        .find_map(|len| {
            let steps = Steps::new(aes, wrapped.get(..len)?)?;
            let padded = steps.as_rfc_5649().map(|bytes| (KeyWrap::Rfc5649, bytes));
            Some((
                padded.or_else(|| steps.as_rfc_3394().map(|bytes| (KeyWrap::Rfc3394, bytes)))?,
                len,
            ))
        })
}
