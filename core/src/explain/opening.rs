//! The search for a way in which a blob opens, and for its differences from the documented way.

use rand_core::CryptoRng;

use super::{
    AesKeyForm, BlockMode, Cause, Hash, LineEnd, block_mode,
    cipher::Aes,
    key_wrap::{self, SEMIBLOCK, Unwrapped},
    layout::Layout,
    material::{Evidence, Judgement, Wanted},
    padding::{self, Decoded},
};
use crate::{
    key_file::MaterialFormat, secret::SecretBytes, wrapping::rsa_block,
    wrapping_algorithm::WrappingAlgorithm, wrapping_private_key::WrappingPrivateKey,
};

/// The length of an AES-256 key, in bytes.
const AES_256: usize = 32;

/// The documented way to open a blob.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prescription {
    algorithm: WrappingAlgorithm,
    hash: Hash,
    wanted: Wanted,
}

/// A way in which a blob opens: its differences, outermost first.
struct Finding {
    causes: Vec<Cause>,
    progress: Progress,
}

/// How far a blob opens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// Up to the AES key, or to what is in its place.
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
    prescription: Prescription,
    layouts: Layouts,
    rng: &mut impl CryptoRng,
) -> Option<Vec<Cause>> {
    let block_len = private_key.public_key().spec().modulus_len()?;
    let others = if layouts == Layouts::All {
        Layout::others(blob, block_len)
    } else {
        Vec::new()
    };
    let mut best: Option<Finding> = None;
    for layout in Layout::prescribed(blob, block_len)
        .into_iter()
        .chain(others)
    {
        let Some(encoded) = rsa_block::open(&layout.block, private_key.as_rsa()?, rng) else {
            continue;
        };
        for decoded in padding::decode(&encoded) {
            let finding = prescription.follow(&decoded, &layout);
            if decoded.is_proof && finding.is_some() {
                return finding.map(|finding| finding.causes);
            }
            best = Finding::farther(best, finding);
        }
    }
    best.map(|best| best.causes)
}

impl Finding {
    fn farther(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) if second.progress <= first.progress => Some(first),
            (first, second) => second.or(first),
        }
    }

    fn new(causes: Vec<Cause>, judgement: Judgement) -> Self {
        let progress = if judgement.is_good() {
            Progress::ToMaterial
        } else {
            Progress::ToBytes
        };
        Self {
            causes: causes.into_iter().chain(judgement.causes).collect(),
            progress,
        }
    }
}

impl Prescription {
    /// Returns the documented way for these parameters.
    ///
    /// Returns `None` for algorithms without OAEP, for which byok issues no parameters.
    pub(super) fn new(algorithm: WrappingAlgorithm, wanted: Wanted) -> Option<Self> {
        Some(Self {
            algorithm,
            hash: algorithm.oaep_hash()?.into(),
            wanted,
        })
    }

    /// Follows a message from the block as far as it leads.
    fn follow(self, decoded: &Decoded, layout: &Layout<'_>) -> Option<Finding> {
        let aes_keys = aes_keys(&decoded.message);
        let opened = aes_keys
            .iter()
            .map(|aes_key| self.through_aes_key(aes_key, decoded, layout));
        if let Some(finding) = opened.fold(None, Finding::farther) {
            return Some(finding);
        }
        let judgement = self.wanted.judge(&decoded.message);
        let has_second_half = !aes_keys.is_empty() && layout.rest.len() >= 2 * SEMIBLOCK;
        // Raw material and an AES key look the same.
        let is_aes_key = self.algorithm.is_hybrid() && has_second_half;
        let is_material =
            judgement.evidence == Evidence::Structure || (judgement.is_good() && !is_aes_key);
        if !is_material && (self.algorithm.is_hybrid() || has_second_half) {
            return decoded
                .is_proof
                .then(|| self.half_way(aes_keys.first(), decoded, layout));
        }
        if !decoded.is_proof && judgement.evidence == Evidence::None {
            return None;
        }
        let mut causes = layout.causes_of_one_part();
        causes.extend(
            self.algorithm
                .is_hybrid()
                .then_some(Cause::RsaesOaepForRsaAes(self.algorithm)),
        );
        causes.extend(decoded.padding.causes(self.hash));
        Some(Finding::new(causes, judgement))
    }

    /// Uses the message as an AES key, and opens the rest of the blob with it.
    fn through_aes_key(
        self,
        aes_key: &AesKey,
        decoded: &Decoded,
        layout: &Layout<'_>,
    ) -> Option<Finding> {
        let aes = Aes::new(aes_key.bytes.expose())?;
        let wrapped = key_wrap::open(&aes, layout.rest).into_iter();
        let encrypted = block_mode::open(&aes, layout.rest, self.wanted)
            .into_iter()
            .map(Unwrapped::from);
        wrapped.chain(encrypted).find_map(
            |Unwrapped {
                 causes,
                 bytes,
                 is_proof,
                 after,
             }| {
                let judgement = self.wanted.judge(&bytes);
                if !is_proof && judgement.evidence != Evidence::Structure {
                    return None;
                }
                let causes = self
                    .causes_of_two_parts(Some(aes_key), decoded, layout, after)
                    .into_iter()
                    .chain(causes);
                Some(Finding::new(causes.collect(), judgement))
            },
        )
    }

    /// The message is certain, and leads no farther.
    fn half_way(self, aes_key: Option<&AesKey>, decoded: &Decoded, layout: &Layout<'_>) -> Finding {
        let mut causes = self.causes_of_two_parts(aes_key, decoded, layout, 0);
        let len = layout.rest.len();
        causes.push(match aes_key {
            None => Cause::NoAesKey(decoded.message.len()),
            Some(_) if len < 2 * SEMIBLOCK => Cause::SecondHalfMissing(len),
            Some(_) => Cause::SecondHalfDoesNotOpen(len),
        });
        Finding {
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
