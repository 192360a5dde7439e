//! `explain`: why a blob, or what it holds, is not what was asked for.
//!
//! AWS KMS answers `InvalidCiphertextException` and not a word more. Whoever holds the wrapping
//! private key can do better: open the blob in every way in which people are known to make it, and
//! say what differs from the prescribed one. Nothing is guessed: a cause is told if the blob opens in
//! that way, or if its bytes show it.
//!
//! The trials, in this order, each bounded:
//!
//! 1. The blob itself: a JSON document, an import token, a public key or certificate, a private key
//!    (as [`inspect`](crate::inspect) tells them); text in PEM, hex, base64 or UTF-16, three deep, and
//!    what it stands for from here on; as many bytes as raw key material has.
//! 2. The private key, on each place where the RSA block can be: in front; in front, a zero byte
//!    short, or a zero byte longer; at the end; in front, reversed. One operation each.
//! 3. On each decrypted block: RSAES-OAEP with seven hashes for label and MGF1 each, without a label
//!    and with one; RSAES-PKCS1-v1_5; zeros for padding.
//! 4. On each message: it is an AES key of 128, 192 or 256 bits, as bytes, hex, base64 or with a line
//!    end, and what stands beside the block opens under it by AES-KWP, by AES-KW, by either piece
//!    after piece, by either with another initial value, by AES-GCM, AES-ECB or AES-CBC. Else it is
//!    the material itself.
//! 5. On what was opened: what [`KeyMaterial`](crate::key_material::KeyMaterial) says of it, and again
//!    without a byte order mark, UTF-16, hex, base64, a line end, zeros, four deep.
//! 6. If no block opened: the block in front, with the private keys of at most 64 other parameter sets
//!    of the store, those of the same KMS key first and the newest first, one operation each.
//! 7. If that did not either: whether the blob is shorter than a block.
//!
//! With an SM2 key, 2 to 4 are instead: the ciphertext in DER, with bytes after it, with integers that
//! DER writes otherwise, with C2 before C3; the point, C3 and C2 one after the other or C2 and C3, the
//! point with its leading 04 or without. One operation each, and the hash in C3 proves it.
//!
//! A block that proves itself, by the hash of its empty label or by eight zero bytes in their place,
//! ends the search. What random blocks pass too often (one in 2^17 has the padding of PKCS #1 v1.5)
//! and what has no check of its own (another initial value, the modes of AES) counts only together
//! with what it leads to: a private key, a key wrap that opens, or material of exactly the length
//! that is wanted. A random block is mistaken for a mistake once in 2^25.

mod block_mode;
mod cause;
mod cipher;
mod document;
mod hash;
mod key_wrap;
mod layout;
mod line_end;
mod material;
mod material_cause;
mod opening;
mod padding;
mod parameter_sets;
mod sm2_cipher;
mod text;

use rand_core::CryptoRng;

pub use crate::wrapping::sm2pke::RawOrder;
pub use cause::{AesKeyForm, BlockMode, Cause, JsonKind, KeyWrap, OtherParameterSet, TextForm};
pub use hash::Hash;
pub use line_end::LineEnd;
pub use material_cause::MaterialCause;

use crate::{
    blob::Blob,
    compatibility::Rules,
    import_parameters::ImportParameters,
    import_request::ImportRequest,
    import_token::{ImportToken, TokenContents, TokenOrigin},
    key_id::KeyArn,
    key_spec::KeySpec,
    key_store::{KeyStore, StoreError},
    secret::SecretBytes,
    verify::VerifyError,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
};
use document::Beside;
use material::Wanted;
use opening::{Layouts, Prescription};

/// How many layers of text around the blob are taken off.
const MAX_TEXT_DEPTH: usize = 3;

/// What was found out about a blob.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What is wrong with it, outermost first. Nothing, if nothing that is known explains it.
    pub causes: Vec<Cause>,
    /// How many other parameter sets were tried on it.
    pub parameter_sets: usize,
    /// How many more there are that were not.
    pub parameter_sets_left: usize,
    /// Whether the wrapping key is SM2, so that other ways were tried than with RSA.
    pub under_sm2: bool,
}

/// Whether there is something to explain about a refusal: AWS KMS names no reason for it.
pub const fn applies_to(error: &VerifyError) -> bool {
    matches!(
        error,
        VerifyError::EncryptedLength { .. }
            | VerifyError::InvalidCiphertext
            | VerifyError::IncorrectKeyMaterial(_)
    )
}

/// Explains why the blob of `request` was refused; `None` if the request has no blob, or no token that
/// `store` can open.
///
/// `rng` blinds the operations with private keys.
///
/// # Errors
///
/// [`StoreError`] if the store does not answer.
pub fn explain(
    request: &ImportRequest,
    store: &impl KeyStore,
    rng: &mut impl CryptoRng,
) -> Result<Option<Explanation>, StoreError> {
    let (Some(blob), Some(token)) = (&request.encrypted_key_material, &request.import_token) else {
        return Ok(None);
    };
    // No other token is worth asking the store for its secret, which it may have to make.
    let of_a_rehearsal = |token: &ImportToken| token.origin() == TokenOrigin::Rehearsal;
    let sealed = ImportToken::new(token.clone()).filter(of_a_rehearsal);
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let root_secret = store.root_secret()?;
    let Ok(contents) = sealed.open(&root_secret) else {
        return Ok(None);
    };
    let (key, wanted) = (&contents.private_key, Wanted::of(&contents));
    let beside = Beside {
        token: Some(token),
        public_key: key.public_key(),
        wanted: Some(wanted),
    };
    let mut explanation = Explanation::default();
    let Some(blob) = explanation.look_at(blob, beside) else {
        return Ok(Some(explanation));
    };
    if explanation
        .open(&blob, key, contents.algorithm, wanted, rng)
        .is_none()
    {
        let spec = key.public_key().spec();
        let issued = parameter_sets::candidates(store, &contents.key_arn, token, spec, blob.len())?;
        let tried = issued.iter().take(parameter_sets::MAX_TRIED);
        explanation.parameter_sets = tried.len();
        explanation.parameter_sets_left = issued.len() - tried.len();
        let found = tried
            .filter_map(|issued| issued.open(&root_secret))
            .find_map(|other| explain_by(&blob, &other, &contents.key_arn, rng));
        explanation
            .causes
            .extend(found.unwrap_or_else(|| too_short(&blob, spec).into_iter().collect()));
    }
    Ok(Some(explanation))
}

