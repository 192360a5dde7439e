//! The shared parts of the core's tests: keys, material, a fixed clock, and a request that AWS KMS
//! would accept.

#![allow(dead_code, reason = "every test binary uses a part of it")]

pub(crate) mod report;

use std::sync::{LazyLock, OnceLock};

use byok_core::{
    alias::AccountRegion,
    blob::Blob,
    compatibility::Rules,
    exception::Refusal,
    import_parameters::ImportParameters,
    import_request::{ImportOptions, ImportRequest},
    import_token::{ImportToken, ROOT_SECRET_LEN, RootSecret, TokenContents},
    key_id::{AccountId, KeyArn, KeyId, Place},
    key_material::KeyMaterial,
    key_metadata::{KeyMetadata, NewKey},
    key_record::KeyRecord,
    key_spec::{Curve, Family, KeySpec},
    key_store::{AliasList, KeyStore, MemoryKeyStore, StoreError},
    parameters_request::ParametersRequest,
    region::Region,
    secret::SecretBytes,
    timestamp::Timestamp,
    verify::{Accepted, Check, CheckResult, Recording, Verdict, Verification, VerifyError, verify},
    wrapping,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
};
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use rsa::{pkcs8::EncodePrivateKey as _, traits::PublicKeyParts as _};

pub(crate) const DOES_NOT_EXPIRE: &str = "KEY_MATERIAL_DOES_NOT_EXPIRE";
pub(crate) const EXPIRES: &str = "KEY_MATERIAL_EXPIRES";

/// Returns a generator that yields the same bytes for the same `seed`.
pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn random(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    rng(seed).fill_bytes(&mut bytes);
    bytes
}

pub(crate) fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::copy_of(bytes)
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T12:00:00.250Z").expect("a time")
}

pub(crate) fn place() -> Place {
    Place {
        region: Region::parse("us-east-2").expect("a Region"),
        region_is_explicit: true,
        account_id: AccountId::parse("111122223333").expect("12 digits"),
    }
}

/// Returns the ARN of the test key of `key_spec`.
pub(crate) fn arn(key_spec: KeySpec) -> KeyArn {
    numbered_arn(
        KeySpec::ALL
            .iter()
            .position(|spec| *spec == key_spec)
            .expect("a key spec"),
    )
}

pub(crate) fn numbered_arn(number: usize) -> KeyArn {
    let id = KeyId::parse(&format!("1234abcd-12ab-34cd-56ef-{number:012x}")).expect("an id");
    KeyArn::new(place().region, place().account_id, id)
}

pub(crate) fn metadata(arn: KeyArn, key_spec: KeySpec) -> KeyMetadata {
    let key_usage = key_spec.key_usages()[0];
    KeyMetadata::pending_import(
        NewKey {
            arn,
            key_spec,
            key_usage,
            description: String::new(),
        },
        now(),
    )
}

pub(crate) fn record(key_spec: KeySpec) -> KeyRecord {
    KeyRecord::new(metadata(arn(key_spec), key_spec))
}

pub(crate) fn root_secret() -> RootSecret {
    root_secret_of(7)
}

pub(crate) fn root_secret_of(byte: u8) -> RootSecret {
    RootSecret::new(secret(&[byte; ROOT_SECRET_LEN])).expect("32 bytes")
}

/// Returns a store with one key of every key spec, each in `PendingImport`.
pub(crate) fn store() -> MemoryKeyStore {
    MemoryKeyStore::new(root_secret(), KeySpec::ALL.iter().copied().map(record))
}

/// Returns whether AWS KMS imports material of this key spec outside China.
pub(crate) fn is_importable(key_spec: KeySpec) -> bool {
    Rules::Standard.imports(key_spec)
}

/// Returns the RSA key with this many bits and this number; generated once, the same in every run.
pub(crate) fn rsa_key(bits: usize, number: usize) -> &'static rsa::PrivateKey {
    static KEYS: [[OnceLock<rsa::PrivateKey>; 2]; 3] =
        [const { [const { OnceLock::new() }; 2] }; 3];
    let size = [2048, 3072, 4096]
        .iter()
        .position(|size| *size == bits)
        .expect("a size that AWS KMS knows");
    KEYS[size][number].get_or_init(|| {
        let seed = u64::try_from(10 * bits + number).expect("small");
        rsa::PrivateKey::new(&mut rng(seed), bits).expect("a key")
    })
}

/// Returns the RSA key of [`wrapping_key`].
pub(crate) fn wrapping_rsa_key(spec: WrappingKeySpec) -> &'static rsa::PrivateKey {
    rsa_key(8 * spec.modulus_len().expect("an RSA spec"), 0)
}

/// Returns the wrapping key of `spec`: always the same one.
pub(crate) fn wrapping_key(spec: WrappingKeySpec) -> WrappingPrivateKey {
    let der = wrapping_rsa_key(spec).to_pkcs8_der().expect("encodes");
    WrappingPrivateKey::from_pkcs8(&secret(der.as_bytes())).expect("a good key")
}

