//! Fuzzes manifests of batches: a manifest has the same rows, or a fault, however its bytes come.
//!
//! The first octet is the length of the pieces. The rest is the manifest.

#![no_main]

use std::error::Error;

use byok_core::manifest::{Cell, Input, MAX_COLUMNS, ManifestError, Row, Rows};
use libfuzzer_sys::fuzz_target;

/// The most rows that an input is read to.
const ROWS: usize = 1000;

/// Supplies bytes in pieces of a length.
struct InPieces<'a>(&'a [u8], usize);

impl Input for InPieces<'_> {
    fn fill_buf(&mut self) -> Result<&[u8], Box<dyn Error + Send + Sync>> {
        Ok(&self.0[..self.1.min(self.0.len())])
    }

    fn consume(&mut self, count: usize) {
        self.0 = &self.0[count..];
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((len, manifest)) = data.split_first() else {
        return;
    };
    // Which of two faults is named can depend on the pieces.
    let whole = rows(manifest).ok();
    // The header of CSV shows what is between the cells, so it is in one piece.
    let is_text = |byte: &u8| !byte.is_ascii_whitespace();
    let mark = manifest.starts_with(b"\xef\xbb\xbf");
    let skipped = if mark { 3 } else { 0 };
    let text = manifest[skipped..].iter().position(is_text);
    let start = skipped + text.unwrap_or_default();
    let header = manifest[start..].iter().position(|byte| *byte == b'\n');
    let len = usize::from(*len).max(start + header.unwrap_or(manifest.len()) + 4);
    assert_eq!(rows(InPieces(manifest, len)).ok(), whole);
    let Some(rows) = whole else { return };
    for (number, row) in (1..).zip(&rows) {
        assert_eq!(row.number, number);
        assert!(row.cells.len() <= MAX_COLUMNS);
        for (at, (name, cell)) in row.cells.iter().enumerate() {
            assert!(row.cells[..at].iter().all(|(other, _)| other != name));
            if let Cell::Text(text) = cell {
                assert!(!text.is_empty() && !text.contains('\0'));
            }
        }
    }
});

fn rows(input: impl Input) -> Result<Vec<Row>, String> {
    let text = |error: ManifestError| error.to_string();
    let rows = Rows::new(input).map_err(text)?.take(ROWS);
    rows.collect::<Result<_, _>>().map_err(text)
}
