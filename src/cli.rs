//! The clap tree, the arguments that subcommands share, and the dispatch.

use std::ffi::OsString;
use std::path::PathBuf;

use byok_core::key_id::{AccountId, Place};
use byok_core::region::Region;
use byok_core::timestamp::Timestamp;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::command::{completions, key, params, rehearse, store, verify, wrap};
use crate::context::{Context, OutputFormat};
use crate::diagnosis::{self, UsageError};
use crate::exit::Exit;
use crate::manual;
use crate::terminal::{Safe, Terminal, Verbosity};

/// Prepare and rehearse AWS KMS key-material imports, offline
#[derive(Debug, Parser)]
#[command(name = "byok", version, disable_help_subcommand = true, after_long_help = manual::root())]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Verb,
}

/// What every subcommand takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Say nothing but warnings and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// The form of the answer, and of errors
    #[arg(long, value_enum, global = true, value_name = "FORM")]
    output: Option<OutputFormat>,
    /// Write the answer to a new file instead of standard output
    #[arg(short, long, global = true, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Replace output files that exist
    #[arg(long, global = true)]
    force: bool,
    /// Do as if it were TIME: RFC 3339 or epoch seconds
    #[arg(long, global = true, value_name = "TIME", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Params(params::Params),
    Wrap(Box<wrap::Wrap>),
    Verify(Box<verify::Verify>),
    Rehearse(rehearse::Rehearse),
    Key(key::Key),
    Store(store::Store),
    Completions(completions::Completions),
}

/// Where a bare key id lives.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The account of a bare key id [default: 111122223333]
    #[arg(long, value_name = "ACCOUNT")]
    account_id: Option<String>,
}

/// Where rehearsed keys are kept.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The folder of rehearsed keys [default: BYOK_STORE, then the platform's state folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
}

/// Completes the words of an enum of the KMS API and takes any other, too: whether a word is one
/// of AWS's is for the operation to say, in AWS's words.
#[derive(Debug, Clone)]
pub(crate) struct Words(pub(crate) fn() -> Vec<&'static str>);

impl clap::builder::TypedValueParser for Words {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = clap::builder::PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(clap::builder::PossibleValue::new)))
    }
}

/// The definition of the command line.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Parses `args`, runs the subcommand, and says what went wrong if something did.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match parse(&args.into_iter().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(error) => return diagnosis::report_usage(&error),
    };
    let verbosity = if cli.global.quiet { Verbosity::Quiet } else { Verbosity::Normal };
    let Global { output, output_file, force, at, .. } = cli.global;
    let mut context = Context::new(Terminal::new(verbosity), output, output_file, force, at);
    match cli.command.run(&mut context) {
        Ok(exit) => exit,
        Err(error) => diagnosis::report(&error, &context),
    }
}

/// Parses `args`. Where clap has something to say, it says it of escaped arguments: its messages
/// quote them, and have lines of their own.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(args).map_err(|error| {
        let escaped = args.iter().map(|arg| Safe(&arg.to_string_lossy()).to_string());
        Cli::try_parse_from(escaped).err().unwrap_or(error)
    })
}

impl PlaceArgs {
    /// The place that the options, the environment and the defaults say, in this order.
    pub(crate) fn resolve(&self) -> Result<Place, UsageError> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let region =
            self.region.clone().or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
        let account = self.account_id.as_deref().unwrap_or("111122223333");
        Ok(Place {
            region_is_explicit: region.is_some(),
            region: Region::parse(region.as_deref().unwrap_or("us-east-1"))
                .map_err(|error| UsageError::new(error.to_string()))?,
            account_id: AccountId::parse(account)
                .ok_or_else(|| UsageError::new(format!("'{account}' is not the 12 digits of an account")))?,
        })
    }
}

impl Verb {
    fn run(self, context: &mut Context) -> anyhow::Result<Exit> {
        match self {
            Self::Params(args) => args.run(context),
            Self::Wrap(args) => args.run(context),
            Self::Verify(args) => args.run(context),
            Self::Rehearse(args) => args.run(context),
            Self::Key(args) => args.run(context),
            Self::Store(args) => args.run(context),
            Self::Completions(args) => args.run(context),
        }
    }
}

impl ValueEnum for OutputFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Text, Self::Json]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Text => "text",
            Self::Json => "json",
        }))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::command().debug_assert();
    }
}
