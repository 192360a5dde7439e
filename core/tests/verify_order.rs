//! The answers of `verify`, and the order of its checks: the first check that fails gives the only
//! answer.

mod common;

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    import_parameters::ImportParameters,
    import_request::{ImportOptions, ImportRequest},
    key_id::KeyArn,
    key_metadata::{KeyState, Origin},
    key_record::KeyRecord,
    key_spec::KeySpec,
    key_state::{KeyStateError, check_state},
    key_store::MemoryKeyStore,
    operation::Operation,
    params::{ParamsError, params},
    timestamp::Timestamp,
    verify::{
        Check, CheckResult, LengthRule, NotChecked, Recording, Verdict, Verification, VerifyError,
        verify, verify_with_private_key,
    },
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::*;
use crypto_bigint::BoxedUint;
use rsa::{Oaep, hazmat::rsa_encrypt};
use sha1::Sha1;
use sha2::{Digest, Sha256};

const SPEC: WrappingKeySpec = WrappingKeySpec::Rsa2048;

const NO_VALID_TO: &str = "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES";
const WRONG_SIZE: &str = "ValidationException: Invalid encrypted key size.";

/// One fault of an import, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    MemberMissing,
    ValidToMissing,
    KeyIdMalformed,
    KeyUnknown,
    OriginOfAws,
    KeyPendingDeletion,
    TokenDamaged,
    TokenExpired,
    LengthImpossible,
    BytesDamaged,
    MaterialTooShort,
}

impl Fault {
    const ALL: [Self; 11] = [
        Self::MemberMissing,
        Self::ValidToMissing,
        Self::KeyIdMalformed,
        Self::KeyUnknown,
        Self::OriginOfAws,
        Self::KeyPendingDeletion,
        Self::TokenDamaged,
        Self::TokenExpired,
        Self::LengthImpossible,
        Self::BytesDamaged,
        Self::MaterialTooShort,
    ];

    fn answer(self) -> String {
        let arn = arn(KeySpec::SymmetricDefault);
        match self {
            Self::MemberMissing => {
                "ValidationException: 1 validation error detected: Value null at 'importToken' failed to satisfy \
                 constraint: Member must not be null"
            }
            Self::ValidToMissing => NO_VALID_TO,
            Self::KeyIdMalformed => "NotFoundException: Invalid keyId 'fake-key-id'",
            Self::KeyUnknown => return format!("NotFoundException: Key '{arn}' does not exist"),
            Self::OriginOfAws => {
                return format!(
                    "UnsupportedOperationException: {arn} origin is AWS_KMS which is not valid for this operation."
                );
            }
            Self::KeyPendingDeletion => {
                return format!("KMSInvalidStateException: {arn} is pending deletion.");
            }
            Self::TokenDamaged => "InvalidImportTokenException",
            Self::TokenExpired => "ExpiredImportTokenException",
            Self::LengthImpossible => WRONG_SIZE,
            Self::BytesDamaged => "InvalidCiphertextException",
            Self::MaterialTooShort => "IncorrectKeyMaterialException",
        }
        .to_owned()
    }

    fn check(self) -> Check {
        match self {
            Self::MemberMissing | Self::ValidToMissing => Check::Parameters,
            Self::KeyIdMalformed | Self::KeyUnknown => Check::KeyId,
            Self::OriginOfAws | Self::KeyPendingDeletion => Check::KeyState,
            Self::TokenDamaged => Check::ImportToken,
            Self::TokenExpired => Check::ParametersValidTo,
            Self::LengthImpossible => Check::EncryptedKeyMaterialSize,
            Self::BytesDamaged => Check::Decryption,
            Self::MaterialTooShort => Check::KeyMaterial,
        }
    }
}

/// Returns an import with exactly these faults.
fn import_with(
    faults: &[Fault],
    parameters: &ImportParameters,
) -> (ImportRequest, MemoryKeyStore, Timestamp) {
    let has = |fault| faults.contains(&fault);
    let (key_spec, algorithm) = (
        KeySpec::SymmetricDefault,
        WrappingAlgorithm::RsaesOaepSha256,
    );
    let len = if has(Fault::MaterialTooShort) { 31 } else { 32 };
    let mut wrapped = encrypted(&material_bytes(key_spec).0[..len], algorithm, parameters);
    if has(Fault::BytesDamaged) {
        wrapped[100] ^= 1;
    }
    if has(Fault::LengthImpossible) {
        wrapped.push(0);
    }
    let mut request = request(parameters, wrapped);
    let mut token = parameters.import_token.blob().as_bytes().to_vec();
    if has(Fault::TokenDamaged) {
        token[200] ^= 1;
    }
    request.import_token = (!has(Fault::MemberMissing)).then(|| Blob::new(token));
    if has(Fault::ValidToMissing) {
        request.options = ImportOptions::default();
    }
    if has(Fault::KeyIdMalformed) {
        request.key_id = Some("fake-key-id".to_owned());
    }
    let mut record = record(key_spec);
    if has(Fault::OriginOfAws) {
        record.key_metadata.origin = Origin::AwsKms;
    }
    if has(Fault::KeyPendingDeletion) {
        record.key_metadata.key_state = KeyState::PendingDeletion;
    }
    let records = (!has(Fault::KeyUnknown)).then_some(record);
    let days = if has(Fault::TokenExpired) { 2 } else { 0 };
    let store = MemoryKeyStore::new(root_secret(), records);
    (
        request,
        store,
        now().plus_millis(days * Timestamp::DAY_MILLIS),
    )
}

fn symmetric() -> ImportParameters {
    parameters(
        KeySpec::SymmetricDefault,
        WrappingAlgorithm::RsaesOaepSha256,
        SPEC,
    )
}

fn assert_first_wins(faults: &[Fault], parameters: &ImportParameters) {
    let (request, store, now) = import_with(faults, parameters);
    let verification = verified_at(&request, &store, now);
    let first = faults.iter().min().expect("at least one");
    assert_eq!(answer(&verification), first.answer(), "{faults:?}");
    assert_eq!(
        verification.checks,
        checks_up_to(first.check()),
        "{faults:?}"
    );
}

