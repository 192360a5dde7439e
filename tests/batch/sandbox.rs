//! A folder in which `byok batch` runs.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// The options of `wrap` for rehearsed parameters.
pub(crate) const WRAP: &str = "wrap --rehearsal --wrapping-algorithm RSAES_OAEP_SHA_256";

/// The beginning of the IDs of the KMS keys, without the last digit.
pub(crate) const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-12345678900";

pub(crate) struct Sandbox {
    folder: TempDir,
    manifests: AtomicUsize,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            manifests: AtomicUsize::new(0),
        }
    }

    /// A folder with `count` keys, `k1.bin` and so on, and the parameters `p1.json` and so on.
    pub(crate) fn with_keys(count: usize) -> Self {
        let sandbox = Self::new();
        for at in 1..=count {
            sandbox.file(&format!("k{at}.bin"), key(at));
            sandbox.must(&format!(
                "params --key-id {KEY_ID}{at} --key-spec SYMMETRIC_DEFAULT --wrapping-algorithm \
                 RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048 -o p{at}.json"
            ));
        }
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::write(&path, content).expect("written");
        set_mode(&path, 0o600);
    }

    /// Writes a manifest and returns its name.
    fn manifest(&self, suffix: &str, content: &str) -> String {
        let at = self.manifests.fetch_add(1, Ordering::Relaxed);
        let name = format!("manifest-{at}.{suffix}");
        self.file(&name, content);
        name
    }

    pub(crate) fn csv(&self, content: &str) -> String {
        self.manifest("csv", content)
    }

    pub(crate) fn json_lines(&self, rows: &[&str]) -> String {
        self.manifest("jsonl", &format!("{}\n", rows.join("\n")))
    }

    /// Writes a manifest of rows with these names, each with a key of its own, for one KMS key.
    pub(crate) fn rows(&self, names: &[String]) -> String {
        let mut csv = "Id,Material,KeySpec\n".to_owned();
        for (at, name) in names.iter().enumerate() {
            self.file(&format!("row-key-{at}"), key(1000 + at));
            let _ = writeln!(csv, "{name},row-key-{at},SYMMETRIC_DEFAULT");
        }
        self.csv(&csv)
    }

    pub(crate) fn byok(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("BYOK_STORE", self.path("store"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Output {
        self.byok(line).output().expect("byok runs")
    }

    #[track_caller]
    pub(crate) fn must(&self, line: &str) -> Output {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
        output
    }

    /// Runs a batch that must end with `status`, and returns its lines.
    #[track_caller]
    pub(crate) fn lines(&self, line: &str, status: i32) -> Vec<Value> {
        let output = self.run(&format!("batch {line}"));
        assert_eq!(output.status.code(), Some(status), "{line}: {output:?}");
        json_lines(&output.stdout)
    }

    /// Runs a batch that must be refused before any row, and returns the message.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str, status: i32) -> String {
        let output = self.run(&format!("batch {line}"));
        assert_eq!(output.status.code(), Some(status), "{line}: {output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    }
}

/// 32 bytes that look random.
fn key(at: usize) -> Vec<u8> {
    Sha256::digest(format!("key {at}")).to_vec()
}

pub(crate) fn json_lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let lines = text.lines().map(serde_json::from_str);
    lines
        .collect::<Result<_, _>>()
        .expect("a JSON document on each line")
}

pub(crate) fn status(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["Status"].as_str().expect("a status"))
        .collect()
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let listing = fs::read_dir(folder).expect("a folder");
    let names = listing.map(|entry| entry.expect("an entry").file_name().into_string());
    let mut names: Vec<_> = names.map(|name| name.expect("UTF-8")).collect();
    names.sort();
    names
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/fixtures");
    fs::read(folder.join(name)).expect("a fixture")
}