/// Explains why `blob` was refused, with the wrapping private key at hand and no token.
///
/// `rng` blinds the operations with the key.
pub fn explain_with_private_key(
    blob: &Blob,
    private_key: &WrappingPrivateKey,
    algorithm: WrappingAlgorithm,
    key_spec: KeySpec,
    rules: Rules,
    rng: &mut impl CryptoRng,
) -> Explanation {
    let wanted = Wanted { key_spec, rules };
    let beside = Beside {
        token: None,
        public_key: private_key.public_key(),
        wanted: Some(wanted),
    };
    let mut explanation = Explanation::default();
    if let Some(blob) = explanation.look_at(blob, beside)
        && explanation
            .open(&blob, private_key, algorithm, wanted, rng)
            .is_none()
    {
        explanation
            .causes
            .extend(too_short(&blob, private_key.public_key().spec()));
    }
    explanation
}

/// Says what a blob is that nobody here can open: only what its bytes show, `None` if that is nothing.
pub fn explain_unopened(blob: &Blob, parameters: &ImportParameters) -> Option<Explanation> {
    let (token, public_key) = (Some(parameters.import_token.blob()), &parameters.public_key);
    let mut explanation = Explanation::default();
    if let Some(blob) = explanation.look_at(
        blob,
        Beside {
            token,
            public_key,
            wanted: None,
        },
    ) {
        explanation.causes.extend(match public_key.spec() {
            WrappingKeySpec::Sm2 => sm2_cipher::unopened(blob.expose()),
            spec => too_short(&blob, spec).into_iter().collect(),
        });
    }
    (!explanation.causes.is_empty()).then_some(explanation)
}

impl Explanation {
    /// Looks at the blob itself. Returns what is to be opened, once the text around it is gone; `None`
    /// if it is clear that there is nothing to open.
    fn look_at(&mut self, blob: &Blob, beside: Beside<'_>) -> Option<SecretBytes> {
        // It may be a key that nothing wraps.
        let mut blob = SecretBytes::copy_of(blob.as_bytes());
        for _ in 0..=MAX_TEXT_DEPTH {
            if let Some(cause) = beside.recognise(&blob) {
                self.causes.push(cause);
                return None;
            }
            let Some((form, inner)) = text::decode(&blob) else {
                break;
            };
            match self.causes.last_mut() {
                Some(Cause::Text { form: last, times }) if *last == form => *times += 1,
                _ => self.causes.push(Cause::Text { form, times: 1 }),
            }
            blob = inner;
        }
        let raw = beside.has_raw_length(&blob);
        let is_raw = raw.is_some();
        self.causes.extend(raw);
        (!is_raw).then_some(blob)
    }

    /// Opens the blob with the key that it should open with; `None` if it does not in any way.
    fn open(
        &mut self,
        blob: &SecretBytes,
        private_key: &WrappingPrivateKey,
        algorithm: WrappingAlgorithm,
        wanted: Wanted,
        rng: &mut impl CryptoRng,
    ) -> Option<()> {
        self.under_sm2 = private_key.as_sm2().is_some();
        self.causes.extend(search(
            blob,
            private_key,
            algorithm,
            wanted,
            Layouts::All,
            rng,
        )?);
        Some(())
    }
}

/// Opens the blob with one key, in the prescribed way and in those that `layouts` says.
fn search(
    blob: &SecretBytes,
    private_key: &WrappingPrivateKey,
    algorithm: WrappingAlgorithm,
    wanted: Wanted,
    layouts: Layouts,
    rng: &mut impl CryptoRng,
) -> Option<Vec<Cause>> {
    if let Some(key) = private_key.as_sm2() {
        return sm2_cipher::search(blob.expose(), key, wanted);
    }
    let prescription = Prescription::new(algorithm, wanted)?;
    opening::search(blob.expose(), private_key, prescription, layouts, rng)
}

/// Opens the blob with the key of other parameters, as those prescribe.
fn explain_by(
    blob: &SecretBytes,
    other: &TokenContents,
    key_arn: &KeyArn,
    rng: &mut impl CryptoRng,
) -> Option<Vec<Cause>> {
    let (key, wanted) = (&other.private_key, Wanted::of(other));
    let causes = search(blob, key, other.algorithm, wanted, Layouts::Prescribed, rng)?;
    let set = OtherParameterSet {
        key_arn: other.key_arn.clone(),
        is_same_key: other.key_arn == *key_arn,
        issued_at: other.issued_at,
        algorithm: other.algorithm,
        wrapping_key_spec: other.private_key.public_key().spec(),
    };
    Some(
        [Cause::OtherParameterSet(Box::new(set))]
            .into_iter()
            .chain(causes)
            .collect(),
    )
}

fn too_short(blob: &SecretBytes, spec: WrappingKeySpec) -> Option<Cause> {
    let (len, block) = (blob.len(), spec.modulus_len()?);
    (len < block).then_some(Cause::Truncated { len, block })
}
