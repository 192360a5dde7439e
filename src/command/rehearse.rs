//! `byok rehearse`: a whole import in memory, with its verdict.

use std::ffi::OsString;
use std::fmt::Write as _;

use byok_core::compatibility::Rules;
use byok_core::key_id::Place;
use byok_core::key_material::{KeyMaterial, KeyMaterialError};
use byok_core::key_spec::Family;
use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use byok_core::rehearse::{
    Rehearsal, RehearseError, best_algorithm, best_wrapping_key_spec, rehearse,
};
use byok_core::report::{OutputContent, OutputFile};
use byok_core::verdict::VerdictDocument;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use clap::Args;
use rand_core::CryptoRng;

use crate::arguments::{
    ALGORITHMS, KEY_SPECS, PlaceArgs, UsageError, WRAPPING_KEY_SPECS, api_word, key_spec_in,
};
use crate::context::{Context, OutputFormat};
use crate::diagnosis::{self, MaterialOrigin};
use crate::entropy;
use crate::exit::Exit;
use crate::failure::{About, Failure};
use crate::foreign_words::Vocabulary;
use crate::input::named;
use crate::manual;
use crate::material::{FormatNotes, MaterialArgs, WeakArgs, converted};
use crate::report::ReportArgs;
use crate::shell;
use crate::terminal::AnswerForm;

mod contents;
mod document;
mod refused;
mod subject;

use contents::RequestedOptions;
use document::document;
use refused::Refused;
use subject::RehearsedMaterial;

/// Import a key in memory, and say whether AWS KMS would accept it
///
/// Runs params, wrap and verify with a temporary KMS key. Sends nothing, and writes nothing.
#[derive(Debug, Args)]
#[command(after_long_help = manual::REHEARSE)]
pub(crate) struct Rehearse {
    /// The key material; if missing, byok generates a throwaway key of --key-spec
    #[arg(value_name = "MATERIAL")]
    material: Option<OsString>,
    /// The same as MATERIAL
    #[arg(long = "material", value_name = "FILE", conflicts_with = "material")]
    material_file: Option<OsString>,
    /// The key spec; a private key names its own
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS)]
    key_spec: Option<String>,
    /// The wrapping algorithm [default: the best that AWS KMS accepts for this key]
    #[arg(long, value_name = "ALGORITHM", value_parser = ALGORITHMS)]
    wrapping_algorithm: Option<String>,
    /// The wrapping key spec [default: RSA_4096; in China (cn-), SM2 for RSA keys]
    #[arg(long, value_name = "SPEC", value_parser = WRAPPING_KEY_SPECS)]
    wrapping_key_spec: Option<String>,
    #[command(flatten)]
    reading: MaterialArgs,
    #[command(flatten)]
    weak: WeakArgs,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// The parts of the command line that the answer and the next command repeat.
struct CommandLineEcho {
    region_is_explicit: bool,
    has_report: bool,
    /// The command that pipes the key material in.
    before: &'static str,
    /// The options for reading it, each followed by a space.
    options: String,
    file: String,
}

