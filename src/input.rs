//! Inputs by name: a file or standard input, read once, within a limit.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use byok_core::secret::SecretBytes;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use zeroize::Zeroizing;

use crate::terminal::SafePath;

/// The length of the first buffer for an input, in bytes: longer than most. To fill and to wipe a buffer
/// of the largest size takes longer than to wrap a short key.
const FIRST_BUFFER: usize = 4 * 1024;

/// The maximum number of entries in a folder.
const MAX_ENTRIES: usize = 1000;

/// The source of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// `None` for standard input.
    path: Option<PathBuf>,
    /// Whether it is read more than once, which a pipe is not.
    is_read_again: bool,
}

impl Source {
    /// Returns the file at `path`, for a file that is not an argument.
    pub(crate) fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            path: Some(path.into()),
            is_read_again: false,
        }
    }

    /// Refuses a pipe.
    pub(crate) fn read_again(self) -> Self {
        Self {
            is_read_again: true,
            ..self
        }
    }

    /// Returns the path; `None` for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            Some(path) => SafePath(path).fmt(f),
            None => f.write_str("standard input"),
        }
    }
}

/// Standard input, which a command can give to one argument.
#[derive(Debug, Default)]
pub(crate) struct StdinClaim {
    taken: bool,
}

impl StdinClaim {
    /// Resolves `argument`: `-` (or `/dev/stdin`) is standard input, anything else a file, with or
    /// without the prefix `file://` or `fileb://` of the AWS CLI.
    ///
    /// # Errors
    ///
    /// - [`InputError::EmptyName`] if the name is empty.
    /// - [`InputError::StdinTwice`] if an earlier argument uses standard input.
    pub(crate) fn source(&mut self, argument: &OsStr) -> Result<Source, InputError> {
        let path = without_scheme(argument);
        if path.is_empty() {
            return Err(InputError::EmptyName);
        }
        if argument != "-" && !names_stdin(path) {
            return Ok(Source::file(path));
        }
        if std::mem::replace(&mut self.taken, true) {
            return Err(InputError::StdinTwice);
        }
        Ok(Source {
            path: None,
            is_read_again: false,
        })
    }
}

/// Removes the prefix `file://` or `fileb://` of the AWS CLI.
pub(crate) fn without_scheme(argument: &OsStr) -> &OsStr {
    let bytes = argument.as_bytes();
    let path = bytes
        .strip_prefix(b"fileb://")
        .or_else(|| bytes.strip_prefix(b"file://"));
    OsStr::from_bytes(path.unwrap_or(bytes))
}

/// Returns the path of an argument; `None` for standard input.
pub(crate) fn path_of(argument: &OsStr) -> Option<&Path> {
    let path = without_scheme(argument);
    (argument != "-" && !names_stdin(path)).then(|| path.as_ref())
}

/// Returns the name of an argument's file for messages.
pub(crate) fn named(argument: &OsStr) -> String {
    if argument == "-" {
        "standard input".to_owned()
    } else {
        SafePath(without_scheme(argument).as_ref()).to_string()
    }
}

/// Returns whether `path` is another name of descriptor 0. By such a name, a file would be read
/// from its beginning, a socket could not be opened, and a terminal would echo.
fn names_stdin(path: &OsStr) -> bool {
    ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
        .iter()
        .any(|name| path == *name)
}

/// Reads a whole public input of at most `limit` bytes.
///
/// # Errors
///
/// Each [`InputError`] about a file.
pub(crate) fn read(source: &Source, limit: usize) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::with_capacity(FIRST_BUFFER.min(limit));
    // One byte more than the limit shows that the file is too long.
    let mut capped = open(source)?.take((limit as u64).saturating_add(1));
    capped
        .read_to_end(&mut bytes)
        .map_err(|cause| InputError::unreadable(source, cause))?;
    if bytes.len() > limit {
        Err(InputError::too_large(source, limit))
    } else {
        Ok(bytes)
    }
}

