//! Why a manifest cannot be read.

use core::fmt;
use std::io;

use super::{MAX_COLUMNS, MAX_ROW_LEN, MAX_ROWS};
use crate::json::JsonError;

/// A fault of a manifest, with its place.
#[derive(Debug)]
pub struct ManifestError {
    /// The row and its line, each from 1; `None` for a fault of the file or its header.
    pub row: Option<(u64, u64)>,
    /// The name of the column or member.
    pub column: Option<String>,
    /// The fault.
    pub fault: ManifestFault,
}

/// The faults of a manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestFault {
    /// A system error while reading.
    #[error("could not be read")]
    Io(#[from] io::Error),
    /// UTF-16, as spreadsheets write "Unicode text".
    #[error("UTF-16 text; expected UTF-8")]
    Utf16,
    /// Bytes that are not UTF-8.
    #[error("not UTF-8 text")]
    NotUtf8,
    /// A NUL byte.
    #[error("contains a NUL byte")]
    NulByte,
    /// No row.
    #[error("contains no row")]
    Empty,
    /// One JSON array instead of an object on each line.
    #[error("a JSON array; expected JSON Lines: one object on each line")]
    JsonArray,
    /// More than [`MAX_ROWS`] rows.
    #[error("more than {MAX_ROWS} rows", MAX_ROWS = MAX_ROWS)]
    TooManyRows,
    /// More than [`MAX_ROW_LEN`] bytes.
    #[error("longer than {MAX_ROW_LEN} bytes", MAX_ROW_LEN = MAX_ROW_LEN)]
    RowTooLong,
    /// More than [`MAX_COLUMNS`] columns.
    #[error("more than {MAX_COLUMNS} columns", MAX_COLUMNS = MAX_COLUMNS)]
    TooManyColumns,
    /// A line that is not a JSON object.
    #[error("{0}")]
    Json(JsonError),
    /// The name of a column or member occurs twice.
    #[error("this column exists twice")]
    TwoColumns,
    /// A column without a name.
    #[error("column {0} has no name")]
    UnnamedColumn(usize),
    /// Another number of cells than of columns.
    #[error("{found} cells; the header has {expected} columns")]
    CellCount {
        /// The cells of the row.
        found: usize,
        /// The columns of the header.
        expected: usize,
    },
    /// A quotation mark without its counterpart, or within a cell that is not quoted.
    #[error("a quotation mark is not closed, or is inside an unquoted cell")]
    Quote,
    /// A number that a spreadsheet rounded.
    #[error("'{0}' is a number that a spreadsheet rounded")]
    Rounded(String),
    /// A value that is neither a string, a number, true nor false, nor a list of such objects.
    #[error("neither a string, a number, true nor false")]
    Type,
}

impl ManifestError {
    /// Returns the error about the whole file.
    pub(super) const fn whole(fault: ManifestFault) -> Self {
        Self {
            row: None,
            column: None,
            fault,
        }
    }

    /// Returns the error about a row that begins on `line`.
    pub(super) const fn of_row(number: u64, line: u64, fault: ManifestFault) -> Self {
        Self {
            row: Some((number, line)),
            column: None,
            fault,
        }
    }

    /// Adds the name of the column.
    pub(super) fn in_column(self, name: &str) -> Self {
        Self {
            column: Some(name.to_owned()),
            ..self
        }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((row, line)) = self.row {
            write!(f, "row {row} (line {line}): ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        self.fault.fmt(f)
    }
}

impl core::error::Error for ManifestError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        core::error::Error::source(&self.fault)
    }
}
