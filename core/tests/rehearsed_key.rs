//! The lifecycle of key material: states and operations, expiry, reimport, rotation, replicas.

mod common;

use byok_core::{
    blob::Blob,
    import_request::ImportOptions,
    key_id::KeyArn,
    key_material_id::KeyMaterialId,
    key_metadata::{ExpirationModel, KeyMetadata, KeyState, Origin},
    key_record::{EventName, KeyRecord, ParameterSet},
    key_spec::KeySpec,
    key_state::{KeyStateError, check_state},
    key_store::{KeyStore as _, MemoryKeyStore},
    operation::Operation,
    region::Region,
    rehearsed_key::{
        Association, AssociationError, HistoryEntry, ImportState, KeyMaterialState, MaterialEntry,
        RehearsedKey,
    },
    timestamp::Timestamp,
    verify::{Check, Recording, Verdict, verify},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::*;

const DAY: i64 = Timestamp::DAY_MILLIS;

/// Day `number` of a test, counted from its start.
fn day(number: i64) -> Timestamp {
    now().plus_millis(number * DAY)
}

fn id(letter: char) -> KeyMaterialId {
    KeyMaterialId::parse(&letter.to_string().repeat(64)).expect("64 digits")
}

/// Options for material that does not expire, possibly with an `ImportType`.
fn lasting(import_type: Option<&str>) -> ImportOptions {
    ImportOptions {
        expiration_model: Some(ExpirationModel::KeyMaterialDoesNotExpire.to_string()),
        import_type: import_type.map(str::to_owned),
        ..ImportOptions::default()
    }
}

fn until(valid_to: Timestamp) -> ImportOptions {
    ImportOptions {
        expiration_model: Some(ExpirationModel::KeyMaterialExpires.to_string()),
        valid_to: Some(valid_to),
        ..ImportOptions::default()
    }
}

const NEW: Option<&str> = Some("NEW_KEY_MATERIAL");
const EXISTING: Option<&str> = Some("EXISTING_KEY_MATERIAL");

/// A store whose keys have material identifiers only: no cryptography.
struct Story {
    store: MemoryKeyStore,
}

impl Story {
    fn of(key: KeyMetadata) -> Self {
        Self {
            store: MemoryKeyStore::new(root_secret(), [KeyRecord::new(key)]),
        }
    }

    fn at(&self, arn: &KeyArn, now: Timestamp) -> RehearsedKey {
        self.store
            .key_at(arn, now)
            .expect("the store answers")
            .expect("a key")
    }

    fn operate<T, E>(
        &self,
        arn: &KeyArn,
        now: Timestamp,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store
            .operate(arn, now, operation)
            .expect("the store answers")
            .expect("a key")
    }

    fn import(
        &self,
        arn: &KeyArn,
        letter: char,
        options: &ImportOptions,
        now: Timestamp,
    ) -> Result<Association, AssociationError> {
        self.operate(arn, now, |key| {
            let association = key.associate(&id(letter), options)?;
            key.import(&id(letter), options, now);
            Ok(association)
        })
    }

    fn delete(
        &self,
        arn: &KeyArn,
        letter: Option<char>,
        now: Timestamp,
    ) -> Result<Option<KeyMaterialId>, String> {
        let delete = |key: &mut RehearsedKey| key.delete_material(letter.map(id).as_ref(), now);
        self.operate(arn, now, delete)
            .map_err(|error| error.refusal().to_string())
    }

    fn rotate(&self, arn: &KeyArn, now: Timestamp) -> Result<KeyMaterialId, String> {
        self.operate(arn, now, |key| key.rotate(now))
            .map_err(|error| error.refusal().to_string())
    }

    fn replicate(&self, arn: &KeyArn, region: &str, now: Timestamp) -> Result<KeyArn, String> {
        let region = Region::parse(region).expect("a Region");
        let replica = self
            .store
            .replicate(arn, &region, now, |_| {})
            .expect("the store answers");
        let replica = replica
            .expect("a key")
            .map_err(|error| error.refusal().to_string())?;
        Ok(replica.record().key_metadata.arn.clone())
    }

    fn state(&self, arn: &KeyArn, now: Timestamp) -> KeyState {
        let metadata = self.at(arn, now).metadata();
        assert_eq!(metadata.enabled, metadata.key_state == KeyState::Enabled);
        metadata.key_state
    }

    /// `aC!`: material `a` is current and imported. `bN?`: `b` is not current and must be imported
    /// again.
    fn materials(&self, arn: &KeyArn, now: Timestamp) -> String {
        let word = |entry: &MaterialEntry| {
            let state = match entry.key_material_state {
                KeyMaterialState::Current => 'C',
                KeyMaterialState::NonCurrent => 'N',
                KeyMaterialState::PendingRotation => 'P',
                KeyMaterialState::PendingMultiRegionImportAndRotation => 'M',
            };
            let held = if entry.import_state == Some(ImportState::Imported) {
                '!'
            } else {
                '?'
            };
            format!("{}{state}{held}", &entry.key_material_id.as_str()[..1])
        };
        self.at(arn, now)
            .materials()
            .iter()
            .map(word)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn symmetric() -> (Story, KeyArn) {
    let arn = arn(KeySpec::SymmetricDefault);
    (
        Story::of(metadata(arn.clone(), KeySpec::SymmetricDefault)),
        arn,
    )
}

fn multi_region(key_spec: KeySpec) -> (Story, KeyArn) {
    let text = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let arn = KeyArn::parse(text).expect("an ARN");
    (Story::of(metadata(arn.clone(), key_spec)), arn)
}

/// A multi-Region primary key that holds the material `a`, as a replication requires.
fn replicable(key_spec: KeySpec) -> (Story, KeyArn) {
    let (story, primary) = multi_region(key_spec);
    story
        .import(&primary, 'a', &lasting(None), day(0))
        .expect("the first");
    (story, primary)
}

fn says<T: std::fmt::Debug>(outcome: Result<T, AssociationError>) -> String {
    outcome.expect_err("refused").refusal().to_string()
}

/// The operations of each column of [`STATES`].
const COLUMNS: [&[Operation]; 12] = [
    &[Operation::GetParametersForImport],
    &[Operation::ImportKeyMaterial],
    &[Operation::DeleteImportedKeyMaterial],
    &[Operation::RotateKeyOnDemand],
    &[Operation::ReplicateKey, Operation::UpdatePrimaryRegion],
    &[
        Operation::Decrypt,
        Operation::CreateGrant,
        Operation::Encrypt,
        Operation::DeriveSharedSecret,
        Operation::GenerateDataKey,
        Operation::GenerateDataKeyPair,
        Operation::GenerateDataKeyPairWithoutPlaintext,
        Operation::GenerateDataKeyWithoutPlaintext,
        Operation::ReEncrypt,
        Operation::GenerateMac,
        Operation::Sign,
        Operation::Verify,
        Operation::VerifyMac,
    ],
    &[Operation::DisableKey, Operation::EnableKey],
    &[Operation::ScheduleKeyDeletion],
    &[
        Operation::CreateAlias,
        Operation::TagResource,
        Operation::UntagResource,
        Operation::UpdateAlias,
        Operation::UpdateKeyDescription,
    ],
    &[Operation::CancelKeyDeletion],
    &[Operation::GetPublicKey],
    &[Operation::GetKeyRotationStatus],
];

/// Operations that need nothing of the key, or name none.
const FREE: &[Operation] = &[
    Operation::CreateKey,
    Operation::DeleteAlias,
    Operation::DescribeKey,
    Operation::GenerateRandom,
    Operation::GetKeyLastUsage,
    Operation::GetKeyPolicy,
    Operation::ListAliases,
    Operation::ListGrants,
    Operation::ListKeyPolicies,
    Operation::ListKeyRotations,
    Operation::ListKeys,
    Operation::ListResourceTags,
    Operation::ListRetirableGrants,
    Operation::PutKeyPolicy,
    Operation::RetireGrant,
    Operation::RevokeGrant,
];

/// Operations on keys whose material AWS KMS generates. Only a key that is enabled permits them.
const OF_GENERATED_MATERIAL: &[Operation] =
    &[Operation::DisableKeyRotation, Operation::EnableKeyRotation];

/// The number of columns for operations on imported key material.
const OF_IMPORTED_MATERIAL: usize = 3;

const NOT_PENDING: &str = "is not pending deletion.";
const OF_EXTERNAL: &str = "origin is EXTERNAL which is not valid for this operation.";

/// The complete key-state table: the answers of each column's operations in each state. `ok`, or
/// the text after the ARN.
const STATES: &[(KeyState, [&str; 12])] = &[
    (KeyState::Creating, {
        let mut row = ["is creating."; 12];
        (row[7], row[8], row[9], row[11]) = ("ok", "ok", NOT_PENDING, "ok");
        row
    }),
    (KeyState::Enabled, {
        let mut row = ["ok"; 12];
        row[9] = NOT_PENDING;
        row
    }),
    (KeyState::Disabled, {
        let mut row = ["ok"; 12];
        (row[3], row[4], row[5]) = ("is disabled.", "is disabled.", "is disabled.");
        row[9] = NOT_PENDING;
        row
    }),
    (KeyState::PendingDeletion, {
        let mut row = ["is pending deletion."; 12];
        (row[2], row[9], row[11]) = ("ok", "ok", "ok");
        row
    }),
    (KeyState::PendingImport, {
        let mut row = ["is pending import."; 12];
        (row[0], row[1], row[2]) = ("ok", "ok", "ok");
        (row[7], row[8], row[9]) = ("ok", "ok", NOT_PENDING);
        (row[10], row[11]) = ("ok", OF_EXTERNAL);
        row
    }),
    (KeyState::PendingReplicaDeletion, {
        let mut row = ["is pending replica deletion."; 12];
        (row[2], row[9], row[11]) = ("ok", "ok", "ok");
        row
    }),
    (KeyState::Unavailable, {
        let mut row = ["is unavailable."; 12];
        (row[6], row[7], row[8], row[9]) = ("ok", "ok", "ok", NOT_PENDING);
        row[11] = "ok";
        row
    }),
    (KeyState::Updating, {
        let mut row = ["is updating."; 12];
        (row[1], row[5], row[8], row[9]) = ("ok", "ok", "ok", NOT_PENDING);
        (row[10], row[11]) = ("ok", "ok");
        row
    }),
];

#[test]
fn every_state_answers_every_operation_as_documented() {
    assert_eq!(
        STATES.iter().map(|(state, _)| *state).collect::<Vec<_>>(),
        KeyState::ALL
    );
    let mut operations: Vec<Operation> = COLUMNS
        .iter()
        .chain(&[FREE, OF_GENERATED_MATERIAL])
        .copied()
        .flatten()
        .copied()
        .collect();
    operations.sort();
    let mut all = Operation::ALL.to_vec();
    all.sort();
    assert_eq!(operations, all);
    for (state, answers) in STATES {
        let mut key = metadata(arn(KeySpec::SymmetricDefault), KeySpec::SymmetricDefault);
        key.key_state = *state;
        for operation in FREE {
            assert_eq!(check_state(&key, *operation), Ok(()), "{operation} {state}");
        }
        for (column, (operations, text)) in COLUMNS.iter().zip(answers).enumerate() {
            for operation in *operations {
                says_of_the_state(&key, *operation, text, column < OF_IMPORTED_MATERIAL);
            }
        }
    }
}

#[test]
fn keys_of_custom_key_stores_are_neither_imported_nor_rotated_nor_replicated() {
    for origin in [Origin::AwsCloudHsm, Origin::ExternalKeyStore] {
        let key = KeyMetadata {
            origin,
            key_state: KeyState::Enabled,
            ..metadata(arn(KeySpec::SymmetricDefault), KeySpec::SymmetricDefault)
        };
        for operation in [
            Operation::ImportKeyMaterial,
            Operation::ReplicateKey,
            Operation::RotateKeyOnDemand,
            Operation::UpdatePrimaryRegion,
            Operation::EnableKeyRotation,
        ] {
            let arn = key.arn.clone();
            let refused = Err(KeyStateError::Origin { arn, origin });
            assert_eq!(check_state(&key, operation), refused, "{operation}");
        }
        assert_eq!(check_state(&key, Operation::Encrypt), Ok(()));
    }
}

#[test]
fn automatic_rotation_is_for_generated_material() {
    for state in KeyState::ALL {
        let mut key = metadata(arn(KeySpec::SymmetricDefault), KeySpec::SymmetricDefault);
        key.key_state = *state;
        for operation in OF_GENERATED_MATERIAL {
            key.origin = Origin::External;
            let refused = check_state(&key, *operation)
                .expect_err("refused")
                .to_string();
            let origin = format!("UnsupportedOperationException: {} {OF_EXTERNAL}", key.arn);
            assert_eq!(refused, origin, "{operation} {state}");
            key.origin = Origin::AwsKms;
            let expected = KeyStateError::State {
                arn: key.arn.clone(),
                state: *state,
            };
            let expected = match state {
                KeyState::Enabled => Ok(()),
                _ => Err(expected),
            };
            assert_eq!(
                check_state(&key, *operation),
                expected,
                "{operation} {state}"
            );
        }
    }
}

fn says_of_the_state(
    key: &KeyMetadata,
    operation: Operation,
    text: &str,
    of_imported_material: bool,
) {
    let (arn, state) = (&key.arn, key.key_state);
    let exception = match (state, text) {
        (KeyState::Disabled, "is disabled.") => "DisabledException",
        (_, OF_EXTERNAL) => "UnsupportedOperationException",
        _ => "KMSInvalidStateException",
    };
    let expected = (text != "ok").then(|| format!("{exception}: {arn} {text}"));
    let said = |key: &KeyMetadata| {
        check_state(key, operation)
            .err()
            .map(|error| error.refusal().to_string())
    };
    assert_eq!(said(key), expected, "{operation} {state}");
    let aws_key = KeyMetadata {
        origin: Origin::AwsKms,
        ..key.clone()
    };
    // The origin counts before the state.
    let origin = format!(
        "UnsupportedOperationException: {arn} origin is AWS_KMS which is not valid for this operation."
    );
    let expected = if of_imported_material {
        Some(origin)
    } else {
        expected.filter(|_| text != OF_EXTERNAL)
    };
    assert_eq!(said(&aws_key), expected, "{operation} {state}");
}

#[test]
fn a_key_is_enabled_by_its_first_import_and_falls_back_when_it_expires() {
    let (story, key) = symmetric();
    assert_eq!(story.state(&key, day(0)), KeyState::PendingImport);
    assert_eq!(
        story.import(&key, 'a', &until(day(10)), day(1)),
        Ok(Association::First)
    );
    let described = story.at(&key, day(2)).metadata();
    assert_eq!(described.key_state, KeyState::Enabled);
    assert_eq!(described.valid_to, Some(day(10)));
    assert_eq!(
        described.expiration_model,
        Some(ExpirationModel::KeyMaterialExpires)
    );
    assert_eq!(described.other["CurrentKeyMaterialId"], "a".repeat(64));

    let last = day(10).plus_millis(-1);
    assert_eq!(
        (story.state(&key, last), story.state(&key, day(10))),
        (KeyState::Enabled, KeyState::PendingImport)
    );
    let described = story.at(&key, day(10)).metadata();
    assert_eq!(
        (described.valid_to, described.expiration_model),
        (None, None)
    );
    assert_eq!(
        described.other["CurrentKeyMaterialId"],
        "a".repeat(64),
        "the association outlives the material"
    );
    assert_eq!(story.materials(&key, day(10)), "aC?");

    assert_eq!(
        story.import(&key, 'a', &lasting(None), day(11)),
        Ok(Association::Same)
    );
    let described = story.at(&key, day(300)).metadata();
    assert_eq!(described.key_state, KeyState::Enabled);
    assert_eq!(
        described.expiration_model,
        Some(ExpirationModel::KeyMaterialDoesNotExpire)
    );
}

#[test]
fn only_the_same_material_comes_back() {
    for key_spec in [
        KeySpec::SymmetricDefault,
        KeySpec::Hmac256,
        KeySpec::EccNistP256,
        KeySpec::Rsa2048,
    ] {
        let arn = arn(key_spec);
        let story = Story::of(metadata(arn.clone(), key_spec));
        story
            .import(&arn, 'a', &lasting(None), day(0))
            .expect("the first");
        story.delete(&arn, None, day(1)).expect("deleted");
        assert_eq!(story.state(&arn, day(1)), KeyState::PendingImport);
        assert_eq!(
            says(story.import(&arn, 'b', &lasting(None), day(2))),
            "IncorrectKeyMaterialException"
        );
        assert_eq!(
            story.state(&arn, day(2)),
            KeyState::PendingImport,
            "a failed import changes nothing"
        );
        assert_eq!(
            story.import(&arn, 'a', &until(day(9)), day(2)),
            Ok(Association::Same)
        );
        assert_eq!(story.state(&arn, day(2)), KeyState::Enabled);
        let has_id = story
            .at(&arn, day(2))
            .metadata()
            .other
            .contains_key("CurrentKeyMaterialId");
        assert_eq!(has_id, key_spec == KeySpec::SymmetricDefault, "{key_spec}");
    }
}

#[test]
fn import_types_have_aws_s_defaults_and_refusals() {
    let (story, key) = symmetric();
    assert_eq!(
        says(story.import(&key, 'a', &lasting(EXISTING), day(0))),
        "IncorrectKeyMaterialException"
    );
    assert_eq!(
        story.import(&key, 'a', &lasting(NEW), day(0)),
        Ok(Association::First)
    );
    assert_eq!(
        says(story.import(&key, 'a', &lasting(NEW), day(0))),
        "IncorrectKeyMaterialException"
    );
    assert_eq!(
        story.import(&key, 'a', &lasting(EXISTING), day(0)),
        Ok(Association::Same)
    );
    assert_eq!(
        says(story.import(&key, 'b', &lasting(None), day(0))),
        "IncorrectKeyMaterialException"
    );

    let named = |letter: char| ImportOptions {
        key_material_id: Some(id(letter).to_string()),
        ..lasting(EXISTING)
    };
    assert_eq!(
        story.import(&key, 'a', &named('a'), day(0)),
        Ok(Association::Same)
    );
    assert_eq!(
        story.import(&key, 'a', &named('b'), day(0)),
        Err(AssociationError::OtherKeyMaterialId { found: id('a') })
    );
}

#[test]
fn new_material_waits_for_a_rotation_and_one_at_a_time() {
    let (story, key) = symmetric();
    assert_eq!(
        story.rotate(&key, day(0)).expect_err("no material"),
        format!("KMSInvalidStateException: {key} is pending import.")
    );
    story
        .import(&key, 'a', &lasting(None), day(0))
        .expect("the first");
    let nothing_pending = format!(
        "KMSInvalidStateException: No available key material pending rotation for the key: {key}."
    );
    assert_eq!(
        story.rotate(&key, day(0)).expect_err("nothing new"),
        nothing_pending
    );
    assert_eq!(
        story.import(&key, 'b', &lasting(NEW), day(1)),
        Ok(Association::New)
    );
    assert_eq!(story.materials(&key, day(1)), "aC! bP!");
    assert_eq!(story.state(&key, day(1)), KeyState::Enabled);
    assert_eq!(
        says(story.import(&key, 'c', &lasting(NEW), day(1))),
        format!(
            "KMSInvalidStateException: New key material (id: {}) cannot be imported into KMS key {key}, because \
             another key material (id: {}) is pending rotation.",
            id('c'),
            id('b')
        )
    );
    assert_eq!(
        story.import(&key, 'b', &until(day(90)), day(1)),
        Ok(Association::Same),
        "before it is current"
    );
    assert_eq!(story.rotate(&key, day(2)), Ok(id('b')));
    assert_eq!(story.materials(&key, day(2)), "aN! bC!");
    assert_eq!(
        story.rotate(&key, day(2)).expect_err("nothing new"),
        nothing_pending
    );
    assert_eq!(
        says(story.import(&key, 'a', &lasting(NEW), day(2))),
        "IncorrectKeyMaterialException"
    );

    let rows = story.at(&key, day(3)).materials();
    assert_eq!(
        (rows[0].rotation_date, rows[1].rotation_date),
        (None, Some(day(2)))
    );
    assert_eq!(
        story.at(&key, day(3)).metadata().valid_to,
        Some(day(90)),
        "the earliest of all"
    );

    // Every permanent material of the key is needed, current or not.
    story.delete(&key, Some('a'), day(3)).expect("deleted");
    assert_eq!(
        (
            story.state(&key, day(3)),
            story.materials(&key, day(3)).as_str()
        ),
        (KeyState::PendingImport, "aN? bC!")
    );
    story
        .import(&key, 'a', &lasting(None), day(4))
        .expect("again");
    assert_eq!(story.state(&key, day(4)), KeyState::Enabled);
    assert_eq!(story.state(&key, day(90)), KeyState::PendingImport);
    assert_eq!(story.materials(&key, day(90)), "aN! bC?");
}

#[test]
fn what_waits_for_a_rotation_does_not_belong_to_the_key_yet() {
    let (story, key) = symmetric();
    story
        .import(&key, 'a', &lasting(None), day(0))
        .expect("the first");
    story
        .import(&key, 'b', &lasting(NEW), day(0))
        .expect("a new one");
    assert_eq!(story.delete(&key, Some('b'), day(1)), Ok(Some(id('b'))));
    assert_eq!(
        (
            story.state(&key, day(1)),
            story.materials(&key, day(1)).as_str()
        ),
        (KeyState::Enabled, "aC!")
    );
    let expiring = ImportOptions {
        import_type: NEW.map(str::to_owned),
        ..until(day(5))
    };
    assert_eq!(
        story.import(&key, 'c', &expiring, day(1)),
        Ok(Association::New)
    );
    assert_eq!(
        story.at(&key, day(1)).metadata().valid_to,
        None,
        "what waits does not count"
    );
    assert_eq!(
        (
            story.state(&key, day(5)),
            story.materials(&key, day(5)).as_str()
        ),
        (KeyState::Enabled, "aC!")
    );
    assert_eq!(
        story.import(&key, 'd', &lasting(NEW), day(5)),
        Ok(Association::New)
    );
}

#[test]
fn a_key_is_rotated_on_demand_25_times() {
    let (story, key) = symmetric();
    let material =
        |number: i64| KeyMaterialId::parse(&format!("{number:064x}")).expect("64 digits");
    let import = |number: i64| {
        story.operate(&key, day(number), |key| {
            let options = lasting(NEW);
            key.associate(&material(number), &options)?;
            key.import(&material(number), &options, day(number));
            Ok::<_, AssociationError>(())
        })
    };
    import(0).expect("the first");
    for number in 1..=25 {
        import(number).expect("a new one");
        assert_eq!(story.rotate(&key, day(number)), Ok(material(number)));
    }
    import(26).expect("a new one");
    assert_eq!(
        story.rotate(&key, day(26)),
        Err(format!(
            "LimitExceededException: The on-demand rotations limit has been reached for the given \
             keyId. No more on-demand rotations can be performed for this key: {key}"
        ))
    );
    assert_eq!(story.at(&key, day(26)).materials().len(), 27);
}

#[test]
fn only_symmetric_keys_are_rotated() {
    for key_spec in [KeySpec::Hmac512, KeySpec::EccNistP384] {
        let arn = arn(key_spec);
        let story = Story::of(metadata(arn.clone(), key_spec));
        story
            .import(&arn, 'a', &lasting(None), day(0))
            .expect("the first");
        assert_eq!(
            story.rotate(&arn, day(0)),
            Err("UnsupportedOperationException".to_owned())
        );
        assert_eq!(
            story.delete(&arn, Some('a'), day(0)),
            Err("ValidationException".to_owned())
        );
    }
}

/// A script does several things within one second.
#[test]
fn what_happens_at_one_moment_keeps_its_order() {
    let (story, key) = symmetric();
    let issue = |at: Timestamp| {
        let set = ParameterSet {
            issued_at: at,
            number: 0,
            parameters_valid_to: at.plus_millis(DAY),
            wrapping_algorithm: WrappingAlgorithm::RsaesOaepSha256,
            wrapping_key_spec: WrappingKeySpec::Rsa2048,
            public_key_sha256: String::new(),
            import_token: Blob::new(vec![1]),
        };
        story
            .operate(&key, at, |key| {
                key.append(set);
                Ok::<_, std::convert::Infallible>(())
            })
            .expect("issued");
    };
    let import = |letter, import_type| {
        story
            .import(&key, letter, &lasting(import_type), day(0))
            .expect("imported")
    };
    issue(day(0));
    import('a', None);
    issue(day(0));
    import('b', NEW);
    story.rotate(&key, day(0)).expect("rotated");
    issue(day(0));
    let names: Vec<_> = story
        .at(&key, day(0))
        .timeline()
        .into_iter()
        .map(|(_, what)| match what {
            HistoryEntry::Created => "CreateKey",
            HistoryEntry::ParametersIssued(_) => "GetParametersForImport",
            HistoryEntry::Event(event) => event.event_name.as_str(),
        })
        .collect();
    assert_eq!(
        names,
        [
            "CreateKey",
            "GetParametersForImport",
            "ImportKeyMaterial",
            "GetParametersForImport",
            "ImportKeyMaterial",
            "RotateKeyOnDemand",
            "GetParametersForImport",
        ]
    );
}

#[test]
fn deleting_says_what_was_deleted() {
    let (story, key) = symmetric();
    assert_eq!(
        story.delete(&key, None, day(0)),
        Ok(None),
        "nothing there, and no fault"
    );
    story
        .import(&key, 'a', &lasting(None), day(0))
        .expect("the first");
    assert_eq!(
        story.delete(&key, Some('b'), day(0)),
        Err("NotFoundException".to_owned())
    );
    assert_eq!(story.delete(&key, None, day(0)), Ok(Some(id('a'))));
    assert_eq!(
        story.delete(&key, None, day(0)),
        Ok(Some(id('a'))),
        "once more, and no fault"
    );
    let deletions = |key: &RehearsedKey| {
        let is_deletion = |what: &HistoryEntry<'_>| matches!(what, HistoryEntry::Event(event) if event.event_name == EventName::DeleteImportedKeyMaterial);
        key.timeline()
            .iter()
            .filter(|(_, what)| is_deletion(what))
            .count()
    };
    assert_eq!(deletions(&story.at(&key, day(0))), 1);
}

#[test]
fn a_deletion_that_is_pending_is_not_undone_by_material() {
    let (story, key) = symmetric();
    story
        .import(&key, 'a', &lasting(None), day(0))
        .expect("the first");
    story
        .operate(&key, day(1), |key| {
            key.set_state(KeyState::PendingDeletion, day(1))
        })
        .expect("set");
    assert_eq!(story.delete(&key, None, day(2)), Ok(Some(id('a'))));
    assert_eq!(story.state(&key, day(2)), KeyState::PendingDeletion);
    assert!(
        story
            .store
            .key_at(&key, day(30))
            .expect("the store answers")
            .is_some()
    );
    assert!(
        story
            .store
            .key_at(&key, day(31))
            .expect("the store answers")
            .is_none(),
        "30 days later it is gone"
    );
    let deleted_at = |now| {
        let missing = story.store.missing_key(&key, now);
        missing.expect("the store answers").deleted_at
    };
    assert_eq!(deleted_at(day(30)), None);
    assert_eq!(deleted_at(day(31)), Some(day(31)));
    assert_eq!(deleted_at(day(99)), Some(day(31)), "since then");
}

#[test]
fn a_deletion_is_scheduled_and_called_off() {
    let (story, key) = symmetric();
    let schedule = |days, now| story.operate(&key, now, |key| key.schedule_deletion(days, now));
    let cancel = |now| story.operate(&key, now, |key| key.cancel_deletion(now));
    let said = |error: byok_core::key_state::KeyStateError| error.refusal().to_string();
    assert_eq!(
        cancel(day(0)).map_err(said),
        Err(format!(
            "KMSInvalidStateException: {key} is not pending deletion."
        ))
    );
    assert_eq!(schedule(7, day(0)), Ok(()));
    assert_eq!(
        story.at(&key, day(1)).metadata().deletion_date,
        Some(day(7))
    );
    assert_eq!(
        schedule(8, day(1)).map_err(said),
        Err(format!(
            "KMSInvalidStateException: {key} is pending deletion."
        ))
    );
    assert_eq!(cancel(day(2)), Ok(()));
    assert_eq!(
        story.state(&key, day(2)),
        KeyState::PendingImport,
        "it never had any material"
    );
    assert_eq!(story.at(&key, day(2)).metadata().deletion_date, None);
    let enable = |now| story.operate(&key, now, |key| key.enable(now));
    assert_eq!(
        enable(day(2)).map_err(said),
        Err(format!(
            "KMSInvalidStateException: {key} is pending import."
        ))
    );

    story
        .import(&key, 'a', &lasting(None), day(3))
        .expect("the first");
    assert_eq!((schedule(30, day(4)), cancel(day(5))), (Ok(()), Ok(())));
    assert_eq!(story.state(&key, day(5)), KeyState::Disabled);
    assert_eq!(enable(day(5)), Ok(()));
    assert_eq!(
        story.operate(&key, day(6), |key| key.disable(day(6))),
        Ok(())
    );
    assert_eq!(story.state(&key, day(6)), KeyState::Disabled);
    assert_eq!(schedule(7, day(7)), Ok(()));
    let is_there = |now| {
        story
            .store
            .key_at(&key, now)
            .expect("the store answers")
            .is_some()
    };
    assert_eq!(
        [is_there(day(14).plus_millis(-1)), is_there(day(14))],
        [true, false]
    );
}

/// AWS KMS Developer Guide, "Deleting multi-Region keys": the waiting period of a primary begins when
/// its last replica is deleted.
#[test]
fn a_primary_waits_for_the_end_of_its_replicas() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let schedule =
        |arn: &KeyArn, days, now| story.operate(arn, now, |key| key.schedule_deletion(days, now));
    let near = story
        .replicate(&primary, "us-west-2", day(0))
        .expect("a replica");
    let far = story
        .replicate(&primary, "eu-west-1", day(0))
        .expect("a replica");
    schedule(&primary, 7, day(0)).expect("scheduled");
    let described = story.at(&primary, day(1)).metadata();
    assert_eq!(described.key_state, KeyState::PendingReplicaDeletion);
    assert_eq!(described.deletion_date, None);
    assert_eq!(described.other["PendingDeletionWindowInDays"], 7);
    schedule(&near, 7, day(1)).expect("scheduled");
    schedule(&far, 10, day(1)).expect("scheduled");
    assert_eq!(story.state(&near, day(2)), KeyState::PendingDeletion);
    assert_eq!(
        story.state(&primary, day(10)),
        KeyState::PendingReplicaDeletion,
        "one is still there"
    );
    let described = story.at(&primary, day(11)).metadata();
    assert_eq!(described.key_state, KeyState::PendingDeletion);
    assert_eq!(described.deletion_date, Some(day(18)));
    assert!(!described.other.contains_key("PendingDeletionWindowInDays"));
    assert!(
        story
            .store
            .key_at(&primary, day(18))
            .expect("the store answers")
            .is_none()
    );
    let missing = story.store.missing_key(&primary, day(20));
    let missing = missing.expect("the store answers");
    assert_eq!(missing.deleted_at, Some(day(18)), "after its replicas");
    // Cancelled before the last replica ends, the primary key is disabled.
    story
        .operate(&primary, day(9), |key| key.cancel_deletion(day(9)))
        .expect("called off");
    assert_eq!(story.state(&primary, day(11)), KeyState::Disabled);
}

#[test]
fn a_state_is_set_only_where_the_material_allows_it() {
    let (story, key) = symmetric();
    let set = |state, now| {
        story
            .operate(&key, now, |key| key.set_state(state, now))
            .map_err(|e| e.to_string())
    };
    let pending = format!("KMSInvalidStateException: {key} is pending import.");
    assert_eq!(set(KeyState::Enabled, day(0)), Err(pending.clone()));
    assert_eq!(set(KeyState::PendingImport, day(0)), Ok(()));
    // Scheduled and cancelled before the first import.
    assert_eq!(set(KeyState::PendingDeletion, day(0)), Ok(()));
    assert_eq!(set(KeyState::Enabled, day(0)), Err(pending));
    assert_eq!(set(KeyState::PendingImport, day(0)), Ok(()));
    story
        .import(&key, 'a', &until(day(5)), day(1))
        .expect("the first");
    assert!(
        set(KeyState::PendingImport, day(1)).is_err(),
        "nothing is missing"
    );
    assert_eq!(set(KeyState::Disabled, day(1)), Ok(()));
    assert_eq!(
        story.import(&key, 'a', &until(day(6)), day(2)),
        Ok(Association::Same)
    );
    assert_eq!(
        story.state(&key, day(2)),
        KeyState::Disabled,
        "an import enables no key that was disabled"
    );
    assert_eq!(
        story.rotate(&key, day(2)),
        Err(format!("DisabledException: {key} is disabled."))
    );
    assert_eq!(story.state(&key, day(6)), KeyState::PendingImport);
}

#[test]
fn a_replica_has_its_primary_s_materials_and_an_expiry_of_its_own() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let replica = story
        .replicate(&primary, "eu-west-1", day(0))
        .expect("a replica");
    assert_eq!(story.state(&replica, day(0)), KeyState::PendingImport);
    assert_eq!(
        story.replicate(&primary, "eu-west-1", day(0)),
        Err("AlreadyExistsException".to_owned())
    );
    assert_eq!(
        story.replicate(&primary, "us-east-1", day(0)),
        Err("AlreadyExistsException".to_owned())
    );
    assert_eq!(
        story.replicate(&primary, "cn-north-1", day(0)),
        Err("UnsupportedOperationException".to_owned())
    );

    assert_eq!(
        says(story.import(&replica, 'a', &lasting(NEW), day(0))),
        "UnsupportedOperationException"
    );
    assert_eq!(story.materials(&replica, day(1)), "aC?");
    assert_eq!(
        says(story.import(&replica, 'b', &lasting(None), day(1))),
        "IncorrectKeyMaterialException"
    );
    assert_eq!(
        story.import(&replica, 'a', &until(day(7)), day(1)),
        Ok(Association::Same)
    );
    assert_eq!(story.state(&replica, day(1)), KeyState::Enabled);
    assert_eq!(story.at(&primary, day(1)).metadata().valid_to, None);
    assert_eq!(
        (story.state(&primary, day(7)), story.state(&replica, day(7))),
        (KeyState::Enabled, KeyState::PendingImport)
    );

    let described = story.at(&primary, day(1)).metadata().other["MultiRegionConfiguration"].clone();
    assert_eq!(described["MultiRegionKeyType"], "PRIMARY");
    assert_eq!(described["ReplicaKeys"][0]["Region"], "eu-west-1");
    let described = story.at(&replica, day(1)).metadata().other["MultiRegionConfiguration"].clone();
    assert_eq!(described["MultiRegionKeyType"], "REPLICA");
    assert_eq!(described["PrimaryKey"]["Region"], "us-east-1");
}

#[test]
fn a_key_without_its_material_is_not_replicated() {
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| is_importable(*spec))
    {
        let (story, primary) = multi_region(key_spec);
        let pending = Err(format!(
            "KMSInvalidStateException: {primary} is pending import."
        ));
        assert_eq!(story.replicate(&primary, "eu-west-1", day(0)), pending);
        story
            .import(&primary, 'a', &until(day(3)), day(1))
            .expect("the first");
        story
            .replicate(&primary, "eu-west-1", day(2))
            .expect("a replica");
        // It expired.
        assert_eq!(story.replicate(&primary, "us-west-2", day(3)), pending);
    }
}

