//! The measurements, and the violated limits.

use std::io::{self, Write as _};

/// The number of violated limits.
#[derive(Default)]
pub(crate) struct Verdict {
    missed: usize,
}

impl Verdict {
    /// Prints a measurement.
    pub(crate) fn say(&mut self, is_kept: bool, line: &str) {
        let mark = if is_kept { "" } else { "NOT KEPT: " };
        self.missed += usize::from(!is_kept);
        let _ = writeln!(io::stdout(), "{mark}{line}");
    }

    /// Returns an error if a limit was violated.
    pub(crate) fn into_result(self) -> io::Result<()> {
        match self.missed {
            0 => Ok(()),
            missed => Err(io::Error::other(format!("{missed} limits were not kept"))),
        }
    }
}
