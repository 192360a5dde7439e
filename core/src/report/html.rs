//! A report in HTML: one file without scripts and remote resources, to print on A4 paper and sign.

mod digest_list;
mod escape;
mod facts;
mod qr_code;
mod style;

use core::fmt::{Display, Write as _};

use digest_list::{DigestList, groups};
use escape::escape;
use facts::Facts;

use super::{
    contents::{Contents, Import, KeyMaterialFacts},
    digest::Sha256Digest,
    file::{InputFile, OutputFile},
    legend,
    reported::Reported,
    run::{ManualFields, Run},
    title::ReportTitle,
    tool::or_unknown,
};
use crate::{fingerprint::Fingerprint, text_encoding, verify::CheckResult};

/// The description of the digest of the same report in JSON.
const JSON_FORM: &str = "this report in JSON";
/// The text before the title in the second line.
const MARK: &str = "<!-- report of byok: ";

/// Returns the title of the HTML report in `bytes`, by its second line.
pub(super) fn title(bytes: &[u8]) -> Option<ReportTitle> {
    let rest = text_encoding::without_mark(bytes).strip_prefix(b"<!DOCTYPE html>\n")?;
    let rest = rest.strip_prefix(MARK.as_bytes())?;
    let is_title = |title: &&ReportTitle| {
        let after = rest.strip_prefix(title.as_str().as_bytes());
        after.is_some_and(|after| after.starts_with(b" -->\n"))
    };
    ReportTitle::ALL.iter().find(is_title).copied()
}

/// Writes the report. `json` is the SHA-256 of the same report in JSON.
pub(super) fn write(report: &Contents, json: Sha256Digest) -> String {
    let title = ReportTitle::of(report.kind, report.command);
    let mut page = HtmlPage {
        text: head(report, title),
        digests: DigestList::default(),
    };
    outcome(report, &mut page);
    limits(report, &mut page);
    key(report, &mut page);
    wrapping(report, &mut page);
    material(report.key_material.as_ref(), &mut page);
    import(&report.import, &mut page);
    checks(report, &mut page);
    files(report, &mut page);
    page.list("Notes", &report.notes);
    run(&report.run, &json, &mut page);
    digests(&mut page);
    to_fill_in(&report.to_fill_in, &mut page);
    signatures(&report.to_fill_in, &json, &mut page);
    page.text.push_str("</body>\n</html>\n");
    page.text
}

fn head(report: &Contents, title: ReportTitle) -> String {
    let started = report.run.started;
    let style = style::style(&format!("byok: {title}, {started}"));
    let class = match title {
        ReportTitle::ProductionWrap | ReportTitle::Verification => "aws",
        ReportTitle::EmulatedWrap
        | ReportTitle::EmulatedVerification
        | ReportTitle::EmulatedRehearsal => "rehearsal",
    };
    format!(
        "<!DOCTYPE html>\n\
         {MARK}{title} -->\n\
         <html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}, {started}</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <header class=\"{class}\">\n<h1>{title}</h1>\n<p>{}</p>\n<p>byok {}, started {started}</p>\n\
         </header>\n",
        title.sentence(),
        report.command
    )
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
    limit(WARNINGS, warnings, page);
    let overrides = report.overrides.iter().map(code);
    limit(OVERRIDES, overrides, page);
    page.text.push_str("</div>\n");
}

/// The heading of the list of warnings, and the sentence in its place.
const WARNINGS: [&str; 2] = ["This run printed warnings:", "This run printed no warning."];
/// The same for the options that made the run less strict.
const OVERRIDES: [&str; 2] = [
    "These options made the run less strict:",
    "No option made the run less strict.",
];

/// Writes a list with a heading, or the sentence that it is empty.
fn limit(
    [heading, none]: [&str; 2],
    texts: impl ExactSizeIterator<Item = String>,
    page: &mut HtmlPage,
) {
    if texts.len() == 0 {
        let _ = writeln!(page.text, "<p>{none}</p>");
        return;
    }
    let _ = writeln!(page.text, "<p>{heading}</p>\n<ul>");
    for text in texts {
        let _ = writeln!(page.text, "<li>{text}</li>");
    }
    page.text.push_str("</ul>\n");
}

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

fn run(run: &Run, json: &Sha256Digest, page: &mut HtmlPage) {
    let words: Vec<_> = run
        .command_line
        .iter()
        .map(|word| format!("<code class=\"word\">{}</code>", visible(word)))
        .collect();
    let time = |moment: &dyn Display| format!("{} ({})", code(moment), run.clock);
    let tool = &run.tool;
    let program = match &tool.binary_sha256 {
        Some(digest) => page.digests.show(digest, "program byok"),
        None => "unknown".to_owned(),
    };
    let json = page.digests.show(json, JSON_FORM);
    page.facts(
        "Run",
        Facts::default()
            .html("Command line", &words.join("\n"))
            .html("Started", &time(&run.started))
            .html("Ended", &time(&run.ended))
            .html(
                "Program",
                &format!("{} {}", code(&tool.name), code(&tool.version)),
            )
            .code("Built for", &tool.target)
            .code("Features", tool.features_in_words())
            .code("Source commit", or_unknown(tool.source_commit.as_ref()))
            .html("SHA-256 of the program", &program)
            .html("Validation", tool.validation.as_str())
            .html("SHA-256 of this report in JSON", &json),
    );
}

