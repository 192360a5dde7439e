//! `byok wrap`: from key material and import parameters to the ImportKeyMaterial request.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use byok_core::blob::Blob;
use byok_core::compatibility::Rules;
use byok_core::fingerprint::Fingerprint;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::{ImportOptions, ImportRequest, MAX_ENCRYPTED_LEN};
use byok_core::import_token::TokenOrigin;
use byok_core::inspect::Kind;
use byok_core::json::JsonError;
use byok_core::key_file::FormatNote;
use byok_core::key_id::KeyArn;
use byok_core::key_material::{
    KeyMaterial, KeyMaterialError, MaterialError, WeakMaterial, Weakness,
};
use byok_core::key_metadata::ExpirationModel;
use byok_core::key_spec::KeySpec;
use byok_core::key_state::check_state;
use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use byok_core::operation::Operation;
use byok_core::parameters_request::ParametersRequest;
use byok_core::report::Subject;
use byok_core::timestamp::Timestamp;
use byok_core::wrap::{Payload, wrap};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use clap::{Args, ValueEnum};

use super::duration;
use crate::arguments::{
    ALGORITHMS, KEY_SPECS, StoreArgs, UsageError, known_key_spec, unknown_word,
};
use crate::context::{Context, Stakes};
use crate::entropy;
use crate::exit::Exit;
use crate::expectation::{self, ExpectationError};
use crate::failure::{About, Failure};
use crate::foreign_words::Vocabulary;
use crate::import_folder::FolderKind;
use crate::input::named;
use crate::manual;
use crate::material::{FormatNotes, MaterialArgs, WeakArgs, conversion};
use crate::mistaken;
use crate::parameter_files::{KEY_OF_PARAMETERS, ParameterArgs};
use crate::report::ReportArgs;

mod assumptions;
mod contents;
mod delivery;
mod described;
mod folder;
mod key_proof;
mod prove_key;
mod rehearsed;
mod wrapped;

use described::DescribedKey;
use rehearsed::RehearsedArgs;
use wrapped::{Input, Target, Wrapped};

/// Wrap key material for import parameters, and write the ImportKeyMaterial request
///
/// The parameters come from AWS KMS or, with --rehearsal, from a rehearsal. byok checks the
/// material first, and does not wrap what AWS KMS would refuse.
#[derive(Debug, Args)]
#[command(after_long_help = manual::WRAP)]
pub(crate) struct Wrap {
    /// The key material: raw bytes, or a private key (see byok help formats)
    #[arg(
        value_name = "MATERIAL",
        required_unless_present_any = ["material_file", "encrypted_key_material"]
    )]
    material: Option<OsString>,
    /// The same as MATERIAL
    #[arg(long = "material", value_name = "FILE", conflicts_with = "material")]
    material_file: Option<OsString>,
    #[command(flatten)]
    parameters: ParameterArgs,
    /// The GetParametersForImport request in JSON: supplies the wrapping algorithm, and byok checks the rest
    #[arg(long, value_name = "FILE")]
    parameters_request: Option<OsString>,
    /// The wrapping algorithm of the GetParametersForImport request
    #[arg(long, value_name = "ALGORITHM", value_parser = ALGORITHMS)]
    wrapping_algorithm: Option<String>,
    /// The key spec of the KMS key
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS)]
    key_spec: Option<String>,
    /// The output of describe-key or create-key: supplies the key spec, and byok checks ARN and state
    #[arg(long, value_name = "FILE")]
    describe_key: Option<OsString>,
    /// Material that an HSM wrapped, instead of MATERIAL
    #[arg(long, value_name = "FILE", conflicts_with_all = ["material", "material_file", "expect_material"])]
    encrypted_key_material: Option<OsString>,
    /// Accept only parameters of a rehearsal [also: BYOK_REHEARSAL=1]
    #[arg(long)]
    rehearsal: bool,
    /// Write a folder with the blobs, the request, and import.sh, which runs the AWS CLI
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output_file", "format"])]
    out_dir: Option<PathBuf>,
    /// What to write: the whole request, or only the wrapped key material

    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "FORMAT",
        default_value = "json"
    )]
    format: WrapFormat,
    #[command(flatten)]
    reading: MaterialArgs,
    #[command(flatten)]
    weak: WeakArgs,
    #[command(flatten)]
    expect: Expectations,
    #[command(flatten)]
    rehearsed: RehearsedArgs,
    #[command(flatten)]
    import: ImportArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// The expectations. If one is not met, nothing is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Expectations")]
