//! `wrap`: its refusals, its output, and what it leaves unchanged.

mod common;

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    import_parameters::ImportParameters,
    import_request::{ImportOptions, ImportRequest},
    import_token::ImportToken,
    key_file::FormatNote,
    key_material::KeyMaterial,
    key_spec::{Family, KeySpec},
    timestamp::Timestamp,
    wrap::{Payload, WrapError, wrap},
    wrapping::{self, WrapFailure},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::*;
use der::{Decode as _, Encode as _};

const KEY: KeySpec = KeySpec::SymmetricDefault;
const OAEP: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha256;
const HYBRID: WrappingAlgorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
const SPEC: WrappingKeySpec = WrappingKeySpec::Rsa2048;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn wrap_at(
    parameters: &ImportParameters,
    options: ImportOptions,
    now: Timestamp,
) -> Result<ImportRequest, WrapError> {
    wrap(
        parameters,
        OAEP,
        Payload::Material(&material(KEY)),
        options,
        now,
        &mut rng(1),
    )
}

fn wrap_blob(
    len: usize,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
) -> Result<ImportRequest, WrapError> {
    let key_spec = KeySpec::EccNistP384;
    let blob = Blob::new(random(1, len));
    let parameters = parameters(key_spec, algorithm, spec);
    let payload = Payload::Wrapped(&blob, key_spec);
    let made = wrap(
        &parameters,
        algorithm,
        payload,
        staying(),
        now(),
        &mut rng(1),
    );
    if let Ok(request) = &made {
        assert_eq!(
            request.encrypted_key_material.as_ref(),
            Some(&blob),
            "as it came"
        );
    }
    made
}

#[test]
fn the_request_carries_what_it_was_given() {
    let parameters = parameters(KEY, OAEP, SPEC);
    let options = ImportOptions {
        valid_to: Some(now().plus_millis(30 * DAY)),
        expiration_model: Some(EXPIRES.to_owned()),
        import_type: Some("NEW_KEY_MATERIAL".to_owned()),
        key_material_description: Some("HSM 7".to_owned()),
        key_material_id: None,
    };
    let request = wrap_at(&parameters, options.clone(), now()).expect("wrapped");
    assert_eq!(request.key_id, Some(arn(KEY).to_string()));
    assert_eq!(
        request.import_token.as_ref(),
        Some(parameters.import_token.blob())
    );
    assert_eq!(request.options, options);
    assert_eq!(
        request.encrypted_key_material.as_ref().map(Blob::len),
        Some(256)
    );
    assert_eq!(answer(&verified(&request, &store())), "accepted");
}

#[test]
fn parameters_are_good_until_just_before_their_end() {
    let parameters = parameters(KEY, OAEP, SPEC);
    let valid_to = parameters.parameters_valid_to.expect("it is known");
    assert!(wrap_at(&parameters, staying(), valid_to.plus_millis(-1)).is_ok());
    for late in [0, 1, DAY, 365 * DAY] {
        let now = valid_to.plus_millis(late);
        let error = wrap_at(&parameters, staying(), now).expect_err("expired");
        assert_eq!(error, WrapError::ExpiredImportToken { valid_to, now });
        assert_eq!(
            error.refusal().as_ref().map(text).as_deref(),
            Some("ExpiredImportTokenException")
        );
    }
}

/// `wrap` and `verify` agree to the millisecond.
#[test]
fn what_wraps_in_the_last_moment_is_accepted_in_it() {
    let parameters = parameters(KEY, OAEP, SPEC);
    let valid_to = parameters.parameters_valid_to.expect("it is known");
    let last = valid_to.plus_millis(-1);
    let request = wrap_at(&parameters, staying(), last).expect("wrapped");
    assert_eq!(answer(&verified_at(&request, &store(), last)), "accepted");
    assert_eq!(
        answer(&verified_at(&request, &store(), valid_to)),
        "ExpiredImportTokenException"
    );
}