/// Reads a whole secret of at most `limit` bytes, and leaves no copy behind.
///
/// A terminal as standard input gets `prompt`, and the typed line is not shown.
///
/// # Errors
///
/// Each [`InputError`] about a file.
pub(crate) fn read_secret(
    source: &Source,
    limit: usize,
    prompt: &str,
) -> Result<SecretBytes, InputError> {
    let secret = if source.path().is_none() && io::stdin().is_terminal() {
        ask(prompt)
    } else {
        secret_from(&mut open(source)?, limit)
    };
    let secret = secret.map_err(|cause| InputError::unreadable(source, cause))?;
    if secret.len() > limit {
        Err(InputError::too_large(source, limit))
    } else {
        Ok(secret)
    }
}

/// Asks at the terminal for one line, which is not shown.
///
/// # Errors
///
/// The system's error, if there is no terminal or it fails.
pub(crate) fn ask(prompt: &str) -> io::Result<SecretBytes> {
    rpassword::prompt_password(prompt)
        .map(|line| record_for_leak_test(SecretBytes::new(line.into_bytes())))
}

/// Returns a secret. For `tests/memory`, leaves a copy behind on request.
fn record_for_leak_test(secret: SecretBytes) -> SecretBytes {
    #[cfg(feature = "memory-scan")]
    crate::memory_scan::leak(&secret);
    secret
}

