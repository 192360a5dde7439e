//! `RotateKeyOnDemand`, `EnableKeyRotation`, `DisableKeyRotation`, `GetKeyRotationStatus`,
//! `ListKeyRotations`.

use serde_json::{Map, Value, json};

use super::{answer::Output, members::Members, page::Page, task::Task};
use crate::{
    key_spec::KeySpec,
    key_store::KeyStore,
    rehearsed_key::{DEFAULT_ROTATION_PERIOD_DAYS, IncludeKeyMaterial},
};

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn list_key_rotations(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let which = members.word("IncludeKeyMaterial", IncludeKeyMaterial::ALL);
        let page = Page::read(&mut members);
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        let is_all = which == Some(IncludeKeyMaterial::AllKeyMaterial);
        let mut materials = key.materials();
        // Keys of other kinds are never rotated, and their list is empty.
        let is_listed = key.record().key_metadata.key_spec == KeySpec::SymmetricDefault;
        materials.retain(|material| is_listed && (is_all || material.rotation_date.is_some()));
        let items = materials.iter().map(|material| json!(material)).collect();
        let name = |item: &Value| {
            item["KeyMaterialId"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        page.of("Rotations", items, name).map(Some)
    }

    pub(super) fn rotate_key_on_demand(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        let now = self.now;
        self.change(&key_id, |key| key.rotate(now))?;
        Ok(Some(json!({ "KeyId": self.key })))
    }

    pub(super) fn enable_key_rotation(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let days = members.integer("RotationPeriodInDays", 90..=2560);
        let key_id = members.finish(|| key_id)?;
        let days = days.and_then(|days| u32::try_from(days).ok());
        let days = days.unwrap_or(DEFAULT_ROTATION_PERIOD_DAYS);
        let now = self.now;
        self.change(&key_id, |key| key.enable_rotation(days, now))?;
        Ok(None)
    }

    pub(super) fn disable_key_rotation(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        let now = self.now;
        self.change(&key_id, |key| key.disable_rotation(now))?;
        Ok(None)
    }

    pub(super) fn get_key_rotation_status(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        let rotation = key.rotation_status()?.automatic_rotation;
        let mut answer = Map::new();
        answer.insert("KeyId".to_owned(), json!(self.key));
        answer.insert("KeyRotationEnabled".to_owned(), json!(rotation.is_some()));
        if let Some(rotation) = rotation {
            let date = rotation.next_rotation_date;
            answer.insert("NextRotationDate".to_owned(), json!(date));
            let days = rotation.rotation_period_in_days;
            answer.insert("RotationPeriodInDays".to_owned(), json!(days));
        }
        Ok(Some(Value::Object(answer)))
    }
}
