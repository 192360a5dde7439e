//! The report contents of a `verify` run.

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::import_token::TokenOrigin;
use byok_core::key_id::{KeyIdentifier, Place};
use byok_core::key_metadata::KeyMetadata;
use byok_core::key_spec::KeySpec;
use byok_core::key_store::KeyStore as _;
use byok_core::report::{
    Command, Contents, Import, KeyMaterialFacts, KmsKey, OutputFile, ReportKind, Reported, Wrapping,
};
use byok_core::verdict::{MaterialFacts, VerdictDocument};
use byok_core::verify::{Check, CheckResult, Verdict, Verification};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_public_key::WrappingPublicKey;

use crate::material::conversion;
use crate::report::ReportContext;
use crate::store::DiskStore;

/// The subject of the verification, as far as it is known.
pub(super) struct Subject {
    pub(super) kind: ReportKind,
    /// The origin of the import token; `None` without a token.
    pub(super) token_origin: Option<TokenOrigin>,
    pub(super) kms_key: KmsKey,
    wrapping: Wrapping,
    pub(super) import: Import,
}

impl Subject {
    /// Returns the subject for a request, possibly with its parameters.
    pub(super) fn of_request(
        request: &ImportRequest,
        parameters: Option<&ImportParameters>,
        verification: &Verification,
        place: &Place,
        store: &DiskStore,
    ) -> Self {
        let token = request.import_token.as_ref();
        let token_origin = token.map(|token| TokenOrigin::of(token.as_bytes()));
        let arn = request.key_id.as_deref().and_then(|key_id| {
            KeyIdentifier::parse(key_id)
                .and_then(|identifier| identifier.resolve(place))
                .ok()
        });
        let kms_key = arn.map_or_else(|| KmsKey::in_place(place), KmsKey::of);
        let wrapping = match (&verification.token, parameters) {
            (Some(sealed), _) => Wrapping::UNKNOWN
                .with_algorithm(sealed.algorithm)
                .under(sealed.wrapping_key_spec, sealed.wrapping_key_sha256)
                .valid_to(Some(sealed.parameters_valid_to)),
            (None, Some(parameters)) => Wrapping::UNKNOWN
                .under_key(&parameters.public_key)
                .valid_to(parameters.parameters_valid_to),
            (None, None) => Wrapping::UNKNOWN,
        };
        Self {
            kind: token_origin.map_or(ReportKind::Emulated, ReportKind::from),
            token_origin,
            kms_key: described(kms_key, verification, store),
            wrapping,
            import: Import::from(request),
        }
    }

    /// Returns the subject for wrapped material without a request, from the wrapping key and the
    /// options.
    pub(super) fn of_blob(
        blob: &Blob,
        public_key: &WrappingPublicKey,
        algorithm: WrappingAlgorithm,
        key_spec: KeySpec,
        place: &Place,
    ) -> Self {
        Self {
            kind: ReportKind::Emulated,
            token_origin: None,
            kms_key: KmsKey {
                key_spec: Reported::Known(key_spec),
                ..KmsKey::in_place(place)
            },
            wrapping: Wrapping::UNKNOWN
                .with_algorithm(algorithm)
                .under_key(public_key),
            import: Import::without_request(Some(blob)),
        }
    }

    /// Builds the report contents of a verification with this verdict.
    pub(super) fn contents(
        self,
        report_context: ReportContext,
        verification: &Verification,
        document: VerdictDocument,
        outputs: Vec<OutputFile>,
    ) -> Contents {
        Contents {
            kind: self.kind,
            schema_version: document.schema_version,
            command: Command::Verify,
            verdict: document.verdict,
            exception: document.exception,
            cause: document.cause,
            kms_key: self.kms_key,
            wrapping: self.wrapping,
            key_material: document
                .key_material
                .and_then(|facts| material(&facts, &verification.verdict)),
            import: self.import,
            checks: document.checks,
            warnings: report_context.warnings,
            overrides: document.overrides,
            inputs: report_context.inputs,
            outputs,
            notes: report_context.notes,
            run: report_context.run,
            to_fill_in: self.kind.blanks(),
        }
    }
}

/// Returns the key with its facts from the store, if the store was asked.
fn described(key: KmsKey, verification: &Verification, store: &DiskStore) -> KmsKey {
    let was_found = verification
        .checks
        .contains(&(Check::KeyId, CheckResult::Passed));
    let found = key
        .arn
        .known()
        .filter(|_| was_found)
        .and_then(|arn| store.find(arn).ok().flatten());
    match found.map(|record| record.key_metadata) {
        Some(KeyMetadata {
            key_spec,
            key_usage,
            ..
        }) => KmsKey {
            key_spec: Reported::Known(key_spec),
            key_usage: Reported::Known(key_usage),
            ..key
        },
        None => key,
    }
}

fn material(facts: &MaterialFacts, verdict: &Verdict) -> Option<KeyMaterialFacts> {
    let accepted = verdict.accepted()?;
    let conversion =
        conversion(accepted.source_format, &accepted.material).unwrap_or_else(|| "none".to_owned());
    let source_format = accepted.source_format.to_string();
    let remarks = facts.remarks.clone().unwrap_or_default();
    Some(KeyMaterialFacts::new(
        facts,
        source_format,
        conversion,
        remarks,
    ))
}
