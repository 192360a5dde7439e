//! Keys inside a text: what surrounds them is undone, if exactly one key is there.

use super::{
    base64_text,
    escapes::percent_decoded,
    form::Form,
    json_values,
    pem_text::{self, RawBlock},
    recognition::Source,
    source_format::SourceFormat,
    text_layer::{KeyPlace, TextLayer},
};
use crate::{pem::blocks, secret::SecretBytes, text_encoding};

/// The maximum number of layers around a key.
const MAX_DEPTH: usize = 6;
/// The longest text that is searched, in bytes.
const MAX_LEN: usize = super::error::MAX_LEN;

/// A key file, and the layers of text around it.
#[derive(Debug)]
pub(super) struct Carried {
    pub(super) place: KeyPlace,
    pub(super) contents: SecretBytes,
}

/// The keys inside a text.
#[derive(Debug)]
pub(super) enum Found {
    /// The file itself is the key file, or contains no key.
    Direct,
    /// One key.
    One(Carried),
    /// Different keys.
    Several(Vec<Carried>),
}

impl Form {
    /// Recognises the form of a file, supported or not: of the key in it, if it is a text with one.
    pub fn of(file: &[u8]) -> Self {
        SourceFormat::of(file).form
    }
}

impl SourceFormat {
    /// Recognises the form and the encoding of a file, as [`Form::of`].
    pub fn of(file: &[u8]) -> Self {
        match Found::of(file) {
            Found::Direct => Source::of(file, None).format,
            Found::One(carried) => carried.format(),
            Found::Several(all) => all
                .first()
                .map_or_else(|| Source::of(file, None).format, Carried::format),
        }
    }
}

impl Found {
    /// Finds the keys inside `file`.
    pub(super) fn of(file: &[u8]) -> Self {
        if file.len() > MAX_LEN {
            return Self::Direct;
        }
        let mut all = distinct(layered(file, MAX_DEPTH));
        match (all.pop(), all.is_empty()) {
            (None, _) => Self::Direct,
            (Some(one), true) => Self::One(one),
            (Some(last), false) => {
                all.push(last);
                Self::Several(all)
            }
        }
    }
}

impl Carried {
    fn format(&self) -> SourceFormat {
        Source::of(self.contents.expose(), None).format
    }

    fn itself(contents: SecretBytes) -> Self {
        Self {
            place: KeyPlace(Vec::new()),
            contents,
        }
    }

    fn under(mut self, layers: &[TextLayer]) -> Self {
        self.place.0.splice(0..0, layers.iter().cloned());
        self
    }

    /// Returns the bytes that equal keys have in common: the contents of the PEM block.
    fn identity(&self) -> SecretBytes {
        let contents = self.contents.expose();
        let decoded = match &*blocks(contents) {
            [block] => block.decode(),
            _ => None,
        };
        decoded.unwrap_or_else(|| SecretBytes::copy_of(contents))
    }
}

/// Removes copies of the same key. `kubectl` repeats a Secret in an annotation.
fn distinct(all: Vec<Carried>) -> Vec<Carried> {
    let mut kept: Vec<(SecretBytes, Carried)> = Vec::new();
    for carried in all {
        let identity = carried.identity();
        if kept.iter().all(|(other, _)| *other != identity) {
            kept.push((identity, carried));
        }
    }
    kept.into_iter().map(|(_, carried)| carried).collect()
}

/// Returns the keys in `contents`, which can be a key file itself.
fn keys_of(contents: SecretBytes, depth: usize) -> Vec<Carried> {
    let found = layered(contents.expose(), depth);
    if found.is_empty() && is_key_file(contents.expose()) {
        return vec![Carried::itself(contents)];
    }
    found
}

fn under(layers: &[TextLayer], found: Vec<Carried>) -> Vec<Carried> {
    let under = |carried: Carried| carried.under(layers);
    found.into_iter().map(under).collect()
}

/// Returns the keys in `file` that at least one layer surrounds. There are none if it is a key file itself.
fn layered(file: &[u8], depth: usize) -> Vec<Carried> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    if let Some(text) = text_encoding::from_utf16(file) {
        return under(&[TextLayer::Utf16], keys_of(text, depth));
    }
    let text = text_encoding::without_mark(file);
    let blocks = pem_text::raw_blocks(text);
    if blocks.is_empty() && core::str::from_utf8(text).is_err() {
        return Vec::new();
    }
    let members = json_values::values(text).into_iter().flatten();
    let mut found: Vec<Carried> = members
        .flat_map(|value| {
            let layer = match value.path.as_str() {
                // The document is one string.
                "." => TextLayer::Escapes,
                _ => TextLayer::Member(value.path),
            };
            under(&[layer], keys_of(value.contents, depth))
        })
        .collect();
    if found.is_empty() {
        found = percent_encoded(text, depth);
    }
    if found.is_empty() {
        found = in_text(text, &blocks, depth);
    }
    distinct(found)
}

/// Returns the keys in text with the encoding of URLs around PEM.
fn percent_encoded(text: &[u8], depth: usize) -> Vec<Carried> {
    let has = |marker: &[u8]| {
        let mut windows = text.windows(marker.len());
        windows.any(|window| window.eq_ignore_ascii_case(marker))
    };
    let plus_is_space = has(b"-----BEGIN+");
    let is_encoded = plus_is_space || has(b"-----BEGIN%20") || (has(b"-----BEGIN ") && has(b"%0A"));
    if !is_encoded {
        return Vec::new();
    }
    let decoded = percent_decoded(text, plus_is_space);
    under(&[TextLayer::PercentEncoding], keys_of(decoded, depth))
}

