//! `verify`: the answer of `ImportKeyMaterial`.
//!
//! AWS documents no order of its checks. Here the order is fixed: parameters, key, state, token,
//! expiry, length, decryption, material, and the association of the material with the key. That one
//! is last, because AWS's refusal contains the identifier of the material. The first failed check
//! ends the verification.

use core::{error, fmt};

use rand_core::CryptoRng;

use crate::{
    blob::Blob,
    compatibility::Rules,
    encoded_token::EncodedToken,
    exception::{Exception, Refusal},
    import_parameters::ImportParameters,
    import_request::{ImportRequest, RequestError},
    import_token::{ImportToken, RootSecret, TokenContents, TokenFacts, TokenOrigin},
    key_file::{FormatNote, SourceFormat},
    key_id::{KeyArn, KeyIdError, Place},
    key_material::{KeyMaterial, KeyMaterialError, Reading},
    key_material_id::KeyMaterialId,
    key_metadata::KeyMetadata,
    key_spec::KeySpec,
    key_state::{KeyStateError, Operation, check_state},
    key_store::{KeyStore, MissingKey, StoreError},
    params::not_found,
    rehearsed_key::{Association, AssociationError, RehearsedKey},
    timestamp::Timestamp,
    words::words,
    wrap::invalid_encrypted_key_size,
    wrapping::{self, Sm2Form, UnwrapFailure},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
};

words! {
    /// One check of `ImportKeyMaterial`, in the order of execution.
    pub enum Check {
        /// The request keeps the constraints of the API and the rules of `ValidTo`.
        Parameters = "Parameters",
        /// The KMS key exists.
        KeyId = "KeyId",
        /// Its origin and its state permit the import.
        KeyState = "KeyState",
        /// The token is authentic and belongs to this key.
        ImportToken = "ImportToken",
        /// The token has not expired.
        ParametersValidTo = "ParametersValidTo",
        /// The wrapped material has a length that its algorithm produces.
        EncryptedKeyMaterialSize = "EncryptedKeyMaterialSize",
        /// It unwraps.
        Decryption = "Decryption",
        /// It contains key material for a KMS key of this key spec.
        KeyMaterial = "KeyMaterial",
        /// This KMS key accepts the material: its first, the same again, or a new one.
        KeyMaterialId = "KeyMaterialId",
    }
}

words! {
    /// The result of a check.
    pub enum CheckResult {
        /// Passed.
        Passed = "passed",
        /// Failed.
        Failed = "failed",
        /// Not checked: an earlier check failed, or only AWS KMS can make it.
        NotChecked = "not checked",
    }
}

/// The result of a verification.
#[derive(Debug)]
pub struct Verification {
    /// Every check of [`Check::ALL`], in order.
    pub checks: Vec<(Check, CheckResult)>,
    /// The facts in the token, if it is authentic.
    pub token: Option<TokenFacts>,
    /// The contents of the token, if the request was refused after the token was opened: for
    /// [`explain`](crate::explain::explain).
    pub opened: Option<Box<TokenContents>>,
    /// The verdict.
    pub verdict: Verdict,
}

/// The answer of AWS KMS.
#[derive(Debug)]
pub enum Verdict {
    /// It would import the material.
    Accepted(Accepted),
    /// It would refuse.
    Refused(VerifyError),
    /// Only AWS KMS can tell: the token is not a rehearsal's.
    Undecided {
        /// Whose it is: AWS KMS's, or unknown.
        origin: TokenOrigin,
    },
    /// Only AWS KMS can tell: nothing shows that it takes such material ([`KeyMaterial::is_unproven`]).
    /// Nothing is recorded.
    UndecidedMaterial(Accepted),
}

impl Verdict {
    /// Returns the contents of the request, if it was opened and nothing in it would be refused.
    pub fn opened(&self) -> Option<&Accepted> {
        match self {
            Self::Accepted(accepted) | Self::UndecidedMaterial(accepted) => Some(accepted),
            Self::Refused(_) | Self::Undecided { .. } => None,
        }
    }
}

/// The algorithms and wrapping keys that a length of wrapped material must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthRule {
    /// The algorithm that the parameters were requested with.
    Algorithm(WrappingAlgorithm),
    /// Every algorithm under the wrapping key of the parameters.
    WrappingKey(WrappingKeySpec),
    /// Every algorithm under every wrapping key of the Region.
    AnyWrappingKey,
}

