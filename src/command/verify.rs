//! `byok verify`: what ImportKeyMaterial would say.

use std::ffi::{OsStr, OsString};

use anyhow::Context as _;
use byok_core::blob::Blob;
use byok_core::compatibility::Rules;
use byok_core::explain::{Explanation, applies_to, explain_with_private_key};
use byok_core::fingerprint::Fingerprint;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::{ImportOptions, ImportRequest, MAX_ENCRYPTED_LEN};
use byok_core::import_token;
use byok_core::json;
use byok_core::key_material::{self, KeyMaterialError, WeakMaterial};
use byok_core::key_metadata::ExpirationModel;
use byok_core::key_spec::KeySpec;
use byok_core::public_key_file;
use byok_core::verify::{Accepted, Recording, Verdict, Verification, verify, verify_with_private_key};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use clap::Args;

use crate::arguments::{ALGORITHMS, KEY_SPECS, PlaceArgs, StoreArgs, UsageError};
use crate::context::{Context, OutputFormat};
use crate::diagnosis::Diagnosed;
use crate::entropy;
use crate::exit::Exit;
use crate::expectation::{self, ExpectationError};
use crate::manual;
use crate::material::{MaterialArgs, unproven};
use crate::parameter_files::{ParameterArgs, named};
use crate::store::DiskStore;
use crate::terminal::AnswerForm;

mod report;
mod why;

use report::Assertion;

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
    /// Record the import in the store: the key is then one that has this material
    #[arg(long, conflicts_with = "private_key")]
    import: bool,
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
}

impl Verify {
    pub(crate) fn run(self, context: &mut Context) -> anyhow::Result<Exit> {
        let now = context.now()?;
        let place = self.place.resolve()?;
        let mut rng = entropy::system_rng()?;
        let (verification, diagnosed, parameters, request) = if let Some(file) = &self.private_key {
            let (verification, diagnosed) =
                self.open_with(file, Rules::of(&place.region), context, &mut rng)?;
            (verification, diagnosed, None, None)
        } else {
            let (request, parameters) = self.request(context)?;
            let store = DiskStore::at(self.store.store.clone());
            context.notice_clock(now, store.latest_moment(request.key_id.as_deref(), &place));
            let mut verification = verify(&request, self.recording(), &place, &store, now, &mut rng)?;
            if let Some(parameters) = &parameters {
                verification = verification.with_parameters(&request, parameters, now);
            }
            let why =
                |context: &Context| why::of_request(&request, parameters.as_ref(), &store, context, &mut rng);
            let diagnosed = self.diagnose(&verification, why, context);
            (verification, diagnosed, parameters, Some(request))
        };
        let mut assertions = Vec::new();
        if let (Some(parameters), Some(request)) = (&parameters, &request) {
            assertions.extend(belongs_together(parameters, request, &verification));
        }
        self.assert_material(&verification, &mut assertions, context)?;
        self.conclude(&verification, diagnosed.as_ref(), &assertions, context)
    }

    fn recording(&self) -> Recording {
        if self.import { Recording::Import } else { Recording::Nothing }
    }

    /// The request that is verified, and the parameters that came with it.
    fn request(&self, context: &mut Context) -> anyhow::Result<(ImportRequest, Option<ImportParameters>)> {
        if let Some(file) = &self.import_request {
            let bytes = context.read(file, json::MAX_LEN)?;
            let request = ImportRequest::from_json(&bytes).with_context(|| named(file))?;
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
            Some(parameters) => (parameters.key_arn.to_string(), parameters.import_token.blob().clone()),
            None => self.key_and_token(context)?,
        };
        let request = ImportRequest {
            key_id: Some(key_id),
            import_token: Some(token),
            encrypted_key_material: Some(Blob::new(context.read(file, 2 * MAX_ENCRYPTED_LEN)?)),
            options: ImportOptions {
                expiration_model: Some(ExpirationModel::KeyMaterialDoesNotExpire.to_string()),
                ..ImportOptions::default()
            },
        };
        Ok((request, parameters))
    }

    fn key_and_token(&self, context: &mut Context) -> anyhow::Result<(String, Blob)> {
        let (Some(key_id), Some(token)) = (&self.parameters.key_id, &self.parameters.import_token) else {
            return Err(UsageError::new("wrapped key material alone cannot be verified")
                .hint("--params FILE, or --key-id KEY --import-token FILE, or --private-key FILE")
                .into());
        };
        Ok((key_id.clone(), Blob::new(context.read(token, 2 * import_token::MAX_LEN)?)))
    }

