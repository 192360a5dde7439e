//! The hints for each error.

use byok_core::compatibility::Incompatible;
use byok_core::inspect::Kind;
use byok_core::json::JsonError;
use byok_core::key_id::KeyIdError;
use byok_core::key_metadata::{KeyMetadataError, KeyState};
use byok_core::key_spec::KeySpec;
use byok_core::key_state::KeyStateError;
use byok_core::key_store::MissingKey;
use byok_core::params::ParamsError;
use byok_core::public_key::PublicKeyError;
use byok_core::report::{Compared, Difference, NotRehearsed, ReportError};
use byok_core::timestamp::Timestamp;
use byok_core::wrap::WrapError;
use byok_core::wrapping::{Sm2Form, WrapFailure};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;

use crate::expectation::{ExpectationError, WRAPPING_KEY};
use crate::foreign_words::SM2_IN_CHINA;
use crate::mistaken::MistakenFile;

use super::json_hints::json_hints;
use super::parameter_hints::parameter_hints;
use super::request::{Spelling, request_cause, request_hints, word_hints};

pub(super) fn params_hints(cause: &ParamsError) -> Vec<String> {
    match cause {
        ParamsError::NotFound(MissingKey {
            deleted_at: Some(date),
            ..
        }) => vec![deleted_hint(*date)],
        ParamsError::NotFound(MissingKey { arn, .. }) => vec![format!(
            "the key is not in this store; to create it, replace SYMMETRIC_DEFAULT with its key spec and \
             run: byok key create --id {} --region {} --account-id {} --key-spec SYMMETRIC_DEFAULT{}",
            arn.key_id(),
            arn.region(),
            arn.account_id(),
            if arn.key_id().is_multi_region() {
                " --multi-region"
            } else {
                ""
            },
        )],
        ParamsError::KeyId(cause) => key_id_hints(cause),
        ParamsError::Request(refusal) => word_hints(refusal),
        ParamsError::KeyState(cause) => state_hints(cause),
        ParamsError::Incompatible(cause) => compatibility_hints(cause),
        ParamsError::Store(_) => vec![],
    }
}

/// Returns the hint for a key whose deletion date has passed.
pub(super) fn deleted_hint(date: Timestamp) -> String {
    format!(
        "the key was deleted: its deletion date, {date}, has passed; to simulate a time before it, use --at TIME"
    )
}

pub(super) fn key_id_hints(cause: &KeyIdError) -> Vec<String> {
    match cause {
        KeyIdError::Alias => {
            vec!["AWS KMS does not accept an alias here: use the key ID or the key ARN".to_owned()]
        }
        KeyIdError::MalformedArn(_) => {
            vec!["use a key ARN of the form arn:aws:kms:REGION:ACCOUNT:key/ID".to_owned()]
        }
        KeyIdError::OtherPartition { region } => {
            let partition = region.partition();
            vec![format!(
                "{region} is in partition {partition}: use \
                 arn:{partition}:kms:{region}:ACCOUNT:key/ID"
            )]
        }
        KeyIdError::MalformedId(_) => {
            vec!["use a key ID: a UUID with dashes, or mrk- and 32 hex digits".to_owned()]
        }
        KeyIdError::ControlCharacters => {
            vec!["remove the control characters from the key ID".to_owned()]
        }
        KeyIdError::OtherRegion { arn_region, asked } => {
            vec![format!(
                "the ARN names {arn_region}, and the request is for {asked}: remove --region, or \
                 unset AWS_REGION"
            )]
        }
        KeyIdError::Empty | KeyIdError::TooLong(_) => vec![],
    }
}

pub(super) fn state_hints(cause: &KeyStateError) -> Vec<String> {
    match cause {
        KeyStateError::Origin { .. } => {
            vec![
                "to create a key that accepts imports, run: aws kms create-key --origin EXTERNAL; for \
                 a rehearsal, run: byok key create --key-spec KEY_SPEC"
                    .to_owned(),
            ]
        }
        KeyStateError::State {
            state: KeyState::PendingImport,
            ..
        } => {
            vec!["to see what must be imported, run: byok key materials KEY".to_owned()]
        }
        KeyStateError::State { .. } | KeyStateError::NotPendingDeletion { .. } => vec![],
    }
}

