//! The encoding of values: DER, the choices of BER, and PEM.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use proptest::{collection::vec, prelude::*, sample::select};

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;

/// Writes an element with these contents, concatenated, in DER.
pub(crate) fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = match contents.len() {
        len @ ..0x80 => vec![low_octet(len)],
        len => {
            let octets: Vec<u8> = len
                .to_be_bytes()
                .into_iter()
                .skip_while(|octet| *octet == 0)
                .collect();
            [&[0x80 | low_octet(octets.len())], &*octets].concat()
        }
    };
    [&[tag], &*length, &*contents].concat()
}

/// Writes a non-negative INTEGER, big-endian.
pub(crate) fn integer(octets: &[u8]) -> Vec<u8> {
    let zeros = octets
        .iter()
        .take_while(|octet| **octet == 0)
        .count()
        .min(octets.len().saturating_sub(1));
    let octets = &octets[zeros..];
    let sign: &[u8] = if octets.first().is_none_or(|first| *first >= 0x80) {
        &[0]
    } else {
        &[]
    };
    element(INTEGER, &[sign, octets])
}

/// Returns a small number, or the low octet of a larger one.
fn low_octet(number: usize) -> u8 {
    number.to_le_bytes()[0]
}

/// The choices of a BER sender for each element, in turn; all zeros are DER.
#[derive(Debug, Clone)]
pub(crate) struct Choices(Vec<u8>);

/// Returns any choices; in one case of four those of DER.
pub(crate) fn choices() -> impl Strategy<Value = Choices> {
    prop_oneof![1 => Just(Choices::der()), 3 => vec(any::<u8>(), 1..40).prop_map(Choices)]
}

impl Choices {
    /// Returns those of DER.
    pub(crate) fn der() -> Self {
        Self(vec![0])
    }

    /// Rewrites each element of DER.
    pub(crate) fn apply(&self, der: &[u8]) -> Vec<u8> {
        rewritten(der, &mut self.0.iter().copied().cycle())
    }
}

fn rewritten(der: &[u8], choices: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let mut ber = Vec::new();
    let mut rest = der;
    while let [tag, first, after @ ..] = rest {
        let octets = if *first < 0x80 {
            0
        } else {
            usize::from(first & 0x7f)
        };
        let len = match octets {
            0 => usize::from(*first),
            _ => after[..octets]
                .iter()
                .fold(0, |len, octet| len << 8 | usize::from(*octet)),
        };
        let contents = &after[octets..octets + len];
        ber.extend(written(*tag, contents, choices));
        rest = &after[octets + len..];
    }
    ber
}

fn written(tag: u8, contents: &[u8], choices: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let choice = choices.next().expect("it never ends");
    if tag & CONSTRUCTED == 0 {
        let in_segments = tag == OCTET_STRING && choice & 4 != 0;
        return if in_segments {
            segments(contents, choice)
        } else {
            with_length(tag, contents, choice & 3)
        };
    }
    let contents = rewritten(contents, choices);
    if choice & 4 == 0 {
        with_length(tag, &contents, choice & 3)
    } else {
        indefinite(tag, &contents)
    }
}

/// X.690, 8.7.3: an OCTET STRING of two segments, either of which may be empty.
fn segments(octets: &[u8], choice: u8) -> Vec<u8> {
    let (first, second) = octets.split_at(octets.len() * usize::from(choice) / 0x100);
    let contents = [first, second]
        .map(|segment| element(OCTET_STRING, &[segment]))
        .concat();
    if choice & 1 == 0 {
        element(OCTET_STRING | CONSTRUCTED, &[&contents])
    } else {
        indefinite(OCTET_STRING | CONSTRUCTED, &contents)
    }
}

/// X.690, 8.1.3.5: a length in the shortest form, or in one of four octets and more.
fn with_length(tag: u8, contents: &[u8], longer: u8) -> Vec<u8> {
    if longer == 0 {
        return element(tag, &[contents]);
    }
    let zeros = vec![0; usize::from(longer)];
    let len = u32::try_from(contents.len()).expect("short").to_be_bytes();
    [&[tag, 0x84 + longer], &*zeros, &len, contents].concat()
}

/// X.690, 8.1.3.6.
fn indefinite(tag: u8, contents: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], contents, &[0, 0]].concat()
}

/// The style of a PEM block.
#[derive(Debug, Clone)]
pub(crate) struct PemStyle {
    /// The wrong label, if any.
    label: Option<&'static str>,
    width: usize,
    line_end: &'static str,
    indent: &'static str,
    before: &'static [u8],
}

const LABELS: [&str; 5] = [
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "ANY PRIVATE KEY",
];
/// The bytes before a block, in their own encodings.
const BEFORE: [&[u8]; 4] = [
    b"",
    b"\n\n",
    b"\xef\xbb\xbf",
    b"Bag Attributes\n    friendlyName: caf\xe9\n",
];

/// Returns any style.
pub(crate) fn pem_style() -> impl Strategy<Value = PemStyle> {
    let label = prop_oneof![3 => Just(None), 1 => select(&LABELS[..]).prop_map(Some)];
    let (line_end, indent) = (
        select(&["\n", "\r\n", "\r", " \n", "\n\n"][..]),
        select(&["", "    ", "\t"][..]),
    );
    (label, 1..200usize, line_end, indent, select(&BEFORE[..])).prop_map(
        |(label, width, line_end, indent, before)| PemStyle {
            label,
            width,
            line_end,
            indent,
            before,
        },
    )
}

impl PemStyle {
    /// Returns the same style with the right label.
    pub(crate) const fn with_right_label(mut self) -> Self {
        self.label = None;
        self
    }

    /// Writes a block of these bytes.
    pub(crate) fn block(&self, label: &str, bytes: &[u8]) -> Vec<u8> {
        let Self {
            width,
            line_end,
            indent,
            ..
        } = self;
        let label = self.label.unwrap_or(label);
        let text = BASE64.encode(bytes);
        let mut lines = vec![format!("-----BEGIN {label}-----")];
        lines.extend(
            text.as_bytes()
                .chunks(*width)
                .map(|line| String::from_utf8_lossy(line).into_owned()),
        );
        lines.push(format!("-----END {label}-----"));
        let block: String = lines
            .iter()
            .flat_map(|line| [*indent, line, line_end])
            .collect();
        [self.before, block.as_bytes()].concat()
    }
}
