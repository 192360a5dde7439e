//! The report of a batch in Markdown: what to sign first, then a row of a table for each row.

use super::{
    closing,
    page::{MarkdownPage, code},
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
    let mut page = MarkdownPage::new(ReportTitle::of_batch(kind, command));
    page.section("Outcome");
    page.item("command", format_args!("batch {command}"));
    page.item("rows", report.counts.total());
    for (status, count) in report.used_statuses() {
        let meaning = legend::row(status, command, kind);
        page.item(status.as_str(), format_args!("{count}. {meaning}"));
    }
    let manifest = &report.manifest;
    page.section("Manifest");
    page.code("name", &manifest.name);
    page.code("SHA-256", manifest.sha256);
    page.item("rows", manifest.rows);
    if let Some(shard) = &report.shard {
        page.item("shard", shard.in_words(report.counts.total()));
    }
    page.list("Warnings", report.warnings.iter().map(|text| code(text)));
    page.list("Notes", report.notes.iter().map(|text| code(text)));
    closing::run(&report.run, &mut page);
    page.code("SHA-256 of this report in JSON", json);
    closing::blanks(&report.to_fill_in, &mut page);
    page.section("Rows");
    let headings = headings(command);
    let (texts, dashes) = (headings.join(" | "), "---|".repeat(headings.len()));
    page.line(&format!("| {texts} |\n|{dashes}"));
    let row = move |reported: &ReportedRow| row(reported, command, kind);
    BatchPage::new(page.0, row, "")
}

fn row(row: &ReportedRow, command: BatchCommand, kind: Option<ReportKind>) -> String {
    let (id, status) = (cell(&row.id), row.shown_status(kind));
    let values = row.shown_values(command);
    let values = values.map(|value| value.map_or_else(String::new, cell));
    format!("| {id} | {status} | {} |\n", values.join(" | "))
}

/// Returns text from outside as a code span, in which only a vertical bar ends the cell.
fn cell(value: &(impl ToString + ?Sized)) -> String {
    code(&value.to_string()).replace('|', "\\|")
}
