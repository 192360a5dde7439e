//! Imports over the wire: results, refusals, expiry, rotation, and the effect of a restart.

use byok_core::{
    compatibility::Rules,
    key_id::KeyArn,
    key_material::{KeyMaterial, ReadOptions, WeakMaterial},
    key_spec::KeySpec,
    key_store::{KeyStore, MemoryKeyStore},
    secret::SecretBytes,
    timestamp::Timestamp,
    trent_service::{RefusalCause, TrentService},
    verify::VerifyError,
};
use serde_json::{Value, json};

use crate::common::{material_bytes, place, random, root_secret};
use crate::kms::{Kms, base64, staying, text};

const RAW: KeySpec = KeySpec::SymmetricDefault;

fn encrypt<S: KeyStore>(kms: &Kms<S>, arn: &str) -> Result<Value, String> {
    kms.call("Encrypt", json!({ "KeyId": arn, "Plaintext": "aGVsbG8=" }))
}

fn decrypt<S: KeyStore>(kms: &Kms<S>, sealed: &Value) -> Result<Value, String> {
    kms.call(
        "Decrypt",
        json!({ "CiphertextBlob": sealed["CiphertextBlob"] }),
    )
}

fn new_material() -> Value {
    json!({ "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "ImportType": "NEW_KEY_MATERIAL" })
}

#[test]
fn only_symmetric_keys_have_a_material_id() {
    let kms = Kms::new();
    for (key_spec, usage) in [
        (RAW, "ENCRYPT_DECRYPT"),
        (KeySpec::Hmac256, "GENERATE_VERIFY_MAC"),
    ] {
        let arn = kms.create(key_spec, usage);
        let imported = kms
            .import(&arn, material_bytes(key_spec).0, staying())
            .expect("imported");
        assert_eq!(imported["KeyId"], arn);
        assert_eq!(imported.get("KeyMaterialId").is_some(), key_spec == RAW);
        let deleted = kms.must("DeleteImportedKeyMaterial", json!({ "KeyId": arn }));
        assert_eq!(deleted.get("KeyMaterialId"), imported.get("KeyMaterialId"));
        let again = kms.must("DeleteImportedKeyMaterial", json!({ "KeyId": arn }));
        assert_eq!(again, deleted, "and no fault");
    }
}

#[test]
fn material_is_gone_when_it_expires_or_is_deleted() {
    let kms = Kms::new();
    let arn = kms.create(RAW, "ENCRYPT_DECRYPT");
    let holds =
        |count: usize| format!("{:?}", kms.service).contains(&format!("Vault({count} materials)"));
    let valid_to = kms
        .time()
        .plus_millis(Timestamp::DAY_MILLIS)
        .epoch_seconds();
    kms.import(&arn, material_bytes(RAW).0, json!({ "ValidTo": valid_to }))
        .expect("imported");
    let sealed = encrypt(&kms, &arn).expect("in use");
    assert!(holds(1));
    kms.pass(Timestamp::DAY_MILLIS);
    kms.service.evict_expired(kms.time());
    assert!(holds(0), "nobody had to ask for the key");
    let pending = Err(format!(
        "KMSInvalidStateException: {arn} is pending import."
    ));
    assert_eq!(
        (encrypt(&kms, &arn), decrypt(&kms, &sealed)),
        (pending.clone(), pending.clone())
    );
    kms.import(&arn, material_bytes(RAW).0, staying())
        .expect("imported again");
    assert_eq!(
        decrypt(&kms, &sealed).expect("the same material")["Plaintext"],
        "aGVsbG8="
    );
    kms.must("DeleteImportedKeyMaterial", json!({ "KeyId": arn }));
    assert!(holds(0));
    assert_eq!(encrypt(&kms, &arn), pending);
    let other = kms.import(&arn, &random(8, 32), staying());
    assert_eq!(other, Err("IncorrectKeyMaterialException".to_owned()));
    assert!(holds(0), "what is refused is not kept");
}

#[test]
fn what_was_encrypted_before_a_rotation_opens_after_it() {
    let kms = Kms::new();
    let arn = kms.imported(RAW, "ENCRYPT_DECRYPT");
    let before = encrypt(&kms, &arn).expect("in use");
    let nothing = kms.refused("RotateKeyOnDemand", json!({ "KeyId": arn }));
    assert_eq!(
        nothing,
        format!(
            "KMSInvalidStateException: No available key material pending rotation for the key: {arn}."
        )
    );
    let new = kms
        .import(&arn, &random(8, 32), new_material())
        .expect("imported");
    let listed = |all: bool| {
        let mut request = json!({ "KeyId": arn });
        if all {
            request["IncludeKeyMaterial"] = json!("ALL_KEY_MATERIAL");
        }
        let rotations = kms.must("ListKeyRotations", request)["Rotations"].clone();
        let words = |entry: &Value| {
            (
                text(&entry["KeyMaterialState"]),
                text(&entry["ImportState"]),
            )
        };
        rotations
            .as_array()
            .expect("a list")
            .iter()
            .map(words)
            .collect::<Vec<_>>()
    };
    let words = |state: &str| (state.to_owned(), "IMPORTED".to_owned());
    assert_eq!(listed(true), [words("CURRENT"), words("PENDING_ROTATION")]);
    assert_eq!(listed(false), []);
    assert_eq!(
        kms.must("RotateKeyOnDemand", json!({ "KeyId": arn })),
        json!({ "KeyId": arn })
    );
    assert_eq!(listed(true), [words("NON_CURRENT"), words("CURRENT")]);
    assert_eq!(listed(false), [words("CURRENT")]);

    let after = encrypt(&kms, &arn).expect("in use");
    let (old, fresh) = (
        decrypt(&kms, &before).expect("opens"),
        decrypt(&kms, &after).expect("opens"),
    );
    assert_eq!(fresh["KeyMaterialId"], new["KeyMaterialId"]);
    assert_ne!(old["KeyMaterialId"], fresh["KeyMaterialId"]);
    assert_eq!(
        (&old["Plaintext"], &fresh["Plaintext"]),
        (&json!("aGVsbG8="), &json!("aGVsbG8="))
    );
    let status = kms.must("GetKeyRotationStatus", json!({ "KeyId": arn }));
    assert_eq!(status, json!({ "KeyId": arn, "KeyRotationEnabled": false }));
}

#[test]
fn the_material_that_aws_makes_is_listed_without_an_import_state() {
    let kms = Kms::new();
    let created = kms.must("CreateKey", json!({}))["KeyMetadata"].clone();
    let listed = |which: &str| {
        let request = json!({ "KeyId": created["KeyId"], "IncludeKeyMaterial": which });
        kms.must("ListKeyRotations", request)["Rotations"].clone()
    };
    let first = json!([{
        "KeyId": created["Arn"],
        "KeyMaterialId": created["CurrentKeyMaterialId"],
        "KeyMaterialState": "CURRENT",
    }]);
    assert_eq!(
        (listed("ALL_KEY_MATERIAL"), listed("ROTATIONS_ONLY")),
        (first, json!([]))
    );
}

/// Checks before the token come first for any token.
#[test]
fn a_token_of_somebody_else_is_refused_in_its_place() {
    let kms = Kms::new();
    let arn = kms.create(RAW, "ENCRYPT_DECRYPT");
    let request = |token: &[u8], key_id: &str| {
        json!({
            "KeyId": key_id, "ImportToken": base64(token), "EncryptedKeyMaterial": base64(&[0; 256]),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        })
    };
    let aws = crate::common::aws_token(400);
    for token in [&aws[..], &[9; 300], &[5]] {
        let import = |key_id: &str| kms.refused("ImportKeyMaterial", request(token, key_id));
        assert_eq!(import(&arn), "InvalidImportTokenException");
        assert_eq!(
            import("alias/a"),
            "InvalidArnException: Key Aliases are not supported for this operation."
        );
        kms.must("ScheduleKeyDeletion", json!({ "KeyId": arn }));
        assert_eq!(
            import(&arn),
            format!("KMSInvalidStateException: {arn} is pending deletion.")
        );
        kms.must("CancelKeyDeletion", json!({ "KeyId": arn }));
    }
}

#[test]
fn why_an_import_was_refused_is_for_the_operator_alone() {
    let kms = Kms::new();
    let arn = kms.create(RAW, "ENCRYPT_DECRYPT");
    let parameters = kms.must(
        "GetParametersForImport",
        json!({ "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" }),
    );
    let request = json!({
        "KeyId": arn, "ImportToken": parameters["ImportToken"], "EncryptedKeyMaterial": base64(&[0; 255]),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    let answer = kms.send(
        Some("TrentService.ImportKeyMaterial"),
        &place().region,
        request.to_string().as_bytes(),
    );
    assert_eq!(
        answer.body.expose(),
        br#"{"__type":"ValidationException","message":"Invalid encrypted key size."}"#
    );
    let Some(RefusalCause::Import(cause)) = answer.cause else {
        panic!("no cause: {answer:?}")
    };
    assert!(
        matches!(*cause, VerifyError::EncryptedLength { len: 255, .. }),
        "{cause:?}"
    );
}

/// Nothing shows that AWS KMS takes it, and the service could not compute with it.
#[test]
fn an_rsa_exponent_of_34_bits_is_not_imported() {
    const FILE: &[u8] =
        include_bytes!("../../../tests/golden/fixtures/key-material/TEST-rsa-exponent-34-bits.pem");
    let options = ReadOptions {
        weak: WeakMaterial::Allow,
        ..ReadOptions::new(Rules::Standard)
    };
    let reading = KeyMaterial::read(&SecretBytes::copy_of(FILE), &options).expect("a key");
    let kms = Kms::new();
    let arn = kms.create(KeySpec::Rsa2048, "SIGN_VERIFY");
    let outcome = kms.import(&arn, reading.material.bytes().expose(), staying());
    assert_eq!(outcome, Err("IncorrectKeyMaterialException".to_owned()));
    let key = kms.must("DescribeKey", json!({ "KeyId": arn }));
    assert_eq!(key["KeyMetadata"]["KeyState"], "PendingImport");
}

/// The store outlives the process. The material does not.
#[test]
fn after_a_restart_material_must_be_imported_again() {
    let store = MemoryKeyStore::new(root_secret(), []);
    let start = || Kms::of(TrentService::new(&store, place().account_id));
    let kms = start();
    let symmetric = kms.imported(RAW, "ENCRYPT_DECRYPT");
    let signing = kms.imported(KeySpec::EccNistP256, "SIGN_VERIFY");
    let sealed = encrypt(&kms, &symmetric).expect("in use");
    let message =
        json!({ "KeyId": signing, "Message": "aGVsbG8=", "SigningAlgorithm": "ECDSA_SHA_256" });
    let signed = kms.must("Sign", message.clone());

    let restarted = start();
    let forgotten = |arn: &str| {
        format!(
            "KMSInternalException: The key material of {arn} is not in memory: a rehearsal \
             forgets it at its end. Import it again."
        )
    };
    assert_eq!(encrypt(&restarted, &symmetric), Err(forgotten(&symmetric)));
    assert_eq!(
        restarted.refused("Sign", message.clone()),
        forgotten(&signing)
    );
    // A public key is not secret.
    let public = json!({ "KeyId": signing });
    assert_eq!(
        restarted.must("GetPublicKey", public.clone()),
        kms.must("GetPublicKey", public)
    );
    let mut check = message;
    check["Signature"] = signed["Signature"].clone();
    assert_eq!(restarted.must("Verify", check)["SignatureValid"], true);
    restarted
        .import(&symmetric, material_bytes(RAW).0, staying())
        .expect("imported again");
    assert_eq!(
        decrypt(&restarted, &sealed).expect("opens")["Plaintext"],
        "aGVsbG8="
    );
}

#[test]
fn nothing_secret_is_shown_or_kept() {
    let store = MemoryKeyStore::new(root_secret(), []);
    let kms = Kms::of(TrentService::new(&store, place().account_id));
    for (key_spec, usage) in [
        (RAW, "ENCRYPT_DECRYPT"),
        (KeySpec::EccNistP256, "SIGN_VERIFY"),
    ] {
        let arn = kms.imported(key_spec, usage);
        let bytes = material_bytes(key_spec).0;
        let arn = KeyArn::parse(&arn).expect("an ARN");
        let record = store
            .find(&arn)
            .expect("the store answers")
            .expect("a record");
        let shown = format!("{:?} {}", kms.service, record.to_json());
        // From its beginning, and from the scalar of a private key.
        for start in [0, 36.min(bytes.len() - 24)] {
            let secret = &bytes[start..start + 24];
            for needle in [
                byok_core::hex::encode(secret),
                base64(secret),
                format!("{secret:?}"),
            ] {
                assert!(!shown.contains(&needle[..20]), "{shown}");
            }
        }
    }
}