impl Rehearse {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        self.report.check(context, None)?;
        let place = self.place.resolve(&context.terminal)?;
        let mut rng = entropy::system_rng()?;
        let subject = match self.subject(&place, context, &mut rng)? {
            Ok(subject) => subject,
            Err(error) if !diagnosis::is_for_aws_to_refuse(&error) => {
                let name = || self.material().map(|file| named(file)).unwrap_or_default();
                return Err(error).about(name);
            }
            Err(error) => {
                let checks = contents::checks_of_unusable_material();
                let refused = Refused {
                    rejection: diagnosis::unusable_material(&error, &MaterialOrigin::of(context)),
                    checks,
                };
                return self.conclude(None, Err(&refused), place, context);
            }
        };
        let outcome = self.rehearse(&subject, &place, context, &mut rng)?;
        self.conclude(Some(&subject), outcome.as_ref(), place, context)
    }

    /// Returns the digest of the key material; `None` without a file, or if it cannot be read.
    pub(crate) fn material_digest(
        &self,
        key: &DigestKey,
        context: &mut Context,
    ) -> Option<KeyedDigest> {
        let place = self.place.resolve(&context.terminal).ok()?;
        let key_spec = match self.key_spec.as_deref() {
            Some(word) => Some(key_spec_in(word, &place.region).ok()?),
            None => None,
        };
        self.reading
            .digest(self.material()?, key_spec, key, context)
    }

    /// Returns the file of the key material, if one is named.
    fn material(&self) -> Option<&OsString> {
        self.material.as_ref().or(self.material_file.as_ref())
    }

    fn subject(
        &self,
        place: &Place,
        context: &mut Context,
        rng: &mut impl CryptoRng,
    ) -> Result<Result<RehearsedMaterial, KeyMaterialError>, Failure> {
        let rules = Rules::of(&place.region);
        let key_spec = self
            .key_spec
            .as_deref()
            .map(|word| key_spec_in(word, &place.region))
            .transpose()?;
        let (Some(file), key_spec) = (self.material(), key_spec) else {
            let key_spec = key_spec.ok_or_else(|| {
                UsageError::new("neither key material nor a key spec was given").hint(
                    "run: byok rehearse FILE, or byok rehearse --key-spec KEY_SPEC for a \
                         throwaway key",
                )
            })?;
            let material = context.terminal.progress("generating a throwaway key", || {
                KeyMaterial::generate(key_spec, rules, rng)
            });
            return Ok(material.map(|material| RehearsedMaterial {
                remarks: FormatNotes::of_key_spec(key_spec),
                name: "a throwaway key, generated for this rehearsal".to_owned(),
                material,
                source_format: None,
                key_spec_was_read: false,
            }));
        };
        Ok(self
            .reading
            .read(file, key_spec, rules, self.weak.choice(), context)?
            .map(|reading| RehearsedMaterial {
                remarks: FormatNotes::of(&reading),
                name: named(file),
                material: reading.material,
                source_format: Some(reading.source_format),
                key_spec_was_read: key_spec.is_none(),
            }))
    }

    /// Runs the rehearsal. A refusal by AWS KMS is a result, everything else an error.
    fn rehearse(
        &self,
        subject: &RehearsedMaterial,
        place: &Place,
        context: &Context,
        rng: &mut impl CryptoRng,
    ) -> Result<Result<Rehearsal, Refused>, Failure> {
        let (material, rules) = (&subject.material, Rules::of(&place.region));
        let region = Some(&place.region);
        let algorithm: Option<WrappingAlgorithm> = self
            .wrapping_algorithm
            .as_deref()
            .map(|word| api_word(Vocabulary::WrappingAlgorithm, word, region))
            .transpose()?;
        let spec: WrappingKeySpec = match &self.wrapping_key_spec {
            Some(word) => api_word(Vocabulary::WrappingKeySpec, word, region)?,
            None => best_wrapping_key_spec(rules, material.key_spec(), algorithm),
        };
        let algorithm = match algorithm {
            Some(algorithm) => algorithm,
            None => {
                match best_algorithm(rules, material.key_spec(), material.bytes().len(), spec) {
                    Ok(algorithm) => algorithm,
                    Err(error) => {
                        let error = RehearseError::Params(
                            byok_core::params::ParamsError::Incompatible(error),
                        );
                        return refused(error);
                    }
                }
            }
        };
        let now = context.now()?;
        let what = format!("generating an {spec} wrapping key");
        match context.terminal.progress(&what, || {
            rehearse(material, algorithm, spec, place, now, rng)
        }) {
            Ok(rehearsal) => Ok(Ok(rehearsal)),
            Err(error) => refused(error),
        }
    }

    /// Returns the parts of this command line that the next command repeats.
    fn echo(&self, place: &Place) -> CommandLineEcho {
        let (before, file) = match self.material().map(OsString::as_os_str) {
            None => ("", "MATERIAL".to_owned()),
            Some(file) if file == "-" => ("YOUR COMMAND | ", "-".to_owned()),
            Some(file) => ("", shell::quoted_file(&named(file))),
        };
        let words = self
            .reading
            .as_words()
            .into_iter()
            .chain(self.weak.as_override());
        CommandLineEcho {
            region_is_explicit: place.region_is_explicit,
            has_report: self.report.is_requested(),
            before,
            options: words.flat_map(|word| [word, " ".to_owned()]).collect(),
            file,
        }
    }

    fn requested(&self, place: Place, subject: Option<&RehearsedMaterial>) -> RequestedOptions {
        let algorithm = self
            .wrapping_algorithm
            .as_ref()
            .and_then(|word| word.parse().ok());
        let wrapping_key_spec = match &self.wrapping_key_spec {
            Some(word) => word.parse().ok(),
            None => subject.map(|subject| {
                best_wrapping_key_spec(
                    Rules::of(&place.region),
                    subject.material.key_spec(),
                    algorithm,
                )
            }),
        };
        let key_spec = self.key_spec.as_ref().and_then(|word| word.parse().ok());
        RequestedOptions {
            place,
            key_spec,
            algorithm,
            wrapping_key_spec,
        }
    }

    fn conclude(
        &self,
        subject: Option<&RehearsedMaterial>,
        outcome: Result<&Rehearsal, &Refused>,
        place: Place,
        context: &mut Context,
    ) -> Result<Exit, Failure> {
        let overrides: Vec<String> = context
            .overrides()
            .into_iter()
            .chain(self.weak.as_override())
            .collect();
        let document = document(subject, outcome, overrides);
        let answer = match context.output(OutputFormat::Text) {
            OutputFormat::Json => document.to_json(),
            OutputFormat::Text => text(subject, outcome, &document, &self.echo(&place)),
        };
        let output = OutputFile::new(
            context.answer_name(),
            OutputContent::Answer,
            answer.as_bytes(),
        );
        let requested = self.requested(place, subject);
        let (is_accepted, hints) = (outcome.is_ok(), document.hints.clone());
        let rehearsal = outcome.ok();
        let contents = |report_context| {
            contents::contents(
                report_context,
                &requested,
                subject,
                rehearsal,
                document,
                vec![output],
            )
        };
        let deliver = |context: &Context| context.answer(answer.as_bytes(), AnswerForm::Text);
        self.report.write_before(context, contents, deliver)?;
        if let Some(subject) = subject {
            subject.remarks.tell(&context.terminal);
        }
        if is_accepted {
            return Ok(Exit::Done);
        }
        for hint in &hints {
            context.terminal.hint(hint);
        }
        Ok(Exit::Refused)
    }
}

