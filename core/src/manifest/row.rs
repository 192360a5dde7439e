//! A row of a manifest.

/// A row of a manifest, before its members are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The number of the row, from 1. The header does not count.
    pub number: u64,
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The members that are present, by their names, in order.
    pub cells: Vec<(String, Cell)>,
}

/// The value of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A string or a number, as it is written. A cell of CSV is always one.
    Text(String),
    /// `true` or `false` in JSON.
    Flag(bool),
    /// A list of objects in JSON, each of strings.
    List(Vec<Vec<(String, String)>>),
}

impl Row {
    /// Returns the value of the member `name`, if it is present.
    pub fn cell(&self, name: &str) -> Option<&Cell> {
        self.cells
            .iter()
            .find_map(|(member, cell)| (member == name).then_some(cell))
    }
}
