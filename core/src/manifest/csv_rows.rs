//! CSV: RFC 4180, as spreadsheets write it.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::error::{ManifestError, ManifestFault};
use super::input::Input;
use super::limits::{MAX_COLUMNS, MAX_ROW_LEN};
use super::row::{Cell, Row};

/// The state of a reader of CSV.
#[derive(Debug)]
pub(super) struct CsvRows {
    /// The line breaks that were read so far.
    breaks: u64,
    reader: Reader,
    /// The character between the cells.
    delimiter: u8,
    header: Vec<String>,
    /// The cells of a record, one after another, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// One record: its cells, and the line on which it begins.
struct Record {
    line: u64,
    cells: Vec<String>,
}

impl CsvRows {
    /// Reads the header after `line`. A file that is not empty has one.
    pub(super) fn after_line(line: u64, input: &mut impl Input) -> Result<Self, ManifestError> {
        let start = input
            .fill_buf()
            .map_err(|error| ManifestError::whole(error.into()))?;
        let delimiter = delimiter(start);
        let mut rows = Self {
            breaks: line,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            header: Vec::new(),
            text: vec![0; MAX_ROW_LEN],
            ends: vec![0; MAX_COLUMNS],
        };
        let whole = |(_, fault)| ManifestError::whole(fault);
        let record = rows.record(input).map_err(whole)?;
        let header = record.map(|record| record.cells).unwrap_or_default();
        for (at, name) in header.iter().enumerate() {
            if name.is_empty() {
                return Err(ManifestError::whole(ManifestFault::UnnamedColumn(at + 1)));
            }
            if header[..at].contains(name) {
                return Err(ManifestError::whole(ManifestFault::TwoColumns).in_column(name));
            }
        }
        rows.header = header;
        Ok(rows)
    }

    /// Returns the names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row, which gets this number; `None` at the end.
    pub(super) fn next(
        &mut self,
        input: &mut impl Input,
        number: u64,
    ) -> Result<Option<Row>, ManifestError> {
        let of_row = |(line, fault)| ManifestError::of_row(number, line, fault);
        let Some(Record { line, cells }) = self.record(input).map_err(of_row)? else {
            return Ok(None);
        };
        if cells.len() != self.header.len() {
            let (found, expected) = (cells.len(), self.header.len());
            return Err(of_row((line, ManifestFault::CellCount { found, expected })));
        }
        let mut present = Vec::with_capacity(cells.len());
        for (name, text) in self.header.iter().zip(cells) {
            if is_rounded(&text) {
                return Err(of_row((line, ManifestFault::Rounded(text))).in_column(name));
            }
            if !text.is_empty() {
                present.push((name.clone(), Cell::Text(text)));
            }
        }
        Ok(Some(Row {
            number,
            line,
            cells: present,
        }))
    }

    /// Returns the line that was reached.
    fn line(&self) -> u64 {
        self.breaks + 1
    }

    /// Reads the next record that is not an empty line; `None` at the end.
    fn record(&mut self, input: &mut impl Input) -> Result<Option<Record>, (u64, ManifestFault)> {
        let (mut text_len, mut end_count, mut raw_len) = (0, 0, 0);
        let mut quoting = Quoting::CellStart;
        // The reader has not read the line break after the last record yet.
        let mut line = None;
        loop {
            let bytes = input
                .fill_buf()
                .map_err(|error| (self.line(), error.into()))?;
            let is_end = bytes.is_empty();
            let (result, read, written, ended) = self.reader.read_record(
                bytes,
                &mut self.text[text_len..],
                &mut self.ends[end_count..],
            );
            let used = &bytes[..read];
            for byte in used {
                if line.is_none() && !byte.is_ascii_whitespace() {
                    line = Some(self.breaks + 1);
                }
                self.breaks += u64::from(*byte == b'\n');
            }
            let at = line.unwrap_or(self.breaks + 1);
            for byte in used {
                quoting = quoting.after(*byte, self.delimiter);
            }
            if used.contains(&0) {
                return Err((at, ManifestFault::NulByte));
            }
            raw_len += read;
            input.consume(read);
            text_len += written;
            end_count += ended;
            match result {
                ReadRecordResult::OutputFull => return Err((at, ManifestFault::RowTooLong)),
                ReadRecordResult::OutputEndsFull => {
                    return Err((at, ManifestFault::TooManyColumns));
                }
                // Quotation marks alone fill no output.
                ReadRecordResult::InputEmpty if raw_len > 2 * MAX_ROW_LEN => {
                    return Err((at, ManifestFault::RowTooLong));
                }
                ReadRecordResult::InputEmpty if is_end => return Ok(None),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record if matches!(quoting, Quoting::Quoted | Quoting::Wrong) => {
                    return Err((at, ManifestFault::Quote));
                }
                ReadRecordResult::Record => {
                    let text = std::str::from_utf8(&self.text[..text_len])
                        .map_err(|_| (at, ManifestFault::NotUtf8))?;
                    let mut start = 0;
                    let cells = self.ends[..end_count].iter().map(|end| {
                        let cell = text.get(start..*end).unwrap_or_default();
                        start = *end;
                        cell.trim().to_owned()
                    });
                    let cells = cells.collect();
                    return Ok(Some(Record { line: at, cells }));
                }
            }
        }
    }
}

/// Where a reader of RFC 4180 is. The library reads more than that, and would take cells together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// Before the first character of a cell.
    CellStart,
    /// In a cell without quotation marks.
    Unquoted,
    /// Between quotation marks.
    Quoted,
    /// After a quotation mark that ends the cell, or is the first of two.
    Closed,
    /// After a quotation mark that cannot be there, or after text that follows a quoted cell.
    Wrong,
}

impl Quoting {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        let ends_cell = byte == delimiter || matches!(byte, b'\r' | b'\n');
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closed,
            (Self::CellStart | Self::Closed, b'"') | (Self::Quoted, _) => Self::Quoted,
            (Self::CellStart | Self::Unquoted | Self::Closed, _) if ends_cell => Self::CellStart,
            (Self::Unquoted, b'"') | (Self::Closed | Self::Wrong, _) => Self::Wrong,
            (Self::CellStart | Self::Unquoted, _) => Self::Unquoted,
        }
    }
}

/// Returns the character between the cells: a comma, or what spreadsheets write in its place.
fn delimiter(start: &[u8]) -> u8 {
    let header = start
        .split(|byte| *byte == b'\n')
        .find(|line| !line.trim_ascii().is_empty());
    let header = header.unwrap_or_default();
    let found = [b',', b';', b'\t'];
    let found = found
        .into_iter()
        .find(|delimiter| header.contains(delimiter));
    found.unwrap_or(b',')
}

/// Returns whether `text` is a number with an exponent, as spreadsheets print long numbers: `1.11E+11`.
fn is_rounded(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once("E+") else {
        return false;
    };
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(exponent)
        && digits.split(['.', ',']).count() <= 2
        && digits.split(['.', ',']).all(are_digits)
}
