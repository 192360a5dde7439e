//! `byok params`: `aws kms get-parameters-for-import` on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use byok_core::compatibility::Rules;
use byok_core::import_parameters::{DownloadFile, ImportParameters, TimestampFormat};
use byok_core::inspect::Kind;
use byok_core::key_id::{KeyArn, KeyIdentifier, Place};
use byok_core::key_metadata::{KeyMetadata, NewKey};
use byok_core::key_record::KeyRecord;
use byok_core::key_store::{KeyStore as _, StoreErrorKind};
use byok_core::parameters_request::ParametersRequest;
use byok_core::params::{ParamsError, params};
use byok_core::timestamp::Timestamp;
use clap::{Args, ValueEnum};

use super::aws_text;
use crate::arguments::{
    ALGORITHMS, KEY_SPECS, PlaceArgs, StoreArgs, UsageError, WRAPPING_KEY_SPECS, known_key_spec,
    note_unknown,
};
use crate::context::{Context, OutputFormat};
use crate::entropy;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::without_scheme;
use crate::manual;
use crate::output::{Access, OutputError, is_same_file};

use crate::store::DiskStore;
use crate::terminal::AnswerForm;

/// Issue rehearsal import parameters, like get-parameters-for-import
///
/// The answer is a wrapping public key and an import token from this machine, valid for 24 hours.
/// AWS KMS is not contacted and will not accept them.
#[derive(Debug, Args)]
#[command(after_long_help = manual::PARAMS)]
pub(crate) struct Params {
    /// The KMS key: a key ID or a key ARN
    #[arg(long, value_name = "KEY", required_unless_present = "cli_input_json")]
    key_id: Option<String>,
    /// The wrapping algorithm
    #[arg(long, value_name = "ALGORITHM", value_parser = ALGORITHMS, required_unless_present = "cli_input_json")]
    wrapping_algorithm: Option<String>,
    /// The wrapping key spec
    #[arg(long, value_name = "SPEC", value_parser = WRAPPING_KEY_SPECS, required_unless_present = "cli_input_json")]
    wrapping_key_spec: Option<String>,
    /// The request as JSON; the options above override its members
    #[arg(long, value_name = "FILE")]
    cli_input_json: Option<OsString>,
    /// Create the KMS key with this key spec if it is not in the store
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS)]
    key_spec: Option<String>,
    /// The format of ParametersValidTo
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "FORMAT",
        default_value = "wire"
    )]
    timestamp_format: TimestampForm,
    /// Also write the wrapping public key: PEM if FILE ends in .pem, DER otherwise
    #[arg(long, value_name = "FILE|DIR")]
    public_key_out: Option<PathBuf>,
    /// Also write the import token
    #[arg(long, value_name = "FILE|DIR")]
    import_token_out: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TimestampForm {
    /// Epoch seconds, as on the wire and in AWS CLI v1
    Wire,
    /// ISO 8601, as in AWS CLI v2
    Iso8601,
}

/// A part of import parameters that is written to a separate file.
#[derive(Clone, Copy)]
enum Part {
    PublicKey,
    ImportToken,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::PublicKey => "the wrapping public key",
            Self::ImportToken => "the import token",
        }
    }

    const fn option(self) -> &'static str {
        match self {
            Self::PublicKey => "--public-key-out",
            Self::ImportToken => "--import-token-out",
        }
    }
}

