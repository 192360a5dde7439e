//! `wrap`: from key material and import parameters to the `ImportKeyMaterial` request.

use core::{error, fmt};

use rand_core::CryptoRng;

use crate::{
    blob::Blob,
    compatibility::{Incompatible, Rules},
    exception::{Exception, Refusal},
    import_parameters::ImportParameters,
    import_request::{ImportOptions, ImportRequest, MAX_ENCRYPTED_LEN, RequestError},
    key_material::KeyMaterial,
    key_spec::KeySpec,
    params,
    timestamp::Timestamp,
    wrapping::{self, Sm2Form, WrapFailure},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The maximum lag of a correct clock behind AWS's, in milliseconds: 5 minutes.
const CLOCK_TOLERANCE_MILLIS: i64 = 5 * 60 * 1000;

/// The material of the request.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'a> {
    /// Material to wrap here.
    Material(&'a KeyMaterial),
    /// Material that was wrapped elsewhere, in an HSM, for a KMS key of this spec.
    Wrapped(&'a Blob, KeySpec),
}

/// The reasons why key material was not wrapped.
#[derive(Debug, PartialEq, Eq)]
pub enum WrapError {
    /// The import parameters are past their `ParametersValidTo`.
    ExpiredImportToken {
        /// The expiry.
        valid_to: Timestamp,
        /// The time of the check.
        now: Timestamp,
    },
    /// The import parameters are valid for more than 24 hours: the clock is slow.
    SlowClock {
        /// The expiry.
        valid_to: Timestamp,
        /// The time of the clock.
        now: Timestamp,
    },
    /// AWS KMS does not accept this algorithm for this key spec.
    Incompatible(Incompatible),
    /// The material does not fit, or does not fit this key.
    Wrapping(WrapFailure),
    /// Material that was wrapped elsewhere has a length that the algorithm never produces; in
    /// bytes.
    EncryptedLength {
        /// The length found.
        len: usize,
        /// The stated algorithm.
        algorithm: WrappingAlgorithm,
        /// The wrapping key spec.
        wrapping_key_spec: WrappingKeySpec,
    },
    /// Material that was wrapped elsewhere with `SM2PKE` is in this form instead of DER.
    Sm2Form(Sm2Form),
    /// `ValidTo` and its companions violate the rules of the API.
    Options(RequestError),
    /// The key material would expire before the import parameters do.
    ValidToTooSoon {
        /// The expiry of the material.
        valid_to: Timestamp,
        /// The expiry of the parameters.
        parameters_valid_to: Timestamp,
    },
}

impl WrapError {
    /// Returns AWS's answer, if there is one.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::ExpiredImportToken { .. } => {
                Some(Refusal::without_text(Exception::ExpiredImportToken))
            }
            Self::Incompatible(error) => Some(error.refusal()),
            Self::EncryptedLength { .. } => Some(invalid_encrypted_key_size()),
            Self::Sm2Form(_) => Some(Refusal::without_text(Exception::InvalidCiphertext)),
            Self::Options(error) => Some(error.refusal()),
            Self::SlowClock { .. } | Self::Wrapping(_) | Self::ValidToTooSoon { .. } => None,
        }
    }
}

/// Returns AWS's answer to wrapped material of an impossible length.
pub(crate) fn invalid_encrypted_key_size() -> Refusal {
    Refusal::new(Exception::Validation, "Invalid encrypted key size.")
}

impl fmt::Display for WrapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SlowClock { valid_to, now } => write!(
                f,
                "the import parameters expire at {valid_to}, more than 24 hours after {now}, the \
                 time of this clock"
            ),
            Self::ValidToTooSoon {
                valid_to,
                parameters_valid_to,
            } => write!(
                f,
                "the key material would expire at {valid_to}, before the import parameters expire \
                 at {parameters_valid_to}"
            ),
            Self::Wrapping(failure) => failure.fmt(f),
            Self::ExpiredImportToken { .. }
            | Self::Incompatible(_)
            | Self::EncryptedLength { .. }
            | Self::Sm2Form(_)
            | Self::Options(_) => self.refusal().map_or(Ok(()), |refusal| refusal.fmt(f)),
        }
    }
}

impl error::Error for WrapError {}