#[test]
fn only_a_multi_region_primary_key_is_replicated() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let replica = story
        .replicate(&primary, "eu-west-1", day(0))
        .expect("a replica");
    let refused = |arn: &KeyArn| {
        Err(format!(
            "UnsupportedOperationException: {arn} is not a multi-region primary key."
        ))
    };
    story
        .import(&replica, 'a', &lasting(None), day(0))
        .expect("the same");
    assert_eq!(
        story.replicate(&replica, "us-west-2", day(0)),
        refused(&replica)
    );
    let (story, single) = symmetric();
    story
        .import(&single, 'a', &lasting(None), day(0))
        .expect("the first");
    assert_eq!(
        story.replicate(&single, "us-west-2", day(0)),
        refused(&single)
    );
}

#[test]
fn a_replica_has_no_description_of_its_own() {
    let text = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let primary = KeyArn::parse(text).expect("an ARN");
    let mut key = metadata(primary.clone(), KeySpec::SymmetricDefault);
    key.description = "for payroll".to_owned();
    let story = Story::of(key);
    story
        .import(&primary, 'a', &lasting(None), day(0))
        .expect("the first");
    let replica = story
        .replicate(&primary, "eu-west-1", day(0))
        .expect("a replica");
    assert_eq!(story.at(&replica, day(0)).metadata().description, "");
}

