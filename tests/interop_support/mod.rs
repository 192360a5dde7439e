//! The shared parts of the interoperability tests: folders, programs, and peers that may be
//! missing.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

pub(crate) mod endpoint;
pub(crate) mod material;
pub(crate) mod peer;
pub(crate) mod random;

/// The folder of one test, removed at its end.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    /// Creates an empty folder.
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    /// Returns the path of `name` in it.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns the bytes of a file in it.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Writes a file in it.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Returns a program that runs in it, without the caller's AWS settings.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.0.path())
            .env_remove("AWS_REGION")
            .env_remove("AWS_DEFAULT_REGION")
            .env_remove("AWS_PROFILE")
            .env_remove("BYOK_REHEARSAL")
            .env("BYOK_STORE", self.path("store"))
            .env("HOME", self.0.path());
        command
    }

    /// Runs `byok`; only the arguments in `words` can hold spaces.
    pub(crate) fn byok(&self, line: &str, words: &[&str]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_byok"));
        command.args(line.split_whitespace()).args(words);
        command.output().expect("byok starts")
    }

    /// Runs [`Sandbox::byok`], which must succeed, and returns its standard output.
    pub(crate) fn byok_ok(&self, line: &str) -> Vec<u8> {
        let output = self.byok(line, &[]);
        assert_success(&format!("byok {line}"), output)
    }

    /// Runs `openssl`, whose arguments hold no spaces, and returns its standard output.
    pub(crate) fn openssl(&self, line: &str) -> Vec<u8> {
        let output = self
            .command("openssl")
            .args(line.split_whitespace())
            .output()
            .expect("openssl starts");
        assert_success(&format!("openssl {line}"), output)
    }

    /// Writes random bytes into a file in it.
    pub(crate) fn random(&self, name: &str, len: usize) {
        self.write(name, random::random_bytes(len));
    }
}

/// Returns the standard output of a run that must have succeeded.
pub(crate) fn assert_success(what: &str, output: Output) -> Vec<u8> {
    assert!(
        output.status.success(),
        "{what}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Prints a message that the test harness does not capture.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "interop: {line}");
}

/// Returns the number of rounds per combination: `BYOK_INTEROP_ROUNDS`, or one.
pub(crate) fn rounds() -> usize {
    std::env::var("BYOK_INTEROP_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(1)
}

/// Reports why a test cannot run. Fails if `CI` is set.
pub(crate) fn skip(why: &str) {
    say(&format!("skipped: {why}"));
    assert!(
        std::env::var_os("CI").is_none(),
        "skipped where nothing may be skipped: {why}"
    );
}

/// Returns whether OpenSSL 3 or later is installed, and prints its version at the first call.
pub(crate) fn has_openssl() -> bool {
    static VERSION: OnceLock<Option<String>> = OnceLock::new();
    let version = VERSION.get_or_init(|| {
        let output = Command::new("openssl").arg("version").output().ok()?;
        let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        say(&version);
        let number = version.strip_prefix("OpenSSL ")?;
        let major: u32 = number.split('.').next()?.parse().ok()?;
        (major >= 3).then_some(version)
    });
    if version.is_none() {
        skip("there is no OpenSSL of version 3 or later");
    }
    version.is_some()
}

/// Returns a Python that has `module`: `BYOK_PYTHON`, or that of `target/interop-venv`.
pub(crate) fn python_with(module: &str) -> Option<PathBuf> {
    let named = std::env::var_os("BYOK_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/interop-venv/bin/python")
    });
    let version =
        format!("import {module}; print('{module}', getattr({module}, '__version__', ''))");
    match Command::new(&python).args(["-c", &version]).output() {
        Ok(output) if output.status.success() => {
            say(String::from_utf8_lossy(&output.stdout).trim());
            Some(python)
        }
        _ => {
            skip(&format!(
                "{} has no module {module}; .ci/run makes it",
                python.display()
            ));
            None
        }
    }
}

/// Returns the tests' own file at this path below `tests/`.
pub(crate) fn test_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}
