//! A rehearsed KMS key at one point in time, from all its records.

use serde_json::{Value, json};

use super::{
    deletion::{begin_waiting, is_deleted},
    generated::{complete, rotate_if_due},
    material_entry::{ImportState, KeyMaterialState, MaterialEntry},
    material_list::{expire, is_permanent, own},
};
use crate::{
    blob::Blob,
    key_id::KeyArn,
    key_material_id::KeyMaterialId,
    key_metadata::{ExpirationModel, KeyMetadata, KeyState},
    key_record::{Event, EventName, Imported, KeyRecord, Material, ParameterSet},
    key_spec::KeySpec,
    timestamp::Timestamp,
};

/// A KMS key of a rehearsal at one moment. Everything that expired by then is gone.
#[derive(Debug, Clone)]
pub struct RehearsedKey {
    pub(super) record: KeyRecord,
    pub(super) related: Vec<KeyRecord>,
}

impl RehearsedKey {
    /// Builds the key of `record` at `now`, with its `related` keys in other Regions. Returns
    /// `None` if it was deleted.
    pub fn at(record: KeyRecord, related: Vec<KeyRecord>, now: Timestamp) -> Option<Self> {
        let is_there = |record: &KeyRecord| !is_deleted(&record.key_metadata, now);
        let mut record = record;
        begin_waiting(&mut record.key_metadata, &related, now);
        if !is_there(&record) {
            return None;
        }
        let expired = expire(&mut record, now);
        let mut related = related;
        related.retain(is_there);
        for other in &mut related {
            expire(other, now);
        }
        let mut key = Self { record, related };
        let rotated = key.generate_materials(now);
        key.forget_with_the_primary();
        key.fall_back();
        for (id, at) in expired {
            key.remember(EventName::DeleteExpiredKeyMaterial, Some(&id), at);
        }
        for (id, at) in rotated {
            key.remember(EventName::RotateKey, Some(&id), at);
        }
        Some(key)
    }

    /// Returns when the key of `record` was deleted, if it is by `now`; `related` are its keys in other
    /// Regions.
    pub fn deleted_at(
        record: KeyRecord,
        related: &[KeyRecord],
        now: Timestamp,
    ) -> Option<Timestamp> {
        let mut metadata = record.key_metadata;
        begin_waiting(&mut metadata, related, now);
        metadata
            .deletion_date
            .filter(|_| is_deleted(&metadata, now))
    }

    /// Returns the record to store.
    pub fn into_record(self) -> KeyRecord {
        let key_metadata = self.metadata();
        KeyRecord {
            key_metadata,
            ..self.record
        }
    }

    /// Returns the record of the key at this moment.
    pub fn record(&self) -> &KeyRecord {
        &self.record
    }

    /// Records that import parameters were issued.
    pub fn append(&mut self, set: ParameterSet) {
        self.record.append(set);
    }

    /// Returns the answer of `DescribeKey`.
    pub fn metadata(&self) -> KeyMetadata {
        let mut metadata = self.record.key_metadata.clone();
        metadata.enabled = metadata.key_state == KeyState::Enabled;
        if let Some(current) = self.current()
            && metadata.key_spec == KeySpec::SymmetricDefault
        {
            metadata.other.insert(
                "CurrentKeyMaterialId".to_owned(),
                json!(current.key_material_id),
            );
        }
        if let Some(current) = self.current().filter(|_| !metadata.is_generated()) {
            let held: Vec<_> = self
                .permanent()
                .filter_map(|material| self.held(material))
                .collect();
            let is_current_held = self.held(current).is_some();
            metadata.valid_to = held
                .iter()
                .filter_map(|held| held.valid_to)
                .min()
                .filter(|_| is_current_held);
            metadata.expiration_model = is_current_held.then_some(match metadata.valid_to {
                Some(_) => ExpirationModel::KeyMaterialExpires,
                None => ExpirationModel::KeyMaterialDoesNotExpire,
            });
        }
        if let Some(configuration) = self.multi_region_configuration() {
            metadata
                .other
                .insert("MultiRegionConfiguration".to_owned(), configuration);
        }
        metadata
    }

    /// Returns every material of the key, in order of import.
    pub fn materials(&self) -> Vec<MaterialEntry> {
        self.primary()
            .rehearsal
            .materials
            .iter()
            .map(|material| self.entry(material))
            .collect()
    }

    /// Returns the ARN of the primary key if this is a replica, from its description if the store
    /// has no primary.
    pub fn primary_arn(&self) -> Option<KeyArn> {
        let metadata = &self.record.key_metadata;
        let described = || {
            metadata
                .primary_arn()
                .unwrap_or_else(|| metadata.arn.clone())
        };
        let known = || self.primary().key_metadata.arn.clone();
        self.is_replica().then(|| {
            if self.knows_primary() {
                known()
            } else {
                described()
            }
        })
    }