#[test]
fn the_primary_key_describes_the_material_of_its_replicas() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let replica = story
        .replicate(&primary, "eu-west-1", day(0))
        .expect("a replica");
    let described = |text: &str| ImportOptions {
        key_material_description: Some(text.to_owned()),
        ..lasting(None)
    };
    let descriptions = |now| {
        [&primary, &replica].map(|arn| {
            let entry = story.at(arn, now).materials()[0].clone();
            entry.key_material_description.unwrap_or_default()
        })
    };
    story
        .import(&replica, 'a', &described("of the replica"), day(1))
        .expect("the same");
    assert_eq!(descriptions(day(1)), ["", ""], "a replica sets none");
    story
        .import(&primary, 'a', &described("HSM 7"), day(2))
        .expect("the same");
    assert_eq!(descriptions(day(2)), ["HSM 7", "HSM 7"]);
    story
        .import(&replica, 'a', &described("of the replica"), day(3))
        .expect("the same");
    assert_eq!(descriptions(day(3)), ["HSM 7", "HSM 7"]);
    story
        .import(&primary, 'a', &described("HSM 8"), day(4))
        .expect("the same");
    assert_eq!(descriptions(day(4)), ["HSM 8", "HSM 8"]);
    story
        .import(&primary, 'a', &lasting(None), day(5))
        .expect("the same");
    assert_eq!(descriptions(day(5)), ["HSM 8", "HSM 8"]);
}