pub(super) fn compatibility_hints(cause: &Incompatible) -> Vec<String> {
    match cause {
        Incompatible::NotImportable(KeySpec::Sm2) => vec![SM2_IN_CHINA.to_owned()],
        Incompatible::NotImportable(key_spec) => {
            vec![format!(
                "AWS KMS does not import key material into {key_spec} keys"
            )]
        }
        Incompatible::Withdrawn => {
            vec![
                "AWS KMS withdrew RSAES_PKCS1_V1_5 on 2023-10-10; use RSAES_OAEP_SHA_256"
                    .to_owned(),
            ]
        }
        Incompatible::Combination {
            key_spec,
            wrapping_key_spec,
            accepted,
            other,
            ..
        } if accepted.is_empty() => {
            let other = other.map(|(spec, algorithm)| {
                format!("; request the parameters with {algorithm} and {spec}")
            });
            let other = other.unwrap_or_default();
            vec![format!(
                "no wrapping algorithm supports {key_spec} with {wrapping_key_spec}{other}"
            )]
        }
        Incompatible::Combination {
            key_spec,
            wrapping_key_spec,
            accepted,
            ..
        } => {
            let names: Vec<_> = accepted
                .iter()
                .map(|algorithm| algorithm.as_str())
                .collect();
            let names = names.join(" or ");
            vec![format!(
                "for {key_spec} with {wrapping_key_spec}, use {names}, here and in the request \
                 for the parameters"
            )]
        }
    }
}

pub(super) fn wrap_hints(cause: &WrapError) -> Vec<String> {
    match cause {
        WrapError::ExpiredImportToken { valid_to, now } => vec![format!(
            "the import parameters expired at {valid_to}, and it is {now}: get new ones with aws \
             kms get-parameters-for-import (for a rehearsal, byok params)"
        )],
        WrapError::SlowClock { valid_to, now } => {
            let behind = valid_to.millis_since(*now) - byok_core::params::VALID_FOR_MILLIS;
            vec![format!(
                "import parameters are valid for 24 hours, so this clock is at least {} min \
                 behind AWS's: set the clock, or use --at",
                behind / 60_000
            )]
        }
        WrapError::Incompatible(cause) => compatibility_hints(cause),
        WrapError::Wrapping(WrapFailure::TooLong { .. }) => {
            vec!["use an RSA_AES_KEY_WRAP_* algorithm, or a longer wrapping key".to_owned()]
        }
        WrapError::EncryptedLength {
            len,
            algorithm,
            wrapping_key_spec,
        } => vec![format!(
            "{algorithm} with {wrapping_key_spec} does not produce {len} bytes; {}",
            expected_length(*algorithm, *wrapping_key_spec)
        )],
        WrapError::Sm2Form(form) => sm2_form_hints(*form),
        WrapError::Options(error) => request_cause(error, Spelling::Options)
            .into_iter()
            .chain(request_hints(error, Spelling::Options))
            .collect(),
        WrapError::ValidToTooSoon { .. } => {
            vec![
                "choose a later --valid-to: the import can happen until the parameters expire"
                    .to_owned(),
            ]
        }
        WrapError::Wrapping(WrapFailure::Empty | WrapFailure::WrongKey) => vec![],
    }
}

pub(super) fn expected_length(algorithm: WrappingAlgorithm, spec: WrappingKeySpec) -> String {
    let Some(block) = spec.modulus_len() else {
        return "it produces at least 45 bytes in DER, about 110 more than the key material has"
            .to_owned();
    };
    if algorithm.is_hybrid() {
        format!("it produces {block} bytes and at least 16 more, in steps of 8")
    } else {
        format!("it produces exactly {block}")
    }
}

fn sm2_form_hints(form: Sm2Form) -> Vec<String> {
    let found = match form {
        Sm2Form::Raw => {
            "the parts of the SM2 ciphertext are concatenated: C1, C3 and C2, or C1, C2 and C3; AWS KMS requires DER"
        }
        Sm2Form::Der | Sm2Form::Unknown => {
            "the file is not an SM2 ciphertext in DER with a point on the curve"
        }
    };
    vec![
        found.to_owned(),
        "use the form of GM/T 0009, SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3, OCTET \
         STRING C2 }, which openssl pkeyutl -encrypt writes"
            .to_owned(),
    ]
}

pub(super) fn expectation_hints(cause: &ExpectationError) -> Vec<String> {
    match cause {
        ExpectationError::RehearsalToken => vec![
            "for a rehearsal, add --rehearsal; for the import, use the output of aws kms \
             get-parameters-for-import"
                .to_owned(),
        ],
        ExpectationError::ProductionToken => {
            vec!["for the real import, remove --rehearsal (or unset BYOK_REHEARSAL)".to_owned()]
        }
        ExpectationError::DamagedToken => vec![
            "copy the parameters again unchanged, or create new ones with byok params; for the \
             import, use the output of aws kms get-parameters-for-import"
                .to_owned(),
        ],
        ExpectationError::NotRehearsed(cause) => rehearsal_hints(cause),
        ExpectationError::Differs { what: WRAPPING_KEY, .. } => vec![
            "do not import: one of the two files belongs to other parameters, or somebody \
             replaced the key; compare again over another channel, and request new parameters"
                .to_owned(),
        ],
        ExpectationError::Differs { what, .. } if what.ends_with(", against the report") => vec![
            "do not import: a file was changed, or the report belongs to other files; to see the \
             files of the report, run: byok report REPORT"
                .to_owned(),
        ],
        ExpectationError::Differs { what, .. } if what.starts_with("KMS key") => {
            vec!["the files belong to two KMS keys; to see which, run byok inspect on each".to_owned()]
        }
        ExpectationError::Differs { what, .. } if what.starts_with("wrapping algorithm") => {
            vec!["use the wrapping algorithm with which the parameters were requested".to_owned()]
        }
        ExpectationError::FolderFile { .. } => vec![
            "do not import from this folder: to write it again from the key material, run byok \
             wrap --out-dir NEW_DIR with the same options as the first time"
                .to_owned(),
        ],
        ExpectationError::MixedFolder { .. } => vec![
            "the files of the rehearsal begin with REHEARSAL-; to keep them apart, move them: mkdir rehearsal && mv \
             DIR/REHEARSAL-* rehearsal/"
                .to_owned(),
        ],
        ExpectationError::Differs { .. } => vec![],
    }
}

