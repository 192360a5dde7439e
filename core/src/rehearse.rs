//! `rehearse`: `params`, `wrap` and `verify` in one call, in memory, without any trace.

use rand_core::CryptoRng;

use crate::{
    compatibility::{Incompatible, Rules},
    exception::Refusal,
    import_parameters::ImportParameters,
    import_request::{ImportOptions, ImportRequest},
    import_token::RootSecret,
    key_id::{KeyArn, KeyId, Place},
    key_material::{KeyMaterial, Weakness},
    key_metadata::{ExpirationModel, KeyMetadata, NewKey},
    key_record::KeyRecord,
    key_spec::KeySpec,
    key_store::{MemoryKeyStore, StoreError},
    parameters_request::ParametersRequest,
    params::{ParamsError, params},
    timestamp::Timestamp,
    verify::{Recording, Verdict, VerifyError, verify},
    wrap::{Payload, WrapError, wrap},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// A successful rehearsal.
#[derive(Debug)]
pub struct Rehearsal {
    /// The import parameters.
    pub parameters: ImportParameters,
    /// The wrapping algorithm.
    pub algorithm: WrappingAlgorithm,
    /// The request that AWS KMS would receive.
    pub request: ImportRequest,
}

/// The reasons why a rehearsal failed.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// `GetParametersForImport` would refuse.
    #[error("{0}")]
    Params(ParamsError),
    /// The material could not be wrapped.
    #[error("{0}")]
    Wrap(WrapError),
    /// `ImportKeyMaterial` would refuse.
    #[error("{0}")]
    Verify(VerifyError),
    /// The output differs from the input. Only a hardware fault can cause this.
    #[error("the unwrapped material differs from the wrapped material")]
    NotTheSameKey,
    /// Only AWS KMS can tell whether it accepts the material, which has this weakness.
    #[error("undecided, only AWS KMS can tell: {0}")]
    Undecided(Weakness),
}

impl RehearseError {
    /// Returns AWS's answer, if there is one.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Params(error) => error.refusal(),
            Self::Wrap(error) => error.refusal(),
            Self::Verify(error) => Some(error.refusal()),
            Self::Undecided(_) | Self::NotTheSameKey => None,
        }
    }
}

impl From<StoreError> for RehearseError {
    fn from(error: StoreError) -> Self {
        Self::Params(ParamsError::Store(error))
    }
}

/// Returns the best wrapping algorithm for material of `key_spec` and `len` bytes with a wrapping
/// key of `spec`: the first that AWS KMS accepts and that has room.
///
/// # Errors
///
/// [`Incompatible`] if AWS KMS accepts no algorithm for the two.
pub fn best_algorithm(
    rules: Rules,
    key_spec: KeySpec,
    len: usize,
    spec: WrappingKeySpec,
) -> Result<WrappingAlgorithm, Incompatible> {
    let accepted = rules.accepted(key_spec, spec);
    let fits = |algorithm: &&WrappingAlgorithm| {
        crate::wrapping::wrapped_len(len, **algorithm, spec).is_some()
    };
    if let Some(algorithm) = accepted.iter().find(fits).or(accepted.first()) {
        return Ok(*algorithm);
    }
    rules.check(key_spec, WrappingAlgorithm::RsaesOaepSha256, spec)?;
    Ok(WrappingAlgorithm::RsaesOaepSha256)
}

/// Returns the default wrapping key spec: RSA_4096, or SM2 if AWS KMS accepts no RSA key for
/// material of `key_spec` and, if given, `algorithm`.
pub fn best_wrapping_key_spec(
    rules: Rules,
    key_spec: KeySpec,
    algorithm: Option<WrappingAlgorithm>,
) -> WrappingKeySpec {
    let is_taken = |spec: &WrappingKeySpec| {
        let accepted = rules.accepted(key_spec, *spec);
        algorithm.map_or(!accepted.is_empty(), |algorithm| {
            accepted.contains(&algorithm)
        })
    };
    let specs = [WrappingKeySpec::Rsa4096, WrappingKeySpec::Sm2];
    specs
        .into_iter()
        .find(is_taken)
        .unwrap_or(WrappingKeySpec::Rsa4096)
}

/// Imports `material` from end to end into a temporary KMS key.
///
/// `place` gives the Region, and with it the rules. The material does not expire.
///
/// # Errors
///
/// [`RehearseError`]: the step that fails, and its answer.
pub fn rehearse(
    material: &KeyMaterial,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
    place: &Place,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Rehearsal, RehearseError> {
    let store = store_for(material.key_spec(), place, now, rng);
    let (store, arn) = (store.0, store.1);
    let request = ParametersRequest {
        key_id: Some(arn.to_string()),
        wrapping_algorithm: Some(algorithm.to_string()),
        wrapping_key_spec: Some(spec.to_string()),
    };
    let parameters = params(&request, place, &store, now, rng).map_err(RehearseError::Params)?;
    let options = ImportOptions {
        expiration_model: Some(ExpirationModel::KeyMaterialDoesNotExpire.to_string()),
        ..ImportOptions::default()
    };
    let request = wrap(
        &parameters,
        algorithm,
        Payload::Material(material),
        options,
        now,
        rng,
    )
    .map_err(RehearseError::Wrap)?;
    match verify(&request, Recording::Nothing, place, &store, now, rng)?.verdict {
        Verdict::Accepted(accepted) if accepted.material.bytes() == material.bytes() => {
            Ok(Rehearsal {
                parameters,
                algorithm,
                request,
            })
        }
        Verdict::UndecidedMaterial(accepted) => match accepted.material.weakness() {
            Some(found) => Err(RehearseError::Undecided(found.weakness)),
            None => Err(RehearseError::NotTheSameKey),
        },
        Verdict::Accepted(_) | Verdict::Undecided { .. } => Err(RehearseError::NotTheSameKey),
        Verdict::Refused(error) => Err(RehearseError::Verify(error)),
    }
}

/// Builds a store with one new key of `key_spec`, and returns the ARN of that key.
fn store_for(
    key_spec: KeySpec,
    place: &Place,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> (MemoryKeyStore, KeyArn) {
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    let key_id = KeyId::from_random(random, false);
    let arn = KeyArn::new(place.region.clone(), place.account_id.clone(), key_id);
    let key = NewKey {
        arn: arn.clone(),
        key_spec,
        key_usage: key_spec.key_usages()[0],
        description: String::new(),
    };
    let record = KeyRecord::new(KeyMetadata::pending_import(key, now));
    (
        MemoryKeyStore::new(RootSecret::generate(rng), [record]),
        arn,
    )
}
