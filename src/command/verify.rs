//! `byok verify`: what ImportKeyMaterial would say.

use std::ffi::{OsStr, OsString};

use anyhow::Context as _;
use byok_core::blob::Blob;
use byok_core::compatibility::Rules;
use byok_core::explain::{Explanation, applies_to, explain_with_private_key};
use byok_core::fingerprint::Fingerprint;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::{ImportOptions, ImportRequest, MAX_ENCRYPTED_LEN};
use byok_core::import_token::TokenOrigin;
use byok_core::inspect::Kind;
use byok_core::json;
use byok_core::key_file;
use byok_core::key_id::Place;
use byok_core::key_material::{KeyMaterialError, MaterialError, WeakMaterial};
use byok_core::key_metadata::ExpirationModel;
use byok_core::key_spec::KeySpec;
use byok_core::public_key_file;
use byok_core::report::{FileDigest, Files, OutputContent, OutputFile};
use byok_core::timestamp::Timestamp;
use byok_core::verify::{
    Accepted, Recording, Verdict, Verification, verify, verify_with_private_key,
};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use clap::Args;
use rand_core::CryptoRng;

use crate::arguments::{ALGORITHMS, KEY_SPECS, PlaceArgs, StoreArgs, UsageError, api_word};
use crate::context::{Context, OutputFormat};
use crate::diagnosis::Diagnosed;
use crate::entropy;
use crate::exit::Exit;
use crate::expectation::{self, ExpectationError};
use crate::foreign_words::Vocabulary;
use crate::input::named;
use crate::manual;
use crate::material::{MaterialArgs, of_wrapped};
use crate::mistaken::{or_mistaken, refuse_other};
use crate::parameter_files::{ParameterArgs, check_token_length, read_token};
use crate::report::ReportArgs;
use crate::store::DiskStore;
use crate::terminal::AnswerForm;

mod against;
mod assertion;
mod contents;
mod outcome;
mod report;
mod why;
mod withheld;

use assertion::Assertion;
use contents::Subject;
use outcome::Outcome;

