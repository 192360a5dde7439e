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
//! 1. The import token: base64 or hex of a token, up to three layers.
//! 2. The blob itself: no bytes; a transfer file of Azure Key Vault, after which its ciphertext is
//!    used; a JSON document, after which the only wrapped key in it is used; an import token, a public key or certificate, a private key (as
//!    [`inspect`](crate::inspect) detects them); text in PEM, hex, base64 or UTF-16, or bytes that
//!    were converted to UTF-8, up to three layers, after which the decoded bytes are used; bytes that
//!    a text decoder replaced; a length that raw key material has.
//! 3. The private key, at each position where the RSA block can be: at the beginning; at the
//!    beginning with one zero byte missing or added; at the end; at the beginning, reversed; after a
//!    header of up to 64 bytes, with bytes after the block. One operation each, at most 21.
//! 4. On each decrypted block: RSAES-OAEP with seven hashes each for the label and MGF1, with and
//!    without a label; RSAES-PKCS1-v1_5; zero padding.
//! 5. On each message: an AES key of 128, 192 or 256 bits, as bytes, hex, base64 or with a line
//!    break, which opens the rest of the blob, with or without a length before it, by AES-KWP, by
//!    AES-KW, by either in pieces, by either with another initial value, by AES-GCM, AES-ECB or
//!    AES-CBC. Otherwise the message is the material itself.
//! 6. On the opened bytes: the result of [`KeyMaterial`](crate::key_material::KeyMaterial), and
//!    again without a byte order mark, UTF-16, hex, base64, a line break, a conversion to UTF-8 or of
//!    line breaks, or zero bytes, up to four layers.
//! 7. If the wrapped bytes did not open: the blob without the carriage return before each newline, or with one or
//!    two carriage returns that were removed. At most 33 operations.
//! 8. If no block opened: the block at the beginning, with the private keys of up to 64 other
//!    parameter sets of the store. Sets of the same KMS key come first, then the newest. One
//!    operation each.
//! 9. If that failed too: a blob that is shorter than a block.
//!
//! With an SM2 key, other trials replace 3 to 5: the ciphertext in DER, with bytes after it, with
//! integers that are not in DER, with C2 before C3; the point, C3 and C2 concatenated, or C2 and
//! C3, with or without the leading 04 of the point. One operation each. The hash in C3 proves the
//! result.
//!
//! A block that proves itself ends the search: by the hash of its empty label, or by eight zero
//! bytes instead. Two kinds of result count only together with what they lead to (a private key, a
//! key wrap that opens, or material of exactly the expected length): those that random blocks pass
//! too often, and those without a check of their own (another initial value, the modes of AES). The
//! search misreads a random block once in 2^25. There is one exception: the padding of PKCS #1 v1.5
//! in a block at the beginning is reported whatever the block contains, if nothing else explains the
//! blob. One random block in 2^17 has that padding.

mod azure;
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

pub use crate::mangling::Mangling;
pub use crate::wrapping::sm2pke::RawOrder;
pub use cause::{AesKeyForm, BlockMode, Cause, JsonKind, KeyWrap, OtherParameterSet, TextForm};
pub use hash::Hash;
pub use line_end::LineEnd;
pub use material_cause::MaterialCause;

use crate::{
    blob::Blob,
    compatibility::Rules,
    encoded_token::EncodedToken,
    import_parameters::ImportParameters,
    import_request::ImportRequest,
    import_token::{TokenContents, TokenOrigin},
    key_file::WrappedInJson,
    key_id::KeyArn,
    key_spec::KeySpec,
    key_store::{KeyStore, StoreError},
    mangling,
    secret::SecretBytes,
    verify::VerifyError,
    wrapping,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
    wrapping_public_key::WrappingPublicKey,
};
use document::RelatedFiles;
use material::ExpectedMaterial;
use opening::{Candidate, ExpectedWrapping, Layouts};

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

/// Returns whether a refusal can be explained: AWS KMS gives no reason for it, or one that does not
/// name the mistake.
pub const fn applies_to(error: &VerifyError) -> bool {
    matches!(
        error,
        VerifyError::Request(_)
            | VerifyError::InvalidImportToken
            | VerifyError::EncryptedLength { .. }
            | VerifyError::InvalidCiphertext
            | VerifyError::IncorrectKeyMaterial(_)
    )
}

