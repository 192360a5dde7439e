//! `verify`: the answer of `ImportKeyMaterial`.
//!
//! AWS documents no order of its checks. Here the order is fixed: parameters, key, state, token,
//! expiry, length, decryption, material, and the association of the material with the key. That one
//! is last, because AWS's refusal contains the identifier of the material. The first failed check
//! ends the verification.

mod check;
mod error;
mod verification;
mod without_aws;

use rand_core::CryptoRng;

use crate::{
    blob::Blob,
    compatibility::Rules,
    import_request::ImportRequest,
    import_token::{ImportToken, RootSecret, TokenContents, TokenOrigin},
    key_id::{KeyArn, KeyIdError, Place},
    key_material::{KeyMaterial, Reading},
    key_material_id::KeyMaterialId,
    key_metadata::KeyMetadata,
    key_spec::KeySpec,
    key_state::check_state,
    key_store::{KeyStore, StoreError},
    operation::Operation,
    rehearsed_key::RehearsedKey,
    timestamp::Timestamp,
    witness_seed::WitnessSeed,
    wrapping::{self, UnwrapFailure},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_private_key::WrappingPrivateKey,
};

pub use check::{Check, CheckResult, NotChecked};
pub use error::{LengthRule, VerifyError};
pub use verification::{Accepted, Verdict, Verification};

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
    let witnesses = WitnessSeed::generate(rng);
    KeyMaterial::from_import_with(&bytes, key_spec, rules, witnesses)
        .map_err(VerifyError::IncorrectKeyMaterial)
}
