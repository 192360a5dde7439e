//! The search for a way in which a blob opens, and for its differences from the documented way.

use rand_core::CryptoRng;

use super::{
    AesKeyForm, BlockMode, Cause, Hash, LineEnd, block_mode,
    cipher::Aes,
    key_wrap::{self, SEMIBLOCK, Unwrapped},
    layout::Layout,
    material::{Assessment, Evidence, ExpectedMaterial},
    padding::{self, Decoded, Padding},
};
use crate::{
    key_file::MaterialFormat, secret::SecretBytes, wrapping::rsa_block,
    wrapping_algorithm::WrappingAlgorithm, wrapping_private_key::WrappingPrivateKey,
};

/// The length of an AES-256 key, in bytes.
const AES_256: usize = 32;

/// The documented way to open a blob.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpectedWrapping {
    algorithm: WrappingAlgorithm,
    hash: Hash,
    expected: ExpectedMaterial,
}

/// A way in which a blob opens: its differences, outermost first.
pub(super) struct Candidate {
    pub(super) causes: Vec<Cause>,
    progress: Progress,
}

/// The stage to which a blob opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// Up to the padding of PKCS #1 v1.5, around bytes that prove nothing. One random block in 2^17 has
    /// that padding.
    ToPadding,
    /// Up to the AES key, or to the bytes in its place.
    HalfWay,
    /// Up to bytes that are not the material.
    ToBytes,
    /// Up to the material.
    ToMaterial,
}

/// The set of layouts to try. Each costs one private-key operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layouts {
    Prescribed,
    All,
}

/// Returns the way in which `blob` opens farthest, the first of equals. A block that proves itself
/// ends the search.
pub(super) fn search(
    blob: &[u8],
    private_key: &WrappingPrivateKey,
    prescription: ExpectedWrapping,
    layouts: Layouts,
    rng: &mut impl CryptoRng,
) -> Option<Candidate> {
    let block_len = private_key.public_key().spec().modulus_len()?;
    let others = (layouts == Layouts::All).then(|| {
        let headers = Layout::after_headers(blob, block_len);
        Layout::others(blob, block_len).into_iter().chain(headers)
    });
    let mut best: Option<Candidate> = None;
    for layout in Layout::prescribed(blob, block_len)
        .into_iter()
        .chain(others.into_iter().flatten())
    {
        let Some(encoded) = rsa_block::open(&layout.block, private_key.as_rsa()?, rng) else {
            continue;
        };
        for decoded in padding::decode(&encoded) {
            let finding = prescription.follow(&decoded, &layout);
            // If the rest does not open, the bytes before the block are not a header.
            let finding = finding.filter(|found| found.is_conclusive() || !layout.has_header());
            if decoded.is_proof && finding.is_some() {
                return finding;
            }
            best = Candidate::farther(best, finding);
        }
    }
    best
}

impl Candidate {
    fn farther(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) if second.progress <= first.progress => Some(first),
            (first, second) => second.or(first),
        }
    }

    /// Returns whether the private key is the right one.
    pub(super) fn is_settled(&self) -> bool {
        self.progress >= Progress::HalfWay
    }

    /// Returns whether the blob opens up to the wrapped bytes.
    pub(super) fn is_conclusive(&self) -> bool {
        self.progress >= Progress::ToBytes
    }

    /// Returns the finding with the padding as its only evidence.
    fn with_padding_alone(self) -> Self {
        Self {
            progress: Progress::ToPadding,
            ..self
        }
    }

    pub(super) fn new(causes: Vec<Cause>, assessment: Assessment) -> Self {
        let progress = if assessment.is_good() {
            Progress::ToMaterial
        } else {
            Progress::ToBytes
        };
        Self {
            causes: causes.into_iter().chain(assessment.causes).collect(),
            progress,
        }
    }
}

impl ExpectedWrapping {
    /// Returns the documented way for these parameters.
    ///
    /// Returns `None` for algorithms without OAEP, for which byok issues no parameters.
    pub(super) fn new(algorithm: WrappingAlgorithm, expected: ExpectedMaterial) -> Option<Self> {
        Some(Self {
            algorithm,
            hash: algorithm.oaep_hash()?.into(),
            expected,
        })
    }

    /// Follows a message from the block as far as it leads.
    fn follow(self, decoded: &Decoded, layout: &Layout<'_>) -> Option<Candidate> {
        let aes_keys = aes_keys(&decoded.message);
        let opened = aes_keys
            .iter()
            .map(|aes_key| self.through_aes_key(aes_key, decoded, layout));
        if let Some(finding) = opened.fold(None, Candidate::farther) {
            return Some(finding);
        }
        let assessment = self.expected.assess(&decoded.message);
        let has_second_half = !aes_keys.is_empty() && layout.rest.len() >= 2 * SEMIBLOCK;
        // Raw material and an AES key look the same.
        let is_aes_key = self.algorithm.is_hybrid() && has_second_half;
        let is_material =
            assessment.evidence == Evidence::Structure || (assessment.is_good() && !is_aes_key);
        // Random bytes after 00 02 have a zero somewhere, so this counts only in the documented place.
        let is_bare_padding = decoded.padding == Padding::Pkcs1V15 && layout.is_prescribed();
        if !is_material && (self.algorithm.is_hybrid() || has_second_half) {
            let half_way = || self.half_way(aes_keys.first(), decoded, layout);
            if decoded.is_proof {
                return Some(half_way());
            }
            return is_bare_padding.then(|| half_way().with_padding_alone());
        }
        if !decoded.is_proof && assessment.evidence == Evidence::None && !is_bare_padding {
            return None;
        }
        let is_evident = decoded.is_proof || assessment.evidence != Evidence::None;
        let mut causes = layout.causes_of_one_part();
        causes.extend(
            self.algorithm
                .is_hybrid()
                .then_some(Cause::RsaesOaepForRsaAes(self.algorithm)),
        );
        causes.extend(decoded.padding.causes(self.hash));
        let finding = Candidate::new(causes, assessment);
        Some(if is_evident {
            finding
        } else {
            finding.with_padding_alone()
        })
    }