#[test]
fn without_a_fault_it_is_taken() {
    let (request, store, now) = import_with(&[], &symmetric());
    let verification = verified_at(&request, &store, now);
    assert_eq!(answer(&verification), "accepted");
    assert!(
        verification
            .checks
            .iter()
            .all(|(_, result)| *result == CheckResult::Passed)
    );
    assert_eq!(
        verification
            .checks
            .iter()
            .map(|(check, _)| *check)
            .collect::<Vec<_>>(),
        Check::ALL
    );
}

#[test]
fn each_fault_alone_has_its_answer() {
    let parameters = symmetric();
    for fault in Fault::ALL {
        assert_first_wins(&[fault], &parameters);
    }
}

#[test]
fn of_two_faults_the_earlier_gives_the_answer() {
    let parameters = symmetric();
    let mut pairs = 0;
    for (place, earlier) in Fault::ALL.iter().enumerate() {
        for later in &Fault::ALL[place + 1..] {
            assert_first_wins(&[*earlier, *later], &parameters);
            assert_first_wins(&[*later, *earlier], &parameters);
            pairs += 1;
        }
    }
    assert_eq!(pairs, 55);
}

#[test]
fn of_many_faults_the_earliest_gives_the_answer() {
    let parameters = symmetric();
    for start in 0..Fault::ALL.len() {
        assert_first_wins(&Fault::ALL[start..], &parameters);
    }
}

/// Recorded at AWS: after a request without `ValidTo`, the same token was valid.
#[test]
fn a_failed_verification_does_not_use_up_the_token() {
    let parameters = symmetric();
    let (good, store, _) = import_with(&[], &parameters);
    for fault in Fault::ALL {
        let (faulty, faulty_store, at) = import_with(&[fault], &parameters);
        assert_ne!(
            answer(&verified_at(&faulty, &faulty_store, at)),
            "accepted",
            "{fault:?}"
        );
        if !is_of_the_key(fault) {
            let (_, store, _) = import_with(&[], &parameters);
            let import = |request, at| {
                let (recording, place) = (Recording::Import, place());
                let verification = verify(request, recording, &place, &store, at, &mut rng(17));
                answer(&verification.expect("the store answers"))
            };
            assert_ne!(import(&faulty, at), "accepted", "{fault:?}");
            assert_eq!(import(&good, now()), "accepted", "{fault:?}");
        }
        assert_eq!(
            answer(&verified(&good, &faulty_store)) == "accepted",
            !is_of_the_key(fault),
            "{fault:?}"
        );
        assert_eq!(answer(&verified(&good, &store)), "accepted", "{fault:?}");
    }
    assert_eq!(
        answer(&verified(&good, &store)),
        "accepted",
        "nor does a verification that passed"
    );
}

fn is_of_the_key(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::KeyUnknown | Fault::OriginOfAws | Fault::KeyPendingDeletion
    )
}

#[test]
fn a_key_is_named_by_its_arn_or_its_id() {
    let (good, store, _) = import_with(&[], &symmetric());
    let own = arn(KeySpec::SymmetricDefault).to_string();
    let id = arn(KeySpec::SymmetricDefault).key_id().to_string();
    let alias = "InvalidArnException: Key Aliases are not supported for this operation.";
    for (key_id, expected) in [
        (own.clone(), "accepted".to_owned()),
        (id.clone(), "accepted".to_owned()),
        (own.replace("us-east-2", "us-west-2"), "NotFoundException: Invalid arn us-west-2".to_owned()),
        (
            own.replace("1111", "2222"),
            format!("NotFoundException: Key '{}' does not exist", own.replace("1111", "2222")),
        ),
        ("alias/mine".to_owned(), alias.to_owned()),
        (own.replace(&format!("key/{id}"), "alias/mine"), alias.to_owned()),
        (id.replace('-', ""), format!("NotFoundException: Invalid keyId '{}'", id.replace('-', ""))),
        (own.replace(":kms:", ":s3:"), "InvalidArnException".to_owned()),
        (
            String::new(),
            "ValidationException: 1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: \
             Member must have length greater than or equal to 1"
                .to_owned(),
        ),
    ] {
        let request = ImportRequest { key_id: Some(key_id.clone()), ..good.clone() };
        assert_eq!(answer(&verified(&request, &store)), expected, "{key_id}");
    }
}

#[test]
fn every_fault_of_the_parameters_is_in_one_answer() {
    let too_long = Blob::new(vec![0; 6145]);
    let request = ImportRequest {
        key_id: None,
        import_token: Some(too_long.clone()),
        encrypted_key_material: Some(too_long),
        options: ImportOptions {
            expiration_model: Some("NEVER".to_owned()),
            ..ImportOptions::default()
        },
    };
    assert_eq!(
        answer(&verified(&request, &NoStore)),
        "ValidationException: 4 validation errors detected: \
         Value null at 'keyId' failed to satisfy constraint: Member must not be null; \
         Value at 'importToken' failed to satisfy constraint: Member must have length less than or equal to 6144; \
         Value at 'encryptedKeyMaterial' failed to satisfy constraint: Member must have length less than or equal \
         to 6144; \
         Value 'NEVER' at 'expirationModel' failed to satisfy constraint: Member must satisfy enum value set: \
         [KEY_MATERIAL_EXPIRES, KEY_MATERIAL_DOES_NOT_EXPIRE]"
    );
}

