//! The head of a page: its title, its style, and the kind of report.

use super::style;
use crate::{
    report::{contents::ReportKind, run::Run, title::ReportTitle},
    text_encoding,
};

/// The text before the title in the second line.
const MARK: &str = "<!-- report of byok: ";

/// Returns the title of the HTML report in `bytes`, by its second line.
pub(in crate::report) fn title(bytes: &[u8]) -> Option<ReportTitle> {
    let rest = text_encoding::without_mark(bytes).strip_prefix(b"<!DOCTYPE html>\n")?;
    let rest = rest.strip_prefix(MARK.as_bytes())?;
    let is_title = |title: &&ReportTitle| {
        let after = rest.strip_prefix(title.as_str().as_bytes());
        after.is_some_and(|after| after.starts_with(b" -->\n"))
    };
    ReportTitle::ALL.iter().find(is_title).copied()
}

/// Returns the head of the report of `run`. `command` is the command for people, and `more_style` is added
/// to the style of all reports.
pub(super) fn head(title: ReportTitle, command: &str, run: &Run, more_style: &str) -> String {
    let started = run.started;
    let style = style::style(&format!("byok: {title}, {started}"));
    let class = match title.kind() {
        Some(ReportKind::Emulated) => "rehearsal",
        Some(ReportKind::ProductionWrap) | None => "aws",
    };
    format!(
        "<!DOCTYPE html>\n\
         {MARK}{title} -->\n\
         <html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}, {started}</title>\n<style>\n{style}{more_style}</style>\n</head>\n<body>\n\
         <header class=\"{class}\">\n<h1>{title}</h1>\n<p>{}</p>\n<p>byok {command}, started {started}</p>\n\
         </header>\n",
        title.sentence(),
    )
}
