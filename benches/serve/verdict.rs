//! What was measured, and whether every limit was kept.

use std::io::{self, Write as _};

/// How many limits were not kept so far.
#[derive(Default)]
pub(crate) struct Verdict {
    missed: usize,
}

impl Verdict {
    /// Prints what was measured.
    pub(crate) fn say(&mut self, is_kept: bool, line: &str) {
        let mark = if is_kept { "" } else { "NOT KEPT: " };
        self.missed += usize::from(!is_kept);
        let _ = writeln!(io::stdout(), "{mark}{line}");
    }

    /// An error if a limit was not kept.
    pub(crate) fn into_result(self) -> io::Result<()> {
        match self.missed {
            0 => Ok(()),
            missed => Err(io::Error::other(format!("{missed} limits were not kept"))),
        }
    }
}
