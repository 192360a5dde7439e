//! The static program where there is nothing but itself: an empty root folder, as in a container
//! that was made from scratch.
//!
//! `BYOK_STATIC_PROGRAM` names the program, which `.ci/run` builds before the tests.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustix::process::geteuid;
use tempfile::TempDir;

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

#[test]
fn works_in_an_empty_root_folder() {
    let Some(program) = program() else { return };
    if !geteuid().is_root() {
        return skip("only root changes the root folder of a process");
    }
    let root = EmptyRoot::with(&program);
    let made = root.must("generate --key-spec SYMMETRIC_DEFAULT -q");
    assert_eq!(made.stdout.len(), 32);
    fs::write(root.path("key.bin"), &made.stdout).expect("written");

    let wrapping = "--wrapping-algorithm RSAES_OAEP_SHA_256";
    root.must(&format!(
        "params --store /store --key-id {KEY_ID} --key-spec SYMMETRIC_DEFAULT {wrapping} \
         --wrapping-key-spec RSA_2048 -o params.json"
    ));
    root.must(&format!(
        "wrap --rehearsal --params params.json {wrapping} --key-spec SYMMETRIC_DEFAULT \
         --out-dir import --report report.md key.bin"
    ));
    root.must(
        "verify --store /store --import-request import/REHEARSAL-import-key-material.json \
         --material key.bin",
    );
    let rehearsed = root.must("rehearse --key-spec ECC_NIST_P256 --wrapping-key-spec RSA_2048");
    let answer = String::from_utf8_lossy(&rehearsed.stdout);
    assert!(answer.contains("\nYes: "), "{answer}");
    assert_eq!(
        root.names(),
        [
            "byok",
            "import",
            "key.bin",
            "params.json",
            "report.md",
            "store"
        ],
        "and no device, no library, no temporary file"
    );
}

/// Without /proc, no program can read itself.
#[test]
fn says_that_the_sum_of_the_program_is_unknown_without_proc() {
    let Some(program) = program() else { return };
    if !geteuid().is_root() {
        return skip("only root changes the root folder of a process");
    }
    let root = EmptyRoot::with(&program);
    let version = root.must("version --output json").stdout;
    let mut version: serde_json::Value = serde_json::from_slice(&version).expect("JSON");
    let facts = version.as_object_mut().expect("an object");
    assert_eq!(facts["BinarySha256"], serde_json::Value::Null);
    facts.remove("SchemaVersion");

    root.must("rehearse --key-spec HMAC_256 --report report.json --report report.md");
    let report = fs::read(root.path("report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report["Run"]["Tool"], version);
    let report = fs::read_to_string(root.path("report.md")).expect("a report");
    assert!(
        report.contains("\n- SHA-256 of the program: `unknown`\n"),
        "{report}"
    );
}

#[test]
fn asks_the_system_call_for_random_bytes_and_no_device() {
    let Some(program) = program() else { return };
    if Command::new("strace").arg("-V").output().is_err() {
        return skip("there is no strace");
    }
    let folder = tempfile::tempdir().expect("a folder");
    for line in [
        "generate --key-spec HMAC_256 -o key.bin",
        "rehearse --key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048",
        "key create --key-spec HMAC_256 --store store",
    ] {
        let log = folder.path().join("strace.log");
        let output = Command::new("strace")
            .args(["-f", "-e", "trace=open,openat,openat2,getrandom", "-o"])
            .arg(&log)
            .arg(&program)
            .args(line.split_whitespace())
            .current_dir(folder.path())
            .env_clear()
            .output()
            .expect("strace runs");
        assert!(output.status.success(), "{line}: {output:?}");
        let calls = fs::read_to_string(&log).expect("a log");
        // The seed of the generator is 32 bytes.
        assert!(calls.contains(", 32, 0) "), "{line}: {calls}");
        assert!(!calls.contains("random\""), "{line}: {calls}");
    }
}

/// A root folder that holds the program and nothing else.
struct EmptyRoot(TempDir);

impl EmptyRoot {
    fn with(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::copy(program, folder.path().join("byok")).expect("copied");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Runs a line of words, none of which holds a space; it must succeed.
    fn must(&self, line: &str) -> Output {
        let output = Command::new("chroot")
            .arg(self.0.path())
            .arg("/byok")
            .args(line.split_whitespace())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .output()
            .expect("chroot runs");
        assert!(output.status.success(), "{line}: {output:?}");
        output
    }
}

/// The static program, if this run has one.
fn program() -> Option<PathBuf> {
    let program = std::env::var_os("BYOK_STATIC_PROGRAM").map(PathBuf::from);
    if program.is_none() && cfg!(target_arch = "x86_64") {
        skip("BYOK_STATIC_PROGRAM names no program");
    } else if program.is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "static program: not built for this architecture"
        );
    }
    program
}

/// Says why a test cannot be made. Where `CI` is set, that is a failure.
fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "static program: skipped: {why}");
    assert!(
        std::env::var_os("CI").is_none(),
        "skipped where nothing may be skipped: {why}"
    );
}