#[test]
fn a_clock_that_is_slow_by_more_than_five_minutes_is_noticed() {
    let parameters = parameters(KEY, OAEP, SPEC);
    let valid_to = parameters.parameters_valid_to.expect("it is known");
    for ahead in [1, DAY - 1, DAY, DAY + 1, DAY + 5 * MINUTE] {
        assert!(
            wrap_at(&parameters, staying(), valid_to.plus_millis(-ahead)).is_ok(),
            "{ahead}"
        );
    }
    for ahead in [DAY + 5 * MINUTE + 1, DAY + 60 * MINUTE, 2 * DAY, 3650 * DAY] {
        let now = valid_to.plus_millis(-ahead);
        let error = wrap_at(&parameters, staying(), now).expect_err("slow");
        assert_eq!(error, WrapError::SlowClock { valid_to, now }, "{ahead}");
        assert_eq!(error.refusal(), None, "AWS KMS would not notice");
        assert!(error.to_string().contains("more than 24 hours"), "{error}");
    }
}

/// Parameters from separate files have no expiry.
#[test]
fn an_end_that_is_not_known_stops_nothing() {
    let mut parameters = parameters(KEY, OAEP, SPEC);
    parameters.parameters_valid_to = None;
    for days in [-3650, 0, 3650] {
        assert!(
            wrap_at(&parameters, staying(), now().plus_millis(days * DAY)).is_ok(),
            "{days}"
        );
    }
    let options = ImportOptions {
        valid_to: Some(now().plus_millis(1)),
        ..ImportOptions::default()
    };
    assert!(wrap_at(&parameters, options, now()).is_ok());
}

#[test]
fn material_must_not_expire_before_the_parameters_do() {
    let parameters = parameters(KEY, OAEP, SPEC);
    let parameters_valid_to = parameters.parameters_valid_to.expect("it is known");
    let until = |valid_to| ImportOptions {
        valid_to: Some(valid_to),
        ..ImportOptions::default()
    };
    for late in [0, 1, DAY] {
        assert!(
            wrap_at(
                &parameters,
                until(parameters_valid_to.plus_millis(late)),
                now()
            )
            .is_ok(),
            "{late}"
        );
    }
    for early in [1, 1000, DAY - 1] {
        let valid_to = parameters_valid_to.plus_millis(-early);
        let error = wrap_at(&parameters, until(valid_to), now()).expect_err("too soon");
        assert_eq!(
            error,
            WrapError::ValidToTooSoon {
                valid_to,
                parameters_valid_to
            },
            "{early}"
        );
        assert_eq!(error.refusal(), None, "AWS KMS would take it");
    }
    let error = wrap_at(&parameters, until(now()), now()).expect_err("not in the future");
    assert_eq!(
        error.to_string(),
        "ValidationException: ValidTo must be in the future"
    );
}

#[test]
fn options_get_the_answer_of_aws() {
    let parameters = parameters(KEY, OAEP, SPEC);
    let error = wrap_at(&parameters, ImportOptions::default(), now()).expect_err("no ValidTo");
    assert_eq!(
        error.to_string(),
        "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
    );
    let named = ImportOptions {
        import_type: Some("NEW_KEY_MATERIAL".to_owned()),
        ..staying()
    };
    assert!(wrap_at(&parameters, named.clone(), now()).is_ok());
    let hmac = KeySpec::Hmac256;
    let payload = material(hmac);
    let error = wrap(
        &common::parameters(hmac, OAEP, SPEC),
        OAEP,
        Payload::Material(&payload),
        named,
        now(),
        &mut rng(1),
    )
    .expect_err("not for HMAC keys");
    assert!(matches!(error, WrapError::Options(_)), "{error:?}");
    assert_eq!(error.to_string(), "ValidationException");
}

/// Combination, validity, options, wrapping.
#[test]
fn the_first_fault_gives_the_answer() {
    let key_spec = KeySpec::Rsa2048;
    let parameters = parameters(key_spec, HYBRID, SPEC);
    let late = parameters.parameters_valid_to.expect("it is known");
    let blob = Blob::new(vec![0; 7]);
    let ask = |algorithm, options, now| {
        wrap(
            &parameters,
            algorithm,
            Payload::Wrapped(&blob, key_spec),
            options,
            now,
            &mut rng(1),
        )
        .expect_err("refused")
    };
    assert!(matches!(
        ask(OAEP, ImportOptions::default(), late),
        WrapError::Incompatible(_)
    ));
    assert!(matches!(
        ask(HYBRID, ImportOptions::default(), late),
        WrapError::ExpiredImportToken { .. }
    ));
    assert!(matches!(
        ask(HYBRID, ImportOptions::default(), now()),
        WrapError::Options(_)
    ));
    assert!(matches!(
        ask(HYBRID, staying(), now()),
        WrapError::EncryptedLength { .. }
    ));
}

