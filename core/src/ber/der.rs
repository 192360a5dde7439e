//! Elements as DER has them.

use der::{Encode as _, Length};

use super::{
    error::NotBer,
    octets::{Octets, all, concatenated},
    tree::{CONSTRUCTED, Node, NodeContents},
    universal::{self, BIT_STRING, OCTET_STRING, SET},
};

/// Writes an element in DER: its length definite and as short as can be (10.1), a string primitive
/// (10.2).
pub(super) fn of(node: &Node<'_>) -> Result<Octets, NotBer> {
    let contents = contents(node)?;
    let len = contents.len();
    let length = Length::try_from(len).and_then(|length| length.to_der());
    let length = length.map_err(|_| NotBer("too long"))?;
    let leading = if is_string(node) {
        node.leading & !CONSTRUCTED
    } else {
        node.leading
    };
    Ok(concatenated(&[
        &[leading],
        node.subsequent,
        &length,
        &contents,
    ]))
}

/// Writes the contents of an element in DER.
fn contents(node: &Node<'_>) -> Result<Octets, NotBer> {
    match (node.universal, &node.contents) {
        (Some(number), NodeContents::Primitive(octets)) => universal::primitive(number, octets),
        (None, NodeContents::Primitive(octets)) => Ok(concatenated(&[octets])),
        (Some(BIT_STRING), NodeContents::Constructed(segments)) => joined_bits(segments),
        (Some(SET), NodeContents::Constructed(members)) => set_of(members),
        (_, NodeContents::Constructed(segments)) if is_string(node) => joined(segments),
        (_, NodeContents::Constructed(nodes)) => Ok(all(&each(nodes)?)),
    }
}

fn is_string(node: &Node<'_>) -> bool {
    node.universal.is_some_and(universal::is_string)
}

fn each(nodes: &[Node<'_>]) -> Result<Vec<Octets>, NotBer> {
    nodes.iter().map(of).collect()
}

/// Joins the segments of an OCTET STRING or a character string, whose segments are OCTET STRINGs
/// too (8.7.3, 8.23.3).
fn joined(segments: &[Node<'_>]) -> Result<Octets, NotBer> {
    Ok(all(&contents_of(segments, OCTET_STRING)?))
}

/// Joins the segments of a BIT STRING. Only the last one can have unused bits (8.6.4).
fn joined_bits(segments: &[Node<'_>]) -> Result<Octets, NotBer> {
    let segments = contents_of(segments, BIT_STRING)?;
    let mut unused = 0;
    let mut bits: Vec<&[u8]> = Vec::new();
    for segment in &segments {
        if unused != 0 {
            return Err(NotBer("8.6.4"));
        }
        let (count, octets) = segment.split_first().ok_or(NotBer("8.6.2"))?;
        unused = *count;
        bits.push(octets);
    }
    Ok(concatenated(&[&[unused], &*concatenated(&bits)]))
}

fn contents_of(segments: &[Node<'_>], number: u32) -> Result<Vec<Octets>, NotBer> {
    let own_contents = |segment: &Node<'_>| match segment.universal {
        Some(universal) if universal == number => contents(segment),
        _ => Err(NotBer("8.6.4, 8.7.3")),
    };
    segments.iter().map(own_contents).collect()
}

/// Sorts in ascending order, as a SET OF requires (11.6). The clause pads the shorter member for
/// the comparison. The padding never decides, because no member is a prefix of another.
fn set_of(members: &[Node<'_>]) -> Result<Octets, NotBer> {
    let mut members = each(members)?;
    members.sort_unstable_by(|a, b| a.as_slice().cmp(b));
    Ok(all(&members))
}
