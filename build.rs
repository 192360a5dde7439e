//! Records the target and the source commit in the program, for `byok version` and reports.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// What the program is built from. If one of these differs from the commit, the program has no commit.
const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "build.rs",
    "core/Cargo.toml",
    "core/src",
    "lanes/Cargo.toml",
    "lanes/src",
    "manual",
    "src",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=BYOK_SOURCE_COMMIT");
    let target = env::var("TARGET").expect("cargo says the target");
    println!("cargo::rustc-env=BYOK_TARGET={target}");
    let commit = source_commit().unwrap_or_default();
    println!("cargo::rustc-env=BYOK_SOURCE_COMMIT={commit}");
}

/// Returns the commit of the sources: from the variable that `release/build` sets, from a packed
/// crate, or from Git. A debug build asks nobody: a new commit must not build the tests again.
fn source_commit() -> Option<String> {
    if let Ok(commit) = env::var("BYOK_SOURCE_COMMIT") {
        let is_hex = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(
            matches!(commit.len(), 0 | 40 | 64) && is_hex,
            "BYOK_SOURCE_COMMIT is `{commit}`; expected the full name of a Git commit, or nothing"
        );
        return Some(commit);
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return None;
    }
    packed_commit().or_else(checked_out_commit)
}

/// Returns the commit that `cargo package` wrote down, unless the sources differed from it.
fn packed_commit() -> Option<String> {
    let packed = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    if packed.contains("\"dirty\": true") {
        return None;
    }
    let (_, commit) = packed.split_once("\"sha1\": \"")?;
    Some(commit.split_once('"')?.0.to_owned())
}

/// Returns the commit that is checked out, unless the sources differ from it.
fn checked_out_commit() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    // Each commit and each checkout writes a line into logs/HEAD. A file that is missing would start this
    // script each time.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    for path in SOURCES.into_iter().chain([log.as_str()]) {
        if Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    let arguments = ["status", "--porcelain", "--"].into_iter().chain(SOURCES);
    let changes = git(&arguments.collect::<Vec<_>>())?;
    if !changes.is_empty() {
        return None;
    }
    git(&["rev-parse", "HEAD"])
}

/// Returns what Git prints, or `None` if it fails.
fn git(arguments: &[&str]) -> Option<String> {
    // `git status` must not write the index while somebody else does.
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").args(arguments);
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
