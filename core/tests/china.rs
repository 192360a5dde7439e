//! The rules of the China Regions: their table, `SM2PKE`, SM2 keys and SM4 keys.

mod common;

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    exception::Refusal,
    explain::{Cause, RawOrder, explain, explain_unopened, explain_with_private_key},
    fingerprint::Fingerprint,
    generate::{MaterialForm, Provenance, encode, generate},
    import_parameters::ImportParameters,
    import_request::ImportRequest,
    import_token::{ImportToken, TokenOrigin},
    inspect::{Inspection, inspect},
    key_id::{AccountId, KeyArn, KeyId, Place},
    key_material::{KeyMaterial, KeyMaterialError, MaterialError, ReadOptions, WeakMaterial},
    key_record::KeyRecord,
    key_spec::KeySpec,
    key_store::MemoryKeyStore,
    params::{ParamsError, params},
    region::Region,
    rehearse::{best_algorithm, best_wrapping_key_spec, rehearse},
    secret::SecretBytes,
    verify::{Recording, Verdict, Verification, VerifyError, verify, verify_with_private_key},
    wrap::{Payload, WrapError, wrap},
    wrapping::{self, Sm2Form},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
};
use common::{
    accepted, answer, aws_token, material, material_bytes, now, random, rng, root_secret, secret,
    staying, text,
};
use p256::pkcs8::EncodePrivateKey as _;

type Words = &'static [&'static str];

const OAEP: Words = &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
const RSA: Words = &["RSA_2048", "RSA_3072", "RSA_4096"];

/// AWS KMS Developer Guide for China, "Download the wrapping public key and import token": key specs,
/// wrapping algorithms, wrapping key specs.
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
    (
        &[
            "ECC_NIST_P256",
            "ECC_NIST_P384",
            "ECC_SECG_P256K1",
            "ECC_NIST_EDWARDS25519",
            "SM2",
        ],
        OAEP,
        RSA,
    ),
    (&["ECC_NIST_P521"], OAEP, &["RSA_3072", "RSA_4096"]),
    (
        &[
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "ECC_NIST_P256",
            "ECC_NIST_P384",
            "ECC_NIST_P521",
        ],
        &["SM2PKE"],
        &["SM2"],
    ),
    (
        &["ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "SM2"],
        &["SM2PKE"],
        &["SM2"],
    ),
];

fn china() -> Place {
    Place {
        region: Region::parse("cn-north-1").expect("a Region"),
        region_is_explicit: true,
        account_id: AccountId::parse("111122223333").expect("12 digits"),
    }
}

fn arn(key_spec: KeySpec) -> KeyArn {
    let number = KeySpec::ALL
        .iter()
        .position(|spec| *spec == key_spec)
        .expect("a key spec");
    let id = KeyId::parse(&format!("1234abcd-12ab-34cd-56ef-{number:012x}")).expect("an id");
    KeyArn::new(china().region, china().account_id, id)
}

fn store() -> MemoryKeyStore {
    let record = |spec: &KeySpec| KeyRecord::new(common::metadata(arn(*spec), *spec));
    MemoryKeyStore::new(root_secret(), KeySpec::ALL.iter().map(record))
}

fn ask(
    key_spec: KeySpec,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
    store: &MemoryKeyStore,
) -> Result<ImportParameters, ParamsError> {
    params(
        &common::parameters_request(&arn(key_spec), algorithm, spec),
        &china(),
        store,
        now(),
        &mut rng(41),
    )
}

/// Parameters for `SM2PKE`.
fn under_sm2(key_spec: KeySpec, store: &MemoryKeyStore) -> ImportParameters {
    ask(
        key_spec,
        WrappingAlgorithm::Sm2Pke,
        WrappingKeySpec::Sm2,
        store,
    )
    .expect("issued")
}

fn material_in_china(key_spec: KeySpec) -> KeyMaterial {
    let bytes = match key_spec {
        KeySpec::SymmetricDefault => random(1, 16),
        key_spec => material_bytes(key_spec).0.to_vec(),
    };
    KeyMaterial::from_import(&secret(&bytes), key_spec, Rules::China)
        .expect("good material")
        .material
}

fn verified(request: &ImportRequest, store: &MemoryKeyStore) -> Verification {
    verify(
        request,
        Recording::Nothing,
        &china(),
        store,
        now(),
        &mut rng(47),
    )
    .expect("the store answers")
}

