//! Turns every error of the core and of the command line into a message, hints and an exit status.
//!
//! An error states a fact. The hint, which says what to do, is added here.

use byok_core::exception::{Exception, Refusal};
use byok_core::generate::GenerateError;
use byok_core::key_file::{ReadError, ReadErrorClass};
use byok_core::key_material::{KeyMaterialError, MaterialError, MaterialErrorClass};
use byok_core::key_store::{StoreError, StoreErrorKind};
use byok_core::params::ParamsError;
use byok_core::public_key::PublicKeyError;
use byok_core::rehearse::RehearseError;
use byok_core::rehearsed_key::SetStateError;
use byok_core::verdict::CauseEntry;
use byok_core::wrap::WrapError;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::InputError;
use crate::output::OutputError;
use crate::terminal::{AnswerError, ErrorDocument};

mod explanation;
mod file_hints;
mod foreign_hints;
mod hints;
mod java_hints;
mod json_hints;
mod key_life;
mod material_hints;
mod material_origin;
mod parameter_hints;
mod passphrase_hint;
mod request;
mod verification;

pub(crate) use explanation::Diagnosed;
use explanation::of_file;
use file_hints::{answer_hints, output_hints, store_hint};
use hints::{
    compatibility_hints, expectation_hints, metadata_hints, mistaken_file_hints, params_hints,
    public_key_hints, report_hints, state_hints, text_token_hints, wrap_hints,
};
use json_hints::json_hints;
use key_life::{
    delete_material_hints, description_hints, replicate_hints, rotate_hints, set_state_hints,
};
use material_hints::material_hints;
pub(crate) use material_origin::MaterialOrigin;
pub(crate) use parameter_hints::document_hints;
use parameter_hints::parameter_hints;
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

