//! Blobs that are something else, or in another encoding.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use byok_core::{
    blob::Blob,
    compatibility::Rules,
    explain::{
        Cause, JsonKind, TextForm, applies_to, explain, explain_unopened, explain_with_private_key,
    },
    hex,
    import_parameters::TimestampFormat,
    inspect::Kind,
    key_spec::KeySpec,
};

use crate::{INVALID_CIPHERTEXT, Import, KEY_WRAP, OAEP, WRONG_SIZE, common::*, material::pem};

fn text(form: TextForm, times: usize) -> Cause {
    Cause::Text { form, times }
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}"
        .chars()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[test]
fn text_of_a_good_blob() {
    for (key_spec, algorithm) in [
        (KeySpec::SymmetricDefault, OAEP),
        (KeySpec::EccNistP256, KEY_WRAP),
    ] {
        let import = Import::new(key_spec, algorithm);
        let good = import.good();
        let base64 = STANDARD.encode(&good);
        let lines: Vec<_> = base64
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        let lines = lines.join("\n") + "\n";
        for (blob, form, times) in [
            (base64.clone().into_bytes(), TextForm::Base64, 1),
            (lines.clone().into_bytes(), TextForm::Base64, 1),
            (
                format!("\u{feff}{base64}\r\n").into_bytes(),
                TextForm::Base64,
                1,
            ),
            (STANDARD.encode(&base64).into_bytes(), TextForm::Base64, 2),
            (STANDARD.encode(&lines).into_bytes(), TextForm::Base64, 2),
            (URL_SAFE.encode(&good).into_bytes(), TextForm::Base64Url, 1),
            (hex::encode(&good).into_bytes(), TextForm::Hex, 1),
            (
                format!("0x{}\n", hex::encode(&good).to_uppercase()).into_bytes(),
                TextForm::Hex,
                1,
            ),
            (
                format!("-----BEGIN WRAPPED KEY-----\n{lines}-----END WRAPPED KEY-----\n")
                    .into_bytes(),
                TextForm::Pem,
                1,
            ),
        ] {
            let request = request(&import.parameters, blob.clone());
            let said = answer(&verified(&request, &store()));
            assert!(
                [WRONG_SIZE, INVALID_CIPHERTEXT].contains(&said.as_str()),
                "{said}"
            );
            assert_eq!(
                import.explained(&blob, &said),
                [text(form, times)],
                "{form:?}"
            );
        }
        let causes = import.explained(&utf16(&base64), WRONG_SIZE);
        assert_eq!(
            causes,
            [text(TextForm::Utf16, 1), text(TextForm::Base64, 1)]
        );
    }
}

#[test]
fn text_of_a_blob_with_a_mistake_of_its_own() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let cut = STANDARD.encode(&import.good()[..250]);
    let expected = [
        text(TextForm::Base64, 1),
        Cause::Truncated {
            len: 250,
            block: 256,
        },
    ];
    assert_eq!(import.explained(cut.as_bytes(), WRONG_SIZE), expected);
    let nothing = STANDARD.encode(random(9, 256));
    assert_eq!(
        import.explained(nothing.as_bytes(), WRONG_SIZE),
        [text(TextForm::Base64, 1)]
    );
}