fn wrapped(
    material: &KeyMaterial,
    algorithm: WrappingAlgorithm,
    parameters: &ImportParameters,
) -> ImportRequest {
    wrap(
        parameters,
        algorithm,
        Payload::Material(material),
        staying(),
        now(),
        &mut rng(43),
    )
    .expect("wrapped")
}

fn blob(request: &ImportRequest) -> &[u8] {
    request
        .encrypted_key_material
        .as_ref()
        .expect("wrapped material")
        .as_bytes()
}

fn with_blob(request: &ImportRequest, blob: Vec<u8>) -> ImportRequest {
    ImportRequest {
        encrypted_key_material: Some(Blob::new(blob)),
        ..request.clone()
    }
}

/// The request to AWS KMS, in words.
type Row = (KeySpec, WrappingAlgorithm, WrappingKeySpec);

fn rows() -> impl Iterator<Item = Row> {
    KeySpec::ALL.iter().flat_map(|key_spec| {
        WrappingAlgorithm::ALL.iter().flat_map(|algorithm| {
            WrappingKeySpec::ALL
                .iter()
                .map(|spec| (*key_spec, *algorithm, *spec))
        })
    })
}

fn is_in_the_table((key_spec, algorithm, spec): Row) -> bool {
    TABLE.iter().any(|(key_specs, algorithms, specs)| {
        key_specs.contains(&key_spec.as_str())
            && algorithms.contains(&algorithm.as_str())
            && specs.contains(&spec.as_str())
    })
}

/// Returns sealed parameters without generating an RSA wrapping key.
fn parameters((key_spec, algorithm, spec): Row, store: &MemoryKeyStore) -> ImportParameters {
    if spec == WrappingKeySpec::Sm2 {
        return ask(key_spec, algorithm, spec, store).expect("issued");
    }
    let contents = byok_core::import_token::TokenContents {
        key_arn: arn(key_spec),
        ..common::contents(key_spec, algorithm, spec)
    };
    ImportParameters {
        import_token: ImportToken::seal(&contents, &root_secret(), &mut rng(11)),
        public_key: contents.private_key.public_key().clone(),
        parameters_valid_to: Some(contents.parameters_valid_to),
        key_arn: contents.key_arn,
    }
}

#[test]
fn every_row_of_the_table_comes_out_as_it_went_in() {
    let store = store();
    let mut count = 0;
    for row in rows().filter(|row| is_in_the_table(*row)) {
        let material = material_in_china(row.0);
        let request = wrapped(&material, row.1, &parameters(row, &store));
        let request = ImportRequest::from_json(request.to_json().as_bytes()).expect("a request");
        let found = accepted(verified(&request, &store));
        assert_eq!(found.material.bytes(), material.bytes(), "{row:?}");
        assert_eq!(
            found.material.public_key(),
            material.public_key(),
            "{row:?}"
        );
        if row.1 == WrappingAlgorithm::Sm2Pke {
            let len = blob(&request).len();
            let most = wrapping::wrapped_len(material.bytes().len(), row.1, row.2).expect("fits");
            assert!(
                (most - 8..=most).contains(&len),
                "{row:?}: {len}, {most} at most"
            );
        }
        count += 1;
    }
    assert_eq!(count, 73, "5·2·3 + 5·2·3 + 1·2·2 + 9");
}

#[test]
fn what_is_not_in_the_table_gets_the_answer_of_aws() {
    let store = store();
    for row in rows().filter(|row| !is_in_the_table(*row)) {
        let (key_spec, algorithm, spec) = row;
        let error = ask(key_spec, algorithm, spec, &store).expect_err("refused");
        let expected = if algorithm.is_hybrid() {
            format!(
                "ValidationException: 1 validation error detected: Value '{algorithm}' at 'wrappingAlgorithm' failed to \
                 satisfy constraint: Member must satisfy enum value set: [RSAES_PKCS1_V1_5, RSAES_OAEP_SHA_1, \
                 RSAES_OAEP_SHA_256, SM2PKE]"
            )
        } else if !Rules::China.imports(key_spec) || algorithm == WrappingAlgorithm::RsaesPkcs1V15 {
            "UnsupportedOperationException".to_owned()
        } else {
            format!(
                "ValidationException: Wrapping algorithm {algorithm} and wrapping key spec {spec} cannot be used to \
                 import a {key_spec} key."
            )
        };
        assert_eq!(
            error.refusal().as_ref().map(text),
            Some(expected),
            "{row:?}"
        );
    }
}