#[test]
fn the_rules_of_valid_to() {
    let (good, store, _) = import_with(&[], &symmetric());
    let day = Timestamp::DAY_MILLIS;
    let past = "ValidationException: ValidTo must be in the future";
    let both = "ValidationException: The parameter ValidTo cannot be specified for a key with an expiration model \
                of KEY_MATERIAL_DOES_NOT_EXPIRE";
    for (model, valid_to_in, expected) in [
        (None, None, NO_VALID_TO),
        (Some(EXPIRES), None, NO_VALID_TO),
        (Some(DOES_NOT_EXPIRE), None, "accepted"),
        (Some(DOES_NOT_EXPIRE), Some(day), both),
        (Some(DOES_NOT_EXPIRE), Some(-day), both),
        (None, Some(1), "accepted"),
        (Some(EXPIRES), Some(1), "accepted"),
        (Some(EXPIRES), Some(0), past),
        (Some(EXPIRES), Some(-1), past),
        (None, Some(-400 * day), past),
        (Some(EXPIRES), Some(365 * day), "accepted"),
        (Some(EXPIRES), Some(365 * day + 1), "ValidationException"),
        (
            Some("NEVER"),
            Some(day),
            "1 validation error detected: Value 'NEVER' at 'expirationModel' failed",
        ),
        (
            Some("key_material_expires"),
            Some(day),
            "Value 'key_material_expires' at 'expirationModel' failed",
        ),
    ] {
        let options = ImportOptions {
            expiration_model: model.map(str::to_owned),
            valid_to: valid_to_in.map(|millis| now().plus_millis(millis)),
            ..ImportOptions::default()
        };
        let said = answer(&verified(
            &ImportRequest {
                options,
                ..good.clone()
            },
            &store,
        ));
        if model.is_some_and(|model| !model.starts_with("KEY_MATERIAL")) {
            assert!(said.contains(expected), "{model:?} {valid_to_in:?}: {said}");
        } else {
            assert_eq!(said, expected, "{model:?} {valid_to_in:?}");
        }
    }
}

/// Only symmetric encryption keys can have several materials.
#[test]
fn the_names_of_a_material_are_for_symmetric_keys() {
    let of = |key_spec| {
        let parameters = parameters(key_spec, WrappingAlgorithm::RsaesOaepSha256, SPEC);
        let wrapped = encrypted(
            material_bytes(key_spec).0,
            WrappingAlgorithm::RsaesOaepSha256,
            &parameters,
        );
        request(&parameters, wrapped)
    };
    let (symmetric, hmac) = (of(KeySpec::SymmetricDefault), of(KeySpec::Hmac256));
    let id = "0123456789abcdef".repeat(4);
    let staying =
        |import_type: Option<&str>, description: Option<&str>, id: Option<&str>| ImportOptions {
            import_type: import_type.map(str::to_owned),
            key_material_description: description.map(str::to_owned),
            key_material_id: id.map(str::to_owned),
            ..staying()
        };
    for (options, for_symmetric) in [
        (staying(Some("NEW_KEY_MATERIAL"), None, None), "accepted"),
        // The key never had material.
        (
            staying(Some("EXISTING_KEY_MATERIAL"), None, None),
            "IncorrectKeyMaterialException",
        ),
        (
            staying(None, Some("made in HSM 7, 2026/11"), None),
            "at 'keyMaterialDescription' failed",
        ),
        (
            staying(None, Some("made in HSM 7: 2026/11"), None),
            "accepted",
        ),
        (staying(None, Some(&"d".repeat(256)), None), "accepted"),
        (
            staying(None, Some(&"d".repeat(257)), None),
            "less than or equal to 256",
        ),
        // The material has another identifier.
        (
            staying(None, None, Some(&id)),
            "IncorrectKeyMaterialException",
        ),
        (
            staying(Some("EXISTING_KEY_MATERIAL"), None, Some(&id)),
            "IncorrectKeyMaterialException",
        ),
        (
            staying(Some("NEW_KEY_MATERIAL"), None, Some(&id)),
            "ValidationException",
        ),
        (
            staying(None, None, Some(&id[1..])),
            "greater than or equal to 64",
        ),
        (
            staying(None, None, Some(&id.to_uppercase())),
            "at 'keyMaterialId' failed",
        ),
        (
            staying(Some("OLD_KEY_MATERIAL"), None, None),
            "at 'importType' failed",
        ),
    ] {
        let said = answer(&verified(
            &ImportRequest {
                options: options.clone(),
                ..symmetric.clone()
            },
            &store(),
        ));
        assert!(said.contains(for_symmetric), "{options:?}: {said}");
        let said = answer(&verified(
            &ImportRequest {
                options: options.clone(),
                ..hmac.clone()
            },
            &store(),
        ));
        assert!(
            said.starts_with("ValidationException"),
            "{options:?}: {said}"
        );
    }
}

/// Rules for the key spec come after the key's state, and before the token.
#[test]
fn options_of_another_kind_of_key_come_between_state_and_token() {
    let key_spec = KeySpec::Hmac256;
    let parameters = parameters(key_spec, WrappingAlgorithm::RsaesOaepSha256, SPEC);
    let mut request = request(&parameters, vec![0; 256]);
    request.options.import_type = Some("NEW_KEY_MATERIAL".to_owned());
    request.import_token = Some(Blob::new(vec![0; 9]));
    assert_eq!(answer(&verified(&request, &store())), "ValidationException");
    let mut record = record(key_spec);
    record.key_metadata.key_state = KeyState::Creating;
    let store = MemoryKeyStore::new(root_secret(), [record]);
    assert_eq!(
        answer(&verified(&request, &store)),
        format!("KMSInvalidStateException: {} is creating.", arn(key_spec))
    );
}

/// AWS KMS Developer Guide, "Key states of AWS KMS keys": for each state, the answers of the two
/// operations to a key of origin `EXTERNAL`; `None` where they go on.
const KEY_STATES: &[(KeyState, Option<&str>, Option<&str>)] = &[
    (
        KeyState::Creating,
        Some("is creating."),
        Some("is creating."),
    ),
    (KeyState::Enabled, None, None),
    (KeyState::Disabled, None, None),
    (
        KeyState::PendingDeletion,
        Some("is pending deletion."),
        Some("is pending deletion."),
    ),
    (KeyState::PendingImport, None, None),
    (
        KeyState::PendingReplicaDeletion,
        Some("is pending replica deletion."),
        Some("is pending replica deletion."),
    ),
    (
        KeyState::Unavailable,
        Some("is unavailable."),
        Some("is unavailable."),
    ),
    (KeyState::Updating, Some("is updating."), None),
];