    fn open_with(
        &self,
        file: &OsStr,
        rules: Rules,
        context: &mut Context,
        rng: &mut impl rand_core::CryptoRng,
    ) -> anyhow::Result<(Verification, Option<Diagnosed>)> {
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let algorithm: WrappingAlgorithm =
            word(&self.wrapping_algorithm).parse().map_err(|e| UsageError::new(format!("{e}")))?;
        let key_spec: KeySpec = word(&self.key_spec).parse().map_err(|e| UsageError::new(format!("{e}")))?;
        let bytes = context.read_secret(file, key_material::MAX_LEN)?;
        let private_key = WrappingPrivateKey::from_pkcs8(&bytes).with_context(|| named(file))?;
        let blob = self.encrypted_key_material.as_deref().unwrap_or_default();
        let blob = Blob::new(context.read(blob, 2 * MAX_ENCRYPTED_LEN)?);
        rules.check(key_spec, algorithm, private_key.public_key().spec())?;
        let verification = verify_with_private_key(&blob, &private_key, algorithm, key_spec, rules, rng);
        let explain = |_: &Context| {
            Some(explain_with_private_key(&blob, &private_key, algorithm, key_spec, rules, rng))
        };
        let diagnosed = self.diagnose(&verification, explain, context);
        Ok((verification, diagnosed))
    }

    /// What is said about a verdict of no beside AWS's answer.
    fn diagnose(
        &self,
        verification: &Verification,
        explain: impl FnOnce(&Context) -> Option<Explanation>,
        context: &Context,
    ) -> Option<Diagnosed> {
        let Verdict::Refused(error) = &verification.verdict else { return None };
        if self.no_diagnosis {
            return Some(Diagnosed::without_explanation(error));
        }
        let explanation = if applies_to(error) { explain(context) } else { None };
        Some(Diagnosed::new(error, explanation.as_ref()))
    }

    /// Compares what is inside with what must be.
    fn assert_material(
        &self,
        verification: &Verification,
        assertions: &mut Vec<Assertion>,
        context: &mut Context,
    ) -> anyhow::Result<()> {
        let accepted = match &verification.verdict {
            Verdict::Accepted(accepted) => Some(accepted),
            Verdict::Refused(_) | Verdict::Undecided { .. } => None,
        };
        if let Some(expected) = &self.expect_material {
            let check = |accepted: &Accepted| expectation::material(expected, &accepted.material);
            assertions.push(Assertion::of("Fingerprint", accepted.map(check)));
        }
        if let Some(file) = &self.expect_public_key {
            let bytes = context.read(file, json::MAX_LEN)?;
            let expected =
                public_key_file::read(&bytes).with_context(|| named(file))?.public_key.fingerprint();
            let check = |accepted: &Accepted| {
                let found = accepted.material.fingerprint();
                expectation::same("public key of the material", &expected.to_string(), &found.to_string())
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
        let rules = if accepted.material.bytes().len() == 16 { Rules::China } else { Rules::Standard };
        let read = self.reading.read(file, Some(key_spec), rules, WeakMaterial::Allow, context)?;
        let differs = |what, expected: String, found: String| {
            Ok(Err(ExpectationError::Differs { what, expected, found }))
        };
        match read {
            Err(KeyMaterialError::OtherKeySpec { found, wanted }) => {
                differs("key spec of the material", found.to_string(), wanted.to_string())
            }
            Ok(reading) if !reading.material.is_same_key(&accepted.material) => {
                let (expected, found) = (reading.material.fingerprint(), accepted.material.fingerprint());
                differs("key material", expected.to_string(), found.to_string())
            }
            read => read.map(|_| Ok(())).with_context(|| named(file)),
        }
    }

    fn conclude(
        &self,
        verification: &Verification,
        diagnosed: Option<&Diagnosed>,
        assertions: &[Assertion],
        context: &Context,
    ) -> anyhow::Result<Exit> {
        let answer = match context.output(OutputFormat::Text) {
            OutputFormat::Text => report::text(verification, assertions, self.recording(), diagnosed),
            OutputFormat::Json => {
                let overrides = context.overrides();
                report::json(verification, assertions, self.recording(), diagnosed, overrides)
            }
        };
        context.answer(answer.as_bytes(), AnswerForm::Text)?;
        if let Verdict::Accepted(accepted) = &verification.verdict {
            for remark in &accepted.remarks {
                context.terminal.warning(&unproven(remark));
            }
        }
        let exit = match &verification.verdict {
            Verdict::Refused(_) => {
                for hint in diagnosed.iter().flat_map(|diagnosed| &diagnosed.hints) {
                    context.terminal.hint(hint);
                }
                return Ok(Exit::Refused);
            }
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
        expectation::same("import token of the request", "that of the parameters", "another")
    };
    let same_key = verification.token.as_ref().map(|sealed| {
        let sealed = byok_core::hex::encode(&sealed.wrapping_key_sha256);
        expectation::same("SHA-256 of the wrapping key", &sealed, &parameters.public_key.fingerprint())
    });
    vec![Assertion::of("SameImportToken", Some(same_token)), Assertion::of("TokenAndPublicKey", same_key)]
}