/// Returns the modulus of the wrapping key of `spec`, big-endian.
pub(crate) fn modulus(spec: WrappingKeySpec) -> Vec<u8> {
    wrapping_rsa_key(spec).n_bytes().into_vec()
}

/// Returns valid key material of `key_spec`, and its public key.
pub(crate) fn material_bytes(key_spec: KeySpec) -> (&'static [u8], Option<&'static [u8]>) {
    static MATERIALS: LazyLock<Vec<OnceLock<PrivateAndPublic>>> =
        LazyLock::new(|| KeySpec::ALL.iter().map(|_| OnceLock::new()).collect());
    let place = KeySpec::ALL
        .iter()
        .position(|spec| *spec == key_spec)
        .expect("a key spec");
    let (private, public) = MATERIALS[place].get_or_init(|| make_material(key_spec));
    (private, public.as_deref())
}

/// PKCS#8 version 1 and the SPKI of an Ed25519 key, up to the key: RFC 8410, 4 and 7.
const ED25519_PKCS8: [u8; 16] = *b"\x30\x2e\x02\x01\0\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const ED25519_SPKI: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\0";

/// Key material, and its SPKI.
type PrivateAndPublic = (Vec<u8>, Option<Vec<u8>>);

fn make_material(key_spec: KeySpec) -> PrivateAndPublic {
    use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
    macro_rules! pair {
        ($key:expr) => {{
            let key = $key;
            let private = key.to_pkcs8_der().expect("encodes").as_bytes().to_vec();
            (
                private,
                Some(
                    key_public(&key)
                        .to_public_key_der()
                        .expect("encodes")
                        .into_vec(),
                ),
            )
        }};
        ($curve:ident, $len:literal) => {{
            fn key_public(key: &$curve::SecretKey) -> $curve::PublicKey {
                key.public_key()
            }
            pair!($curve::SecretKey::from_slice(&scalar($len)).expect("a scalar below the order"))
        }};
    }
    match key_spec.family() {
        Family::Symmetric => (random(1, 32), None),
        Family::Hmac { len } => (random(2, len), None),
        Family::Rsa { modulus_bits } => {
            fn key_public(key: &rsa::PrivateKey) -> rsa::PublicKey {
                key.to_public_key()
            }
            pair!(rsa_key(modulus_bits as usize, 1).clone())
        }
        Family::Ec(Curve::P256) => pair!(p256, 32),
        Family::Ec(Curve::P384) => pair!(p384, 48),
        Family::Ec(Curve::P521) => pair!(p521, 66),
        Family::Ec(Curve::K256) => pair!(k256, 32),
        Family::Ec(Curve::Sm2) => pair!(sm2, 32),
        Family::Ed25519 => {
            let seed: [u8; 32] = random(3, 32).try_into().expect("32 bytes");
            let public_key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
            let private = [&ED25519_PKCS8[..], &seed].concat();
            let public = [&ED25519_SPKI[..], public_key.as_bytes()].concat();
            (private, Some(public))
        }
        Family::NotImportable => panic!("nobody imports {key_spec}"),
    }
}

/// Returns a scalar of `len` bytes that is below the order of every curve of that length.
pub(crate) fn scalar(len: usize) -> Vec<u8> {
    let mut scalar = random(3, len);
    scalar[0] = 0;
    scalar
}

pub(crate) fn material(key_spec: KeySpec) -> KeyMaterial {
    let bytes = secret(material_bytes(key_spec).0);
    KeyMaterial::from_import(&bytes, key_spec, Rules::Standard)
        .expect("good material")
        .material
}

/// The contents of import parameters before they are sealed.
pub(crate) fn contents(
    key_spec: KeySpec,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
) -> TokenContents {
    TokenContents {
        key_arn: arn(key_spec),
        key_spec,
        algorithm,
        issued_at: now(),
        parameters_valid_to: now().plus_millis(Timestamp::DAY_MILLIS),
        private_key: wrapping_key(spec),
    }
}

/// Returns import parameters with these contents, sealed for [`store`].
pub(crate) fn sealed(contents: &TokenContents) -> ImportParameters {
    ImportParameters {
        key_arn: contents.key_arn.clone(),
        import_token: ImportToken::seal(contents, &root_secret(), &mut rng(11)),
        public_key: contents.private_key.public_key().clone(),
        parameters_valid_to: Some(contents.parameters_valid_to),
    }
}

/// Returns import parameters for the test key of `key_spec`, as `params` would issue them.
pub(crate) fn parameters(
    key_spec: KeySpec,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
) -> ImportParameters {
    sealed(&contents(key_spec, algorithm, spec))
}

