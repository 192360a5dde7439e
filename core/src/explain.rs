//! `explain`: finds out why a blob does not open, or why its contents are not what the import
//! needs.
//!
//! AWS KMS answers `InvalidCiphertextException` and gives no reason. The holder of the wrapping
//! private key can open the blob in every way in which people are known to make it, and see what
//! differs from the documented way. Nothing is guessed: a cause is reported only if the blob opens
//! in that way, or if its bytes show the cause.
//!
//! The trials, in order, each bounded:
//!
//! 1. The blob itself: a JSON document, an import token, a public key or certificate, a private key
//!    (as [`inspect`](crate::inspect) detects them); text in PEM, hex, base64 or UTF-16, up to
//!    three layers, after which the decoded bytes are used; a length that raw key material has.
//! 2. The private key, at each position where the RSA block can be: at the beginning; at the
//!    beginning with one zero byte missing or added; at the end; at the beginning, reversed. One
//!    operation each.
//! 3. On each decrypted block: RSAES-OAEP with seven hashes each for the label and MGF1, with and
//!    without a label; RSAES-PKCS1-v1_5; zero padding.
//! 4. On each message: an AES key of 128, 192 or 256 bits, as bytes, hex, base64 or with a line
//!    break, which opens the rest of the blob by AES-KWP, by AES-KW, by either in pieces, by either
//!    with another initial value, by AES-GCM, AES-ECB or AES-CBC. Otherwise the message is the
//!    material itself.
//! 5. On the opened bytes: the result of [`KeyMaterial`](crate::key_material::KeyMaterial), and
//!    again without a byte order mark, UTF-16, hex, base64, a line break or zero bytes, up to four
//!    layers.
//! 6. If no block opened: the block at the beginning, with the private keys of up to 64 other
//!    parameter sets of the store. Sets of the same KMS key come first, then the newest. One
//!    operation each.
//! 7. If that failed too: a blob that is shorter than a block.
//!
//! With an SM2 key, other trials replace 2 to 4: the ciphertext in DER, with bytes after it, with
//! integers that are not in DER, with C2 before C3; the point, C3 and C2 concatenated, or C2 and
//! C3, with or without the leading 04 of the point. One operation each. The hash in C3 proves the
//! result.
//!
//! A block that proves itself ends the search: by the hash of its empty label, or by eight zero
//! bytes instead. Two kinds of result count only together with what they lead to (a private key, a
//! key wrap that opens, or material of exactly the expected length): those that random blocks pass
//! too often (one in 2^17 has the padding of PKCS #1 v1.5), and those without a check of their own
//! (another initial value, the modes of AES). The search misreads a random block once in 2^25.

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

/// The maximum number of text layers around a blob.
const MAX_TEXT_DEPTH: usize = 3;

/// The result of the search for causes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The causes, outermost first. Empty if no cause was found.
    pub causes: Vec<Cause>,
    /// The number of other parameter sets that were tried.
    pub parameter_sets: usize,
    /// The number of other parameter sets that were not tried.
    pub parameter_sets_left: usize,
    /// True if the wrapping key is SM2, which has other trials than RSA.
    pub under_sm2: bool,
}

/// Returns whether a refusal can be explained: AWS KMS gives no reason for it.
pub const fn applies_to(error: &VerifyError) -> bool {
    matches!(
        error,
        VerifyError::EncryptedLength { .. }
            | VerifyError::InvalidCiphertext
            | VerifyError::IncorrectKeyMaterial(_)
    )
}

/// Explains why the blob of `request` was refused. Returns `None` if the request has no blob, or no
/// token that `store` can open.
///
/// `rng` blinds the private-key operations.
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
    // For any other token, do not ask the store for its secret: the store may have to create it.
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

/// Explains why `blob` was refused, with the wrapping private key and without a token.
///
/// `rng` blinds the private-key operations.
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

/// Says what a blob is that only AWS KMS can open. Returns what its bytes show, or `None`.
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
    /// Examines the blob itself. Returns the bytes to open, without the text around them, or `None`
    /// if there is nothing to open.
    fn look_at(&mut self, blob: &Blob, beside: Beside<'_>) -> Option<SecretBytes> {
        // It may be a key that is not wrapped.
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

    /// Opens the blob with its own key. Returns `None` if that fails in every way.
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

/// Opens the blob with one key, in the documented way and in those of `layouts`.
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

/// Opens the blob with the key of other parameters, in the way that they prescribe.
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
