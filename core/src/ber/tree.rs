//! Elements by their tags and lengths, as BER has them.

use super::{
    error::{MAX_DEPTH, NotBer},
    universal::check_form,
};

/// The constructed bit of a leading identifier octet (8.1.2.5).
pub(super) const CONSTRUCTED: u8 = 0x20;
/// The class bits of a leading identifier octet; universal is zero (8.1.2.2).
const CLASS: u8 = 0xc0;

/// An element of the input.
pub(super) struct Node<'a> {
    /// The first identifier octet.
    pub(super) leading: u8,
    /// The identifier octets after the first.
    pub(super) subsequent: &'a [u8],
    /// The tag number, of the universal class.
    pub(super) universal: Option<u32>,
    pub(super) contents: NodeContents<'a>,
}

/// The contents of an element.
pub(super) enum NodeContents<'a> {
    Primitive(&'a [u8]),
    Constructed(Vec<Node<'a>>),
}

impl<'a> Node<'a> {
    /// Reads an element from the beginning of `rest`, at nesting level `depth`.
    pub(super) fn read(rest: &mut &'a [u8], depth: usize) -> Result<Self, NotBer> {
        if depth > MAX_DEPTH {
            return Err(NotBer("too deep"));
        }
        let leading = octet(rest)?;
        let (number, subsequent) = tag_number(leading, rest)?;
        let universal = (leading & CLASS == 0).then_some(number);
        let is_constructed = leading & CONSTRUCTED != 0;
        let length = length(rest)?;
        check_form(universal, is_constructed)?;
        let contents = match (is_constructed, length) {
            (false, None) => return Err(NotBer("8.1.3.2")),
            (false, Some(len)) => NodeContents::Primitive(take(rest, len)?),
            (true, None) => {
                NodeContents::Constructed(Self::read_to_end_of_contents(rest, depth + 1)?)
            }
            (true, Some(len)) => {
                NodeContents::Constructed(Self::read_all(take(rest, len)?, depth + 1)?)
            }
        };
        Ok(Self {
            leading,
            subsequent,
            universal,
            contents,
        })
    }

    fn read_all(mut rest: &'a [u8], depth: usize) -> Result<Vec<Self>, NotBer> {
        let mut nodes = Vec::new();
        while !rest.is_empty() {
            nodes.push(Self::read(&mut rest, depth)?);
        }
        Ok(nodes)
    }

    fn read_to_end_of_contents(rest: &mut &'a [u8], depth: usize) -> Result<Vec<Self>, NotBer> {
        let mut nodes = Vec::new();
        loop {
            match rest {
                [] => return Err(NotBer("no end of contents")),
                [0, 0, after @ ..] => {
                    *rest = after;
                    return Ok(nodes);
                }
                _ => nodes.push(Self::read(rest, depth)?),
            }
        }
    }
}

fn octet(rest: &mut &[u8]) -> Result<u8, NotBer> {
    rest.split_off_first().copied().ok_or(NotBer("truncated"))
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], NotBer> {
    rest.split_off(..len).ok_or(NotBer("truncated"))
}

/// Returns the tag number and its octets after `leading` (8.1.2.2, 8.1.2.4).
fn tag_number<'a>(leading: u8, rest: &mut &'a [u8]) -> Result<(u32, &'a [u8]), NotBer> {
    let low = u32::from(leading & 0x1f);
    if low < 31 {
        return Ok((low, &[]));
    }
    let more = rest.iter().take_while(|octet| **octet & 0x80 != 0).count();
    let subsequent = take(rest, more + 1)?;
    if let [0x80, ..] | [0..31] = subsequent {
        return Err(NotBer("8.1.2"));
    }
    let append =
        |number: u32, octet: &u8| Some(number.checked_mul(0x80)? | u32::from(octet & 0x7f));
    let number = subsequent
        .iter()
        .try_fold(0, append)
        .ok_or(NotBer("tag too large"))?;
    Ok((number, subsequent))
}

/// Returns the number of contents octets; `None` for the indefinite form (8.1.3).
fn length(rest: &mut &[u8]) -> Result<Option<usize>, NotBer> {
    match octet(rest)? {
        short @ ..0x80 => Ok(Some(short.into())),
        0x80 => Ok(None),
        0xff => Err(NotBer("8.1.3.5")),
        long => {
            let octets = take(rest, usize::from(long & 0x7f))?;
            let append =
                |len: usize, octet: &u8| Some(len.checked_mul(0x100)? | usize::from(*octet));
            // A length that does not fit a `usize` cannot be in the input.
            octets
                .iter()
                .try_fold(0, append)
                .map(Some)
                .ok_or(NotBer("truncated"))
        }
    }
}