impl Params {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        context.check_answer_is_kept()?;
        for (path, part) in self.files() {
            if path.as_os_str() == "-" {
                return Err(UsageError::new(format!(
                    "{} needs a file: standard output is for the answer",
                    part.name()
                ))
                .hint(format!("use {} FILE", part.option()))
                .into());
            }
            context.check_is_free(&path)?;
        }
        self.check_are_different(context)?;
        let now = context.now()?;
        let place = self.place.resolve(&context.terminal)?;
        let request = self.request(context)?;
        if let Some(arn) = request.key_id.as_deref().and_then(KeyArn::parse)
            && *arn.region() != place.region
        {
            note_unknown(arn.region(), &context.terminal);
        }
        let folder = self.store.store.clone();
        let store = match &self.key_spec {
            None => DiskStore::existing(folder),
            Some(_) => DiskStore::existing_or_new(folder),
        };
        if let Some(key_spec) = &self.key_spec {
            create_on_the_way(key_spec, &request, &place, &store, now)?;
        }
        context.notice_clock(now, store.latest_moment(request.key_id.as_deref(), &place));
        let mut rng = entropy::system_rng()?;
        let what = format!(
            "generating an {} wrapping key",
            request.wrapping_key_spec.as_deref().unwrap_or("RSA")
        );
        let parameters = context
            .terminal
            .progress(&what, || params(&request, &place, &store, now, &mut rng))?;
        self.deliver(&parameters, context)?;
        if let Some(capture) = context.capture() {
            let mut outputs = capture.outputs();
            outputs.parameters_valid_to = parameters.parameters_valid_to;
            outputs.key_arn = Some(parameters.key_arn.clone());
        }
        context
            .terminal
            .note("these are rehearsal parameters from this machine; AWS KMS will not accept them");
        Ok(Exit::Done)
    }

    fn request(&self, context: &mut Context) -> Result<ParametersRequest, Failure> {
        let document = match &self.cli_input_json {
            None => ParametersRequest::default(),
            Some(file) => context.read_document(
                file,
                Kind::ParametersRequest,
                ParametersRequest::from_json,
            )?,
        };
        Ok(ParametersRequest {
            key_id: self.key_id.clone().or(document.key_id),
            wrapping_algorithm: self
                .wrapping_algorithm
                .clone()
                .or(document.wrapping_algorithm),
            wrapping_key_spec: self
                .wrapping_key_spec
                .clone()
                .or(document.wrapping_key_spec),
        })
    }

    /// Checks that no two outputs go to one file.
    fn check_are_different(&self, context: &Context) -> Result<(), OutputError> {
        let mut outputs: Vec<PathBuf> = context.output_file().into_iter().map(Into::into).collect();
        for (path, _) in self.files() {
            if outputs.iter().any(|other| is_same_file(other, &path)) {
                return Err(OutputError::NamedTwice { path });
            }
            outputs.push(path);
        }
        Ok(())
    }

    /// Returns the files besides the answer, and what goes into each.
    fn files(&self) -> impl Iterator<Item = (PathBuf, Part)> {
        let public_key = self.public_key_out.as_ref();
        let public_key = public_key.map(|path| {
            (
                in_folder(path, DownloadFile::PublicKey.as_str()),
                Part::PublicKey,
            )
        });
        let token = self.import_token_out.as_ref();
        let token = token.map(|path| {
            (
                in_folder(path, DownloadFile::ImportToken.as_str()),
                Part::ImportToken,
            )
        });
        public_key.into_iter().chain(token)
    }

    /// Writes the files first, then the answer. Removes the files if that fails.
    fn deliver(&self, parameters: &ImportParameters, context: &Context) -> Result<(), Failure> {
        let format = match self.timestamp_format {
            TimestampForm::Wire => TimestampFormat::Wire,
            TimestampForm::Iso8601 => TimestampFormat::Iso8601 {
                offset_seconds: local_offset(parameters.parameters_valid_to),
            },
        };
        let key = &parameters.public_key;
        let is_pem = |path: &Path| {
            path.extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("pem"))
        };
        let files: Vec<(PathBuf, Vec<u8>)> = self
            .files()
            .map(|(path, part)| {
                let bytes = match part {
                    Part::PublicKey if is_pem(&path) => key.to_pem().into_bytes(),
                    Part::PublicKey => key.spki().as_bytes().to_vec(),
                    Part::ImportToken => parameters.import_token.blob().as_bytes().to_vec(),
                };
                (path, bytes)
            })
            .collect();
        let answer = parameters.to_json(format);
        let answer = match context.output(OutputFormat::Json) {
            OutputFormat::Json => answer,
            OutputFormat::Text => aws_text(&answer),
        };
        let mut written = Vec::new();
        let outcome = files
            .iter()
            .try_for_each(|(path, bytes)| {
                context.write(path, bytes, Access::Private)?;
                written.push(path);
                Ok(())
            })
            .and_then(|()| context.answer(answer.as_bytes(), AnswerForm::Text));
        if outcome.is_err() {
            for path in written {
                let _ = std::fs::remove_file(path);
            }
        }
        outcome
    }
}

/// Creates the key of `request` unless the store has it. A key in the store must have that key
/// spec.
fn create_on_the_way(
    key_spec: &str,
    request: &ParametersRequest,
    place: &Place,
    store: &DiskStore,
    now: Timestamp,
) -> Result<(), Failure> {
    let arn = match request.key_id.as_deref().map(KeyIdentifier::parse) {
        Some(Ok(identifier)) => identifier.resolve(place).map_err(ParamsError::KeyId)?,
        // The operation itself reports the fault.
        _ => return Ok(()),
    };
    let key_spec = known_key_spec(key_spec, &arn)?;
    if let Some(existing) = store.key_at(&arn, now)? {
        let existing = existing.record().key_metadata.key_spec;
        if existing != key_spec {
            return Err(UsageError::new(format!(
                "the key spec of {arn} is {existing}; expected {key_spec}"
            ))
            .into());
        }
        return Ok(());
    }
    let rules = Rules::of(arn.region());
    let (algorithm, spec) = request.validate(rules).map_err(ParamsError::Request)?;
    rules
        .check(key_spec, algorithm, spec)
        .map_err(ParamsError::Incompatible)?;
    let key = NewKey {
        arn,
        key_spec,
        key_usage: key_spec.key_usages()[0],
        description: String::new(),
    };
    match store.create(&KeyRecord::new(KeyMetadata::pending_import(key, now)), now) {
        // Another process may have created it meanwhile.
        Err(error) if error.kind == StoreErrorKind::Exists => Ok(()),
        outcome => Ok(outcome?),
    }
}

fn in_folder(path: &Path, name: &str) -> PathBuf {
    let path = Path::new(without_scheme(path.as_os_str()));
    if path.is_dir() {
        path.join(name)
    } else {
        path.to_owned()
    }
}

/// Returns the local offset from UTC at that time, in seconds, as the AWS CLI would print it.
fn local_offset(moment: Option<Timestamp>) -> i32 {
    let moment =
        moment.and_then(|moment| jiff::Timestamp::from_millisecond(moment.as_millis()).ok());
    moment.map_or(0, |moment| {
        jiff::tz::TimeZone::system().to_offset(moment).seconds()
    })
}