#[test]
fn every_state_and_origin_gets_its_answer_from_both_operations() {
    assert_eq!(
        KEY_STATES
            .iter()
            .map(|(state, ..)| *state)
            .collect::<Vec<_>>(),
        KeyState::ALL
    );
    let key_spec = KeySpec::SymmetricDefault;
    let arn = arn(key_spec);
    let (good, ..) = import_with(&[], &symmetric());
    // Withdrawn, which is checked right after the state, before a key is generated.
    let asked = parameters_request(&arn, WrappingAlgorithm::RsaesPkcs1V15, SPEC);
    for origin in Origin::ALL {
        for (state, for_parameters, for_import) in KEY_STATES {
            let mut record = record(key_spec);
            (record.key_metadata.origin, record.key_metadata.key_state) = (*origin, *state);
            let key = record.key_metadata.clone();
            let store = MemoryKeyStore::new(root_secret(), [record]);
            let expected = |text: Option<&str>| match origin {
                Origin::External => {
                    text.map(|text| format!("KMSInvalidStateException: {arn} {text}"))
                }
                _ => Some(format!(
                    "UnsupportedOperationException: {arn} origin is {origin} which is not valid for this \
                     operation."
                )),
            };
            for (operation, text) in [
                (Operation::GetParametersForImport, *for_parameters),
                (Operation::ImportKeyMaterial, *for_import),
            ] {
                let said = check_state(&key, operation)
                    .err()
                    .map(|error| error.refusal().to_string());
                assert_eq!(said, expected(text), "{operation:?} {origin} {state}");
            }
            let error = params(&asked, &place(), &store, now(), &mut rng(1)).expect_err("refused");
            let said = match &error {
                ParamsError::Incompatible(_) => None,
                _ => error.refusal().map(|refusal| refusal.to_string()),
            };
            assert_eq!(said, expected(*for_parameters), "params {origin} {state}");
            let said = Some(answer(&verified(&good, &store))).filter(|said| said != "accepted");
            assert_eq!(said, expected(*for_import), "verify {origin} {state}");
        }
    }
}

#[test]
fn a_state_that_refuses_is_told_as_data_too() {
    let mut key = metadata(arn(KeySpec::SymmetricDefault), KeySpec::SymmetricDefault);
    key.key_state = KeyState::PendingDeletion;
    let (arn, state) = (key.arn.clone(), key.key_state);
    assert_eq!(
        check_state(&key, Operation::ImportKeyMaterial),
        Err(KeyStateError::State { arn, state })
    );
    key.origin = Origin::AwsCloudHsm;
    let (arn, origin) = (key.arn.clone(), key.origin);
    assert_eq!(
        check_state(&key, Operation::ImportKeyMaterial),
        Err(KeyStateError::Origin { arn, origin })
    );
}

/// Bytes of the right length that do not open.
fn undecryptable(
    algorithm: WrappingAlgorithm,
    parameters: &ImportParameters,
) -> Vec<(String, Vec<u8>)> {
    let key_spec = KeySpec::EccNistP256;
    let material = material_bytes(key_spec).0;
    let good = encrypted(material, algorithm, parameters);
    let (block, tail) = good.split_at(256);
    let with_block = |block: &[u8]| [block, tail].concat();
    let mut blobs = vec![];
    for at in [0, 1, 127, 255] {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        blobs.push((format!("byte {at} of the RSA block"), flipped));
    }
    blobs.push((
        "random bytes".to_owned(),
        with_block(&[&[0x7f][..], &random(6, 255)].concat()),
    ));
    for (name, block) in numbers_at_the_edge() {
        blobs.push((name.to_owned(), with_block(&block)));
    }
    let message: &[u8] = if algorithm.is_hybrid() {
        &[0x42; 32]
    } else {
        material
    };
    blobs.extend(
        other_paddings(algorithm, message)
            .into_iter()
            .map(|(name, block)| (name, with_block(&block))),
    );
    if algorithm.is_hybrid() {
        for at in [256, 263, 264, good.len() / 2, good.len() - 1] {
            let mut flipped = good.clone();
            flipped[at] ^= 0x80;
            blobs.push((format!("byte {at}, under AES-KWP"), flipped));
        }
        blobs.push((
            "random bytes for AES-KWP".to_owned(),
            [block, &random(8, tail.len())].concat(),
        ));
        blobs.push((
            "a semiblock less".to_owned(),
            good[..good.len() - 8].to_vec(),
        ));
        blobs.push(("a semiblock more".to_owned(), [&good[..], &[0; 8]].concat()));
        blobs.push((
            "16 bytes of AES-KWP".to_owned(),
            [block, &tail[..16]].concat(),
        ));
        for len in [0, 1, 16, 24, 31, 33] {
            let key = vec![0x42; len];
            blobs.push((
                format!("an AES key of {len} bytes"),
                with_block(&oaep(algorithm, &key)),
            ));
        }
        let (other_block, _) = encrypted_again(material, algorithm, parameters);
        blobs.push((
            "the block of another wrap".to_owned(),
            with_block(&other_block),
        ));
    }
    blobs
}

fn encrypted_again(
    material: &[u8],
    algorithm: WrappingAlgorithm,
    parameters: &ImportParameters,
) -> (Vec<u8>, Vec<u8>) {
    let mut wrapped = byok_core::wrapping::wrap(
        &secret(material),
        algorithm,
        &parameters.public_key,
        &mut rng(77),
    )
    .expect("fits");
    let tail = wrapped.split_off(256);
    (wrapped, tail)
}

/// NIST SP 800-56B Rev. 2, 7.1.2: a ciphertext is between 1 and n − 1.
fn numbers_at_the_edge() -> Vec<(&'static str, Vec<u8>)> {
    let n = modulus(SPEC);
    let shifted = |by: i16| {
        let mut number = n.clone();
        let last = number.last_mut().expect("256 bytes");
        *last = u8::try_from(i16::from(*last) + by)
            .expect("no carry: the test's modulus does not end so");
        number
    };
    let small = |last: u8| [&[0; 255][..], &[last]].concat();
    vec![
        ("0", small(0)),
        ("1", small(1)),
        ("2", small(2)),
        ("n - 2", shifted(-2)),
        ("n - 1", shifted(-1)),
        ("n", n.clone()),
        ("n + 1", shifted(1)),
        ("2^2048 - 1", vec![0xff; 256]),
    ]
}

