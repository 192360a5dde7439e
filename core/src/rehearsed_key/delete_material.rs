//! `DeleteImportedKeyMaterial`.

use core::{error, fmt};

use super::{
    key::RehearsedKey,
    material_list::{forget_unknown, release},
};
use crate::{
    exception::{Exception, Refusal},
    key_material_id::KeyMaterialId,
    key_record::EventName,
    key_spec::KeySpec,
    key_state::{KeyStateError, Operation, check_state},
    timestamp::Timestamp,
};

/// Why no material was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeleteMaterialError {
    /// The key does not allow it.
    KeyState(KeyStateError),
    /// The key has no material of that id.
    NotAssociated(KeyMaterialId),
    /// Only symmetric encryption keys have more than one material to choose from.
    KeyMaterialId(KeySpec),
}

impl DeleteMaterialError {
    /// AWS's answer. For a material that is not there, or cannot be named, neither exception nor text
    /// is known.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::KeyState(error) => error.refusal(),
            Self::NotAssociated(_) => Refusal::without_text(Exception::NotFound),
            Self::KeyMaterialId(_) => Refusal::without_text(Exception::Validation),
        }
    }
}

impl fmt::Display for DeleteMaterialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for DeleteMaterialError {}

impl RehearsedKey {
    /// Deletes the material `id`, or the current one, and returns which; `None` where there was
    /// nothing to delete.
    ///
    /// The key falls back to `PendingImport`, unless its own deletion is pending. A material that
    /// waits for its rotation does not belong to the key yet, and is forgotten, for replicas, too.
    ///
    /// # Errors
    ///
    /// [`DeleteMaterialError`].
    pub fn delete_material(
        &mut self,
        id: Option<&KeyMaterialId>,
        now: Timestamp,
    ) -> Result<Option<KeyMaterialId>, DeleteMaterialError> {
        let metadata = &self.record.key_metadata;
        check_state(metadata, Operation::DeleteImportedKeyMaterial)
            .map_err(DeleteMaterialError::KeyState)?;
        let material = match id {
            Some(_) if metadata.key_spec != KeySpec::SymmetricDefault => {
                return Err(DeleteMaterialError::KeyMaterialId(metadata.key_spec));
            }
            Some(id) => {
                let not_associated = || DeleteMaterialError::NotAssociated(id.clone());
                Some(self.associated(id).ok_or_else(not_associated)?)
            }
            None => self.current(),
        };
        let Some(material) = material else {
            forget_unknown(&mut self.record.key_metadata);
            return Ok(None);
        };
        let id = material.key_material_id.clone();
        if self.held(material).is_none() {
            return Ok(Some(id));
        }
        release(&mut self.record, &id);
        self.fall_back();
        self.remember(EventName::DeleteImportedKeyMaterial, Some(&id), now);
        Ok(Some(id))
    }
}
