//! Every key spec with every wrapping algorithm and wrapping key spec, from the parameters to the
//! verdict: the material of a permitted combination is unchanged at the end, every other
//! combination gets AWS's answer.

mod common;

use byok_core::{
    blob::Blob,
    fingerprint::Fingerprint,
    import_parameters::{ImportParameters, TimestampFormat},
    import_request::ImportRequest,
    import_token::{TokenFacts, TokenOrigin},
    key_metadata::KeyState,
    key_spec::{Family, KeySpec},
    key_store::{KeyStore as _, MemoryKeyStore},
    params::{ParamsError, params},
    rehearse::{RehearseError, rehearse},
    timestamp::Timestamp,
    verify::CheckResult,
    wrap::{Payload, WrapError, wrap},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::*;
use sha2::{Digest as _, Sha256};

type Words = &'static [&'static str];

const OAEP: Words = &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
const HYBRID: Words = &["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"];
const RSA: Words = &["RSA_2048", "RSA_3072", "RSA_4096"];

/// AWS KMS Developer Guide, "Download the wrapping public key and import token", its table for the
/// standard Regions: key specs, wrapping algorithms, wrapping key specs.
const TABLE: &[(Words, Words, Words)] = &[
    (
        &[
            "SYMMETRIC_DEFAULT",
            "HMAC_224",
            "HMAC_256",
            "HMAC_384",
            "HMAC_512",
        ],
        OAEP,
        RSA,
    ),
    (&["RSA_2048", "RSA_3072", "RSA_4096"], HYBRID, RSA),
    (
        &[
            "ECC_NIST_P256",
            "ECC_NIST_P384",
            "ECC_SECG_P256K1",
            "ECC_NIST_EDWARDS25519",
        ],
        OAEP,
        RSA,
    ),
    (
        &[
            "ECC_NIST_P256",
            "ECC_NIST_P384",
            "ECC_SECG_P256K1",
            "ECC_NIST_EDWARDS25519",
        ],
        HYBRID,
        RSA,
    ),
    (&["ECC_NIST_P521"], OAEP, &["RSA_3072", "RSA_4096"]),
    (&["ECC_NIST_P521"], HYBRID, RSA),
];
const NEVER_IMPORTED: Words = &[
    "SM2",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
];

type Combination = (KeySpec, WrappingAlgorithm, WrappingKeySpec);

fn combinations() -> impl Iterator<Item = Combination> {
    KeySpec::ALL.iter().flat_map(|key_spec| {
        WrappingAlgorithm::ALL.iter().flat_map(|algorithm| {
            WrappingKeySpec::ALL
                .iter()
                .map(|spec| (*key_spec, *algorithm, *spec))
        })
    })
}

fn is_in_the_table((key_spec, algorithm, spec): Combination) -> bool {
    TABLE.iter().any(|(key_specs, algorithms, specs)| {
        key_specs.contains(&key_spec.as_str())
            && algorithms.contains(&algorithm.as_str())
            && specs.contains(&spec.as_str())
    })
}

/// AWS's answer to a combination that is not in the table, if it knows the words.
fn answer_of_the_table((key_spec, algorithm, spec): Combination) -> String {
    if NEVER_IMPORTED.contains(&key_spec.as_str()) || algorithm.as_str() == "RSAES_PKCS1_V1_5" {
        return "UnsupportedOperationException".to_owned();
    }
    format!(
        "ValidationException: Wrapping algorithm {algorithm} and wrapping key spec {spec} cannot be used to \
         import a {key_spec} key."
    )
}

/// AWS's answer to words that its standard Regions do not know.
fn answer_to_unknown_words((_, algorithm, spec): Combination) -> Option<String> {
    let mut faults = vec![];
    if algorithm.as_str() == "SM2PKE" {
        faults.push(
            "Value 'SM2PKE' at 'wrappingAlgorithm' failed to satisfy constraint: Member must satisfy enum value \
             set: [RSAES_PKCS1_V1_5, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, RSA_AES_KEY_WRAP_SHA_1, \
             RSA_AES_KEY_WRAP_SHA_256]",
        );
    }
    if spec.as_str() == "SM2" {
        faults.push(
            "Value 'SM2' at 'wrappingKeySpec' failed to satisfy constraint: Member must satisfy enum value set: \
             [RSA_2048, RSA_3072, RSA_4096]",
        );
    }
    match faults.as_slice() {
        [] => None,
        [one] => Some(format!(
            "ValidationException: 1 validation error detected: {one}"
        )),
        _ => Some(format!(
            "ValidationException: 2 validation errors detected: {}",
            faults.join("; ")
        )),
    }
}

