//! A report in Markdown, to read and sign.

use core::fmt::{Display, Write as _};

use super::{
    contents::{Contents, Import, KeyMaterialFacts},
    file::{InputFile, OutputFile},
    run::{ManualFields, Run},
    title::ReportTitle,
    tool::or_unknown,
};
use crate::{terminal_safe, text_encoding, verdict::VerdictKind};

/// A line to write on.
const LINE: &str = "______________________________";

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
    let mut page = MarkdownPage(format!(
        "{title}\n{}\n\n{}\n",
        "=".repeat(title.as_str().len()),
        title.sentence()
    ));
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
    run(&report.run, &mut page);
    blanks(&report.to_fill_in, &mut page);
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

fn run(run: &Run, page: &mut MarkdownPage) {
    page.section("Run");
    let words: Vec<_> = run.command_line.iter().map(|word| code(word)).collect();
    page.item("command line", words.join(" "));
    page.item(
        "started",
        format_args!("{} ({})", code(&run.started.to_string()), run.clock),
    );
    page.item(
        "ended",
        format_args!("{} ({})", code(&run.ended.to_string()), run.clock),
    );
    page.code(
        "program",
        format_args!("{} {}", run.tool.name, run.tool.version),
    );
    page.code("built for", &run.tool.target);
    page.code("features", run.tool.features_in_words());
    page.code("source commit", or_unknown(run.tool.source_commit.as_ref()));
    page.code(
        "SHA-256 of the program",
        or_unknown(run.tool.binary_sha256.as_ref()),
    );
    page.item("validation", run.tool.validation);
}

/// Writes the blanks. A rehearsal has none that only AWS could fill.
fn blanks(blanks: &ManualFields, page: &mut MarkdownPage) {
    page.section("To fill in");
    page.item("host", blank(&blanks.host));
    page.item("operator", blank(&blanks.operator));
    for (label, text, source) in blanks.of_aws() {
        page.item(label, blank(text));
        page.item("in CloudTrail", source);
    }
    page.section("Signatures");
    for line in &blanks.signatures {
        let [name, role, date, signature] =
            [&line.name, &line.role, &line.date, &line.signature].map(|text| blank(text));
        page.line(&format!(
            "Name: {name}\\\nRole: {role}\\\nDate: {date}\\\nSignature: {signature}"
        ));
    }
}

/// The filled-in value, or a line to fill in.
fn blank(text: &str) -> String {
    if text.is_empty() {
        LINE.to_owned()
    } else {
        code(text)
    }
}

/// Writes `text` as a code span, with more backticks around it than it has in a row.
///
/// # Source
///
/// CommonMark 0.31, 6.1: one space at each end is stripped if both are present.
fn code(text: &str) -> String {
    let text = terminal_safe::escaped(text);
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let is_plain = !text.starts_with([' ', '`']) && !text.ends_with([' ', '`']);
    if is_plain {
        format!("{fence}{text}{fence}")
    } else {
        format!("{fence} {text} {fence}")
    }
}

/// The text so far.
struct MarkdownPage(String);

impl MarkdownPage {
    fn section(&mut self, title: &str) {
        let _ = write!(self.0, "\n## {title}\n\n");
    }

    /// Adds a paragraph.
    fn line(&mut self, text: &str) {
        let gap = if self.0.ends_with("\n\n") { "" } else { "\n" };
        let _ = writeln!(self.0, "{gap}{text}");
    }

    /// Adds a fact in words of this program.
    fn item(&mut self, label: &str, text: impl Display) {
        let _ = writeln!(self.0, "- {label}: {text}");
    }

    /// Adds a fact in a code span, literally.
    fn code(&mut self, label: &str, text: impl Display) {
        self.item(label, code(&text.to_string()));
    }

    /// Adds a section with one line each, or with a line that says that there is none.
    fn list(&mut self, title: &str, lines: impl Iterator<Item = String>) {
        self.section(title);
        let start = self.0.len();
        for line in lines {
            let _ = writeln!(self.0, "- {line}");
        }
        if self.0.len() == start {
            self.line("None.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_whatever_it_holds() {
        for (text, span) in [
            ("server.key", "`server.key`"),
            ("", "nothing"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            (" x ", "`  x  `"),
            ("# <b>*x*\n- y", "`# <b>*x*\\u{a}- y`"),
        ] {
            assert_eq!(code(text), span);
        }
    }

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