/// Returns `message` with a padding that `algorithm` does not use.
fn other_paddings(algorithm: WrappingAlgorithm, message: &[u8]) -> Vec<(String, Vec<u8>)> {
    let key = wrapping_rsa_key(SPEC).to_public_key();
    let is_sha1 = matches!(
        algorithm,
        WrappingAlgorithm::RsaesOaepSha1 | WrappingAlgorithm::RsaAesKeyWrapSha1
    );
    let label = "label".as_bytes();
    let mut made = vec![
        ("SHA-256 with MGF1-SHA-1, as Java has it", {
            key.encrypt(
                &mut rng(1),
                Oaep::<Sha256, Sha1>::new_with_mgf_hash(),
                message,
            )
        }),
        (
            "SHA-1 with MGF1-SHA-256",
            key.encrypt(
                &mut rng(1),
                Oaep::<Sha1, Sha256>::new_with_mgf_hash(),
                message,
            ),
        ),
    ];
    if is_sha1 {
        made.push((
            "the other hash",
            key.encrypt(&mut rng(1), Oaep::<Sha256>::new(), message),
        ));
        made.push((
            "a label",
            key.encrypt(&mut rng(1), Oaep::<Sha1>::new_with_label(label), message),
        ));
    } else {
        made.push((
            "the other hash",
            key.encrypt(&mut rng(1), Oaep::<Sha1>::new(), message),
        ));
        made.push((
            "a label",
            key.encrypt(&mut rng(1), Oaep::<Sha256>::new_with_label(label), message),
        ));
    }
    let mut made: Vec<(String, Vec<u8>)> = made
        .into_iter()
        .map(|(name, block)| (name.to_owned(), block.expect("fits")))
        .collect();
    let encode = if is_sha1 {
        encode::<Sha1>
    } else {
        encode::<Sha256>
    };
    let hash = |text: &[u8]| {
        if is_sha1 {
            Sha1::digest(text).to_vec()
        } else {
            Sha256::digest(text).to_vec()
        }
    };
    let (label_hash, zeros) = (
        hash(b""),
        vec![0; 255 - 2 * hash(b"").len() - 1 - message.len()],
    );
    let raw = |encoded: Vec<u8>| {
        let m = BoxedUint::from_be_slice(&encoded, 2048).expect("256 bytes");
        rsa_encrypt(&key, &m)
            .expect("below n")
            .to_be_bytes()
            .into_vec()
    };
    let good = encode(0, &label_hash, &[&zeros[..], &[1], message].concat());
    let ps = vec![0xee; 256 - 3 - message.len()];
    made.push((
        "PKCS #1 v1.5".to_owned(),
        raw([&[0, 2][..], &ps, &[0], message].concat()),
    ));
    // Below n, whose first octet is above 1.
    made.push((
        "first octet 1".to_owned(),
        raw(encode(
            1,
            &label_hash,
            &[&zeros[..], &[1], message].concat(),
        )),
    ));
    made.push((
        "no separator".to_owned(),
        raw(encode(
            0,
            &label_hash,
            &vec![0; zeros.len() + 1 + message.len()],
        )),
    ));
    let mut dirty = zeros.clone();
    dirty[3] = 2;
    made.push((
        "padding not zero".to_owned(),
        raw(encode(
            0,
            &label_hash,
            &[&dirty[..], &[1], message].concat(),
        )),
    ));
    let separator_2 = encode(0, &label_hash, &[&zeros[..], &[2], message].concat());
    made.push(("separator 2".to_owned(), raw(separator_2)));
    made.push(("the encoded message itself".to_owned(), good));
    made
}

/// Returns `message` padded for `algorithm`: one RSA block.
fn oaep(algorithm: WrappingAlgorithm, message: &[u8]) -> Vec<u8> {
    let key = wrapping_rsa_key(SPEC).to_public_key();
    match algorithm {
        WrappingAlgorithm::RsaesOaepSha1 | WrappingAlgorithm::RsaAesKeyWrapSha1 => {
            key.encrypt(&mut rng(1), Oaep::<Sha1>::new(), message)
        }
        _ => key.encrypt(&mut rng(1), Oaep::<Sha256>::new(), message),
    }
    .expect("fits")
}

/// EME-OAEP, RFC 8017, 7.1.1, with any first octet, label hash and padding.
fn encode<D: Digest>(first: u8, label_hash: &[u8], padded: &[u8]) -> Vec<u8> {
    let mut seed = vec![0x5a; <D as Digest>::output_size()];
    let mut db = [label_hash, padded].concat();
    mgf1_xor::<D>(&mut db, &seed);
    mgf1_xor::<D>(&mut seed, &db);
    [&[first][..], &seed, &db].concat()
}

fn mgf1_xor<D: Digest>(target: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0u32..).zip(target.chunks_mut(<D as Digest>::output_size())) {
        let mask = D::new()
            .chain_update(seed)
            .chain_update(counter.to_be_bytes())
            .finalize();
        chunk
            .iter_mut()
            .zip(mask.iter())
            .for_each(|(byte, mask)| *byte ^= mask);
    }
}

/// The encoding that the tests above damage is valid before.
#[test]
fn the_encoding_of_these_tests_is_the_real_one() {
    for algorithm in [
        WrappingAlgorithm::RsaesOaepSha1,
        WrappingAlgorithm::RsaesOaepSha256,
    ] {
        let parameters = parameters(KeySpec::EccNistP256, algorithm, SPEC);
        let message = material_bytes(KeySpec::EccNistP256).0;
        let encoded = match algorithm {
            WrappingAlgorithm::RsaesOaepSha1 => encode::<Sha1>(
                0,
                &Sha1::digest(b""),
                &[&[0; 255 - 41 - 138][..], &[1], message].concat(),
            ),
            _ => encode::<Sha256>(
                0,
                &Sha256::digest(b""),
                &[&[0; 255 - 65 - 138][..], &[1], message].concat(),
            ),
        };
        let m = BoxedUint::from_be_slice(&encoded, 2048).expect("256 bytes");
        let block = rsa_encrypt(wrapping_rsa_key(SPEC), &m)
            .expect("below n")
            .to_be_bytes()
            .into_vec();
        assert_eq!(
            answer(&verified(&request(&parameters, block), &store())),
            "accepted",
            "{algorithm}"
        );
    }
}

