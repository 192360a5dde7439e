//! The report of a batch in HTML: what to sign first, then a row of a table for each row.

use core::fmt::Write as _;

use super::{
    closing,
    digest_list::groups,
    escape::escape,
    facts::Facts,
    head::head,
    page::{HtmlPage, WARNINGS},
    style,
};
use crate::report::{
    batch_contents::{BatchCommand, BatchContents, ReportedRow, headings},
    batch_page::BatchPage,
    contents::ReportKind,
    digest::Sha256Digest,
    legend,
    title::ReportTitle,
};

/// Returns the report without its rows. `json` is the SHA-256 of the same report in JSON.
pub(in crate::report) fn page(report: &BatchContents, json: Sha256Digest) -> BatchPage {
    let (command, kind) = (report.batch_command, report.kind);
    let title = ReportTitle::of_batch(kind, command);
    let name = format!("batch {command}");
    let mut page = HtmlPage::new(head(title, &name, &report.run, style::ROWS));
    statuses(report, &mut page);
    warnings(report, &mut page);
    manifest(report, &mut page);
    page.list("Notes", &report.notes);
    let program = report.run.tool.binary_sha256;
    let program = program.map_or_else(|| "unknown".to_owned(), |digest| plain(&digest));
    closing::run(&report.run, &program, &json, &mut page);
    closing::digests(&mut page);
    closing::to_fill_in(&report.to_fill_in, &mut page);
    closing::signatures(&report.to_fill_in, &json, &mut page);
    table_head(command, &mut page);
    let row = move |reported: &ReportedRow| row(reported, command, kind);
    BatchPage::new(page.text, row, "</tbody>\n</table>\n</body>\n</html>\n")
}

/// Writes how many rows have each status, and what it means.
fn statuses(report: &BatchContents, page: &mut HtmlPage) {
    page.text.push_str(
        "<div class=\"verdict\">\n<table class=\"checks\">\n<thead><tr><th>Status</th><th>Rows</th>\
         <th>Meaning</th></tr></thead>\n<tbody>\n",
    );
    for (status, count) in report.used_statuses() {
        let meaning = legend::row(status, report.batch_command, report.kind);
        let _ = writeln!(
            page.text,
            "<tr><td><b>{status}</b></td><td>{count}</td><td>{meaning}</td></tr>"
        );
    }
    let _ = writeln!(
        page.text,
        "<tr><td>all</td><td>{}</td><td></td></tr>\n</tbody>\n</table>\n</div>",
        report.counts.total()
    );
}

fn warnings(report: &BatchContents, page: &mut HtmlPage) {
    page.text.push_str("<div class=\"limits\">\n");
    page.limit(WARNINGS, report.warnings.iter().map(escape));
    page.text.push_str("</div>\n");
}

fn manifest(report: &BatchContents, page: &mut HtmlPage) {
    let manifest = &report.manifest;
    let mut facts = Facts::default()
        .code("Name", &manifest.name)
        .html("SHA-256", &plain(&manifest.sha256))
        .html("Rows", &manifest.rows.to_string());
    if let Some(shard) = &report.shard {
        facts = facts.html("Shard", &shard.in_words(report.counts.total()));
    }
    page.facts("Manifest", facts);
}

/// A digest without a QR code.
fn plain(digest: &Sha256Digest) -> String {
    groups(&digest.to_string())
}

fn table_head(command: BatchCommand, page: &mut HtmlPage) {
    page.section("Rows");
    let headings = headings(command).join("</th><th>");
    let hint = match command {
        BatchCommand::Wrap => "EncryptedKeyMaterial is the wrapped key material of the request.",
        BatchCommand::Rehearse
        | BatchCommand::Verify
        | BatchCommand::Generate
        | BatchCommand::Params => {
            "The answer is the line of JSON for the row, with its line break."
        }
    };
    let _ = writeln!(
        page.text,
        "<p class=\"hint\">{hint}</p>\n<table class=\"rows\">\n<thead><tr><th>{headings}</th></tr></thead>\n\
         <tbody>"
    );
}

/// Writes a row. HTML needs no end tags of cells and rows.
fn row(row: &ReportedRow, command: BatchCommand, kind: Option<ReportKind>) -> String {
    let (id, status) = (escape(&row.id), row.shown_status(kind));
    let values = row.shown_values(command);
    let values = values.map(|value| value.map_or_else(String::new, escape));
    format!("<tr><td>{id}<td>{status}<td>{}\n", values.join("<td>"))
}