/// Reads up to `limit` bytes, and one more if there are more.
///
/// Does not trust the stated length of a file: a full buffer is copied into one of twice the length,
/// and wiped. The result is one exact copy, and the buffer is wiped.
fn secret_from(reader: &mut impl Read, limit: usize) -> io::Result<SecretBytes> {
    let mut buffer = Zeroizing::new(vec![0; FIRST_BUFFER.min(limit + 1)]);
    let mut len = 0;
    while len <= limit {
        if len == buffer.len() {
            let mut longer = Zeroizing::new(vec![0; (2 * len).min(limit + 1)]);
            longer[..len].copy_from_slice(&buffer);
            buffer = longer;
        }
        match reader.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(record_for_leak_test(SecretBytes::copy_of(&buffer[..len])))
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderEntry {
    /// Its name.
    pub(crate) name: OsString,
    /// The type of the entry. Symbolic links are not followed.
    pub(crate) file_type: FileType,
    /// True if it is an executable file, or a symbolic link to one.
    pub(crate) is_executable: bool,
}

/// Returns the entries of the folder of `argument`, sorted by name.
///
/// # Errors
///
/// Each [`InputError`] that is about a file, and [`InputError::NotAFolder`].
pub(crate) fn list(argument: &OsStr) -> Result<Vec<FolderEntry>, InputError> {
    let path = Path::new(without_scheme(argument));
    let source = Source::file(path);
    let failed = |cause: io::Error| InputError::unreadable(&source, cause);
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_dir() {
        return Err(InputError::NotAFolder { input: source });
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entries.len() == MAX_ENTRIES {
            return Err(InputError::TooManyEntries { input: source });
        }
        let own = entry.metadata().map_err(failed)?;
        let behind = std::fs::metadata(entry.path()).unwrap_or_else(|_| own.clone());
        entries.push(FolderEntry {
            name: entry.file_name(),
            file_type: FileType::from_raw_mode(own.mode()),
            is_executable: behind.is_file() && behind.mode() & 0o111 != 0,
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Opens an input for reading, without a buffer.
pub(crate) fn open(source: &Source) -> Result<File, InputError> {
    let opened = match source.path() {
        Some(path) => return open_file(source, path),
        // `Stdin` would keep its input in a buffer as long as the process lives.
        None => io::stdin().as_fd().try_clone_to_owned(),
    };
    opened
        .map(File::from)
        .map_err(|cause| InputError::unreadable(source, cause))
}

/// Opens a regular file, or a pipe such as `<(…)` in a shell if it is read once.
///
/// A named pipe is opened in blocking mode, because without a writer it would read as empty.
/// Everything else is opened in non-blocking mode, so a device that replaced the file cannot block
/// the program.
fn open_file(source: &Source, path: &Path) -> Result<File, InputError> {
    let failed = |errno: Errno| InputError::unreadable(source, errno.into());
    let stat = rustix::fs::stat(path).map_err(failed)?;
    let flags = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => OFlags::NONBLOCK,
        FileType::Fifo if !source.is_read_again => OFlags::empty(),
        other => return Err(InputError::not_a_file(source, other)),
    };
    let flags = flags | OFlags::RDONLY | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty())).map_err(failed)?;
    let stat = rustix::fs::fstat(&opened).map_err(failed)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(File::from(opened)),
        FileType::Fifo if !flags.contains(OFlags::NONBLOCK) => Ok(File::from(opened)),
        other => Err(InputError::not_a_file(source, other)),
    }
}

/// Returns the name of a file type, with its article.
pub(crate) fn file_type_name(file_type: FileType) -> &'static str {
    match file_type {
        FileType::RegularFile => "a regular file",
        FileType::Directory => "a directory",
        FileType::Symlink => "a symbolic link",
        FileType::Fifo => "a named pipe",
        FileType::Socket => "a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "a device",
        FileType::Unknown => "of an unknown kind",
    }
}

/// The reasons why an input was not read.
#[derive(Debug)]
pub(crate) enum InputError {
    /// An argument without a file name: a usage error.
    EmptyName,
    /// Two arguments with standard input: a usage error.
    StdinTwice,
    /// The file does not exist.
    NotFound { input: Source },
    /// The user has no permission for the file, or for a folder on its path.
    PermissionDenied { input: Source },
    /// Neither a file nor a pipe.
    NotAFile { input: Source, what: &'static str },
    /// Not a folder.
    NotAFolder { input: Source },
    /// A folder with too many entries.
    TooManyEntries { input: Source },
    /// A file that was written while it was read several times.
    Changed { input: String },
    /// More than `limit` bytes.
    TooLarge { input: Source, limit: usize },
    /// A system error.
    Unreadable { input: Source, cause: io::Error },
}

impl InputError {
    fn unreadable(source: &Source, cause: io::Error) -> Self {
        let input = source.clone();
        match (input.path(), cause.kind()) {
            (Some(_), io::ErrorKind::NotFound) => Self::NotFound { input },
            (Some(_), io::ErrorKind::PermissionDenied) => Self::PermissionDenied { input },
            _ => Self::Unreadable { input, cause },
        }
    }

    pub(crate) fn not_a_file(source: &Source, file_type: FileType) -> Self {
        Self::NotAFile {
            input: source.clone(),
            what: file_type_name(file_type),
        }
    }

    fn too_large(source: &Source, limit: usize) -> Self {
        Self::TooLarge {
            input: source.clone(),
            limit,
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyName => f.write_str("the name of an input is empty"),
            Self::StdinTwice => f.write_str("standard input (-) is named for more than one input"),
            Self::NotFound { input } => write!(f, "{input} does not exist"),
            Self::PermissionDenied { input } => write!(f, "no permission to read {input}"),
            Self::NotAFile { input, what } => write!(f, "{input} is {what}; expected a file"),
            Self::NotAFolder { input } => write!(f, "{input} is not a folder"),
            Self::TooManyEntries { input } => {
                write!(f, "{input} has more than {MAX_ENTRIES} entries")
            }
            Self::Changed { input } => write!(f, "{input} was changed during the run"),
            Self::TooLarge { input, limit } => write!(f, "{input} is longer than {limit} bytes"),
            Self::Unreadable { input, .. } => write!(f, "could not read {input}"),
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Unreadable { cause, .. } = self {
            Some(cause)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
