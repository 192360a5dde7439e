//! Imported key material, in memory only.

use core::fmt;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{key_id::KeyArn, key_material::KeyMaterial, key_material_id::KeyMaterialId};

/// The materials imported since the start, by key and identifier. Each is wiped when it is deleted,
/// when it expires, or when the vault is dropped, after its last use.
#[derive(Default)]
pub(super) struct Vault(Mutex<BTreeMap<KeyArn, BTreeMap<KeyMaterialId, Arc<KeyMaterial>>>>);

impl Vault {
    pub(super) fn put(&self, arn: KeyArn, id: KeyMaterialId, material: KeyMaterial) {
        self.keys()
            .entry(arn)
            .or_default()
            .insert(id, Arc::new(material));
    }

    pub(super) fn find(&self, arn: &KeyArn, id: &KeyMaterialId) -> Option<Arc<KeyMaterial>> {
        self.keys().get(arn)?.get(id).cloned()
    }

    /// Drops all materials of the key except `held`.
    pub(super) fn keep(&self, arn: &KeyArn, held: &[KeyMaterialId]) {
        let mut keys = self.keys();
        let Some(materials) = keys.get_mut(arn) else {
            return;
        };
        materials.retain(|id, _| held.contains(id));
        if materials.is_empty() {
            keys.remove(arn);
        }
    }

    /// Returns the keys with material here.
    pub(super) fn arns(&self) -> Vec<KeyArn> {
        self.keys().keys().cloned().collect()
    }

    /// The map is whole even after a panic, because no change stops half-way.
    fn keys(&self) -> MutexGuard<'_, BTreeMap<KeyArn, BTreeMap<KeyMaterialId, Arc<KeyMaterial>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = self.keys().values().map(BTreeMap::len).sum();
        write!(f, "Vault({count} materials)")
    }
}
