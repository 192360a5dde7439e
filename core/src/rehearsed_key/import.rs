//! Which material a key takes, and what becomes of the key with it.

use core::{error, fmt};

use super::key::RehearsedKey;
use crate::{
    blob::Blob,
    exception::{Exception, Refusal},
    import_request::{ImportOptions, ImportType},
    key_id::KeyArn,
    key_material_id::KeyMaterialId,
    key_metadata::KeyState,
    key_record::{EventName, Imported, Material},
    key_spec::KeySpec,
    timestamp::Timestamp,
};

/// What a material is to the key that it is to be imported into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// The first that the key gets.
    First,
    /// One that the key has had, or has.
    Same,
    /// A new one, for the next rotation.
    New,
    /// The key has material of its own that is not known here: AWS KMS would take only the same.
    Unknown,
}

/// Why a key does not take a material.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssociationError {
    /// It is none of the key's, and was not imported as a new one, or cannot be.
    NotAssociated {
        /// Whether the key could take a new one, if asked.
        can_rotate: bool,
    },
    /// It is the key's already, and was imported as a new one.
    AlreadyAssociated,
    /// The request names another material.
    OtherKeyMaterialId {
        /// The one that was wrapped.
        found: KeyMaterialId,
    },
    /// Another new one is waiting for its rotation.
    PendingRotation(Box<PendingRotation>),
    /// New material goes into the primary key first.
    NewOnReplica {
        /// The primary key.
        primary: KeyArn,
    },
}

/// A new material that has to wait until another is the current one, or gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRotation {
    /// The key.
    pub arn: KeyArn,
    /// The material that was to be imported.
    pub new: KeyMaterialId,
    /// The one that waits.
    pub pending: KeyMaterialId,
}

impl AssociationError {
    /// AWS's answer. The text for a material that waits is recorded; for new material on a replica
    /// neither exception nor text is known.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NotAssociated { .. }
            | Self::AlreadyAssociated
            | Self::OtherKeyMaterialId { .. } => {
                Refusal::without_text(Exception::IncorrectKeyMaterial)
            }
            Self::PendingRotation(conflict) => Refusal::new(
                Exception::KmsInvalidState,
                format!(
                    "New key material (id: {}) cannot be imported into KMS key {}, because another key \
                     material (id: {}) is pending rotation.",
                    conflict.new, conflict.arn, conflict.pending
                ),
            ),
            Self::NewOnReplica { .. } => Refusal::without_text(Exception::UnsupportedOperation),
        }
    }
}

impl fmt::Display for AssociationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for AssociationError {}

impl RehearsedKey {
    /// Says what the material `id` is to this key, if `options` import it.
    ///
    /// # Errors
    ///
    /// [`AssociationError`] if the key does not take it.
    pub fn associate(
        &self,
        id: &KeyMaterialId,
        options: &ImportOptions,
    ) -> Result<Association, AssociationError> {
        let is_associated = self.associated(id).is_some();
        if self.is_of_unknown_material() {
            return Ok(Association::Unknown);
        }
        if options
            .key_material_id
            .as_ref()
            .is_some_and(|named| *named != id.as_str())
        {
            return Err(AssociationError::OtherKeyMaterialId { found: id.clone() });
        }
        if self.import_type(options) == ImportType::NewKeyMaterial {
            return self.associate_new(id);
        }
        let can_rotate =
            self.record.key_metadata.key_spec == KeySpec::SymmetricDefault && !self.is_replica();
        if is_associated {
            Ok(Association::Same)
        } else {
            Err(AssociationError::NotAssociated { can_rotate })
        }
    }

    /// What is asked for, or AWS's default: new material at first, the same afterwards.
    fn import_type(&self, options: &ImportOptions) -> ImportType {
        let asked = options
            .import_type
            .as_deref()
            .and_then(|word| word.parse().ok());
        let is_first = self.current().is_none() && !self.is_replica();
        asked.unwrap_or(if is_first {
            ImportType::NewKeyMaterial
        } else {
            ImportType::ExistingKeyMaterial
        })
    }

    fn associate_new(&self, id: &KeyMaterialId) -> Result<Association, AssociationError> {
        if let Some(primary) = self.primary_arn() {
            return Err(AssociationError::NewOnReplica { primary });
        }
        if self.current().is_none() {
            return Ok(Association::First);
        }
        match (self.pending(), self.associated(id)) {
            // What waits for its rotation is not the key's for good, and can be imported anew.
            (Some(pending), _) if pending.key_material_id == *id => Ok(Association::Same),
            (_, Some(_)) => Err(AssociationError::AlreadyAssociated),
            (Some(pending), None) => Err(AssociationError::PendingRotation(Box::new(
                PendingRotation {
                    arn: self.record.key_metadata.arn.clone(),
                    new: id.clone(),
                    pending: pending.key_material_id.clone(),
                },
            ))),
            (None, None) => Ok(Association::New),
        }
    }

    /// Imports the material `id`, which is `association` to the key, as `options` say.
    ///
    /// The key is enabled once it holds all that belongs to it; one that was disabled stays so, of
    /// which AWS says nothing.
    pub fn import(&mut self, id: &KeyMaterialId, options: &ImportOptions, now: Timestamp) {
        let association = self.associated(id).map(|material| material.association);
        let association = association.unwrap_or_else(|| {
            self.record.rehearsal.associations += 1;
            self.record.rehearsal.associations
        });
        let imported = Imported {
            imported_at: now,
            expiration_model: options.expiration_model(),
            valid_to: options.valid_to,
        };
        let description = options.key_material_description.clone();
        let materials = &mut self.record.rehearsal.materials;
        materials.retain(|own| own.key_material_id != *id || own.association == association);
        match materials
            .iter_mut()
            .find(|own| own.association == association)
        {
            Some(own) => {
                own.imported = Some(imported);
                own.key_material_description =
                    description.or_else(|| own.key_material_description.take());
            }
            None => materials.push(Material {
                key_material_id: id.clone(),
                association,
                key_material_description: description,
                public_key: None,
                imported: Some(imported),
            }),
        }
        let is_whole = self
            .permanent()
            .all(|material| self.held(material).is_some());
        let state = &mut self.record.key_metadata.key_state;
        if is_whole && *state == KeyState::PendingImport {
            *state = KeyState::Enabled;
        }
        self.remember(EventName::ImportKeyMaterial, Some(id), now);
    }

    /// Remembers the public key of the material `id`, which was imported: SPKI in DER.
    pub fn publish(&mut self, id: &KeyMaterialId, public_key: Option<&Blob>) {
        let materials = self.record.rehearsal.materials.iter_mut();
        for material in materials.filter(|material| material.key_material_id == *id) {
            material.public_key = public_key.cloned();
        }
    }
}
