//! `UpdatePrimaryRegion`.

use core::{error, fmt};

use super::{key::RehearsedKey, material_list::own};
use crate::{
    exception::{Exception, Refusal},
    key_id::KeyArn,
    key_metadata::MultiRegionKeyType,
    key_record::{Event, EventName, KeyHistory, KeyRecord, Material},
    key_state::{KeyStateError, check_state},
    operation::Operation,
    region::Region,
    timestamp::Timestamp,
};

/// The reasons why another key did not become the primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdatePrimaryRegionError {
    /// The primary key or the replica does not permit it.
    KeyState(KeyStateError),
    /// The key is not a multi-Region primary key.
    NotPrimary(KeyArn),
    /// The key is the primary key in that Region already.
    SameRegion(Region),
    /// There is no replica in that Region.
    NoReplica(KeyArn),
}

impl UpdatePrimaryRegionError {
    /// Returns AWS's answer. Only the texts for key states are documented.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::KeyState(error) => error.refusal(),
            Self::NotPrimary(arn) => Refusal::new(
                Exception::UnsupportedOperation,
                format!("{arn} is not a multi-region primary key."),
            ),
            Self::SameRegion(_) => Refusal::without_text(Exception::Validation),
            Self::NoReplica(arn) => {
                Refusal::new(Exception::NotFound, format!("Key '{arn}' does not exist"))
            }
        }
    }
}

impl fmt::Display for UpdatePrimaryRegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for UpdatePrimaryRegionError {}

impl RehearsedKey {
    /// Makes this primary key a replica, and returns the record of the key in `region` as the new primary
    /// key. The caller stores it first.
    ///
    /// AWS's keys are `Updating` for some seconds. These are not.
    ///
    /// # Errors
    ///
    /// [`UpdatePrimaryRegionError`].
    pub fn update_primary_region(
        &mut self,
        region: &Region,
        now: Timestamp,
    ) -> Result<KeyRecord, UpdatePrimaryRegionError> {
        let operation = Operation::UpdatePrimaryRegion;
        let metadata = &self.record.key_metadata;
        let arn = &metadata.arn;
        if !arn.key_id().is_multi_region() || self.is_replica() {
            return Err(UpdatePrimaryRegionError::NotPrimary(arn.clone()));
        }
        check_state(metadata, operation).map_err(UpdatePrimaryRegionError::KeyState)?;
        if region == arn.region() {
            return Err(UpdatePrimaryRegionError::SameRegion(region.clone()));
        }
        let is_there = |record: &&mut KeyRecord| record.key_metadata.arn.region() == region;
        let Some(replica) = self.related.iter_mut().find(is_there) else {
            let account_id = arn.account_id().clone();
            let arn = KeyArn::new(region.clone(), account_id, arn.key_id().clone());
            return Err(UpdatePrimaryRegionError::NoReplica(arn));
        };
        check_state(&replica.key_metadata, operation)
            .map_err(UpdatePrimaryRegionError::KeyState)?;
        hand_over(&mut self.record, replica);
        replica.remember(event(replica, now));
        let primary = replica.clone();
        self.remember(EventName::UpdatePrimaryRegion, None, now);
        Ok(primary)
    }
}

/// Moves what the primary key decides from `old` to `new`. Each keeps its own imports.
fn hand_over(old: &mut KeyRecord, new: &mut KeyRecord) {
    let materials = old.rehearsal.materials.iter().map(|material| {
        let held = own(new, material);
        Material {
            public_key: held.and_then(|own| own.public_key.clone()),
            imported: held.and_then(|own| own.imported),
            ..material.clone()
        }
    });
    new.rehearsal.materials = materials.collect();
    let KeyHistory {
        rotations,
        automatic_rotation,
        associations,
        ..
    } = &mut old.rehearsal;
    new.rehearsal.rotations = core::mem::take(rotations);
    new.rehearsal.automatic_rotation = automatic_rotation.take();
    new.rehearsal.associations = core::mem::take(associations);
    let is_generated = old.key_metadata.is_generated();
    let is_held = |material: &Material| !is_generated && material.imported.is_some();
    old.rehearsal.materials.retain(is_held);
    old.key_metadata
        .set_multi_region_key_type(MultiRegionKeyType::Replica);
    new.key_metadata
        .set_multi_region_key_type(MultiRegionKeyType::Primary);
}

fn event(record: &KeyRecord, at: Timestamp) -> Event {
    Event {
        at,
        number: 0,
        event_name: EventName::UpdatePrimaryRegion,
        key_material_id: None,
        valid_to: None,
        key_state: record.key_metadata.key_state,
    }
}