/// The reasons why a check was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChecked {
    /// An earlier check failed.
    After(Check),
    /// There is no request, only wrapped material and its private key.
    NoRequest,
    /// Only AWS KMS knows the KMS key and its materials.
    KeyOfAws,
    /// The import token has a form of AWS's tokens, and only AWS KMS can open it.
    TokenOfAws,
    /// The import token has an unknown form.
    TokenUnknown,
    /// Only AWS KMS can open the wrapped material.
    MaterialOfAws,
    /// No given file says when the import parameters expire.
    NoEnd,
    /// It is unknown whether AWS KMS accepts such key material.
    UnprovenMaterial,
}

impl fmt::Display for NotChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::After(check) => return write!(f, "{check} failed"),
            Self::NoRequest => "no request was given",
            Self::KeyOfAws => "only AWS KMS knows the KMS key",
            Self::TokenOfAws => "the import token is from AWS KMS; only AWS KMS can open it",
            Self::TokenUnknown => "only AWS KMS can tell whether it issued the import token",
            Self::MaterialOfAws => "only AWS KMS can open the wrapped key material",
            Self::UnprovenMaterial => "it is unknown whether AWS KMS accepts such key material",
            Self::NoEnd => "no given file says when the import parameters expire",
        })
    }
}

/// The contents of the request, and the wrapping.
#[derive(Debug)]
pub struct Accepted {
    /// The KMS key, if the request named one.
    pub key_arn: Option<KeyArn>,
    /// The material. It stays here; its public facts may leave.
    pub material: KeyMaterial,
    /// The relation of the material to the KMS key, if the request named one.
    pub association: Option<(KeyMaterialId, Association)>,
    /// The form in which it was wrapped.
    pub source_format: SourceFormat,
    /// Notes on what is accepted here and has no recorded answer of AWS KMS.
    pub remarks: Vec<FormatNote>,
}

impl Accepted {
    fn new(key_arn: Option<KeyArn>, reading: Reading) -> Self {
        let Reading {
            material,
            source_format,
            remarks,
        } = reading;
        Self {
            key_arn,
            material,
            association: None,
            source_format,
            remarks,
        }
    }

    /// Returns the `KeyMaterialId` of AWS's response. Only symmetric encryption keys have one.
    pub fn key_material_id(&self) -> Option<&KeyMaterialId> {
        let is_symmetric = self.material.key_spec() == KeySpec::SymmetricDefault;
        self.association
            .as_ref()
            .filter(|_| is_symmetric)
            .map(|(id, _)| id)
    }
}

/// The reasons why AWS KMS would refuse.
#[derive(Debug)]
pub enum VerifyError {
    /// The request violates constraints of the API, or its options contradict each other.
    Request(RequestError),
    /// The request's `KeyId` does not name a key.
    KeyId(KeyIdError),
    /// The key does not exist.
    NotFound(MissingKey),
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// The token is damaged, or belongs to another store or another key.
    InvalidImportToken,
    /// The token has expired.
    ExpiredImportToken {
        /// The expiry.
        valid_to: Timestamp,
        /// The time of the check.
        now: Timestamp,
    },
    /// The wrapped material has a length that its algorithm never produces; in bytes.
    EncryptedLength {
        /// The length found.
        len: usize,
        /// The algorithms that never produce it.
        rule: LengthRule,
    },
    /// The wrapped material does not open.
    InvalidCiphertext,
    /// It opens, and the material does not fit this key spec.
    IncorrectKeyMaterial(KeyMaterialError),
    /// It contains material that this key refuses.
    Association(AssociationError),
}