pub(crate) fn parameters_request(
    arn: &KeyArn,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
) -> ParametersRequest {
    ParametersRequest {
        key_id: Some(arn.to_string()),
        wrapping_algorithm: Some(algorithm.to_string()),
        wrapping_key_spec: Some(spec.to_string()),
    }
}

/// Returns options for material that does not expire.
pub(crate) fn staying() -> ImportOptions {
    ImportOptions {
        expiration_model: Some(DOES_NOT_EXPIRE.to_owned()),
        ..ImportOptions::default()
    }
}

/// Wraps any bytes, key material or not.
pub(crate) fn encrypted(
    bytes: &[u8],
    algorithm: WrappingAlgorithm,
    parameters: &ImportParameters,
) -> Vec<u8> {
    wrapping::wrap(
        &secret(bytes),
        algorithm,
        &parameters.public_key,
        &mut rng(13),
    )
    .expect("it fits")
}

/// Returns a request with `wrapped` and the token of `parameters`.
pub(crate) fn request(parameters: &ImportParameters, wrapped: Vec<u8>) -> ImportRequest {
    ImportRequest {
        key_id: Some(parameters.key_arn.to_string()),
        import_token: Some(parameters.import_token.blob().clone()),
        encrypted_key_material: Some(Blob::new(wrapped)),
        options: staying(),
    }
}

/// Returns the result of `verify` at [`now`] in [`place`].
pub(crate) fn verified(request: &ImportRequest, store: &impl KeyStore) -> Verification {
    verified_at(request, store, now())
}

pub(crate) fn verified_at(
    request: &ImportRequest,
    store: &impl KeyStore,
    now: Timestamp,
) -> Verification {
    verify(
        request,
        Recording::Nothing,
        &place(),
        store,
        now,
        &mut rng(17),
    )
    .expect("the store answers")
}

/// Returns the contents of the token of `request`, if the test stores issued it.
pub(crate) fn opened(request: &ImportRequest) -> Option<TokenContents> {
    let token = ImportToken::new(request.import_token.clone()?)?;
    token.open(&root_secret()).ok()
}

pub(crate) fn accepted(verification: Verification) -> Accepted {
    match verification.verdict {
        Verdict::Accepted(accepted) => accepted,
        other => panic!("not accepted: {other:?}"),
    }
}

pub(crate) fn refused(verification: Verification) -> VerifyError {
    match verification.verdict {
        Verdict::Refused(error) => error,
        other => panic!("not refused: {other:?}"),
    }
}

/// Returns AWS's answer on one line, or `accepted`.
pub(crate) fn answer(verification: &Verification) -> String {
    match &verification.verdict {
        Verdict::Accepted(_) => "accepted".to_owned(),
        Verdict::Refused(error) => error.refusal().to_string(),
        Verdict::UndecidedMaterial(_) | Verdict::Undecided { .. } => "undecided".to_owned(),
    }
}

/// Returns every check result if `failed` is the check that failed.
pub(crate) fn checks_up_to(failed: Check) -> Vec<(Check, CheckResult)> {
    Check::ALL
        .iter()
        .map(|check| {
            let result = match check.cmp(&failed) {
                std::cmp::Ordering::Less => CheckResult::Passed,
                std::cmp::Ordering::Equal => CheckResult::Failed,
                std::cmp::Ordering::Greater => CheckResult::NotChecked,
            };
            (*check, result)
        })
        .collect()
}

pub(crate) fn text(refusal: &Refusal) -> String {
    refusal.to_string()
}

/// A store that panics when it is asked.
pub(crate) struct NoStore;

impl KeyStore for NoStore {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        panic!("the root secret was asked for")
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        panic!("{arn} was looked for")
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        panic!("what is related to {arn} was looked for")
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        _: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<Option<T>, StoreError> {
        panic!("something was recorded for {arn}")
    }

    fn aliases(&self, _: &AccountRegion) -> Result<AliasList, StoreError> {
        panic!("the aliases were looked for")
    }

    fn update_aliases<T>(
        &self,
        _: &AccountRegion,
        _: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError> {
        panic!("the aliases were changed")
    }

    fn create(&self, record: &KeyRecord, _: Timestamp) -> Result<(), StoreError> {
        panic!("{} was made", record.key_metadata.arn)
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        panic!("the keys were listed")
    }
}

/// A token in AWS's known form, with `body_len` bytes of CMS: the layout of the example in the API
/// Reference, `GetParametersForImport`. At least 280, so that both lengths in it have two bytes.
pub(crate) fn aws_token(body_len: u16) -> Vec<u8> {
    let id_encrypted_data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
    let content_len = body_len - 19;
    [
        &[1, 1, 2, 0, 0x78][..],
        &random(1, 32),
        &u32::from(body_len).to_be_bytes(),
        &[0x30, 0x82],
        &(body_len - 4).to_be_bytes(),
        &id_encrypted_data,
        &[0xa0, 0x82],
        &content_len.to_be_bytes(),
        &random(2, content_len.into()),
    ]
    .concat()
}
