//! The run, the QR codes, the blanks and the lines to sign.

use core::fmt::{Display, Write as _};

use super::{
    escape::escape,
    facts::Facts,
    page::{HtmlPage, code, visible},
};
use crate::report::{
    digest::Sha256Digest,
    run::{ManualFields, Run},
    tool::or_unknown,
};

/// The description of the digest of the same report in JSON.
const JSON_FORM: &str = "this report in JSON";

/// Writes the facts of the run. `program` is the SHA-256 of the program, in HTML.
pub(super) fn run(run: &Run, program: &str, json: &Sha256Digest, page: &mut HtmlPage) {
    let words: Vec<_> = run
        .command_line
        .iter()
        .map(|word| format!("<code class=\"word\">{}</code>", visible(word)))
        .collect();
    let time = |moment: &dyn Display| format!("{} ({})", code(moment), run.clock);
    let tool = &run.tool;
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
            .html("SHA-256 of the program", program)
            .html("Validation", tool.validation.as_str())
            .html("SHA-256 of this report in JSON", &json),
    );
}

/// Writes the QR codes.
pub(super) fn digests(page: &mut HtmlPage) {
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
pub(super) fn to_fill_in(blanks: &ManualFields, page: &mut HtmlPage) {
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
pub(super) fn signatures(blanks: &ManualFields, json: &Sha256Digest, page: &mut HtmlPage) {
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
