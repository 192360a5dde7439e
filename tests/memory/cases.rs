//! The memory test cases, and the secrets of each.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use serde_json::Value;
use tempfile::TempDir;

use crate::forms::{Form, PASSPHRASE_FILE};
use crate::material::{Material, fixture};
use crate::needles::Secret;
use crate::program::Stdin;

mod china;
mod generated;
mod making;
mod reading;
mod serving;
mod verifying;

pub(crate) use china::china;
pub(crate) use generated::generated;
pub(crate) use making::{generate, store};
pub(crate) use reading::{
    foreign, inspect, public_key, rehearse, rehearse_refused, wrap, wrap_refused,
};
pub(crate) use serving::Story;
pub(crate) use verifying::verify;

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// One command line, and its secrets.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) line: String,
    pub(crate) stdin: Stdin,
    pub(crate) status: i32,
    folder: Rc<TempDir>,
    known: Vec<Secret>,
    /// The secrets that only the output files reveal.
    written: fn(&Path) -> Vec<Secret>,
    /// The files to remove before each run.
    removed: &'static [&'static str],
}

impl Case {
    fn new(folder: &Rc<TempDir>, line: String, status: i32, known: Vec<Secret>) -> Self {
        let (name, folder) = (line.clone(), Rc::clone(folder));
        Self {
            name,
            line,
            stdin: Stdin::Nothing,
            status,
            folder,
            known,
            written: |_| Vec::new(),
            removed: &[],
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Restores the folder to its state before the first run.
    pub(crate) fn prepare(&self) {
        for name in self.removed {
            let path = self.folder().join(name);
            let _ = if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
        }
    }

    /// Returns everything that memory must not contain when the program is stopped.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        [self.known.clone(), (self.written)(self.folder())].concat()
    }
}

/// Returns a command line that wraps for the wrapping key of the fixtures.
fn wrap_line(key_spec: &str, algorithm: &str, output: &str) -> String {
    format!(
        "wrap --public-key TEST-wrapping-2048-public.der --import-token ImportToken.bin --key-id {ARN} \
         --key-spec {key_spec} --wrapping-algorithm {algorithm} {output}"
    )
}

fn params_line(key_spec: &str, algorithm: &str, wrapping_key_spec: &str) -> String {
    format!(
        "params --key-id {KEY_ID} --key-spec {key_spec} --wrapping-algorithm {algorithm} \
         --wrapping-key-spec {wrapping_key_spec}"
    )
}

/// A command line, its standard input, and its status.
type Line = (String, Stdin, i32);

fn of_every_source(form: &Form, line: &str, status: i32) -> Vec<Line> {
    let with = |(source, stdin)| (format!("{line} {source}"), stdin, status);
    form.sources().into_iter().map(with).collect()
}

/// Returns the command lines for each form of each material.
fn of_each(materials: Vec<Material>, lines: impl Fn(&Material, &Form) -> Vec<Line>) -> Vec<Case> {
    let mut cases = Vec::new();
    for material in materials {
        let folder = folder(&material);
        for form in &material.forms {
            let known = [material.secrets.clone(), form.secrets.clone()].concat();
            for (line, stdin, status) in lines(&material, form) {
                let case = Case::new(&folder, line, status, known.clone());
                cases.push(Case {
                    name: format!("{} ({})", case.name, form.name),
                    stdin,
                    ..case
                });
            }
        }
    }
    cases
}

/// Creates a folder with the files of the command lines.
fn folder(material: &Material) -> Rc<TempDir> {
    let folder = TempDir::new().expect("a folder");
    let write =
        |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    for form in &material.forms {
        write(&form.file, &form.bytes);
        if let Some(passphrase) = form.passphrase() {
            write(PASSPHRASE_FILE, format!("{passphrase}\n").as_bytes());
        }
    }
    for name in [
        "ImportToken.bin",
        "TEST-wrapping-2048-public.der",
        "TEST-wrapping-2048.pem",
        "example-response.json",
    ] {
        write(name, &fixture(name));
    }
    Rc::new(folder)
}

/// Runs the ordinary program, which must succeed.
fn set_up(folder: &TempDir, line: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear();
    let output = command
        .env("BYOK_STORE", folder.path().join("store"))
        .output()
        .expect("byok runs");
    assert!(output.status.success(), "{line}: {output:?}");
}

fn json(folder: &Path, name: &str) -> Value {
    let bytes = fs::read(folder.join(name)).expect("an output");
    serde_json::from_slice(&bytes).expect("JSON")
}
