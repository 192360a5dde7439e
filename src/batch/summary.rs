//! The summary of a batch: how many rows ended how, and each kind of warning once.

use std::collections::BTreeMap;

use super::line::Status;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// The counts of a run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    counts: BTreeMap<&'static str, u64>,
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
    pub(super) fn add(&mut self, id: &str, status: Status, exit: Exit, warnings: &[String]) {
        *self.counts.entry(status.word()).or_default() += 1;
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
        self.counts.is_empty()
    }

    fn count(&self, status: Status) -> u64 {
        self.counts.get(status.word()).copied().unwrap_or_default()
    }

    /// Prints each kind of warning once, and the counts.
    pub(super) fn print(&self, terminal: &Terminal) {
        for (_, Kind { first, id, others }) in &self.warnings {
            let others = match others {
                0 => String::new(),
                1 => ", and of another row".to_owned(),
                others => format!(", and of {others} other rows"),
            };
            terminal.warning(&format!("{first} (row {id}{others})"));
        }
        let rows: u64 = self.counts.values().sum();
        let noun = if rows == 1 { "row" } else { "rows" };
        let counts = Status::ALL
            .into_iter()
            .map(|status| (self.count(status), status.word()))
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
        } else if self.count(Status::Refused) + self.count(Status::Failed) > 0 {
            Exit::Refused
        } else if self.count(Status::Undecided) > 0 {
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

    fn summary(rows: &[(Status, Exit)]) -> Summary {
        let mut summary = Summary::default();
        for (status, exit) in rows {
            summary.add("a", *status, *exit, &[]);
        }
        summary
    }

    #[test]
    fn the_exit_status_is_the_first_that_applies() {
        let rows = [
            (Status::Done, Exit::Done, Exit::Done),
            (Status::Skipped, Exit::Done, Exit::Done),
            (Status::Undecided, Exit::Undecided, Exit::Undecided),
            (Status::Failed, Exit::Input, Exit::Refused),
            (Status::Refused, Exit::Refused, Exit::Refused),
            (Status::Failed, Exit::Io, Exit::Io),
            (Status::Failed, Exit::Bug, Exit::Bug),
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
            summary.add(id, Status::Done, Exit::Done, &[warning(file)]);
        }
        summary.add(
            "d",
            Status::Done,
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
