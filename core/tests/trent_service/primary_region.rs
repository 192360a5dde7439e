//! `UpdatePrimaryRegion`.

use byok_core::key_spec::KeySpec;
use serde_json::{Value, json};

use crate::{
    common::material_bytes,
    kms::{Kms, base64, staying, text},
};

const OLD: &str = "us-east-2";
const NEW: &str = "eu-west-1";

#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "a request is written where it is sent"
)]
fn call(kms: &Kms, region: &str, operation: &str, request: Value) -> Value {
    kms.call_in(region, operation, &request)
        .unwrap_or_else(|error| panic!("{operation} in {region}: {error}"))
}

/// Creates a multi-Region key in `OLD` with replicas in `NEW` and elsewhere, and returns its ID.
fn replicated(kms: &Kms, request: Value, material: Option<&[u8]>) -> String {
    let created = call(kms, OLD, "CreateKey", request);
    let id = text(&created["KeyMetadata"]["KeyId"]);
    let import = |region: &str| {
        if let Some(material) = material {
            let arn = format!("arn:aws:kms:{region}:111122223333:key/{id}");
            kms.import(&arn, material, staying()).expect("imported");
        }
    };
    import(OLD);
    for region in [NEW, "ap-south-1"] {
        call(
            kms,
            OLD,
            "ReplicateKey",
            json!({ "KeyId": id, "ReplicaRegion": region }),
        );
        import(region);
    }
    id
}

fn roles(kms: &Kms, id: &str) -> Vec<(String, String)> {
    let role = |region: &str| {
        let described = call(kms, region, "DescribeKey", json!({ "KeyId": id }));
        let configuration = &described["KeyMetadata"]["MultiRegionConfiguration"];
        (
            text(&configuration["MultiRegionKeyType"]),
            text(&configuration["PrimaryKey"]["Region"]),
        )
    };
    [OLD, NEW, "ap-south-1"].map(role).to_vec()
}

fn of(kind: &str, primary: &str) -> (String, String) {
    (kind.to_owned(), primary.to_owned())
}

fn update(kms: &Kms, region: &str, id: &str, primary: &str) -> Result<Value, String> {
    let request = json!({ "KeyId": id, "PrimaryRegion": primary });
    kms.call_in(region, "UpdatePrimaryRegion", &request)
}

#[test]
fn a_replica_becomes_the_primary_key_and_back() {
    let kms = Kms::new();
    let material = material_bytes(KeySpec::SymmetricDefault).0;
    for (request, material) in [
        (json!({ "MultiRegion": true }), None),
        (
            json!({ "MultiRegion": true, "Origin": "EXTERNAL" }),
            Some(material),
        ),
    ] {
        let id = replicated(&kms, request, material);
        let seal = |region: &str| {
            let request = json!({ "KeyId": id, "Plaintext": base64(b"text") });
            call(&kms, region, "Encrypt", request)["CiphertextBlob"].clone()
        };
        let opens = |region: &str, ciphertext: &Value| {
            let opened = call(
                &kms,
                region,
                "Decrypt",
                json!({ "CiphertextBlob": ciphertext }),
            );
            assert_eq!(opened["Plaintext"], json!(base64(b"text")));
        };
        let before = seal(OLD);
        assert_eq!(
            roles(&kms, &id),
            [of("PRIMARY", OLD), of("REPLICA", OLD), of("REPLICA", OLD)]
        );
        assert_eq!(update(&kms, OLD, &id, NEW), Ok(json!({})));
        assert_eq!(
            roles(&kms, &id),
            [of("REPLICA", NEW), of("PRIMARY", NEW), of("REPLICA", NEW)]
        );
        for region in [OLD, NEW, "ap-south-1"] {
            opens(region, &before);
            opens(NEW, &seal(region));
            let described = call(&kms, region, "DescribeKey", json!({ "KeyId": id }));
            assert_eq!(described["KeyMetadata"]["KeyState"], "Enabled");
        }
        // Only the primary key is replicated and deleted last.
        let replicate = json!({ "KeyId": id, "ReplicaRegion": "sa-east-1" });
        let arn = format!("arn:aws:kms:{OLD}:111122223333:key/{id}");
        assert_eq!(
            kms.call_in(OLD, "ReplicateKey", &replicate),
            Err(format!(
                "UnsupportedOperationException: {arn} is not a multi-region primary key."
            ))
        );
        assert_eq!(
            update(&kms, OLD, &id, NEW),
            Err(format!(
                "UnsupportedOperationException: {arn} is not a multi-region primary key."
            ))
        );
        call(&kms, NEW, "ReplicateKey", replicate);
        assert_eq!(update(&kms, NEW, &id, OLD), Ok(json!({})));
        assert_eq!(
            roles(&kms, &id),
            [of("PRIMARY", OLD), of("REPLICA", OLD), of("REPLICA", OLD)]
        );
        opens(NEW, &before);
        let scheduled = call(&kms, OLD, "ScheduleKeyDeletion", json!({ "KeyId": id }));
        assert_eq!(scheduled["KeyState"], "PendingReplicaDeletion");
    }
}

