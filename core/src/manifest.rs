//! The manifest of a batch: one row for each key, as JSON Lines or as CSV.

mod csv_rows;
mod error;
mod json_rows;
mod row;

use std::io::BufRead;

use csv_rows::CsvRows;
pub use error::{ManifestError, ManifestFault};
use json_rows::JsonRows;
pub use row::{Cell, Row};

/// The longest row, in bytes.
pub const MAX_ROW_LEN: usize = 64 << 10;
/// The largest number of rows.
pub const MAX_ROWS: u64 = 1_000_000;
/// The largest number of columns of CSV, and of members of a row.
pub const MAX_COLUMNS: usize = 64;

/// The rows of a manifest, in order.
///
/// A manifest whose first character is `{` is JSON Lines: an object on each line. Any other is CSV: RFC
/// 4180, with a header, and with commas, semicolons or tabs between the cells. Both are UTF-8; a byte
/// order mark and empty lines are skipped. An empty cell, like `null`, is an absent member.
///
/// # Examples
///
/// ```
/// use byok_core::manifest::Rows;
///
/// let csv = "Id;Material\ntenant-1;\"a;b.bin\"\n";
/// let json = r#"{"Id":"tenant-1","Material":"a;b.bin"}"#;
/// let one = |text: &str| Rows::new(text.as_bytes())?.next().expect("a row");
/// assert_eq!(one(csv)?.cells, one(json)?.cells);
/// # Ok::<(), byok_core::manifest::ManifestError>(())
/// ```
#[derive(Debug)]
pub struct Rows<R> {
    input: R,
    syntax: Syntax,
    number: u64,
    has_ended: bool,
}

#[derive(Debug)]
enum Syntax {
    JsonLines(JsonRows),
    Csv(Box<CsvRows>),
}

impl<R: BufRead> Rows<R> {
    /// Recognises the syntax of `input`, and reads the header of CSV.
    ///
    /// # Errors
    ///
    /// Every [`ManifestError`] about the whole file or its header.
    pub fn new(mut input: R) -> Result<Self, ManifestError> {
        let whole = |fault| ManifestError::whole(fault);
        let start = input.fill_buf().map_err(|error| whole(error.into()))?;
        if matches!(
            start,
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..]
        ) {
            return Err(whole(ManifestFault::Utf16));
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        let start = input.fill_buf().map_err(|error| whole(error.into()))?;
        let syntax = match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => return Err(whole(ManifestFault::Empty)),
            Some(b'{') => Syntax::JsonLines(JsonRows::default()),
            Some(b'[') => return Err(whole(ManifestFault::JsonArray)),
            Some(_) => Syntax::Csv(Box::new(CsvRows::new(&mut input)?)),
        };
        Ok(Self {
            input,
            syntax,
            number: 0,
            has_ended: false,
        })
    }

    fn read(&mut self) -> Result<Option<Row>, ManifestError> {
        let number = self.number + 1;
        let row = match &mut self.syntax {
            Syntax::JsonLines(rows) => rows.next(&mut self.input, number),
            Syntax::Csv(rows) => rows.next(&mut self.input, number),
        }?;
        if row.is_some() {
            self.number = number;
            if number > MAX_ROWS {
                return Err(ManifestError::whole(ManifestFault::TooManyRows));
            }
        }
        Ok(row)
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Row, ManifestError>;

    /// Reads the next row. Nothing follows an error.
    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let row = self.read();
        self.has_ended = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

#[cfg(test)]
mod tests;
