//! A folder in which `byok` runs, and checks that all runs share.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The key ID of the tests.
pub(crate) const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// The key ARN in the example response that AWS documents.
pub(crate) const EXAMPLE_ARN: &str =
    "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Creates a folder; its `store` is `BYOK_STORE`.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file for its owner alone and returns its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("written");
        set_mode(&path, 0o600);
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("readable")
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).expect("JSON")
    }

    /// Returns the names in the folder, without those of the store.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = names(self.0.path());
        names.retain(|name| name != "store");
        names
    }

    /// Returns `byok` in this folder, without the test's environment.
    pub(crate) fn byok<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env_clear()
            .env("BYOK_STORE", self.path("store"));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command line whose words hold no spaces.
    pub(crate) fn run(&self, line: &str) -> Output {
        self.byok(line.split_whitespace())
            .output()
            .expect("byok runs")
    }

    /// Runs a command line that must succeed.
    pub(crate) fn must(&self, line: &str) -> Output {
        let output = self.run(line);
        assert_status(&output, 0);
        output
    }

    /// Runs a command line in a shell after `prelude`, such as `umask 000`.
    pub(crate) fn run_after(&self, prelude: &str, line: &str) -> Output {
        let script = format!("{prelude}\nexec \"$0\" {line}");
        let mut command = Command::new("sh");
        command
            .args(["-c", &script, env!("CARGO_BIN_EXE_byok")])
            .stdin(Stdio::null());
        command
            .current_dir(self.0.path())
            .env_clear()
            .env("BYOK_STORE", self.path("store"));
        command.output().expect("a shell")
    }

    /// Creates the rehearsed key of `key_spec` and its parameters, `params.json`.
    pub(crate) fn params(&self, key_spec: &str, algorithm: &str) {
        self.must(&format!(
            "params --key-id {KEY_ID} --key-spec {key_spec} --wrapping-algorithm {algorithm} \
             --wrapping-key-spec RSA_2048 -o params.json"
        ));
    }

    /// Puts the example response that AWS documents into the folder, as `params.json`, and 32 bytes
    /// of material, as `key.bin`.
    pub(crate) fn example(&self) {
        self.file("params.json", fixture("example-response.json"));
        self.file("key.bin", MATERIAL);
    }
}

/// The beginning of command lines that issue parameters; they need a `--key-id`.
pub(crate) const PARAMS: &str = "params --key-spec SYMMETRIC_DEFAULT --wrapping-algorithm RSAES_OAEP_SHA_256 \
                      --wrapping-key-spec RSA_2048";

/// Returns a command line that wraps `key.bin` for the rehearsal's parameters in `params.json`.
pub(crate) const WRAP: &str = "wrap --rehearsal --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 \
                    --key-spec SYMMETRIC_DEFAULT key.bin";

/// Returns a command line that wraps `key.bin` for the example response that AWS documents.
pub(crate) const EXAMPLE_WRAP: &str = "wrap --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 \
                                --key-spec SYMMETRIC_DEFAULT key.bin --at 2016-12-01T00:00:00Z";

/// 32 bytes without repetition.
pub(crate) const MATERIAL: &[u8; 32] =
    b"\xf0\x9fTEST\x8b\xad\xf0\x0dkey\xc0\xffee-not-4-used\xde\xad\xbe\xef";

/// A file that the golden cases use too.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/fixtures");
    fs::read(folder.join(name)).expect("a fixture")
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let listing = fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("UTF-8")
    };
    let mut names: Vec<_> = listing.map(name).collect();
    names.sort();
    names
}

/// Returns every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for name in names(folder) {
        let path = folder.join(name);
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("there").mode() & 0o7777
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Asserts that a run ends with the expected status, and not by a signal.
#[track_caller]
pub(crate) fn assert_status(output: &Output, status: i32) {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    assert_eq!(output.status.signal(), None);
}

/// Asserts that a refused run ends with the expected status, gives a reason, and prints no answer.
#[track_caller]
pub(crate) fn assert_refused(output: &Output, status: i32, message: &str) {
    assert_status(output, status);
    assert!(output.stdout.is_empty(), "{output:?}");
    let stderr = stderr(output);
    assert!(
        stderr.starts_with("byok: error: ") && stderr.contains(message),
        "{message}: {stderr}"
    );
}

/// Runs a command with `input` as its standard input.
pub(crate) fn fed(mut command: Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("byok runs");
    // A command that does not read it closes it.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("byok ends")
}

/// Returns whether this process is root's, and can do what only root can. Where it is not, says so, and
/// fails where `CI` is set.
pub(crate) fn needs_root(what_for: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        cannot_test(&format!("only root is allowed {what_for}"));
    }
    is_root
}

/// Says why a test cannot be made. Where `CI` is set, that is a failure.
#[expect(clippy::print_stderr, reason = "a test has nowhere else to say it")]
pub(crate) fn cannot_test(why: &str) {
    eprintln!("skipped: {why}");
    assert!(
        std::env::var_os("CI").is_none(),
        "skipped where nothing may be skipped: {why}"
    );
}

/// Reports that a test covered less than it could elsewhere.
#[expect(clippy::print_stderr, reason = "a test has nowhere else to say it")]
pub(crate) fn skipped(what: &str) {
    eprintln!("skipped: {what} is not possible here");
}
