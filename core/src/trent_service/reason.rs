//! Why an operation was refused, where AWS's answer has no text: for the operator alone.

use crate::{
    alias::AliasNameError,
    compatibility::Incompatible,
    key_id::KeyIdError,
    params::ParamsError,
    rehearsed_key::{
        CreateGrantError, DeleteMaterialError, NoSuchGrant, ReplicateError, RotateError,
        UpdatePrimaryRegionError,
    },
};

pub(super) fn alias_name(error: &AliasNameError) -> Option<String> {
    match error {
        AliasNameError::Reserved => {
            Some("the prefix alias/aws/ is reserved for the aliases of AWS managed keys".to_owned())
        }
        AliasNameError::Empty => Some("AliasName has no characters after alias/".to_owned()),
        AliasNameError::NoPrefix | AliasNameError::Colon(_) => None,
    }
}

pub(super) fn key_id(error: &KeyIdError) -> Option<String> {
    let reason = match error {
        KeyIdError::ControlCharacters => "KeyId contains control characters".to_owned(),
        KeyIdError::MalformedArn(_) => "KeyId begins like an ARN, but does not have the form \
             arn:aws:kms:REGION:ACCOUNT:key/ID"
            .to_owned(),
        KeyIdError::OtherPartition { region } => {
            let partition = region.partition();
            format!("KeyId names another partition than {partition}, the partition of {region}")
        }
        _ => return None,
    };
    Some(reason)
}

pub(super) fn create_grant(error: &CreateGrantError) -> Option<String> {
    let reason = match error {
        CreateGrantError::KeyState(_) => return None,
        CreateGrantError::Operation(operation, key_spec) => {
            format!("{operation} is not an operation of this {key_spec} key")
        }
        CreateGrantError::EncryptionContext(key_spec) => {
            format!("an operation with a {key_spec} key has no encryption context")
        }
        CreateGrantError::TooManyPairs(count) => {
            format!("an encryption context of a grant has at most 8 pairs; this one has {count}")
        }
        CreateGrantError::TooMany => "the grants of the key would exceed 256 KiB".to_owned(),
    };
    Some(reason)
}

pub(super) fn no_such_grant(error: &NoSuchGrant) -> String {
    format!("the key has no grant {}", error.0.as_str())
}

pub(super) fn params(error: &ParamsError) -> Option<String> {
    match error {
        ParamsError::KeyId(error) => key_id(error),
        ParamsError::Incompatible(Incompatible::NotImportable(key_spec)) => Some(format!(
            "AWS KMS does not import key material into {key_spec} keys"
        )),
        ParamsError::Incompatible(Incompatible::Withdrawn) => {
            Some("AWS KMS withdrew RSAES_PKCS1_V1_5 on 2023-10-10".to_owned())
        }
        _ => None,
    }
}

pub(super) fn delete_material(error: &DeleteMaterialError) -> Option<String> {
    match error {
        DeleteMaterialError::NotAssociated(id) => Some(format!("the key has no material {id}")),
        DeleteMaterialError::KeyMaterialId(key_spec) => Some(format!(
            "KeyMaterialId is for SYMMETRIC_DEFAULT keys only; the key spec of this key is \
             {key_spec}"
        )),
        DeleteMaterialError::KeyState(_) => None,
    }
}

pub(super) fn replicate(error: &ReplicateError) -> Option<String> {
    match error {
        ReplicateError::OtherPartition(region) => Some(format!(
            "ReplicaRegion {region} is in the partition {}; a replica must stay in the partition \
             of its primary key",
            region.partition()
        )),
        ReplicateError::Exists(arn) => Some(format!("{arn} already exists")),
        ReplicateError::KeyState(_) | ReplicateError::NotPrimary(_) => None,
    }
}

pub(super) fn rotate(error: &RotateError) -> Option<String> {
    let reason = match error {
        RotateError::KeySpec(key_spec) => {
            format!(
                "only SYMMETRIC_DEFAULT keys can be rotated; the key spec of this key is \
                 {key_spec}"
            )
        }
        RotateError::Replica { primary } => {
            format!("the key is a replica: rotate its primary key, {primary}")
        }
        RotateError::NotEverywhere { missing } => {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            let missing = missing.join(" and ");
            format!("the new key material is not yet imported into {missing}")
        }
        RotateError::KeyState(_) | RotateError::NothingPending(_) | RotateError::TooOften(_) => {
            return None;
        }
    };
    Some(reason)
}

pub(super) fn update_primary_region(error: &UpdatePrimaryRegionError) -> Option<String> {
    match error {
        UpdatePrimaryRegionError::SameRegion(region) => {
            Some(format!("the primary key is in {region} already"))
        }
        UpdatePrimaryRegionError::KeyState(_)
        | UpdatePrimaryRegionError::NotPrimary(_)
        | UpdatePrimaryRegionError::NoReplica(_) => None,
    }
}