#[test]
fn deleting_what_waits_on_a_replica_leaves_the_others() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let [near, far] = ["us-west-2", "eu-west-1"].map(|region| {
        let replica = story.replicate(&primary, region, day(0));
        replica.expect("a replica")
    });
    for replica in [&near, &far] {
        story
            .import(replica, 'a', &lasting(None), day(1))
            .expect("the same");
    }
    story
        .import(&primary, 'b', &lasting(NEW), day(2))
        .expect("a new one");
    for replica in [&near, &far] {
        story
            .import(replica, 'b', &lasting(EXISTING), day(2))
            .expect("the same");
    }
    story.delete(&near, Some('b'), day(3)).expect("deleted");
    assert_eq!(
        [&primary, &near, &far].map(|key| story.materials(key, day(3))),
        ["aC! bM!", "aC! bM?", "aC! bM!"]
    );
    assert_eq!(story.state(&near, day(3)), KeyState::Enabled);
}

#[test]
fn a_multi_region_key_is_rotated_once_every_replica_has_the_material() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let near = story
        .replicate(&primary, "us-west-2", day(0))
        .expect("a replica");
    let far = story
        .replicate(&primary, "ap-southeast-2", day(0))
        .expect("a replica");
    let keys = [&primary, &near, &far];
    for key in keys {
        story
            .import(key, 'a', &lasting(None), day(1))
            .expect("the first");
    }
    story
        .import(&primary, 'b', &lasting(NEW), day(2))
        .expect("a new one");
    assert_eq!(story.materials(&primary, day(2)), "aC! bM!");
    assert_eq!(story.materials(&near, day(2)), "aC! bM?");
    assert_eq!(
        story.rotate(&primary, day(2)),
        Err("KMSInvalidStateException".to_owned())
    );
    story
        .import(&near, 'b', &lasting(EXISTING), day(3))
        .expect("the same");
    assert_eq!(
        story.rotate(&primary, day(3)),
        Err("KMSInvalidStateException".to_owned())
    );
    story
        .import(&far, 'b', &lasting(EXISTING), day(3))
        .expect("the same");
    assert_eq!(story.materials(&far, day(3)), "aC! bP!");
    assert_eq!(
        story.rotate(&far, day(3)),
        Err("UnsupportedOperationException".to_owned())
    );
    assert_eq!(story.rotate(&primary, day(4)), Ok(id('b')));
    for key in keys {
        assert_eq!(story.materials(key, day(4)), "aN! bC!", "{key}");
        assert_eq!(story.state(key, day(4)), KeyState::Enabled, "{key}");
        assert_eq!(
            story.at(key, day(4)).metadata().other["CurrentKeyMaterialId"],
            "b".repeat(64),
            "{key}"
        );
    }
    // A replica deletes only its own copy of a material.
    story.delete(&near, None, day(5)).expect("deleted");
    assert_eq!(
        keys.map(|key| story.state(key, day(5))),
        [
            KeyState::Enabled,
            KeyState::PendingImport,
            KeyState::Enabled
        ]
    );
}

