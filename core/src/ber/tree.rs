//! Elements by their tags and lengths: read as BER has them, written as DER has them.

use der::{Encode as _, Length};
use zeroize::Zeroizing;

use super::{
    MAX_DEPTH, NotBer,
    universal::{self, BIT_STRING, SET},
};

/// The bit of a leading identifier octet that says constructed (8.1.2.5).
const CONSTRUCTED: u8 = 0x20;
/// The bits of a leading identifier octet that say the class; universal is zero (8.1.2.2).
const CLASS: u8 = 0xc0;

/// Octets that may be a part of a key.
pub(super) type Octets = Zeroizing<Vec<u8>>;

/// An element as it stands in the input.
pub(super) struct Node<'a> {
    leading: u8,
    /// The identifier octets after the first.
    subsequent: &'a [u8],
    /// The tag number, of the universal class.
    pub(super) universal: Option<u32>,
    contents: Contents<'a>,
}

/// What an element consists of.
enum Contents<'a> {
    Primitive(&'a [u8]),
    Constructed(Vec<Node<'a>>),
}

impl<'a> Node<'a> {
    /// Takes an element off `rest`; with those around it, it is the `depth`th.
    pub(super) fn read(rest: &mut &'a [u8], depth: usize) -> Result<Self, NotBer> {
        if depth > MAX_DEPTH {
            return Err(NotBer::TooDeep);
        }
        let leading = octet(rest)?;
        let (number, subsequent) = tag_number(leading, rest)?;
        let universal = (leading & CLASS == 0).then_some(number);
        let is_constructed = leading & CONSTRUCTED != 0;
        let length = length(rest)?;
        universal::check_form(universal, is_constructed)?;
        let contents = match (is_constructed, length) {
            (false, None) => return Err(NotBer::IndefinitePrimitive),
            (false, Some(len)) => Contents::Primitive(take(rest, len)?),
            (true, None) => Contents::Constructed(Self::read_to_end_of_contents(rest, depth + 1)?),
            (true, Some(len)) => {
                Contents::Constructed(Self::read_all(take(rest, len)?, depth + 1)?)
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
                [] => return Err(NotBer::NoEndOfContents),
                [0, 0, after @ ..] => {
                    *rest = after;
                    return Ok(nodes);
                }
                _ => nodes.push(Self::read(rest, depth)?),
            }
        }
    }

    /// The element in DER: its length definite and as short as can be (10.1), a string primitive (10.2).
    pub(super) fn der(&self) -> Result<Octets, NotBer> {
        let contents = self.der_contents()?;
        let len = contents.len();
        let length = Length::try_from(len).and_then(|length| length.to_der());
        let length = length.map_err(|_| NotBer::TooLong { len })?;
        let leading = if self.is_string() {
            self.leading & !CONSTRUCTED
        } else {
            self.leading
        };
        Ok(concatenated(&[
            &[leading],
            self.subsequent,
            &length,
            &contents,
        ]))
    }

    /// The contents in DER.
    pub(super) fn der_contents(&self) -> Result<Octets, NotBer> {
        match (self.universal, &self.contents) {
            (Some(number), Contents::Primitive(octets)) => universal::primitive(number, octets),
            (None, Contents::Primitive(octets)) => Ok(concatenated(&[octets])),
            (Some(BIT_STRING), Contents::Constructed(segments)) => universal::joined_bits(segments),
            (Some(SET), Contents::Constructed(members)) => universal::set_of(members),
            (_, Contents::Constructed(segments)) if self.is_string() => universal::joined(segments),
            (_, Contents::Constructed(nodes)) => Ok(all(&ders(nodes)?)),
        }
    }

    fn is_string(&self) -> bool {
        self.universal.is_some_and(universal::is_string)
    }
}

fn octet(rest: &mut &[u8]) -> Result<u8, NotBer> {
    rest.split_off_first().copied().ok_or(NotBer::Truncated)
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], NotBer> {
    rest.split_off(..len).ok_or(NotBer::Truncated)
}

/// The tag number, and the octets of it after `leading` (8.1.2.2, 8.1.2.4).
fn tag_number<'a>(leading: u8, rest: &mut &'a [u8]) -> Result<(u32, &'a [u8]), NotBer> {
    let low = u32::from(leading & 0x1f);
    if low < 31 {
        return Ok((low, &[]));
    }
    let more = rest.iter().take_while(|octet| **octet & 0x80 != 0).count();
    let subsequent = take(rest, more + 1)?;
    if let [0x80, ..] | [..31] = subsequent {
        return Err(NotBer::TagNotMinimal);
    }
    let append =
        |number: u32, octet: &u8| Some(number.checked_mul(0x80)? | u32::from(octet & 0x7f));
    let number = subsequent
        .iter()
        .try_fold(0, append)
        .ok_or(NotBer::TagTooLarge)?;
    Ok((number, subsequent))
}

/// How many contents octets there are; `None` is the indefinite form (8.1.3).
fn length(rest: &mut &[u8]) -> Result<Option<usize>, NotBer> {
    match octet(rest)? {
        short @ ..0x80 => Ok(Some(short.into())),
        0x80 => Ok(None),
        0xff => Err(NotBer::ReservedLength),
        long => {
            let octets = take(rest, usize::from(long & 0x7f))?;
            let append =
                |len: usize, octet: &u8| Some(len.checked_mul(0x100)? | usize::from(*octet));
            // What has no length in a `usize` is not there either.
            octets
                .iter()
                .try_fold(0, append)
                .map(Some)
                .ok_or(NotBer::Truncated)
        }
    }
}

/// Each element in DER.
pub(super) fn ders(nodes: &[Node<'_>]) -> Result<Vec<Octets>, NotBer> {
    nodes.iter().map(Node::der).collect()
}

/// The octets of `parts`, one after another.
pub(super) fn all(parts: &[Octets]) -> Octets {
    concatenated(&parts.iter().map(|part| part.as_slice()).collect::<Vec<_>>())
}

/// The octets of `parts`, one after another, in a buffer that did not grow.
pub(super) fn concatenated(parts: &[&[u8]]) -> Octets {
    Zeroizing::new(parts.concat())
}