/// Explains why `request` was refused with `error`. Returns `None` if the request has no blob, or no
/// token that `store` can open, or a fault without an explanation here.
///
/// `token_contents` are those of the request's token, if [`verify`](crate::verify::verify) decrypted
/// it. `rng` blinds the private-key operations.
///
/// # Errors
///
/// [`StoreError`] if the store does not answer.
pub fn explain(
    request: &ImportRequest,
    error: &VerifyError,
    token_contents: Option<&TokenContents>,
    store: &impl KeyStore,
    rng: &mut impl CryptoRng,
) -> Result<Option<Explanation>, StoreError> {
    let (Some(blob), Some(token)) = (&request.encrypted_key_material, &request.import_token) else {
        return Ok(None);
    };
    if matches!(error, VerifyError::Request(_)) {
        return Ok(blob.is_empty().then(Explanation::of_empty_blob));
    }
    match (EncodedToken::find(token), token_contents) {
        (Some(encoded), _) => explain_with_encoded_token(request, blob, &encoded, store, rng),
        (None, Some(opened)) if !matches!(error, VerifyError::InvalidImportToken) => {
            let explanation = Explanation::default();
            explain_with_token(explanation, blob, token, opened, store, rng).map(Some)
        }
        (None, _) => Ok(None),
    }
}

/// Explains a request whose token is text. Its token is opened here, because `verify` opens no text.
fn explain_with_encoded_token(
    request: &ImportRequest,
    blob: &Blob,
    encoded: &EncodedToken,
    store: &impl KeyStore,
    rng: &mut impl CryptoRng,
) -> Result<Option<Explanation>, StoreError> {
    let token = &encoded.token;
    // For any other token, do not ask the store for its secret: the store may have to create it.
    let contents = if token.origin() == TokenOrigin::Rehearsal {
        token.open(&store.root_secret()?).ok()
    } else {
        None
    };
    let Some(contents) = contents else {
        return Ok(explain_unopened(request, None));
    };
    let explanation = Explanation::of_token(Some(encoded));
    explain_with_token(explanation, blob, token.blob(), &contents, store, rng).map(Some)
}

/// Adds why `blob` was refused, with the private key in its `token`, which has these `contents`.
fn explain_with_token(
    mut explanation: Explanation,
    blob: &Blob,
    token: &Blob,
    contents: &TokenContents,
    store: &impl KeyStore,
    rng: &mut impl CryptoRng,
) -> Result<Explanation, StoreError> {
    let (key, expected) = (&contents.private_key, ExpectedMaterial::of(contents));
    let related = RelatedFiles {
        token: Some(token),
        public_key: Some(key.public_key()),
        expected: Some(expected),
    };
    let Some(blob) = explanation.look_at(blob, related) else {
        return Ok(explanation);
    };
    let found = explanation.open(&blob, key, contents.algorithm, expected, rng);
    if found.as_ref().is_none_or(|found| !found.is_settled()) {
        let spec = key.public_key().spec();
        let issued = parameter_sets::candidates(store, &contents.key_arn, token, spec, blob.len())?;
        let root_secret = store.root_secret()?;
        let tried = issued.iter().take(parameter_sets::MAX_TRIED);
        explanation.parameter_sets = tried.len();
        explanation.parameter_sets_left = issued.len() - tried.len();
        let other = tried
            .filter_map(|issued| issued.open(&root_secret))
            .find_map(|other| explain_by(&blob, &other, &contents.key_arn, rng));
        if let Some(causes) = other {
            explanation.causes.extend(causes);
            return Ok(explanation);
        }
    }
    explanation.conclude(found, &blob, spec_of(key));
    Ok(explanation)
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
    let expected = ExpectedMaterial { key_spec, rules };
    let related = RelatedFiles {
        token: None,
        public_key: Some(private_key.public_key()),
        expected: Some(expected),
    };
    let mut explanation = Explanation::default();
    if let Some(blob) = explanation.look_at(blob, related) {
        let found = explanation.open(&blob, private_key, algorithm, expected, rng);
        explanation.conclude(found, &blob, spec_of(private_key));
    }
    explanation
}