impl VerifyError {
    /// Returns AWS's answer.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Request(error) => error.refusal(),
            Self::KeyId(error) => error.refusal(),
            Self::NotFound(missing) => not_found(&missing.arn),
            Self::KeyState(error) => error.refusal(),
            Self::InvalidImportToken => Refusal::without_text(Exception::InvalidImportToken),
            Self::ExpiredImportToken { .. } => Refusal::without_text(Exception::ExpiredImportToken),
            Self::EncryptedLength { .. } => invalid_encrypted_key_size(),
            Self::InvalidCiphertext => Refusal::without_text(Exception::InvalidCiphertext),
            Self::IncorrectKeyMaterial(_) => Refusal::without_text(Exception::IncorrectKeyMaterial),
            Self::Association(error) => error.refusal(),
        }
    }

    /// Returns the failed check.
    pub const fn check(&self) -> Check {
        match self {
            Self::Request(_) => Check::Parameters,
            Self::KeyId(_) | Self::NotFound(_) => Check::KeyId,
            Self::KeyState(_) => Check::KeyState,
            Self::InvalidImportToken => Check::ImportToken,
            Self::ExpiredImportToken { .. } => Check::ParametersValidTo,
            Self::EncryptedLength { .. } => Check::EncryptedKeyMaterialSize,
            Self::InvalidCiphertext => Check::Decryption,
            Self::IncorrectKeyMaterial(_) => Check::KeyMaterial,
            Self::Association(_) => Check::KeyMaterialId,
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for VerifyError {}

/// The effect of a successful import on the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// The store stays unchanged.
    Nothing,
    /// The key in the store records the material, by its identifier only.
    Import,
}

/// Returns the answer of `ImportKeyMaterial` to `request`.
///
/// `place` completes a key ID without an ARN. `now` decides about expiry. `rng` blinds the
/// private-key operation. With [`Recording::Import`], a yes is recorded atomically with the checks,
/// so two simultaneous imports cannot both be the first.
///
/// # Errors
///
/// [`StoreError`] if the store does not answer. A refusal of AWS KMS is a verdict, not an error.
///
/// # Source
///
/// AWS KMS API Reference, `ImportKeyMaterial`.
///
/// # Examples
///
/// A request for an AES-256 key, from the parameters to the verdict:
///
/// ```
/// use byok_core::{
///     compatibility::Rules,
///     generate::generate,
///     import_request::ImportOptions,
///     import_token::RootSecret,
///     key_id::{KeyArn, Place},
///     key_metadata::{KeyMetadata, NewKey},
///     key_record::KeyRecord,
///     key_spec::{KeySpec, KeyUsage},
///     key_store::MemoryKeyStore,
///     params::params,
///     parameters_request::ParametersRequest,
///     timestamp::Timestamp,
///     verify::{Recording, Verdict, verify},
///     wrap::{Payload, wrap},
///     wrapping_algorithm::WrappingAlgorithm,
/// };
/// use chacha20::ChaCha20Rng;
/// use rand_core::SeedableRng as _;
///
/// let mut rng = ChaCha20Rng::seed_from_u64(1);
/// let now = Timestamp::parse("2027-01-01T09:00:00Z")?;
/// let arn = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let arn = KeyArn::parse(arn).ok_or("a key ARN")?;
/// let place = Place {
///     region: arn.region().clone(),
///     region_is_explicit: true,
///     account_id: arn.account_id().clone(),
/// };
/// let key = NewKey {
///     arn: arn.clone(),
///     key_spec: KeySpec::SymmetricDefault,
///     key_usage: KeyUsage::EncryptDecrypt,
///     description: String::new(),
/// };
/// let record = KeyRecord::new(KeyMetadata::pending_import(key, now));
/// let store = MemoryKeyStore::new(RootSecret::generate(&mut rng), [record]);
///
/// let algorithm = WrappingAlgorithm::RsaesOaepSha256;
/// let request = ParametersRequest {
///     key_id: Some(arn.to_string()),
///     wrapping_algorithm: Some(algorithm.to_string()),
///     wrapping_key_spec: Some("RSA_2048".to_owned()),
/// };
/// let parameters = params(&request, &place, &store, now, &mut rng)?;
/// let material = generate(KeySpec::SymmetricDefault, Rules::Standard, &mut rng)?;
/// let options = ImportOptions {
///     expiration_model: Some("KEY_MATERIAL_DOES_NOT_EXPIRE".to_owned()),
///     ..ImportOptions::default()
/// };
/// let payload = Payload::Material(&material);
/// let request = wrap(&parameters, algorithm, payload, options, now, &mut rng)?;
///
/// let verification = verify(&request, Recording::Nothing, &place, &store, now, &mut rng)?;
/// assert!(matches!(verification.verdict, Verdict::Accepted(_)));
///
/// // A day later the import parameters have expired, and AWS KMS refuses the request.
/// let late = now.plus_millis(Timestamp::DAY_MILLIS);
/// let verification = verify(&request, Recording::Nothing, &place, &store, late, &mut rng)?;
/// let Verdict::Refused(error) = verification.verdict else {
///     return Err("AWS KMS refuses expired parameters".into());
/// };
/// assert_eq!(error.to_string(), "ExpiredImportTokenException");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    request: &ImportRequest,
    recording: Recording,
    place: &Place,
    store: &impl KeyStore,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Verification, StoreError> {
    let identifier = request.identifier();
    let arn = identifier.and_then(|identifier| identifier.resolve(place));
    verify_for(request, arn, recording, store, now, rng)
}

/// Returns the answer of `ImportKeyMaterial` to `request`, whose `KeyId` names the key `arn`.
///
/// # Errors
///
/// [`StoreError`] if the store does not answer.
pub(crate) fn verify_for(
    request: &ImportRequest,
    arn: Result<KeyArn, KeyIdError>,
    recording: Recording,
    store: &impl KeyStore,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Verification, StoreError> {
    let (token, wrapped) = match request.validate(now) {
        Ok(members) => members,
        Err(error) => {
            return Ok(Verification::refused(
                Check::ALL,
                VerifyError::Request(error),
            ));
        }
    };
    let origin = token.origin();
    if matches!(origin, TokenOrigin::Aws { .. } | TokenOrigin::Unknown) {
        let verdict = Verdict::Undecided { origin };
        return Ok(Verification::new(&[Check::Parameters], None, verdict));
    }
    let arn = match arn {
        Ok(arn) => arn,
        Err(error) => return Ok(Verification::refused(Check::ALL, VerifyError::KeyId(error))),
    };
    let mut judge = |key: &mut RehearsedKey| {
        let root = store.root_secret()?;
        let outcome = match open(&key.metadata(), request, &token, &root, now) {
            Ok(contents) => {
                let accepted = import(key, request, &contents, wrapped, &root, now, rng);
                Verification::with_token(contents, accepted)
            }
            Err(error) => Verification::refused(Check::ALL, error),
        };
        Ok(outcome)
    };
    let verification = match recording {
        Recording::Nothing => {
            let key = store.key_at(&arn, now)?;
            key.map(|mut key| judge(&mut key)).transpose()?
        }
        Recording::Import => {
            let keep_success = |key: &mut RehearsedKey| match judge(key) {
                Ok(verification) if matches!(verification.verdict, Verdict::Accepted(_)) => {
                    Ok(verification)
                }
                other => Err(Box::new(other)),
            };
            let outcome = store.operate(&arn, now, keep_success)?;
            outcome
                .map(|outcome| outcome.or_else(|other| *other))
                .transpose()?
        }
    };
    let not_found = || {
        let missing = VerifyError::NotFound(store.missing_key(&arn, now)?);
        Ok(Verification::refused(Check::ALL, missing))
    };
    verification.map_or_else(not_found, Ok)
}

/// Makes the checks after those of the token, whose `contents` are authentic, and applies their
/// effect.
fn import(
    key: &mut RehearsedKey,
    request: &ImportRequest,
    contents: &TokenContents,
    wrapped: &Blob,
    root: &RootSecret,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Accepted, VerifyError> {
    let TokenContents {
        algorithm,
        key_spec,
        ref key_arn,
        ..
    } = *contents;
    let rules = Rules::of(key_arn.region());
    let reading = unwrap_material(
        wrapped,
        &contents.private_key,
        algorithm,
        key_spec,
        rules,
        rng,
    )?;
    if reading.material.is_unproven() {
        return Ok(Accepted::new(Some(key_arn.clone()), reading));
    }
    let id = KeyMaterialId::of(&reading.material, key_arn.key_id(), root);
    let association = key
        .associate(&id, &request.options)
        .map_err(VerifyError::Association)?;
    key.import(&id, &request.options, now);
    key.publish(&id, reading.material.public_key());
    let accepted = Accepted::new(Some(key_arn.clone()), reading);
    Ok(Accepted {
        association: Some((id, association)),
        ..accepted
    })
}

/// Makes the checks from state to expiry.
fn open(
    key: &KeyMetadata,
    request: &ImportRequest,
    token: &ImportToken,
    root: &RootSecret,
    now: Timestamp,
) -> Result<TokenContents, VerifyError> {
    check_state(key, Operation::ImportKeyMaterial).map_err(VerifyError::KeyState)?;
    request
        .options
        .check_key_spec(key.key_spec)
        .map_err(VerifyError::Request)?;
    let opened = token.open(root).ok();
    let contents = opened.filter(|c| c.key_arn == key.arn && c.key_spec == key.key_spec);
    let contents = contents.ok_or(VerifyError::InvalidImportToken)?;
    if now >= contents.parameters_valid_to {
        let valid_to = contents.parameters_valid_to;
        return Err(VerifyError::ExpiredImportToken { valid_to, now });
    }
    Ok(contents)
}

/// Checks what AWS KMS would refuse whatever the token contains.
fn check_parameters(
    request: &ImportRequest,
    parameters: &ImportParameters,
    now: Timestamp,
) -> Result<(), VerifyError> {
    let arn = &parameters.key_arn;
    if request
        .key_id
        .as_ref()
        .is_some_and(|id| *id != arn.to_string() && id != arn.key_id().as_str())
    {
        return Err(VerifyError::InvalidImportToken);
    }
    if let Some(valid_to) = parameters
        .parameters_valid_to
        .filter(|valid_to| now >= *valid_to)
    {
        return Err(VerifyError::ExpiredImportToken { valid_to, now });
    }
    let (len, spec) = (
        request.encrypted_key_material.as_ref().map_or(0, Blob::len),
        parameters.public_key.spec(),
    );
    if !WrappingAlgorithm::ALL
        .iter()
        .any(|algorithm| wrapping::is_possible_length(len, *algorithm, spec))
    {
        return Err(VerifyError::EncryptedLength {
            len,
            rule: LengthRule::WrappingKey(spec),
        });
    }
    // An SM2 ciphertext shows whether it is DER. An RSA ciphertext shows nothing.
    let form = request
        .encrypted_key_material
        .as_ref()
        .map(|blob| wrapping::sm2_form(blob.as_bytes()));
    if spec == WrappingKeySpec::Sm2 && form != Some(Sm2Form::Der) {
        return Err(VerifyError::InvalidCiphertext);
    }
    Ok(())
}

/// Opens wrapped material with the wrapping private key and without a token.
///
/// Checks only the length, the decryption and the material. What AWS KMS would refuse is a verdict.
pub fn verify_with_private_key(
    wrapped: &Blob,
    private_key: &WrappingPrivateKey,
    algorithm: WrappingAlgorithm,
    key_spec: KeySpec,
    rules: Rules,
    rng: &mut impl CryptoRng,
) -> Verification {
    let made = [
        Check::EncryptedKeyMaterialSize,
        Check::Decryption,
        Check::KeyMaterial,
    ];
    let material = unwrap_material(wrapped, private_key, algorithm, key_spec, rules, rng);
    Verification::of(&made, material.map(|reading| Accepted::new(None, reading)))
}

fn unwrap_material(
    wrapped: &Blob,
    private_key: &WrappingPrivateKey,
    algorithm: WrappingAlgorithm,
    key_spec: KeySpec,
    rules: Rules,
    rng: &mut impl CryptoRng,
) -> Result<Reading, VerifyError> {
    let bytes =
        wrapping::unwrap(wrapped.as_bytes(), algorithm, private_key, rng).map_err(|failure| {
            match failure {
                UnwrapFailure::Length => VerifyError::EncryptedLength {
                    len: wrapped.len(),
                    rule: LengthRule::Algorithm(algorithm),
                },
                UnwrapFailure::Undecryptable => VerifyError::InvalidCiphertext,
            }
        })?;
    KeyMaterial::from_import(&bytes, key_spec, rules).map_err(VerifyError::IncorrectKeyMaterial)
}

impl Verification {
    /// Checks the import parameters of `request`, if only AWS KMS can open its token: the KMS key, the
    /// expiry and the length of the wrapped material.
    ///
    /// Returns `self` unchanged if the verdict is decided or the parameters have another token.
    #[must_use]
    pub fn with_parameters(
        self,
        request: &ImportRequest,
        parameters: &ImportParameters,
        now: Timestamp,
    ) -> Self {
        let is_undecided = matches!(self.verdict, Verdict::Undecided { .. });
        if !is_undecided || request.import_token.as_ref() != Some(parameters.import_token.blob()) {
            return self;
        }
        let expiry = parameters
            .parameters_valid_to
            .map(|_| Check::ParametersValidTo);
        let made = [
            Some(Check::Parameters),
            expiry,
            Some(Check::EncryptedKeyMaterialSize),
        ];
        let made: Vec<Check> = made.into_iter().flatten().collect();
        match check_parameters(request, parameters, now) {
            Ok(()) => Self::new(&made, None, self.verdict),
            Err(error) => Self::refused(&made, error),
        }
    }

    /// Checks what the request alone shows, if only AWS KMS can open the token: whether the token is text
    /// of a token, which AWS KMS refuses, and whether any algorithm under any wrapping key of `rules`
    /// produces the length of the wrapped material.
    ///
    /// A verdict other than [`Verdict::Undecided`] stays.
    #[must_use]
    pub fn without_parameters(self, request: &ImportRequest, rules: Rules) -> Self {
        if !matches!(self.verdict, Verdict::Undecided { .. }) {
            return self;
        }
        let token = request.import_token.as_ref();
        if token.and_then(EncodedToken::find).is_some() {
            return Self::refused(&[Check::Parameters], VerifyError::InvalidImportToken);
        }
        let len = request.encrypted_key_material.as_ref().map_or(0, Blob::len);
        let specs = rules.wrapping_key_specs();
        let is_possible = rules.wrapping_algorithms().into_iter().any(|algorithm| {
            let mut specs = specs.iter();
            specs.any(|spec| wrapping::is_possible_length(len, algorithm, *spec))
        });
        if is_possible {
            let passed = [Check::Parameters, Check::EncryptedKeyMaterialSize];
            return Self::new(&passed, None, self.verdict);
        }
        let error = VerifyError::EncryptedLength {
            len,
            rule: LengthRule::AnyWrappingKey,
        };
        Self::refused(&[Check::Parameters], error)
    }

    /// Returns the reason why `check` was not made, or `None` if it was.
    pub fn not_checked(&self, check: Check) -> Option<NotChecked> {
        let result = |wanted: Check| {
            let found = self.checks.iter().find(|(check, _)| *check == wanted);
            found.map_or(CheckResult::NotChecked, |(_, result)| *result)
        };
        if result(check) != CheckResult::NotChecked {
            return None;
        }
        let failed = self
            .checks
            .iter()
            .find(|(_, result)| *result == CheckResult::Failed);
        if let Some((failed, _)) = failed.filter(|(failed, _)| *failed < check) {
            return Some(NotChecked::After(*failed));
        }
        if result(Check::Parameters) == CheckResult::NotChecked {
            return Some(NotChecked::NoRequest);
        }
        if matches!(self.verdict, Verdict::UndecidedMaterial(_)) {
            return Some(NotChecked::UnprovenMaterial);
        }
        let is_unknown = matches!(
            self.verdict,
            Verdict::Undecided {
                origin: TokenOrigin::Unknown
            }
        );
        Some(match check {
            Check::ImportToken if is_unknown => NotChecked::TokenUnknown,
            Check::ImportToken => NotChecked::TokenOfAws,
            Check::ParametersValidTo => NotChecked::NoEnd,
            Check::Parameters | Check::KeyId | Check::KeyState | Check::KeyMaterialId => {
                NotChecked::KeyOfAws
            }
            Check::EncryptedKeyMaterialSize | Check::Decryption | Check::KeyMaterial => {
                NotChecked::MaterialOfAws
            }
        })
    }

    /// Returns the outcome for a request whose token has these `contents`.
    fn with_token(contents: TokenContents, outcome: Result<Accepted, VerifyError>) -> Self {
        let is_refused = outcome.is_err();
        Self {
            token: Some(contents.facts()),
            opened: is_refused.then(|| Box::new(contents)),
            ..Self::of(Check::ALL, outcome)
        }
    }

    /// All checks of `made` passed, or those before the first that failed or was left undecided.
    fn of(made: &[Check], outcome: Result<Accepted, VerifyError>) -> Self {
        match outcome {
            Ok(accepted) if accepted.material.is_unproven() => {
                let passed = before(Check::KeyMaterial, made);
                Self::new(&passed, None, Verdict::UndecidedMaterial(accepted))
            }
            Ok(accepted) => Self::new(made, None, Verdict::Accepted(accepted)),
            Err(error) => Self::refused(made, error),
        }
    }

    /// The checks of `made` before the failed one passed.
    fn refused(made: &[Check], error: VerifyError) -> Self {
        let failed = error.check();
        let passed = before(failed, made);
        Self::new(&passed, Some(failed), Verdict::Refused(error))
    }

    fn new(passed: &[Check], failed: Option<Check>, verdict: Verdict) -> Self {
        let result = |check: Check| match check {
            check if failed == Some(check) => CheckResult::Failed,
            check if passed.contains(&check) => CheckResult::Passed,
            _ => CheckResult::NotChecked,
        };
        Self {
            checks: Check::ALL
                .iter()
                .map(|check| (*check, result(*check)))
                .collect(),
            token: None,
            opened: None,
            verdict,
        }
    }
}

/// Returns the checks of `made` before `check`.
fn before(check: Check, made: &[Check]) -> Vec<Check> {
    let is_earlier = |earlier: &Check| *earlier < check;
    made.iter().copied().filter(is_earlier).collect()
}