/// Say what ImportKeyMaterial would say, and why
///
/// Opens what was wrapped for a rehearsal's parameters, strictly, and answers with AWS's exception
/// or with the public facts of what would be imported. Nothing is sent, nothing is recorded without
/// --import, and no key material is ever output.
#[derive(Debug, Args)]
#[command(after_long_help = manual::VERIFY)]
pub(crate) struct Verify {
    /// The ImportKeyMaterial request: what wrap answers
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
    /// With --private-key: how the material was wrapped
    #[arg(long, value_name = "ALGORITHM", value_parser = ALGORITHMS, requires = "private_key")]
    wrapping_algorithm: Option<String>,
    /// With --private-key: the kind of KMS key that the material is for
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS, requires = "private_key")]
    key_spec: Option<String>,
    /// The material that must be inside
    #[arg(long, value_name = "FILE")]
    material: Option<OsString>,
    #[command(flatten)]
    reading: MaterialArgs,
    /// The public key of the material that must be inside: PEM, DER, certificate or get-public-key
    #[arg(long, value_name = "FILE")]
    expect_public_key: Option<OsString>,
    /// The fingerprint of the material that must be inside
    #[arg(long, value_name = "FINGERPRINT")]
    expect_material: Option<Fingerprint>,
    /// Record the import in the store, if all that must hold does: the key then has this material
    #[arg(long, conflicts_with = "private_key")]
    import: bool,
    /// A report of wrap, in JSON: the files must be those that it wrote
    #[arg(long, value_name = "REPORT")]
    against: Option<OsString>,
    /// Be content with what can be checked without AWS KMS
    #[arg(long)]
    structure: bool,
    /// Answer no more than AWS KMS does: for blobs that others bring
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
    pub(crate) fn run(self, context: &mut Context) -> anyhow::Result<Exit> {
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

    /// Records the import, if it is accepted and nothing that must hold does not: the checks are made
    /// again, in one step with what they change.
    fn record(
        &self,
        outcome: &mut Outcome,
        place: &Place,
        now: Timestamp,
        context: &Context,
        rng: &mut impl CryptoRng,
    ) -> anyhow::Result<()> {
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
        // Nothing is recorded of which the answer could not be given.
        let outputs = [self.report.path(), context.output_file()];
        outputs
            .into_iter()
            .flatten()
            .try_for_each(|path| context.check_is_free(path))?;
        let store = DiskStore::at(self.store.store.clone());
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
    ) -> anyhow::Result<Outcome> {
        let (request, parameters) = self.request(context)?;
        let store = DiskStore::at(self.store.store.clone());
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
        if let Some(parameters) = &parameters {
            verification = verification.with_parameters(&request.members, parameters, now);
        }
        let mut assertions = Vec::new();
        if let Some(parameters) = &parameters {
            assertions.extend(belongs_together(
                parameters,
                &request.members,
                &verification,
            ));
        }
        if let Some(report) = &self.against {
            let files = Files {
                request_file: request.file,
                request: request.file.map(|_| &request.members),
                key_id: request.members.key_id.as_deref(),
                import_token: request.members.import_token.as_ref(),
                encrypted_key_material: request.members.encrypted_key_material.as_ref(),
                wrapping_key: parameters.as_ref().map(|parameters| &parameters.public_key),
            };
            assertions.extend(against::compare(report, &files, context)?);
        }
        let mut subject = Subject::of_request(
            &request.members,
            parameters.as_ref(),
            &verification,
            place,
            &store,
        );
        if subject.token_origin == Some(TokenOrigin::DamagedRehearsal) {
            let damaged = Some(Err(ExpectationError::DamagedToken));
            assertions.push(Assertion::of("RehearsalMark", damaged));
        }
        let blobs = (
            request.members.import_token.as_ref(),
            request.members.encrypted_key_material.as_ref(),
        );
        self.withhold(&mut subject.import, blobs.0, blobs.1, context);
        let why = |context: &Context| {
            why::of_request(&request.members, parameters.as_ref(), &store, context, rng)
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

    /// What is said about a verdict of no beside AWS's answer.
    fn diagnose(
        &self,
        verification: &Verification,
        explain: impl FnOnce(&Context) -> Option<Explanation>,
        context: &Context,
    ) -> Option<Diagnosed> {
        let Verdict::Refused(error) = &verification.verdict else {
            return None;
        };
        if self.no_diagnosis {
            return Some(Diagnosed::without_explanation(error));
        }
        let explanation = if applies_to(error) {
            explain(context)
        } else {
            None
        };
        Some(Diagnosed::new(error, explanation.as_ref()))
    }

    /// The request that is verified, and the parameters that came with it.
    fn request(
        &self,
        context: &mut Context,
    ) -> anyhow::Result<(Request, Option<ImportParameters>)> {
        if let Some(file) = &self.import_request {
            let bytes = context.read(file, json::MAX_LEN)?;
            let members = ImportRequest::from_json(&bytes)
                .map_err(|error| or_mistaken(error, &bytes, Kind::ImportRequest))
                .with_context(|| named(file))?;
            if members.encrypted_key_material.is_none() {
                refuse_other(&bytes, Kind::ImportRequest).with_context(|| named(file))?;
            }
            // AWS has a text for an empty token.
            if let Some(token) = members
                .import_token
                .as_ref()
                .filter(|token| !token.is_empty())
            {
                check_token_length(token.as_bytes()).with_context(|| named(file))?;
            }
            if let Some(key_id) = &self.parameters.key_id {
                let found = members.key_id.as_deref().unwrap_or_default();
                expectation::same_key("KMS key of the request", key_id, found)?;
            }
            let request = Request {
                members,
                file: Some(FileDigest::of(&bytes)),
            };
            return Ok((request, self.parameters.read(context)?));
        }
        let Some(file) = &self.encrypted_key_material else {
            return Err(UsageError::new("nothing to verify")
                .hint(
                    "--import-request FILE; or --params FILE --encrypted-key-material FILE; or \
                 --key-id KEY --import-token FILE --encrypted-key-material FILE",
                )
                .into());
        };
        let parameters = self.parameters.read(context)?;
        let (key_id, token) = match &parameters {
            Some(parameters) => (
                parameters.key_arn.to_string(),
                parameters.import_token.blob().clone(),
            ),
            None => self.key_and_token(context)?,
        };
        let members = ImportRequest {
            key_id: Some(key_id),
            import_token: Some(token),
            encrypted_key_material: Some(Blob::new(context.read(file, 2 * MAX_ENCRYPTED_LEN)?)),
            options: ImportOptions {
                expiration_model: Some(ExpirationModel::KeyMaterialDoesNotExpire.to_string()),
                ..ImportOptions::default()
            },
        };
        Ok((
            Request {
                members,
                file: None,
            },
            parameters,
        ))
    }

    fn key_and_token(&self, context: &mut Context) -> anyhow::Result<(String, Blob)> {
        let (Some(key_id), Some(token)) = (&self.parameters.key_id, &self.parameters.import_token)
        else {
            return Err(
                UsageError::new("wrapped key material alone cannot be verified")
                    .hint(
                        "--params FILE, or --key-id KEY --import-token FILE, or --private-key FILE",
                    )
                    .into(),
            );
        };
        Ok((key_id.clone(), read_token(token, context)?))
    }

    fn verify_blob(
        &self,
        file: &OsStr,
        place: &Place,
        context: &mut Context,
        rng: &mut impl CryptoRng,
    ) -> anyhow::Result<Outcome> {
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
        let private_key = WrappingPrivateKey::from_pkcs8(&bytes).with_context(|| named(file))?;
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
                against::compare(report, &files, context)?
            }
            None => vec![],
        };
        let mut subject = Subject::of_blob(&blob, public_key, algorithm, key_spec, place);
        self.withhold(&mut subject.import, None, Some(&blob), context);
        let verification =
            verify_with_private_key(&blob, &private_key, algorithm, key_spec, rules, rng);
        let explain = |_: &Context| {
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

    /// Compares what is inside with what must be.
    fn assert_material(
        &self,
        verification: &Verification,
        assertions: &mut Vec<Assertion>,
        context: &mut Context,
    ) -> anyhow::Result<()> {
        let accepted = verification.verdict.opened();
        if let Some(expected) = &self.expect_material {
            let check = |accepted: &Accepted| expectation::material(expected, &accepted.material);
            assertions.push(Assertion::of("Fingerprint", accepted.map(check)));
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
            assertions.push(Assertion::of("PublicKey", accepted.map(check)));
        }
        if let Some(file) = &self.material {
            let outcome = match accepted {
                None => None,
                Some(accepted) => Some(self.same_material(file, accepted, context)?),
            };
            assertions.push(Assertion::of("Material", outcome));
        }
        Ok(())
    }

    /// Whether the file holds the material that was unwrapped, once it is in AWS's form.
    fn same_material(
        &self,
        file: &OsStr,
        accepted: &Accepted,
        context: &mut Context,
    ) -> anyhow::Result<Result<(), ExpectationError>> {
        let key_spec = accepted.material.key_spec();
        // Of what AWS KMS takes in China, only this has other rules elsewhere.
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
            read => read.map(|_| Ok(())).with_context(|| named(file)),
        }
    }

    fn conclude(&self, outcome: Outcome, context: &mut Context) -> anyhow::Result<Exit> {
        let structure = self.structure.then(|| "--structure".to_owned());
        let overrides: Vec<String> = context.overrides().into_iter().chain(structure).collect();
        let answer = match context.output(OutputFormat::Text) {
            OutputFormat::Text => report::text(&outcome),
            OutputFormat::Json => report::json(&outcome, overrides.clone()),
        };
        let output = OutputFile::new(
            context.answer_name(),
            OutputContent::Answer,
            answer.as_bytes(),
        );
        let Outcome {
            verification,
            diagnosed,
            subject,
            assertions,
            ..
        } = outcome;
        let cause = diagnosed
            .as_ref()
            .and_then(|diagnosed| diagnosed.cause.clone());
        let token_origin = subject.token_origin;
        let contents = |frame| {
            subject.contents(
                frame,
                &verification,
                cause,
                &assertions,
                overrides,
                vec![output],
            )
        };
        let deliver = |context: &Context| context.answer(answer.as_bytes(), AnswerForm::Text);
        self.report.write_before(context, contents, deliver)?;
        if token_origin == Some(TokenOrigin::DamagedRehearsal) {
            return Err(ExpectationError::DamagedToken.into());
        }
        if let Some(accepted) = verification.verdict.opened() {
            for warning in of_wrapped(&accepted.material, &accepted.remarks) {
                context.terminal.warning(&warning);
            }
        }
        let exit = match &verification.verdict {
            Verdict::Refused(_) => {
                for hint in diagnosed.iter().flat_map(|diagnosed| &diagnosed.hints) {
                    context.terminal.hint(hint);
                }
                return Ok(Exit::Refused);
            }
            Verdict::UndecidedMaterial(_) => Exit::Undecided,
            Verdict::Undecided { .. } if !self.structure => Exit::Undecided,
            Verdict::Undecided { .. } | Verdict::Accepted(_) => Exit::Done,
        };
        match assertions.iter().find_map(Assertion::failure) {
            Some(failure) => {
                context.terminal.error(failure);
                Ok(Exit::Expectation)
            }
            None => Ok(exit),
        }
    }
}

/// The request that is verified.
struct Request {
    members: ImportRequest,
    /// The digest of its file, where it came as one and not in parts.
    file: Option<FileDigest>,
}

/// Whether the parameters are those of the request, and the token is the public key's own.
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
            "that of the parameters",
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
    vec![
        Assertion::of("SameImportToken", Some(same_token)),
        Assertion::of("TokenAndPublicKey", same_key),
    ]
}