/// The SPKI has 91 bytes, the token is like that of any other wrapping key, and `rng` supplies
/// both.
#[test]
fn parameters_for_sm2_are_made_from_the_rng() {
    let (store, other) = (store(), store());
    let issued = under_sm2(KeySpec::Rsa4096, &store);
    assert_eq!(issued, under_sm2(KeySpec::Rsa4096, &other));
    assert_eq!(issued.public_key.spec(), WrappingKeySpec::Sm2);
    let spki = issued.public_key.spki().as_bytes();
    assert_eq!(spki.len(), 91);
    let head = "3059301306072a8648ce3d020106082a811ccf5501822d03420004";
    assert_eq!(byok_core::hex::encode(&spki[..27]), head);
    let token = issued.import_token.open(&root_secret()).expect("opens");
    assert_eq!(token.private_key.public_key(), &issued.public_key);
}

#[test]
fn a_symmetric_key_is_sm4_in_china() {
    let sm4 = KeyMaterial::from_import(
        &SecretBytes::new((0..16).collect()),
        KeySpec::SymmetricDefault,
        Rules::China,
    )
    .expect("16 bytes")
    .material;
    assert_eq!(sm4.fingerprint(), Fingerprint::Sm4Cmac([0xc1, 0x18, 0xe5]));
    assert_eq!(sm4.fingerprint().method(), "SM4-CMAC key check value");
    assert!(!sm4.goes_by(&Fingerprint::Ecb([0; 3])));

    let (store, row) = (
        store(),
        (
            KeySpec::SymmetricDefault,
            WrappingAlgorithm::RsaesOaepSha256,
            WrappingKeySpec::Rsa2048,
        ),
    );
    let request = wrapped(
        &material(KeySpec::SymmetricDefault),
        row.1,
        &parameters(row, &store),
    );
    assert_eq!(
        answer(&verified(&request, &store)),
        "IncorrectKeyMaterialException",
        "32 bytes"
    );
}

#[test]
fn sm2_keys_are_key_material_in_china_only() {
    let pem = encode(
        &material_in_china(KeySpec::Sm2),
        MaterialForm::Pem,
        Provenance::Random,
    );
    for key_spec in [None, Some(KeySpec::Sm2)] {
        let read = |rules| {
            KeyMaterial::read(
                &pem,
                &ReadOptions {
                    key_spec,
                    ..ReadOptions::new(rules)
                },
            )
        };
        assert_eq!(
            read(Rules::China).expect("a key").material.bytes().expose(),
            material_bytes(KeySpec::Sm2).0
        );
        assert_eq!(
            read(Rules::Standard).map(|_| ()),
            Err(KeyMaterialError::Material(MaterialError::NotImportable(
                KeySpec::Sm2
            )))
        );
    }
    let made = generate(KeySpec::Sm2, Rules::China, &mut rng(3)).expect("made");
    assert_eq!(
        (made.key_spec(), made.public_key().map(Blob::len)),
        (KeySpec::Sm2, Some(91))
    );
    match inspect(&pem) {
        Inspection::KeyMaterial(reading) => assert_eq!(reading.material.key_spec(), KeySpec::Sm2),
        other => panic!("{other:?}"),
    }
}

/// Returns PKCS#8 of a big-endian scalar, without a public point.
fn pkcs8_of(scalar: &[u8; 32]) -> Vec<u8> {
    let head = byok_core::hex::decode_lenient(
        "3041020100301306072a8648ce3d020106082a811ccf5501822d0427302502010104 20",
    );
    [head.expect("hex"), scalar.to_vec()].concat()
}

