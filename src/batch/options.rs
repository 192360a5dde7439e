//! The members of a row, and the arguments that they become.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use byok_core::manifest::{Cell, Row};
use clap::builder::Resettable;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::operation::{BatchOperation, RowCommand};
use super::row::BatchRow;
use crate::arguments::UsageError;
use crate::batch_row::RowError;
use crate::input::without_scheme;
use crate::nearest::nearest;
use crate::usage;

/// The longest name of a row, in bytes.
const MAX_ID_LEN: usize = 128;

/// The options of a single command that a batch has in another form, or not at all: one report and one
/// folder are for all rows, and a file descriptor can be read once.
const NOT_FOR_ROWS: [&str; 7] = [
    "output_file",
    "report",
    "note",
    "out_dir",
    "passphrase_fd",
    "public_key_out",
    "import_token_out",
];

/// Members that only `batch plan` reads.
const OF_PLAN: [&str; 6] = [
    "Tags",
    "Policy",
    "Alias",
    "MultiRegion",
    "Description",
    "KeyUsage",
];

/// The options on the command line of a batch: defaults for every row of command `V`.
#[derive(Debug)]
pub(crate) struct Defaults<V> {
    options: Vec<DefaultOption>,
    command: PhantomData<V>,
}

/// An option on the command line of a batch.
#[derive(Debug)]
pub(crate) struct DefaultOption {
    /// The member of a row that has precedence.
    name: String,
    /// The value in records.
    text: String,
    /// The arguments.
    words: Vec<OsString>,
}

/// An option that a row can set.
#[derive(Debug)]
struct RowOption {
    long: String,
    kind: MemberKind,
}

/// The kind of value of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// True or false.
    Flag,
    /// A word or a text.
    Value,
    /// A file, relative to the manifest.
    File,
}

/// The members that the rows of a batch can have.
#[derive(Debug)]
pub(crate) struct RowOptions {
    operation: BatchOperation,
    known: HashMap<String, RowOption>,
    /// The members that other operations read, and this one does not.
    ignored: Vec<String>,
    defaults: Vec<DefaultOption>,
    /// The folder of the manifest.
    folder: PathBuf,
    /// The outputs of the run, which no row may read.
    outputs: Vec<PathBuf>,
}

impl<V> Defaults<V> {
    /// Returns the defaults.
    pub(crate) fn into_options(self) -> Vec<DefaultOption> {
        self.options
    }
}

