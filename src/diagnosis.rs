//! Turns every error of the core and of the command line into a message, hints and an exit status.
//!
//! An error states a fact. The hint, which says what to do, is added here.

use std::io;

use byok_core::compatibility::Incompatible;
use byok_core::exception::{Exception, Refusal};
use byok_core::generate::GenerateError;
use byok_core::import_parameters::ImportParametersError;
use byok_core::json::{self, JsonError};
use byok_core::key_file::ReadError;
use byok_core::key_material::{KeyMaterialError, MaterialError, MaterialErrorClass};
use byok_core::key_metadata::KeyMetadataError;
use byok_core::key_state::KeyStateError;
use byok_core::key_store::{StoreError, StoreErrorKind};
use byok_core::params::ParamsError;
use byok_core::public_key::PublicKeyError;
use byok_core::public_key_file::NoPublicKey;
use byok_core::rehearse::RehearseError;
use byok_core::rehearsed_key::SetStateError;
use byok_core::report::ReportError;
use byok_core::wrap::WrapError;
use byok_core::wrapping_private_key::InvalidWrappingPrivateKey;
use serde_json::json;

use crate::arguments::UsageError;
use crate::context::Context;
use crate::entropy::EntropyError;
use crate::exit::Exit;
use crate::expectation::ExpectationError;
use crate::input::InputError;
use crate::mistaken::{MistakenFile, MistakenKey, TextToken};
use crate::output::OutputError;
use crate::terminal::AnswerError;

mod explanation;
mod file_hints;
mod foreign_hints;
mod hints;
mod key_life;
mod material_hints;
mod material_origin;
mod request;
mod verification;

pub(crate) use explanation::{Diagnosed, Entry};
use file_hints::{store_hint, untrusted_folder_hint};
use hints::{
    compatibility_hints, expectation_hints, json_hints, mistaken_file_hints, parameter_hints,
    params_hints, public_key_hints, report_hints, state_hints, wrap_hints,
};
use material_hints::material_hints;
pub(crate) use material_origin::MaterialOrigin;
use verification::{cause, verify_hints};

/// The message, hints and exit status of an error.
#[derive(Debug, PartialEq, Eq)]
struct Diagnosis {
    exit: Exit,
    /// The value of `__type`: AWS's name, or `byok#` and ours.
    name: String,
    /// The complete answer of AWS, or our words.
    message: String,
    hints: Vec<String>,
}

/// Reports an error, and returns the exit status. A closed pipe gets no message.
pub(crate) fn report(error: &anyhow::Error, context: &Context) -> Exit {
    if error
        .chain()
        .any(|cause| matches!(cause.downcast_ref(), Some(AnswerError::ClosedPipe)))
    {
        return Exit::Io;
    }
    let diagnosis = diagnose(error, &MaterialOrigin::of(context));
    if context.errors_as_json() {
        let document = json!({
            "__type": diagnosis.name,
            "message": diagnosis.aws_text(),
            "Hints": diagnosis.hints,
        });
        context.terminal.error_json(&json::line(&document));
    } else {
        context.terminal.error(&diagnosis.message);
        for hint in &diagnosis.hints {
            context.terminal.hint(hint);
        }
    }
    diagnosis.exit
}

impl Diagnosis {
    fn aws(refusal: &Refusal, hints: Vec<String>) -> Self {
        Self {
            exit: Exit::Refused,
            name: refusal.exception.as_str().to_owned(),
            message: refusal.to_string(),
            hints,
        }
    }

    fn ours(exit: Exit, name: &str, error: &anyhow::Error, hints: Vec<String>) -> Self {
        Self {
            exit,
            name: format!("byok#{name}"),
            message: chain(error),
            hints,
        }
    }

    /// The message without the exception's name, as it is in AWS's JSON.
    fn aws_text(&self) -> &str {
        let rest = self.message.strip_prefix(self.name.as_str());
        rest.map_or(self.message.as_str(), |rest| {
            rest.strip_prefix(": ").unwrap_or(rest)
        })
    }
}

/// Returns the causes, outermost first, without repetition.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

