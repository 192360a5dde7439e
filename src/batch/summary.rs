//! The summary of a batch: how many rows ended how, and each kind of warning once.

use byok_core::report::{RowCounts, RowStatus};

use crate::exit::Exit;
use crate::terminal::Terminal;

/// The counts of a run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    counts: RowCounts,
    /// Each kind of warning: the first one, its row, and the number of other rows with it.
    warnings: Vec<(String, Kind)>,
    has_bug: bool,
    has_io_failure: bool,
}

#[derive(Debug)]
struct Kind {
    first: String,
    id: String,
    others: u64,
}

impl Summary {
    /// Counts a row.
    pub(super) fn add(&mut self, id: &str, status: RowStatus, exit: Exit, warnings: &[String]) {
        self.counts.add(status);
        self.has_bug |= exit == Exit::Bug;
        self.has_io_failure |= exit == Exit::Io;
        for warning in warnings {
            let kind = kind(warning);
            match self.warnings.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, known)) => known.others += 1,
                None => {
                    let (first, id) = (warning.clone(), id.to_owned());
                    self.warnings.push((
                        kind,
                        Kind {
                            first,
                            id,
                            others: 0,
                        },
                    ));
                }
            }
        }
    }

    /// Returns whether no row was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// Returns the number of rows.
    pub(super) fn rows(&self) -> u64 {
        self.counts.total()
    }

    /// Returns the number of rows by status.
    pub(super) const fn counts(&self) -> RowCounts {
        self.counts
    }

    /// Returns each kind of warning once: the first one, its row, and the number of other rows.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        self.warnings.iter().map(|(_, Kind { first, id, others })| {
            let others = match others {
                0 => String::new(),
                1 => ", and of another row".to_owned(),
                others => format!(", and of {others} other rows"),
            };
            format!("{first} (row {id}{others})")
        })
    }

    /// Prints each kind of warning once, and the counts.
    pub(super) fn print(&self, terminal: &Terminal) {
        for warning in self.warnings() {
            terminal.warning(&warning);
        }
        let rows = self.rows();
        let noun = if rows == 1 { "row" } else { "rows" };
        let counts = RowStatus::ALL
            .iter()
            .map(|status| (self.counts.of(*status), status.as_str()))
            .filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let counts = if counts.is_empty() {
            "nothing to do".to_owned()
        } else {
            counts.join(", ")
        };
        terminal.note(&format!("{rows} {noun}: {counts}"));
    }

    /// Returns the exit status.
    pub(super) fn exit(&self) -> Exit {
        if self.has_bug {
            Exit::Bug
        } else if self.has_io_failure {
            Exit::Io
        } else if self.counts.refused + self.counts.failed > 0 {
            Exit::Refused
        } else if self.counts.undecided > 0 {
            Exit::Undecided
        } else {
            Exit::Done
        }
    }
}

/// Returns what the warnings of one kind have in common: their words without names and numbers.
fn kind(warning: &str) -> String {
    let is_name = |word: &str| {
        word.contains(|letter: char| letter.is_ascii_digit() || "/.'\\".contains(letter))
    };
    let words = warning.split(' ').filter(|word| !is_name(word));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(rows: &[(RowStatus, Exit)]) -> Summary {
        let mut summary = Summary::default();
        for (status, exit) in rows {
            summary.add("a", *status, *exit, &[]);
        }
        summary
    }

    #[test]
    fn the_exit_status_is_the_first_that_applies() {
        let rows = [
            (RowStatus::Done, Exit::Done, Exit::Done),
            (RowStatus::Skipped, Exit::Done, Exit::Done),
            (RowStatus::Undecided, Exit::Undecided, Exit::Undecided),
            (RowStatus::Failed, Exit::Input, Exit::Refused),
            (RowStatus::Refused, Exit::Refused, Exit::Refused),
            (RowStatus::Failed, Exit::Io, Exit::Io),
            (RowStatus::Failed, Exit::Bug, Exit::Bug),
        ];
        let mut so_far = Vec::new();
        for (status, exit, expected) in rows {
            so_far.push((status, exit));
            assert_eq!(summary(&so_far).exit(), expected, "{so_far:?}");
        }
    }

    #[test]
    fn warnings_that_differ_in_names_and_numbers_are_one_kind() {
        let mut summary = Summary::default();
        let warning =
            |file| format!("{file} is a secret, and its mode 0644 lets every user read it");
        for (id, file) in [("a", "keys/a.bin"), ("b", "keys/b.bin"), ("c", "c.pem")] {
            summary.add(id, RowStatus::Done, Exit::Done, &[warning(file)]);
        }
        summary.add(
            "d",
            RowStatus::Done,
            Exit::Done,
            &["something else".to_owned()],
        );
        let kinds: Vec<_> = summary
            .warnings
            .iter()
            .map(|(_, kind)| (kind.first.as_str(), kind.id.as_str(), kind.others))
            .collect();
        let first = warning("keys/a.bin");
        assert_eq!(
            kinds,
            [(first.as_str(), "a", 2), ("something else", "d", 0)]
        );
    }
}