/// One RSA block, and for `RSA_AES_KEY_WRAP_*` the material padded to 8 bytes, plus 8 bytes.
fn expected_len(material_len: usize, (_, algorithm, spec): Combination) -> usize {
    let block = match spec {
        WrappingKeySpec::Rsa2048 => 256,
        WrappingKeySpec::Rsa3072 => 384,
        WrappingKeySpec::Rsa4096 => 512,
        WrappingKeySpec::Sm2 => panic!("not an RSA block"),
    };
    if HYBRID.contains(&algorithm.as_str()) {
        block + 8 + material_len.div_ceil(8) * 8
    } else {
        block
    }
}

/// Wraps the valid material of the combination for `parameters`, and checks the whole request.
fn assert_round_trip(
    combination: Combination,
    parameters: &ImportParameters,
    store: &MemoryKeyStore,
) {
    let (key_spec, algorithm, spec) = combination;
    let (bytes, public_key) = material_bytes(key_spec);
    let material = material(key_spec);
    let request = wrap(
        parameters,
        algorithm,
        Payload::Material(&material),
        staying(),
        now(),
        &mut rng(23),
    )
    .unwrap_or_else(|error| panic!("{combination:?}: {error}"));
    let wrapped = request
        .encrypted_key_material
        .as_ref()
        .expect("wrapped material");
    assert_eq!(
        wrapped.len(),
        expected_len(bytes.len(), combination),
        "{combination:?}"
    );

    // Reading returns what was written.
    let request = ImportRequest::from_json(request.to_json().as_bytes()).expect("a request");
    let verification = verified(&request, store);
    assert!(
        verification
            .checks
            .iter()
            .all(|(_, result)| *result == CheckResult::Passed),
        "{verification:?}"
    );
    let digest: [u8; 32] = Sha256::digest(parameters.public_key.spki().as_bytes()).into();
    let facts = TokenFacts {
        key_arn: arn(key_spec),
        key_spec,
        algorithm,
        wrapping_key_spec: spec,
        wrapping_key_sha256: digest,
        issued_at: now(),
        parameters_valid_to: now().plus_millis(Timestamp::DAY_MILLIS),
    };
    assert_eq!(verification.token.as_ref(), Some(&facts), "{combination:?}");
    let found = accepted(verification);
    assert_eq!(found.material.bytes().expose(), bytes, "{combination:?}");
    assert_eq!(found.material.key_spec(), key_spec);
    assert_eq!(
        found.material.public_key().map(Blob::as_bytes),
        public_key,
        "{combination:?}"
    );
    assert_eq!(found.material.fingerprint(), material.fingerprint());
    if let Some(public_key) = public_key {
        assert_eq!(
            found.material.fingerprint(),
            Fingerprint::Spki(Sha256::digest(public_key).into())
        );
    }
    assert_eq!(found.key_arn.as_ref(), Some(&parameters.key_arn));
}

/// The token comes from [`common`], so no wrapping key is generated.
#[test]
fn what_the_table_allows_comes_out_as_it_went_in() {
    let store = store();
    let mut count = 0;
    for combination in combinations().filter(|combination| is_in_the_table(*combination)) {
        let (key_spec, algorithm, spec) = combination;
        assert_round_trip(combination, &parameters(key_spec, algorithm, spec), &store);
        count += 1;
    }
    assert_eq!(count, 106, "5·2·3 + 3·2·3 + 4·4·3 + 1·(2·2 + 2·3)");
}

/// `params` itself, with every wrapping algorithm and wrapping key spec, and every key spec once.
#[test]
fn parameters_that_were_issued_here_are_as_good() {
    let store = store();
    let mut uncovered: Vec<KeySpec> = KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| is_importable(*spec))
        .collect();
    // EC keys permit both kinds of algorithm, so they take the combinations that the others leave.
    uncovered.sort_by_key(|key_spec| matches!(key_spec.family(), Family::Ec(_) | Family::Ed25519));
    let mut chosen: Vec<Combination> = vec![];
    for spec in WrappingKeySpec::RSA {
        for algorithm in WrappingAlgorithm::RSA {
            let fits = |key_spec: &KeySpec| is_in_the_table((*key_spec, algorithm, spec));
            let key_spec = match uncovered.iter().position(fits) {
                Some(place) => uncovered.remove(place),
                None => KeySpec::ALL
                    .iter()
                    .copied()
                    .find(fits)
                    .expect("every algorithm has a use"),
            };
            chosen.push((key_spec, algorithm, spec));
        }
    }
    // More key specs than combinations of algorithm and wrapping key spec.
    for key_spec in uncovered {
        let fits =
            |combination: &Combination| combination.0 == key_spec && is_in_the_table(*combination);
        chosen.push(combinations().find(fits).expect("it can be imported"));
    }
    assert_eq!(chosen.len(), 13);
    for (key_spec, algorithm, spec) in chosen {
        let request = parameters_request(&arn(key_spec), algorithm, spec);
        let issued = params(&request, &place(), &store, now(), &mut rng(29)).expect("issued");
        assert_eq!(issued.key_arn, arn(key_spec));
        assert_eq!(issued.public_key.spec(), spec);
        assert_eq!(
            issued.parameters_valid_to,
            Some(now().plus_millis(86_400_000))
        );
        assert_eq!(issued.import_token.origin(), TokenOrigin::Rehearsal);
        let printed = issued.to_json(TimestampFormat::Wire);
        assert_eq!(
            ImportParameters::from_json(printed.as_bytes()).as_ref(),
            Ok(&issued)
        );

        let record = store
            .find(&arn(key_spec))
            .expect("the store answers")
            .expect("the key");
        let set = record
            .rehearsal
            .parameter_sets
            .last()
            .expect("the set was recorded");
        assert_eq!(
            (set.wrapping_algorithm, set.wrapping_key_spec),
            (algorithm, spec)
        );
        assert_eq!(set.public_key_sha256, issued.public_key.fingerprint());
        assert_eq!(set.import_token, *issued.import_token.blob());
        assert_eq!(Some(set.parameters_valid_to), issued.parameters_valid_to);
        assert_eq!(
            (set.issued_at, record.key_metadata.key_state),
            (now(), KeyState::PendingImport)
        );
        assert_round_trip((key_spec, algorithm, spec), &issued, &store);
    }
}