/// Returns the keys in a text: in PEM blocks, and in base64 beside them.
fn in_text(text: &[u8], blocks: &[RawBlock], depth: usize) -> Vec<Carried> {
    let keys: Vec<&RawBlock> = blocks.iter().filter(|block| block.is_private_key).collect();
    if keys.is_empty() {
        let whole = match blocks {
            [] => whole_text(text, depth),
            [block] => armoured(text, block, depth),
            _ => Vec::new(),
        };
        if !whole.is_empty() {
            return whole;
        }
    }
    let mut found: Vec<Carried> = keys
        .into_iter()
        .map(|block| {
            let lines = TextLayer::Lines(pem_text::lines(text, &block.range));
            let (layers, contents) = pem_text::restored(text, block);
            Carried::itself(contents).under(&layers).under(&[lines])
        })
        .collect();
    let is_in_block = |at: usize| blocks.iter().any(|block| block.range.contains(&at));
    for range in base64_text::find(text) {
        if is_in_block(range.start) {
            continue;
        }
        let lines = TextLayer::Lines(pem_text::lines(text, &range));
        let decoded = text.get(range).and_then(base64_text::decode);
        let inner = decoded.map_or_else(Vec::new, |decoded| keys_of(decoded, depth));
        found.extend(under(&[lines, TextLayer::Base64], inner));
    }
    let mut found = distinct(found);
    if found.iter().all(Carried::is_plain) {
        return Vec::new();
    }
    if let [one] = found.as_mut_slice() {
        one.without_whole_text(text);
    }
    found
}

impl Carried {
    /// Returns whether this is a PEM block of a file that needs nothing to be undone.
    fn is_plain(&self) -> bool {
        match self.place.0.as_slice() {
            [TextLayer::Lines(lines)] => lines.name.is_none(),
            _ => false,
        }
    }

    /// Removes the lines, if the text has no others and no name.
    fn without_whole_text(&mut self, text: &[u8]) {
        let Some(TextLayer::Lines(lines)) = self.place.0.first() else {
            return;
        };
        let all = text.split(|byte| *byte == b'\n').enumerate();
        let mut others = all.filter(|(at, line)| {
            !(lines.first..=lines.last).contains(&(at + 1)) && !line.trim_ascii().is_empty()
        });
        if lines.name.is_none() && others.next().is_none() {
            self.place.0.remove(0);
        }
    }
}

/// Returns the keys in a text that is base64 or hex as a whole, possibly in quotes.
fn whole_text(text: &[u8], depth: usize) -> Vec<Carried> {
    let text = text.trim_ascii();
    let unquoted = [b'"', b'\'']
        .iter()
        .find_map(|quote| text.strip_prefix(&[*quote])?.strip_suffix(&[*quote]));
    let text = unquoted.unwrap_or(text);
    let hex = base64_text::decode_hex(text).map(|bytes| (TextLayer::Hex, bytes));
    let base64 = base64_text::decode(text).map(|bytes| (TextLayer::Base64, bytes));
    let all = hex.into_iter().chain(base64);
    let mut found = all.map(|(layer, bytes)| under(&[layer], keys_of(bytes, depth)));
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Returns the keys in a PEM block with another label, as `certutil -encode` writes it around any file.
fn armoured(text: &[u8], block: &RawBlock, depth: usize) -> Vec<Carried> {
    let block = text.get(block.range.clone()).unwrap_or_default();
    let contents = blocks(block).first().and_then(crate::pem::Block::decode);
    let found = contents.map_or_else(Vec::new, |contents| keys_of(contents, depth));
    under(&[TextLayer::Armour], found)
}

/// Returns the octets in the PEM block of `certutil -encode`, if the file is one and its contents are no
/// structure.
pub(super) fn armoured_octets(file: &[u8]) -> Option<SecretBytes> {
    let text = text_encoding::from_utf16(file);
    let text = text
        .as_ref()
        .map_or_else(|| text_encoding::without_mark(file), SecretBytes::expose);
    match &*blocks(text) {
        [block] if block.label == "CERTIFICATE" => block
            .decode()
            .filter(|contents| Source::of(contents.expose(), None).format.form == Form::Raw),
        _ => None,
    }
}

/// Returns whether `contents` are a file with keys in it, read or not.
fn is_key_file(contents: &[u8]) -> bool {
    match Source::of(contents, None).format.form {
        Form::Pkcs8
        | Form::EncryptedPkcs8
        | Form::Pkcs1
        | Form::Sec1
        | Form::OpenSsh
        | Form::OtherPrivateKey
        | Form::EncryptedPem
        | Form::Pkcs12
        | Form::JavaKeyStore(_)
        | Form::OtherKeyStore(_)
        | Form::Putty
        | Form::EthereumKeystore
        | Form::RsaXml
        | Form::Pvk
        | Form::EncryptedPvk
        | Form::CapiBlob
        | Form::CngBlob => true,
        // A document with such a name in it can be anything.
        Form::Jwk => {
            contents.trim_ascii_start().starts_with(b"{")
                && contents.windows(5).any(|window| window == b"\"kty\"")
        }
        Form::Raw
        | Form::Scalar
        | Form::Seed
        | Form::PublicKey
        | Form::Certificate
        | Form::CertificateRequest
        | Form::OpenPgp
        | Form::Age
        | Form::Mnemonic
        | Form::Utf16
        | Form::Utf32
        | Form::Mangled
        | Form::AzureTransfer
        | Form::WrappedInJson
        | Form::OtherPem
        | Form::OtherJson => false,
    }
}
