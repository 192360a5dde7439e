//! The context of a command: the terminal, the time, and standard input.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use byok_core::inspect::Kind;
use byok_core::json;
use byok_core::secret::SecretBytes;
use byok_core::timestamp::Timestamp;

use crate::capture::Capture;
use crate::failure::{About, Failure};
use crate::input::{self, Source, StdinClaim, named, without_scheme};
use crate::journal::{self, Journal};
use crate::output::{self, Access, FileContents, OutputError, Replace, Written};
use crate::terminal::{AnswerForm, SafePath, Terminal};

/// The longest accepted passphrase, in bytes, with the rest of its file.
const MAX_PASSPHRASE_LEN: usize = 4096;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The argument for key material.
#[derive(Debug)]
pub(crate) struct MaterialArgument {
    /// The file.
    pub(crate) file: OsString,
    /// The source of the passphrase, if there was one.
    pub(crate) passphrase: Option<PassphraseSource>,
}

/// The source of a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PassphraseSource {
    /// A file, by its name in messages.
    File(String),
    /// An open file descriptor.
    Descriptor(u32),
    /// The prompt at the terminal.
    Prompt,
}

/// The purpose of the secrets that a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stakes {
    /// A rehearsal, or the inspection of a file.
    Rehearsal,
    /// An import into AWS KMS.
    Production,
}

/// The context of a command.
#[derive(Debug)]
pub(crate) struct Context {
    /// Both output streams.
    pub(crate) terminal: Terminal,
    output: Option<OutputFormat>,
    output_file: Option<PathBuf>,
    force: bool,
    at: Option<Timestamp>,
    stakes: Stakes,
    stdin: StdinClaim,
    /// The options and inputs of the run, for its report.
    pub(crate) journal: Journal,
    /// The key material that was read last.
    material: Option<MaterialArgument>,
    /// The input files, which no output may overwrite.
    inputs: Vec<PathBuf>,
    /// The output files that no other output may overwrite.
    outputs: Vec<PathBuf>,
}

impl Context {
    /// Builds the context of one run.
    pub(crate) fn new(
        terminal: Terminal,
        output: Option<OutputFormat>,
        output_file: Option<PathBuf>,
        force: bool,
        at: Option<Timestamp>,
        journal: Journal,
    ) -> Self {
        let stdin = StdinClaim::default();
        let output_file = output_file.map(|path| without_scheme(path.as_os_str()).into());
        Self {
            terminal,
            output,
            output_file,
            force,
            at,
            stakes: Stakes::Rehearsal,
            stdin,
            journal,
            material: None,
            inputs: vec![],
            outputs: vec![],
        }
    }

    /// Returns the current time: `--at`, or the system clock.
    pub(crate) fn now(&self) -> Result<Timestamp, Failure> {
        match self.at {
            Some(at) => Ok(at),
            None => Ok(journal::timestamp(SystemTime::now())?),
        }
    }

    /// Returns the time of `--at`.
    pub(crate) fn set_time(&self) -> Option<Timestamp> {
        self.at
    }

    /// Warns if the system clock is before `latest`, the latest time in a key's record.
    pub(crate) fn notice_clock(&self, now: Timestamp, latest: Option<Timestamp>) {
        if let Some(latest) = latest.filter(|latest| self.at.is_none() && now < *latest) {
            self.terminal.warning(&format!(
                "this clock says {now}, and the key's record has {latest}: the clock went back, \
                 or --at was ahead"
            ));
        }
    }

    /// Records which argument names the key material, for hints.
    pub(crate) fn note_material(&mut self, file: &OsStr, passphrase: Option<PassphraseSource>) {
        self.material = Some(MaterialArgument {
            file: file.to_owned(),
            passphrase,
        });
    }

    /// Returns the argument that names the key material that was read last.
    pub(crate) const fn material(&self) -> Option<&MaterialArgument> {
        self.material.as_ref()
    }

    /// Returns the options that turned a check off, for reports.
    pub(crate) fn overrides(&self) -> Vec<String> {
        let at = self.at.map(|at| format!("--at {at}"));
        at.into_iter()
            .chain(self.force.then(|| "--force".to_owned()))
            .collect()
    }