    /// Returns the identifiers of the materials that this key holds now.
    pub fn held_materials(&self) -> Vec<KeyMaterialId> {
        let materials = &self.primary().rehearsal.materials;
        let held = materials
            .iter()
            .filter(|material| self.held(material).is_some());
        held.map(|material| material.key_material_id.clone())
            .collect()
    }

    /// Returns the identifier of the material that encrypts and signs; `None` if none was ever
    /// imported here.
    pub fn current_material(&self) -> Option<&KeyMaterialId> {
        self.current().map(|material| &material.key_material_id)
    }

    /// Returns the public key of the current material, an SPKI in DER, if it is known.
    pub fn public_key(&self) -> Option<&Blob> {
        let own = self.own(self.current()?);
        own.and_then(|material| material.public_key.as_ref())
    }

    /// Returns the number of the material `id`, if AWS KMS generates it.
    pub fn generated_number(&self, id: &KeyMaterialId) -> Option<u32> {
        let material = self.associated(id).filter(|_| self.is_generated());
        material.map(|material| material.association)
    }

    fn entry(&self, material: &Material) -> MaterialEntry {
        let held = self.held(material).filter(|_| !self.is_generated());
        let id = &material.key_material_id;
        let rotation = self
            .primary()
            .rehearsal
            .rotations
            .iter()
            .find(|r| r.key_material_id == *id);
        MaterialEntry {
            key_id: self.record.key_metadata.arn.clone(),
            key_material_id: id.clone(),
            key_material_description: material.key_material_description.clone(),
            import_state: match held {
                _ if self.is_generated() => None,
                Some(_) => Some(ImportState::Imported),
                None => Some(ImportState::PendingImport),
            },
            key_material_state: self.state_of(material),
            expiration_model: held.map(|held| held.expiration_model),
            valid_to: held.and_then(|held| held.valid_to),
            rotation_date: rotation.map(|rotation| rotation.rotation_date),
            rotation_type: rotation.map(|rotation| rotation.rotation_type),
        }
    }

    /// Returns the record that decides which materials belong to the key: the primary's, or its own
    /// if there is none.
    pub(super) fn primary(&self) -> &KeyRecord {
        if !self.record.key_metadata.is_replica() {
            return &self.record;
        }
        let is_primary = |record: &&KeyRecord| !record.key_metadata.is_replica();
        self.related.iter().find(is_primary).unwrap_or(&self.record)
    }

    /// Returns whether this is a replica, with or without its primary in the store.
    pub(super) fn is_replica(&self) -> bool {
        self.record.key_metadata.is_replica()
    }

    /// Returns whether another record decides which materials belong to this key.
    pub(super) fn knows_primary(&self) -> bool {
        self.primary().key_metadata.arn != self.record.key_metadata.arn
    }

    /// Returns the keys that must hold a material before it can become current.
    pub(super) fn family(&self) -> impl Iterator<Item = &KeyRecord> {
        std::iter::once(&self.record).chain(&self.related)
    }

    /// Returns the current material; `None` if none was ever imported here.
    pub(super) fn current(&self) -> Option<&Material> {
        let history = &self.primary().rehearsal;
        let last = history.rotations.last();
        let is_last = |material: &&Material| {
            last.is_none_or(|rotation| rotation.key_material_id == material.key_material_id)
        };
        history.materials.iter().find(is_last)
    }

    /// Returns the permanent materials of the key: all except one that is pending rotation.
    pub(super) fn permanent(&self) -> impl Iterator<Item = &Material> {
        let history = &self.primary().rehearsal;
        history
            .materials
            .iter()
            .filter(|material| is_permanent(self.primary(), material))
    }

    /// Returns the material that is pending rotation.
    pub(super) fn pending(&self) -> Option<&Material> {
        let primary = self.primary();
        primary
            .rehearsal
            .materials
            .iter()
            .find(|material| !is_permanent(primary, material))
    }

    /// Returns the material with that identifier, if the key has it.
    pub(super) fn associated(&self, id: &KeyMaterialId) -> Option<&Material> {
        self.primary()
            .rehearsal
            .materials
            .iter()
            .find(|material| material.key_material_id == *id)
    }

    /// Returns this key's own record of a material of the primary.
    fn own(&self, material: &Material) -> Option<&Material> {
        own(&self.record, material)
    }

    /// Returns whether AWS KMS generates the materials.
    pub(super) fn is_generated(&self) -> bool {
        self.record.key_metadata.is_generated()
    }

    /// Returns the import state of a material in this key; `None` if the key does not hold it. A key
    /// holds all materials that AWS KMS generates for it.
    pub(super) fn held(&self, material: &Material) -> Option<Imported> {
        if self.is_generated() {
            return Some(Imported {
                imported_at: self.record.key_metadata.creation_date,
                expiration_model: ExpirationModel::KeyMaterialDoesNotExpire,
                valid_to: None,
            });
        }
        self.own(material).and_then(|own| own.imported)
    }

