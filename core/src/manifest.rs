//! The manifest of a batch: one row for each key, as JSON Lines or as CSV.

mod csv_rows;
mod error;
mod input;
mod json_rows;
mod limits;
mod row;

use csv_rows::CsvRows;
pub use error::{ManifestError, ManifestFault};
pub use input::Input;
use json_rows::JsonRows;
pub use limits::{MAX_COLUMNS, MAX_ROW_LEN, MAX_ROWS};
pub use row::{Cell, Row};

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

impl<R: Input> Rows<R> {
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
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [1..=0xff, 0, ..] | [0, 1..=0xff, ..]
        ) {
            return Err(whole(ManifestFault::Utf16));
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        let (first, line) = skip_blank_pieces(&mut input).map_err(whole)?;
        let syntax = match first {
            b'{' => Syntax::JsonLines(JsonRows::after_line(line)),
            b'[' => return Err(whole(ManifestFault::JsonArray)),
            _ => Syntax::Csv(Box::new(CsvRows::after_line(line, &mut input)?)),
        };
        Ok(Self {
            input,
            syntax,
            number: 0,
            has_ended: false,
        })
    }

    /// Returns the columns of CSV; none for JSON Lines, whose rows have their own members.
    pub fn columns(&self) -> &[String] {
        match &self.syntax {
            Syntax::JsonLines(_) => &[],
            Syntax::Csv(rows) => rows.columns(),
        }
    }

    fn read(&mut self) -> Result<Option<Row>, ManifestError> {
        let number = self.number + 1;
        let row = match &mut self.syntax {
            Syntax::JsonLines(rows) => rows.next(&mut self.input, number),
            Syntax::Csv(rows) => rows.next(&mut self.input, number),
        }?;
        match &row {
            None if self.number == 0 => Err(ManifestError::whole(ManifestFault::Empty)),
            Some(_) if number > MAX_ROWS => Err(ManifestError::whole(ManifestFault::TooManyRows)),
            Some(_) | None => {
                self.number = number;
                Ok(row)
            }
        }
    }
}

impl<R: Input> Iterator for Rows<R> {
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

/// Consumes pieces of white space. Returns the first character that is none, and the number of lines
/// that were consumed.
fn skip_blank_pieces(input: &mut impl Input) -> Result<(u8, u64), ManifestFault> {
    let mut lines = 0;
    loop {
        let piece = input.fill_buf()?;
        if let Some(first) = piece.iter().find(|byte| !byte.is_ascii_whitespace()) {
            return Ok((*first, lines));
        }
        if piece.is_empty() {
            return Err(ManifestFault::Empty);
        }
        lines += piece.split(|byte| *byte == b'\n').count() as u64 - 1;
        let count = piece.len();
        input.consume(count);
    }
}

#[cfg(test)]
mod tests;
