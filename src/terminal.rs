//! The two output streams: the answer on standard output, everything for people on standard error.
//!
//! Nothing here panics when a stream is full or closed. A message that cannot be shown is dropped.
//! An answer that cannot be written completely is an error. `SIGPIPE` stays ignored, as Rust starts
//! a program, so a closed pipe is an error like any other.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use byok_core::json;

use crate::capture::Capture;

mod answer;
mod error_document;
mod progress;
mod safe;
mod spinner;

pub(crate) use answer::{AnswerError, AnswerForm};
pub(crate) use error_document::ErrorDocument;
pub(crate) use progress::Progress;
pub(crate) use safe::{AsciiJson, Safe, SafeLines, SafePath};

/// The verbosity of standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Everything.
    Normal,
    /// Warnings, errors and the hints that go with them.
    Quiet,
}

/// A warning that is printed when the work is done, with its hints.
#[derive(Debug)]
pub(crate) struct Warning {
    pub(crate) message: String,
    pub(crate) hints: Vec<&'static str>,
}

/// Standard output and standard error, as this run uses them.
#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    verbosity: Verbosity,
    colour: bool,
    /// True if standard error is a terminal.
    interactive: bool,
    audience: Audience,
    /// The warnings of this run, for its reports.
    warnings: Arc<Mutex<Vec<String>>>,
    /// Takes everything, if the run is for a row of a batch.
    capture: Option<Capture>,
}

/// The reader of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    /// A person at a terminal.
    Person,
    /// A program or a file.
    Program,
    /// Nobody.
    Nobody,
}

impl Terminal {
    /// Examines both streams, `NO_COLOR` and `TERM` once per run.
    pub(crate) fn new(verbosity: Verbosity) -> Self {
        let interactive = io::stderr().is_terminal();
        let (no_color, term) = (env::var_os("NO_COLOR"), env::var_os("TERM"));
        let colour = interactive && allows_colour(no_color.as_deref(), term.as_deref());
        let audience = if io::stdout().is_terminal() {
            Audience::Person
        } else if answer::is_discarded(io::stdout()) {
            Audience::Nobody
        } else {
            Audience::Program
        };
        Self {
            verbosity,
            colour,
            interactive,
            audience,
            warnings: Arc::default(),
            capture: None,
        }
    }

    /// Returns the terminal of a run for a row of a batch: `capture` takes everything.
    pub(crate) fn captured_by(capture: Capture) -> Self {
        Self {
            verbosity: Verbosity::Quiet,
            colour: false,
            interactive: false,
            audience: Audience::Program,
            warnings: Arc::default(),
            capture: Some(capture),
        }
    }

    /// Returns what takes the outputs of a run for a row of a batch.
    pub(crate) const fn capture(&self) -> Option<&Capture> {
        self.capture.as_ref()
    }

    /// Prints a note; `--quiet` suppresses it.
    pub(crate) fn note(&self, message: &str) {
        self.unless_quiet(Label::Note, message);
    }

    /// Prints a hint to a note; `--quiet` suppresses it too.
    pub(crate) fn note_hint(&self, message: &str) {
        self.unless_quiet(Label::Hint, message);
    }

