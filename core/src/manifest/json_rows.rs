//! JSON Lines: an object on each line.

use serde_json::Value;

use super::error::{ManifestError, ManifestFault};
use super::input::Input;
use super::limits::{MAX_COLUMNS, MAX_ROW_LEN};
use super::row::{Cell, Row};
use crate::json::{JsonError, Object};

/// The state of a reader of JSON Lines.
#[derive(Debug, Default)]
pub(super) struct JsonRows {
    /// The line that was read last.
    line: u64,
    buffer: Vec<u8>,
}

impl JsonRows {
    /// Reads the lines after `line`.
    pub(super) fn after_line(line: u64) -> Self {
        Self {
            line,
            ..Self::default()
        }
    }

    /// Reads the next row, which gets this number; `None` at the end.
    pub(super) fn next(
        &mut self,
        input: &mut impl Input,
        number: u64,
    ) -> Result<Option<Row>, ManifestError> {
        loop {
            self.line += 1;
            let error = |fault| ManifestError::of_row(number, self.line, fault);
            if !read_line(input, &mut self.buffer).map_err(error)? {
                return Ok(None);
            }
            let line = self.buffer.trim_ascii();
            if !line.is_empty() {
                let cells = cells(line).map_err(|(column, fault)| match column {
                    Some(name) => error(fault).in_column(&name),
                    None => error(fault),
                })?;
                return Ok(Some(Row {
                    number,
                    line: self.line,
                    cells,
                }));
            }
        }
    }
}

/// Reads a line without its break into `line`. Returns false at the end.
fn read_line(input: &mut impl Input, line: &mut Vec<u8>) -> Result<bool, ManifestFault> {
    line.clear();
    let mut is_begun = false;
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(is_begun);
        }
        is_begun = true;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let piece = &bytes[..end.unwrap_or(bytes.len())];
        if line.len() + piece.len() > MAX_ROW_LEN {
            return Err(ManifestFault::RowTooLong);
        }
        line.extend_from_slice(piece);
        let count = piece.len() + usize::from(end.is_some());
        input.consume(count);
        if end.is_some() {
            return Ok(true);
        }
    }
}

type Fault = (Option<String>, ManifestFault);

/// Reads the members of the object in `line`.
fn cells(line: &[u8]) -> Result<Vec<(String, Cell)>, Fault> {
    if line.contains(&0) {
        return Err((None, ManifestFault::NulByte));
    }
    let object = Object::parse(line).map_err(|error| match error {
        // The line of the row is said already.
        JsonError::DuplicateMember { .. } => (None, ManifestFault::TwoColumns),
        error => (None, ManifestFault::Json(error)),
    })?;
    let Value::Object(members) = object.into_value() else {
        return Err((None, ManifestFault::Json(JsonError::NotAnObject)));
    };
    if members.len() > MAX_COLUMNS {
        return Err((None, ManifestFault::TooManyColumns));
    }
    let mut cells = Vec::with_capacity(members.len());
    for (name, value) in members {
        let cell = match value {
            Value::Null => continue,
            Value::Bool(flag) => Cell::Flag(flag),
            Value::Array(items) => match items.iter().map(texts).collect() {
                Some(list) => Cell::List(list),
                None => return Err((Some(name), ManifestFault::Type)),
            },
            value => match text(&value) {
                Some(text) if text.is_empty() => continue,
                Some(text) if text.contains('\0') => {
                    return Err((Some(name), ManifestFault::NulByte));
                }
                Some(text) => Cell::Text(text),
                None => return Err((Some(name), ManifestFault::Type)),
            },
        };
        cells.push((name, cell));
    }
    Ok(cells)
}

/// Returns the members of an object in which each is a text.
fn texts(item: &Value) -> Option<Vec<(String, String)>> {
    let members = item.as_object()?.iter();
    members
        .map(|(name, value)| Some((name.clone(), text(value)?)))
        .collect()
}

/// Returns a string or a number as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
