//! Every kind of file is detected correctly, and none is mistaken for another.

mod common;

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    import_parameters::TimestampFormat,
    import_token::InvalidImportToken,
    inspect::{Clue, Inspection, Kind, inspect, open},
    json::JsonError,
    key_material::{MaterialError, Weakness},
    key_spec::KeySpec,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::{
    report::{rehearsed, report, wrapped},
    *,
};

const OAEP: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha256;
const HYBRID: WrappingAlgorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;

fn told(bytes: &[u8]) -> Inspection {
    inspect(&secret(bytes))
}

fn kind(bytes: &[u8]) -> Kind {
    told(bytes).kind()
}

fn clue(bytes: &[u8]) -> Option<Clue> {
    match told(bytes) {
        Inspection::Unknown { len, clue } => {
            assert_eq!(len, bytes.len());
            clue
        }
        other => panic!("known: {other:?}"),
    }
}

#[test]
fn documents_are_told_by_their_members() {
    let parameters = parameters(KeySpec::EccNistP256, OAEP, WrappingKeySpec::Rsa2048);
    let response = parameters.to_json(TimestampFormat::Wire);
    assert_eq!(kind(response.as_bytes()), Kind::ImportParameters);
    let import = request(&parameters, vec![1; 256]).to_json();
    assert_eq!(kind(import.as_bytes()), Kind::ImportRequest);
    let metadata =
        serde_json::json!({ "KeyMetadata": metadata(arn(KeySpec::Rsa2048), KeySpec::Rsa2048) });
    assert_eq!(kind(metadata.to_string().as_bytes()), Kind::KeyMetadata);
    assert_eq!(
        kind(metadata["KeyMetadata"].to_string().as_bytes()),
        Kind::KeyMetadata
    );
    for (document, expected) in [
        (
            r#"{"KeyId": "k", "WrappingAlgorithm": "x", "WrappingKeySpec": "RSA_2048"}"#,
            Kind::ParametersRequest,
        ),
        (
            r#"{"SchemaVersion": 1, "Verdict": "accepted", "WrappingAlgorithm": "x"}"#,
            Kind::Verdict,
        ),
        (
            r#"{"SchemaVersion": 1, "Verdict": "same", "PublicKeys": []}"#,
            Kind::Verdict,
        ),
        (r#"{"SchemaVersion": 1, "Files": []}"#, Kind::Unknown),
        ("{}", Kind::Unknown),
    ] {
        assert_eq!(kind(document.as_bytes()), expected, "{document}");
    }
    let spki = Blob::new(
        material_bytes(KeySpec::EccNistP384)
            .1
            .expect("a key pair")
            .to_vec(),
    );
    let answer =
        serde_json::json!({ "KeyId": arn(KeySpec::EccNistP384).to_string(), "PublicKey": spki });
    match told(answer.to_string().as_bytes()) {
        Inspection::PublicKey {
            key_arn,
            file,
            wrapping_key,
        } => {
            assert_eq!(key_arn, Some(arn(KeySpec::EccNistP384)));
            assert_eq!(file.public_key.spki(), &spki);
            assert!(wrapping_key.is_err());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_is_told_in_either_form() {
    for contents in [
        rehearsed(KeySpec::EccNistP256),
        wrapped(KeySpec::EccNistP256),
    ] {
        let report = report(contents);
        match told(report.to_json().as_bytes()) {
            Inspection::Report(found) => assert_eq!(*found, report),
            other => panic!("{other:?}"),
        }
        match told(report.to_markdown().as_bytes()) {
            Inspection::RenderedReport(_, title) => {
                assert_eq!(title.kind(), Some(report.contents().kind));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_document_with_a_fault_is_told_with_its_fault() {
    for (document, expected, text) in [
        (
            r#"{"ImportToken": "AAAA"}"#,
            Kind::ImportParameters,
            "member KeyId is missing",
        ),
        (
            r#"{"ParametersValidTo": 1, "PublicKey": "AAAA"}"#,
            Kind::ImportParameters,
            "member KeyId is missing",
        ),
        (
            r#"{"EncryptedKeyMaterial": "AAAA"}"#,
            Kind::ImportRequest,
            "member KeyId is missing",
        ),
        (
            r#"{"KeyId": "k", "EncryptedKeyMaterial": "AAAA"}"#,
            Kind::ImportRequest,
            "member ImportToken is missing",
        ),
        (
            r#"{"WrappingAlgorithm": 1}"#,
            Kind::ParametersRequest,
            "member WrappingAlgorithm is not a string",
        ),
        (
            r#"{"KeyMetadata": {}}"#,
            Kind::KeyMetadata,
            "member Arn is missing",
        ),
        (
            r#"{"PublicKey": "AAAA"}"#,
            Kind::GetPublicKey,
            "member PublicKey is not a public key",
        ),
        (
            r#"{"SchemaVersion": "1", "Verdict": "x"}"#,
            Kind::Verdict,
            "member SchemaVersion is not a number",
        ),
        (
            r#"{"SchemaVersion": 2, "Verdict": "accepted"}"#,
            Kind::Verdict,
            "a verdict of schema version 2; expected version 1",
        ),
        (
            r#"{"SchemaVersion": 2, "Kind": "x"}"#,
            Kind::Report,
            "a report of schema version 2; expected version 1",
        ),
        (
            r#"{"SchemaVersion": 1, "Kind": "EMULATED"}"#,
            Kind::Report,
            "not a report: missing field `Command`",
        ),
    ] {
        match told(document.as_bytes()) {
            Inspection::Faulty(kind, fault) => {
                assert_eq!((kind, fault.to_string().as_str()), (expected, text));
            }
            other => panic!("{document}: {other:?}"),
        }
    }
}

#[test]
fn tokens_are_told_and_opened_by_the_store_that_sealed_them() {
    let contents = contents(KeySpec::Hmac256, OAEP, WrappingKeySpec::Rsa3072);
    let token = sealed(&contents).import_token;
    let mut bytes = token.blob().as_bytes().to_vec();
    assert_eq!(kind(&bytes), Kind::ImportToken);
    assert_eq!(open(&token, &root_secret()), Ok(contents.facts()));
    assert_eq!(open(&token, &root_secret_of(8)), Err(InvalidImportToken));

    bytes[4] ^= 1;
    assert_eq!(kind(&bytes), Kind::ImportToken, "a damaged mark");
    bytes[..18].fill(0x5a);
    assert_ne!(kind(&bytes), Kind::ImportToken, "no mark at all");
}

#[test]
fn tokens_of_aws_are_told_by_their_form() {
    let token = aws_token(1716);
    assert!(matches!(told(&token), Inspection::ImportToken(_)));
    let cut = &token[..token.len() - 1];
    assert_ne!(kind(cut), Kind::ImportToken);
    let mut no_cms = token.clone();
    no_cms[41..].copy_from_slice(&random(3, 1716));
    assert_ne!(kind(&no_cms), Kind::ImportToken);
}

#[test]
fn every_kind_of_key_is_told_and_none_for_another() {
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| is_importable(*spec))
    {
        let (private, public) = material_bytes(key_spec);
        let Some(public) = public else {
            match told(private) {
                Inspection::RawBytes {
                    key_specs, rules, ..
                } => {
                    assert!(
                        key_specs.contains(&key_spec) && rules == Rules::Standard,
                        "{key_specs:?}"
                    );
                }
                other => panic!("{key_spec}: {other:?}"),
            }
            continue;
        };
        match told(private) {
            Inspection::KeyMaterial(reading) => {
                assert_eq!(
                    (reading.material.key_spec(), reading.remarks),
                    (key_spec, vec![])
                );
            }
            other => panic!("{key_spec}: {other:?}"),
        }
        match told(public) {
            Inspection::PublicKey { file, .. } => {
                assert_eq!(file.public_key.key_spec(), Some(key_spec));
            }
            other => panic!("{key_spec}: {other:?}"),
        }
        let longer = [private, b"\n"].concat();
        assert_eq!(kind(&longer), Kind::UnusableKeyMaterial, "{key_spec}");
        assert_eq!(
            kind(&private[..private.len() - 1]),
            Kind::Unknown,
            "{key_spec}"
        );
        assert_eq!(
            kind(&public[..public.len() - 1]),
            Kind::Unknown,
            "{key_spec}"
        );
    }
}

#[test]
fn raw_bytes_are_told_by_their_length_alone() {
    let key_specs = |len| match told(&random(len as u64, len)) {
        Inspection::RawBytes {
            key_specs, rules, ..
        } => (key_specs, rules),
        other => panic!("{len}: {other:?}"),
    };
    assert_eq!(
        key_specs(32),
        (
            vec![
                KeySpec::SymmetricDefault,
                KeySpec::EccSecgP256k1,
                KeySpec::EccNistEdwards25519,
                KeySpec::Hmac256
            ],
            Rules::Standard
        )
    );
    assert_eq!(
        key_specs(16),
        (vec![KeySpec::SymmetricDefault], Rules::China)
    );
    assert_eq!(key_specs(28), (vec![KeySpec::Hmac224], Rules::Standard));
    for len in [1, 15, 24, 31, 33, 66] {
        assert_eq!(clue(&random(1, len)), None, "{len}");
    }
    assert_eq!(clue(b""), None);
}

/// Keys can begin with any byte, also like JSON, UTF-16 or DER.
#[test]
fn no_first_byte_makes_a_raw_key_something_else() {
    let beginnings: &[&[u8]] = &[
        b"{",
        b" {",
        b"{\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"0\x1e",
        b"0\x82",
        b"-----",
    ];
    for beginning in beginnings {
        for len in [32, 256] {
            let mut key = random(9, len);
            key[..beginning.len()].copy_from_slice(beginning);
            let expected = if len == 32 {
                Kind::RawBytes
            } else {
                Kind::EncryptedKeyMaterial
            };
            assert_eq!(kind(&key), expected, "{beginning:?}");
        }
    }
}

#[test]
fn what_was_wrapped_is_told_by_its_length() {
    for spec in WrappingKeySpec::RSA {
        for (key_spec, algorithm) in [(KeySpec::EccNistP384, OAEP), (KeySpec::Rsa2048, HYBRID)] {
            let parameters = parameters(key_spec, algorithm, spec);
            let wrapped = encrypted(material_bytes(key_spec).0, algorithm, &parameters);
            assert_eq!(
                kind(&wrapped),
                Kind::EncryptedKeyMaterial,
                "{key_spec} {spec}"
            );
        }
    }
    assert_eq!(clue(&[0; 512]), None, "random it is not");
}

#[test]
fn what_is_broken_or_foreign_gets_a_clue() {
    assert_eq!(
        clue(br#"{"KeyId": "k""#),
        Some(Clue::Json(JsonError::Syntax {
            line: 1,
            column: 13
        }))
    );
    for empty_object in [&b"{}"[..], b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0"] {
        assert_eq!(clue(empty_object), Some(Clue::OtherJson));
    }
    assert_eq!(
        clue(b"\xff\xfe{\0\x01\0"),
        Some(Clue::Json(JsonError::Utf16))
    );
    assert_eq!(clue(br#"{"kid": "RSA"}"#), Some(Clue::OtherJson));
    assert_eq!(
        clue(b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"),
        Some(Clue::Pem)
    );
    assert_eq!(
        clue(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
        Some(Clue::Pem)
    );
    let public = Blob::new(
        material_bytes(KeySpec::Rsa2048)
            .1
            .expect("a key pair")
            .to_vec(),
    );
    assert_eq!(clue(public.to_base64().as_bytes()), Some(Clue::Base64));
}

#[test]
fn a_symmetric_key_in_a_jwk_says_as_much_as_raw_bytes() {
    let jwk = |octets: &str| format!(r#"{{"kty":"oct","k":"{octets}"}}"#).into_bytes();
    match told(&jwk("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")) {
        Inspection::RawBytes {
            len,
            key_specs,
            rules: Rules::Standard,
            clue,
            weakness,
        } => {
            assert_eq!(key_specs, [KeySpec::SymmetricDefault, KeySpec::Hmac256]);
            assert_eq!((len, clue), (32, Some(Clue::Octets)));
            let weakness = weakness.map(|found| found.weakness);
            assert_eq!(weakness, Some(Weakness::Sequence));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(clue(&jwk("AAEC")), Some(Clue::OtherJson));
}

#[test]
fn raw_bytes_and_private_keys_say_that_they_are_weak() {
    let weakness = |file: &[u8]| match told(file) {
        Inspection::RawBytes { weakness, .. } => weakness.map(|found| found.weakness),
        Inspection::KeyMaterial(reading) => reading.material.weakness().map(|found| found.weakness),
        other => panic!("{other:?}"),
    };
    assert_eq!(weakness(&random(32, 32)), None);
    assert_eq!(weakness(&[7; 32]), Some(Weakness::RepeatedByte));
    let text = b"correct horse ba";
    assert_eq!(weakness(text), Some(Weakness::PrintableText));
    let mut one = [0; 32];
    one[31] = 1;
    let one = p256::SecretKey::from_slice(&one).expect("a scalar");
    let one = p256::pkcs8::EncodePrivateKey::to_pkcs8_der(&one).expect("PKCS#8");
    assert_eq!(weakness(one.as_bytes()), Some(Weakness::ScalarNearZero));
}

#[test]
fn a_key_that_is_no_good_is_told_with_its_fault() {
    for text in [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        r#"{"kty": "RSA"}"#,
    ] {
        assert_eq!(kind(text.as_bytes()), Kind::UnusableKeyMaterial, "{text}");
    }
    let mut der = material_bytes(KeySpec::EccNistP256).0.to_vec();
    // The last byte belongs to the public point.
    *der.last_mut().expect("bytes") ^= 1;
    match told(&der) {
        Inspection::UnusableKeyMaterial { error, .. } => {
            assert_eq!(error, MaterialError::PublicKey.into());
        }
        other => panic!("{other:?}"),
    }
}