    /// Prints a warning, after which the work goes on.
    pub(crate) fn warning(&self, message: &str) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.push(message.to_owned());
        drop(warnings);
        if let Some(capture) = &self.capture {
            capture.outputs().warnings.push(message.to_owned());
        }
        self.say(Label::Warning, message);
    }

    /// Prints warnings with their hints.
    pub(crate) fn tell(&self, warnings: &[Warning]) {
        for Warning { message, hints } in warnings {
            self.warning(message);
            for hint in hints {
                self.hint(hint);
            }
        }
    }

    /// Returns the warnings so far, for reports.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.clone()
    }

    /// Prints the error that ended the work.
    pub(crate) fn error(&self, message: &str) {
        self.say(Label::Error, message);
    }

    /// Prints a usage error of several lines. `message` quotes only escaped text.
    pub(crate) fn usage(&self, message: &str) {
        write_message(&Label::Error.line(&SafeLines(message).to_string(), self.colour));
    }

    /// Prints a hint to the last warning or error.
    pub(crate) fn hint(&self, message: &str) {
        self.say(Label::Hint, message);
    }

    /// Prints an error as one line of JSON.
    pub(crate) fn error_json(&self, document: &ErrorDocument<'_>) {
        let line = AsciiJson(&json::line(document)).to_string();
        match &self.capture {
            Some(capture) => capture.outputs().error = Some(line),
            None => write_message(&format!("{line}\n")),
        }
    }

    /// Writes the complete answer to standard output.
    ///
    /// # Errors
    ///
    /// - [`AnswerError::BinaryToTerminal`] and [`AnswerError::SecretToTerminal`] before anything is
    ///   written.
    /// - [`AnswerError::ClosedPipe`] if the reader closed the pipe too early.
    /// - [`AnswerError::Io`] for any other reason.
    pub(crate) fn answer(&self, bytes: &[u8], form: AnswerForm) -> Result<(), AnswerError> {
        match (form, self.audience) {
            (AnswerForm::Binary, Audience::Person) => return Err(AnswerError::BinaryToTerminal),
            (AnswerForm::Secret, Audience::Person) => return Err(AnswerError::SecretToTerminal),
            _ => match &self.capture {
                Some(capture) => capture.outputs().answer.extend_from_slice(bytes),
                None => answer::to_stdout(bytes)?,
            },
        }
        Ok(())
    }

    /// Checks that standard output has a reader.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Discarded`] if it was closed or discarded before the program started.
    pub(crate) const fn check_is_heard(&self) -> Result<(), AnswerError> {
        match self.audience {
            Audience::Nobody => Err(AnswerError::Discarded),
            Audience::Person | Audience::Program => Ok(()),
        }
    }

    /// Prints a log line; `--quiet` suppresses it.
    #[cfg(feature = "serve")]
    pub(crate) fn access_log_line(&self, json: &str) {
        if self.verbosity == Verbosity::Normal {
            write_message(&format!("{json}\n"));
        }
    }

    /// Returns whether standard error is a terminal.
    pub(crate) const fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Runs `work`. On a terminal, shows a spinner with `what` after half a second.
    pub(crate) fn progress<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        if !self.interactive || self.verbosity == Verbosity::Quiet {
            return work();
        }
        let message = Safe(what).to_string();
        spinner::spin_during(work, message)
    }

    /// Returns the progress of work on `count` rows, which a terminal shows after half a second.
    pub(crate) fn progress_of(&self, what: &str, count: u64) -> Progress {
        let is_shown = self.interactive && self.verbosity == Verbosity::Normal;
        Progress::new(is_shown.then_some(what), count)
    }

    fn unless_quiet(&self, label: Label, message: &str) {
        if self.verbosity == Verbosity::Normal {
            self.say(label, message);
        }
    }

    /// Prints a message on one line, with control characters escaped.
    fn say(&self, label: Label, message: &str) {
        if self.capture.is_some() {
            return;
        }
        write_message(&label.line(&Safe(message).to_string(), self.colour));
    }
}

/// The word before a message.
#[derive(Clone, Copy)]
enum Label {
    Note,
    Warning,
    Error,
    Hint,
}

impl Label {
    /// Formats the whole message. ECMA-48, 8.3.117 (SGR): 1 is bold, 31 to 36 are colours, 0 ends
    /// both.
    fn line(self, message: &str, colour: bool) -> String {
        let (word, sgr) = match self {
            Self::Note => ("note", "1;32"),
            Self::Warning => ("warning", "1;33"),
            Self::Error => ("error", "1;31"),
            Self::Hint => ("hint", "1;36"),
        };
        if colour {
            format!("byok: \x1b[{sgr}m{word}\x1b[0m: {message}\n")
        } else {
            format!("byok: {word}: {message}\n")
        }
    }
}

/// Returns whether the environment permits colour on a terminal: <https://no-color.org>.
fn allows_colour(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty) && term.is_some_and(|term| term != "dumb")
}

fn write_message(message: &str) {
    // An error cannot be reported: there is no third stream.
    let _ = io::stderr().write_all(message.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_is_coloured_and_the_message_is_escaped() {
        let line = Label::Error.line(&Safe("a\x1b]0;b\nc").to_string(), true);
        assert_eq!(line, "byok: \x1b[1;31merror\x1b[0m: a\\u{1b}]0;b\\u{a}c\n");
        let words = [Label::Note, Label::Warning, Label::Error, Label::Hint];
        let lines = words.map(|label| label.line("x", false)).concat();
        assert_eq!(
            lines,
            "byok: note: x\nbyok: warning: x\nbyok: error: x\nbyok: hint: x\n"
        );
    }

    #[test]
    fn neither_bytes_nor_secrets_go_to_a_terminal() {
        let terminal = Terminal {
            verbosity: Verbosity::Quiet,
            colour: false,
            interactive: false,
            audience: Audience::Person,
            warnings: Arc::default(),
            capture: None,
        };
        let refused = terminal.answer(b"x", AnswerForm::Binary);
        assert!(
            matches!(refused, Err(AnswerError::BinaryToTerminal)),
            "{refused:?}"
        );
        let refused = terminal.answer(b"x", AnswerForm::Secret);
        assert!(
            matches!(refused, Err(AnswerError::SecretToTerminal)),
            "{refused:?}"
        );
    }

    #[test]
    fn the_environment_can_refuse_colour() {
        let (xterm, set) = (Some(OsStr::new("xterm")), Some(OsStr::new("1")));
        assert!(allows_colour(None, xterm));
        assert!(allows_colour(Some(OsStr::new("")), xterm));
        assert!(!allows_colour(set, xterm));
        assert!(!allows_colour(None, Some(OsStr::new("dumb"))));
        assert!(!allows_colour(None, None));
    }
}