#[test]
fn deleting_what_waits_on_the_primary_deletes_it_everywhere() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let replica = story
        .replicate(&primary, "us-west-2", day(0))
        .expect("a replica");
    for key in [&primary, &replica] {
        story
            .import(key, 'a', &lasting(None), day(1))
            .expect("the first");
    }
    story
        .import(&primary, 'b', &lasting(NEW), day(2))
        .expect("a new one");
    story
        .import(&replica, 'b', &lasting(None), day(2))
        .expect("the same");
    story.delete(&primary, Some('b'), day(3)).expect("deleted");
    assert_eq!(story.materials(&replica, day(3)), "aC!");
    // The same bytes again are another association: the replica must import them again too.
    story
        .import(&primary, 'b', &lasting(NEW), day(4))
        .expect("a new one");
    assert_eq!(
        (
            story.materials(&primary, day(4)).as_str(),
            story.materials(&replica, day(4)).as_str()
        ),
        ("aC! bM!", "aC! bM?")
    );
    story
        .import(&replica, 'b', &lasting(None), day(5))
        .expect("the same");
    assert_eq!(story.rotate(&primary, day(6)), Ok(id('b')));
}

#[test]
fn replicas_of_other_kinds_of_key_take_what_their_primary_has() {
    let (story, primary) = replicable(KeySpec::EccNistP256);
    let replica = story
        .replicate(&primary, "us-west-2", day(0))
        .expect("a replica");
    story
        .import(&primary, 'a', &lasting(None), day(1))
        .expect("the first");
    assert_eq!(
        says(story.import(&replica, 'b', &lasting(None), day(1))),
        "IncorrectKeyMaterialException"
    );
    assert_eq!(
        story.import(&replica, 'a', &lasting(None), day(1)),
        Ok(Association::Same)
    );
}

