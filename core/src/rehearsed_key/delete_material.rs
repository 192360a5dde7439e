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
    key_state::{KeyStateError, check_state},
    operation::Operation,
    timestamp::Timestamp,
};

/// The reasons why no material was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteMaterialError {
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// The key has no material with that identifier.
    NotAssociated(KeyMaterialId),
    /// Only symmetric encryption keys have several materials to choose from.
    KeyMaterialId(KeySpec),
}

impl DeleteMaterialError {
    /// Returns AWS's answer. The exception and the text for a missing material are unknown.
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
    /// Deletes the material `id`, or the current one, and returns its identifier; `None` if there
    /// was nothing to delete.
    ///
    /// The key returns to `PendingImport`, unless its own deletion is pending. A material that is
    /// pending rotation is not permanent yet: it is dropped, for replicas too.
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