/// One refusal, whatever the reason.
#[test]
fn what_does_not_open_gets_one_answer() {
    let store = store();
    for algorithm in WrappingAlgorithm::RSA {
        let parameters = parameters(KeySpec::EccNistP256, algorithm, SPEC);
        let good = encrypted(
            material_bytes(KeySpec::EccNistP256).0,
            algorithm,
            &parameters,
        );
        assert_eq!(
            answer(&verified(&request(&parameters, good), &store)),
            "accepted"
        );
        let blobs = undecryptable(algorithm, &parameters);
        assert!(blobs.len() >= 20, "{}", blobs.len());
        for (name, blob) in blobs {
            let verification = verified(&request(&parameters, blob), &store);
            assert_eq!(
                answer(&verification),
                "InvalidCiphertextException",
                "{algorithm}: {name}"
            );
            assert_eq!(
                verification.checks,
                checks_up_to(Check::Decryption),
                "{algorithm}: {name}"
            );
            let error = refused(verification);
            assert_eq!(
                format!("{error:?}"),
                "InvalidCiphertext",
                "{algorithm}: {name}"
            );
            assert_eq!(
                error.to_string(),
                VerifyError::InvalidCiphertext.to_string(),
                "{algorithm}: {name}"
            );
            assert_eq!(error.refusal().message, None, "{algorithm}: {name}");
        }
    }
}

#[test]
fn lengths_that_no_wrapping_yields_are_told_apart_from_bytes_that_do_not_open() {
    let store = store();
    for spec in WrappingKeySpec::RSA {
        let block = spec.modulus_len().expect("RSA");
        for algorithm in WrappingAlgorithm::RSA {
            let parameters = parameters(KeySpec::EccNistP256, algorithm, spec);
            let (wrong, right) = if algorithm.is_hybrid() {
                (
                    vec![
                        1,
                        8,
                        block - 8,
                        block - 1,
                        block,
                        block + 1,
                        block + 7,
                        block + 8,
                        block + 15,
                        block + 17,
                    ],
                    vec![block + 16, block + 24, block + 144, 6144],
                )
            } else {
                (
                    vec![1, 32, block - 1, block + 1, block + 8, 2 * block, 6144],
                    vec![block],
                )
            };
            let ask = |len: usize| verified(&request(&parameters, random(9, len)), &store);
            for len in wrong {
                let verification = ask(len);
                assert_eq!(
                    answer(&verification),
                    WRONG_SIZE,
                    "{algorithm} {spec} {len}"
                );
                assert_eq!(
                    verification.checks,
                    checks_up_to(Check::EncryptedKeyMaterialSize)
                );
                match refused(verification) {
                    VerifyError::EncryptedLength {
                        len: found,
                        rule: LengthRule::Algorithm(named),
                    } => {
                        assert_eq!((found, named), (len, algorithm));
                    }
                    other => panic!("{other:?}"),
                }
            }
            for len in right {
                assert_eq!(
                    answer(&ask(len)),
                    "InvalidCiphertextException",
                    "{algorithm} {spec} {len}"
                );
            }
        }
    }
    for (len, bound) in [
        (0, "greater than or equal to 1"),
        (6145, "less than or equal to 6144"),
    ] {
        let said = answer(&verified(&request(&symmetric(), vec![0; len]), &NoStore));
        assert_eq!(
            said,
            format!(
                "ValidationException: 1 validation error detected: Value at 'encryptedKeyMaterial' failed to \
                 satisfy constraint: Member must have length {bound}"
            )
        );
    }
}

/// The forms of private keys that people have, none of which AWS KMS accepts as wrapped material.
mod other_forms {
    use der::{Decode as _, Encode as _, pem::LineEnding};
    use pkcs8::PrivateKeyInfoRef;

    pub(super) fn pem(pkcs8: &[u8]) -> Vec<u8> {
        pem_labelled("PRIVATE KEY", pkcs8)
    }

    pub(super) fn pem_labelled(label: &str, der: &[u8]) -> Vec<u8> {
        der::pem::encode_string(label, LineEnding::LF, der)
            .expect("a label")
            .into_bytes()
    }

    /// PKCS#1 of an RSA key, SEC1 of an EC key.
    pub(super) fn inner(pkcs8: &[u8]) -> Vec<u8> {
        PrivateKeyInfoRef::from_der(pkcs8)
            .expect("PKCS#8")
            .private_key
            .as_bytes()
            .to_vec()
    }

    pub(super) fn with_algorithm_of(pkcs8: &[u8], other: &[u8]) -> Vec<u8> {
        let mut info = PrivateKeyInfoRef::from_der(pkcs8).expect("PKCS#8");
        info.algorithm = PrivateKeyInfoRef::from_der(other)
            .expect("PKCS#8")
            .algorithm;
        info.to_der().expect("encodes")
    }
}

/// Bytes that open and are not material for a key of `key_spec`. A longer HMAC key is valid, and so
/// is a private key followed by a few zeros.
fn wrong_materials(key_spec: KeySpec) -> Vec<(String, Vec<u8>)> {
    use byok_core::key_spec::Family;
    let bytes = material_bytes(key_spec).0;
    let mut wrong = vec![
        ("a byte less".to_owned(), bytes[..bytes.len() - 1].to_vec()),
        ("eight trailing zeros".to_owned(), [bytes, &[0; 8]].concat()),
        ("a trailing newline".to_owned(), [bytes, b"\n"].concat()),
        ("a leading zero".to_owned(), [&[0], bytes].concat()),
        ("hex".to_owned(), byok_core::hex::encode(bytes).into_bytes()),
        (
            "base64".to_owned(),
            Blob::new(bytes.to_vec()).to_base64().into_bytes(),
        ),
        ("one byte".to_owned(), vec![0]),
    ];
    match key_spec.family() {
        Family::Symmetric | Family::Hmac { .. } => {
            for len in [16, 24, 28, 31, 32, 33, 48, 64, 65, 128]
                .into_iter()
                .filter(|len| *len != bytes.len())
            {
                wrong.push((format!("{len} bytes"), random(4, len)));
            }
            wrong.push((
                "a private key".to_owned(),
                material_bytes(KeySpec::EccNistP256).0.to_vec(),
            ));
            if matches!(key_spec.family(), Family::Hmac { .. }) {
                wrong.retain(|(_, material)| !(bytes.len()..=128).contains(&material.len()));
            }
        }
        _ => {
            wrong.push(("PEM".to_owned(), other_forms::pem(bytes)));
            wrong.push(("PKCS#1 or SEC1".to_owned(), other_forms::inner(bytes)));
            wrong.push(("32 raw bytes".to_owned(), random(4, 32)));
            let public = material_bytes(key_spec).1.expect("a key pair");
            wrong.push(("the public key".to_owned(), public.to_vec()));
            for other in KeySpec::ALL
                .iter()
                .copied()
                .filter(|other| is_importable(*other) && *other != key_spec)
            {
                let (other_bytes, other_public) = material_bytes(other);
                wrong.push((format!("material for {other}"), other_bytes.to_vec()));
                if other_public.is_some() {
                    let mixed = other_forms::with_algorithm_of(other_bytes, bytes);
                    if mixed != other_bytes {
                        wrong.push((
                            format!("the key of {other} under the algorithm of {key_spec}"),
                            mixed,
                        ));
                    }
                }
            }
        }
    }
    wrong
}