#[test]
fn a_key_that_was_added_with_material_takes_what_only_aws_can_judge() {
    let mut key = metadata(arn(KeySpec::SymmetricDefault), KeySpec::SymmetricDefault);
    (key.key_state, key.valid_to) = (KeyState::Enabled, Some(day(3)));
    key.expiration_model = Some(ExpirationModel::KeyMaterialExpires);
    let (arn, story) = (key.arn.clone(), Story::of(key));
    assert_eq!(story.state(&arn, day(2)), KeyState::Enabled);
    assert_eq!(
        story.state(&arn, day(3)),
        KeyState::PendingImport,
        "it expires as described"
    );
    let association = story.at(&arn, day(2)).associate(&id('a'), &lasting(None));
    assert_eq!(association, Ok(Association::Unknown));
    assert_eq!(
        story.import(&arn, 'a', &lasting(None), day(2)),
        Ok(Association::Unknown)
    );
    assert_eq!(
        story.materials(&arn, day(2)),
        "aC!",
        "from now on it is the key's"
    );
}

/// Through the operation itself: wrapped, opened, recognised and recorded atomically.
#[test]
fn verify_recognises_the_material_and_records_it() {
    let algorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| is_importable(*spec))
    {
        let store = store();
        let arn = arn(key_spec);
        let parameters = parameters(key_spec, algorithm, WrappingKeySpec::Rsa2048);
        let ask = |bytes: &[u8], recording| {
            let request = request(&parameters, encrypted(bytes, algorithm, &parameters));
            verify(&request, recording, &place(), &store, now(), &mut rng(3))
                .expect("the store answers")
        };
        let bytes = material_bytes(key_spec).0;
        let association = |verification: byok_core::verify::Verification| match verification.verdict
        {
            Verdict::Accepted(accepted) => {
                let has_id = accepted.key_material_id().is_some();
                assert_eq!(has_id, key_spec == KeySpec::SymmetricDefault, "{key_spec}");
                accepted.association.expect("a key was named").1
            }
            other => panic!("{key_spec}: {other:?}"),
        };
        assert_eq!(
            association(ask(bytes, Recording::Nothing)),
            Association::First
        );
        assert_eq!(
            association(ask(bytes, Recording::Nothing)),
            Association::First,
            "nothing was recorded"
        );
        assert_eq!(
            association(ask(bytes, Recording::Import)),
            Association::First
        );
        assert_eq!(
            association(ask(bytes, Recording::Import)),
            Association::Same
        );
        let state = store
            .key_at(&arn, now())
            .expect("the store answers")
            .expect("a key")
            .metadata()
            .key_state;
        assert_eq!(state, KeyState::Enabled, "{key_spec}");
        let written = store
            .find(&arn)
            .expect("the store answers")
            .expect("a record")
            .to_json();
        let hex = byok_core::hex::encode(bytes);
        assert!(
            !written.contains(&hex[..16]),
            "{key_spec}: the record holds the material"
        );

        let other = other_material(key_spec);
        let refused = ask(&other, Recording::Import);
        assert_eq!(
            answer(&refused),
            "IncorrectKeyMaterialException",
            "{key_spec}"
        );
        assert_eq!(
            refused.checks,
            checks_up_to(Check::KeyMaterialId),
            "{key_spec}"
        );
    }
}

