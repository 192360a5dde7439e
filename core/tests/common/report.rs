//! Reports of runs as the command line makes them.

use byok_core::{
    import_request::ImportRequest,
    key_spec::KeySpec,
    report::{
        Clock, Command, Contents, Import, InputFile, KeyMaterialFacts, KmsKey, Moment,
        OutputContent, OutputFile, Report, ReportKind, Reported, Run, Sha256Digest, SourceCommit,
        Tool, Validation, Wrapping,
    },
    verdict::{CheckEntry, SchemaVersion, VerdictKind},
    verify::{Check, CheckResult},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

use super::{arn, encrypted, material, material_bytes, now, parameters, request};

pub(crate) const ALGORITHM: WrappingAlgorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
pub(crate) const SPEC: WrappingKeySpec = WrappingKeySpec::Rsa2048;

/// The request of these reports.
pub(crate) fn import_request(key_spec: KeySpec) -> ImportRequest {
    let parameters = parameters(key_spec, ALGORITHM, SPEC);
    let blob = encrypted(material_bytes(key_spec).0, ALGORITHM, &parameters);
    request(&parameters, blob)
}

/// Returns a passed rehearsal of material of `key_spec`.
pub(crate) fn rehearsed(key_spec: KeySpec) -> Contents {
    let request = import_request(key_spec);
    let parameters = parameters(key_spec, ALGORITHM, SPEC);
    let check = |check: &Check| CheckEntry::new(check.as_str(), CheckResult::Passed);
    let answer = OutputFile::new("standard output", OutputContent::Answer, b"Yes");
    Contents {
        kind: ReportKind::Emulated,
        schema_version: SchemaVersion,
        command: Command::Rehearse,
        verdict: VerdictKind::Accepted,
        exception: None,
        cause: None,
        kms_key: KmsKey {
            key_spec: Reported::Known(key_spec),
            ..KmsKey::of(arn(key_spec))
        },
        wrapping: Wrapping::UNKNOWN
            .with_algorithm(ALGORITHM)
            .under_key(&parameters.public_key)
            .valid_to(parameters.parameters_valid_to),
        key_material: Some(KeyMaterialFacts::of(
            &material(key_spec),
            "SEC1 PEM",
            "converted",
            vec![],
        )),
        import: Import::from(&request),
        checks: Check::ALL.iter().map(check).collect(),
        warnings: vec![],
        overrides: vec!["--at 2026-11-23T12:00:00Z".to_owned()],
        inputs: vec![
            InputFile::public("params.json", b"{}"),
            InputFile::secret("server.key"),
        ],
        outputs: vec![answer],
        notes: vec!["room 3, two of us".to_owned()],
        run: run(),
        to_fill_in: ReportKind::Emulated.blanks(),
    }
}

/// Returns the `wrap` report of the same production import.
pub(crate) fn wrapped(key_spec: KeySpec) -> Contents {
    let file = import_request(key_spec).to_json();
    Contents {
        kind: ReportKind::ProductionWrap,
        command: Command::Wrap,
        verdict: VerdictKind::Wrapped,
        to_fill_in: ReportKind::ProductionWrap.blanks(),
        outputs: vec![OutputFile::new(
            "request.json",
            OutputContent::ImportRequest,
            file.as_bytes(),
        )],
        ..rehearsed(key_spec)
    }
}

pub(crate) fn report(contents: Contents) -> Report {
    Report::new(contents).expect("whole")
}

fn run() -> Run {
    Run {
        command_line: ["byok", "rehearse", "server.key"]
            .map(str::to_owned)
            .to_vec(),
        started: Moment(now()),
        ended: Moment(now().plus_millis(1_750)),
        clock: Clock::LocalUnverified,
        tool: Tool {
            name: "byok".to_owned(),
            version: "1.2.3".to_owned(),
            target: "x86_64-unknown-linux-musl".to_owned(),
            features: vec!["serve".to_owned()],
            source_commit: SourceCommit::parse(&"0a".repeat(20)),
            binary_sha256: Some(Sha256Digest::of(b"program")),
            validation: Validation::NotValidated,
        },
    }
}
