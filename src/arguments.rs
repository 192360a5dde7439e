//! The shared arguments of subcommands, and the usage errors that clap cannot detect.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use byok_core::compatibility::Rules;
use byok_core::key_id::{AccountId, KeyArn, Place};
use byok_core::key_spec::KeySpec;
use byok_core::region::Region;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use clap::Args;

use crate::foreign_words::Vocabulary;
use crate::nearest::nearest;
use crate::terminal::Terminal;

/// The place of a key ID without an ARN.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The account of a key ID without an ARN [default: 111122223333]
    #[arg(long, value_name = "ACCOUNT")]
    account_id: Option<String>,
}

/// The folder of rehearsed keys.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The folder of rehearsed keys [default: BYOK_STORE, then the platform's state folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
}

impl PlaceArgs {
    /// Returns the place from the options, the environment and the defaults, in this order.
    ///
    /// Prints a note for an unknown Region: it may be newer than this program, or mistyped.
    pub(crate) fn resolve(&self, terminal: &Terminal) -> Result<Place, UsageError> {
        let region = explicit_region(self.region.as_deref());
        let account = self.account_id.as_deref().unwrap_or("111122223333");
        let region_is_explicit = region.is_some();
        let region = region_or_default(region.as_deref())?;
        note_unknown(&region, terminal);
        Ok(Place {
            region_is_explicit,
            region,
            account_id: AccountId::parse(account).ok_or_else(|| {
                UsageError::new(format!("'{account}' is not an account ID of 12 digits"))
            })?,
        })
    }
}

/// Returns the Region from the option or the environment.
fn explicit_region(option: Option<&str>) -> Option<String> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let option = option.map(str::to_owned);
    option
        .or_else(|| variable("AWS_REGION"))
        .or_else(|| variable("AWS_DEFAULT_REGION"))
}

fn region_or_default(region: Option<&str>) -> Result<Region, UsageError> {
    parse_region(region.unwrap_or("us-east-1"))
}

/// Parses the name of a Region.
pub(crate) fn parse_region(name: &str) -> Result<Region, UsageError> {
    Region::parse(name).map_err(|error| {
        let error = UsageError::new(error.to_string());
        let spelled = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
        match nearest(&spelled, Region::known().iter().copied()) {
            Some(region) => error.hint(format!("did you mean {region}?")),
            None => error,
        }
    })
}

/// Prints a note if `region` is unknown.
pub(crate) fn note_unknown(region: &Region, terminal: &Terminal) {
    if region.is_known() {
        return;
    }
    let meant = nearest(region.as_str(), Region::known().iter().copied());
    let meant = meant.map_or(String::new(), |meant| format!("; did you mean {meant}?"));
    terminal.note(&format!("unknown Region {region}{meant}"));
}

/// Returns the Region from the option, the environment and the default, in this order.
pub(crate) fn region(option: Option<&str>, terminal: &Terminal) -> Result<Region, UsageError> {
    let region = region_or_default(explicit_region(option).as_deref())?;
    note_unknown(&region, terminal);
    Ok(region)
}

/// Completes the words of an enum of the KMS API, and accepts any other word. The operation rejects
/// an unknown word with AWS's text.
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

    fn possible_values(
        &self,
    ) -> Option<Box<dyn Iterator<Item = clap::builder::PossibleValue> + '_>> {
        Some(Box::new(
            (self.0)()
                .into_iter()
                .map(clap::builder::PossibleValue::new),
        ))
    }
}

/// The words of `KeySpec`.
pub(crate) const KEY_SPECS: Words =
    Words(|| KeySpec::ALL.iter().map(|spec| spec.as_str()).collect());
/// The words of `WrappingAlgorithm`.
pub(crate) const ALGORITHMS: Words = Words(|| {
    WrappingAlgorithm::ALL
        .iter()
        .map(|algorithm| algorithm.as_str())
        .collect()
});
/// The words of `WrappingKeySpec`.
pub(crate) const WRAPPING_KEY_SPECS: Words = Words(|| {
    WrappingKeySpec::ALL
        .iter()
        .map(|spec| spec.as_str())
        .collect()
});

/// A usage error that clap does not detect.
#[derive(Debug)]
pub(crate) struct UsageError {
    message: String,
    pub(crate) hints: Vec<String>,
}

impl UsageError {
    /// Builds the error with its message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Adds a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UsageError {}

/// Parses a word of the KMS API. `region` is for the hint only: the word need not be valid there.
pub(crate) fn api_word<T: FromStr>(
    vocabulary: Vocabulary,
    word: &str,
    region: Option<&Region>,
) -> Result<T, UsageError> {
    word.parse().map_err(|_| {
        let error = UsageError::new(format!("'{word}' is not {}", vocabulary.noun()));
        match vocabulary.hint(word, region) {
            Some(hint) => error.hint(hint),
            None => error.hint(format!("use one of {}", vocabulary.words().join(", "))),
        }
    })
}

/// Returns the error for a `word` that is not among the `known` words of `region`, with a suggestion.
pub(crate) fn unknown_word(
    vocabulary: Vocabulary,
    word: &str,
    region: &Region,
    known: &[&str],
) -> UsageError {
    let noun = vocabulary.noun();
    let error = UsageError::new(format!("'{word}' is not {noun} in {region}"));
    let error = match vocabulary.hint(word, Some(region)) {
        Some(hint) => error.hint(hint),
        None => error,
    };
    error.hint(format!("in that Region, use one of {}", known.join(", ")))
}

/// Parses the key spec `word` for the Region of `arn`.
pub(crate) fn known_key_spec(word: &str, arn: &KeyArn) -> Result<KeySpec, UsageError> {
    key_spec_in(word, arn.region())
}

/// Parses the key spec `word` for `region`.
pub(crate) fn key_spec_in(word: &str, region: &Region) -> Result<KeySpec, UsageError> {
    let rules = Rules::of(region);
    word.parse::<KeySpec>()
        .ok()
        .filter(|spec| rules.key_specs().contains(spec))
        .ok_or_else(|| {
            let known: Vec<_> = rules.key_specs().iter().map(|s| s.as_str()).collect();
            unknown_word(Vocabulary::KeySpec, word, region, &known)
        })
}
