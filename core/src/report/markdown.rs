//! A report in Markdown, to read and sign.

mod batch;
mod closing;
mod page;

pub(super) use batch::page as batch_page;
use page::{MarkdownPage, code};

use super::{
    contents::{Contents, Import, KeyMaterialFacts},
    file::{InputFile, OutputFile},
    title::ReportTitle,
};
use crate::{text_encoding, verdict::VerdictKind};

/// Returns the title of the Markdown report in `bytes`, by its first line.
pub(super) fn title(bytes: &[u8]) -> Option<ReportTitle> {
    let text = text_encoding::without_mark(bytes);
    let is_first_line = |title: &&ReportTitle| {
        let rest = text.strip_prefix(title.as_str().as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"\n=") || rest.starts_with(b"\r\n="))
    };
    ReportTitle::ALL.iter().find(is_first_line).copied()
}

/// Writes the report. Text from outside is in code spans, where Markdown has no effect, and control
/// and bidi characters are escaped.
pub(super) fn write(report: &Contents) -> String {
    let title = ReportTitle::of(report.kind, report.command);
    let mut page = MarkdownPage::new(title);
    outcome(report, &mut page);
    key(report, &mut page);
    wrapping(report, &mut page);
    material(report.key_material.as_ref(), &mut page);
    import(&report.import, &mut page);
    page.list(
        "Checks",
        report.checks.iter().map(|check| {
            let reason = check
                .reason
                .as_deref()
                .map(|reason| format!(", {}", code(reason)));
            let reason = reason.unwrap_or_default();
            format!("{}: {}{reason}", code(&check.name), check.result)
        }),
    );
    lists(report, &mut page);
    closing::run(&report.run, &mut page);
    closing::blanks(&report.to_fill_in, &mut page);
    page.0
}

fn outcome(report: &Contents, page: &mut MarkdownPage) {
    page.section("Outcome");
    page.item("command", report.command);
    page.item("verdict", report.verdict);
    if let Some(answer) = &report.exception {
        let name = answer.name.as_str();
        let answer = answer
            .message
            .as_ref()
            .map_or(name.to_owned(), |text| format!("{name}: {text}"));
        page.code("exception", answer);
    }
    if let Some(cause) = &report.cause {
        page.code("cause", cause);
    }
    let failed: Vec<_> = report.failed_checks().collect();
    if report.verdict != VerdictKind::Refused && !failed.is_empty() {
        page.code("failed", failed.join(", "));
    }
}

fn key(report: &Contents, page: &mut MarkdownPage) {
    let key = &report.kms_key;
    page.section("KMS key");
    page.code("ARN", &key.arn);
    page.code("account", &key.account_id);
    page.code("Region", &key.region);
    page.code("KeySpec", key.key_spec);
    match key.key_usage.known() {
        Some(usage) => page.code("KeyUsage", usage),
        None => page.item("KeyUsage", "unknown: no description of the key was given"),
    }
}

fn wrapping(report: &Contents, page: &mut MarkdownPage) {
    let wrapping = &report.wrapping;
    page.section("Wrapping");
    page.code("WrappingAlgorithm", wrapping.wrapping_algorithm);
    page.code(
        "in PKCS#11",
        wrapping.mechanism.as_deref().unwrap_or("unknown"),
    );
    page.code("WrappingKeySpec", wrapping.wrapping_key_spec);
    page.code("fingerprint of the wrapping key", wrapping.fingerprint);
    page.item(
        "method",
        wrapping.fingerprint_method.as_deref().unwrap_or("unknown"),
    );
    page.code("ParametersValidTo", wrapping.parameters_valid_to);
}

fn material(material: Option<&KeyMaterialFacts>, page: &mut MarkdownPage) {
    page.section("Key material");
    let Some(material) = material else {
        page.line("byok did not see the key material.");
        return;
    };
    page.code("KeySpec", material.key_spec);
    page.item("length", format_args!("{} bytes", material.length));
    page.code("fingerprint", material.fingerprint);
    page.item("method", &material.fingerprint_method);
    page.code("format", &material.source_format);
    page.code("conversion", &material.conversion);
    for remark in &material.remarks {
        page.code("remark", remark);
    }
}

fn import(import: &Import, page: &mut MarkdownPage) {
    page.section("Import");
    page.code("ExpirationModel", import.expiration_model);
    match import.valid_to {
        Some(valid_to) => page.code("ValidTo", valid_to),
        None => page.item("ValidTo", "none"),
    }
    let said = [
        ("ImportType", &import.import_type),
        ("KeyMaterialDescription", &import.key_material_description),
        ("KeyMaterialId", &import.key_material_id),
    ];
    for (label, value) in said {
        if let Some(value) = value {
            page.code(label, value);
        }
    }
    let blobs = [
        ("ImportToken", &import.import_token),
        ("EncryptedKeyMaterial", &import.encrypted_key_material),
    ];
    for (label, digest) in blobs {
        match digest {
            Some(digest) => page.code(label, digest),
            None => page.item(label, "no digest is kept"),
        }
    }
}

fn lists(report: &Contents, page: &mut MarkdownPage) {
    page.list("Overrides", report.overrides.iter().map(|text| code(text)));
    page.list("Warnings", report.warnings.iter().map(|text| code(text)));
    page.list("Inputs", report.inputs.iter().map(input));
    let output = |file: &OutputFile| {
        format!(
            "{}, {}: {}",
            code(&file.name),
            file.content,
            code(&file.digest().to_string())
        )
    };
    page.list("Outputs", report.outputs.iter().map(output));
    page.list("Notes", report.notes.iter().map(|text| code(text)));
}

fn input(file: &InputFile) -> String {
    match file.digest() {
        Some(digest) => format!("{}: {}", code(&file.name), code(&digest.to_string())),
        None => {
            format!(
                "{}: a secret, or possibly a secret: neither size nor digest is kept",
                code(&file.name)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_title() {
        for title in ReportTitle::ALL {
            for text in [format!("{title}\n====="), format!("{title}\r\n=")] {
                assert_eq!(super::title(text.as_bytes()), Some(*title), "{text}");
            }
        }
        for other in [
            "",
            "EMULATED WRAP",
            "EMULATED\n=",
            "WRAP\n=",
            "emulated wrap\n=",
            " EMULATED WRAP\n=",
        ] {
            assert_eq!(super::title(other.as_bytes()), None, "{other}");
        }
    }
}