    /// Returns the form of the answer: the requested one, or the default of the command.
    pub(crate) fn output(&self, default: OutputFormat) -> OutputFormat {
        self.output.unwrap_or(default)
    }

    /// Returns whether errors are JSON.
    pub(crate) fn errors_as_json(&self) -> bool {
        self.output == Some(OutputFormat::Json)
    }

    /// Returns the file for the answer; `None` for standard output.
    pub(crate) fn output_file(&self) -> Option<&Path> {
        self.output_file
            .as_deref()
            .filter(|path| *path != Path::new("-"))
    }

    /// Returns the files that output files may replace.
    pub(crate) fn replace(&self) -> Replace {
        if self.force {
            Replace::RegularFile
        } else {
            Replace::Never
        }
    }

    /// Reads the file of an argument, of at most `limit` bytes.
    pub(crate) fn read(&mut self, argument: &OsStr, limit: usize) -> Result<Vec<u8>, Failure> {
        let source = self.source(argument)?;
        let bytes = input::read(&source, limit)?;
        self.journal.read(&source, &bytes);
        Ok(bytes)
    }

    /// Opens the file of an argument, to read it more than once. Returns its path, if it has one.
    pub(crate) fn open(&mut self, argument: &OsStr) -> Result<(File, Option<PathBuf>), Failure> {
        let source = self.source(argument)?;
        let file = input::open(&source)?;
        Ok((file, source.path().map(Path::to_owned)))
    }

    /// Returns the context of a run for a row of a batch. `capture` takes everything that the run writes;
    /// `output_file` is the name of the file for its answer, if that is no text; `journal` takes its inputs.
    pub(crate) fn of_row(
        &self,
        capture: Capture,
        output_file: Option<PathBuf>,
        journal: Journal,
    ) -> Self {
        let terminal = Terminal::captured_by(capture);
        let output = Some(OutputFormat::Json);
        Self::new(terminal, output, output_file, self.force, self.at, journal)
    }

    /// Reads the file at `path`, up to `limit` bytes. `-` is a file name here, not standard input.
    pub(crate) fn read_file(&mut self, path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
        let source = Source::file(path);
        self.inputs.push(path.to_owned());
        let bytes = input::read(&source, limit)?;
        self.journal.read(&source, &bytes);
        Ok(bytes)
    }