/// Valid material of the same key spec, but not the same material.
fn other_material(key_spec: KeySpec) -> Vec<u8> {
    let rules = byok_core::compatibility::Rules::Standard;
    let material = byok_core::key_material::KeyMaterial::generate(key_spec, rules, &mut rng(99));
    material.expect("made").bytes().expose().to_vec()
}

/// Records round-trip, with everything that they can contain.
#[test]
fn a_record_with_a_history_reads_back() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let replica = story
        .replicate(&primary, "us-west-2", day(0))
        .expect("a replica");
    let described = ImportOptions {
        key_material_description: Some("from HSM 7".to_owned()),
        ..until(day(9))
    };
    story
        .import(&primary, 'a', &described, day(1))
        .expect("the first");
    story
        .import(&replica, 'a', &lasting(None), day(1))
        .expect("the same");
    story
        .import(&primary, 'b', &lasting(NEW), day(2))
        .expect("a new one");
    story
        .import(&replica, 'b', &lasting(None), day(2))
        .expect("the same");
    story.rotate(&primary, day(3)).expect("rotated");
    for arn in [&primary, &replica] {
        let record = story
            .store
            .find(arn)
            .expect("the store answers")
            .expect("a record");
        assert_eq!(
            KeyRecord::from_json(record.to_json().as_bytes()),
            Ok(record)
        );
    }
    let description = story.at(&primary, day(3)).materials()[0]
        .key_material_description
        .clone();
    assert_eq!(description.as_deref(), Some("from HSM 7"));
    story
        .import(&primary, 'a', &lasting(None), day(4))
        .expect("again");
    let description = story.at(&primary, day(4)).materials()[0]
        .key_material_description
        .clone();
    assert_eq!(
        description.as_deref(),
        Some("from HSM 7"),
        "kept where none is given"
    );
}

