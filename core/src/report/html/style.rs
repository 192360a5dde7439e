//! The style of a report on A4 paper and on a screen, in black on white.

/// Returns the style sheet. `running` is on every page; it has no quotes and no backslash.
pub(super) fn style(running: &str) -> String {
    debug_assert!(!running.contains(['"', '\\', '<', '\n']));
    let page = PAGE.replace("{running}", running);
    format!("{page}{TEXT}{TABLES}{FIGURES}")
}

const PAGE: &str = r#"@page {
  size: A4;
  margin: 16mm 16mm 19mm 20mm;
  @bottom-left { content: "{running}"; font: 8pt Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
  @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
}
* { box-sizing: border-box; }
html { color: #000; background: #fff; }
body { margin: 0 auto; max-width: 174mm; font: 9.5pt/1.4 Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
@media screen { body { padding: 12mm 6mm; } }
"#;

const TEXT: &str = r#"header { border: 1mm solid #000; padding: 3mm 4mm; }
header.rehearsal { border-style: double; border-width: 1.6mm; }
h1 { margin: 0; font-size: 22pt; line-height: 1.15; letter-spacing: .04em; }
header p { margin: 1mm 0 0; }
.limits { border: .5mm solid #000; margin: 3mm 0 0; padding: 2mm 4mm; break-inside: avoid; }
.limits p { margin: 0; font-weight: bold; }
h2 { margin: 6.5mm 0 1.5mm; padding-bottom: .8mm; border-bottom: .4mm solid #000; font-size: 12pt; break-after: avoid; }
p { margin: 1mm 0 2mm; orphans: 3; widows: 3; }
code { font: 8.2pt/1.5 "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.hex { display: inline-block; max-width: 38ch; vertical-align: top; }
.hex span { display: inline-block; margin-right: .6ch; }
a.qr { color: inherit; font-size: 8pt; text-decoration: none; border: .2mm solid #000; border-radius: .8mm; padding: 0 .8mm; white-space: nowrap; }
.word { display: inline-block; max-width: 100%; border-bottom: .2mm dotted #000; margin-right: .8ch; }
.verdict { border: .5mm solid #000; margin: 3mm 0 0; padding: 1mm 4mm; break-inside: avoid; }
.verdict p { margin: 1mm 0; }
.verdict b { font-size: 12pt; }
.blank { display: inline-block; min-width: 70mm; min-height: 6mm; border-bottom: .3mm solid #000; }
.hint { font-size: 8.5pt; }
p.hint { break-after: avoid; }
"#;

const TABLES: &str = r"dl { display: grid; grid-template-columns: 40mm 1fr; margin: 0; break-inside: avoid; }
dl.fill { grid-template-columns: 50mm 1fr; }
dt, dd { margin: 0; padding: .7mm 0; border-bottom: .1mm solid #999; break-inside: avoid; }
dt { padding-right: 3mm; }
dl.fill dt, dl.fill dd { padding-top: 3mm; border: 0; }
dl.fill dt { padding-top: 5mm; }
table { width: 100%; border-collapse: collapse; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { padding: .8mm 2mm .8mm 0; border-bottom: .1mm solid #999; text-align: left; vertical-align: top; }
th { border-bottom: .3mm solid #000; font-size: 8.5pt; }
table.checks td:nth-child(1), table.checks td:nth-child(2) { white-space: nowrap; }
table.checks td:nth-child(3) { width: 99%; }
table.files { table-layout: fixed; }
table.files th:nth-child(2) { width: 82mm; }
.failed { border: .5mm solid #000; padding: 0 1mm; font-weight: bold; text-transform: uppercase; }
.not-checked { font-style: italic; }
ul { margin: 0; padding-left: 5mm; }
li { break-inside: avoid; }
table.signatures { table-layout: fixed; margin-top: 2mm; }
table.signatures th:nth-child(1) { width: 28%; }
table.signatures th:nth-child(2) { width: 20%; }
table.signatures th:nth-child(3) { width: 17%; }
table.signatures td { height: 16mm; border: .3mm solid #000; padding: 1mm 2mm; }
table.signatures th { border: .3mm solid #000; padding: .8mm 2mm; }
section.last { break-inside: avoid; }
";

const FIGURES: &str = r".codes { display: grid; grid-template-columns: 1fr 1fr; gap: 3mm 4mm; }
figure { display: grid; grid-template-columns: 31mm 1fr; gap: 2mm; align-items: center; margin: 0; padding: .5mm; border: .3mm solid #000; break-inside: avoid; }
figure svg { display: block; width: 31mm; height: 31mm; }
figcaption { padding: 1mm 1mm 1mm 0; font-size: 8.5pt; overflow-wrap: anywhere; }
figcaption .hex { max-width: 19ch; }
";

/// The style of the table of the rows of a batch. Fixed columns let a browser show the first rows before it
/// has read the last one.
pub(super) const ROWS: &str = r#"table.rows { table-layout: fixed; }
table.rows td { padding: .5mm 1mm .5mm 0; font: 6.3pt/1.35 "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
table.rows th { padding-right: 1mm; font-size: 7pt; overflow-wrap: anywhere; }
table.rows th:nth-child(1) { width: 25mm; }
table.rows th:nth-child(2) { width: 14mm; }
table.rows th:nth-child(3) { width: 37mm; }
table.rows th:nth-child(4), table.rows th:nth-child(5) { width: 32mm; }
"#;
