//! Why an operation was refused, where AWS's answer has no text: for the operator alone.

use crate::{
    compatibility::Incompatible,
    key_id::KeyIdError,
    params::ParamsError,
    rehearsed_key::{DeleteMaterialError, ReplicateError, RotateError},
};

pub(super) fn key_id(error: &KeyIdError) -> Option<String> {
    let reason = match error {
        KeyIdError::ControlCharacters => "KeyId holds control characters".to_owned(),
        KeyIdError::MalformedArn(_) => {
            "KeyId begins like an ARN, and is not one of the form arn:aws:kms:REGION:ACCOUNT:key/ID"
                .to_owned()
        }
        KeyIdError::OtherPartition { region } => {
            let partition = region.partition();
            format!("KeyId names another partition than {partition}, which {region} is in")
        }
        _ => return None,
    };
    Some(reason)
}

pub(super) fn params(error: &ParamsError) -> Option<String> {
    match error {
        ParamsError::KeyId(error) => key_id(error),
        ParamsError::Incompatible(Incompatible::NotImportable(key_spec)) => Some(format!(
            "AWS KMS imports no key material into keys of {key_spec}"
        )),
        ParamsError::Incompatible(Incompatible::Withdrawn) => {
            Some("AWS KMS does not take RSAES_PKCS1_V1_5 since 2023-10-10".to_owned())
        }
        _ => None,
    }
}

pub(super) fn delete_material(error: &DeleteMaterialError) -> Option<String> {
    match error {
        DeleteMaterialError::NotAssociated(id) => Some(format!("the key has no material {id}")),
        DeleteMaterialError::KeyMaterialId(key_spec) => Some(format!(
            "KeyMaterialId is for keys of SYMMETRIC_DEFAULT alone, and this key is {key_spec}"
        )),
        DeleteMaterialError::KeyState(_) => None,
    }
}

pub(super) fn replicate(error: &ReplicateError) -> Option<String> {
    match error {
        ReplicateError::NotPrimary(arn) => Some(format!("{arn} is no multi-Region primary key")),
        ReplicateError::OtherPartition(region) => Some(format!(
            "ReplicaRegion {region} is in the partition {}, and replicas stay in that of their primary",
            region.partition()
        )),
        ReplicateError::Exists(arn) => Some(format!("there is {arn} already")),
        ReplicateError::KeyState(_) => None,
    }
}

pub(super) fn rotate(error: &RotateError) -> Option<String> {
    let reason = match error {
        RotateError::KeySpec(key_spec) => {
            format!("only keys of SYMMETRIC_DEFAULT are rotated, and this key is {key_spec}")
        }
        RotateError::Replica { primary } => {
            format!("the key is a replica: it is rotated with its primary, {primary}")
        }
        RotateError::NotEverywhere { missing } => {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            let missing = missing.join(" and ");
            format!("the new key material is not imported into {missing} yet")
        }
        RotateError::TooOften => "a key is rotated on demand 25 times at most".to_owned(),
        RotateError::KeyState(_) | RotateError::NothingPending(_) => return None,
    };
    Some(reason)
}