fn refused(error: RehearseError) -> Result<Result<Rehearsal, Refused>, Failure> {
    match diagnosis::rehearsal(&error) {
        Some(rejection) => Ok(Err(Refused {
            rejection,
            checks: contents::checks_until(&error),
        })),
        None => Err(error.into()),
    }
}

fn text(
    subject: Option<&RehearsedMaterial>,
    outcome: Result<&Rehearsal, &Refused>,
    document: &VerdictDocument,
    echo: &CommandLineEcho,
) -> String {
    let written = if echo.has_report {
        ", and only the report was written"
    } else {
        " or written"
    };
    let mut text = format!("REHEARSAL, not AWS KMS. Nothing was sent{written}.\n\n");
    if let Some(subject) = subject {
        describe(subject, &mut text);
    }
    match outcome {
        Ok(rehearsal) => {
            let (algorithm, spec) = (rehearsal.algorithm, rehearsal.parameters.public_key.spec());
            let len = rehearsal
                .request
                .encrypted_key_material
                .as_ref()
                .map_or(0, byok_core::blob::Blob::len);
            let _ = writeln!(text, "Wrapped        {algorithm} under {spec}, {len} bytes");
            text.push_str("Unwrapped      same key\n\n");
            text.push_str(
                "Yes: by its documented rules AWS KMS takes this key, wrapped this way.\n",
            );
            if rehearsal.parameters.key_arn.region().is_china() {
                text.push_str(
                    "These rules were not compared with the China Regions; see byok \
                     help assumptions.\n",
                );
            }
            text.push('\n');
            next(rehearsal, subject, echo, &mut text);
        }
        Err(_) => {
            if subject.is_some() {
                text.push('\n');
            }
            let refusal = document.exception.as_ref().map(ToString::to_string);
            let refusal = refusal.unwrap_or_default();
            let _ = write!(text, "No: {}.", refusal.trim_end_matches('.'));
            let _ = match &document.cause {
                Some(cause) => writeln!(text, " {cause}."),
                None => writeln!(text),
            };
        }
    }
    text
}

