//! The rules of a store: changes by others count, and a deleted key makes room.

mod common;

use std::cell::Cell;

use byok_core::{
    alias::AccountRegion,
    import_request::{ImportOptions, ImportType},
    import_token::RootSecret,
    key_id::KeyArn,
    key_material_id::KeyMaterialId,
    key_record::{EventName, KeyRecord},
    key_spec::KeySpec,
    key_store::{AliasList, KeyStore, MemoryKeyStore, StoreError, StoreErrorKind},
    region::Region,
    rehearsed_key::{RehearsedKey, ReplicateError, RotateError},
    timestamp::Timestamp,
};
use common::*;

/// A store that others use too.
struct Shared<F> {
    store: MemoryKeyStore,
    /// What another process does once, while a key waits for its lock.
    meanwhile: Cell<Option<F>>,
    is_full: Cell<bool>,
}

impl<F: FnOnce(&MemoryKeyStore)> Shared<F> {
    fn new(store: MemoryKeyStore, meanwhile: F) -> Self {
        Self {
            store,
            meanwhile: Cell::new(Some(meanwhile)),
            is_full: Cell::new(false),
        }
    }
}

impl<F: FnOnce(&MemoryKeyStore)> KeyStore for Shared<F> {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        self.store.root_secret()
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
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
        if let Some(meanwhile) = self.meanwhile.take() {
            meanwhile(&self.store);
        }
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
        if self.is_full.get() {
            return Err(StoreError::new(StoreErrorKind::Io, "no space left"));
        }
        self.store.create(record, now)
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.key_records()
    }
}

fn day(number: i64) -> Timestamp {
    now().plus_millis(number * Timestamp::DAY_MILLIS)
}

fn id(letter: char) -> KeyMaterialId {
    KeyMaterialId::parse(&letter.to_string().repeat(64)).expect("64 digits")
}

fn region() -> Region {
    Region::parse("us-west-2").expect("a Region")
}

/// A store with a multi-Region primary key that holds `a`.
fn primary() -> (MemoryKeyStore, KeyArn) {
    let text = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let arn = KeyArn::parse(text).expect("an ARN");
    let record = KeyRecord::new(metadata(arn.clone(), KeySpec::SymmetricDefault));
    let store = MemoryKeyStore::new(root_secret(), [record]);
    import(&store, &arn, 'a', ImportType::NewKeyMaterial);
    (store, arn)
}

fn replicate(
    store: &impl KeyStore,
    arn: &KeyArn,
    now: Timestamp,
) -> Result<KeyArn, ReplicateError> {
    let replica = store
        .replicate(arn, &region(), now, |_| {})
        .expect("the store answers")
        .expect("a key");
    replica.map(|replica| replica.record().key_metadata.arn.clone())
}

fn operate<T, E: std::fmt::Debug>(
    store: &impl KeyStore,
    arn: &KeyArn,
    now: Timestamp,
    operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
) -> Result<T, E> {
    store
        .operate(arn, now, operation)
        .expect("the store answers")
        .expect("a key")
}

fn import(store: &impl KeyStore, arn: &KeyArn, letter: char, import_type: ImportType) {
    let options = ImportOptions {
        import_type: Some(import_type.to_string()),
        ..staying()
    };
    operate(store, arn, day(0), |key| {
        key.associate(&id(letter), &options)?;
        key.import(&id(letter), &options, day(0));
        Ok::<_, byok_core::rehearsed_key::AssociationError>(())
    })
    .expect("imported");
}

fn delete(store: &impl KeyStore, arn: &KeyArn, letter: char, now: Timestamp) {
    operate(store, arn, now, |key| {
        key.delete_material(Some(&id(letter)), now)
    })
    .expect("deleted");
}

/// A primary key and its replica that both hold `a`, which is current, and `b`, which is pending
/// rotation.
fn before_a_rotation() -> (MemoryKeyStore, KeyArn, KeyArn) {
    let (store, primary) = primary();
    let replica = replicate(&store, &primary, day(0)).expect("a replica");
    import(&store, &replica, 'a', ImportType::ExistingKeyMaterial);
    import(&store, &primary, 'b', ImportType::NewKeyMaterial);
    import(&store, &replica, 'b', ImportType::ExistingKeyMaterial);
    (store, primary, replica)
}

#[test]
fn what_related_keys_lose_while_a_key_waits_for_its_turn_counts() {
    let (store, primary, replica) = before_a_rotation();
    let store = Shared::new(store, |store: &MemoryKeyStore| {
        delete(store, &replica, 'b', day(0));
    });
    let rotated = operate(&store, &primary, day(0), |key| key.rotate(day(0)));
    assert_eq!(
        rotated,
        Err(RotateError::NotEverywhere {
            missing: vec![replica.clone()]
        })
    );
}

#[test]
fn a_replica_that_cannot_be_kept_was_never_made() {
    let (store, primary) = primary();
    let store = Shared::new(store, |_: &MemoryKeyStore| {});
    store.is_full.set(true);
    assert!(
        store
            .replicate(&primary, &region(), day(0), |_| {})
            .is_err()
    );
    let events = || {
        let record = store
            .find(&primary)
            .expect("the store answers")
            .expect("a key");
        let events = record.rehearsal.events.iter();
        events
            .filter(|event| event.event_name == EventName::ReplicateKey)
            .count()
    };
    assert_eq!(events(), 0);
    store.is_full.set(false);
    replicate(&store, &primary, day(0)).expect("a replica");
    assert_eq!(
        (events(), store.key_records().expect("records").len()),
        (1, 2)
    );
}

#[test]
fn a_replica_whose_time_is_up_makes_room_for_another() {
    let (store, primary) = primary();
    let replica = replicate(&store, &primary, day(0)).expect("a replica");
    import(&store, &replica, 'a', ImportType::ExistingKeyMaterial);
    operate(&store, &replica, day(0), |key| {
        key.schedule_deletion(7, day(0))
    })
    .expect("scheduled");
    let refused = replicate(&store, &primary, day(6)).expect_err("it is still there");
    assert_eq!(refused, ReplicateError::Exists(replica.clone()));
    assert_eq!(
        replicate(&store, &primary, day(7)).expect("there is room"),
        replica
    );
    let created = store
        .key_at(&replica, day(7))
        .expect("the store answers")
        .expect("a key");
    assert_eq!(
        (created.held_materials(), created.metadata().creation_date),
        (vec![], day(7))
    );
    let refused = store
        .create(&KeyRecord::new(created.metadata()), day(7))
        .expect_err("it is there");
    assert_eq!(refused.kind, StoreErrorKind::Exists);
}

#[test]
fn a_replica_s_record_forgets_what_its_primary_dropped() {
    let (store, primary, replica) = before_a_rotation();
    delete(&store, &primary, 'b', day(1));
    operate(&store, &replica, day(1), |key| key.disable(day(1))).expect("disabled");
    let record = store
        .find(&replica)
        .expect("the store answers")
        .expect("a key");
    let kept: Vec<_> = record
        .rehearsal
        .materials
        .iter()
        .map(|own| own.key_material_id.clone())
        .collect();
    assert_eq!(kept, [id('a')]);
}