/// Explains a request that only AWS KMS can open. Returns what its bytes show, or `None`.
///
/// `parameters` are the import parameters of the request, if they are known.
pub fn explain_unopened(
    request: &ImportRequest,
    parameters: Option<&ImportParameters>,
) -> Option<Explanation> {
    let (blob, token) = (
        request.encrypted_key_material.as_ref()?,
        request.import_token.as_ref(),
    );
    let encoded = token.and_then(EncodedToken::find);
    let mut explanation = Explanation::of_token(encoded.as_ref());
    let public_key = parameters.map(|parameters| &parameters.public_key);
    let related = RelatedFiles {
        token: encoded
            .as_ref()
            .map(|encoded| encoded.token.blob())
            .or(token),
        public_key,
        expected: None,
    };
    if let Some(blob) = explanation.look_at(blob, related) {
        let shown = match public_key.map(WrappingPublicKey::spec) {
            None => None,
            Some(WrappingKeySpec::Sm2) => Some(sm2_cipher::unopened(blob.expose())),
            Some(spec) => too_short(&blob, spec)
                .or_else(|| converted(&blob, spec))
                .map(|cause| vec![cause]),
        };
        let is_container = explanation.is_container();
        explanation
            .causes
            .extend(shown.into_iter().flatten().filter(|_| !is_container));
    }
    explanation.if_any()
}

impl Explanation {
    fn of_empty_blob() -> Self {
        Self {
            causes: vec![Cause::EmptyBlob],
            ..Self::default()
        }
    }

    fn of_token(encoded: Option<&EncodedToken>) -> Self {
        let cause = |encoded: &EncodedToken| Cause::EncodedToken {
            format: encoded.format,
            times: encoded.times,
        };
        Self {
            causes: encoded.map(cause).into_iter().collect(),
            ..Self::default()
        }
    }

    fn if_any(self) -> Option<Self> {
        (!self.causes.is_empty()).then_some(self)
    }

    /// Examines the blob itself. Returns the bytes to open, without the text around them, or `None`
    /// if there is nothing to open.
    fn look_at(&mut self, blob: &Blob, related: RelatedFiles<'_>) -> Option<SecretBytes> {
        if blob.is_empty() {
            self.causes.push(Cause::EmptyBlob);
            return None;
        }
        // It may be a key that is not wrapped.
        let mut blob = SecretBytes::copy_of(blob.as_bytes());
        for _ in 0..=MAX_TEXT_DEPTH {
            if let Some(ciphertext) = azure::ciphertext(&blob) {
                self.causes.push(Cause::AzureTransferFile { opens: false });
                return (!ciphertext.is_empty()).then_some(ciphertext);
            }
            match related.recognise(&blob) {
                Some(Cause::JsonDocument(JsonKind::Other)) if in_json(&blob).is_some() => {}
                Some(cause) => {
                    self.causes.push(cause);
                    return None;
                }
                None => {}
            }
            if let Some(WrappedInJson {
                path,
                is_url_safe,
                blob: inner,
            }) = in_json(&blob)
            {
                self.causes.push(Cause::InJson { path, is_url_safe });
                blob = inner;
                continue;
            }
            if let Some((form, inner)) = text::decode(&blob) {
                match self.causes.last_mut() {
                    Some(Cause::Text { form: last, times }) if *last == form => *times += 1,
                    _ => self.causes.push(Cause::Text { form, times: 1 }),
                }
                blob = inner;
            } else if let Some((mangling, inner)) = mangling::from_utf8(blob.expose()) {
                self.causes.push(Cause::Mangled(mangling));
                blob = inner;
            } else {
                break;
            }
        }
        if let Some(mangling) = mangling::lost(blob.expose()) {
            self.causes.push(Cause::Mangled(mangling));
            return None;
        }
        let raw = related.has_raw_length(&blob);
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
        expected: ExpectedMaterial,
        rng: &mut impl CryptoRng,
    ) -> Option<Candidate> {
        self.under_sm2 = private_key.as_sm2().is_some();
        let mut search = |blob: &SecretBytes, layouts| {
            search(blob, private_key, algorithm, expected, layouts, rng)
        };
        let found = search(blob, Layouts::All);
        if found.as_ref().is_some_and(Candidate::is_conclusive) {
            return found;
        }
        let block = spec_of(private_key).modulus_len();
        let unconverted = unconverted(blob, block)
            .into_iter()
            .find_map(|(mangling, blob)| {
                let mut found =
                    search(&blob, Layouts::Prescribed).filter(Candidate::is_conclusive)?;
                found.causes.insert(0, Cause::Mangled(mangling));
                Some(found)
            });
        unconverted.or(found)
    }

