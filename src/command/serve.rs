//! `byok serve`: the rehearsal for the AWS CLI, the SDKs and scripts.

mod config_file;
mod profiles;
mod ready_file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use byok_core::exception::Exception;
use byok_core::import_token::RootSecret;
use byok_core::json;
use byok_core::key_id::Place;
use byok_core::key_store::{KeyStore, MemoryKeyStore};
use byok_core::operation::Operation;
use byok_core::timestamp::Timestamp;
use byok_core::trent_service::{InjectedFault, TrentService};
use clap::Args;
use serde_json::Value;

use crate::arguments::{PlaceArgs, UsageError};
use crate::context::{Context, OutputFormat};
use crate::entropy;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hardening;
use crate::manual;
use crate::serve::{AccessLog, Clock, End, Endpoint, Environment, Listeners, serve};
use crate::store::DiskStore;
use crate::terminal::{AnswerForm, SafePath, Terminal};

use config_file::ConfigFile;
use profiles::Profile;
use ready_file::ReadyFile;

/// Answer like AWS KMS on this machine, for the AWS CLI, SDKs and scripts
///
/// Runs COMMAND in an environment where this rehearsal is AWS KMS and AWS is out of reach, and
/// returns its status. Without COMMAND, it prints shell lines for such an environment and runs
/// until a signal ends it.
#[derive(Debug, Args)]
#[command(
    after_long_help = manual::SERVE,
    mut_arg("region", |arg| arg.help("The Region that COMMAND finds [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]")),
    mut_arg("account_id", |arg| arg.help("The account that the keys belong to [default: 111122223333]")),
)]
pub(crate) struct Serve {
    /// The port on the loopback interface; 0 selects a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Write the shell lines to a new file once requests are answered, and remove it on exit
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Use this folder of rehearsed keys; without it, keys stay in memory
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Give COMMAND a profile of this name, besides those that you have (can be repeated)
    #[arg(long = "profile", value_name = "NAME", value_parser = profile_name)]
    profiles: Vec<String>,
    /// Set the clock forward or back by a time span, such as 90s, 5m, 25h or -1d
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true, conflicts_with = "at")]
    clock_offset: Option<i64>,
    /// Fail an operation, always or the first COUNT times
    #[arg(long = "fail", value_name = "OPERATION=EXCEPTION[:COUNT]", value_parser = injected_fault)]
    failures: Vec<InjectedFault>,
    /// Hide a new key for this time span
    #[arg(long, value_name = "DURATION", value_parser = delay, default_value = "0s", allow_hyphen_values = true)]
    consistency_delay: i64,
    /// Log the reason of a refusal if AWS's answer gives none
    #[arg(long)]
    diagnose: bool,
    /// The command to run, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Serve {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let place = self.place.resolve(&context.terminal)?;
        if let Some(path) = &self.ready_file {
            ready_file::remove_stale(path);
            context.check_is_free(path)?;
        }
        match self.store.clone() {
            Some(folder) => {
                let store = DiskStore::existing_or_new(Some(folder));
                // A fault of the store is reported now, not to the first request.
                hardening::with_wiped_stack(|| store.root_secret().map(drop))?;
                self.serve(store, &place, context)
            }
            None => {
                if std::env::var_os("BYOK_STORE").is_some_and(|store| !store.is_empty()) {
                    context.terminal.note(
                        "serve keeps keys in memory and ignores BYOK_STORE; to use that store, add \
                         --store \"$BYOK_STORE\"",
                    );
                }
                let root = hardening::with_wiped_stack(|| {
                    entropy::system_rng().map(|mut rng| RootSecret::generate(&mut rng))
                })?;
                self.serve(MemoryKeyStore::new(root, []), &place, context)
            }
        }
    }

    fn serve<S: KeyStore + Send + Sync + 'static>(
        self,
        store: S,
        place: &Place,
        context: &mut Context,
    ) -> Result<Exit, Failure> {
        let listeners = Listeners::bind(self.port).map_err(Failure::Io)?;
        let config_file = self.config_file(listeners.port(), context)?;
        let clock = match context.set_time() {
            Some(moment) => Clock::set_to(moment),
            None => Clock::ahead(self.clock_offset.unwrap_or_default()),
        };
        let service = TrentService::new(store, place.account_id.clone())
            .with_troubles(self.failures)
            .with_consistency_delay(self.consistency_delay);
        let access_log = AccessLog::new(context.terminal.clone(), clock, self.diagnose);
        let endpoint = Endpoint::new(
            service,
            place.account_id.clone(),
            clock,
            listeners.port(),
            access_log,
        );
        let config_path = config_file.as_ref().map(ConfigFile::path);
        let store_path = self.store.as_deref().map(std::path::absolute).transpose();
        let environment = Environment::new(
            listeners.port(),
            &place.region,
            config_path.as_deref().unwrap_or(Path::new("/dev/null")),
            store_path.map_err(Failure::io)?.as_deref(),
            std::env::vars_os(),
        );
        let (is_bare, document) = (self.command.is_empty(), environment.document());
        let script = script(&environment);
        let mut ready = None;
        let say_so = || {
            if let Some(path) = &self.ready_file {
                ready = Some(ReadyFile::write(path, &script, context)?);
            }
            if is_bare {
                announce(&script, &document, context)
            } else {
                Ok(())
            }
        };
        let command = (!is_bare).then_some((self.command, environment));
        match serve(endpoint, listeners, command, say_so)? {
            End::Command { status, requests } => {
                if requests == 0 {
                    warn_of_no_request(&context.terminal);
                }
                Ok(Exit::Command(status))
            }
            End::Signal(number) => Ok(Exit::Command(128 + number)),
        }
    }
}

