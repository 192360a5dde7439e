//! The possible positions of the RSA block in a blob.

use super::{Cause, key_wrap::SEMIBLOCK, line_end::LineEnd};

/// The maximum length of a header before a block that has bytes after it.
const MAX_HEADER: usize = 64;
/// AES key wrap produces whole semiblocks, and the length before them can take half of one.
const HEADER_STEP: usize = 4;

/// One candidate block, and the bytes around it.
pub(super) struct Layout<'a> {
    pub(super) block: Vec<u8>,
    /// The rest of the blob: the wrapped material, if there is any.
    pub(super) rest: &'a [u8],
    place: BlockPosition,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockPosition {
    /// At the beginning, as documented.
    Front,
    /// At the beginning, without its leading zero byte.
    FrontWithoutZero,
    /// At the beginning, after an extra zero byte.
    FrontAfterZero,
    /// At the beginning, with its bytes reversed.
    FrontReversed,
    /// After a header; its length in bytes.
    AfterHeader(usize),
    /// At the end.
    End,
}

impl<'a> Layout<'a> {
    /// Returns the documented layout. Bytes may follow it.
    pub(super) fn prescribed(blob: &'a [u8], block_len: usize) -> Option<Self> {
        let (block, rest) = blob.split_at_checked(block_len)?;
        Some(Self {
            block: block.to_vec(),
            rest,
            place: BlockPosition::Front,
        })
    }

    /// Returns every other known layout, the likely ones first.
    pub(super) fn others(blob: &'a [u8], block_len: usize) -> Vec<Self> {
        let mut layouts = Vec::new();
        if let Some((block, rest)) = blob.split_at_checked(block_len - 1) {
            let block = [&[0], block].concat();
            layouts.push(Self {
                block,
                rest,
                place: BlockPosition::FrontWithoutZero,
            });
        }
        if let Some((block, rest)) = blob
            .strip_prefix(&[0])
            .and_then(|b| b.split_at_checked(block_len))
        {
            layouts.push(Self {
                block: block.to_vec(),
                rest,
                place: BlockPosition::FrontAfterZero,
            });
        }
        if let Some(before) = blob
            .len()
            .checked_sub(block_len)
            .filter(|before| *before > 0)
        {
            let (rest, block) = blob.split_at(before);
            layouts.push(Self {
                block: block.to_vec(),
                rest,
                place: BlockPosition::End,
            });
        }
        if let Some((block, rest)) = blob.split_at_checked(block_len) {
            let block = block.iter().rev().copied().collect();
            layouts.push(Self {
                block,
                rest,
                place: BlockPosition::FrontReversed,
            });
        }
        layouts
    }

    /// Returns the layouts with a header before the block and wrapped material after it: every offset
    /// at which whole semiblocks follow the block, with or without their length before them.
    pub(super) fn after_headers(blob: &'a [u8], block_len: usize) -> impl Iterator<Item = Self> {
        let surplus = blob.len().saturating_sub(block_len);
        let last = MAX_HEADER.min(surplus.saturating_sub(2 * SEMIBLOCK));
        let is_possible = move |header: &usize| (surplus - header).is_multiple_of(HEADER_STEP);
        (1..=last).filter(is_possible).filter_map(move |header| {
            let (block, rest) = blob.get(header..)?.split_at_checked(block_len)?;
            Some(Self {
                block: block.to_vec(),
                rest,
                place: BlockPosition::AfterHeader(header),
            })
        })
    }

    /// Returns the causes where the rest is the wrapped material and `after` bytes follow it.
    pub(super) fn causes_of_two_parts(&self, after: usize) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.misplaced().into_iter().collect();
        if self.place == BlockPosition::End {
            causes.push(Cause::HalvesSwapped);
        }
        let start = self.rest.len().saturating_sub(after);
        let after = self.rest.get(start..).unwrap_or_default();
        causes.extend(surplus(self.header(), after));
        causes
    }

    /// Returns the causes where the blob should be one block.
    pub(super) fn causes_of_one_part(&self) -> Vec<Cause> {
        let surplus = match self.place {
            BlockPosition::End => surplus(self.rest.len(), &[]),
            _ => surplus(self.header(), self.rest),
        };
        self.misplaced().into_iter().chain(surplus).collect()
    }

    /// Returns whether the block is where the algorithms put it.
    pub(super) fn is_prescribed(&self) -> bool {
        self.place == BlockPosition::Front
    }

    /// Returns whether there is a header before the block.
    pub(super) const fn has_header(&self) -> bool {
        self.header() > 0
    }

    const fn header(&self) -> usize {
        match self.place {
            BlockPosition::AfterHeader(len) => len,
            _ => 0,
        }
    }

    fn misplaced(&self) -> Option<Cause> {
        match self.place {
            BlockPosition::Front | BlockPosition::AfterHeader(_) | BlockPosition::End => None,
            BlockPosition::FrontWithoutZero => Some(Cause::LeadingZeroLost),
            BlockPosition::FrontAfterZero => Some(Cause::LeadingZeroAdded),
            BlockPosition::FrontReversed => Some(Cause::LittleEndian),
        }
    }
}

/// Returns the cause of foreign bytes: their number before the blob, and those after it.
pub(super) fn surplus(before: usize, after: &[u8]) -> Option<Cause> {
    match LineEnd::of(after) {
        Some(line_end) if before == 0 => Some(Cause::TrailingNewline(line_end)),
        _ => (before + after.len() > 0).then_some(Cause::Extended {
            before,
            after: after.len(),
        }),
    }
}