/// Returns every difference, and the option that accepts it.
fn rehearsal_hints(cause: &NotRehearsed) -> Vec<String> {
    let is_of = |difference: &Difference, wanted| matches!(difference, Difference::Member { member, .. } if *member == wanted);
    let mut hints: Vec<String> = cause.0.iter().map(Difference::to_string).collect();
    if cause
        .0
        .iter()
        .any(|difference| is_of(difference, Compared::Fingerprint))
    {
        hints.push(
            "if the rehearsal used other material on purpose, add --rehearsed-except material"
                .to_owned(),
        );
    }
    if cause
        .0
        .iter()
        .any(|difference| is_of(difference, Compared::ExpirationModel))
    {
        hints.push(
            "to rehearse an expiry, run byok wrap --rehearsal --valid-to TIME, then byok verify \
             --report FILE"
                .to_owned(),
        );
    }
    hints
}

pub(super) fn report_hints(cause: &ReportError) -> Vec<String> {
    match cause {
        ReportError::Json(cause) => json_hints(cause),
        ReportError::Rendered(_) => {
            vec![
                "use a JSON report: --report writes one to any name that ends in neither .md nor .html"
                    .to_owned(),
            ]
        }
        ReportError::SchemaVersion(_) | ReportError::Member(_) | ReportError::Contradiction(_) => {
            vec!["use a JSON report of byok, as --report writes it".to_owned()]
        }
    }
}

pub(super) fn public_key_hints(cause: &PublicKeyError) -> Vec<String> {
    match cause {
        PublicKeyError::Nothing { .. } => vec![
            "symmetric and HMAC keys have no public key; to see what a file is, run: byok inspect \
             FILE"
                .to_owned(),
        ],
        PublicKeyError::Symmetric(_) => {
            vec!["to see the fingerprint of such a key, run: byok inspect FILE".to_owned()]
        }
        PublicKeyError::ImportParameters(cause) => parameter_hints(cause),
    }
}

pub(super) fn metadata_hints(cause: &KeyMetadataError) -> Vec<String> {
    match cause {
        KeyMetadataError::Json(JsonError::Missing(_)) => vec![
            "use the output of aws kms describe-key or create-key; to see what the file is, run: \
             byok inspect FILE"
                .to_owned(),
        ],
        KeyMetadataError::Json(cause) => json_hints(cause),
        KeyMetadataError::UnknownKeySpec(_) | KeyMetadataError::Member(_) => {
            vec!["use the output of aws kms describe-key or create-key".to_owned()]
        }
    }
}

pub(super) fn text_token_hints() -> Vec<String> {
    vec!["decode it first, without the quotes: base64 --decode".to_owned()]
}

/// The hint for a private key in place of a public file.
const PRIVATE_KEY: &str = "give the key material as MATERIAL, or with --material";

/// Returns the hints that name the source of the expected file.
pub(super) fn mistaken_file_hints(cause: &MistakenFile) -> Vec<String> {
    let hint = match cause.belongs {
        Kind::ImportParameters => "use the output of aws kms get-parameters-for-import",
        Kind::ImportRequest => "use import-key-material.json, which byok wrap writes",
        Kind::KeyMetadata => "use the output of aws kms describe-key or create-key",
        Kind::Report => "use a JSON report, which --report writes",
        Kind::ParametersRequest => "use the --cli-input-json of aws kms get-parameters-for-import",
        Kind::Verdict
        | Kind::GetPublicKey
        | Kind::PublicKey
        | Kind::Certificate
        | Kind::ImportToken
        | Kind::KeyMaterial
        | Kind::UnusableKeyMaterial
        | Kind::WrappedElsewhere
        | Kind::RawBytes
        | Kind::EncryptedKeyMaterial
        | Kind::Unknown => "",
    };
    let is_private_key = matches!(cause.is, Kind::KeyMaterial | Kind::UnusableKeyMaterial);
    let hints = [
        is_private_key.then_some(PRIVATE_KEY),
        Some(hint).filter(|hint| !hint.is_empty()),
    ];
    hints.into_iter().flatten().map(str::to_owned).collect()
}