impl Serve {
    /// Writes the configuration file of COMMAND; `None` if there is no place for it and nobody asked
    /// for a profile.
    fn config_file(&self, port: u16, context: &Context) -> Result<Option<ConfigFile>, Failure> {
        let mut profiles: Vec<Profile> = profiles::of_caller(|name| std::env::var_os(name));
        for name in &self.profiles {
            profiles::add(&mut profiles, name);
        }
        match ConfigFile::write(&profiles, port) {
            Ok(file) => Ok(Some(file)),
            Err(error) if self.profiles.is_empty() => {
                context.terminal.note(&format!(
                    "COMMAND has no AWS profiles: {} is not writable: {error}",
                    SafePath(&std::env::temp_dir())
                ));
                Ok(None)
            }
            Err(error) => Err(Failure::io(error)),
        }
    }
}

/// Warns that nothing called the rehearsal.
///
/// # Source
///
/// AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
fn warn_of_no_request(terminal: &Terminal) {
    terminal.warning("COMMAND ended, and no request arrived: nothing was rehearsed");
    terminal.hint(
        "these clients read AWS_ENDPOINT_URL: AWS CLI 1.29, AWS CLI 2.13, boto3 1.28, the AWS SDKs \
         for JavaScript v3 of July 2023, Go v2 of November 2023 and Java 2.28, and later versions; \
         for other clients, add --endpoint-url \"$AWS_ENDPOINT_URL\"",
    );
}

/// Prints the address of the rehearsal.
fn announce(script: &str, document: &Value, context: &Context) -> Result<(), Failure> {
    let answer = match context.output(OutputFormat::Text) {
        OutputFormat::Text => script.to_owned(),
        OutputFormat::Json => json::line(document) + "\n",
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)
}

fn script(environment: &Environment) -> String {
    let words = ready_file::FIRST_WORDS;
    format!(
        "{words}{}. AWS is not contacted.\n{}",
        environment.port(),
        environment.script()
    )
}

/// Parses `OPERATION=EXCEPTION[:COUNT]`.
fn injected_fault(text: &str) -> Result<InjectedFault, UsageError> {
    let form = || UsageError::new("expected OPERATION=EXCEPTION or OPERATION=EXCEPTION:COUNT");
    let (operation, rest) = text.split_once('=').ok_or_else(form)?;
    let (exception, count) = match rest.split_once(':') {
        None => (rest, None),
        Some((exception, count)) => (exception, Some(count_of(count)?)),
    };
    let no_operation = |_| {
        UsageError::new(format!(
            "'{operation}' is not an operation that serve answers"
        ))
    };
    let no_exception = |_| UsageError::new(format!("'{exception}' is not an exception of AWS KMS"));
    Ok(InjectedFault {
        operation: operation.parse::<Operation>().map_err(no_operation)?,
        exception: exception.parse::<Exception>().map_err(no_exception)?,
        count,
    })
}

/// Parses the COUNT of `--fail`.
fn count_of(text: &str) -> Result<u32, UsageError> {
    text.parse().map_err(|_| {
        UsageError::new(format!(
            "expected a number as COUNT, found '{text}'; for example Sign=ThrottlingException:2"
        ))
    })
}

/// Parses the name of a profile.
fn profile_name(text: &str) -> Result<String, UsageError> {
    if profiles::is_name(text) {
        Ok(text.to_owned())
    } else {
        Err(UsageError::new(
            "expected a name of at most 128 bytes without quotes, brackets, '#', ';' and '\\'",
        ))
    }
}

/// Parses a time span, in milliseconds.
fn duration(text: &str) -> Result<i64, UsageError> {
    let form = || UsageError::new("expected a number and ms, s, m, h or d");
    let at = text
        .find(|c: char| c.is_ascii_alphabetic())
        .ok_or_else(form)?;
    let (number, unit) = text.split_at(at);
    let millis: i64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => Timestamp::HOUR_MILLIS,
        "d" => Timestamp::DAY_MILLIS,
        _ => return Err(form()),
    };
    let number: i64 = number.parse().map_err(|_| form())?;
    number.checked_mul(millis).ok_or_else(form)
}

/// Parses a non-negative time span.
fn delay(text: &str) -> Result<i64, UsageError> {
    duration(text).and_then(|millis| match millis {
        0.. => Ok(millis),
        _ => Err(UsageError::new("expected a time span that is not negative")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_have_a_unit() {
        for (text, millis) in [
            ("0s", Some(0)),
            ("1500ms", Some(1500)),
            ("+25h", Some(90_000_000)),
            ("-1d", Some(-86_400_000)),
            ("5m", Some(300_000)),
            ("5", None),
            ("h", None),
            ("1.5h", None),
            ("5 m", None),
            ("9223372036854775807d", None),
        ] {
            assert_eq!(duration(text).ok(), millis, "{text}");
        }
        assert!(delay("-1s").is_err());
    }

    #[test]
    fn trouble_has_an_operation_an_exception_and_perhaps_a_count() {
        let parsed =
            injected_fault("ImportKeyMaterial=ExpiredTokenException:2").expect("well-formed");
        assert_eq!(parsed.operation, Operation::ImportKeyMaterial);
        assert_eq!(parsed.exception, Exception::ExpiredToken);
        assert_eq!(parsed.count, Some(2));
        assert_eq!(
            injected_fault("Sign=ThrottlingException")
                .expect("well-formed")
                .count,
            None
        );
        for text in [
            "",
            "Sign",
            "Sign=",
            "Sign=Throttling",
            "sign=ThrottlingException",
            "Sign=TagException:x",
        ] {
            assert!(injected_fault(text).is_err(), "{text}");
        }
    }
}
