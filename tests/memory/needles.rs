//! Secrets in every form that memory can hold, and the search for them.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::hex;

/// A secret that memory must not contain after the work.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Secret {
    pub(crate) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.into(),
        }
    }
}

/// The number of searched bytes of a secret.
const PREFIX: usize = 8;
/// The number of searched characters in base64 or hexadecimal.
const DIGITS: usize = 16;

/// The beginning of a ChaCha20 state, before its key: RFC 8439, 2.3.
///
/// The holder of a generator state has every key and every padding that it made.
const CHACHA_CONSTANT: &[u8; 16] = b"expand 32-byte k";
const CHACHA_STATE: &str = "behind its constant";

/// The unit of the memory search.
pub(crate) const PAGE: usize = 4096;

struct Needle {
    secret: String,
    form: &'static str,
    bytes: Vec<u8>,
}

/// The needles of some secrets: any 15 consecutive bytes of one hold a needle of each binary form.
pub(crate) struct Needles {
    all: Vec<Needle>,
    by_prefix: HashMap<[u8; PREFIX], Vec<usize>>,
    /// Whether any needle begins with these two bytes.
    begins: Vec<bool>,
}

impl Needles {
    pub(crate) fn of(secrets: &[Secret]) -> Self {
        let mut needles = Self {
            all: Vec::new(),
            by_prefix: HashMap::new(),
            begins: vec![false; 1 << 16],
        };
        for secret in secrets {
            for (form, bytes) in forms(&secret.bytes) {
                needles.add(Needle {
                    secret: secret.name.clone(),
                    form,
                    bytes,
                });
            }
        }
        let state = "state of a generator".to_owned();
        needles.add(Needle {
            secret: state,
            form: CHACHA_STATE,
            bytes: CHACHA_CONSTANT.to_vec(),
        });
        needles
    }

    fn add(&mut self, needle: Needle) {
        let prefix: [u8; PREFIX] = *needle.bytes.first_chunk().expect("no needle is shorter");
        self.begins[usize::from(u16::from_be_bytes([prefix[0], prefix[1]]))] = true;
        self.by_prefix
            .entry(prefix)
            .or_default()
            .push(self.all.len());
        self.all.push(needle);
    }

    /// Returns the matches: the offset in `hay`, the secret and the form.
    pub(crate) fn found_in(&self, hay: &[u8]) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (page, bytes) in hay.chunks(PAGE).enumerate() {
            // Most pages are empty. No needle begins with zeros and continues on the next page.
            if bytes != &[0; PAGE][..bytes.len()] {
                self.search_page(hay, page * PAGE, bytes.len(), &mut found);
            }
        }
        found
    }

    fn search_page(&self, hay: &[u8], start: usize, len: usize, found: &mut Vec<(usize, String)>) {
        let end = hay.len().min(start + len + 1);
        let mut pair = 0;
        for (at, byte) in (start..end).zip(&hay[start..end]) {
            pair = pair << 8 | u16::from(*byte);
            if self.begins[usize::from(pair)] && at > start {
                self.compare(hay, at - 1, found);
            }
        }
    }

    fn compare(&self, hay: &[u8], at: usize, found: &mut Vec<(usize, String)>) {
        let prefix = hay[at..].first_chunk::<PREFIX>();
        for index in prefix
            .and_then(|prefix| self.by_prefix.get(prefix))
            .into_iter()
            .flatten()
        {
            let Needle {
                secret,
                form,
                bytes,
            } = &self.all[*index];
            let Some(rest) = hay[at..].strip_prefix(bytes.as_slice()) else {
                continue;
            };
            // The constant alone is not secret.
            let is_wiped = rest.iter().take(32).all(|byte| *byte == 0);
            if *form != CHACHA_STATE || !is_wiped {
                found.push((at, format!("{secret}, {form}")));
            }
        }
    }
}

