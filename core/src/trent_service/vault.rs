//! Key material, in memory only.

use core::fmt;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{key_id::KeyArn, key_material::KeyMaterial, key_material_id::KeyMaterialId};

type Keys = BTreeMap<KeyArn, BTreeMap<KeyMaterialId, Arc<KeyMaterial>>>;

/// The materials imported or derived since the start, by key and identifier. Each is wiped when it is
/// deleted, when it expires, or when the vault is dropped, after its last use.
#[derive(Default)]
pub(super) struct Vault {
    keys: Mutex<Keys>,
    /// Held while an RSA key is derived, which occupies two processors for seconds.
    deriving: Mutex<()>,
}

impl Vault {
    /// Keeps a material, and returns it.
    pub(super) fn put(
        &self,
        arn: KeyArn,
        id: KeyMaterialId,
        material: KeyMaterial,
    ) -> Arc<KeyMaterial> {
        let material = Arc::new(material);
        let mut keys = self.keys();
        keys.entry(arn)
            .or_default()
            .insert(id, Arc::clone(&material));
        material
    }

    pub(super) fn find(&self, arn: &KeyArn, id: &KeyMaterialId) -> Option<Arc<KeyMaterial>> {
        self.keys().get(arn)?.get(id).cloned()
    }

    /// Returns what `derive` derives, and keeps it. Only one caller at a time derives something slowly,
    /// and the others get what it derived.
    pub(super) fn derive(
        &self,
        arn: &KeyArn,
        id: &KeyMaterialId,
        is_slow: bool,
        derive: impl FnOnce() -> Option<KeyMaterial>,
    ) -> Option<Arc<KeyMaterial>> {
        let _turn = is_slow.then(|| lock(&self.deriving));
        if let Some(material) = self.find(arn, id) {
            return Some(material);
        }
        Some(self.put(arn.clone(), id.clone(), derive()?))
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
    fn keys(&self) -> MutexGuard<'_, Keys> {
        lock(&self.keys)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = self.keys().values().map(BTreeMap::len).sum();
        write!(f, "Vault({count} materials)")
    }
}