fn describe(subject: &RehearsedMaterial, text: &mut String) {
    let material = &subject.material;
    let key_spec = material.key_spec();
    let kind = match key_spec.family() {
        Family::Symmetric => "symmetric key",
        Family::Hmac { .. } => "HMAC key",
        Family::Rsa { .. } => "RSA private key",
        Family::Ed25519 => "Ed25519 private key",
        Family::Ec(_) | Family::NotImportable => "EC private key",
    };
    let _ = match subject.source_format {
        Some(format) => writeln!(text, "Key material   {}: {kind}, {format}", subject.name),
        None => writeln!(text, "Key material   {}: {kind}", subject.name),
    };
    let how = if subject.key_spec_was_read {
        " (read from the key)"
    } else {
        ""
    };
    let _ = writeln!(text, "  key spec     {key_spec}{how}");
    if let Some(format) = subject
        .source_format
        .filter(|format| !format.refused_by_aws().is_empty())
    {
        let (refused, len) = (
            format.refused_by_aws().join(" and "),
            material.bytes().len(),
        );
        let _ = writeln!(
            text,
            "  AWS KMS      refuses {refused}; {}, {len} bytes",
            converted(material)
        );
    }
    let fingerprint = material.fingerprint();
    let _ = writeln!(
        text,
        "  fingerprint  {fingerprint}  {}",
        fingerprint.method()
    );
    if let Some(address) = material.ethereum_address() {
        let _ = writeln!(text, "  address      {address}  Ethereum (EIP-55)");
    }
}

/// Formats the commands of the real import.
fn next(
    rehearsal: &Rehearsal,
    subject: Option<&RehearsedMaterial>,
    echo: &CommandLineEcho,
    text: &mut String,
) {
    let Some(subject) = subject else { return };
    let key_spec = subject.material.key_spec();
    let usages: Vec<_> = key_spec
        .key_usages()
        .iter()
        .map(|usage| usage.as_str())
        .collect();
    let (algorithm, spec) = (rehearsal.algorithm, rehearsal.parameters.public_key.spec());
    let region = if echo.region_is_explicit {
        format!("--region {} ", rehearsal.parameters.key_arn.region())
    } else {
        String::new()
    };
    let CommandLineEcho {
        before,
        options,
        file,
        ..
    } = echo;
    let _ = writeln!(
        text,
        "Next, with the AWS CLI (key spec, usage and multi-Region can never be changed):\n  \
         aws kms create-key {region}--origin EXTERNAL --key-spec {key_spec} --key-usage {} > key.json\n  \
         aws kms get-parameters-for-import {region}--key-id KEY_ID \\\n    \
         --wrapping-algorithm {algorithm} --wrapping-key-spec {spec} > params.json\n  \
         {before}byok wrap --params params.json --wrapping-algorithm {algorithm} --describe-key key.json \\\n    \
         --expect-wrapping-key SHA256 --out-dir import {options}{file}\n  \
         ./import/import.sh\n\
         SHA256 is the SHA-256 of the wrapping public key: compute it where params.json was made, and send it over another channel.",
        usages[0],
    );
    if usages.len() > 1 {
        let _ = writeln!(
            text,
            "{key_spec} keys can be created for {}.",
            usages.join(" or ")
        );
    }
}