#[test]
fn what_opens_and_is_no_material_for_the_key_is_incorrect() {
    let store = store();
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|key_spec| is_importable(*key_spec))
    {
        // The combination is not checked again: the token says how to unwrap.
        let algorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
        let parameters = parameters(key_spec, algorithm, SPEC);
        let ask = |bytes: &[u8]| {
            verified(
                &request(&parameters, encrypted(bytes, algorithm, &parameters)),
                &store,
            )
        };
        let right = material_bytes(key_spec).0;
        assert_eq!(answer(&ask(right)), "accepted", "{key_spec}");
        let with_a_zero = if key_spec == KeySpec::SymmetricDefault {
            "IncorrectKeyMaterialException"
        } else {
            "accepted"
        };
        assert_eq!(
            answer(&ask(&[right, &[0]].concat())),
            with_a_zero,
            "{key_spec}"
        );
        for (name, bytes) in wrong_materials(key_spec) {
            let verification = ask(&bytes);
            assert_eq!(
                answer(&verification),
                "IncorrectKeyMaterialException",
                "{key_spec}: {name}"
            );
            assert_eq!(
                verification.checks,
                checks_up_to(Check::KeyMaterial),
                "{key_spec}: {name}"
            );
            let error = refused(verification);
            assert!(
                matches!(error, VerifyError::IncorrectKeyMaterial(_)),
                "{key_spec}: {name}"
            );
        }
    }
}

/// `RSA_AES_KEY_WRAP_*` assembled by hand, with any AES key and material.
fn hybrid(algorithm: WrappingAlgorithm, aes_key: &[u8], material: &[u8]) -> Vec<u8> {
    use aes_kw::{KeyInit as _, KwpAes128, KwpAes192, KwpAes256};
    let mut wrapped = vec![0; 8 + material.len().next_multiple_of(8)];
    match aes_key.len() {
        16 => KwpAes128::new_from_slice(aes_key)
            .expect("a key")
            .wrap_key(material, &mut wrapped)
            .map(|_| ()),
        24 => KwpAes192::new_from_slice(aes_key)
            .expect("a key")
            .wrap_key(material, &mut wrapped)
            .map(|_| ()),
        _ => KwpAes256::new_from_slice(aes_key)
            .expect("a key")
            .wrap_key(material, &mut wrapped)
            .map(|_| ()),
    }
    .expect("it fits");
    [oaep(algorithm, aes_key), wrapped].concat()
}

/// The Developer Guide's commands use only 32 bytes; PKCS #11 would permit others.
#[test]
fn only_an_aes_256_key_carries_material() {
    let store = store();
    let material = material_bytes(KeySpec::EccNistP256).0;
    for algorithm in [
        WrappingAlgorithm::RsaAesKeyWrapSha1,
        WrappingAlgorithm::RsaAesKeyWrapSha256,
    ] {
        let parameters = parameters(KeySpec::EccNistP256, algorithm, SPEC);
        for (len, expected) in [
            (32, "accepted"),
            (16, "InvalidCiphertextException"),
            (24, "InvalidCiphertextException"),
        ] {
            let wrapped = hybrid(algorithm, &random(5, len), material);
            assert_eq!(
                answer(&verified(&request(&parameters, wrapped), &store)),
                expected,
                "{algorithm} {len}"
            );
        }
    }
}

/// NIST SP 800-38F, 5.3.1: AES-KWP carries at least one byte.
#[test]
fn aes_kwp_of_nothing_does_not_open() {
    let algorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
    let parameters = parameters(KeySpec::EccNistP256, algorithm, SPEC);
    let ask = |wrapped| answer(&verified(&request(&parameters, wrapped), &store()));
    let nothing = hybrid(algorithm, &random(5, 32), b"");
    assert_eq!(nothing.len(), 256 + 8);
    assert_eq!(ask(nothing), WRONG_SIZE);
    assert_eq!(
        ask(hybrid(algorithm, &random(5, 32), b"k")),
        "IncorrectKeyMaterialException"
    );
}

/// RSAES-OAEP can carry an empty message; AES-KWP cannot.
#[test]
fn an_empty_message_is_no_material() {
    for algorithm in [
        WrappingAlgorithm::RsaesOaepSha1,
        WrappingAlgorithm::RsaesOaepSha256,
    ] {
        let parameters = parameters(KeySpec::SymmetricDefault, algorithm, SPEC);
        let verification = verified(&request(&parameters, oaep(algorithm, b"")), &store());
        assert_eq!(
            answer(&verification),
            "IncorrectKeyMaterialException",
            "{algorithm}"
        );
    }
}

