//! The materials that AWS KMS generates for a key, and their automatic rotation.

use serde_json::Value;

use crate::{
    generated_material,
    key_material_id::KeyMaterialId,
    key_metadata::KeyState,
    key_record::{KeyRecord, Material, Rotation, RotationType},
    timestamp::Timestamp,
};

/// The maximum number of rotations in a record. A clock that is set far into the future makes no more.
const MAX_ROTATIONS: usize = 400;

/// Adds the first material to the record of a key that AWS KMS generates the material of.
pub fn complete(record: &mut KeyRecord) {
    if !record.key_metadata.is_generated() || !record.rehearsal.materials.is_empty() {
        return;
    }
    let described = record.key_metadata.other.get("CurrentKeyMaterialId");
    let described = described
        .and_then(Value::as_str)
        .and_then(KeyMaterialId::parse);
    add(record, described);
}

/// Adds another material, makes it current, and returns its identifier.
pub(super) fn rotate(
    record: &mut KeyRecord,
    rotation_type: RotationType,
    rotation_date: Timestamp,
) -> KeyMaterialId {
    let id = add(record, None);
    record.rehearsal.rotations.push(Rotation {
        key_material_id: id.clone(),
        rotation_date,
        rotation_type,
    });
    id
}

/// Makes each automatic rotation that is due at `now`, and returns it with its time. A key that is not
/// enabled is not rotated.
pub(super) fn rotate_if_due(
    record: &mut KeyRecord,
    now: Timestamp,
) -> Vec<(KeyMaterialId, Timestamp)> {
    let mut rotated = Vec::new();
    if record.key_metadata.key_state != KeyState::Enabled {
        return rotated;
    }
    while let Some(mut schedule) = record.rehearsal.automatic_rotation
        && schedule.next_rotation_date <= now
    {
        let due = schedule.next_rotation_date;
        let period = i64::from(schedule.rotation_period_in_days.max(1)) * Timestamp::DAY_MILLIS;
        if record.rehearsal.rotations.len() < MAX_ROTATIONS {
            let id = rotate(record, RotationType::Automatic, due);
            rotated.push((id, due));
            schedule.next_rotation_date = due.plus_millis(period);
        } else {
            schedule.next_rotation_date = now.plus_millis(period);
        }
        // At the end of time, there is no later one.
        let is_later = schedule.next_rotation_date > due;
        record.rehearsal.automatic_rotation = is_later.then_some(schedule);
    }
    rotated
}

fn add(record: &mut KeyRecord, id: Option<KeyMaterialId>) -> KeyMaterialId {
    record.rehearsal.associations += 1;
    let association = record.rehearsal.associations;
    let id = id.unwrap_or_else(|| generated_material::id(&record.key_metadata.arn, association));
    record.rehearsal.materials.push(Material {
        key_material_id: id.clone(),
        association,
        key_material_description: None,
        public_key: None,
        imported: None,
    });
    id
}
