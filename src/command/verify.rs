//! `byok verify`: the answer of ImportKeyMaterial.

use std::ffi::{OsStr, OsString};

use byok_core::blob::Blob;
use byok_core::compatibility::Rules;
use byok_core::explain::{Explanation, applies_to, explain_with_private_key};
use byok_core::fingerprint::Fingerprint;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::{ImportRequest, MAX_ENCRYPTED_LEN};
use byok_core::import_token::TokenOrigin;
use byok_core::inspect::Kind;
use byok_core::key_file;
use byok_core::key_id::Place;
use byok_core::key_material::{KeyMaterialError, MaterialError, WeakMaterial};
use byok_core::key_spec::KeySpec;
use byok_core::public_key_file;
use byok_core::report::{Files, OutputContent, OutputFile};
use byok_core::timestamp::Timestamp;
use byok_core::verdict::RunCheck;
use byok_core::verify::{
    Accepted, Recording, Verdict, Verification, VerifyError, verify, verify_with_private_key,
};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use clap::Args;
use rand_core::CryptoRng;

use crate::arguments::{ALGORITHMS, KEY_SPECS, PlaceArgs, StoreArgs, api_word};
use crate::context::{Context, OutputFormat};
use crate::diagnosis::Diagnosed;
use crate::entropy;
use crate::exit::Exit;
use crate::expectation::{self, ExpectationError};
use crate::failure::{About, Failure};
use crate::foreign_words::Vocabulary;
use crate::input::named;
use crate::manual;
use crate::material::{FormatNotes, MaterialArgs, notice_readers};
use crate::parameter_files::ParameterArgs;
use crate::report::ReportArgs;
use crate::store::DiskStore;
use crate::terminal::AnswerForm;

mod against;
mod assertion;
mod contents;
mod document;
mod folder;
mod outcome;
mod request;
mod text;
mod why;
mod withheld;

use assertion::{Assertion, Unmade};
use contents::Subject;
use outcome::Outcome;

/// Say how ImportKeyMaterial would answer a request, and why
///
/// Opens the wrapped material with strict checks, if the parameters come from a rehearsal. The
/// answer is AWS's exception, or the public facts of the import. byok sends nothing, records
/// nothing without --import, and never prints key material.
#[derive(Debug, Args)]
#[command(after_long_help = manual::VERIFY)]
pub(crate) struct Verify {
    /// The folder that wrap --out-dir wrote; byok compares its files with each other
    #[arg(long, value_name = "DIR", conflicts_with_all = ["import_request", "encrypted_key_material", "import_token", "private_key"])]
    dir: Option<OsString>,
    /// The ImportKeyMaterial request: the output of wrap
    #[arg(long, value_name = "FILE", conflicts_with_all = ["encrypted_key_material", "import_token", "private_key"])]
    import_request: Option<OsString>,
    #[command(flatten)]
    parameters: ParameterArgs,
    /// The wrapped key material
    #[arg(long, value_name = "FILE")]
    encrypted_key_material: Option<OsString>,
    /// Open with this wrapping private key (PKCS#8) instead of a token
    #[arg(long, value_name = "FILE", requires_all = ["encrypted_key_material", "wrapping_algorithm", "key_spec"])]
    private_key: Option<OsString>,
    /// With --private-key: the wrapping algorithm
    #[arg(long, value_name = "ALGORITHM", value_parser = ALGORITHMS, requires = "private_key")]
    wrapping_algorithm: Option<String>,
    /// With --private-key: the key spec of the KMS key
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS, requires = "private_key")]
    key_spec: Option<String>,
    /// The expected material
    #[arg(long, value_name = "FILE")]
    material: Option<OsString>,
    #[command(flatten)]
    reading: MaterialArgs,
    /// The public key of the expected material: PEM, DER, certificate or the output of
    /// get-public-key
    #[arg(long, value_name = "FILE")]
    expect_public_key: Option<OsString>,
    /// The fingerprint of the expected material
    #[arg(long, value_name = "FINGERPRINT")]
    expect_material: Option<Fingerprint>,
    /// Record the import in the store if every expectation is met: the key then has this material
    #[arg(long, conflicts_with = "private_key")]
    import: bool,
    /// A JSON report of wrap: the files must be the ones that wrap wrote
    #[arg(long, value_name = "REPORT")]
    against: Option<OsString>,
    /// Exit with 0 if every check that can be made offline passes
    #[arg(long)]
    structure: bool,
    /// Print only the answer of AWS KMS; use it when you verify blobs from others
    #[arg(long)]
    no_diagnosis: bool,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    report: ReportArgs,
}