#[test]
fn with_the_private_key_at_hand_only_length_decryption_and_material_are_checked() {
    let key_spec = KeySpec::EccNistP256;
    let algorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
    let key = wrapping_key(SPEC);
    let parameters = parameters(key_spec, algorithm, SPEC);
    let good = encrypted(material_bytes(key_spec).0, algorithm, &parameters);
    let ask = |wrapped: Vec<u8>, key_spec| {
        let rules = byok_core::compatibility::Rules::Standard;
        verify_with_private_key(
            &Blob::new(wrapped),
            &key,
            algorithm,
            key_spec,
            rules,
            &mut rng(1),
        )
    };
    let results = |verification: &byok_core::verify::Verification| -> Vec<CheckResult> {
        verification
            .checks
            .iter()
            .map(|(_, result)| *result)
            .collect()
    };
    let not_made = [CheckResult::NotChecked; 5];
    let (passed, failed, unmade) = (
        CheckResult::Passed,
        CheckResult::Failed,
        CheckResult::NotChecked,
    );
    let mut damaged = good.clone();
    damaged[0] ^= 1;
    for (wrapped, key_spec, expected, said) in [
        (good.clone(), key_spec, [passed, passed, passed], "accepted"),
        (
            good[1..].to_vec(),
            key_spec,
            [failed, unmade, unmade],
            WRONG_SIZE,
        ),
        (
            damaged,
            key_spec,
            [passed, failed, unmade],
            "InvalidCiphertextException",
        ),
        (
            good,
            KeySpec::EccNistP384,
            [passed, passed, failed],
            "IncorrectKeyMaterialException",
        ),
    ] {
        let verification = ask(wrapped, key_spec);
        assert_eq!(answer(&verification), said);
        assert_eq!(
            results(&verification),
            [&not_made[..], &expected, &[unmade]].concat(),
            "{said}"
        );
        if let Verdict::Accepted(accepted) = verification.verdict {
            assert_eq!(
                (accepted.key_arn, accepted.material.key_spec()),
                (None::<KeyArn>, key_spec)
            );
            assert_eq!(accepted.association, None);
        }
    }
}

/// A store that was written by hand can contain what AWS KMS never would.
#[test]
fn a_key_that_cannot_be_imported_into_takes_no_material() {
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|key_spec| !is_importable(*key_spec))
    {
        let mut contents = contents(
            KeySpec::SymmetricDefault,
            WrappingAlgorithm::RsaAesKeyWrapSha256,
            SPEC,
        );
        (contents.key_arn, contents.key_spec) = (arn(key_spec), key_spec);
        let parameters = sealed(&contents);
        let store = MemoryKeyStore::new(
            root_secret(),
            [KeyRecord::new(metadata(arn(key_spec), key_spec))],
        );
        let wrapped = encrypted(
            material_bytes(KeySpec::EccNistP256).0,
            contents.algorithm,
            &parameters,
        );
        let verification = verified(&request(&parameters, wrapped), &store);
        assert_eq!(
            answer(&verification),
            "IncorrectKeyMaterialException",
            "{key_spec}"
        );
    }
}

/// What only AWS KMS can open: a token in its form, and one in none that is known.
fn undecided(token: Vec<u8>, blob_len: usize) -> (ImportRequest, Verification) {
    let parameters = parameters(
        KeySpec::SymmetricDefault,
        WrappingAlgorithm::RsaesOaepSha256,
        SPEC,
    );
    let mut request = request(&parameters, random(9, blob_len));
    request.import_token = Some(Blob::new(token));
    let verification = verified(&request, &NoStore);
    (request, verification)
}

#[test]
fn a_request_alone_tells_an_impossible_length() {
    let possible = |len: usize, rules: Rules| {
        let (request, verification) = undecided(aws_token(400), len);
        let verification = verification.without_parameters(&request, rules);
        let size = (Check::EncryptedKeyMaterialSize, CheckResult::Passed);
        match &verification.verdict {
            Verdict::Undecided { .. } => assert!(verification.checks.contains(&size), "{len}"),
            Verdict::Refused(VerifyError::EncryptedLength {
                len: found,
                rule: LengthRule::AnyWrappingKey,
            }) => assert_eq!(*found, len),
            other => panic!("{len}: {other:?}"),
        }
        matches!(verification.verdict, Verdict::Undecided { .. })
    };
    for len in [256, 384, 512, 256 + 16, 256 + 152, 512 + 2384] {
        assert!(possible(len, Rules::Standard), "{len}");
    }
    for len in [1, 10, 32, 255, 257, 271, 256 + 17, 6143] {
        assert!(!possible(len, Rules::Standard), "{len}");
    }
    assert!(possible(256, Rules::China) && possible(45, Rules::China));
    assert!(!possible(44, Rules::China));
}

#[test]
fn every_check_that_was_not_made_has_its_reason() {
    let reasons = |verification: &Verification| -> Vec<(Check, NotChecked)> {
        let reason = |check: &Check| Some((*check, verification.not_checked(*check)?));
        Check::ALL.iter().filter_map(reason).collect()
    };
    for (token, reason) in [
        (aws_token(400), NotChecked::TokenOfAws),
        (vec![1; 300], NotChecked::TokenUnknown),
    ] {
        let (request, verification) = undecided(token, 256);
        let verification = verification.without_parameters(&request, Rules::Standard);
        assert_eq!(
            reasons(&verification),
            [
                (Check::KeyId, NotChecked::KeyOfAws),
                (Check::KeyState, NotChecked::KeyOfAws),
                (Check::ImportToken, reason),
                (Check::ParametersValidTo, NotChecked::NoEnd),
                (Check::Decryption, NotChecked::MaterialOfAws),
                (Check::KeyMaterial, NotChecked::MaterialOfAws),
                (Check::KeyMaterialId, NotChecked::KeyOfAws),
            ]
        );
    }
    let (request, verification) = undecided(aws_token(400), 10);
    let verification = verification.without_parameters(&request, Rules::Standard);
    let after = NotChecked::After(Check::EncryptedKeyMaterialSize);
    assert_eq!(verification.not_checked(Check::Decryption), Some(after));
    assert_eq!(
        verification.not_checked(Check::KeyId),
        Some(NotChecked::KeyOfAws)
    );
    assert_eq!(verification.not_checked(Check::Parameters), None);

    let alone = verify_with_private_key(
        &Blob::new(random(9, 256)),
        &wrapping_key(SPEC),
        WrappingAlgorithm::RsaesOaepSha256,
        KeySpec::SymmetricDefault,
        Rules::Standard,
        &mut rng(1),
    );
    assert_eq!(
        alone.not_checked(Check::ImportToken),
        Some(NotChecked::NoRequest)
    );
    let after = NotChecked::After(Check::Decryption);
    assert_eq!(alone.not_checked(Check::KeyMaterialId), Some(after));
}