/// PKCS#8 of a P-384 key with attributes: AWS KMS accepts them, but the key no longer fits one
/// block of RSA_2048 with SHA-256.
fn p384_with_attributes(attributes_len: usize) -> Vec<u8> {
    let bytes = material_bytes(KeySpec::EccNistP384).0;
    let parts = der::Document::from_der(bytes).expect("DER");
    let fields = &parts.as_bytes()[3..];
    assert_eq!(
        (bytes[0], bytes[1]),
        (0x30, 0x81),
        "one length byte, as its 185 bytes need"
    );
    let value = vec![0x41; attributes_len - 13];
    let text = [
        &[0x0c, u8::try_from(value.len()).expect("short")][..],
        &value,
    ]
    .concat();
    let set = [&[0x31, u8::try_from(text.len()).expect("short")][..], &text].concat();
    let attribute = [
        &[
            0x30,
            u8::try_from(set.len() + 5).expect("short"),
            0x06,
            0x03,
            0x55,
            0x04,
            0x03,
        ][..],
        &set,
    ];
    let attributes = attribute.concat();
    let tagged = [
        &[0xa0, u8::try_from(attributes.len()).expect("short")][..],
        &attributes,
    ]
    .concat();
    let all = [fields, &tagged].concat();
    let len = u8::try_from(all.len()).expect("below 256");
    [&[0x30, 0x81, len][..], &all].concat()
}

#[test]
fn attributes_that_would_not_fit_one_block_do_not_travel() {
    let plain = material_bytes(KeySpec::EccNistP384).0;
    assert_eq!(
        plain.len(),
        185,
        "5 bytes below the capacity of RSA_2048 with SHA-256"
    );
    let der = p384_with_attributes(30);
    assert!(der.len() > 190, "{}", der.len());
    let long = KeyMaterial::from_import(&secret(&der), KeySpec::EccNistP384, Rules::Standard);
    let long = long.expect("attributes are part of PKCS#8");
    assert_eq!(long.material.bytes().expose(), plain);
    assert_eq!(long.remarks, [FormatNote::NotCanonical]);
    let (algorithm, spec) = (WrappingAlgorithm::RsaesOaepSha256, WrappingKeySpec::Rsa2048);
    let parameters = parameters(KeySpec::EccNistP384, algorithm, spec);
    let made = wrap(
        &parameters,
        algorithm,
        Payload::Material(&long.material),
        staying(),
        now(),
        &mut rng(1),
    );
    assert_eq!(
        answer(&verified(&made.expect("fits"), &store())),
        "accepted"
    );
    let failure = wrapping::wrap(
        &secret(&der),
        algorithm,
        &parameters.public_key,
        &mut rng(1),
    );
    let (len, max) = (der.len(), 190);
    assert_eq!(failure.err(), Some(WrapFailure::TooLong { len, max }));
    let error = WrapError::Wrapping(WrapFailure::TooLong { len, max });
    assert_eq!(
        error.to_string(),
        format!("{len} bytes of key material; the limit is {max}")
    );
    assert_eq!(error.refusal(), None);
}

#[test]
fn an_rsa_key_never_fits_a_block() {
    let material = material_bytes(KeySpec::Rsa2048).0;
    for spec in WrappingKeySpec::RSA {
        let parameters = parameters(KeySpec::Rsa2048, HYBRID, spec);
        let forced = wrapping::wrap(&secret(material), OAEP, &parameters.public_key, &mut rng(1));
        let max = spec.modulus_len().expect("RSA") - 66;
        assert_eq!(
            forced,
            Err(WrapFailure::TooLong {
                len: material.len(),
                max
            }),
            "{spec}"
        );
    }
}