/// GB/T 32918.1, 6.1: 1 to n − 2. The `sm2` crate accepts n − 1.
#[test]
fn the_scalar_lies_between_1_and_n_minus_2() {
    let order = byok_core::hex::decode_lenient(
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
    );
    let order: [u8; 32] = order.expect("hex").try_into().expect("32 bytes");
    let below = |less: u8| {
        let mut scalar = order;
        scalar[31] -= less;
        scalar
    };
    let mut one = [0; 32];
    one[31] = 1;
    for (scalar, is_good) in [
        ([0; 32], false),
        (one, true),
        (below(2), true),
        (below(1), false),
        (below(0), false),
        ([0xff; 32], false),
    ] {
        let key = secret(&pkcs8_of(&scalar));
        let weak = WeakMaterial::Allow;
        let read = KeyMaterial::read(
            &key,
            &ReadOptions {
                weak,
                ..ReadOptions::new(Rules::China)
            },
        );
        let expected = if is_good {
            Ok(KeySpec::Sm2)
        } else {
            Err(KeyMaterialError::Material(MaterialError::Scalar))
        };
        assert_eq!(
            read.map(|reading| reading.material.key_spec()),
            expected,
            "{scalar:02x?}"
        );
        assert_eq!(
            WrappingPrivateKey::from_pkcs8(&key).is_ok(),
            is_good,
            "{scalar:02x?}"
        );
    }
}

/// `verify --private-key`: a wrapping key from elsewhere, with or without its public point.
#[test]
fn somebody_elses_sm2_key_opens_what_was_wrapped_under_it() {
    let scalar: [u8; 32] = common::scalar(32).try_into().expect("32 bytes");
    let whole = sm2::SecretKey::from_slice(&scalar)
        .expect("a scalar")
        .to_pkcs8_der()
        .expect("encodes");
    let material = material_in_china(KeySpec::Rsa2048);
    for der in [whole.as_bytes().to_vec(), pkcs8_of(&scalar)] {
        let key = WrappingPrivateKey::from_pkcs8(&secret(&der)).expect("a key");
        assert_eq!(format!("{key:?}"), "WrappingPrivateKey(SM2)");
        let (algorithm, key_spec) = (WrappingAlgorithm::Sm2Pke, KeySpec::Rsa2048);
        let wrapped = wrapping::wrap(material.bytes(), algorithm, key.public_key(), &mut rng(5))
            .expect("wrapped");
        let verification = verify_with_private_key(
            &Blob::new(wrapped),
            &key,
            algorithm,
            key_spec,
            Rules::China,
            &mut rng(7),
        );
        assert_eq!(accepted(verification).material.bytes(), material.bytes());
    }
}

/// Returns the parts of a ciphertext in DER: coordinates of 32 bytes, C3, C2.
struct Parts {
    x: Vec<u8>,
    y: Vec<u8>,
    c3: Vec<u8>,
    c2: Vec<u8>,
}

impl Parts {
    fn of(der: &[u8]) -> Self {
        let mut rest = &der[if der[1] < 0x80 {
            2
        } else {
            2 + usize::from(der[1] & 0x7f)
        }..];
        let mut next = || {
            let (header, len) = match rest[1] {
                len @ ..=0x7f => (2, usize::from(len)),
                0x81 => (3, usize::from(rest[2])),
                _ => (4, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
            };
            let value = rest[header..header + len].to_vec();
            rest = &rest[header + len..];
            value
        };
        let coordinate = |bytes: Vec<u8>| {
            let start = bytes.iter().position(|byte| *byte != 0).expect("not zero");
            let mut padded = vec![0; 32 - (bytes.len() - start)];
            padded.extend_from_slice(&bytes[start..]);
            padded
        };
        let (x, y) = (coordinate(next()), coordinate(next()));
        Self {
            x,
            y,
            c3: next(),
            c2: next(),
        }
    }

    fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
        let header = match u8::try_from(value.len()) {
            Ok(len @ ..=0x7f) => vec![tag, len],
            Ok(len) => vec![tag, 0x81, len],
            Err(_) => {
                let len = u16::try_from(value.len()).expect("short").to_be_bytes();
                vec![tag, 0x82, len[0], len[1]]
            }
        };
        [header, value.to_vec()].concat()
    }

    fn sequence(parts: &[(u8, &[u8])]) -> Vec<u8> {
        let content: Vec<u8> = parts
            .iter()
            .flat_map(|(tag, value)| Self::tlv(*tag, value))
            .collect();
        Self::tlv(0x30, &content)
    }
}

fn minimal(coordinate: &[u8]) -> Vec<u8> {
    let start = coordinate
        .iter()
        .position(|byte| *byte != 0)
        .expect("not zero");
    let sign = coordinate[start] >= 0x80;
    [if sign { &[0][..] } else { &[] }, &coordinate[start..]].concat()
}