/// The rotations of a key are those of its primary key, wherever that is.
#[test]
fn rotations_move_with_the_primary_key() {
    let kms = Kms::new();
    let id = replicated(&kms, json!({ "MultiRegion": true }), None);
    let key = || json!({ "KeyId": id });
    call(&kms, OLD, "RotateKeyOnDemand", key());
    call(&kms, OLD, "EnableKeyRotation", key());
    let current = |region: &str| {
        call(&kms, region, "DescribeKey", key())["KeyMetadata"]["CurrentKeyMaterialId"].clone()
    };
    let before = current(OLD);
    update(&kms, OLD, &id, NEW).expect("updated");
    assert_eq!(
        (current(OLD), current(NEW)),
        (before.clone(), before.clone())
    );
    for region in [OLD, NEW] {
        let status = call(&kms, region, "GetKeyRotationStatus", key());
        assert_eq!(status["KeyRotationEnabled"], json!(true));
        let listed = call(&kms, region, "ListKeyRotations", key());
        assert_eq!(listed["Rotations"].as_array().map(Vec::len), Some(1));
    }
    let refused = kms.call_in(OLD, "RotateKeyOnDemand", &key());
    assert_eq!(refused, Err("UnsupportedOperationException".to_owned()));
    call(&kms, NEW, "RotateKeyOnDemand", key());
    assert_ne!(current(OLD), before);
    assert_eq!(current(OLD), current(NEW));
}

/// Each key keeps its own imports: what a replica lacked, it still lacks.
#[test]
fn imported_materials_are_decided_by_the_new_primary_key() {
    let kms = Kms::new();
    let material = material_bytes(KeySpec::SymmetricDefault).0;
    let request = json!({ "MultiRegion": true, "Origin": "EXTERNAL" });
    let id = replicated(&kms, request, Some(material));
    let arn = |region: &str| format!("arn:aws:kms:{region}:111122223333:key/{id}");
    update(&kms, OLD, &id, NEW).expect("updated");
    let new = json!({
        "ImportType": "NEW_KEY_MATERIAL", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    let refused = kms.import(&arn(OLD), &[9; 32], new.clone());
    assert_eq!(
        refused,
        Err("UnsupportedOperationException".to_owned()),
        "a replica now"
    );
    kms.import(&arn(NEW), &[9; 32], new).expect("imported");
    for region in [OLD, "ap-south-1"] {
        kms.import(&arn(region), &[9; 32], staying())
            .expect("imported");
    }
    call(&kms, NEW, "RotateKeyOnDemand", json!({ "KeyId": id }));
    call(
        &kms,
        OLD,
        "DeleteImportedKeyMaterial",
        json!({ "KeyId": id }),
    );
    let state = |region: &str| {
        call(&kms, region, "DescribeKey", json!({ "KeyId": id }))["KeyMetadata"]["KeyState"].clone()
    };
    assert_eq!(
        (state(OLD), state(NEW)),
        (json!("PendingImport"), json!("Enabled"))
    );
    let pending = Err(format!(
        "KMSInvalidStateException: {} is pending import.",
        arn(OLD)
    ));
    assert_eq!(
        update(&kms, NEW, &id, OLD),
        pending,
        "the replica must be enabled"
    );
}

#[test]
fn only_an_enabled_primary_key_moves_to_an_enabled_replica() {
    let kms = Kms::new();
    let id = replicated(&kms, json!({ "MultiRegion": true }), None);
    let arn = |region: &str| format!("arn:aws:kms:{region}:111122223333:key/{id}");
    assert_eq!(
        update(&kms, OLD, &id, "sa-east-1"),
        Err(format!(
            "NotFoundException: Key '{}' does not exist",
            arn("sa-east-1")
        ))
    );
    assert_eq!(
        update(&kms, OLD, &id, OLD),
        Err("ValidationException".to_owned())
    );
    call(&kms, NEW, "DisableKey", json!({ "KeyId": id }));
    let disabled = Err(format!("DisabledException: {} is disabled.", arn(NEW)));
    assert_eq!(update(&kms, OLD, &id, NEW), disabled);
    call(&kms, OLD, "DisableKey", json!({ "KeyId": id }));
    let disabled = Err(format!("DisabledException: {} is disabled.", arn(OLD)));
    assert_eq!(update(&kms, OLD, &id, "ap-south-1"), disabled);
    let single = text(&kms.must("CreateKey", json!({}))["KeyMetadata"]["Arn"]);
    assert_eq!(
        update(&kms, OLD, &single, NEW),
        Err(format!(
            "UnsupportedOperationException: {single} is not a multi-region primary key."
        ))
    );
    assert_eq!(
        update(&kms, OLD, &id, "nowhere"),
        Err(
            "ValidationException: 1 validation error detected: Value 'nowhere' at 'primaryRegion' failed \
             to satisfy constraint: Member must satisfy regular expression pattern: ^([a-z]+-){2,3}\\d+$"
                .to_owned()
        )
    );
}