    pub(super) fn state_of(&self, material: &Material) -> KeyMaterialState {
        if self
            .current()
            .is_some_and(|current| current.association == material.association)
        {
            return KeyMaterialState::Current;
        }
        if is_permanent(self.primary(), material) {
            return KeyMaterialState::NonCurrent;
        }
        let holds_it =
            |record: &KeyRecord| own(record, material).is_some_and(|own| own.imported.is_some());
        if self.family().all(holds_it) {
            KeyMaterialState::PendingRotation
        } else {
            KeyMaterialState::PendingMultiRegionImportAndRotation
        }
    }

    /// Returns whether the key had material when it was added, which is unknown here.
    pub(super) fn is_of_unknown_material(&self) -> bool {
        let KeyRecord {
            key_metadata,
            rehearsal,
        } = self.primary();
        let has_had_one = matches!(
            key_metadata.key_state,
            KeyState::Enabled | KeyState::Disabled
        ) || key_metadata.expiration_model.is_some()
            || key_metadata.other.contains_key("CurrentKeyMaterialId");
        let is_orphan = self.is_replica() && !self.knows_primary();
        rehearsal.materials.is_empty() && (has_had_one || is_orphan)
    }

    /// Returns whether the key holds material that is otherwise unknown here.
    fn holds_unknown_material(&self) -> bool {
        let KeyRecord {
            key_metadata,
            rehearsal,
        } = &self.record;
        let is_held = matches!(
            key_metadata.key_state,
            KeyState::Enabled | KeyState::Disabled
        ) || key_metadata.expiration_model.is_some();
        rehearsal.materials.is_empty() && is_held
    }

    /// Returns whether the key is in `PendingImport`.
    pub(super) fn lacks_material(&self) -> bool {
        self.current().is_none() && !self.holds_unknown_material()
            || self
                .permanent()
                .any(|material| self.held(material).is_none())
    }

    /// Adds the materials that AWS KMS generated by `now`, and returns the automatic rotations of this
    /// key.
    fn generate_materials(&mut self, now: Timestamp) -> Vec<(KeyMaterialId, Timestamp)> {
        if !self.is_generated() {
            return Vec::new();
        }
        if !self.knows_primary() {
            complete(&mut self.record);
            return rotate_if_due(&mut self.record, now);
        }
        for other in self
            .related
            .iter_mut()
            .filter(|other| !other.key_metadata.is_replica())
        {
            complete(other);
            rotate_if_due(other, now);
        }
        Vec::new()
    }

    /// Drops a replica's records of materials that its primary dropped.
    fn forget_with_the_primary(&mut self) {
        if !self.knows_primary() || self.is_of_unknown_material() {
            return;
        }
        let associated = self.primary().rehearsal.materials.iter();
        let associated: Vec<_> = associated
            .map(|material| (material.association, material.key_material_id.clone()))
            .collect();
        let is_associated = |own: &Material| {
            associated
                .iter()
                .any(|(at, id)| own.association == *at && own.key_material_id == *id)
        };
        self.record.rehearsal.materials.retain(is_associated);
    }

    /// Returns the key to `PendingImport` if it lacks a permanent material.
    pub(super) fn fall_back(&mut self) {
        let is_missing = self
            .permanent()
            .any(|material| self.held(material).is_none());
        let state = &mut self.record.key_metadata.key_state;
        if is_missing && matches!(*state, KeyState::Enabled | KeyState::Disabled) {
            *state = KeyState::PendingImport;
        }
    }

    pub(super) fn remember(
        &mut self,
        event_name: EventName,
        id: Option<&KeyMaterialId>,
        at: Timestamp,
    ) {
        let imported = id.filter(|_| event_name == EventName::ImportKeyMaterial);
        let held = imported
            .and_then(|id| self.associated(id))
            .and_then(|material| self.held(material));
        let valid_to = held.and_then(|held| held.valid_to);
        let key_state = self.record.key_metadata.key_state;
        self.record.remember(Event {
            at,
            number: 0,
            event_name,
            key_material_id: id.cloned(),
            valid_to,
            key_state,
        });
    }

    fn multi_region_configuration(&self) -> Option<Value> {
        if !self.record.key_metadata.arn.key_id().is_multi_region() {
            return None;
        }
        let named = |arn: &KeyArn| json!({ "Arn": arn, "Region": arn.region().as_str() });
        let mut replicas: Vec<&KeyArn> = self
            .family()
            .map(|record| &record.key_metadata)
            .filter_map(|key| key.is_replica().then_some(&key.arn))
            .collect();
        replicas.sort();
        let known = || {
            self.record
                .key_metadata
                .other
                .get("MultiRegionConfiguration")
                .cloned()
        };
        if self.is_replica() && !self.knows_primary() {
            return known();
        }
        if self.related.is_empty() && known().is_some() {
            return known();
        }
        let kind = if self.is_replica() {
            "REPLICA"
        } else {
            "PRIMARY"
        };
        Some(json!({
            "MultiRegionKeyType": kind,
            "PrimaryKey": named(&self.primary().key_metadata.arn),
            "ReplicaKeys": replicas.into_iter().map(named).collect::<Vec<_>>(),
        }))
    }
}
