//! The materials that a key accepts, and the effect of an import on the key.

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

/// The relation of a material to the key of the import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// The first material of the key.
    First,
    /// A material that the key has or had.
    Same,
    /// A new material, for the next rotation.
    New,
    /// The key has material that is unknown here: AWS KMS would accept only that one.
    Unknown,
}

/// The reasons why a key refuses a material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssociationError {
    /// The key does not have it, and it was not imported as new or cannot be.
    NotAssociated {
        /// True if the key could accept it as new material.
        can_rotate: bool,
    },
    /// The key has it, and it was imported as new.
    AlreadyAssociated,
    /// The request names another material.
    OtherKeyMaterialId {
        /// The material that was wrapped.
        found: KeyMaterialId,
    },
    /// Another new material is pending rotation.
    PendingRotation(Box<PendingRotation>),
    /// New material goes to the primary key first.
    NewOnReplica {
        /// The primary key.
        primary: KeyArn,
    },
}

/// A new material while another one is pending rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRotation {
    /// The ARN of the key.
    pub arn: KeyArn,
    /// The material of the request.
    pub new: KeyMaterialId,
    /// The material that is pending rotation.
    pub pending: KeyMaterialId,
}

impl AssociationError {
    /// Returns AWS's answer. The text for a pending material is recorded. For new material on a
    /// replica, neither exception nor text is known.
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
    /// Returns the relation of the material `id` to this key, if `options` permit its import.
    ///
    /// # Errors
    ///
    /// [`AssociationError`] if the key refuses it.
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

    /// Returns the requested import type, or AWS's default: new for the first material, existing
    /// afterwards.
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
            // Material that is pending rotation is not permanent yet, and can be imported again as
            // new.
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

    /// Imports the material `id` with relation `association`, as `options` say.
    ///
    /// The key is enabled when it holds all its permanent materials. A disabled key stays disabled;
    /// AWS does not document this case.
    ///
    /// Only the primary key sets the description of a material: a replica has that of its primary
    /// key, and ignores another.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "Importing key material into multi-Region keys".
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
        let description = description.filter(|_| !self.knows_primary());
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

    /// Records the public key of the imported material `id`: an SPKI in DER.
    pub fn publish(&mut self, id: &KeyMaterialId, public_key: Option<&Blob>) {
        let materials = self.record.rehearsal.materials.iter_mut();
        for material in materials.filter(|material| material.key_material_id == *id) {
            material.public_key = public_key.cloned();
        }
    }
}