    /// Uses the message as an AES key, and opens the rest of the blob with it.
    fn through_aes_key(
        self,
        aes_key: &AesKey,
        decoded: &Decoded,
        layout: &Layout<'_>,
    ) -> Option<Candidate> {
        let aes = Aes::new(aes_key.bytes.expose())?;
        let header = length_header(layout.rest);
        let headers = [0].into_iter().chain(header);
        headers.into_iter().find_map(|header| {
            let rest = layout.rest.get(header..)?;
            let wrapped = key_wrap::open(&aes, rest).into_iter();
            let encrypted = block_mode::open(&aes, rest, self.expected)
                .into_iter()
                .map(Unwrapped::from);
            wrapped.chain(encrypted).find_map(|unwrapped| {
                let assessment = self.expected.assess(&unwrapped.bytes);
                if !unwrapped.is_proof && assessment.evidence != Evidence::Structure {
                    return None;
                }
                let after = unwrapped.after;
                let mut causes = self.causes_of_two_parts(Some(aes_key), decoded, layout, after);
                causes.extend((header > 0).then_some(Cause::SecondHalfHeader(header)));
                causes.extend(unwrapped.causes);
                Some(Candidate::new(causes, assessment))
            })
        })
    }

    /// The message is certain, and leads no farther.
    fn half_way(
        self,
        aes_key: Option<&AesKey>,
        decoded: &Decoded,
        layout: &Layout<'_>,
    ) -> Candidate {
        let mut causes = self.causes_of_two_parts(aes_key, decoded, layout, 0);
        let len = layout.rest.len();
        causes.push(match aes_key {
            None => Cause::NoAesKey(decoded.message.len()),
            Some(_) if len < 2 * SEMIBLOCK => Cause::SecondHalfMissing(len),
            Some(_) => Cause::SecondHalfDoesNotOpen(len),
        });
        Candidate {
            causes,
            progress: Progress::HalfWay,
        }
    }

    /// Returns the differences up to the AES key, where `after` bytes follow what it opens.
    fn causes_of_two_parts(
        self,
        aes_key: Option<&AesKey>,
        decoded: &Decoded,
        layout: &Layout<'_>,
        after: usize,
    ) -> Vec<Cause> {
        let mut causes = layout.causes_of_two_parts(after);
        causes.extend(
            (!self.algorithm.is_hybrid()).then_some(Cause::RsaAesForRsaesOaep(self.algorithm)),
        );
        causes.extend(decoded.padding.causes(self.hash));
        causes.extend(aes_key.into_iter().flat_map(AesKey::causes));
        causes
    }
}

/// Returns the size of a field at the beginning of `rest` that holds the length of the other bytes, in
/// either byte order.
fn length_header(rest: &[u8]) -> Option<usize> {
    [2, 4, 8].into_iter().find(|len| {
        let Some((header, following)) = rest.split_at_checked(*len) else {
            return false;
        };
        let push = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let big_endian = header.iter().fold(0, push);
        let little_endian = header.iter().rev().fold(0, push);
        let following = following.len() as u64;
        following > 0 && (big_endian == following || little_endian == following)
    })
}

/// An AES key, and its form in the block.
struct AesKey {
    bytes: SecretBytes,
    form: Option<AesKeyForm>,
}

impl AesKey {
    fn causes(&self) -> Vec<Cause> {
        let len = self.bytes.len();
        let form = self.form.map(Cause::AesKeyForm);
        form.into_iter()
            .chain((len != AES_256).then_some(Cause::AesKeyLength(len)))
            .collect()
    }
}

/// Returns the AES keys that a message can be.
fn aes_keys(message: &SecretBytes) -> Vec<AesKey> {
    let text = |format: MaterialFormat| {
        format.decode(message).map(|bytes| AesKey {
            bytes,
            form: Some(AesKeyForm::Text(format)),
        })
    };
    let lines = LineEnd::strip(message.expose()).map(|(bytes, line_end)| AesKey {
        bytes: SecretBytes::copy_of(bytes),
        form: Some(AesKeyForm::Line(line_end)),
    });
    let plain = AesKey {
        bytes: SecretBytes::copy_of(message.expose()),
        form: None,
    };
    let texts = [MaterialFormat::Hex, MaterialFormat::Base64]
        .into_iter()
        .filter_map(text);
    let all = core::iter::once(plain).chain(texts).chain(lines);
    all.filter(|key| matches!(key.bytes.len(), 16 | 24 | AES_256))
        .collect()
}

impl From<(BlockMode, SecretBytes)> for Unwrapped {
    fn from((mode, bytes): (BlockMode, SecretBytes)) -> Self {
        Self {
            causes: vec![Cause::BlockMode(mode)],
            bytes,
            is_proof: false,
            after: 0,
        }
    }
}