impl<V: clap::Args> clap::Args for Defaults<V> {
    fn augment_args(command: Command) -> Command {
        let definition = V::augment_args(Command::new("row"));
        let options = definition
            .get_arguments()
            .filter(|arg| is_for_all_rows(arg));
        let options: Vec<Arg> = options.map(|arg| as_default(arg.clone())).collect();
        command.args(options)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<V: clap::Args> clap::FromArgMatches for Defaults<V> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let definition = V::augment_args(Command::new("row"));
        let mut options = Vec::new();
        for arg in definition
            .get_arguments()
            .filter(|arg| is_for_all_rows(arg))
        {
            let id = arg.get_id().as_str();
            let Some(long) = arg.get_long() else { continue };
            if matches.value_source(id) != Some(clap::parser::ValueSource::CommandLine) {
                continue;
            }
            let values = matches
                .get_raw(id)
                .filter(|_| arg.get_action().takes_values());
            let values: Vec<&OsStr> = values.into_iter().flatten().collect();
            let texts: Vec<_> = values.iter().map(|value| value.to_string_lossy()).collect();
            let (text, words) = if values.is_empty() {
                ("true".to_owned(), vec![format!("--{long}").into()])
            } else {
                let words = values.iter().map(|value| assignment(long, value));
                (texts.join(" "), words.collect())
            };
            let name = member_name(long);
            options.push(DefaultOption { name, text, words });
        }
        Ok(Self {
            options,
            command: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns whether rows can set the option `arg`, or the command line of a batch for all of them.
fn is_for_rows(arg: &Arg) -> bool {
    // An option with a default is about the form of the answer, which is a line here.
    let is_about_answer = !arg.get_default_values().is_empty();
    arg.get_long().is_some() && !is_about_answer && !NOT_FOR_ROWS.contains(&arg.get_id().as_str())
}

/// Returns whether the command line of a batch can set the option `arg`, for every row. What a row has for
/// its KMS key alone is not for all rows.
fn is_for_all_rows(arg: &Arg) -> bool {
    let is_of_one_key = |long| {
        [
            "material",
            "encrypted-key-material",
            "import-request",
            "dir",
            "from-seed",
        ]
        .contains(&long)
    };
    is_for_rows(arg) && !arg.get_long().is_some_and(is_of_one_key)
}

/// Removes what `arg` demands of other arguments: a row may have them.
fn as_default(arg: Arg) -> Arg {
    let nothing = || Resettable::<clap::Id>::Reset;
    arg.required(false)
        .required_unless_present(nothing())
        .conflicts_with(nothing())
        .requires(nothing())
        .help_heading("Defaults for every row")
}

fn assignment(long: &str, value: &OsStr) -> OsString {
    let mut word = OsString::from(format!("--{long}="));
    word.push(value);
    word
}

/// Returns the member for an option: `KeySpec` for `--key-spec`.
fn member_name(long: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    long.split('-').map(capital).collect()
}

/// Returns whether the values of `arg` are files, or folders.
fn kind(arg: &Arg) -> MemberKind {
    let names = arg.get_value_names().unwrap_or_default();
    match arg.get_action() {
        ArgAction::SetTrue => MemberKind::Flag,
        _ if names.iter().any(|name| {
            name.split('|')
                .any(|name| ["FILE", "DIR", "REPORT"].contains(&name))
        }) =>
        {
            MemberKind::File
        }
        _ => MemberKind::Value,
    }
}

/// Returns the options of `operation` by the members that set them.
fn options_of(operation: BatchOperation) -> HashMap<String, RowOption> {
    let definition = operation.definition();
    let options = definition.get_arguments().filter(|arg| is_for_rows(arg));
    let options = options.filter_map(|arg| {
        let long = arg.get_long()?.to_owned();
        let kind = kind(arg);
        Some((member_name(&long), RowOption { long, kind }))
    });
    // A store is a folder of this machine, and not of the manifest.
    options.filter(|(name, _)| name != "Store").collect()
}

impl RowOptions {
    /// Takes the options of `operation`. The files of rows are relative to `folder`.
    pub(crate) fn new(
        operation: BatchOperation,
        defaults: Vec<DefaultOption>,
        folder: &Path,
    ) -> Self {
        let known = options_of(operation);
        let others = BatchOperation::ALL.into_iter().flat_map(options_of);
        let others = others.map(|(name, _)| name);
        let ignored = others
            .chain(OF_PLAN.map(str::to_owned))
            .filter(|name| !known.contains_key(name))
            .collect();
        Self {
            operation,
            known,
            ignored,
            defaults,
            folder: folder.to_owned(),
            outputs: Vec::new(),
        }
    }

    /// Returns whether the command line of the batch sets the member `name`.
    pub(super) fn has_default(&self, name: &str) -> bool {
        self.defaults.iter().any(|option| option.name == name)
    }

    /// Checks the header of CSV.
    ///
    /// # Errors
    ///
    /// [`RowError`] for a column that does not exist.
    pub(super) fn check_columns(&self, columns: &[String]) -> Result<(), RowError> {
        let is_known = |name: &String| {
            ["Id", "SharedMaterial"].contains(&name.as_str())
                || self.known.contains_key(name)
                || self.ignored.contains(name)
        };
        let unknown = columns.iter().find(|name| !is_known(name));
        unknown.map_or(Ok(()), |name| Err(self.unknown_member(None, name)))
    }

    /// Refuses rows that read these files, because the run writes them.
    pub(super) fn with_outputs(self, outputs: impl IntoIterator<Item = PathBuf>) -> Self {
        let outputs = outputs.into_iter();
        let outputs = outputs.filter_map(|path| std::path::absolute(path).ok());
        Self {
            outputs: outputs.collect(),
            ..self
        }
    }

    /// Checks that no default reads standard input, which is there once.
    ///
    /// # Errors
    ///
    /// [`UsageError`] with the option.
    pub(super) fn check_defaults(&self) -> Result<(), UsageError> {
        for DefaultOption { name, text, .. } in &self.defaults {
            let is_file = self
                .known
                .get(name)
                .is_some_and(|option| option.kind == MemberKind::File);
            if is_file && is_stream(without_scheme(text.as_ref()).as_ref()) {
                return Err(
                    UsageError::new(format!("{text} cannot be {name} for every row"))
                        .hint("use a file"),
                );
            }
        }
        Ok(())
    }

    /// Returns the definition with which [`Self::parse`] parses. A thread needs its own.
    pub(super) fn definition(&self) -> Command {
        self.operation.definition()
    }

    /// Parses the arguments of `row`.
    ///
    /// # Errors
    ///
    /// [`RowError`] for a value that no command would take.
    pub(super) fn parse(
        &self,
        definition: &mut Command,
        row: &BatchRow,
    ) -> Result<RowCommand, RowError> {
        self.operation
            .parse(definition, &row.words)
            .map_err(|error| {
                let explained = usage::of_row(error, definition, &row.words);
                let column = explained.option.as_deref().map(member_name);
                RowError::new((row.number, row.line), column.as_deref(), explained.message)
                    .with_hints(explained.tips)
            })
    }

    /// Reads the members of `row`.
    ///
    /// # Errors
    ///
    /// [`RowError`] for a member that does not exist, a missing or wrong `Id`, and a value of another
    /// type.
    pub(super) fn read(&self, row: Row) -> Result<BatchRow, RowError> {
        let place = (row.number, row.line);
        let mut read = BatchRow {
            number: row.number,
            line: row.line,
            id: String::new(),
            shared_material: None,
            options: BTreeMap::new(),
            words: Vec::new(),
        };
        for (name, cell) in row.cells {
            let fault = |message: String| RowError::new(place, Some(&name), message);
            match (name.as_str(), cell) {
                ("Id", Cell::Text(id)) => {
                    check_id(&id).map_err(|message| fault(message.to_owned()))?;
                    read.id = id;
                }
                ("SharedMaterial", Cell::Text(group)) => read.shared_material = Some(group),
                ("Id" | "SharedMaterial", _) => return Err(fault("not a text".to_owned())),
                // The name of an alias in AWS KMS, for a plan. Keys in a file have other names.
                ("Alias", Cell::Text(alias)) if alias.starts_with("alias/") => {}
                (_, cell) => match self.known.get(&name) {
                    Some(option) => self.add(&mut read, &name, option, cell).map_err(fault)?,
                    None if self.ignored.contains(&name) => {}
                    None => return Err(self.unknown_member(Some(place), &name)),
                },
            }
        }
        if read.id.is_empty() {
            return Err(RowError::new(place, None, "the member Id is missing")
                .hint("give each row a name, such as tenant-1"));
        }
        for DefaultOption { name, text, words } in &self.defaults {
            if !read.options.contains_key(name) {
                read.options.insert(name.clone(), text.clone());
                read.words.extend(words.iter().cloned());
            }
        }
        Ok(read)
    }

    /// Adds the arguments for a member. The error names no member.
    fn add(
        &self,
        row: &mut BatchRow,
        name: &str,
        option: &RowOption,
        cell: Cell,
    ) -> Result<(), String> {
        let text = match (option.kind, cell) {
            (_, Cell::List(_)) => return Err("a list; expected one value".to_owned()),
            (MemberKind::Flag, Cell::Flag(flag)) => flag.to_string(),
            (MemberKind::Flag, Cell::Text(text)) => parse_flag(&text)
                .ok_or_else(|| format!("'{text}' is neither true nor false"))?
                .to_string(),
            (MemberKind::Value | MemberKind::File, Cell::Flag(flag)) => {
                return Err(format!("{flag}; expected a text"));
            }
            (MemberKind::Value | MemberKind::File, Cell::Text(text)) => text,
        };
        match option.kind {
            MemberKind::Flag if text == "true" => {
                row.words.push(format!("--{}", option.long).into());
            }
            MemberKind::Flag => {}
            MemberKind::Value => row.words.push(assignment(&option.long, text.as_ref())),
            MemberKind::File => {
                let path = self.path(&text)?;
                row.words.push(assignment(&option.long, path.as_os_str()));
            }
        }
        row.options.insert(name.to_owned(), text);
        Ok(())
    }

    /// Returns the path of a file of a row.
    fn path(&self, text: &str) -> Result<PathBuf, String> {
        let path = Path::new(without_scheme(text.as_ref()));
        if path.as_os_str().is_empty() || is_stream(path) {
            return Err(format!("'{text}' is not the name of a file"));
        }
        let file = self.folder.join(path);
        // A key in the place of its name must not be printed.
        if looks_like_a_key(&path.to_string_lossy()) && !file.exists() {
            return Err("looks like a key; expected the name of a file".to_owned());
        }
        if self.is_output(&file) {
            return Err(format!("'{text}' is also an output of this run"));
        }
        Ok(file)
    }

    /// Returns whether the run writes `file`.
    fn is_output(&self, file: &Path) -> bool {
        let mut names = self.outputs.iter().map(|output| output.file_name());
        // The name is compared first: an absolute path takes a system call.
        names.any(|name| name == file.file_name())
            && std::path::absolute(file).is_ok_and(|file| self.outputs.contains(&file))
    }

    fn unknown_member(&self, place: Option<(u64, u64)>, name: &str) -> RowError {
        let error = |column: Option<&str>, message: &str| match place {
            Some(place) => RowError::new(place, column, message),
            None => RowError::of_header(column, message),
        };
        let known = self.known.keys().map(String::as_str);
        let meant = nearest(name, known.chain(["Id", "SharedMaterial"]));
        let is_word = name.len() < 24
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || b" _-".contains(&byte));
        // A file of another kind in the place of a manifest can begin with a key.
        if meant.is_none() && !is_word {
            return error(None, "a member that does not exist (not shown)");
        }
        let error = error(Some(name), "no such member");
        match meant {
            Some(meant) => error.hint(format!("did you mean {meant}?")),
            None => error.hint(format!(
                "the file of the key is Material; the other members are the options of byok {}, written as \
                 in KeySpec",
                self.operation.name()
            )),
        }
    }
}

/// Returns the members that `operation` reads, with their kinds of value.
pub(super) fn member_kinds(operation: BatchOperation) -> HashMap<String, MemberKind> {
    let options = options_of(operation).into_iter();
    options.map(|(name, option)| (name, option.kind)).collect()
}

/// Returns the names of all members that some operation or a plan reads.
pub(super) fn members() -> impl Iterator<Item = String> {
    let of_operations = BatchOperation::ALL.into_iter().flat_map(options_of);
    let others = OF_PLAN.into_iter().chain(["Id", "SharedMaterial"]);
    of_operations
        .map(|(name, _)| name)
        .chain(others.map(str::to_owned))
}

/// Reads a word of CSV for true or false.
pub(super) fn parse_flag(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// Returns whether `path` names standard input, a device, or an open file: what can be read once.
fn is_stream(path: &Path) -> bool {
    path == "-" || path.starts_with("/dev") || path.starts_with("/proc")
}

/// Returns whether `text` is hexadecimal digits or base64 of 16 bytes or more, as hardly any file is named.
fn looks_like_a_key(text: &str) -> bool {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_base64 = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    text.len() >= 32 && is_hex
        || text.len() >= 22 && text.len().is_multiple_of(4) && is_base64 && text.ends_with('=')
        || text.len() >= 64 && is_base64
}

/// Checks the name of a row, which is also the name of a folder.
pub(super) fn check_id(id: &str) -> Result<(), &'static str> {
    let is_first = |byte: u8| byte.is_ascii_alphanumeric();
    let is_next = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match id.as_bytes() {
        [first, rest @ ..]
            if is_first(*first) && rest.iter().copied().all(is_next) && id.len() <= MAX_ID_LEN =>
        {
            Ok(())
        }
        _ => Err(
            "expected 1 to 128 letters, digits, periods, underscores and hyphens, of which the first \
             is a letter or a digit",
        ),
    }
}
