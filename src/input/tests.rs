//! Tests of the inputs.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::thread;

use tempfile::{TempDir, tempdir};

use super::*;
use crate::hardening::alone::alone;

const LIMIT: usize = 8;

fn folder() -> TempDir {
    tempdir().expect("a folder")
}

/// Reads `path` both ways; they must agree.
fn read_both(path: &Path) -> Result<Vec<u8>, InputError> {
    let source = Source::file(path);
    let secret = read_secret(&source, LIMIT, "");
    match (read(&source, LIMIT), secret) {
        (Ok(bytes), Ok(secret)) => {
            assert_eq!(bytes, secret.expose());
            Ok(bytes)
        }
        (Err(error), Err(secret_error)) => {
            assert_eq!(error.to_string(), secret_error.to_string());
            Err(error)
        }
        (bytes, secret) => panic!("{bytes:?} and {secret:?}"),
    }
}

fn source(argument: &str) -> Source {
    StdinClaim::default()
        .source(OsStr::new(argument))
        .expect("a source")
}

#[test]
fn an_argument_names_a_file_with_or_without_a_scheme() {
    for argument in ["key.der", "file://key.der", "fileb://key.der"] {
        assert_eq!(source(argument), Source::file("key.der"), "{argument}");
    }
    assert_eq!(
        source("fileb:///tmp/key.der").path(),
        Some(Path::new("/tmp/key.der"))
    );
    assert_eq!(source("file://file://x"), Source::file("file://x"));
    assert_eq!(source("file://-"), Source::file("-"));
    let not_text = OsStr::from_bytes(b"\xff");
    let named = StdinClaim::default().source(not_text).expect("a source");
    assert_eq!(named, Source::file(not_text));
}

#[test]
fn an_argument_without_a_name_is_refused() {
    for argument in ["", "file://", "fileb://"] {
        let error = StdinClaim::default()
            .source(OsStr::new(argument))
            .expect_err(argument);
        assert!(matches!(error, InputError::EmptyName), "{error:?}");
    }
}

#[test]
fn standard_input_is_given_once_whatever_it_is_called() {
    let names = ["-", "/dev/stdin", "/dev/fd/0", "file:///dev/stdin"].map(OsString::from);
    for first in &names {
        for second in &names {
            let mut stdin = StdinClaim::default();
            assert_eq!(stdin.source(first).expect("free").path(), None);
            assert!(stdin.source(OsStr::new("key.der")).is_ok());
            let error = stdin.source(second).expect_err("taken");
            assert!(matches!(error, InputError::StdinTwice), "{error:?}");
        }
    }
}

#[test]
fn a_file_is_read_whole_up_to_the_limit() {
    let folder = folder();
    let path = folder.path().join("input");
    for len in [0, 1, LIMIT] {
        fs::write(&path, vec![7; len]).expect("written");
        assert_eq!(read_both(&path).expect("read"), vec![7; len]);
    }
    for len in [LIMIT + 1, 100 * LIMIT] {
        fs::write(&path, vec![7; len]).expect("written");
        let error = read_both(&path).expect_err("too large");
        assert!(
            matches!(error, InputError::TooLarge { limit: LIMIT, .. }),
            "{error:?}"
        );
    }
}

#[test]
fn a_symbolic_link_is_followed() {
    let folder = folder();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "abc").expect("written");
    symlink(&file, &link).expect("linked");
    assert_eq!(read_both(&link).expect("read"), b"abc");
}

#[test]
fn what_is_no_file_is_named() {
    let folder = folder();
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).expect("bound");
    let cases = [
        (folder.path(), "a directory"),
        (Path::new("/dev/null"), "a device"),
        (Path::new("/dev/zero"), "a device"),
        (&socket, "a socket"),
    ];
    for (path, expected) in cases {
        let error = read_both(path).expect_err(expected);
        assert!(
            matches!(error, InputError::NotAFile { what, .. } if what == expected),
            "{error:?}"
        );
    }
}

#[test]
fn a_missing_file_says_so_with_its_name_made_safe() {
    let error = read_both(Path::new("no\x1bsuch/file")).expect_err("missing");
    assert!(matches!(error, InputError::NotFound { .. }), "{error:?}");
    assert_eq!(error.to_string(), r"no\u{1b}such/file does not exist");
}

#[test]
fn another_fault_of_the_system_keeps_its_cause() {
    let error = read_both(&Path::new("/").join("x".repeat(256))).expect_err("too long a name");
    let cause = std::error::Error::source(&error).expect("a cause");
    assert!(
        cause.to_string().starts_with("File name too long"),
        "{cause}"
    );
}

#[test]
fn a_named_pipe_waits_for_its_writer() {
    let folder = folder();
    let path = folder.path().join("pipe");
    let status = std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .expect("mkfifo");
    assert!(status.success());
    for secret in [false, true] {
        let writer = thread::spawn({
            let path = path.clone();
            move || {
                let mut pipe = OpenOptions::new().write(true).open(path).expect("opened");
                pipe.write_all(b"ab").expect("written");
                thread::yield_now();
                pipe.write_all(b"cd").expect("written");
            }
        });
        let source = Source::file(&path);
        let bytes = if secret {
            read_secret(&source, LIMIT, "")
                .expect("read")
                .expose()
                .to_vec()
        } else {
            read(&source, LIMIT).expect("read")
        };
        writer.join().expect("no panic");
        assert_eq!(bytes, b"abcd");
    }
}

#[test]
fn a_descriptor_of_the_shell_is_read_by_its_name() {
    let through_a_pipe = |content: &[u8]| {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        writer.write_all(content).expect("written");
        drop(writer);
        read(
            &Source::file(format!("/dev/fd/{}", reader.as_raw_fd())),
            LIMIT,
        )
    };
    assert_eq!(through_a_pipe(b"abc").expect("read"), b"abc");
    let error = through_a_pipe(&[7; LIMIT + 1]).expect_err("too large");
    assert!(matches!(error, InputError::TooLarge { .. }), "{error:?}");
}

#[test]
fn standard_input_is_read_to_its_end() {
    let name = "input::tests::standard_input_is_read_to_its_end";
    alone(name, "exec <<X\nabc\nX\ntrue", || {
        let secret = read_secret(&source("-"), LIMIT, "").expect("read");
        assert_eq!(secret.expose(), b"abc\n");
        assert_eq!(read(&source("-"), LIMIT).expect("at its end"), b"");
    });
}

#[test]
fn a_secret_arrives_in_pieces_and_through_interruptions() {
    struct Pieces(Vec<io::Result<&'static [u8]>>);
    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let piece = self.0.pop().unwrap_or(Ok(b""))?;
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }
    let interrupted = || Err(io::ErrorKind::Interrupted.into());
    let mut pieces = Pieces(vec![
        Ok(b"c"),
        interrupted(),
        Ok(b"b"),
        Ok(b"a"),
        interrupted(),
    ]);
    assert_eq!(
        secret_from(&mut pieces, LIMIT).expect("read").expose(),
        b"abc"
    );

    let mut broken = Pieces(vec![Err(io::ErrorKind::ConnectionReset.into()), Ok(b"a")]);
    let error = secret_from(&mut broken, LIMIT).expect_err("half a secret is none");
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}

#[test]
fn standard_input_is_never_missing_or_forbidden_like_a_file() {
    let error = InputError::unreadable(&source("-"), io::ErrorKind::NotFound.into());
    assert_eq!(error.to_string(), "could not read standard input");
}