#[test]
fn documents() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let request = request(&import.parameters, import.good());
    let parameters = import.parameters.to_json(TimestampFormat::Wire);
    for (json, kind) in [
        (request.to_json(), JsonKind::Known(Kind::ImportRequest)),
        (parameters, JsonKind::Known(Kind::ImportParameters)),
        (
            r#"{"EncryptedKeyMaterial": "AAAA"}"#.to_owned(),
            JsonKind::Known(Kind::ImportRequest),
        ),
        (r#"{"Plaintext": "AAAA"}"#.to_owned(), JsonKind::Other),
        (r#"{"KeyId": "#.to_owned(), JsonKind::Other),
    ] {
        assert_eq!(
            import.explained(json.as_bytes(), WRONG_SIZE),
            [Cause::JsonDocument(kind)],
            "{json}"
        );
    }
}

#[test]
fn a_blob_inside_json() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let good = import.good();
    let (whole, cut_off) = (STANDARD.encode(&good), STANDARD.encode(&good[..250]));
    let url_safe = URL_SAFE.encode(&good);
    for (document, expected) in [
        (
            format!(r#"{{"error_code": 0, "data": {{"wrapped_key_data": "{whole}"}}}}"#),
            vec!["in JSON at .data.wrapped_key_data"],
        ),
        (
            format!(r#"{{"wrappedKey": "{url_safe}"}}"#),
            vec!["in JSON at .wrappedKey"],
        ),
        (
            format!(r#"{{"result": ["{cut_off}"]}}"#),
            vec!["in JSON at .result[0]", "Truncated"],
        ),
        (
            format!(r#"{{"a": "{whole}", "b": "{cut_off}"}}"#),
            vec!["JsonDocument"],
        ),
    ] {
        let causes = import.explained(document.as_bytes(), WRONG_SIZE);
        let named = |cause: &Cause| match cause {
            Cause::InJson { path, .. } => format!("in JSON at {}", path.as_str()),
            other => other.name().to_owned(),
        };
        let found: Vec<_> = causes.iter().map(named).collect();
        assert_eq!(found, expected, "{document}");
    }
}

#[test]
fn the_other_files_of_an_import() {
    let import = Import::new(KeySpec::EccNistP256, OAEP);
    let token = import.parameters.import_token.blob().as_bytes();
    assert_eq!(
        import.explained(token, WRONG_SIZE),
        [Cause::ImportToken { is_own: true }]
    );
    let other = parameters(KeySpec::Hmac256, OAEP, crate::SPEC);
    let other = other.import_token.blob().as_bytes();
    assert_eq!(
        import.explained(other, WRONG_SIZE),
        [Cause::ImportToken { is_own: false }]
    );

    let spki = import.parameters.public_key.spki().as_bytes();
    assert_eq!(
        import.explained(spki, WRONG_SIZE),
        [Cause::PublicKey {
            is_wrapping_key: true
        }]
    );
    let public = material_bytes(KeySpec::EccNistP256).1.expect("a key pair");
    assert_eq!(
        import.explained(public, WRONG_SIZE),
        [Cause::PublicKey {
            is_wrapping_key: false
        }]
    );

    let base64 = STANDARD.encode(token);
    let expected = [
        text(TextForm::Base64, 1),
        Cause::ImportToken { is_own: true },
    ];
    assert_eq!(import.explained(base64.as_bytes(), WRONG_SIZE), expected);
}

#[test]
fn the_material_that_nothing_wraps() {
    let import = Import::new(KeySpec::EccNistP256, OAEP);
    let expected = [Cause::UnwrappedPrivateKey(KeySpec::EccNistP256)];
    assert_eq!(import.explained(import.material(), WRONG_SIZE), expected);
    assert_eq!(
        import.explained(&pem(import.material()), WRONG_SIZE),
        expected
    );

    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let raw = Cause::UnwrappedLength {
        len: 32,
        key_spec: KeySpec::SymmetricDefault,
    };
    assert_eq!(
        import.explained(import.material(), WRONG_SIZE),
        std::slice::from_ref(&raw)
    );
    let hex = hex::encode(import.material());
    assert_eq!(
        import.explained(hex.as_bytes(), WRONG_SIZE),
        [text(TextForm::Hex, 1), raw]
    );
    let causes = import.explained(&random(9, 24), WRONG_SIZE);
    assert_eq!(
        causes,
        [Cause::Truncated {
            len: 24,
            block: 256
        }]
    );
}

/// For a blob that only AWS KMS can open, its bytes may still show the cause.
#[test]
fn without_a_key_only_the_bytes_tell() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let explained = |blob: &[u8]| {
        let request = request(&import.parameters, blob.to_vec());
        let explanation = explain_unopened(&request, Some(&import.parameters));
        explanation.map_or_else(Vec::new, |explanation| explanation.causes)
    };
    let good = import.good();
    assert_eq!(explained(&good), []);
    assert_eq!(
        explained(STANDARD.encode(&good).as_bytes()),
        [text(TextForm::Base64, 1)]
    );
    assert_eq!(
        explained(&good[..255]),
        [Cause::Truncated {
            len: 255,
            block: 256
        }]
    );
    assert_eq!(
        explained(&[&good[..], b"\n"].concat()),
        [],
        "only the key would tell"
    );
    let spki = import.parameters.public_key.spki().as_bytes();
    assert_eq!(
        explained(spki),
        [Cause::PublicKey {
            is_wrapping_key: true
        }]
    );
}

#[test]
fn no_bytes_at_all() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let request = request(&import.parameters, vec![]);
    let verification = verified(&request, &store());
    assert!(answer(&verification).starts_with("ValidationException: 1 validation error"));
    let error = refused(verification);
    assert!(applies_to(&error));
    let explanation = explain(&request, &error, None, &NoStore, &mut rng(51));
    let causes = explanation.expect("not asked").expect("explained").causes;
    assert_eq!(causes, [Cause::EmptyBlob]);
    let with_key = explain_with_private_key(
        &Blob::new(vec![]),
        &wrapping_key(crate::SPEC),
        OAEP,
        KeySpec::SymmetricDefault,
        Rules::Standard,
        &mut rng(52),
    );
    assert_eq!(with_key.causes, [Cause::EmptyBlob]);
    let unopened = explain_unopened(&request, None).expect("explained");
    assert_eq!(unopened.causes, [Cause::EmptyBlob]);
    // Another fault of the request is AWS's to explain, with its text.
    let mut request = crate::common::request(&import.parameters, import.good());
    request.key_id = None;
    let error = refused(verified(&request, &store()));
    let explanation = explain(&request, &error, None, &NoStore, &mut rng(51));
    assert_eq!(explanation.expect("not asked"), None);
}

#[test]
fn files_of_keys_that_no_wrap_makes() {
    let import = Import::new(KeySpec::EccNistP256, OAEP);
    for (file, says) in [
        (
            &include_bytes!("../data/TEST-p256-pbkdf2-sha256-aes256.der")[..],
            "the private key is encrypted and no passphrase was given",
        ),
        (include_bytes!("../data/TEST-jwe.json"), "JWE"),
        (
            include_bytes!("../data/TEST-p256-aes256-ctr.openssh"),
            "encrypted",
        ),
    ] {
        let causes = import.explained(file, WRONG_SIZE);
        let [Cause::UnusableKeyFile(error)] = causes.as_slice() else {
            panic!("{causes:?}");
        };
        assert!(error.to_string().contains(says), "{error}");
    }
}

/// What an HSM's tool writes for Azure Key Vault.
fn transfer_file(ciphertext: &[u8]) -> Vec<u8> {
    let ciphertext = URL_SAFE_NO_PAD.encode(ciphertext);
    format!(
        r#"{{"schema_version":"1.0.0","header":{{"kid":"https://vault.example/keys/kek","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"}},"ciphertext":"{ciphertext}","generator":"TEST"}}"#
    )
    .into_bytes()
}

#[test]
fn a_transfer_file_of_azure() {
    for (key_spec, algorithm) in [
        (KeySpec::EccNistP256, KEY_WRAP),
        (KeySpec::SymmetricDefault, OAEP),
    ] {
        let import = Import::new(key_spec, algorithm);
        for (ciphertext, opens) in [
            (random(9, 256 + 152), false),
            (random(9, 20), false),
            (vec![], false),
            (import.good(), true),
        ] {
            let file = transfer_file(&ciphertext);
            let said = answer(&verified(
                &request(&import.parameters, file.clone()),
                &store(),
            ));
            assert_eq!(
                import.explained(&file, &said),
                [Cause::AzureTransferFile { opens }]
            );
        }
        let file = transfer_file(&random(9, 20));
        let request = request(&import.parameters, file);
        let unopened = explain_unopened(&request, Some(&import.parameters)).expect("explained");
        assert_eq!(unopened.causes, [Cause::AzureTransferFile { opens: false }]);
    }
}
