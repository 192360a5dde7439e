//! The report contents of a `wrap` run.

use byok_core::report::{
    Command, Contents, Import, KeyMaterialFacts, KmsKey, OutputFile, ReportKind, Reported, Wrapping,
};
use byok_core::verdict::{CheckEntry, RunCheck, SchemaVersion, VerdictKind};
use byok_core::verify::{Check, CheckResult};

use super::Wrap;
use super::key_proof::{KeyProofs, Proof};
use super::wrapped::{Input, Wrapped};
use crate::context::Context;
use crate::material::{FormatNotes, conversion};
use crate::report::ReportContext;

impl Wrap {
    /// Builds the report contents of a wrap.
    pub(super) fn contents(
        &self,
        report_context: ReportContext,
        wrapped: &Wrapped<'_>,
        outputs: Vec<OutputFile>,
        context: &Context,
    ) -> Contents {
        let parameters = wrapped.parameters;
        let wrapping = Wrapping::UNKNOWN
            .with_algorithm(wrapped.algorithm)
            .under_key(&parameters.public_key)
            .valid_to(parameters.parameters_valid_to);
        let kind = ReportKind::from(parameters.import_token.origin());
        Contents {
            kind,
            schema_version: SchemaVersion,
            command: Command::Wrap,
            verdict: VerdictKind::Wrapped,
            exception: None,
            cause: None,
            kms_key: KmsKey {
                key_spec: Reported::Known(wrapped.target.key_spec),
                key_usage: wrapped.target.key_usage.into(),
                ..KmsKey::of(parameters.key_arn.clone())
            },
            wrapping,
            key_material: material(wrapped.input),
            import: Import::from(wrapped.request),
            checks: self.checks(wrapped),
            warnings: report_context.warnings,
            overrides: self.overrides(wrapped.proofs, context),
            inputs: report_context.inputs,
            outputs,
            notes: report_context.notes,
            run: report_context.run,
            to_fill_in: kind.blanks(),
        }
    }

    /// Returns every check: those of ImportKeyMaterial, of which only AWS KMS can make some, and
    /// the expectations. If one fails, nothing is wrapped and there is no report.
    fn checks(&self, wrapped: &Wrapped<'_>) -> Vec<CheckEntry> {
        let was_made = |check: Check| match check {
            Check::Parameters | Check::EncryptedKeyMaterialSize => true,
            Check::KeyState => self.describe_key.is_some(),
            Check::ParametersValidTo => wrapped.parameters.parameters_valid_to.is_some(),
            Check::KeyMaterial => matches!(wrapped.input, Input::Material(_)),
            Check::KeyId | Check::ImportToken | Check::Decryption | Check::KeyMaterialId => false,
        };
        let demanded = [
            (RunCheck::RehearsalMark.as_str(), true),
            (
                RunCheck::ExpectedKeyId.as_str(),
                wrapped.parameters_name_key && self.parameters.key_id.is_some(),
            ),
            (
                RunCheck::ExpectedWrappingKey.as_str(),
                wrapped.proofs.contains(Proof::ExpectedWrappingKey),
            ),
            (
                RunCheck::TokenAndPublicKey.as_str(),
                wrapped.proofs.contains(Proof::Store),
            ),
            (
                RunCheck::RehearsedWrappingKey.as_str(),
                wrapped.proofs.contains(Proof::Report),
            ),
            (
                RunCheck::ParametersRequest.as_str(),
                self.parameters_request.is_some(),
            ),
            (
                RunCheck::Fingerprint.as_str(),
                self.expect.expect_material.is_some(),
            ),
        ];
        let passed = |was_made| {
            if was_made {
                CheckResult::Passed
            } else {
                CheckResult::NotChecked
            }
        };
        let of_import = Check::ALL
            .iter()
            .map(|check| (check.as_str(), passed(was_made(*check))));
        let demanded = demanded
            .into_iter()
            .map(|(name, was_made)| (name, passed(was_made)));
        let first = [(RunCheck::Combination.as_str(), CheckResult::Passed)];
        let all = first
            .into_iter()
            .chain(of_import)
            .chain(demanded)
            .chain(self.rehearsed.checks());
        all.map(|(name, result)| CheckEntry::new(name, result))
            .collect()
    }

    fn overrides(&self, proofs: &KeyProofs, context: &Context) -> Vec<String> {
        let trust = "--trust-parameters: the wrapping key is trusted, not proven";
        let more = [
            self.weak.as_override(),
            self.rehearsed.as_override(),
            proofs.is_trusted().then(|| trust.to_owned()),
        ];
        context
            .overrides()
            .into_iter()
            .chain(more.into_iter().flatten())
            .collect()
    }
}

fn material(input: &Input) -> Option<KeyMaterialFacts> {
    let Input::Material(reading) = input else {
        return None;
    };
    let conversion =
        conversion(reading.source_format, &reading.material).unwrap_or_else(|| "none".to_owned());
    let source_format = reading.source_format.to_string();
    Some(KeyMaterialFacts::of(
        &reading.material,
        source_format,
        conversion,
        FormatNotes::of(reading).texts(),
    ))
}