/// A mistake: its name, the blob, the causes with the key, and the causes without it.
type Mistake = (&'static str, Vec<u8>, Vec<Cause>, Vec<Cause>);

fn mistakes(der: &[u8]) -> Vec<Mistake> {
    let Parts { x, y, c3, c2 } = Parts::of(der);
    let raw = |order, has_prefix| vec![Cause::Sm2Raw { order, has_prefix }];
    let (new, old) = (Some(RawOrder::C1C3C2), Some(RawOrder::C1C2C3));
    let padded = |coordinate: &[u8]| [&[0, 0], coordinate].concat();
    let after = |after| vec![Cause::Extended { before: 0, after }];
    let (x0, y0) = (minimal(&x), minimal(&y));
    vec![
        (
            "C1C3C2",
            [&[4], &x[..], &y, &c3, &c2].concat(),
            raw(new, true),
            raw(None, true),
        ),
        (
            "C1C2C3",
            [&[4], &x[..], &y, &c2, &c3].concat(),
            raw(old, true),
            raw(None, true),
        ),
        (
            "C1C3C2 without 04",
            [&x[..], &y, &c3, &c2].concat(),
            raw(new, false),
            raw(None, false),
        ),
        (
            "C1C2C3 without 04",
            [&x[..], &y, &c2, &c3].concat(),
            raw(old, false),
            raw(None, false),
        ),
        (
            "C2 before C3",
            Parts::sequence(&[(2, &x0), (2, &y0), (4, &c2), (4, &c3)]),
            vec![Cause::Sm2PartsSwapped],
            vec![Cause::Sm2PartsSwapped],
        ),
        (
            "zeros before a coordinate",
            Parts::sequence(&[(2, &padded(&x)), (2, &y0), (4, &c3), (4, &c2)]),
            vec![Cause::Sm2Integers],
            vec![Cause::Sm2Integers],
        ),
        (
            "three bytes after it",
            [der, &[1, 2, 3]].concat(),
            after(3),
            after(3),
        ),
    ]
}

#[test]
fn each_form_that_is_not_the_prescribed_one_is_refused_and_named() {
    let store = store();
    for key_spec in [KeySpec::EccNistP256, KeySpec::Rsa2048] {
        let issued = under_sm2(key_spec, &store);
        let good = wrapped(
            &material_in_china(key_spec),
            WrappingAlgorithm::Sm2Pke,
            &issued,
        );
        let rewritten = Parts::of(blob(&good));
        let again = Parts::sequence(&[
            (2, &minimal(&rewritten.x)),
            (2, &minimal(&rewritten.y)),
            (4, &rewritten.c3),
            (4, &rewritten.c2),
        ]);
        assert_eq!(again, blob(&good), "the parts make the whole");
        for (name, bytes, opened, unopened) in mistakes(blob(&good)) {
            let request = with_blob(&good, bytes.clone());
            let verification = verified(&request, &store);
            assert_eq!(
                answer(&verification),
                "InvalidCiphertextException",
                "{name}"
            );
            let explanation = explain(
                &request,
                &VerifyError::InvalidCiphertext,
                common::opened(&request).as_ref(),
                &store,
                &mut rng(9),
            )
            .expect("the store answers");
            assert_eq!(explanation.map(|e| e.causes), Some(opened), "{name}");
            let explanation = explain_unopened(&request, Some(&issued));
            assert_eq!(explanation.map(|e| e.causes), Some(unopened), "{name}");

            let form = if name.starts_with("C1") {
                Sm2Form::Raw
            } else {
                Sm2Form::Unknown
            };
            assert_eq!(wrapping::sm2_form(&bytes), form, "{name}");
            let payload = Payload::Wrapped(&Blob::new(bytes), key_spec);
            let error = wrap(
                &issued,
                WrappingAlgorithm::Sm2Pke,
                payload,
                staying(),
                now(),
                &mut rng(1),
            );
            assert_eq!(error, Err(WrapError::Sm2Form(form)), "{name}");
        }
        assert_eq!(explain_unopened(&good, Some(&issued)), None);
    }
}

#[test]
fn a_ciphertext_that_is_damaged_gets_one_answer_and_no_explanation() {
    let store = store();
    let issued = under_sm2(KeySpec::EccNistP384, &store);
    let good = wrapped(
        &material_in_china(KeySpec::EccNistP384),
        WrappingAlgorithm::Sm2Pke,
        &issued,
    );
    let Parts { x, y, c3, c2 } = Parts::of(blob(&good));
    let flipped = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        *bytes.last_mut().expect("bytes") ^= 1;
        bytes
    };
    let p = byok_core::hex::decode_lenient(
        "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
    )
    .expect("hex");
    let with = |x: &[u8], y: &[u8], c3: &[u8], c2: &[u8]| {
        Parts::sequence(&[(2, &minimal(x)), (2, &minimal(y)), (4, c3), (4, c2)])
    };
    let zero = Parts::sequence(&[(2, &[0]), (2, &[0]), (4, &c3), (4, &c2)]);
    for (name, bytes) in [
        ("off the curve", with(&flipped(&x), &y, &c3, &c2)),
        ("infinity", zero),
        ("x = p", with(&p, &y, &c3, &c2)),
        ("another C3", with(&x, &y, &flipped(&c3), &c2)),
        ("another C2", with(&x, &y, &c3, &flipped(&c2))),
        ("an empty C2", with(&x, &y, &c3, &[])),
        ("random bytes", random(8, 300)),
    ] {
        let request = with_blob(&good, bytes);
        assert_eq!(
            answer(&verified(&request, &store)),
            "InvalidCiphertextException",
            "{name}"
        );
        let explanation = explain(
            &request,
            &VerifyError::InvalidCiphertext,
            common::opened(&request).as_ref(),
            &store,
            &mut rng(9),
        )
        .expect("the store answers")
        .expect("a token");
        assert_eq!(
            (explanation.causes, explanation.under_sm2),
            (vec![], true),
            "{name}"
        );
    }
    let short = verified(&with_blob(&good, vec![0x30; 44]), &store);
    assert_eq!(
        answer(&short),
        "ValidationException: Invalid encrypted key size."
    );
}

