//! A report in HTML: one file without scripts and remote resources, to print on A4 paper and sign.

mod batch;
mod closing;
mod digest_list;
mod escape;
mod facts;
mod head;
mod page;
mod qr_code;
mod style;

use core::fmt::Write as _;

pub(super) use batch::page as batch_page;
use digest_list::DigestList;
use escape::escape;
use facts::Facts;
pub(super) use head::title;
use page::{HtmlPage, WARNINGS, code};

use super::{
    contents::{Contents, Import, KeyMaterialFacts},
    digest::Sha256Digest,
    file::{InputFile, OutputFile},
    legend,
    reported::Reported,
    title::ReportTitle,
};
use crate::verify::CheckResult;

/// Writes the report. `json` is the SHA-256 of the same report in JSON.
pub(super) fn write(report: &Contents, json: Sha256Digest) -> String {
    let title = ReportTitle::of(report.kind, report.command);
    let command = report.command.as_str();
    let mut page = HtmlPage::new(head::head(title, command, &report.run, ""));
    outcome(report, &mut page);
    limits(report, &mut page);
    key(report, &mut page);
    wrapping(report, &mut page);
    material(report.key_material.as_ref(), &mut page);
    import(&report.import, &mut page);
    checks(report, &mut page);
    files(report, &mut page);
    page.list("Notes", &report.notes);
    let program = match &report.run.tool.binary_sha256 {
        Some(digest) => page.digests.show(digest, "program byok"),
        None => "unknown".to_owned(),
    };
    closing::run(&report.run, &program, &json, &mut page);
    closing::digests(&mut page);
    closing::to_fill_in(&report.to_fill_in, &mut page);
    closing::signatures(&report.to_fill_in, &json, &mut page);
    page.text.push_str("</body>\n</html>\n");
    page.text
}

fn outcome(report: &Contents, page: &mut HtmlPage) {
    let mut text = format!(
        "<div class=\"verdict\">\n<p><b>Verdict: {}</b></p>\n<p>{}</p>\n",
        report.verdict,
        legend::verdict(report.verdict)
    );
    if let Some(answer) = &report.exception {
        let name = escape(answer.name.as_str());
        let message = answer
            .message
            .as_ref()
            .map(|text| format!(": {}", escape(text)));
        let _ = writeln!(
            text,
            "<p>The answer of AWS KMS: <code>{name}{}</code></p>",
            message.unwrap_or_default()
        );
    }
    if let Some(cause) = &report.cause {
        let _ = writeln!(text, "<p>Cause: {}</p>", code(cause));
    }
    let failed: Vec<_> = report.failed_checks().map(code).collect();
    if !failed.is_empty() {
        let _ = writeln!(text, "<p>Failed checks: {}</p>", failed.join(", "));
    }
    text.push_str("</div>\n");
    page.text.push_str(&text);
}

fn key(report: &Contents, page: &mut HtmlPage) {
    let key = &report.kms_key;
    let usage = match key.key_usage.known() {
        Some(usage) => code(usage),
        None => "unknown: no description of the key was given".to_owned(),
    };
    page.facts(
        "KMS key",
        Facts::default()
            .code("ARN", &key.arn)
            .code("Account", &key.account_id)
            .code("Region", &key.region)
            .code("KeySpec", key.key_spec)
            .html("KeyUsage", &usage),
    );
}

fn wrapping(report: &Contents, page: &mut HtmlPage) {
    let wrapping = &report.wrapping;
    let fingerprint = match &wrapping.fingerprint {
        Reported::Known(fingerprint) => page.fingerprint(fingerprint, "wrapping public key"),
        Reported::Unknown => "unknown".to_owned(),
    };
    let unknown = || "unknown".to_owned();
    let method = wrapping.fingerprint_method.as_ref().map(escape);
    page.facts(
        "Wrapping",
        Facts::default()
            .code("WrappingAlgorithm", wrapping.wrapping_algorithm)
            .html(
                "In PKCS #11",
                &wrapping.mechanism.as_ref().map_or_else(unknown, code),
            )
            .code("WrappingKeySpec", wrapping.wrapping_key_spec)
            .html("Wrapping key", &fingerprint)
            .html("Method", &method.unwrap_or_else(unknown))
            .code("ParametersValidTo", wrapping.parameters_valid_to),
    );
}

