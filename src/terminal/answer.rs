//! The answer: complete on standard output, or an error.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

use rustix::fs::{FileType, OFlags, Stat, fcntl_getfl, fstat};

/// The kind of the bytes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerForm {
    /// Text or JSON.
    Text,
    /// Bytes that would disturb a terminal.
    Binary,
    /// A secret, which must not stay on a screen.
    Secret,
}

/// Writes `bytes` to standard output.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), AnswerError> {
    // `Stdout` keeps a copy of the last line and treats EBADF as success. A file does neither.
    let mut out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    deliver(&mut out, bytes)?;
    settle(&out)
}

/// Returns whether the data written to `out` is lost: `out` is closed, or it is the null device,
/// open for reading and writing.
///
/// If a descriptor is closed when a program starts, Rust's runtime opens the null device for
/// reading and writing in its place. Python's `subprocess.DEVNULL` and Node's `ignore` pass the
/// same descriptor. A shell's `>/dev/null` is open only for writing, and is intentional.
pub(super) fn is_discarded(out: impl AsFd) -> bool {
    let Ok(stat) = fstat(&out) else { return true };
    let is_read_write = fcntl_getfl(&out).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR);
    is_read_write && is_null_device(&stat)
}

fn is_null_device(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice
        && has_null_device_number(stat)
}

/// The number is fixed on Linux, where the file may be missing from a container.
///
/// # Source
///
/// Linux, Documentation/admin-guide/devices.txt: 1 char, 3 is the null device.
#[cfg(target_os = "linux")]
fn has_null_device_number(stat: &Stat) -> bool {
    let (major, minor) = (
        rustix::fs::major(stat.st_rdev),
        rustix::fs::minor(stat.st_rdev),
    );
    (major, minor) == (1, 3)
}

#[cfg(not(target_os = "linux"))]
fn has_null_device_number(stat: &Stat) -> bool {
    rustix::fs::stat("/dev/null").is_ok_and(|null| null.st_rdev == stat.st_rdev)
}

fn deliver(out: &mut impl Write, bytes: &[u8]) -> Result<(), AnswerError> {
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Waits until an answer in a file is on its medium.
///
/// Network file systems and quotas report a full disk only here. A file system that cannot sync
/// reports nothing.
fn settle(out: &File) -> Result<(), AnswerError> {
    if !out.metadata()?.is_file() {
        return Ok(());
    }
    match out.sync_data() {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Err(error.into())
        }
        _ => Ok(()),
    }
}

/// The reasons why the answer is not completely on standard output.
#[derive(Debug)]
pub(crate) enum AnswerError {
    /// Binary data, and standard output is a terminal.
    BinaryToTerminal,
    /// A secret, and standard output is a terminal.
    SecretToTerminal,
    /// The reader closed the pipe: the caller ends without a message.
    ClosedPipe,
    /// Standard output was closed before the program started, or its parent process passed the null
    /// device.
    Discarded,
    /// A system error.
    Io(io::Error),
}

impl From<io::Error> for AnswerError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::Io(error)
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BinaryToTerminal => "the answer is binary, and standard output is a terminal",
            Self::SecretToTerminal => "the answer is secret, and standard output is a terminal",
            Self::ClosedPipe => "standard output was closed before the answer was complete",
            Self::Discarded => "standard output is closed or discarded",
            Self::Io(_) => "could not write to standard output",
        })
    }
}

impl std::error::Error for AnswerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Io(error) = self {
            Some(error)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::os::fd::OwnedFd;

    use super::*;

    #[test]
    fn a_full_device_is_an_error() {
        let mut full = OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("/dev/full");
        let error = deliver(&mut full, b"answer").expect_err("no room");
        assert!(
            matches!(&error, AnswerError::Io(cause) if cause.kind() == io::ErrorKind::StorageFull),
            "{error:?}"
        );
    }

    #[test]
    fn a_reader_that_left_is_told_apart() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        drop(reader);
        let error = deliver(&mut writer, b"answer").expect_err("nobody reads");
        assert!(matches!(error, AnswerError::ClosedPipe), "{error:?}");
    }

    #[test]
    fn an_answer_arrives_whole_in_a_file_and_through_a_pipe() {
        let mut file = tempfile::tempfile().expect("a file");
        deliver(&mut file, b"answer").expect("delivered");
        settle(&file).expect("settled");
        assert_eq!(file.metadata().expect("its length").len(), 6);

        let (reader, writer) = io::pipe().expect("a pipe");
        let mut writer = File::from(OwnedFd::from(writer));
        deliver(&mut writer, b"answer").expect("delivered");
        settle(&writer).expect("a pipe has nothing to sync");
        drop(writer);
        assert_eq!(io::read_to_string(reader).expect("readable"), "answer");
    }

    #[test]
    fn a_closed_descriptor_and_the_null_device_for_both_ways_are_told_apart_from_a_shell_s() {
        let null = |write_only: bool| {
            let mut options = OpenOptions::new();
            options.read(!write_only).write(true);
            options.open("/dev/null").expect("the null device")
        };
        assert!(is_discarded(null(false)));
        assert!(!is_discarded(null(true)), "what a shell's >/dev/null is");
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = File::options();
        let options = options.read(true).write(true).create_new(true);
        let file = options.open(folder.path().join("answer")).expect("a file");
        assert!(!is_discarded(file));
        let zero = OpenOptions::new().read(true).write(true).open("/dev/zero");
        assert!(!is_discarded(zero.expect("another device")));
        let (_reader, writer) = io::pipe().expect("a pipe");
        assert!(!is_discarded(writer));
    }

    /// Fsync fails on anything that was opened with `O_PATH`.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_regular_file_is_synced_and_nothing_else_is() {
        use rustix::fs::{Mode, OFlags};

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answer");
        File::create(&path).expect("a file");
        let unsyncable =
            |path| rustix::fs::open(path, OFlags::PATH, Mode::empty()).expect("opened");
        settle(&File::from(unsyncable(folder.path()))).expect("not synced");
        let error = settle(&File::from(unsyncable(&path))).expect_err("synced");
        assert!(matches!(error, AnswerError::Io(_)), "{error:?}");
    }
}