struct Expectations {
    /// The SHA-256 of the wrapping public key: the output of sha256sum WrappingPublicKey.bin
    #[arg(long, value_name = "HEX")]
    expect_wrapping_key: Option<String>,
    /// Accept an unproven wrapping key, with a note and an entry in the report
    #[arg(long)]
    trust_parameters: bool,
    /// The fingerprint of the key material: SHA-256 of its public key, cmac:…, ecb:… or hmac:…
    #[arg(long, value_name = "FINGERPRINT")]
    expect_material: Option<Fingerprint>,
}

/// The options of the import.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of aws kms import-key-material")]
struct ImportArgs {
    /// The expiration model [default: KEY_MATERIAL_EXPIRES with --valid-to, else KEY_MATERIAL_DOES_NOT_EXPIRE]
    #[arg(long, value_name = "MODEL")]
    expiration_model: Option<String>,
    /// The time when the material expires: RFC 3339, a date, or epoch seconds
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    valid_to: Option<Timestamp>,
    /// NEW_KEY_MATERIAL or EXISTING_KEY_MATERIAL
    #[arg(long, value_name = "TYPE")]
    import_type: Option<String>,
    /// A description of the material
    #[arg(long, value_name = "TEXT")]
    key_material_description: Option<String>,
    /// The identifier of material that the KMS key has or had
    #[arg(long, value_name = "ID")]
    key_material_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WrapFormat {
    /// The ImportKeyMaterial request
    Json,
    /// Only the wrapped key material
    Binary,
}

impl Wrap {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        self.check_outputs(context)?;
        let now = context.now()?;
        let mut described = DescribedKey::new(self.describe_key.clone());
        let given = self.parameters.read(context, |context| {
            let key = described.read(context)?;
            Ok(key.map(|key| key.arn.clone()))
        })?;
        let given = given.ok_or_else(|| {
            UsageError::new("no import parameters")
                .hint("use --params FILE, or --public-key FILE --import-token FILE --key-id ARN")
        })?;
        let parameters = given.parameters;
        let rehearsal = self.is_rehearsal();
        self.check_store_option(rehearsal)?;
        mistaken::refuse_key("the import token", parameters.import_token.blob())?;
        check_interlock(&parameters, rehearsal)?;
        if !rehearsal {
            context.set_stakes(Stakes::Production);
        }
        self.check_wrapping_key(&parameters)?;
        let algorithm = self.algorithm(&parameters, context)?;
        let target = self.target(&parameters.key_arn, &mut described, context)?;
        let rehearsed = self.rehearsed.read(context)?;
        let proofs =
            self.prove_wrapping_key(&parameters, algorithm, rehearsed.as_ref(), context)?;
        let input = self.input(target.key_spec, &parameters, context)?;
        let options = self.options();
        let subject = Subject {
            material: input.material(),
            key_spec: target.key_spec,
            wrapping_algorithm: algorithm,
            wrapping_key_spec: parameters.public_key.spec(),
            expiration_model: options.expiration_model(),
        };
        rehearsed.map_or(Ok(()), |report| self.rehearsed.check(&report, &subject))?;
        let mut rng = entropy::system_rng()?;
        let request = wrap(
            &parameters,
            algorithm,
            input.payload(),
            options,
            now,
            &mut rng,
        )?;
        let delivery = self.delivery(&request, &parameters, &proofs, now, context);
        let wrapped = Wrapped {
            input: &input,
            target,
            parameters: &parameters,
            parameters_name_key: given.names_key,
            algorithm,
            request: &request,
            proofs: &proofs,
        };
        if let Some(capture) = context.capture() {
            if let Some(material) = input.material() {
                capture.read_material(material);
            }
            let mut outputs = capture.outputs();
            outputs.parameters_valid_to = parameters.parameters_valid_to;
            outputs.key_arn = Some(parameters.key_arn.clone());
        }
        let warnings = self.warnings(&parameters, &proofs, context);
        let reports = self.report.make(context, |mut report_context| {
            let messages = warnings.iter().map(|warning| warning.message.clone());
            report_context.warnings.extend(messages);
            self.contents(report_context, &wrapped, delivery.outputs(context), context)
        })?;
        delivery.carry_out(reports, context)?;
        context
            .terminal
            .note(&success(&input, &parameters, algorithm, &request, now));
        context.terminal.tell(&warnings);
        self.note_assumptions(&parameters, algorithm, &proofs, context);
        if let Some(next) = delivery.next() {
            context.terminal.note_hint(next);
        }
        Ok(Exit::Done)
    }