/// A replica that was added alone: its primary's material is unknown, and only the primary accepts
/// new material.
#[test]
fn a_replica_without_its_primary_stays_one() {
    let (story, primary) = replicable(KeySpec::SymmetricDefault);
    let replica = story
        .replicate(&primary, "eu-west-1", day(0))
        .expect("a replica");
    let record = story
        .store
        .find(&replica)
        .expect("the store answers")
        .expect("a record");
    let story = Story {
        store: MemoryKeyStore::new(root_secret(), [record]),
    };
    assert_eq!(story.at(&replica, day(0)).primary_arn(), Some(primary));
    assert_eq!(
        story.import(&replica, 'a', &lasting(None), day(1)),
        Ok(Association::Unknown)
    );
    assert_eq!(
        says(story.import(&replica, 'b', &lasting(NEW), day(1))),
        "UnsupportedOperationException"
    );
    assert_eq!(
        says(story.import(&replica, 'b', &lasting(None), day(1))),
        "IncorrectKeyMaterialException"
    );
    assert_eq!(
        story.rotate(&replica, day(1)),
        Err("UnsupportedOperationException".to_owned())
    );
    let described = story.at(&replica, day(1)).metadata();
    assert_eq!(
        described.other["MultiRegionConfiguration"]["MultiRegionKeyType"],
        "REPLICA"
    );
}

/// Material that the key had when it was added is gone after its deletion, and no state restores
/// it.
#[test]
fn unknown_material_that_was_deleted_is_missing() {
    let mut key = metadata(arn(KeySpec::SymmetricDefault), KeySpec::SymmetricDefault);
    key.key_state = KeyState::Enabled;
    key.expiration_model = Some(ExpirationModel::KeyMaterialDoesNotExpire);
    key.other.insert(
        "CurrentKeyMaterialId".to_owned(),
        serde_json::json!("c".repeat(64)),
    );
    let (arn, story) = (key.arn.clone(), Story::of(key));
    assert_eq!(story.delete(&arn, None, day(0)), Ok(None));
    assert_eq!(story.state(&arn, day(0)), KeyState::PendingImport);
    story
        .operate(&arn, day(1), |key| key.schedule_deletion(7, day(1)))
        .expect("scheduled");
    story
        .operate(&arn, day(2), |key| key.cancel_deletion(day(2)))
        .expect("called off");
    assert_eq!(story.state(&arn, day(2)), KeyState::PendingImport);
    let enabled = story.operate(&arn, day(2), |key| key.set_state(KeyState::Enabled, day(2)));
    assert!(enabled.is_err(), "it has no material");
    let association = story.at(&arn, day(2)).associate(&id('a'), &lasting(None));
    assert_eq!(
        association,
        Ok(Association::Unknown),
        "only AWS KMS knows what it was"
    );
}