/// Builds the `ImportKeyMaterial` request for `parameters`.
///
/// `algorithm` is the one of the `GetParametersForImport` request; the parameters do not name it.
/// `now` decides whether the parameters are valid. `rng` supplies the OAEP seed and, for
/// `RSA_AES_KEY_WRAP_*`, the one-time AES key, or the one-time scalar of `SM2PKE`, so two calls
/// never return the same bytes.
///
/// # Errors
///
/// [`WrapError`], in the order: combination, validity and clock, options, wrapping.
///
/// # Source
///
/// AWS KMS Developer Guide, "Encrypt the key material"; API Reference, `ImportKeyMaterial`.
///
/// # Examples
///
/// ```
/// use byok_core::{
///     compatibility::Rules,
///     import_parameters::ImportParameters,
///     import_request::ImportOptions,
///     key_material::{KeyMaterial, ReadOptions},
///     secret::SecretBytes,
///     timestamp::Timestamp,
///     wrap::{Payload, wrap},
///     wrapping_algorithm::WrappingAlgorithm,
/// };
/// use chacha20::ChaCha20Rng;
/// use rand_core::SeedableRng as _;
///
/// let key = SecretBytes::new(std::fs::read("tests/data/TEST-p256.der")?);
/// let reading = KeyMaterial::read(&key, &ReadOptions::new(Rules::Standard))?;
/// let parameters = ImportParameters::from_json(&std::fs::read("tests/data/TEST-params.json")?)?;
/// let options = ImportOptions {
///     expiration_model: Some("KEY_MATERIAL_DOES_NOT_EXPIRE".to_owned()),
///     ..ImportOptions::default()
/// };
/// let now = Timestamp::parse("2027-01-01T10:00:00Z")?;
/// // A fixed seed, so that the result is the same each time. For a real key, seed from the system.
/// let mut rng = ChaCha20Rng::seed_from_u64(1);
///
/// let request = wrap(
///     &parameters,
///     WrappingAlgorithm::RsaesOaepSha256,
///     Payload::Material(&reading.material),
///     options,
///     now,
///     &mut rng,
/// )?;
/// let document = request.to_json(); // for `aws kms import-key-material --cli-input-json`
/// assert!(document.contains("EncryptedKeyMaterial"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wrap(
    parameters: &ImportParameters,
    algorithm: WrappingAlgorithm,
    payload: Payload<'_>,
    options: ImportOptions,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<ImportRequest, WrapError> {
    let spec = parameters.public_key.spec();
    let key_spec = match payload {
        Payload::Material(material) => material.key_spec(),
        Payload::Wrapped(_, key_spec) => key_spec,
    };
    Rules::of(parameters.key_arn.region())
        .check(key_spec, algorithm, spec)
        .map_err(WrapError::Incompatible)?;
    if let Some(valid_to) = parameters.parameters_valid_to {
        check_validity(valid_to, now)?;
    }
    options
        .validate(now)
        .and_then(|()| options.check_key_spec(key_spec))
        .map_err(WrapError::Options)?;
    if let (Some(valid_to), Some(parameters_valid_to)) =
        (options.valid_to, parameters.parameters_valid_to)
        && valid_to < parameters_valid_to
    {
        return Err(WrapError::ValidToTooSoon {
            valid_to,
            parameters_valid_to,
        });
    }
    let encrypted = match payload {
        Payload::Material(material) => Blob::new(
            wrapping::wrap(material.bytes(), algorithm, &parameters.public_key, rng)
                .map_err(WrapError::Wrapping)?,
        ),
        Payload::Wrapped(blob, _) => blob.clone(),
    };
    let len = encrypted.len();
    if len > MAX_ENCRYPTED_LEN || !wrapping::is_possible_length(len, algorithm, spec) {
        return Err(WrapError::EncryptedLength {
            len,
            algorithm,
            wrapping_key_spec: spec,
        });
    }
    if algorithm == WrappingAlgorithm::Sm2Pke {
        match wrapping::sm2_form(encrypted.as_bytes()) {
            Sm2Form::Der => {}
            form => return Err(WrapError::Sm2Form(form)),
        }
    }
    Ok(ImportRequest {
        key_id: Some(parameters.key_arn.to_string()),
        import_token: Some(parameters.import_token.blob().clone()),
        encrypted_key_material: Some(encrypted),
        options,
    })
}

/// Parameters are valid until their expiry, and never for more than 24 hours.
fn check_validity(valid_to: Timestamp, now: Timestamp) -> Result<(), WrapError> {
    if now >= valid_to {
        return Err(WrapError::ExpiredImportToken { valid_to, now });
    }
    if valid_to.millis_since(now) > params::VALID_FOR_MILLIS + CLOCK_TOLERANCE_MILLIS {
        return Err(WrapError::SlowClock { valid_to, now });
    }
    Ok(())
}