    /// Returns the digest of the key material and the KMS key that gets it; `None` if an HSM wrapped
    /// the material, or if a file cannot be read.
    pub(crate) fn material_digest(
        &self,
        key: &DigestKey,
        context: &mut Context,
    ) -> Option<(KeyedDigest, KeyArn)> {
        let file = self.material_file()?;
        let mut described = DescribedKey::new(self.describe_key.clone());
        let arn = self.parameters.kms_key(context, |context| {
            let key = described.read(context)?;
            Ok(key.map(|key| key.arn.clone()))
        })?;
        let target = self.target(&arn, &mut described, context).ok()?;
        let key_spec = Some(target.key_spec);
        let digest = self.reading.digest(file, key_spec, key, context)?;
        Some((digest, arn))
    }

    /// Returns the KMS key and the file of key material that the arguments name.
    pub(crate) fn named_key_and_file(&self) -> Option<(&str, &OsStr)> {
        Some((self.parameters.key_id.as_deref()?, self.material_file()?))
    }

    /// Returns the file of key material, unless an HSM wrapped it.
    fn material_file(&self) -> Option<&OsStr> {
        let file = self.material.as_ref().or(self.material_file.as_ref());
        file.map(OsString::as_os_str)
    }

    /// Checks the outputs before anything is read.
    fn check_outputs(&self, context: &Context) -> Result<(), Failure> {
        if context.capture().is_some() {
            return Ok(());
        }
        if let Some(path) = &self.out_dir {
            if path.as_os_str() == "-" {
                return Err(
                    UsageError::new("the output folder cannot be standard output")
                        .hint("use --out-dir DIR, or -o - for the request only")
                        .into(),
                );
            }
            let reports = self.report.names_in(path);
            folder::check(path, self.folder_kind(), &reports, context)?;
        } else {
            context.check_answer_is_kept()?;
        }
        self.report.check(context, self.out_dir.as_deref())
    }

    fn folder_kind(&self) -> FolderKind {
        if self.is_rehearsal() {
            FolderKind::Rehearsal
        } else {
            FolderKind::Production
        }
    }

    fn is_rehearsal(&self) -> bool {
        self.rehearsal || std::env::var_os("BYOK_REHEARSAL").is_some_and(|value| value == "1")
    }