#[test]
fn parameters_depend_on_the_rng_alone() {
    let key = KeySpec::SymmetricDefault;
    let issue = |seed| {
        let request = parameters_request(
            &arn(key),
            WrappingAlgorithm::RsaesOaepSha256,
            WrappingKeySpec::Rsa2048,
        );
        params(&request, &place(), &store(), now(), &mut rng(seed)).expect("issued")
    };
    let (first, again, other) = (issue(1), issue(1), issue(2));
    assert_eq!(first, again);
    assert_ne!(first.public_key, other.public_key);
    assert_ne!(first.import_token, other.import_token);
}

#[test]
fn what_the_table_does_not_allow_gets_no_parameters() {
    let store = store();
    let mut count = 0;
    for combination in combinations().filter(|combination| !is_in_the_table(*combination)) {
        let (key_spec, algorithm, spec) = combination;
        let request = parameters_request(&arn(key_spec), algorithm, spec);
        let error = params(&request, &place(), &store, now(), &mut rng(31)).expect_err("refused");
        let expected = answer_to_unknown_words(combination)
            .unwrap_or_else(|| answer_of_the_table(combination));
        assert_eq!(
            error.refusal().as_ref().map(text),
            Some(expected),
            "{combination:?}"
        );
        count += 1;
    }
    assert_eq!(
        count,
        KeySpec::ALL.len() * WrappingAlgorithm::ALL.len() * WrappingKeySpec::ALL.len() - 106
    );
    for key_spec in KeySpec::ALL {
        let record = store
            .find(&arn(*key_spec))
            .expect("the store answers")
            .expect("the key");
        assert!(record.rehearsal.parameter_sets.is_empty(), "{key_spec}");
    }
}

/// Also for material that an HSM wrapped, so that nothing depends on the material.
#[test]
fn what_the_table_does_not_allow_is_not_wrapped() {
    for combination in combinations().filter(|(_, _, spec)| *spec != WrappingKeySpec::Sm2) {
        let (key_spec, algorithm, spec) = combination;
        let parameters = parameters(key_spec, WrappingAlgorithm::RsaesOaepSha256, spec);
        let wrapped = Blob::new(vec![0x5a; expected_len(32, combination)]);
        let payload = Payload::Wrapped(&wrapped, key_spec);
        let refusal = wrap(
            &parameters,
            algorithm,
            payload,
            staying(),
            now(),
            &mut rng(37),
        )
        .err()
        .map(|error| match error {
            WrapError::Incompatible(incompatible) => text(&incompatible.refusal()),
            other => panic!("{combination:?}: {other}"),
        });
        let expected = (!is_in_the_table(combination)).then(|| answer_of_the_table(combination));
        assert_eq!(refusal, expected, "{combination:?}");
    }
}

#[test]
fn a_rehearsal_takes_the_same_way() {
    let key_spec = KeySpec::EccNistP384;
    let run = |algorithm, spec| {
        rehearse(
            &material(key_spec),
            algorithm,
            spec,
            &place(),
            now(),
            &mut rng(53),
        )
    };
    let rehearsal =
        run(WrappingAlgorithm::RsaesOaepSha256, WrappingKeySpec::Rsa2048).expect("goes through");
    assert_eq!(
        rehearsal.parameters.public_key.spec(),
        WrappingKeySpec::Rsa2048
    );
    assert_eq!(
        rehearsal
            .request
            .encrypted_key_material
            .as_ref()
            .map(Blob::len),
        Some(256)
    );

    let error =
        run(WrappingAlgorithm::RsaesPkcs1V15, WrappingKeySpec::Rsa2048).expect_err("withdrawn");
    assert!(
        matches!(error, RehearseError::Params(ParamsError::Incompatible(_))),
        "{error}"
    );
    assert_eq!(error.to_string(), "UnsupportedOperationException");
}
