//! How often an operation reads the record of its key.

use std::{
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering},
};

use byok_core::{
    alias::AccountRegion,
    import_token::RootSecret,
    key_id::KeyArn,
    key_record::KeyRecord,
    key_spec::KeySpec,
    key_store::{AliasList, KeyStore, MemoryKeyStore, StoreError},
    timestamp::Timestamp,
    trent_service::TrentService,
};
use serde_json::{Value, json};

use crate::common::{self, place, root_secret};
use crate::kms::{Kms, base64, staying, text};

/// A store that counts how often the record of a key is read.
struct Counting {
    store: MemoryKeyStore,
    reads: AtomicUsize,
}

impl Counting {
    fn count(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }
}

impl KeyStore for &Counting {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        self.store.root_secret()
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        self.count();
        self.store.find(arn)
    }

    fn related(&self, arn: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.related(arn)
    }

    fn update<T>(
        &self,
        arn: &KeyArn,
        change: impl FnOnce(&mut KeyRecord) -> T,
    ) -> Result<Option<T>, StoreError> {
        self.count();
        self.store.update(arn, change)
    }

    fn aliases(&self, home: &AccountRegion) -> Result<AliasList, StoreError> {
        self.store.aliases(home)
    }

    fn update_aliases<T>(
        &self,
        home: &AccountRegion,
        change: impl FnOnce(&mut AliasList) -> T,
    ) -> Result<T, StoreError> {
        self.store.update_aliases(home, change)
    }

    fn create(&self, record: &KeyRecord, now: Timestamp) -> Result<(), StoreError> {
        self.store.create(record, now)
    }

    fn key_count(&self) -> Result<usize, StoreError> {
        self.store.key_count()
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.count();
        self.store.key_records()
    }
}

/// Returns how often `operation` reads a record.
#[track_caller]
fn reads(kms: &Kms<&Counting>, store: &Counting, operation: &str, request: Value) -> usize {
    store.reads.store(0, Ordering::Relaxed);
    kms.must(operation, request);
    store.reads.load(Ordering::Relaxed)
}

#[test]
fn an_operation_reads_the_record_of_its_key_once() {
    let store = Counting {
        store: MemoryKeyStore::new(root_secret(), []),
        reads: AtomicUsize::new(0),
    };
    let kms = Kms::of(TrentService::new(&store, place().account_id));
    let create = |request: Value| text(&kms.must("CreateKey", request)["KeyMetadata"]["Arn"]);
    let arn = create(json!({ "Origin": "EXTERNAL", "MultiRegion": true }));
    let signer = create(json!({
        "Origin": "EXTERNAL", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY",
    }));
    let hmac = create(json!({
        "Origin": "EXTERNAL", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC",
    }));
    for (arn, key_spec) in [(&signer, KeySpec::EccNistP256), (&hmac, KeySpec::Hmac256)] {
        kms.import(arn, common::material_bytes(key_spec).0, staying())
            .expect("imported");
    }
    // The wrapping key is made between the look at the key and the note of what was issued.
    let parameters = json!({
        "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
    });
    assert_eq!(reads(&kms, &store, "GetParametersForImport", parameters), 2);
    let before = Cell::new(0);
    let imported = kms.import_with(
        &arn,
        common::material_bytes(KeySpec::SymmetricDefault).0,
        staying(),
        || before.set(store.reads.load(Ordering::Relaxed)),
    );
    imported.expect("imported");
    let after = store.reads.load(Ordering::Relaxed);
    assert_eq!(after - before.get(), 1, "ImportKeyMaterial");

    let (plaintext, message) = (base64(b"plaintext"), base64(b"message"));
    let encrypted = kms.must("Encrypt", json!({ "KeyId": arn, "Plaintext": plaintext }));
    let ciphertext = &encrypted["CiphertextBlob"];
    let to_sign = json!({
        "KeyId": signer, "Message": message, "SigningAlgorithm": "ECDSA_SHA_256",
    });
    let to_mac = json!({ "KeyId": hmac, "Message": message, "MacAlgorithm": "HMAC_SHA_256" });
    let with = |request: &Value, name: &str, value: &Value| {
        let mut request = request.clone();
        request[name] = value.clone();
        request
    };
    let signature = kms.must("Sign", to_sign.clone())["Signature"].clone();
    let mac = kms.must("GenerateMac", to_mac.clone())["Mac"].clone();
    let key = json!({ "KeyId": arn });
    for (operation, request) in [
        ("DescribeKey", key.clone()),
        ("GetKeyPolicy", key.clone()),
        ("GetKeyRotationStatus", key.clone()),
        ("ListKeyRotations", key.clone()),
        ("ListResourceTags", key.clone()),
        ("ListKeys", json!({})),
        ("GetPublicKey", json!({ "KeyId": signer })),
        ("Encrypt", with(&key, "Plaintext", &json!(plaintext))),
        ("Decrypt", json!({ "CiphertextBlob": ciphertext })),
        ("Decrypt", with(&key, "CiphertextBlob", ciphertext)),
        ("GenerateDataKey", with(&key, "KeySpec", &json!("AES_256"))),
        ("Sign", to_sign.clone()),
        ("Verify", with(&to_sign, "Signature", &signature)),
        ("GenerateMac", to_mac.clone()),
        ("VerifyMac", with(&to_mac, "Mac", &mac)),
        (
            "TagResource",
            with(&key, "Tags", &json!([{ "TagKey": "a", "TagValue": "b" }])),
        ),
        ("DisableKey", key.clone()),
        ("EnableKey", key.clone()),
        (
            "ReplicateKey",
            with(&key, "ReplicaRegion", &json!("us-west-2")),
        ),
        ("DeleteImportedKeyMaterial", key.clone()),
        ("ScheduleKeyDeletion", json!({ "KeyId": signer })),
        ("CancelKeyDeletion", json!({ "KeyId": signer })),
    ] {
        assert_eq!(reads(&kms, &store, operation, request), 1, "{operation}");
    }
}