impl Verify {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        self.report.check(context, None)?;
        let now = context.now()?;
        let place = self.place.resolve(&context.terminal)?;
        let mut rng = entropy::system_rng()?;
        let mut outcome = match &self.private_key {
            Some(file) => self.verify_blob(file, &place, context, &mut rng)?,
            None => self.verify_request(&place, now, context, &mut rng)?,
        };
        self.assert_material(&outcome.verification, &mut outcome.assertions, context)?;
        if self.import {
            self.record(&mut outcome, &place, now, context, &mut rng)?;
        }
        self.conclude(outcome, context)
    }

    /// Records the import if it is accepted and no expectation fails. The checks run again,
    /// atomically with the change.
    fn record(
        &self,
        outcome: &mut Outcome,
        place: &Place,
        now: Timestamp,
        context: &Context,
        rng: &mut impl CryptoRng,
    ) -> Result<(), Failure> {
        let is_accepted =
            |outcome: &Outcome| matches!(outcome.verification.verdict, Verdict::Accepted(_));
        let fails = outcome
            .assertions
            .iter()
            .any(|assertion| assertion.failure().is_some());
        let Some(request) = outcome
            .request
            .as_ref()
            .filter(|_| is_accepted(outcome) && !fails)
        else {
            return Ok(());
        };
        // Checked again, so that no import is recorded whose answer cannot be written.
        context.check_output_file()?;
        self.report.check(context, None)?;
        let store = DiskStore::existing(self.store.store.clone());
        outcome.verification = verify(request, Recording::Import, place, &store, now, rng)?;
        outcome.is_recorded = is_accepted(outcome);
        Ok(())
    }

    fn verify_request(
        &self,
        place: &Place,
        now: Timestamp,
        context: &mut Context,
        rng: &mut impl CryptoRng,
    ) -> Result<Outcome, Failure> {
        let (request, parameters) = self.read_request(context)?;
        let store = DiskStore::existing(self.store.store.clone());
        context.notice_clock(
            now,
            store.latest_moment(request.members.key_id.as_deref(), place),
        );
        let mut verification = verify(
            &request.members,
            Recording::Nothing,
            place,
            &store,
            now,
            rng,
        )?;
        verification = match &parameters {
            Some(parameters) if request.has_token_of(parameters) => {
                verification.with_parameters(&request.members, parameters, now)
            }
            _ => {
                let rules = request.rules(place);
                verification.without_parameters(&request.members, rules)
            }
        };
        let mut assertions: Vec<_> = token_form(&verification).into_iter().collect();
        if let Some(parameters) = &parameters {
            assertions.extend(belongs_together(
                parameters,
                &request.members,
                &verification,
            ));
        }
        let mut has_script_digest = false;
        if let Some(report) = &self.against {
            let wrapping_key = parameters.as_ref().map(|parameters| &parameters.public_key);
            let compared = against::compare(report, &request.files(wrapping_key), context)?;
            compared.warn(context);
            has_script_digest = compared.has_script_digest;
            assertions.extend(compared.assertions);
        }
        if let Some(folder) = &request.folder {
            assertions.extend(folder.assertions(&request.members, has_script_digest, context));
        }
        let mut subject = Subject::of_request(
            &request.members,
            parameters.as_ref(),
            &verification,
            place,
            &store,
        );
        if subject.token_origin == Some(TokenOrigin::DamagedRehearsal) {
            let damaged = Err(ExpectationError::DamagedToken);
            assertions.push(Assertion::made(RunCheck::RehearsalMark.as_str(), damaged));
        }
        let blobs = (
            request.members.import_token.as_ref(),
            request.members.encrypted_key_material.as_ref(),
        );
        let folder = request.folder.as_ref();
        self.withhold(&mut subject.import, folder, blobs.0, blobs.1, context);
        let opened = verification.token_contents.take();
        let why = |error: &VerifyError, context: &Context| {
            why::of_request(
                &request.members,
                error,
                opened.as_deref(),
                parameters.as_ref(),
                &store,
                context,
                rng,
            )
        };
        let diagnosed = self.diagnose(&verification, why, context);
        let request = Some(request.members);
        Ok(Outcome {
            verification,
            diagnosed,
            subject,
            assertions,
            request,
            is_recorded: false,
        })
    }

    /// Returns the texts for the verdict no, in addition to AWS's answer.
    fn diagnose(
        &self,
        verification: &Verification,
        explain: impl FnOnce(&VerifyError, &Context) -> Option<Explanation>,
        context: &Context,
    ) -> Option<Diagnosed> {
        let Verdict::Refused(error) = &verification.verdict else {
            return None;
        };
        if self.no_diagnosis {
            return Some(Diagnosed::without_explanation(error));
        }
        let explanation = if applies_to(error) {
            explain(error, context)
        } else {
            None
        };
        Some(Diagnosed::new(error, explanation.as_ref()))
    }

    fn verify_blob(
        &self,
        file: &OsStr,
        place: &Place,
        context: &mut Context,
        rng: &mut impl CryptoRng,
    ) -> Result<Outcome, Failure> {
        let rules = Rules::of(&place.region);
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let region = Some(&place.region);
        let algorithm: WrappingAlgorithm = api_word(
            Vocabulary::WrappingAlgorithm,
            &word(&self.wrapping_algorithm),
            region,
        )?;
        let key_spec: KeySpec = api_word(Vocabulary::KeySpec, &word(&self.key_spec), region)?;
        let bytes = context.read_secret(file, key_file::MAX_LEN)?;
        let private_key = WrappingPrivateKey::from_pkcs8(&bytes).about(|| named(file))?;
        notice_readers(file, context);
        let blob = self.encrypted_key_material.as_deref().unwrap_or_default();
        let blob = Blob::new(context.read(blob, 2 * MAX_ENCRYPTED_LEN)?);
        let public_key = private_key.public_key();
        rules.check(key_spec, algorithm, public_key.spec())?;
        let assertions = match &self.against {
            Some(report) => {
                let wrapping_key = Some(public_key);
                let files = Files {
                    encrypted_key_material: Some(&blob),
                    wrapping_key,
                    ..Files::default()
                };
                against::compare(report, &files, context)?.assertions
            }
            None => vec![],
        };
        let mut subject = Subject::of_blob(&blob, public_key, algorithm, key_spec, place);
        self.withhold(&mut subject.import, None, None, Some(&blob), context);
        let verification =
            verify_with_private_key(&blob, &private_key, algorithm, key_spec, rules, rng);
        let explain = |_: &VerifyError, _: &Context| {
            Some(explain_with_private_key(
                &blob,
                &private_key,
                algorithm,
                key_spec,
                rules,
                rng,
            ))
        };
        let diagnosed = self.diagnose(&verification, explain, context);
        Ok(Outcome {
            verification,
            diagnosed,
            subject,
            assertions,
            request: None,
            is_recorded: false,
        })
    }

    /// Compares the contents with the expectations.
    fn assert_material(
        &self,
        verification: &Verification,
        assertions: &mut Vec<Assertion>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let accepted = verification.verdict.accepted();
        if let Some(expected) = &self.expect_material {
            let check = |accepted: &Accepted| expectation::material(expected, &accepted.material);
            assertions.push(Assertion::of_material(
                RunCheck::Fingerprint.as_str(),
                accepted.map(check),
            ));
        }
        if let Some(file) = &self.expect_public_key {
            let expected = context.read_document(file, Kind::PublicKey, public_key_file::read)?;
            let expected = expected.public_key.fingerprint();
            let check = |accepted: &Accepted| {
                let found = accepted.material.fingerprint();
                expectation::same(
                    "public key of the material",
                    &expected.to_string(),
                    &found.to_string(),
                )
            };
            assertions.push(Assertion::of_material(
                RunCheck::PublicKey.as_str(),
                accepted.map(check),
            ));
        }
        if let Some(file) = &self.material {
            let outcome = match accepted {
                None => None,
                Some(accepted) => Some(self.same_material(file, accepted, context)?),
            };
            assertions.push(Assertion::of_material(RunCheck::Material.as_str(), outcome));
        }
        Ok(())
    }

    /// Returns whether the file holds the unwrapped material, after conversion to AWS's form.
    fn same_material(
        &self,
        file: &OsStr,
        accepted: &Accepted,
        context: &mut Context,
    ) -> Result<Result<(), ExpectationError>, Failure> {
        let key_spec = accepted.material.key_spec();
        // Only this key spec has different rules in China and elsewhere.
        let is_chinese = key_spec == KeySpec::Sm2 || accepted.material.bytes().len() == 16;
        let rules = if is_chinese {
            Rules::China
        } else {
            Rules::Standard
        };
        let read = self
            .reading
            .read(file, Some(key_spec), rules, WeakMaterial::Allow, context)?;
        let differs = |what, expected: String, found: String| {
            Ok(Err(ExpectationError::Differs {
                what,
                expected,
                found,
            }))
        };
        match read {
            Err(KeyMaterialError::Material(MaterialError::OtherKeySpec { found, wanted })) => {
                differs(
                    "key spec of the material",
                    found.to_string(),
                    wanted.to_string(),
                )
            }
            Ok(reading) if !reading.material.is_same_key(&accepted.material) => {
                let (expected, found) = (
                    reading.material.fingerprint(),
                    accepted.material.fingerprint(),
                );
                differs("key material", expected.to_string(), found.to_string())
            }
            read => read.map(|_| Ok(())).about(|| named(file)),
        }
    }

    fn conclude(&self, outcome: Outcome, context: &mut Context) -> Result<Exit, Failure> {
        let structure = self.structure.then(|| "--structure".to_owned());
        let overrides: Vec<String> = context.overrides().into_iter().chain(structure).collect();
        let document = outcome.document(overrides);
        let answer = match context.output(OutputFormat::Text) {
            OutputFormat::Text => text::text(&outcome, &document),
            OutputFormat::Json => document.to_json(),
        };
        let output = OutputFile::new(
            context.answer_name(),
            OutputContent::Answer,
            answer.as_bytes(),
        );
        let Outcome {
            verification,
            subject,
            assertions,
            ..
        } = outcome;
        if let Some(capture) = context.capture() {
            let mut outputs = capture.outputs();
            outputs.report_kind = Some(subject.kind);
            outputs.key_arn = subject.kms_key.arn.known().cloned();
        }
        let hints = document.hints.clone();
        let contents = |report_context| {
            subject.contents(report_context, &verification, document, vec![output])
        };
        let deliver = |context: &Context| context.answer(answer.as_bytes(), AnswerForm::Text);
        self.report.write_before(context, contents, deliver)?;
        if let Some(accepted) = verification.verdict.accepted() {
            FormatNotes::of_wrapped(&accepted.material, &accepted.remarks).tell(&context.terminal);
        }
        if matches!(verification.verdict, Verdict::Refused(_)) {
            for hint in &hints {
                context.terminal.hint(hint);
            }
        }
        let is_undecided = assertions.iter().any(Assertion::is_undecided);
        // A failed expectation takes precedence: the verdict is about files that were not expected.
        let failures = assertions.into_iter().filter_map(Assertion::into_failure);
        if let Some(failure) = say_all_but_one(failures, context) {
            return Err(failure.into());
        }
        Ok(match &verification.verdict {
            Verdict::Refused(_) => Exit::Refused,
            Verdict::UndecidedMaterial(_) => Exit::Undecided,
            _ if is_undecided => Exit::Undecided,
            Verdict::Undecided { .. } if !self.structure => Exit::Undecided,
            Verdict::Undecided { .. } | Verdict::Accepted(_) => Exit::Done,
        })
    }
}

