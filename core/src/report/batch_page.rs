//! The report of a batch in one form, written row by row.

use super::batch_contents::ReportedRow;

/// The parts of a report: what is before its rows, the rows, and what is after them.
pub struct BatchPage {
    head: String,
    row: Box<dyn FnMut(&ReportedRow) -> String>,
    tail: String,
}

impl BatchPage {
    /// Takes the text before the rows, the function that writes the next row, and the text after the rows.
    pub(super) fn new(
        head: String,
        row: impl FnMut(&ReportedRow) -> String + 'static,
        tail: impl Into<String>,
    ) -> Self {
        Self {
            head,
            row: Box::new(row),
            tail: tail.into(),
        }
    }

    /// Returns what is before the rows.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Returns the text of the next row.
    pub fn row(&mut self, row: &ReportedRow) -> String {
        (self.row)(row)
    }

    /// Returns what is after the rows.
    pub fn tail(&self) -> &str {
        &self.tail
    }

    /// Writes a whole report.
    pub(super) fn write_all(mut self, rows: &[ReportedRow]) -> String {
        let mut text = self.head.clone();
        for row in rows {
            text.push_str(&self.row(row));
        }
        text.push_str(&self.tail);
        text
    }
}