fn material(material: Option<&KeyMaterialFacts>, page: &mut HtmlPage) {
    let Some(material) = material else {
        page.section("Key material");
        page.text
            .push_str("<p>byok did not see the key material.</p>\n");
        return;
    };
    let fingerprint = page.fingerprint(&material.fingerprint, "public key of the key material");
    let mut facts = Facts::default()
        .code("KeySpec", material.key_spec)
        .html("Length", &format!("{} bytes", material.length))
        .html("Fingerprint", &fingerprint)
        .html("Method", &escape(&material.fingerprint_method))
        .code("Format", &material.source_format)
        .code("Conversion", &material.conversion);
    for remark in &material.remarks {
        facts = facts.code("Remark", remark);
    }
    page.facts("Key material", facts);
}

fn import(import: &Import, page: &mut HtmlPage) {
    let mut facts = Facts::default().code("ExpirationModel", import.expiration_model);
    facts = match import.valid_to {
        Some(valid_to) => facts.code("ValidTo", valid_to),
        None => facts.html("ValidTo", "none"),
    };
    let named = [
        ("ImportType", &import.import_type),
        ("KeyMaterialDescription", &import.key_material_description),
        ("KeyMaterialId", &import.key_material_id),
    ];
    for (label, value) in named {
        if let Some(value) = value {
            facts = facts.code(label, value);
        }
    }
    let blobs = [
        ("ImportToken", &import.import_token),
        ("EncryptedKeyMaterial", &import.encrypted_key_material),
    ];
    for (label, digest) in blobs {
        let text = match digest {
            Some(digest) => page.digests.show_file(digest, label),
            None => "no digest is kept".to_owned(),
        };
        facts = facts.html(label, &text);
    }
    page.facts("Import", facts);
}

/// Writes the checks, each with its meaning, and the meaning of each result.
fn checks(report: &Contents, page: &mut HtmlPage) {
    page.section("Checks");
    let results = CheckResult::ALL
        .iter()
        .map(|result| format!("<b>{result}</b>: {}", legend::result(*result)));
    let _ = writeln!(
        page.text,
        "<p class=\"hint\">{}</p>",
        results.collect::<Vec<_>>().join(" ")
    );
    page.text.push_str(
        "<table class=\"checks\">\n<thead><tr><th>Check</th><th>Result</th><th>What it checks</th></tr>\
         </thead>\n<tbody>\n",
    );
    for check in &report.checks {
        let class = match check.result {
            CheckResult::Passed => "passed",
            CheckResult::Failed => "failed",
            CheckResult::NotChecked => "not-checked",
        };
        let meaning =
            legend::check(&check.name).unwrap_or("This version of byok does not know this check.");
        let reason = check
            .reason
            .as_ref()
            .map(|reason| format!("<br><i>Reason: {}</i>", escape(reason)));
        let _ = writeln!(
            page.text,
            "<tr><td>{}</td><td><span class=\"{class}\">{}</span></td><td>{meaning}{}</td></tr>",
            code(&check.name),
            check.result,
            reason.unwrap_or_default()
        );
    }
    page.text.push_str("</tbody>\n</table>\n");
}

/// Writes the warnings and the options that made the run less strict, near the verdict.
fn limits(report: &Contents, page: &mut HtmlPage) {
    page.text.push_str("<div class=\"limits\">\n");
    let warnings = report.warnings.iter().map(escape);
    page.limit(WARNINGS, warnings);
    let overrides = report.overrides.iter().map(code);
    page.limit(OVERRIDES, overrides);
    page.text.push_str("</div>\n");
}

/// The heading of the list of options that made the run less strict, and the sentence in its place.
const OVERRIDES: [&str; 2] = [
    "These options made the run less strict:",
    "No option made the run less strict.",
];

fn files(report: &Contents, page: &mut HtmlPage) {
    page.section("Inputs");
    let input = |file: &InputFile, digests: &mut DigestList| match (file.size, &file.sha256) {
        (Some(size), Some(sha256)) => [
            format!("{}<br>{size} bytes", code(&file.name)),
            digests.show(sha256, format!("input: {}", file.name)),
        ],
        _ => [
            code(&file.name),
            "a secret, or possibly a secret: neither size nor digest is kept".to_owned(),
        ],
    };
    let inputs = report.inputs.iter();
    let inputs: Vec<_> = inputs.map(|file| input(file, &mut page.digests)).collect();
    page.files(&inputs);
    page.section("Outputs");
    let output = |file: &OutputFile, digests: &mut DigestList| {
        [
            format!(
                "{}<br>{}, {} bytes",
                code(&file.name),
                file.content,
                file.size
            ),
            digests.show(&file.sha256, format!("output: {}", file.name)),
        ]
    };
    let outputs = report.outputs.iter();
    let outputs: Vec<_> = outputs
        .map(|file| output(file, &mut page.digests))
        .collect();
    page.files(&outputs);
}
