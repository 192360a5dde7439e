//! The faults of a row of a manifest.

use std::fmt;

use byok_core::manifest::{ManifestError, ManifestFault};

/// A fault of a row, or of the manifest.
#[derive(Debug)]
pub(crate) struct RowError {
    place: String,
    message: String,
    pub(crate) hints: Vec<String>,
}

impl RowError {
    /// Builds the error about the member `column` of a row.
    pub(crate) fn new(
        (number, line): (u64, u64),
        column: Option<&str>,
        message: impl Into<String>,
    ) -> Self {
        let column = column.map_or_else(String::new, |column| format!("{column}: "));
        Self {
            place: format!("row {number} (line {line}): {column}"),
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Builds the error about the header of a manifest.
    pub(crate) fn of_header(column: Option<&str>, message: impl Into<String>) -> Self {
        let column = column.map_or_else(String::new, |column| format!("{column}: "));
        Self {
            place: format!("header: {column}"),
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Builds an error about the manifest.
    pub(crate) fn of_manifest(message: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Replaces the hints.
    pub(crate) fn with_hints(self, hints: Vec<String>) -> Self {
        Self { hints, ..self }
    }

    /// Adds a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl From<ManifestError> for RowError {
    fn from(error: ManifestError) -> Self {
        let hint = match &error.fault {
            ManifestFault::Utf16 | ManifestFault::NotUtf8 => Some("save the file as \"CSV UTF-8\""),
            ManifestFault::JsonArray => Some("to convert it, run: jq -c '.[]' FILE"),
            ManifestFault::Rounded(_) => {
                Some("in the spreadsheet, format the column as text, and type the value again")
            }
            ManifestFault::Quote => {
                Some("quote the whole cell, and double each quotation mark inside it")
            }
            ManifestFault::Unreadable(_)
            | ManifestFault::NulByte
            | ManifestFault::Empty
            | ManifestFault::TooManyRows
            | ManifestFault::RowTooLong
            | ManifestFault::TooManyColumns
            | ManifestFault::Json(_)
            | ManifestFault::TwoColumns
            | ManifestFault::UnnamedColumn(_)
            | ManifestFault::CellCount { .. }
            | ManifestFault::Type => None,
        };
        let hints = hint.map(str::to_owned).into_iter().collect();
        Self::of_manifest(error.to_string()).with_hints(hints)
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place, self.message)
    }
}

impl std::error::Error for RowError {}
