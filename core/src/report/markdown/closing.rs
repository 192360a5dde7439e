//! The run, the blanks and the lines to sign.

use super::page::{MarkdownPage, code};
use crate::report::{
    run::{ManualFields, Run},
    tool::or_unknown,
};

/// A line to write on.
const LINE: &str = "______________________________";

/// Writes the facts of the run.
pub(super) fn run(run: &Run, page: &mut MarkdownPage) {
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
pub(super) fn blanks(blanks: &ManualFields, page: &mut MarkdownPage) {
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
