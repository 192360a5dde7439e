//! The texts for a rehearsed key that refuses a material or an operation.

use byok_core::key_metadata::{DescriptionTooLong, KeyState, MAX_DESCRIPTION_LEN};
use byok_core::key_state::KeyStateError;
use byok_core::rehearsed_key::{
    AssociationError, DeleteMaterialError, ReplicateError, RotateError, SetStateError,
};

use super::hints::state_hints;

/// Describes the refusal, if AWS's answer does not.
pub(super) fn association_cause(error: &AssociationError) -> Option<String> {
    let cause = match error {
        AssociationError::NotAssociated { .. } => "This key never had that material".to_owned(),
        AssociationError::AlreadyAssociated => "This key already has that material".to_owned(),
        AssociationError::OtherKeyMaterialId { found } => {
            format!("The material has the id {found} in this store")
        }
        AssociationError::NewOnReplica { primary } => {
            format!("New material goes to the primary key first, {primary}")
        }
        AssociationError::PendingRotation(_) => return None,
    };
    Some(cause)
}

/// Returns the hints for a key that refuses a material.
pub(super) fn association_hints(error: &AssociationError) -> Vec<String> {
    let hint = match error {
        AssociationError::NotAssociated { can_rotate: true } => {
            "import the same material again; for a rotation, import other material with \
             --import-type NEW_KEY_MATERIAL"
                .to_owned()
        }
        AssociationError::NotAssociated { can_rotate: false } => {
            "import the same material again: asymmetric and HMAC keys never accept other \
             material, and replicas have that of their primary key"
                .to_owned()
        }
        AssociationError::AlreadyAssociated => {
            "to import it again, remove --import-type or use EXISTING_KEY_MATERIAL".to_owned()
        }
        AssociationError::OtherKeyMaterialId { .. } => {
            "the identifiers of a rehearsal differ from those of AWS KMS; to list them, run: byok \
             key materials KEY"
                .to_owned()
        }
        AssociationError::PendingRotation(conflict) => format!(
            "to make the other material current, run: byok key rotate {arn}; to drop it, run: \
             byok key delete-material {arn} --key-material-id {pending}",
            arn = conflict.arn,
            pending = conflict.pending
        ),
        AssociationError::NewOnReplica { .. } => {
            "import it into the primary key, then here with --import-type EXISTING_KEY_MATERIAL"
                .to_owned()
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
            "to enable the key, import its material: byok verify --import"
        }
        SetStateError::NothingMissing => {
            "to put the key into PendingImport, run: byok key delete-material KEY"
        }
    };
    vec![hint.to_owned()]
}

/// Returns the hints for material that was not deleted.
pub(super) fn delete_material_hints(cause: &DeleteMaterialError) -> Vec<String> {
    match cause {
        DeleteMaterialError::KeyState(cause) => state_hints(cause),
        DeleteMaterialError::NotAssociated(id) => {
            vec![format!(
                "the key has no material {id}; to list the materials of KEY, run: byok key materials KEY"
            )]
        }
        DeleteMaterialError::KeyMaterialId(key_spec) => {
            vec![format!(
                "{key_spec} keys have only one material: remove --key-material-id"
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
                "only SYMMETRIC_DEFAULT keys can be rotated; for other {key_spec} material, create another \
                 key: byok key create --key-spec {key_spec}"
            )
        }
        RotateError::Replica { primary } => format!("rotate the primary key, {primary}"),
        RotateError::NothingPending(_) => {
            "import new material first: byok verify --import, with a request of --import-type \
             NEW_KEY_MATERIAL"
                .to_owned()
        }
        RotateError::NotEverywhere { missing } => {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            format!(
                "import the new material into {} first",
                missing.join(" and ")
            )
        }
        RotateError::TooOften(_) => "a key can be rotated on demand at most 25 times".to_owned(),
    };
    vec![hint]
}

/// Returns the hints for a key that was not replicated.
pub(super) fn replicate_hints(cause: &ReplicateError) -> Vec<String> {
    let hint = match cause {
        ReplicateError::KeyState(KeyStateError::State {
            state: KeyState::PendingImport,
            ..
        }) => "import its key material first: byok verify --import".to_owned(),
        ReplicateError::KeyState(cause) => return state_hints(cause),
        ReplicateError::NotPrimary(_) => {
            "only a multi-Region primary key can be replicated; to create one, run: byok key \
             create --multi-region --key-spec KEY_SPEC"
                .to_owned()
        }
        ReplicateError::OtherPartition(region) => {
            format!(
                "use a Region of the partition of the primary key: {region} belongs to the partition {}",
                region.partition()
            )
        }
        ReplicateError::Exists(arn) => format!("{arn} already exists"),
    };
    vec![hint]
}
