//! The words for a rehearsed key that refuses a material or an operation.

use byok_core::key_metadata::{DescriptionTooLong, MAX_DESCRIPTION_LEN};
use byok_core::rehearsed_key::{
    AssociationError, DeleteMaterialError, ReplicateError, RotateError, SetStateError,
};

use super::hints::state_hints;

/// Describes the refusal, if AWS's answer does not.
pub(super) fn association_cause(error: &AssociationError) -> Option<String> {
    let cause = match error {
        AssociationError::NotAssociated { .. } => {
            "It is none of the materials that this key has had".to_owned()
        }
        AssociationError::AlreadyAssociated => "This key has that material already".to_owned(),
        AssociationError::OtherKeyMaterialId { found } => {
            format!("The material has the id {found} in this store")
        }
        AssociationError::NewOnReplica { primary } => {
            format!("New material goes into the primary key first, {primary}")
        }
        AssociationError::PendingRotation(_) => return None,
    };
    Some(cause)
}

/// Returns the hints for a key that refuses a material.
pub(super) fn association_hints(error: &AssociationError) -> Vec<String> {
    let hint = match error {
        AssociationError::NotAssociated { can_rotate: true } => {
            "import the same material again; another one, for a rotation, with --import-type NEW_KEY_MATERIAL"
                .to_owned()
        }
        AssociationError::NotAssociated { can_rotate: false } => {
            "import the same material again: asymmetric and HMAC keys keep one for life, and replicas have \
             their primary's"
                .to_owned()
        }
        AssociationError::AlreadyAssociated => {
            "to import it again, leave --import-type out or say EXISTING_KEY_MATERIAL".to_owned()
        }
        AssociationError::OtherKeyMaterialId { .. } => {
            "the ids of a rehearsal differ from those of AWS KMS: byok key materials KEY lists them"
                .to_owned()
        }
        AssociationError::PendingRotation(conflict) => format!(
            "byok key rotate {arn} makes the other one current; byok key delete-material {arn} \
             --key-material-id {pending} lets go of it",
            arn = conflict.arn,
            pending = conflict.pending
        ),
        AssociationError::NewOnReplica { .. } => {
            "import it into the primary, then here with --import-type EXISTING_KEY_MATERIAL".to_owned()
        }
    };
    vec![hint]
}

/// Returns the hint for a description of a new key that is too long.
pub(super) fn description_hints(error: &DescriptionTooLong) -> Vec<String> {
    vec![format!(
        "the description has {} characters: shorten it to {MAX_DESCRIPTION_LEN}",
        error.len
    )]
}

/// Returns the hint for a state that a key is not set to.
pub(super) fn set_state_hints(error: &SetStateError) -> Vec<String> {
    let hint = match error {
        SetStateError::KeyState(_) => {
            "a key is enabled by the import of its material: byok verify --import"
        }
        SetStateError::NothingMissing => "byok key delete-material KEY makes it wait",
    };
    vec![hint.to_owned()]
}

/// Returns the hints for material that was not deleted.
pub(super) fn delete_material_hints(cause: &DeleteMaterialError) -> Vec<String> {
    match cause {
        DeleteMaterialError::KeyState(cause) => state_hints(cause),
        DeleteMaterialError::NotAssociated(id) => {
            vec![format!(
                "the key has no material {id}: byok key materials KEY lists them"
            )]
        }
        DeleteMaterialError::KeyMaterialId(key_spec) => {
            vec![format!(
                "a key of {key_spec} has one material: leave --key-material-id out"
            )]
        }
    }
}

/// Returns the hints for a key that was not rotated.
pub(super) fn rotate_hints(cause: &RotateError) -> Vec<String> {
    let hint = match cause {
        RotateError::KeyState(cause) => return state_hints(cause),
        RotateError::KeySpec(key_spec) => {
            format!(
                "only SYMMETRIC_DEFAULT keys are rotated; one of {key_spec} keeps its material for life"
            )
        }
        RotateError::Replica { primary } => format!("rotate the primary key, {primary}"),
        RotateError::NothingPending(_) => {
            "import the new material first: byok verify --import, of a request with --import-type \
             NEW_KEY_MATERIAL"
                .to_owned()
        }
        RotateError::NotEverywhere { missing } => {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            format!(
                "the new material is still to be imported into {}",
                missing.join(" and ")
            )
        }
        RotateError::TooOften => "a key is rotated on demand 25 times at most".to_owned(),
    };
    vec![hint]
}

/// Returns the hints for a key that was not replicated.
pub(super) fn replicate_hints(cause: &ReplicateError) -> Vec<String> {
    let hint = match cause {
        ReplicateError::KeyState(cause) => return state_hints(cause),
        ReplicateError::NotPrimary(_) => {
            "only a primary key has replicas, made with byok key create --multi-region".to_owned()
        }
        ReplicateError::OtherPartition(region) => {
            format!(
                "{region} is of the partition {}, and replicas stay in one",
                region.partition()
            )
        }
        ReplicateError::Exists(arn) => format!("there is {arn}"),
    };
    vec![hint]
}