#[test]
fn a_block_holds_its_capacity_and_not_a_byte_more() {
    for (spec, sha1, sha256) in [
        (WrappingKeySpec::Rsa2048, 214, 190),
        (WrappingKeySpec::Rsa3072, 342, 318),
        (WrappingKeySpec::Rsa4096, 470, 446),
    ] {
        let key = parameters(KEY, OAEP, spec).public_key;
        for (algorithm, max) in [
            (WrappingAlgorithm::RsaesOaepSha1, sha1),
            (WrappingAlgorithm::RsaesOaepSha256, sha256),
        ] {
            let wrapped =
                |len: usize| wrapping::wrap(&secret(&random(1, len)), algorithm, &key, &mut rng(1));
            assert_eq!(
                wrapped(max).map(|wrapped| wrapped.len()),
                Ok(spec.modulus_len().expect("RSA"))
            );
            assert_eq!(
                wrapped(max + 1),
                Err(WrapFailure::TooLong { len: max + 1, max }),
                "{algorithm} {spec}"
            );
        }
    }
}

#[test]
fn nothing_is_not_wrapped_and_other_algorithms_have_no_rsa_key() {
    let key = parameters(KEY, OAEP, SPEC).public_key;
    for algorithm in WrappingAlgorithm::ALL {
        assert_eq!(
            wrapping::wrap(&secret(b""), *algorithm, &key, &mut rng(1)),
            Err(WrapFailure::Empty)
        );
        let made = wrapping::wrap(&secret(b"key"), *algorithm, &key, &mut rng(1));
        assert_eq!(
            made.is_ok(),
            WrappingAlgorithm::RSA.contains(algorithm),
            "{algorithm}"
        );
        if made.is_err() {
            assert_eq!(made, Err(WrapFailure::WrongKey), "{algorithm}");
        }
    }
}

#[test]
fn what_was_wrapped_elsewhere_goes_as_it_came_if_its_length_can_be() {
    for spec in WrappingKeySpec::RSA {
        let block = spec.modulus_len().expect("RSA");
        for algorithm in WrappingAlgorithm::RSA {
            let (wrong, right) = if algorithm.is_hybrid() {
                (
                    vec![
                        0,
                        1,
                        block - 1,
                        block,
                        block + 1,
                        block + 8,
                        block + 15,
                        block + 17,
                        6145,
                        6152,
                    ],
                    vec![block + 16, block + 24, block + 200, 6144],
                )
            } else {
                (
                    vec![0, 1, 32, block - 1, block + 1, 2 * block, 6144],
                    vec![block],
                )
            };
            for len in right {
                assert!(
                    wrap_blob(len, algorithm, spec).is_ok(),
                    "{algorithm} {spec} {len}"
                );
            }
            for len in wrong {
                let error = wrap_blob(len, algorithm, spec).expect_err("an impossible length");
                assert_eq!(
                    error,
                    WrapError::EncryptedLength {
                        len,
                        algorithm,
                        wrapping_key_spec: spec
                    }
                );
                assert_eq!(
                    error.to_string(),
                    "ValidationException: Invalid encrypted key size."
                );
            }
        }
    }
}

#[test]
fn a_blob_from_an_hsm_is_accepted_like_one_from_here() {
    let key_spec = KeySpec::EccNistP521;
    let parameters = parameters(key_spec, HYBRID, SPEC);
    let blob = Blob::new(encrypted(material_bytes(key_spec).0, HYBRID, &parameters));
    let payload = Payload::Wrapped(&blob, key_spec);
    let request = wrap(&parameters, HYBRID, payload, staying(), now(), &mut rng(1)).expect("taken");
    assert_eq!(
        accepted(verified(&request, &store()))
            .material
            .bytes()
            .expose(),
        material_bytes(key_spec).0
    );
}

/// Only AWS KMS can open its token, so nothing here judges it.
#[test]
fn the_token_goes_unjudged() {
    let mut parameters = parameters(KEY, OAEP, SPEC);
    let rest = random(2, 1716);
    let aws = [
        &[1, 1, 2, 0, 0x78][..],
        &random(1, 32),
        &[0, 0, 0x06, 0xb4],
        &rest,
    ]
    .concat();
    for token in [aws, vec![0], vec![0xff; 6144], b"text".to_vec()] {
        parameters.import_token =
            ImportToken::new(Blob::new(token.clone())).expect("1 to 6144 bytes");
        let request = wrap_at(&parameters, staying(), now()).expect("wrapped");
        assert_eq!(
            request.import_token.as_ref().map(Blob::as_bytes),
            Some(&token[..])
        );
        let read_back = ImportRequest::from_json(request.to_json().as_bytes()).expect("a request");
        assert_eq!(
            read_back.import_token.as_ref().map(Blob::as_bytes),
            Some(&token[..])
        );
    }
}