/// Prints a failure, and returns the exit status. A closed pipe gets no message.
pub(crate) fn print(failure: &Failure, context: &Context) -> Exit {
    if let Failure::Answer(AnswerError::ClosedPipe) = failure.cause() {
        return Exit::Io;
    }
    let diagnosis = diagnose(failure, &failure.message(), &MaterialOrigin::of(context));
    if context.errors_as_json() {
        let (name, text) = (&diagnosis.name, diagnosis.aws_text());
        let document = ErrorDocument::new(name, text, &diagnosis.hints);
        context.terminal.error_json(&document);
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

    fn ours(exit: Exit, name: &str, message: &str, hints: Vec<String>) -> Self {
        Self {
            exit,
            name: format!("byok#{name}"),
            message: message.to_owned(),
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

/// Diagnoses a failure with this message.
fn diagnose(failure: &Failure, message: &str, origin: &MaterialOrigin) -> Diagnosis {
    let ours = |exit, name, hints| Diagnosis::ours(exit, name, message, hints);
    let input = |name, hints| ours(Exit::Input, name, hints);
    match failure {
        Failure::About(_, failure) => diagnose(failure, message, origin),
        Failure::Usage(cause) => ours(Exit::Usage, "Usage", cause.hints.clone()),
        Failure::Row(cause) => input("InvalidManifest", cause.hints.clone()),
        Failure::Expectation(cause) => {
            ours(Exit::Expectation, "Expectation", expectation_hints(cause))
        }
        Failure::KeyMaterial(cause) => key_material(cause, message, origin),
        Failure::ImportParameters(cause)
        | Failure::PublicKey(PublicKeyError::ImportParameters(cause)) => {
            input("InvalidParameters", parameter_hints(cause))
        }
        Failure::PublicKey(cause) => input("NoPublicKey", public_key_hints(cause)),
        Failure::NoPublicKey(_) => input("InvalidPublicKey", vec![]),
        Failure::WrappingPrivateKey(_) => input("InvalidPrivateKey", vec![]),
        Failure::Json(cause) => input("InvalidJson", json_hints(cause)),
        Failure::KeyMetadata(cause) => input("InvalidKeyDescription", metadata_hints(cause)),
        Failure::Report(cause) => input("InvalidReport", report_hints(cause)),
        Failure::MistakenFile(cause) => input("MistakenFile", mistaken_file_hints(cause)),
        Failure::MistakenKey(_) => input("MistakenKey", vec![]),
        Failure::TextToken(_) => input("TextToken", text_token_hints()),
        Failure::Params(cause) => params(cause, message),
        Failure::Wrap(cause) => wrap(cause, message),
        Failure::Rehearse(cause) => rehearse(cause, message),
        Failure::Generate(cause) => generate(cause, message),
        Failure::Incompatible(cause) => {
            Diagnosis::aws(&cause.refusal(), compatibility_hints(cause))
        }
        Failure::KeyState(cause) => Diagnosis::aws(&cause.refusal(), state_hints(cause)),
        Failure::SetState(cause) => set_state(cause, message),
        Failure::DeleteMaterial(cause) => {
            Diagnosis::aws(&cause.refusal(), delete_material_hints(cause))
        }
        Failure::Rotate(cause) => Diagnosis::aws(&cause.refusal(), rotate_hints(cause)),
        Failure::Replicate(cause) => Diagnosis::aws(&cause.refusal(), replicate_hints(cause)),
        Failure::DescriptionTooLong(cause) => {
            Diagnosis::aws(&cause.refusal(), description_hints(cause))
        }
        Failure::Store(cause) => store(cause, message),
        Failure::Input(cause) => ours(of_input(cause), "Input", vec![]),
        Failure::Output(cause) => ours(of_output(cause), "Output", output_hints(cause)),
        Failure::Answer(cause) => ours(of_answer(cause), "Output", answer_hints(cause)),
        Failure::Entropy(_) => ours(Exit::Io, "Entropy", vec![]),
        Failure::Clock(_) => ours(Exit::Io, "Clock", vec![]),
        Failure::Io(_) => ours(Exit::Io, "Io", vec![]),
    }
}

fn params(cause: &ParamsError, message: &str) -> Diagnosis {
    match (cause, cause.refusal()) {
        (ParamsError::Store(cause), _) => store(cause, message),
        (_, Some(refusal)) => Diagnosis::aws(&refusal, params_hints(cause)),
        (_, None) => Diagnosis::ours(Exit::Input, "NoParameters", message, params_hints(cause)),
    }
}

fn wrap(cause: &WrapError, message: &str) -> Diagnosis {
    let hints = wrap_hints(cause);
    if let Some(refusal) = cause.refusal() {
        return Diagnosis::aws(&refusal, hints);
    }
    let name = match cause {
        WrapError::SlowClock { .. } => "SlowClock",
        WrapError::ValidToTooSoon { .. } => "ValidToTooSoon",
        WrapError::Wrapping(_)
        | WrapError::ExpiredImportToken { .. }
        | WrapError::Incompatible(_)
        | WrapError::EncryptedLength { .. }
        | WrapError::Sm2Form(_)
        | WrapError::Options(_) => "NotWrapped",
    };
    Diagnosis::ours(Exit::Input, name, message, hints)
}

fn rehearse(cause: &RehearseError, message: &str) -> Diagnosis {
    match cause {
        RehearseError::Params(cause) => params(cause, message),
        RehearseError::Undecided(_) => {
            let hint = "to generate a key that AWS KMS is known to accept, run: byok generate --key-spec \
                 RSA_3072 -o FILE";
            let hints = vec![hint.to_owned()];
            Diagnosis::ours(Exit::Undecided, "NotDecided", message, hints)
        }
        RehearseError::Wrap(_) | RehearseError::Verify(_) | RehearseError::NotTheSameKey => {
            Diagnosis::ours(Exit::Bug, "NotTheSameKey", message, vec![])
        }
    }
}

fn generate(cause: &GenerateError, message: &str) -> Diagnosis {
    if let Some(refusal) = cause.refusal() {
        return Diagnosis::aws(&refusal, vec![cause.to_string()]);
    }
    let (exit, name) = match cause {
        GenerateError::Faulty(_) => (Exit::Bug, "FaultyKey"),
        GenerateError::SeedLength(_) | GenerateError::NotImportable(_) => {
            (Exit::Input, "InvalidSeed")
        }
    };
    Diagnosis::ours(exit, name, message, vec![])
}

fn set_state(cause: &SetStateError, message: &str) -> Diagnosis {
    let hints = set_state_hints(cause);
    match cause {
        SetStateError::KeyState(cause) => Diagnosis::aws(&cause.refusal(), hints),
        SetStateError::NothingMissing => Diagnosis::ours(Exit::Usage, "Usage", message, hints),
    }
}

fn store(cause: &StoreError, message: &str) -> Diagnosis {
    let (exit, name) = match cause.kind {
        StoreErrorKind::Locked => (Exit::Io, "StoreLocked"),
        StoreErrorKind::NotFound => (Exit::Io, "StoreNotFound"),
        StoreErrorKind::Broken => (Exit::Store, "StoreBroken"),
        StoreErrorKind::Unsafe => (Exit::Store, "StoreUnsafe"),
        StoreErrorKind::NotAStore => (Exit::Store, "NotAStore"),
        StoreErrorKind::Io | StoreErrorKind::Exists | StoreErrorKind::Full => (Exit::Io, "StoreIo"),
    };
    let mut diagnosis = Diagnosis::ours(exit, name, message, vec![store_hint(cause)]);
    if let Some(refusal) = cause.refusal() {
        diagnosis.hints.insert(0, message.to_owned());
        refusal.exception.as_str().clone_into(&mut diagnosis.name);
        diagnosis.message = refusal.to_string();
    }
    diagnosis
}

const fn of_input(cause: &InputError) -> Exit {
    match cause {
        InputError::EmptyName | InputError::StdinTwice => Exit::Usage,
        InputError::TooLarge { .. }
        | InputError::NotAFile { .. }
        | InputError::NotAFolder { .. }
        | InputError::Changed { .. }
        | InputError::TooManyEntries { .. } => Exit::Input,
        InputError::NotFound { .. }
        | InputError::PermissionDenied { .. }
        | InputError::Unreadable { .. } => Exit::Io,
    }
}

const fn of_output(cause: &OutputError) -> Exit {
    match cause {
        OutputError::SameFile { .. } | OutputError::NamedTwice { .. } => Exit::Usage,
        OutputError::AlreadyExists { .. }
        | OutputError::NotReplaceable { .. }
        | OutputError::NoFileName { .. }
        | OutputError::Unsynced { .. }
        | OutputError::Untrusted { .. }
        | OutputError::Io { .. } => Exit::Io,
    }
}

const fn of_answer(cause: &AnswerError) -> Exit {
    match cause {
        AnswerError::BinaryToTerminal | AnswerError::SecretToTerminal => Exit::Usage,
        AnswerError::Discarded | AnswerError::ClosedPipe | AnswerError::Io(_) => Exit::Io,
    }
}

/// Diagnoses an error about key material.
fn key_material(cause: &KeyMaterialError, message: &str, origin: &MaterialOrigin) -> Diagnosis {
    let (exit, name) = match cause {
        KeyMaterialError::Read(cause) => match cause {
            ReadError::KeySpecNeeded { .. } => (Exit::Usage, "KeySpecNeeded"),
            ReadError::AliasNeeded(_) => (Exit::Usage, "AliasNeeded"),
            ReadError::UnknownAlias { .. } => (Exit::Usage, "UnknownAlias"),
            ReadError::PassphraseNeeded | ReadError::Encryption { .. } => {
                (Exit::Input, "EncryptedKeyMaterial")
            }
            ReadError::Empty
            | ReadError::TooLong
            | ReadError::DamagedPem
            | ReadError::Version { .. }
            | ReadError::TrailingBytes { .. }
            | ReadError::TwoFiles { .. }
            | ReadError::Jwk(_)
            | ReadError::RsaXml(_)
            | ReadError::WrappedInJson { .. }
            | ReadError::Mangled(_)
            | ReadError::NotWrittenAs { .. }
            | ReadError::NoCurve
            | ReadError::TwoCurves { .. }
            | ReadError::Unsupported(_)
            | ReadError::NotPkcs8(_)
            | ReadError::Malformed
            | ReadError::Unreadable { .. }
            | ReadError::Algorithm(_)
            | ReadError::RsaPss
            | ReadError::Curve(_)
            | ReadError::ExplicitCurve
            | ReadError::BareScalar(_)
            | ReadError::BareSeed(_)
            | ReadError::SeveralKeys(_)
            | ReadError::DamagedStore { .. }
            | ReadError::NoKey(_)
            | ReadError::TooManyEntries { .. }
            | ReadError::SecretKeyAlgorithm(_) => (Exit::Input, INVALID_KEY_MATERIAL),
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
    if name == INVALID_KEY_MATERIAL && is_for_aws_to_refuse(cause) {
        hints.push(format!(
            "AWS KMS would answer {}",
            refusal_of(cause).exception
        ));
    }
    Diagnosis::ours(exit, name, message, hints)
}

const INVALID_KEY_MATERIAL: &str = "InvalidKeyMaterial";

/// The reason why a rehearsal's verdict is no, and the hints.
#[derive(Debug)]
pub(crate) struct Rejection {
    /// AWS's answer.
    pub(crate) refusal: Refusal,
    /// The reason; empty if AWS's answer gives it.
    pub(crate) cause: String,
    /// The hints.
    pub(crate) hints: Vec<String>,
    /// The fault of the material, for programs.
    pub(crate) entries: Vec<CauseEntry>,
}

/// Returns why a rehearsal's verdict is no; `None` if it failed for another reason.
pub(crate) fn rehearsal(error: &RehearseError) -> Option<Rejection> {
    let refusal = error.refusal()?;
    let (cause, hints) = match error {
        RehearseError::Params(ParamsError::Store(_)) => return None,
        RehearseError::Params(cause) => (None, params_hints(cause)),
        RehearseError::Wrap(cause) => (None, wrap_hints(cause)),
        RehearseError::Verify(error) => (cause(error), verify_hints(error)),
        RehearseError::NotTheSameKey | RehearseError::Undecided(_) => (None, vec![]),
    };
    Some(Rejection {
        refusal,
        cause: cause.unwrap_or_default(),
        hints,
        entries: vec![],
    })
}

/// Returns whether AWS KMS would refuse such material. Otherwise the file is not sent at all.
pub(crate) const fn is_for_aws_to_refuse(error: &KeyMaterialError) -> bool {
    match error {
        KeyMaterialError::Read(ReadError::Encryption { .. } | ReadError::NotWrittenAs { .. })
        | KeyMaterialError::Material(
            MaterialError::NoBareForm(_) | MaterialError::OtherCertificate(_),
        ) => false,
        KeyMaterialError::Read(error) => match error.class() {
            ReadErrorClass::Input | ReadErrorClass::Ambiguous => false,
            ReadErrorClass::Damaged | ReadErrorClass::Unsupported => true,
        },
        KeyMaterialError::Material(error) => match error.class() {
            MaterialErrorClass::Weak => false,
            MaterialErrorClass::Unsound
            | MaterialErrorClass::NotImportable
            | MaterialErrorClass::OtherKeySpec => true,
        },
    }
}

/// Returns the answer of AWS KMS to such key material.
fn refusal_of(error: &KeyMaterialError) -> Refusal {
    match error {
        KeyMaterialError::Material(MaterialError::NotImportable(_)) => {
            Refusal::without_text(Exception::UnsupportedOperation)
        }
        KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => {
            Refusal::without_text(Exception::IncorrectKeyMaterial)
        }
    }
}

/// Returns why unreadable key material makes a rehearsal's verdict no.
pub(crate) fn unusable_material(error: &KeyMaterialError, origin: &MaterialOrigin) -> Rejection {
    let refusal = refusal_of(error);
    let (cause, entries) = match error {
        KeyMaterialError::Material(MaterialError::NotImportable(_)) => (error.to_string(), vec![]),
        KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => (
            format!("AWS KMS does not accept this key material: {error}"),
            vec![of_file(error)],
        ),
    };
    Rejection {
        refusal,
        cause,
        hints: material_hints(error, origin),
        entries,
    }
}