/// Prints each of `failures` but the last, and returns the last. With JSON output, returns the first.
fn say_all_but_one(
    failures: impl Iterator<Item = ExpectationError>,
    context: &Context,
) -> Option<ExpectationError> {
    let mut failures: Vec<_> = failures.collect();
    if context.errors_as_json() {
        failures.truncate(1);
    }
    let last = failures.pop();
    for failure in failures {
        context.terminal.error(&failure.to_string());
    }
    last
}

/// Checks that the parameters and the request have the same token.
fn belongs_together(
    parameters: &ImportParameters,
    request: &ImportRequest,
    verification: &Verification,
) -> Vec<Assertion> {
    let token = parameters.import_token.blob();
    let same_token = if request.import_token.as_ref() == Some(token) {
        Ok(())
    } else {
        expectation::same(
            "import token of the request",
            "the one of the parameters",
            "another",
        )
    };
    let same_key = verification.token.as_ref().map(|sealed| {
        let sealed = byok_core::hex::encode(&sealed.wrapping_key_sha256);
        expectation::same(
            "SHA-256 of the wrapping key",
            &sealed,
            &parameters.public_key.fingerprint(),
        )
    });
    let same_key = match same_key {
        Some(outcome) => Assertion::made(RunCheck::TokenAndPublicKey.as_str(), outcome),
        None => {
            let reason = "the import token was not opened".to_owned();
            Assertion::unmade(
                RunCheck::TokenAndPublicKey.as_str(),
                Unmade::Impossible(reason),
            )
        }
    };
    vec![
        Assertion::made(RunCheck::SameImportToken.as_str(), same_token),
        same_key,
    ]
}

/// Returns the check of the token's form, if only AWS KMS can open the token.
fn token_form(verification: &Verification) -> Option<Assertion> {
    let name = RunCheck::ImportTokenForm.as_str();
    match verification.verdict {
        Verdict::Undecided {
            origin: TokenOrigin::Aws { .. },
        } => Some(Assertion::made(name, Ok(()))),
        Verdict::Undecided { .. } => {
            let reason = "it is not in a known form of AWS KMS; AWS may have changed the form";
            Some(Assertion::unmade(
                name,
                Unmade::Undecided(reason.to_owned()),
            ))
        }
        Verdict::Accepted(_) | Verdict::UndecidedMaterial(_) | Verdict::Refused(_) => None,
    }
}