    /// Adds the result of the search. If there is none, adds what the length shows.
    fn conclude(&mut self, found: Option<Candidate>, blob: &SecretBytes, spec: WrappingKeySpec) {
        let is_container = self.is_container();
        match found {
            Some(found) => {
                if let Some(Cause::AzureTransferFile { opens }) = self.causes.last_mut() {
                    *opens = true;
                }
                self.causes.extend(found.causes);
            }
            None if is_container => {}
            None => self.causes.extend(too_short(blob, spec)),
        }
    }

    /// Returns whether the bytes to open came out of a transfer file.
    fn is_container(&self) -> bool {
        matches!(self.causes.last(), Some(Cause::AzureTransferFile { .. }))
    }
}

/// Returns the blob in a JSON document that is none of the documents of an import.
fn in_json(blob: &SecretBytes) -> Option<WrappedInJson> {
    WrappedInJson::any(blob.expose())
}

fn spec_of(private_key: &WrappingPrivateKey) -> WrappingKeySpec {
    private_key.public_key().spec()
}

/// Returns the blob before a program converted its line breaks, in every possible way.
fn unconverted(blob: &SecretBytes, block: Option<usize>) -> Vec<(Mangling, SecretBytes)> {
    let bytes = blob.expose();
    let added = mangling::without_added_returns(bytes);
    let missing = match block {
        Some(block) if bytes.len() < block => block - bytes.len(),
        // Whole semiblocks follow the block.
        Some(block) => (bytes.len() - block).next_multiple_of(8) - (bytes.len() - block),
        None => 1,
    };
    let lost = mangling::with_lost_returns(bytes, missing);
    let added = added.map(|blob| (Mangling::NewlinesToCrLf, blob));
    let lost = lost
        .into_iter()
        .map(|blob| (Mangling::CrLfToNewlines, blob));
    added.into_iter().chain(lost).collect()
}

/// Returns the cause if the blob has a length that is impossible under a wrapping key of `spec`, and a
/// possible one without the carriage return before each of its newlines.
fn converted(blob: &SecretBytes, spec: WrappingKeySpec) -> Option<Cause> {
    let is_possible = |len| {
        WrappingAlgorithm::ALL
            .iter()
            .any(|algorithm| wrapping::is_possible_length(len, *algorithm, spec))
    };
    let original = mangling::without_added_returns(blob.expose())?;
    (!is_possible(blob.len()) && is_possible(original.len()))
        .then_some(Cause::Mangled(Mangling::NewlinesToCrLf))
}

/// Opens the blob with one key, in the documented way and in those of `layouts`.
fn search(
    blob: &SecretBytes,
    private_key: &WrappingPrivateKey,
    algorithm: WrappingAlgorithm,
    expected: ExpectedMaterial,
    layouts: Layouts,
    rng: &mut impl CryptoRng,
) -> Option<Candidate> {
    if let Some(key) = private_key.as_sm2() {
        return sm2_cipher::search(blob.expose(), key, expected);
    }
    let prescription = ExpectedWrapping::new(algorithm, expected)?;
    opening::search(blob.expose(), private_key, prescription, layouts, rng)
}

/// Opens the blob with the key of other parameters, in the way that they prescribe.
fn explain_by(
    blob: &SecretBytes,
    other: &TokenContents,
    key_arn: &KeyArn,
    rng: &mut impl CryptoRng,
) -> Option<Vec<Cause>> {
    let (key, expected) = (&other.private_key, ExpectedMaterial::of(other));
    let found = search(
        blob,
        key,
        other.algorithm,
        expected,
        Layouts::Prescribed,
        rng,
    );
    let causes = found.filter(Candidate::is_settled)?.causes;
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