#[test]
fn what_was_wrapped_for_other_parameters_or_in_another_form_is_told() {
    let store = store();
    let (first, second) = (under_sm2(KeySpec::Sm2, &store), {
        let request = common::parameters_request(
            &arn(KeySpec::Sm2),
            WrappingAlgorithm::Sm2Pke,
            WrappingKeySpec::Sm2,
        );
        params(&request, &china(), &store, now(), &mut rng(42)).expect("issued")
    });
    let good = wrapped(
        &material_in_china(KeySpec::Sm2),
        WrappingAlgorithm::Sm2Pke,
        &first,
    );
    let swapped = ImportRequest {
        import_token: Some(second.import_token.blob().clone()),
        ..good.clone()
    };
    let explanation = explain(
        &swapped,
        &VerifyError::InvalidCiphertext,
        common::opened(&swapped).as_ref(),
        &store,
        &mut rng(9),
    )
    .expect("the store answers")
    .expect("a token");
    assert!(
        matches!(&*explanation.causes, [Cause::OtherParameterSet(set)] if set.is_same_key),
        "{explanation:?}"
    );

    // PEM of the key, wrapped unchanged.
    let pem = encode(
        &material_in_china(KeySpec::Sm2),
        MaterialForm::Pem,
        Provenance::Random,
    );
    let algorithm = WrappingAlgorithm::Sm2Pke;
    let bytes = wrapping::wrap(&pem, algorithm, &first.public_key, &mut rng(6)).expect("wrapped");
    let key = first
        .import_token
        .open(&root_secret())
        .expect("opens")
        .private_key;
    let explanation = explain_with_private_key(
        &Blob::new(bytes),
        &key,
        algorithm,
        KeySpec::Sm2,
        Rules::China,
        &mut rng(9),
    );
    let names: Vec<_> = explanation.causes.iter().map(Cause::name).collect();
    assert_eq!(names, ["MaterialPem"]);
}

