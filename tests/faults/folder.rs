//! A folder of the test: inputs, outputs and a store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder in which `byok` runs; its `store` is `BYOK_STORE`.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns a copy with the same modes.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        let mut command = Command::new("cp");
        command.arg("-a").arg(self.path(".")).arg(copy.path("."));
        assert!(command.status().expect("cp runs").success());
        copy
    }

    /// Lets `command` run this command line of `byok` here.
    pub(crate) fn run_in(&self, command: &mut Command, line: &str) {
        command
            .arg(env!("CARGO_BIN_EXE_byok"))
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("BYOK_STORE", self.path("store"));
    }

    pub(crate) fn run(&self, line: &str) -> Output {
        // env(1) does nothing but run it.
        let mut command = Command::new("env");
        self.run_in(&mut command, line);
        command.output().expect("byok runs")
    }

    /// Runs a command line that must succeed, and returns its answer.
    pub(crate) fn must(&self, line: &str) -> Result<String, String> {
        let output = self.run(line);
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            let stderr = String::from_utf8_lossy(&output.stderr);
            Err(format!("{line}: {}: {stderr}", output.status))
        }
    }

    pub(crate) fn json(&self, name: &str) -> Result<Option<Value>, String> {
        match fs::read(self.path(name)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| format!("{name} is torn: {error}")),
            Err(_) => Ok(None),
        }
    }

    /// Checks every file in the folder and the store: its name is one of those that byok gives, and it is
    /// whole.
    pub(crate) fn has_only_whole_files(&self) -> Result<(), String> {
        files(self.0.path())
            .iter()
            .try_for_each(|path| self.is_whole(path))
    }

    /// Checks the same right after the process was killed. If it replaced a file, the new file can have a
    /// temporary name still, which no command reads and the next one removes. So can the rows of a batch.
    pub(crate) fn has_whole_and_temporary_files(&self) -> Result<(), String> {
        files(self.0.path())
            .iter()
            .filter(|path| !is_temporary(path) && !is_of_batch_on_its_way(path))
            .try_for_each(|path| self.is_whole(path))
    }

    fn is_whole(&self, path: &Path) -> Result<(), String> {
        is_whole(path.strip_prefix(self.0.path()).expect("below it"), path)
    }
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(".byok-"))
}

/// Returns whether a batch removes the file when it goes on.
fn is_of_batch_on_its_way(path: &Path) -> bool {
    let is_staging = |name: &str| name.starts_with("staging-") || name == "materials.new";
    path.components()
        .any(|part| part.as_os_str().to_str().is_some_and(is_staging))
}

/// Checks a file by its name.
fn is_whole(name: &Path, path: &Path) -> Result<(), String> {
    let shown = name.display();
    let bytes = fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    let is_in_store = name.starts_with("store");
    let file_name = name
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_whole = match (file_name, extension) {
        (name, _) if name.starts_with('.') => return Err(format!("{shown} is left over")),
        ("root", None) if is_in_store => bytes.len() == 32,
        ("lock", None) | (_, Some("lock")) if is_in_store => bytes.is_empty(),
        ("key", None) => bytes.len() == 32,
        ("lock", None) => bytes.is_empty(),
        // Its lines are answers of a run that did not end.
        ("materials", None) | (_, Some("jsonl" | "partial")) => {
            bytes.is_empty() || bytes.ends_with(b"\n")
        }
        (_, Some("json")) => serde_json::from_slice::<Value>(&bytes).is_ok(),
        (_, Some("bin")) => !bytes.is_empty(),
        (_, Some("sh" | "csv")) => bytes.ends_with(b"\n"),
        _ => return Err(format!("{shown} is left over")),
    };
    if is_whole {
        Ok(())
    } else {
        Err(format!("{shown} is torn: {} bytes", bytes.len()))
    }
}

/// Returns every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}
