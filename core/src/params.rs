//! `params`: the operation `GetParametersForImport`.

use core::{convert::Infallible, error, fmt};

use rand_core::CryptoRng;

use crate::{
    compatibility::{Incompatible, Rules},
    exception::{Exception, Refusal},
    import_parameters::ImportParameters,
    import_token::{ImportToken, TokenContents},
    key_id::{KeyArn, KeyIdError, KeyIdentifier, Place},
    key_record::ParameterSet,
    key_state::{KeyStateError, check_state},
    key_store::{KeyStore, MissingKey, StoreError},
    operation::Operation,
    parameters_request::ParametersRequest,
    rehearsed_key::RehearsedKey,
    timestamp::Timestamp,
    wrapping_private_key::WrappingPrivateKey,
};

/// The validity of import parameters, in milliseconds: exactly 24 hours.
pub const VALID_FOR_MILLIS: i64 = Timestamp::DAY_MILLIS;

/// The reasons why no import parameters were issued.
#[derive(Debug)]
pub enum ParamsError {
    /// The request violates constraints of the API.
    Request(Refusal),
    /// The request's `KeyId` does not name a key.
    KeyId(KeyIdError),
    /// The key is not in the store.
    NotFound(MissingKey),
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// Key spec, algorithm and wrapping key spec cannot be combined.
    Incompatible(Incompatible),
    /// The store failed.
    Store(StoreError),
}

impl ParamsError {
    /// Returns AWS's answer, if there is one.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Request(refusal) => Some(refusal.clone()),
            Self::KeyId(error) => Some(error.refusal()),
            Self::NotFound(missing) => Some(not_found(&missing.arn)),
            Self::KeyState(error) => Some(error.refusal()),
            Self::Incompatible(error) => Some(error.refusal()),
            Self::Store(error) => error.refusal(),
        }
    }
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(refusal) => refusal.fmt(f),
            Self::KeyId(error) => error.refusal().fmt(f),
            Self::NotFound(missing) => not_found(&missing.arn).fmt(f),
            Self::KeyState(error) => error.refusal().fmt(f),
            Self::Incompatible(error) => error.refusal().fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl error::Error for ParamsError {}

impl From<StoreError> for ParamsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Returns AWS's answer for a key that does not exist.
pub(crate) fn not_found(arn: &KeyArn) -> Refusal {
    Refusal::new(Exception::NotFound, format!("Key '{arn}' does not exist"))
}

/// Issues import parameters for a key of `store`.
///
/// `place` completes a key ID without an ARN. The parameters are valid for 24 hours from `now`.
/// `rng` supplies the wrapping key and the salt of the token; the same `rng` issues the same
/// parameters.
///
/// The token contains everything that the import needs. The store records only that the set was
/// issued.
///
/// # Errors
///
/// [`ParamsError`], in the order: request, key ID, key, origin, state, combination.
///
/// # Source
///
/// AWS KMS API Reference, `GetParametersForImport`.
///
/// # Examples
///
/// ```
/// use byok_core::{
///     import_parameters::TimestampFormat,
///     import_token::RootSecret,
///     key_id::{KeyArn, Place},
///     key_metadata::{KeyMetadata, NewKey},
///     key_record::KeyRecord,
///     key_spec::{KeySpec, KeyUsage},
///     key_store::MemoryKeyStore,
///     params::params,
///     parameters_request::ParametersRequest,
///     timestamp::Timestamp,
/// };
/// use chacha20::ChaCha20Rng;
/// use rand_core::SeedableRng as _;
///
/// let mut rng = ChaCha20Rng::seed_from_u64(1);
/// let now = Timestamp::parse("2027-01-01T09:00:00Z")?;
/// let arn = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let arn = KeyArn::parse(arn).ok_or("a key ARN")?;
///
/// // A store with one KMS key, which waits for its key material.
/// let key = NewKey {
///     arn: arn.clone(),
///     key_spec: KeySpec::EccNistP256,
///     key_usage: KeyUsage::SignVerify,
///     description: String::new(),
/// };
/// let record = KeyRecord::new(KeyMetadata::pending_import(key, now));
/// let store = MemoryKeyStore::new(RootSecret::generate(&mut rng), [record]);
///
/// let request = ParametersRequest {
///     key_id: Some(arn.to_string()),
///     wrapping_algorithm: Some("RSAES_OAEP_SHA_256".to_owned()),
///     wrapping_key_spec: Some("RSA_2048".to_owned()),
/// };
/// let place = Place {
///     region: arn.region().clone(),
///     region_is_explicit: true,
///     account_id: arn.account_id().clone(),
/// };
/// let parameters = params(&request, &place, &store, now, &mut rng)?;
/// assert_eq!(parameters.parameters_valid_to, Some(now.plus_millis(Timestamp::DAY_MILLIS)));
///
/// // The document that `aws kms get-parameters-for-import` prints.
/// let json = parameters.to_json(TimestampFormat::Iso8601 { offset_seconds: 0 });
/// assert!(json.contains(r#""ParametersValidTo": "2027-01-02T09:00:00+00:00""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn params(
    request: &ParametersRequest,
    place: &Place,
    store: &impl KeyStore,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<ImportParameters, ParamsError> {
    params_for(request, request.identifier(), place, store, now, rng)
}

/// Issues import parameters to `request`, whose `KeyId` is `identifier`.
///
/// # Errors
///
/// [`ParamsError`], in the order of [`params`].
pub(crate) fn params_for(
    request: &ParametersRequest,
    identifier: Result<KeyIdentifier, KeyIdError>,
    place: &Place,
    store: &impl KeyStore,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<ImportParameters, ParamsError> {
    let region = match &identifier {
        Ok(KeyIdentifier::Arn(arn)) => arn.region(),
        _ => &place.region,
    };
    let rules = Rules::of(region);
    let (algorithm, spec) = request.validate(rules).map_err(ParamsError::Request)?;
    let arn = identifier.and_then(|identifier| identifier.resolve(place));
    let arn = arn.map_err(ParamsError::KeyId)?;
    let Some(key) = store.key_at(&arn, now)? else {
        return Err(ParamsError::NotFound(store.missing_key(&arn, now)?));
    };
    let key = key.metadata();
    check_state(&key, Operation::GetParametersForImport).map_err(ParamsError::KeyState)?;
    rules
        .check(key.key_spec, algorithm, spec)
        .map_err(ParamsError::Incompatible)?;

    let root_secret = store.root_secret()?;
    let contents = TokenContents {
        key_arn: arn.clone(),
        key_spec: key.key_spec,
        algorithm,
        issued_at: now,
        parameters_valid_to: now.plus_millis(VALID_FOR_MILLIS),
        private_key: WrappingPrivateKey::generate(spec, rng),
    };
    let import_token = ImportToken::seal(&contents, &root_secret, rng);
    let set = ParameterSet::of(&contents, &import_token);
    let remember = |key: &mut RehearsedKey| {
        key.append(set);
        Ok::<_, Infallible>(())
    };
    if store.operate(&arn, now, remember)?.is_none() {
        return Err(ParamsError::NotFound(store.missing_key(&arn, now)?));
    }
    Ok(ImportParameters {
        key_arn: arn,
        import_token,
        public_key: contents.private_key.public_key().clone(),
        parameters_valid_to: Some(contents.parameters_valid_to),
    })
}