/// Only AWS KMS opens its token. It shows without the key that the ciphertext is not DER.
#[test]
fn a_raw_ciphertext_is_refused_without_the_key() {
    let store = store();
    let issued = under_sm2(KeySpec::EccNistP256, &store);
    let of_aws = ImportToken::new(Blob::new(aws_token(300))).expect("a token");
    let issued = ImportParameters {
        import_token: of_aws,
        ..issued
    };
    let good = wrapped(
        &material_in_china(KeySpec::EccNistP256),
        WrappingAlgorithm::Sm2Pke,
        &issued,
    );
    let judge = |request: &ImportRequest| {
        verified(request, &store)
            .with_parameters(request, &issued, now())
            .verdict
    };
    assert!(matches!(
        judge(&good),
        Verdict::Undecided {
            origin: TokenOrigin::Aws { body_len: 300 }
        }
    ));
    for (name, bytes, ..) in mistakes(blob(&good)) {
        let verdict = judge(&with_blob(&good, bytes));
        assert!(
            matches!(verdict, Verdict::Refused(VerifyError::InvalidCiphertext)),
            "{name}: {verdict:?}"
        );
    }
}

#[test]
fn a_ciphertext_under_sm2_is_told_by_its_structure() {
    let store = store();
    let issued = under_sm2(KeySpec::Rsa3072, &store);
    let request = wrapped(
        &material_in_china(KeySpec::Rsa3072),
        WrappingAlgorithm::Sm2Pke,
        &issued,
    );
    match inspect(&secret(blob(&request))) {
        Inspection::EncryptedKeyMaterial { ways, .. } => {
            let [way] = &*ways else { panic!("{ways:?}") };
            let len = material_bytes(KeySpec::Rsa3072).0.len();
            assert_eq!(
                (way.wrapping_key_spec, &way.material_len),
                (WrappingKeySpec::Sm2, &(len..=len))
            );
            assert_eq!(way.key_specs, [KeySpec::Rsa3072]);
        }
        other => panic!("{other:?}"),
    }
    let row = (
        KeySpec::EccNistP256,
        WrappingAlgorithm::RsaesOaepSha256,
        WrappingKeySpec::Rsa2048,
    );
    let under_rsa = parameters(row, &store);
    let explanation = explain_unopened(&request, Some(&under_rsa));
    assert_eq!(
        explanation.map(|e| e.causes),
        Some(vec![Cause::Sm2Ciphertext])
    );
}

#[test]
fn a_rehearsal_in_china_takes_sm2_for_rsa_keys() {
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| Rules::China.imports(*spec))
    {
        let spec = best_wrapping_key_spec(Rules::China, key_spec, None);
        let is_rsa = key_spec.as_str().starts_with("RSA_");
        assert_eq!(spec == WrappingKeySpec::Sm2, is_rsa, "{key_spec}");
        let len = material_in_china(key_spec).bytes().len();
        let best = best_algorithm(Rules::China, key_spec, len, spec).expect("one");
        let expected = if is_rsa {
            WrappingAlgorithm::Sm2Pke
        } else {
            WrappingAlgorithm::RsaesOaepSha256
        };
        assert_eq!(best, expected, "{key_spec}");
    }
    let asked = best_wrapping_key_spec(
        Rules::China,
        KeySpec::EccNistP521,
        Some(WrappingAlgorithm::Sm2Pke),
    );
    assert_eq!(asked, WrappingKeySpec::Sm2);
    assert_eq!(
        best_wrapping_key_spec(Rules::Standard, KeySpec::Rsa2048, None),
        WrappingKeySpec::Rsa4096
    );

    let key = material_in_china(KeySpec::Rsa4096);
    let rehearsal = rehearse(
        &key,
        WrappingAlgorithm::Sm2Pke,
        WrappingKeySpec::Sm2,
        &china(),
        now(),
        &mut rng(53),
    );
    let rehearsal = rehearsal.expect("goes through");
    assert!(
        rehearsal
            .request
            .encrypted_key_material
            .is_some_and(|blob| blob.len() > key.bytes().len())
    );
    let refusal = |error: &Refusal| error.to_string();
    let standard = rehearse(
        &key,
        WrappingAlgorithm::Sm2Pke,
        WrappingKeySpec::Sm2,
        &common::place(),
        now(),
        &mut rng(53),
    );
    let refused = standard
        .expect_err("unknown there")
        .refusal()
        .as_ref()
        .map(refusal)
        .unwrap_or_default();
    assert!(
        refused.starts_with("ValidationException: 2 validation errors detected: Value 'SM2PKE'"),
        "{refused}"
    );
}