    /// Reads the document of an argument with `parse`. If it is another kind than `belongs`, the
    /// error names that kind.
    pub(crate) fn read_document<T, E>(
        &mut self,
        argument: &OsStr,
        belongs: Kind,
        parse: impl FnOnce(&[u8]) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        E: Into<Failure>,
    {
        self.read_document_within(json::MAX_LEN, argument, belongs, parse)
    }

    /// Reads the document of an argument as [`Self::read_document`] does, up to `limit` bytes.
    pub(crate) fn read_document_within<T, E>(
        &mut self,
        limit: usize,
        argument: &OsStr,
        belongs: Kind,
        parse: impl FnOnce(&[u8]) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        E: Into<Failure>,
    {
        let bytes = self.read(argument, limit)?;
        parse(&bytes)
            .map_err(|error| Failure::or_mistaken(error, &bytes, belongs))
            .about(|| named(argument))
    }

    /// Reads the secret of an argument, of at most `limit` bytes.
    pub(crate) fn read_secret(
        &mut self,
        argument: &OsStr,
        limit: usize,
    ) -> Result<SecretBytes, Failure> {
        let source = self.source(argument)?;
        self.journal.read_secret(&source);
        Ok(input::read_secret(
            &source,
            limit,
            "key material (not shown): ",
        )?)
    }

    /// Reads the passphrase of an argument: one line without its line break.
    pub(crate) fn read_passphrase(&mut self, argument: &OsStr) -> Result<SecretBytes, Failure> {
        let source = self.source(argument)?;
        self.journal.read_secret(&source);
        Ok(input::read_secret(
            &source,
            MAX_PASSPHRASE_LEN,
            "passphrase (not shown): ",
        )?)
    }

    /// Sets the purpose of the secrets that are read from now on.
    pub(crate) fn set_stakes(&mut self, stakes: Stakes) {
        self.stakes = stakes;
    }

    /// Returns the purpose of the secrets that this run reads.
    pub(crate) const fn stakes(&self) -> Stakes {
        self.stakes
    }

    /// Asks for the passphrase of `name`. Returns `None` without a terminal.
    pub(crate) fn ask_passphrase(&self, name: &str) -> Result<Option<SecretBytes>, Failure> {
        if !self.terminal.is_interactive() {
            return Ok(None);
        }
        let answer = input::ask(&format!("passphrase of {name} (not shown): "));
        let answer = answer.context("could not read the passphrase");
        answer.map(Some).map_err(Failure::Io)
    }

    /// Checks, before any work is done, that the answer is not lost: for commands whose exit status is
    /// not the answer itself.
    ///
    /// # Errors
    ///
    /// The answer goes to standard output, which was closed or discarded before the program
    /// started.
    pub(crate) fn check_answer_is_kept(&self) -> Result<(), Failure> {
        if self.output_file().is_none() {
            self.terminal.check_is_heard()?;
        }
        Ok(())
    }

    /// Writes the answer to standard output, or to `--output-file`.
    pub(crate) fn answer(&self, bytes: &[u8], form: AnswerForm) -> Result<(), Failure> {
        match self.output_file() {
            None => Ok(self.terminal.answer(bytes, form)?),
            Some(path) => self.write(path, bytes, Access::Private),
        }
    }

    /// Returns what takes the outputs of a run for a row of a batch.
    pub(crate) const fn capture(&self) -> Option<&Capture> {
        self.terminal.capture()
    }

    /// Writes a new file.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8], access: Access) -> Result<(), Failure> {
        if let Some(capture) = self.capture() {
            let name = path.file_name().unwrap_or(path.as_os_str());
            capture.add_file(&name.to_string_lossy(), access, bytes);
            return Ok(());
        }
        self.write_contents(path, FileContents::Bytes(bytes), access)
    }

    /// Writes a new private file, whose contents `write` writes.
    pub(crate) fn write_streamed(
        &self,
        path: &Path,
        write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        self.write_contents(path, FileContents::Stream(write), Access::Private)
    }

    fn write_contents(
        &self,
        path: &Path,
        contents: FileContents<'_>,
        access: Access,
    ) -> Result<(), Failure> {
        self.check_output(path)?;
        let written = output::write_new_contents(path, contents, access, self.replace())?;
        self.warn_of_permissions(path, written);
        Ok(())
    }

    /// Makes sure that a new file can be written at `path`, before any work is done for it.
    pub(crate) fn check_is_free(&self, path: &Path) -> Result<(), Failure> {
        Ok(output::check_new(path, self.replace())?)
    }

    /// Checks that the file for the answer can be written.
    pub(crate) fn check_output_file(&self) -> Result<(), Failure> {
        self.output_file()
            .map_or(Ok(()), |path| self.check_is_free(path))
    }

    /// Checks that `path` is neither an input file nor a protected output.
    pub(crate) fn check_output(&self, path: &Path) -> Result<(), Failure> {
        if self
            .outputs
            .iter()
            .any(|other| output::check_distinct(other, path).is_err())
        {
            return Err(OutputError::NamedTwice { path: path.into() }.into());
        }
        self.inputs
            .iter()
            .try_for_each(|input| Ok(output::check_distinct(input, path)?))
    }

    /// Protects the output file at `path` from every later output.
    pub(crate) fn protect(&mut self, path: &Path) {
        self.outputs.push(path.to_owned());
    }

    /// Describes where the answer goes.
    pub(crate) fn answer_name(&self) -> String {
        self.output_file().map_or_else(
            || "standard output".to_owned(),
            |path| SafePath(path).to_string(),
        )
    }

    /// Warns if the medium does not prevent others from reading the written file.
    pub(crate) fn warn_of_permissions(&self, path: &Path, written: Written) {
        if !written.permissions_kept {
            let path = SafePath(path);
            self.terminal.warning(&format!(
                "the medium of {path} has no file permissions: anybody who holds it can read the \
                 file"
            ));
        }
    }

    fn source(&mut self, argument: &OsStr) -> Result<Source, Failure> {
        let source = self.stdin.source(argument)?;
        // A batch reads the inputs of a row more than once.
        let source = match self.capture() {
            Some(_) => source.read_again(),
            None => source,
        };
        self.inputs.extend(source.path().map(Path::to_owned));
        Ok(source)
    }
}