/// Returns the needles of `secret`, with the names of their forms.
fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex = hex::encode(secret);
    let upper = hex.to_uppercase();
    let reversed: Vec<u8> = secret.iter().rev().copied().collect();
    // The form of SHA-2 input: big-endian words of 32 bits.
    let words: Vec<u8> = secret
        .chunks(4)
        .flat_map(|word| word.iter().rev())
        .copied()
        .collect();
    let mut forms = pieces("as it is", secret, PREFIX);
    forms.extend(pieces("little-endian", &reversed, PREFIX));
    forms.extend(pieces("words of 32 bits", &words, PREFIX));
    forms.extend(limbs(&reversed));
    forms.extend(pieces("hexadecimal", hex.as_bytes(), DIGITS));
    forms.extend(pieces("hexadecimal", upper.as_bytes(), DIGITS));
    for phase in 0..3 {
        // Three bytes are four characters, wherever in the text the secret begins.
        let whole = secret
            .get(phase..)
            .unwrap_or_default()
            .chunks_exact(3)
            .flatten()
            .copied();
        let text = BASE64.encode(whole.collect::<Vec<u8>>());
        forms.extend(pieces("base64", text.as_bytes(), DIGITS));
        let url = text.replace('+', "-").replace('/', "_");
        if url != text {
            forms.extend(pieces("base64url", url.as_bytes(), DIGITS));
        }
    }
    forms
}

/// Returns the limbs of a long little-endian number as the crate byok-lanes has them: 52 bits in each
/// word. The other lanes can be between them, so each limb is a needle.
fn limbs(number: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    if number.len() < 128 {
        return vec![];
    }
    // Two limbs are 13 bytes.
    let pairs = number.chunks_exact(13).map(|bytes| {
        let mut pair = [0; 16];
        pair[..13].copy_from_slice(bytes);
        u128::from_le_bytes(pair)
    });
    pairs
        .flat_map(|pair| [pair % (1 << 52), pair >> 52])
        .map(|limb| ("limb of 52 bits", limb.to_le_bytes()[..8].to_vec()))
        .collect()
}

/// Splits `whole` into pieces of `len`.
fn pieces(form: &'static str, whole: &[u8], len: usize) -> Vec<(&'static str, Vec<u8>)> {
    whole
        .chunks_exact(len)
        .map(|piece| (form, piece.to_vec()))
        .collect()
}

#[test]
fn every_form_is_found_wherever_it_stands() {
    let secret: Vec<u8> = (0..66).map(|at: u8| at.wrapping_mul(73) ^ 0xa5).collect();
    let needles = Needles::of(&[Secret::new("secret", secret.clone())]);
    let hex = hex::encode(&secret);
    let limbs: Vec<u8> = secret.iter().rev().copied().collect();
    let mut hays = vec![
        secret.clone(),
        limbs,
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for phase in 0..3 {
        let text = BASE64.encode([&b"abc"[..phase], &secret].concat());
        hays.push(text.replace('+', "-").replace('/', "_").into_bytes());
        hays.push(text.into_bytes());
    }
    hays.push([CHACHA_CONSTANT.as_slice(), &[0; 31], &[7]].concat());
    for hay in hays {
        for offset in [0, 1, 4090, 4095, 4096, 12_345] {
            let mut memory = vec![0; 20_000];
            memory[offset..offset + hay.len()].copy_from_slice(&hay);
            assert!(!needles.found_in(&memory).is_empty(), "{offset}");
        }
    }
    for window in secret.windows(15) {
        assert!(!needles.found_in(window).is_empty());
    }
    assert_eq!(
        needles.found_in(&[CHACHA_CONSTANT.as_slice(), &[0; 32], &[7]].concat()),
        []
    );
    assert_eq!(needles.found_in(&secret[..7]), []);
    assert_eq!(needles.found_in(&[0; 8192]), []);
}

#[test]
fn each_limb_of_a_long_number_is_found_alone() {
    let number: Vec<u8> = (0..128).map(|at: u8| at.wrapping_mul(73) ^ 0xa5).collect();
    let needles = Needles::of(&[Secret::new("number", number.clone())]);
    // Bits 52 to 103 from the end: the bytes 109 to 121, with a half byte at the end.
    let second: Vec<u8> = number[115..122].iter().rev().copied().collect();
    let word = u64::from_le_bytes(
        [second.as_slice(), &[0]]
            .concat()
            .try_into()
            .expect("eight"),
    );
    let limb = (word >> 4) & ((1 << 52) - 1);
    let memory = [[0; 64].as_slice(), &limb.to_le_bytes(), &[0; 64]].concat();
    let expected = [(64, "number, limb of 52 bits".to_owned())];
    assert_eq!(needles.found_in(&memory), expected);
}
