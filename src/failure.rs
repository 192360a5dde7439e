//! Why a command fails.

use std::error::Error;

use byok_core::compatibility::Incompatible;
use byok_core::generate::GenerateError;
use byok_core::import_parameters::ImportParametersError;
use byok_core::inspect::Kind;
use byok_core::json::JsonError;
use byok_core::key_material::KeyMaterialError;
use byok_core::key_metadata::{DescriptionTooLong, KeyMetadataError};
use byok_core::key_state::KeyStateError;
use byok_core::key_store::StoreError;
use byok_core::params::ParamsError;
use byok_core::public_key::PublicKeyError;
use byok_core::public_key_file::NoPublicKey;
use byok_core::rehearse::RehearseError;
use byok_core::rehearsed_key::{DeleteMaterialError, ReplicateError, RotateError, SetStateError};
use byok_core::report::ReportError;
use byok_core::wrap::WrapError;
use byok_core::wrapping_private_key::InvalidWrappingPrivateKey;

use crate::arguments::UsageError;
use crate::batch_row::RowError;
use crate::entropy::EntropyError;
use crate::expectation::ExpectationError;
use crate::input::InputError;
use crate::journal::ClockError;
use crate::mistaken::{MistakenFile, MistakenKey, TextToken, refuse_other};
use crate::output::OutputError;
use crate::terminal::AnswerError;

/// Why a command fails: a variant for each error of the core and of the command line.
///
/// `diagnosis` matches on it without a default arm. There is no `From<io::Error>` and no
/// `From<anyhow::Error>`, so that `?` on an error without a variant does not compile.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A failure, after the name of what it is about: most often a file.
    About(String, Box<Self>),
    /// A command line that cannot be meant.
    Usage(UsageError),
    /// A row of a manifest that is not accepted.
    Row(RowError),
    /// An expectation of the caller that is not met.
    Expectation(ExpectationError),
    /// Key material that is not accepted.
    KeyMaterial(Box<KeyMaterialError>),
    /// Import parameters that are not accepted.
    ImportParameters(ImportParametersError),
    /// A file without the public key that was looked for.
    PublicKey(PublicKeyError),
    /// Bytes that are not a public key.
    NoPublicKey(NoPublicKey),
    /// Bytes that are not a wrapping private key.
    WrappingPrivateKey(InvalidWrappingPrivateKey),
    /// A document that is not the JSON that was expected.
    Json(JsonError),
    /// A description of a KMS key that is not accepted.
    KeyMetadata(KeyMetadataError),
    /// A report that is not accepted.
    Report(ReportError),
    /// A known file in place of another.
    MistakenFile(MistakenFile),
    /// Key material in place of a public file.
    MistakenKey(MistakenKey),
    /// Text in place of an import token.
    TextToken(TextToken),
    /// No import parameters were issued.
    Params(Box<ParamsError>),
    /// Key material was not wrapped.
    Wrap(Box<WrapError>),
    /// A rehearsal failed.
    Rehearse(Box<RehearseError>),
    /// Key material was not generated.
    Generate(GenerateError),
    /// A combination that AWS KMS refuses.
    Incompatible(Box<Incompatible>),
    /// The state of a key does not permit the operation.
    KeyState(Box<KeyStateError>),
    /// The state of a key was not set.
    SetState(Box<SetStateError>),
    /// Key material was not deleted.
    DeleteMaterial(Box<DeleteMaterialError>),
    /// A key was not rotated.
    Rotate(Box<RotateError>),
    /// A key was not replicated.
    Replicate(Box<ReplicateError>),
    /// The description of a new key is too long.
    DescriptionTooLong(DescriptionTooLong),
    /// The store of rehearsed keys failed.
    Store(StoreError),
    /// An input was not read.
    Input(InputError),
    /// An output file was not written.
    Output(OutputError),
    /// The answer is not completely on standard output.
    Answer(AnswerError),
    /// The system supplies no random bytes.
    Entropy(EntropyError),
    /// The system clock shows a time that no timestamp can state.
    Clock(ClockError),
    /// An error of the system without a type of its own, after its context.
    Io(anyhow::Error),
}

/// Converts each error into its variant, in a box where the variant has one.
macro_rules! from {
    ($($error:ty => $variant:ident,)+) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error.into())
            }
        }
    )+};
}

from! {
    UsageError => Usage,
    ExpectationError => Expectation,
    KeyMaterialError => KeyMaterial,
    ImportParametersError => ImportParameters,
    PublicKeyError => PublicKey,
    NoPublicKey => NoPublicKey,
    InvalidWrappingPrivateKey => WrappingPrivateKey,
    JsonError => Json,
    KeyMetadataError => KeyMetadata,
    ReportError => Report,
    MistakenFile => MistakenFile,
    MistakenKey => MistakenKey,
    TextToken => TextToken,
    ParamsError => Params,
    WrapError => Wrap,
    RehearseError => Rehearse,
    GenerateError => Generate,
    Incompatible => Incompatible,
    KeyStateError => KeyState,
    SetStateError => SetState,
    DeleteMaterialError => DeleteMaterial,
    RotateError => Rotate,
    ReplicateError => Replicate,
    DescriptionTooLong => DescriptionTooLong,
    StoreError => Store,
    InputError => Input,
    RowError => Row,
    OutputError => Output,
    AnswerError => Answer,
    EntropyError => Entropy,
    ClockError => Clock,
}

