//! What a run was told, when, and which files it read: what its report begins with.

use std::ffi::OsString;
use std::time::SystemTime;

use anyhow::Context as _;
use byok_core::report::InputFile;
use byok_core::timestamp::Timestamp;

use crate::input::Source;
use crate::mistaken;

/// The journal of one run.
#[derive(Debug)]
pub(crate) struct Journal {
    command_line: Vec<String>,
    started: SystemTime,
    inputs: Vec<InputFile>,
}

impl Journal {
    /// Begins the journal of a run with these arguments, the program's own name first.
    pub(crate) fn begin(args: &[OsString]) -> Self {
        let command_line = args
            .iter()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        Self {
            command_line,
            started: SystemTime::now(),
            inputs: Vec::new(),
        }
    }

    /// The command line, word by word.
    pub(crate) fn command_line(&self) -> &[String] {
        &self.command_line
    }

    /// When the run began, by the system's clock.
    pub(crate) const fn started(&self) -> SystemTime {
        self.started
    }

    /// The files that were read, each once, in the order in which they were.
    pub(crate) fn inputs(&self) -> &[InputFile] {
        &self.inputs
    }

    /// Notes an input that should be no secret; if it can be read as a key, it is taken for one.
    pub(crate) fn read(&mut self, source: &Source, bytes: &[u8]) {
        if mistaken::reads_as_key(bytes) {
            return self.read_secret(source);
        }
        self.note(InputFile::public(source.to_string(), bytes));
    }

    /// Notes an input that is a secret: by its name, and nothing else.
    pub(crate) fn read_secret(&mut self, source: &Source) {
        self.note(InputFile::secret(source.to_string()));
    }

    /// Takes back what was noted of these inputs, but their names: they may be secrets after all.
    pub(crate) fn withhold(&mut self, may_be_secret: impl Fn(&InputFile) -> bool) {
        for input in &mut self.inputs {
            if may_be_secret(input) {
                *input = InputFile::secret(input.name.as_str());
            }
        }
    }

    fn note(&mut self, input: InputFile) {
        self.inputs.retain(|other| *other != input);
        self.inputs.push(input);
    }
}

/// What the system's clock says of a moment.
pub(crate) fn timestamp(moment: SystemTime) -> anyhow::Result<Timestamp> {
    let since = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .context("the clock is before 1970")?;
    let millis = i64::try_from(since.as_millis()).context("the clock is after 9999")?;
    Timestamp::from_millis(millis).context("the clock is after 9999")
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
}
