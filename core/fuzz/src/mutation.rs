//! Structural mutation of keys: values change and lengths follow, and the same key is written with
//! the choices of BER. Mutated octets alone would almost never yield another key.

use byok_core::ber;
use rand_core::Rng as _;

/// Mutates the first `size` octets of a buffer, up to the given size;
/// `libfuzzer_sys::fuzzer_mutate`.
pub type Plain = fn(&mut [u8], usize, usize) -> usize;

/// Mutates a key: the first `size` octets of `data`, up to `max_size`. Returns the new size.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, plain: Plain) -> usize {
    let mut random = Random(crate::rng(seed.into()));
    let tree = data.get(..size).and_then(|input| ber::to_der(input).ok());
    let tree = tree.and_then(|element| Node::parse_all(element.der().expose()));
    let Some(mut nodes) = tree.filter(|_| !random.once_in(4)) else {
        return plain(data, size, max_size);
    };
    while random.once_in(2) {
        let count = nodes.iter().map(Node::count).sum();
        change(&mut nodes, random.below(count), &mut random, plain);
    }
    let freedom = random.once_in(2);
    let written: Vec<u8> = nodes
        .iter()
        .flat_map(|node| node.written(freedom, &mut random))
        .collect();
    match data
        .get_mut(..written.len())
        .filter(|_| (1..=max_size).contains(&written.len()))
    {
        Some(place) => place.copy_from_slice(&written),
        None => return plain(data, size, max_size),
    }
    written.len()
}

struct Random(chacha20::ChaCha20Rng);

impl Random {
    /// Returns a number below `count`; 0 counts as 1.
    fn below(&mut self, count: usize) -> usize {
        self.0.next_u32() as usize % count.max(1)
    }

    fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

#[derive(Clone)]
struct Node {
    identifier: Vec<u8>,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Octets(Vec<u8>),
    /// A constructed element, or an OCTET STRING that contains elements.
    Nodes(Vec<Node>),
}

impl Node {
    /// Parses the elements of `der`.
    fn parse_all(mut der: &[u8]) -> Option<Vec<Self>> {
        let mut nodes = Vec::new();
        while !der.is_empty() {
            nodes.push(Self::parse(&mut der)?);
        }
        Some(nodes)
    }

    fn parse(rest: &mut &[u8]) -> Option<Self> {
        let more = match rest.first()? & 0x1f {
            0x1f => {
                1 + rest
                    .iter()
                    .skip(1)
                    .take_while(|octet| **octet & 0x80 != 0)
                    .count()
            }
            _ => 0,
        };
        let identifier = rest.split_off(..1 + more)?.to_vec();
        let len = match *rest.split_off_first()? {
            long @ 0x81..=0x84 => {
                let octets = rest.split_off(..usize::from(long & 0x7f))?;
                octets
                    .iter()
                    .fold(0, |len, octet| len << 8 | usize::from(*octet))
            }
            short => usize::from(short),
        };
        let contents = rest.split_off(..len)?;
        let may_contain =
            identifier[0] & 0x20 != 0 || (identifier == [4] && contents.first() == Some(&0x30));
        let nodes = Some(contents)
            .filter(|_| may_contain)
            .and_then(Self::parse_all);
        let value = nodes.map_or_else(|| Value::Octets(contents.to_vec()), Value::Nodes);
        Some(Self { identifier, value })
    }

    /// Returns the number of nodes, including this one.
    fn count(&self) -> usize {
        match &self.value {
            Value::Octets(_) => 1,
            Value::Nodes(nodes) => 1 + nodes.iter().map(Self::count).sum::<usize>(),
        }
    }

    fn written(&self, freedom: bool, random: &mut Random) -> Vec<u8> {
        let contents = match &self.value {
            Value::Octets(octets) => octets.clone(),
            Value::Nodes(nodes) => nodes
                .iter()
                .flat_map(|node| node.written(freedom, random))
                .collect(),
        };
        let is_free = freedom && random.once_in(2);
        if is_free && self.identifier == [4] && random.once_in(2) {
            let (first, second) = contents.split_at(random.below(contents.len()));
            let segments = [element(&[4], first, 0), element(&[4], second, 0)].concat();
            return element(&[0x24], &segments, random.below(3));
        }
        let form = if is_free { random.below(3) } else { 0 };
        element(&self.identifier, &contents, form)
    }
}

/// Writes an element with a length that is 0: minimal; 1: of four octets; 2: indefinite, if
/// constructed.
fn element(identifier: &[u8], contents: &[u8], form: usize) -> Vec<u8> {
    let len = u32::try_from(contents.len())
        .expect("an input is short")
        .to_be_bytes();
    let (length, end): (Vec<u8>, &[u8]) = match (form, contents.len()) {
        (2, _) if identifier[0] & 0x20 != 0 => (vec![0x80], &[0, 0]),
        (0, ..0x80) => (vec![len[3]], &[]),
        (0, ..0x100) => (vec![0x81, len[3]], &[]),
        (0, ..0x1_0000) => (vec![0x82, len[2], len[3]], &[]),
        _ => ([&[0x84], &len[..]].concat(), &[]),
    };
    [identifier, &length, contents, end].concat()
}

/// Changes the node at `place`, counted depth first.
fn change(nodes: &mut Vec<Node>, mut place: usize, random: &mut Random, plain: Plain) {
    for at in 0..nodes.len() {
        let count = nodes[at].count();
        if place == 0 {
            return change_node(nodes, at, random, plain);
        }
        if place < count {
            if let Value::Nodes(inner) = &mut nodes[at].value {
                change(inner, place - 1, random, plain);
            }
            return;
        }
        place -= count;
    }
}

fn change_node(nodes: &mut Vec<Node>, at: usize, random: &mut Random, plain: Plain) {
    match (random.below(12), &mut nodes[at].value) {
        (0, _) => drop(nodes.remove(at)),
        (1, _) => {
            let copy = nodes[random.below(nodes.len())].clone();
            nodes.insert(at, copy);
        }
        (2, _) => {
            let other = random.below(nodes.len());
            nodes.swap(at, other);
        }
        (3, _) => nodes[at].identifier[0] = random.below(256) as u8,
        (_, Value::Octets(octets)) => {
            let size = octets.len();
            octets.resize(size + 16, 0);
            let size = plain(octets, size, size + 16);
            octets.truncate(size);
        }
        (_, Value::Nodes(_)) => {}
    }
}