fn digests(page: &mut HtmlPage) {
    page.section("Digests");
    let _ = writeln!(
        page.text,
        "<p class=\"hint\">Each QR code holds the 64 digits of one SHA-256 and nothing else. To compute the \
         SHA-256 of a file, run: <code>sha256sum FILE</code>. That of a public key is the SHA-256 of its SPKI in \
         DER.</p>\n\
         <div class=\"codes\">\n{}</div>",
        page.digests.figures()
    );
}

/// Writes the blanks. A report of a rehearsal has none for AWS.
fn to_fill_in(blanks: &ManualFields, page: &mut HtmlPage) {
    let mut facts = Facts::default()
        .html("Host", &blank(&blanks.host))
        .html("Operator", &blank(&blanks.operator));
    for (label, value, source) in blanks.of_aws() {
        let hint = format!(
            "{}<br><span class=\"hint\">In CloudTrail: {source}.</span>",
            blank(value)
        );
        facts = facts.html(label, &hint);
    }
    page.text.push_str("<section class=\"last\">\n");
    page.section("To fill in");
    let _ = writeln!(
        page.text,
        "<dl class=\"fill\">\n{}</dl>\n</section>",
        facts.rows()
    );
}

/// Writes the lines to sign, on one page with the SHA-256 of the report.
fn signatures(blanks: &ManualFields, json: &Sha256Digest, page: &mut HtmlPage) {
    page.text.push_str("<section class=\"last\">\n");
    page.section("Signatures");
    let _ = writeln!(
        page.text,
        "<p>For the report whose JSON form has the SHA-256 {}</p>",
        page.digests.show(json, JSON_FORM)
    );
    page.text.push_str(
        "<table class=\"signatures\">\n<thead><tr><th>Name</th><th>Role</th><th>Date</th><th>Signature</th>\
         </tr></thead>\n<tbody>\n",
    );
    for line in &blanks.signatures {
        let cells = [&line.name, &line.role, &line.date, &line.signature];
        page.text.push_str("<tr>");
        for text in cells {
            let _ = write!(page.text, "<td>{}</td>", escape(text));
        }
        page.text.push_str("</tr>\n");
    }
    page.text.push_str("</tbody>\n</table>\n</section>\n");
}

/// The value that was filled in, or a line to write on.
fn blank(text: &str) -> String {
    if text.is_empty() {
        "<span class=\"blank\"></span>".to_owned()
    } else {
        code(text)
    }
}

/// Returns text from outside, literally.
fn code(text: impl Display) -> String {
    format!("<code>{}</code>", visible(&text.to_string()))
}

/// Returns `text`, with a word for an empty one.
fn visible(text: &str) -> String {
    if text.is_empty() {
        "<i>nothing</i>".to_owned()
    } else {
        escape(text)
    }
}

/// The text so far, and the digests in it.
struct HtmlPage {
    text: String,
    digests: DigestList,
}

impl HtmlPage {
    fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h2>{title}</h2>");
    }

    fn facts(&mut self, title: &str, facts: Facts) {
        self.section(title);
        let _ = writeln!(self.text, "<dl>\n{}</dl>", facts.rows());
    }

    fn list(&mut self, title: &str, items: &[String]) {
        self.section(title);
        if items.is_empty() {
            self.text.push_str("<p>None.</p>\n");
            return;
        }
        self.text.push_str("<ul>\n");
        for item in items {
            let _ = writeln!(self.text, "<li>{}</li>", code(item));
        }
        self.text.push_str("</ul>\n");
    }

    fn files(&mut self, rows: &[[String; 2]]) {
        if rows.is_empty() {
            self.text.push_str("<p>None.</p>\n");
            return;
        }
        self.text.push_str(
            "<table class=\"files\">\n<thead><tr><th>File</th><th>SHA-256</th></tr></thead>\n<tbody>\n",
        );
        for [file, digest] in rows {
            let _ = writeln!(self.text, "<tr><td>{file}</td><td>{digest}</td></tr>");
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    /// Returns a fingerprint in groups of four, with a QR code if it is a SHA-256.
    fn fingerprint(&mut self, fingerprint: &Fingerprint, of: &str) -> String {
        match fingerprint {
            Fingerprint::Spki(sha256) => self.digests.show(&Sha256Digest::new(*sha256), of),
            other => groups(&other.to_string()),
        }
    }
}