    /// Returns the wrapping algorithm. It has no default, because the parameters do not name it.
    fn algorithm(
        &self,
        parameters: &ImportParameters,
        context: &mut Context,
    ) -> Result<WrappingAlgorithm, Failure> {
        let mut word = self.wrapping_algorithm.clone();
        if let Some(file) = &self.parameters_request {
            // All other inputs lack only the algorithm.
            let parse = |bytes: &[u8]| {
                let request = ParametersRequest::from_json(bytes)?;
                let is_whole = request.wrapping_algorithm.is_some();
                is_whole
                    .then_some(request)
                    .ok_or(JsonError::Missing("WrappingAlgorithm"))
            };
            let request = context.read_document(file, Kind::ParametersRequest, parse)?;
            if let Some(asked) = &request.key_id {
                let arn = parameters.key_arn.to_string();
                expectation::same_key(KEY_OF_PARAMETERS, asked, &arn)?;
            }
            if let Some(asked) = request.wrapping_key_spec {
                expectation::same(
                    "wrapping key spec",
                    &asked,
                    parameters.public_key.spec().as_str(),
                )?;
            }
            if let (Some(asked), Some(said)) = (&request.wrapping_algorithm, &word) {
                expectation::same("wrapping algorithm", asked, said)?;
            }
            word = word.or(request.wrapping_algorithm);
        }
        let word = word.ok_or_else(|| {
            UsageError::new("the wrapping algorithm is missing, and the parameters do not name it")
                .hint(
                    "use --wrapping-algorithm, or --parameters-request with the \
                     GetParametersForImport request",
                )
        })?;
        let region = parameters.key_arn.region();
        let known = Rules::of(region).wrapping_algorithms();
        known
            .iter()
            .copied()
            .find(|algorithm| algorithm.as_str() == word)
            .ok_or_else(|| {
                let known: Vec<_> = known.iter().map(|algorithm| algorithm.as_str()).collect();
                unknown_word(Vocabulary::WrappingAlgorithm, &word, region, &known).into()
            })
    }

    fn target(
        &self,
        key_arn: &KeyArn,
        described: &mut DescribedKey,
        context: &mut Context,
    ) -> Result<Target, Failure> {
        let said = self
            .key_spec
            .as_deref()
            .map(|word| known_key_spec(word, key_arn))
            .transpose()?;
        let Some(key) = described.read(context)? else {
            return said
                .map(|key_spec| Target {
                    key_spec,
                    key_usage: None,
                })
                .ok_or_else(|| {
                    UsageError::new("the key spec is missing")
                        .hint("use --key-spec, or --describe-key with the output of describe-key")
                        .into()
                });
        };
        expectation::same(
            KEY_OF_PARAMETERS,
            &key.arn.to_string(),
            &key_arn.to_string(),
        )?;
        if let Some(said) = said {
            expectation::same("key spec", said.as_str(), key.key_spec.as_str())?;
        }
        check_state(key, Operation::ImportKeyMaterial)?;
        Ok(Target {
            key_spec: key.key_spec,
            key_usage: Some(key.key_usage),
        })
    }

    fn input(
        &self,
        key_spec: KeySpec,
        parameters: &ImportParameters,
        context: &mut Context,
    ) -> Result<Input, Failure> {
        if let Some(file) = &self.encrypted_key_material {
            let blob = Blob::new(context.read(file, 2 * MAX_ENCRYPTED_LEN)?);
            mistaken::refuse_key("wrapped key material", &blob).about(|| named(file))?;
            FormatNotes::of_key_spec(key_spec).tell(&context.terminal);
            return Ok(Input::Wrapped(blob, key_spec));
        }
        let file = self.material_file().unwrap_or(OsStr::new("-"));
        let rules = Rules::of(parameters.key_arn.region());
        let reading =
            self.reading
                .read(file, Some(key_spec), rules, self.weak.choice(), context)?;
        let reading = reading.about(|| named(file))?;
        let is_test_key = reading.remarks.contains(&FormatNote::TestKey);
        if is_test_key && !self.is_rehearsal() && self.weak.choice() == WeakMaterial::Refuse {
            let weak = KeyMaterialError::from(MaterialError::Weak(Weakness::TestKey));
            return Err(weak).about(|| named(file));
        }
        if let Some(expected) = &self.expect.expect_material {
            expectation::material(expected, &reading.material)?;
        }
        if let Some(note) = conversion(reading.source_format, &reading.material) {
            context.terminal.note(&note);
        }
        FormatNotes::of(&reading).tell(&context.terminal);
        Ok(Input::Material(Box::new(reading)))
    }

