//! The journal of a run: its options, its time and its input files, for the report.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::time::{SystemTime, SystemTimeError};

use byok_core::report::InputFile;
use byok_core::timestamp::Timestamp;

use crate::input::Source;
use crate::mistaken;

/// The journal of one run.
#[derive(Debug)]
pub(crate) struct Journal {
    command_line: Vec<String>,
    started: SystemTime,
    /// The inputs; `None` if nobody asks for them.
    inputs: Option<Vec<InputFile>>,
}

impl Journal {
    /// Starts the journal of a run with these arguments, the program name first.
    pub(crate) fn begin(args: &[OsString]) -> Self {
        let command_line = args
            .iter()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        Self {
            command_line,
            started: SystemTime::now(),
            inputs: Some(Vec::new()),
        }
    }

    /// Starts the journal of a run whose inputs nobody asks for: to look whether each one is a key takes
    /// time.
    pub(crate) fn without_inputs() -> Self {
        Self {
            inputs: None,
            ..Self::begin(&[])
        }
    }

    /// Returns the command line, word by word.
    pub(crate) fn command_line(&self) -> &[String] {
        &self.command_line
    }

    /// Returns the start of the run, by the system clock.
    pub(crate) const fn started(&self) -> SystemTime {
        self.started
    }

    /// Returns the input files, each once, in order.
    pub(crate) fn inputs(&self) -> &[InputFile] {
        self.inputs.as_deref().unwrap_or_default()
    }

    /// Records a public input. A file that can be read as a key counts as secret.
    pub(crate) fn read(&mut self, source: &Source, bytes: &[u8]) {
        if self.inputs.is_none() {
            return;
        }
        if mistaken::reads_as_key(bytes) {
            return self.read_secret(source);
        }
        self.note(InputFile::public(source.to_string(), bytes));
    }

    /// Records a secret input, by its name only.
    pub(crate) fn read_secret(&mut self, source: &Source) {
        self.note(InputFile::secret(source.to_string()));
    }

    /// Reduces the record of these inputs to their names, because they may be secret.
    pub(crate) fn withhold(&mut self, may_be_secret: impl Fn(&InputFile) -> bool) {
        for input in self.inputs.iter_mut().flatten() {
            if may_be_secret(input) {
                *input = InputFile::secret(input.name.as_str());
            }
        }
    }

    fn note(&mut self, input: InputFile) {
        if let Some(inputs) = &mut self.inputs {
            inputs.retain(|other| *other != input);
            inputs.push(input);
        }
    }
}

/// A time of the system clock that no timestamp can state.
#[derive(Debug)]
pub(crate) enum ClockError {
    /// Before 1970.
    TooEarly(SystemTimeError),
    /// After 9999.
    TooLate,
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooEarly(_) => "the clock is before 1970",
            Self::TooLate => "the clock is after 9999",
        })
    }
}

impl Error for ClockError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::TooEarly(error) => Some(error),
            Self::TooLate => None,
        }
    }
}

/// Converts a time of the system clock.
///
/// # Errors
///
/// [`ClockError`] for a time before 1970 or after 9999.
pub(crate) fn timestamp(moment: SystemTime) -> Result<Timestamp, ClockError> {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_err(ClockError::TooEarly)?.as_millis();
    let millis = i64::try_from(millis).map_err(|_| ClockError::TooLate)?;
    Timestamp::from_millis(millis).map_err(|_| ClockError::TooLate)
}

#[cfg(test)]
mod tests {
    use byok_core::report::FileDigest;

    use super::*;

    #[test]
    fn a_secret_is_named_and_nothing_else() {
        let mut journal = Journal::begin(&["byok".into(), "wrap".into()]);
        let (params, key) = (Source::file("params.json"), Source::file("server.key"));
        journal.read(&params, b"{}");
        journal.read_secret(&key);
        journal.read(&key, &[7; 32]);
        let names: Vec<_> = journal
            .inputs()
            .iter()
            .map(|input| input.name.as_str())
            .collect();
        assert_eq!(names, ["params.json", "server.key"]);
        let digests: Vec<_> = journal.inputs().iter().map(InputFile::digest).collect();
        assert_eq!(digests, [Some(FileDigest::of(b"{}")), None]);
        journal.withhold(|input| input.name == "params.json");
        assert_eq!(journal.inputs()[0], InputFile::secret("params.json"));
        assert_eq!(journal.command_line(), ["byok", "wrap"]);
    }

    #[test]
    fn a_journal_without_inputs_records_none() {
        let mut journal = Journal::without_inputs();
        journal.read(&Source::file("params.json"), b"{}");
        journal.read_secret(&Source::file("server.key"));
        assert_eq!(journal.inputs(), []);
    }
}