impl Failure {
    /// Classifies an error of the system that has no type of its own, and needs no context.
    #[cfg(feature = "serve")]
    pub(crate) fn io(error: std::io::Error) -> Self {
        Self::Io(error.into())
    }

    /// Classifies an error of the system about `what`.
    pub(crate) fn io_of(what: impl Into<String>, error: std::io::Error) -> Self {
        Self::Io(anyhow::Error::new(error).context(what.into()))
    }

    /// Returns `error`, which is why `bytes` are not the kind `belongs`, or the kind that they
    /// certainly are instead.
    pub(crate) fn or_mistaken(error: impl Into<Self>, bytes: &[u8], belongs: Kind) -> Self {
        match refuse_other(bytes, belongs) {
            Ok(()) => error.into(),
            Err(mistaken) => mistaken.into(),
        }
    }

    /// Returns the failure without the names of what it is about.
    pub(crate) fn cause(&self) -> &Self {
        match self {
            Self::About(_, failure) => failure.cause(),
            cause => cause,
        }
    }

    /// Returns the message: the names of what the failure is about, then the causes, outermost first,
    /// without repetition.
    pub(crate) fn message(&self) -> String {
        let mut parts = Vec::new();
        let mut failure = self;
        while let Self::About(name, inner) = failure {
            parts.push(name.clone());
            failure = inner;
        }
        let mut cause = failure.error();
        while let Some(error) = cause {
            parts.push(error.to_string());
            cause = error.source();
        }
        parts.dedup();
        parts.join(": ")
    }

    /// Returns the error; `None` for a failure that is about something, whose error is further inside.
    fn error(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::About(..) => return None,
            Self::Usage(error) => error,
            Self::Row(error) => error,
            Self::Expectation(error) => error,
            Self::KeyMaterial(error) => error.as_ref(),
            Self::ImportParameters(error) => error,
            Self::PublicKey(error) => error,
            Self::NoPublicKey(error) => error,
            Self::WrappingPrivateKey(error) => error,
            Self::Json(error) => error,
            Self::KeyMetadata(error) => error,
            Self::Report(error) => error,
            Self::MistakenFile(error) => error,
            Self::MistakenKey(error) => error,
            Self::TextToken(error) => error,
            Self::Params(error) => error.as_ref(),
            Self::Wrap(error) => error.as_ref(),
            Self::Rehearse(error) => error.as_ref(),
            Self::Generate(error) => error,
            Self::Incompatible(error) => error.as_ref(),
            Self::KeyState(error) => error.as_ref(),
            Self::SetState(error) => error.as_ref(),
            Self::DeleteMaterial(error) => error.as_ref(),
            Self::Rotate(error) => error.as_ref(),
            Self::Replicate(error) => error.as_ref(),
            Self::DescriptionTooLong(error) => error,
            Self::Store(error) => error,
            Self::Input(error) => error,
            Self::Output(error) => error,
            Self::Answer(error) => error,
            Self::Entropy(error) => error,
            Self::Clock(error) => error,
            Self::Io(error) => error.as_ref(),
        })
    }
}

/// Adds the name of what a failure is about.
pub(crate) trait About<T> {
    /// Converts the error into a [`Failure`] about `name`.
    fn about(self, name: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> About<T> for Result<T, E> {
    fn about(self, name: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| Failure::About(name(), Box::new(error.into())))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use anyhow::Context as _;

    use super::*;

    /// Does not compile if there is a `From` for an error that nobody has classified: with one, the
    /// compiler cannot tell which of the two implementations is meant.
    trait IsNotFrom<Error, Implementation> {
        const IS_NOT: bool = true;
    }

    struct Classified;

    impl<Error> IsNotFrom<Error, ()> for Failure {}
    impl<Error> IsNotFrom<Error, Classified> for Failure where Failure: From<Error> {}

    #[test]
    fn an_unclassified_error_does_not_compile() {
        const { assert!(<Failure as IsNotFrom<io::Error, _>>::IS_NOT) }
        const { assert!(<Failure as IsNotFrom<anyhow::Error, _>>::IS_NOT) }
        const { assert!(<Failure as IsNotFrom<serde_json::Error, _>>::IS_NOT) }
        const { assert!(<Failure as IsNotFrom<Box<dyn Error>, _>>::IS_NOT) }
    }

    #[test]
    fn a_message_names_what_it_is_about_and_repeats_nothing() {
        let not_found = || io::Error::from(io::ErrorKind::NotFound);
        let outcome: Result<(), anyhow::Error> = Err(not_found()).context("folder");
        let failure = outcome.map_err(Failure::Io).about(|| "file".to_owned());
        let failure = failure.expect_err("a failure");
        assert_eq!(failure.message(), "file: folder: entity not found");
        assert!(matches!(failure.cause(), Failure::Io(_)));

        let outcome: Result<(), UsageError> = Err(UsageError::new("wrong"));
        let failure = outcome.about(|| "wrong".to_owned());
        let failure = failure.about(|| "outer".to_owned()).expect_err("a failure");
        assert_eq!(failure.message(), "outer: wrong");
    }
}
