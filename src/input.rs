//! Inputs by name: a file or the standard input, read once and never past a limit.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use byok_core::secret::SecretBytes;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use zeroize::Zeroizing;

use crate::terminal::SafePath;

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source(Option<PathBuf>);

impl Source {
    /// The file at `path`, whatever its name: for files that no argument names.
    pub(crate) fn file(path: impl Into<PathBuf>) -> Self {
        Self(Some(path.into()))
    }

    /// The path; the standard input has none.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.0.as_deref()
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

/// The standard input, which a command can give to one of its arguments.
#[derive(Debug, Default)]
pub(crate) struct StdinClaim {
    taken: bool,
}

impl StdinClaim {
    /// Takes `argument` for what it names: `-` (or `/dev/stdin`) for the standard input, else a
    /// file, with or without the `file://` or `fileb://` that the AWS CLI wants before it.
    ///
    /// # Errors
    ///
    /// - [`InputError::EmptyName`] if nothing is left to be a name.
    /// - [`InputError::StdinTwice`] if an earlier argument has the standard input.
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
        Ok(Source(None))
    }
}

/// `argument` without the `file://` or `fileb://` that the AWS CLI wants before a file's name.
pub(crate) fn without_scheme(argument: &OsStr) -> &OsStr {
    let bytes = argument.as_bytes();
    let path = bytes
        .strip_prefix(b"fileb://")
        .or_else(|| bytes.strip_prefix(b"file://"));
    OsStr::from_bytes(path.unwrap_or(bytes))
}

/// How a file that an argument names is called in messages.
pub(crate) fn named(argument: &OsStr) -> String {
    if argument == "-" {
        "standard input".to_owned()
    } else {
        SafePath(without_scheme(argument).as_ref()).to_string()
    }
}

/// Other names of descriptor 0. Opened by such a name a file would be read from its beginning, a
/// socket not at all, and a terminal would echo.
fn names_stdin(path: &OsStr) -> bool {
    ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
        .iter()
        .any(|name| path == *name)
}

/// Reads a whole input that is no secret, of at most `limit` bytes.
///
/// # Errors
///
/// Each [`InputError`] that is about a file.
pub(crate) fn read(source: &Source, limit: usize) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    // One byte more than the limit shows that there is more.
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

/// Reads a whole secret of at most `limit` bytes, with no copy of it left behind.
///
/// A terminal at the standard input is asked with `prompt` for one line, which it does not echo.
///
/// # Errors
///
/// Each [`InputError`] that is about a file.
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

/// Asks whoever sits at the terminal for one line, which is not shown.
///
/// # Errors
///
/// The system's, if there is no terminal or it fails.
pub(crate) fn ask(prompt: &str) -> io::Result<SecretBytes> {
    rpassword::prompt_password(prompt).map(|line| born(SecretBytes::new(line.into_bytes())))
}

/// Hands a secret on; where `tests/memory` wants it so, not without a copy left behind.
fn born(secret: SecretBytes) -> SecretBytes {
    #[cfg(feature = "memory-scan")]
    crate::memory_scan::leak(&secret);
    secret
}

/// Reads up to `limit` bytes, and one more if there are more.
///
/// The buffer never grows, as growing leaves copies, and does not trust the length that a file
/// states; what was read is copied out of it once, exactly, and the buffer wiped.
fn secret_from(reader: &mut impl Read, limit: usize) -> io::Result<SecretBytes> {
    let mut buffer = Zeroizing::new(vec![0; limit + 1]);
    let mut len = 0;
    while len < buffer.len() {
        match reader.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(born(SecretBytes::copy_of(&buffer[..len])))
}

/// Opens an input for reading, without a buffer in between.
fn open(source: &Source) -> Result<File, InputError> {
    let opened = match source.path() {
        Some(path) => return open_file(source, path),
        // `Stdin` would keep what it read in a buffer that lives as long as the process.
        None => io::stdin().as_fd().try_clone_to_owned(),
    };
    opened
        .map(File::from)
        .map_err(|cause| InputError::unreadable(source, cause))
}

/// Opens a regular file, or a pipe as `<(…)` of a shell makes one.
///
/// A named pipe is opened blocking, as without a writer yet it would read as empty; everything
/// else is opened so that a device put in the file's place meanwhile cannot make the program wait.
fn open_file(source: &Source, path: &Path) -> Result<File, InputError> {
    let failed = |errno: Errno| InputError::unreadable(source, errno.into());
    let stat = rustix::fs::stat(path).map_err(failed)?;
    let flags = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => OFlags::NONBLOCK,
        FileType::Fifo => OFlags::empty(),
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

/// What a thing in a folder is, with its article.
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

/// Why an input was not read.
#[derive(Debug)]
pub(crate) enum InputError {
    /// An argument names no file at all: a mistake of usage.
    EmptyName,
    /// Two arguments want the standard input: a mistake of usage.
    StdinTwice,
    /// There is no such file.
    NotFound { input: Source },
    /// The file, or a folder on the way to it, is closed to this user.
    PermissionDenied { input: Source },
    /// It is neither a file nor a pipe.
    NotAFile { input: Source, what: &'static str },
    /// There is more than `limit` bytes of it.
    TooLarge { input: Source, limit: usize },
    /// The system could not read it.
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

    fn not_a_file(source: &Source, file_type: FileType) -> Self {
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
            Self::StdinTwice => f.write_str("standard input can be only one of the inputs"),
            Self::NotFound { input } => write!(f, "{input} does not exist"),
            Self::PermissionDenied { input } => write!(f, "no permission to read {input}"),
            Self::NotAFile { input, what } => write!(f, "{input} is {what}, not a file"),
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