fn wrapped_with(seed: u64, key_spec: KeySpec, algorithm: WrappingAlgorithm) -> Vec<u8> {
    let parameters = parameters(key_spec, algorithm, SPEC);
    let payload = material(key_spec);
    let request = wrap(
        &parameters,
        algorithm,
        Payload::Material(&payload),
        staying(),
        now(),
        &mut rng(seed),
    );
    request
        .expect("wrapped")
        .encrypted_key_material
        .expect("wrapped material")
        .as_bytes()
        .to_vec()
}

#[test]
fn the_same_generator_wraps_the_same() {
    for algorithm in WrappingAlgorithm::RSA {
        let key_spec = KeySpec::EccNistP256;
        assert_eq!(
            wrapped_with(1, key_spec, algorithm),
            wrapped_with(1, key_spec, algorithm),
            "{algorithm}"
        );
    }
}

#[test]
fn no_two_wraps_have_anything_in_common() {
    let key_spec = KeySpec::EccNistP256;
    for algorithm in WrappingAlgorithm::RSA {
        let parameters = parameters(key_spec, algorithm, SPEC);
        let payload = material(key_spec);
        let mut generator = rng(1);
        let blobs: Vec<Vec<u8>> = (0..20)
            .map(|_| {
                wrap(
                    &parameters,
                    algorithm,
                    Payload::Material(&payload),
                    staying(),
                    now(),
                    &mut generator,
                )
                .expect("wrapped")
                .encrypted_key_material
                .expect("wrapped material")
                .as_bytes()
                .to_vec()
            })
            .collect();
        for (place, one) in blobs.iter().enumerate() {
            for other in &blobs[place + 1..] {
                // If the AES key or the seed were drawn only once, a semiblock of the material or
                // the block would repeat.
                let repeated = one
                    .chunks(8)
                    .zip(other.chunks(8))
                    .filter(|(a, b)| a == b)
                    .count();
                assert_eq!(repeated, 0, "{algorithm}");
            }
        }
    }
}

/// The AES key is new for each wrap: the first of two equal wraps does not reveal the second.
#[test]
fn the_aes_key_is_random_and_of_32_bytes() {
    let key = wrapping_key(SPEC);
    for (algorithm, oaep) in [
        (
            WrappingAlgorithm::RsaAesKeyWrapSha1,
            WrappingAlgorithm::RsaesOaepSha1,
        ),
        (
            WrappingAlgorithm::RsaAesKeyWrapSha256,
            WrappingAlgorithm::RsaesOaepSha256,
        ),
    ] {
        let mut keys: Vec<Vec<u8>> = (0..10)
            .map(|seed| {
                let wrapped = wrapped_with(seed, KeySpec::EccNistP256, algorithm);
                let opened = wrapping::unwrap(&wrapped[..256], oaep, &key, &mut rng(1))
                    .expect("the AES key");
                opened.expose().to_vec()
            })
            .collect();
        assert!(
            keys.iter()
                .all(|key| key.len() == 32 && key.iter().any(|byte| *byte != key[0]))
        );
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 10, "{algorithm}");
    }
}

/// The output never contains the material itself.
#[test]
fn what_is_wrapped_is_not_to_be_seen() {
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|key_spec| is_importable(*key_spec))
    {
        let algorithm = match key_spec.family() {
            Family::Symmetric | Family::Hmac { .. } => OAEP,
            _ => HYBRID,
        };
        let wrapped = wrapped_with(1, key_spec, algorithm);
        for part in material_bytes(key_spec).0.chunks_exact(16) {
            assert!(
                !wrapped.windows(16).any(|window| window == part),
                "{key_spec}"
            );
        }
    }
}

#[test]
fn attributes_are_well_formed() {
    let der = p384_with_attributes(30);
    let any = der::AnyRef::try_from(&der[..]).expect("DER");
    assert_eq!(any.to_der().expect("encodes"), der);
    assert_eq!(der.len(), 185 + 30);
}
