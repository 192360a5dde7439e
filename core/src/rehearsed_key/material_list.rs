//! The materials in one record, and their release on expiry or deletion.

use crate::{
    key_material_id::KeyMaterialId,
    key_metadata::{KeyMetadata, KeyState},
    key_record::{KeyRecord, Material},
    timestamp::Timestamp,
};

/// Returns whether `material` of `record` is permanent: the first material, and every one that was
/// current.
pub(super) fn is_permanent(record: &KeyRecord, material: &Material) -> bool {
    let history = &record.rehearsal;
    let is_first = history
        .materials
        .first()
        .is_some_and(|first| first.association == material.association);
    is_first
        || history
            .rotations
            .iter()
            .any(|rotation| rotation.key_material_id == material.key_material_id)
}

/// Returns the record of `record` about a material of its primary.
pub(super) fn own<'a>(record: &'a KeyRecord, material: &Material) -> Option<&'a Material> {
    let is_it = |own: &&Material| {
        own.association == material.association && own.key_material_id == material.key_material_id
    };
    record.rehearsal.materials.iter().find(is_it)
}

/// Drops every material of `record` that has expired, and returns each with its expiry.
pub(super) fn expire(record: &mut KeyRecord, now: Timestamp) -> Vec<(KeyMaterialId, Timestamp)> {
    let is_over = |valid_to: &Timestamp| *valid_to <= now;
    let end = |material: &Material| {
        Some((
            material.key_material_id.clone(),
            material.imported?.valid_to?,
        ))
    };
    let mut over: Vec<_> = record.rehearsal.materials.iter().filter_map(end).collect();
    over.retain(|(_, valid_to)| is_over(valid_to));
    for (id, _) in &over {
        release(record, id);
    }
    if record.rehearsal.materials.is_empty()
        && record.key_metadata.valid_to.as_ref().is_some_and(is_over)
    {
        forget_unknown(&mut record.key_metadata);
    }
    over
}

/// Drops the unknown material that a key had when it was added.
pub(super) fn forget_unknown(metadata: &mut KeyMetadata) {
    (metadata.valid_to, metadata.expiration_model) = (None, None);
    if matches!(metadata.key_state, KeyState::Enabled | KeyState::Disabled) {
        metadata.key_state = KeyState::PendingImport;
    }
}

/// Drops one material. If it was pending rotation, the primary drops it too.
pub(super) fn release(record: &mut KeyRecord, id: &KeyMaterialId) {
    let is_it = |material: &Material| material.key_material_id == *id;
    let stays = record.key_metadata.is_replica()
        || record
            .rehearsal
            .materials
            .iter()
            .find(|m| is_it(m))
            .is_some_and(|m| is_permanent(record, m));
    if stays {
        for material in record
            .rehearsal
            .materials
            .iter_mut()
            .filter(|material| is_it(material))
        {
            material.imported = None;
        }
    } else {
        record
            .rehearsal
            .materials
            .retain(|material| !is_it(material));
    }
}