fn diagnose(error: &anyhow::Error, origin: &MaterialOrigin) -> Diagnosis {
    error
        .chain()
        .find_map(|cause| {
            of_operation(cause, error)
                .or_else(|| of_input(cause, error, origin))
                .or_else(|| of_system(cause, error))
        })
        .unwrap_or_else(|| Diagnosis::ours(Exit::Io, "Failure", error, vec![]))
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

/// Errors of the core's operations: AWS's answer if there is one.
fn of_operation(cause: Cause<'_>, error: &anyhow::Error) -> Option<Diagnosis> {
    if let Some(cause) = cause.downcast_ref::<ParamsError>() {
        return Some(params(cause, error));
    }
    if let Some(cause) = cause.downcast_ref::<WrapError>() {
        let hints = wrap_hints(cause);
        return Some(match (cause.refusal(), cause) {
            (Some(refusal), _) => Diagnosis::aws(&refusal, hints),
            (None, WrapError::SlowClock { .. }) => {
                Diagnosis::ours(Exit::Input, "SlowClock", error, hints)
            }
            (None, WrapError::ValidToTooSoon { .. }) => {
                Diagnosis::ours(Exit::Input, "ValidToTooSoon", error, hints)
            }
            (None, _) => Diagnosis::ours(Exit::Input, "NotWrapped", error, hints),
        });
    }
    if let Some(cause) = cause.downcast_ref::<RehearseError>() {
        return Some(match cause {
            RehearseError::Params(cause) => params(cause, error),
            RehearseError::Undecided(_) => {
                let hint = "to make a key that AWS KMS is known to take, run: byok generate --key-spec RSA_3072 -o FILE";
                Diagnosis::ours(Exit::Undecided, "NotDecided", error, vec![hint.to_owned()])
            }
            _ => Diagnosis::ours(Exit::Bug, "NotTheSameKey", error, vec![]),
        });
    }
    if let Some(cause) = cause.downcast_ref::<KeyStateError>() {
        return Some(Diagnosis::aws(&cause.refusal(), state_hints(cause)));
    }
    if let Some((refusal, hints)) = key_life::operation(cause) {
        return Some(Diagnosis::aws(&refusal, hints));
    }
    if let Some(SetStateError::NothingMissing) = cause.downcast_ref() {
        let hint = "byok key delete-material KEY makes it wait".to_owned();
        return Some(Diagnosis::ours(Exit::Usage, "Usage", error, vec![hint]));
    }
    if let Some(cause) = cause.downcast_ref::<Incompatible>() {
        return Some(Diagnosis::aws(&cause.refusal(), compatibility_hints(cause)));
    }
    if let Some(cause) = cause.downcast_ref::<GenerateError>() {
        return Some(generate(cause, error));
    }
    let cause = cause.downcast_ref::<StoreError>()?;
    Some(store(cause, error))
}

fn generate(cause: &GenerateError, error: &anyhow::Error) -> Diagnosis {
    match (cause, cause.refusal()) {
        (_, Some(refusal)) => Diagnosis::aws(&refusal, vec![cause.to_string()]),
        (GenerateError::Faulty(_), None) => Diagnosis::ours(Exit::Bug, "FaultyKey", error, vec![]),
        (_, None) => Diagnosis::ours(Exit::Input, "InvalidSeed", error, vec![]),
    }
}

fn params(cause: &ParamsError, error: &anyhow::Error) -> Diagnosis {
    let hints = params_hints(cause);
    match (cause, cause.refusal()) {
        (ParamsError::Store(cause), _) => store(cause, error),
        (_, Some(refusal)) => Diagnosis::aws(&refusal, hints),
        (_, None) => Diagnosis::ours(Exit::Input, "NoParameters", error, hints),
    }
}

fn store(cause: &StoreError, error: &anyhow::Error) -> Diagnosis {
    let (exit, name) = match cause.kind {
        StoreErrorKind::Locked => (Exit::Io, "StoreLocked"),
        StoreErrorKind::NotFound => (Exit::Io, "StoreNotFound"),
        StoreErrorKind::Broken => (Exit::Store, "StoreBroken"),
        StoreErrorKind::Unsafe => (Exit::Store, "StoreUnsafe"),
        StoreErrorKind::NotAStore => (Exit::Store, "NotAStore"),
        _ => (Exit::Io, "StoreIo"),
    };
    let mut diagnosis = Diagnosis::ours(exit, name, error, vec![store_hint(cause)]);
    if let Some(refusal) = cause.refusal() {
        diagnosis.hints.insert(0, chain(error));
        refusal.exception.as_str().clone_into(&mut diagnosis.name);
        diagnosis.message = refusal.to_string();
    }
    diagnosis
}

/// Errors of inputs.
fn of_input(cause: Cause<'_>, error: &anyhow::Error, origin: &MaterialOrigin) -> Option<Diagnosis> {
    let input = |name, hints| Some(Diagnosis::ours(Exit::Input, name, error, hints));
    if let Some(cause) = cause.downcast_ref::<UsageError>() {
        return Some(Diagnosis::ours(
            Exit::Usage,
            "Usage",
            error,
            cause.hints.clone(),
        ));
    }
    if let Some(cause) = cause.downcast_ref::<ExpectationError>() {
        return Some(Diagnosis::ours(
            Exit::Expectation,
            "Expectation",
            error,
            expectation_hints(cause),
        ));
    }
    if let Some(cause) = cause.downcast_ref::<KeyMaterialError>() {
        return Some(key_material(cause, error, origin));
    }
    if let Some(cause) = cause.downcast_ref::<ImportParametersError>() {
        return input("InvalidParameters", parameter_hints(cause));
    }
    if let Some(cause) = cause.downcast_ref::<PublicKeyError>() {
        return match cause {
            PublicKeyError::ImportParameters(cause) => {
                input("InvalidParameters", parameter_hints(cause))
            }
            _ => input("NoPublicKey", public_key_hints(cause)),
        };
    }
    if let Some(cause) = cause.downcast_ref::<JsonError>() {
        return input("InvalidJson", json_hints(cause));
    }
    if let Some(cause) = cause.downcast_ref::<KeyMetadataError>() {
        let hints = match cause {
            KeyMetadataError::Json(JsonError::Missing(_)) => vec![
                "it should be the output of aws kms describe-key or create-key; byok inspect says what the file is"
                    .to_owned(),
            ],
            KeyMetadataError::Json(cause) => json_hints(cause),
            _ => vec!["it should be the output of aws kms describe-key or create-key".to_owned()],
        };
        return input("InvalidKeyDescription", hints);
    }
    if let Some(cause) = cause.downcast_ref::<ReportError>() {
        return input("InvalidReport", report_hints(cause));
    }
    if let Some(cause) = cause.downcast_ref::<MistakenFile>() {
        return input("MistakenFile", mistaken_file_hints(cause));
    }
    if cause.is::<TextToken>() {
        let hint = "decode it first: base64 --decode, without quotes around it";
        return input("TextToken", vec![hint.to_owned()]);
    }
    if cause.is::<MistakenKey>() {
        return input("MistakenKey", vec![]);
    }
    if cause.is::<InvalidWrappingPrivateKey>() {
        return input("InvalidPrivateKey", vec![]);
    }
    if cause.is::<NoPublicKey>() {
        return input("InvalidPublicKey", vec![]);
    }
    None
}

/// Diagnoses an error about key material.
fn key_material(
    cause: &KeyMaterialError,
    error: &anyhow::Error,
    origin: &MaterialOrigin,
) -> Diagnosis {
    let (exit, name) = match cause {
        KeyMaterialError::Read(cause) => match cause {
            ReadError::KeySpecNeeded { .. } => (Exit::Usage, "KeySpecNeeded"),
            ReadError::PassphraseNeeded | ReadError::Encryption { .. } => {
                (Exit::Input, "EncryptedKeyMaterial")
            }
            ReadError::Empty
            | ReadError::TooLong
            | ReadError::DamagedPem
            | ReadError::Version { .. }
            | ReadError::TrailingBytes { .. }
            | ReadError::Jwk(_)
            | ReadError::NotWrittenAs { .. }
            | ReadError::NoCurve
            | ReadError::TwoCurves
            | ReadError::Unsupported(_)
            | ReadError::NotPkcs8(_)
            | ReadError::Malformed
            | ReadError::Unreadable { .. }
            | ReadError::Algorithm(_)
            | ReadError::RsaPss
            | ReadError::Curve(_)
            | ReadError::ExplicitCurve
            | ReadError::BareScalar(_)
            | ReadError::SeveralKeys(_) => (Exit::Input, INVALID_KEY_MATERIAL),
        },
        KeyMaterialError::Material(MaterialError::NoBareForm(_)) => (Exit::Usage, "Usage"),
        KeyMaterialError::Material(MaterialError::NotDecoded { .. }) => {
            (Exit::Input, "UndecodedKeyMaterial")
        }
        KeyMaterialError::Material(cause) => match cause.class() {
            MaterialErrorClass::Weak => (Exit::Input, "WeakKeyMaterial"),
            MaterialErrorClass::Unsound
            | MaterialErrorClass::NotImportable
            | MaterialErrorClass::OtherKeySpec => (Exit::Input, INVALID_KEY_MATERIAL),
        },
    };
    let mut hints = material_hints(cause, origin);
    if name == INVALID_KEY_MATERIAL {
        hints.push(format!(
            "AWS KMS would answer {}",
            Exception::IncorrectKeyMaterial
        ));
    }
    Diagnosis::ours(exit, name, error, hints)
}

const INVALID_KEY_MATERIAL: &str = "InvalidKeyMaterial";

/// Errors of the system: files, streams, randomness.
fn of_system(cause: Cause<'_>, error: &anyhow::Error) -> Option<Diagnosis> {
    if let Some(cause) = cause.downcast_ref::<InputError>() {
        let exit = match cause {
            InputError::EmptyName | InputError::StdinTwice => Exit::Usage,
            InputError::TooLarge { .. }
            | InputError::NotAFile { .. }
            | InputError::NotAFolder { .. }
            | InputError::TooManyEntries { .. } => Exit::Input,
            _ => Exit::Io,
        };
        return Some(Diagnosis::ours(exit, "Input", error, vec![]));
    }
    if let Some(cause) = cause.downcast_ref::<OutputError>() {
        let hints = match cause {
            OutputError::AlreadyExists { .. } => vec!["--force replaces a regular file".to_owned()],
            OutputError::Untrusted { path, why } => vec![untrusted_folder_hint(path, *why)],
            _ => vec![],
        };
        let exit = match cause {
            OutputError::SameFile { .. } | OutputError::NamedTwice { .. } => Exit::Usage,
            _ => Exit::Io,
        };
        return Some(Diagnosis::ours(exit, "Output", error, hints));
    }
    if let Some(cause) = cause.downcast_ref::<AnswerError>() {
        let (exit, hints) = match cause {
            AnswerError::BinaryToTerminal | AnswerError::SecretToTerminal => {
                (Exit::Usage, vec!["-o FILE, or a pipe".to_owned()])
            }
            AnswerError::Discarded => (
                Exit::Io,
                vec!["to write the answer to a file, use -o FILE".to_owned()],
            ),
            _ => (Exit::Io, vec![]),
        };
        return Some(Diagnosis::ours(exit, "Output", error, hints));
    }
    if cause.is::<EntropyError>() {
        return Some(Diagnosis::ours(Exit::Io, "Entropy", error, vec![]));
    }
    cause
        .is::<io::Error>()
        .then(|| Diagnosis::ours(Exit::Io, "Io", error, vec![]))
}

/// The reason why a rehearsal's verdict is no, and the hints.
#[derive(Debug)]
pub(crate) struct No {
    /// Returns AWS's answer.
    pub(crate) refusal: Refusal,
    /// The reason; empty if AWS's answer gives it.
    pub(crate) cause: String,
    /// The hints.
    pub(crate) hints: Vec<String>,
    /// The fault of the material, for programs.
    pub(crate) entries: Vec<Entry>,
}

/// Returns why a rehearsal's verdict is no; `None` if it failed for another reason.
pub(crate) fn rehearsal(error: &RehearseError) -> Option<No> {
    let refusal = error.refusal()?;
    let (cause, hints) = match error {
        RehearseError::Params(ParamsError::Store(_)) => return None,
        RehearseError::Params(cause) => (None, params_hints(cause)),
        RehearseError::Wrap(cause) => (None, wrap_hints(cause)),
        RehearseError::Verify(error) => (cause(error), verify_hints(error)),
        _ => (None, vec![]),
    };
    Some(No {
        refusal,
        cause: cause.unwrap_or_default(),
        hints,
        entries: vec![],
    })
}

/// Returns why unreadable key material makes a rehearsal's verdict no.
pub(crate) fn unusable_material(error: &KeyMaterialError, origin: &MaterialOrigin) -> No {
    let refusal = match error {
        KeyMaterialError::Material(MaterialError::NotImportable(_)) => {
            Refusal::without_text(Exception::UnsupportedOperation)
        }
        KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => {
            Refusal::without_text(Exception::IncorrectKeyMaterial)
        }
    };
    let (cause, entries) = match error {
        KeyMaterialError::Material(MaterialError::NotImportable(_)) => (error.to_string(), vec![]),
        KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => {
            (format!("This is {error}"), vec![Entry::of_file(error)])
        }
    };
    No {
        refusal,
        cause,
        hints: material_hints(error, origin),
        entries,
    }
}