    fn options(&self) -> ImportOptions {
        let model = if self.import.valid_to.is_some() {
            ExpirationModel::KeyMaterialExpires
        } else {
            ExpirationModel::KeyMaterialDoesNotExpire
        };
        let said = self.import.expiration_model.clone();
        ImportOptions {
            valid_to: self.import.valid_to,
            expiration_model: said.or_else(|| Some(model.to_string())),
            import_type: self.import.import_type.clone(),
            key_material_description: self.import.key_material_description.clone(),
            key_material_id: self.import.key_material_id.clone(),
        }
    }
}

impl Input {
    /// Returns the material, unless an HSM wrapped it.
    fn material(&self) -> Option<&KeyMaterial> {
        match self {
            Self::Material(reading) => Some(&reading.material),
            Self::Wrapped(..) => None,
        }
    }

    fn payload(&self) -> Payload<'_> {
        match self {
            Self::Material(reading) => Payload::Material(&reading.material),
            Self::Wrapped(blob, key_spec) => Payload::Wrapped(blob, *key_spec),
        }
    }
}

/// Checks that parameters of a rehearsal are used only with `--rehearsal`, and others only without
/// it. Damaged parameters are always rejected.
fn check_interlock(parameters: &ImportParameters, rehearsal: bool) -> Result<(), ExpectationError> {
    match (parameters.import_token.origin(), rehearsal) {
        (TokenOrigin::DamagedRehearsal, _) => Err(ExpectationError::DamagedToken),
        (TokenOrigin::Rehearsal, false) => Err(ExpectationError::RehearsalToken),
        (TokenOrigin::Aws { .. } | TokenOrigin::Unknown | TokenOrigin::TooShort, true) => {
            Err(ExpectationError::ProductionToken)
        }
        (TokenOrigin::Rehearsal, true)
        | (TokenOrigin::Aws { .. } | TokenOrigin::Unknown | TokenOrigin::TooShort, false) => Ok(()),
    }
}

/// Formats the summary line: the material, the key, the algorithm, the end of the parameters, and
/// the expiry of the material.
fn success(
    input: &Input,
    parameters: &ImportParameters,
    algorithm: WrappingAlgorithm,
    request: &ImportRequest,
    now: Timestamp,
) -> String {
    let short = |digits: &str| {
        if digits.len() < 16 {
            digits.to_owned()
        } else {
            format!("{}…", digits.chars().take(8).collect::<String>())
        }
    };
    let what = match input {
        Input::Material(reading) => {
            let material = &reading.material;
            format!(
                "wrapped {} {}",
                material.key_spec(),
                short(&material.fingerprint().to_string())
            )
        }
        Input::Wrapped(blob, key_spec) => {
            format!(
                "accepted {} bytes of {key_spec} material that was wrapped elsewhere",
                blob.len()
            )
        }
    };
    let (spec, digest) = (
        parameters.public_key.spec(),
        short(&parameters.public_key.fingerprint()),
    );
    let validity = match parameters.parameters_valid_to {
        Some(end) => format!("parameters expire in {}", duration(end.millis_since(now))),
        None => "these files do not say when the parameters expire".to_owned(),
    };
    let expiry = match request.options.valid_to {
        Some(end) => format!("expires {end}"),
        None => "the material never expires; to set an expiry, add --valid-to TIME".to_owned(),
    };
    let arn = &parameters.key_arn;
    format!("{what} for {arn} with {algorithm}; wrapping key {spec} {digest}; {validity}; {expiry}")
}
