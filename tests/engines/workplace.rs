//! The folder of a batch: the manifest, its files, and a `byok` in which one shard can be killed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::interop_support::random::random_bytes;
use crate::interop_support::{Sandbox, test_file};

/// Runs the program. If the file `kill` has the number that the engine gives this shard, the shard is
/// killed once: its results exceed the limit for files, while the files of rows do not.
const PROGRAM: &str = r#"#!/bin/sh
shard=${JOB_COMPLETION_INDEX:-${SLURM_ARRAY_TASK_ID:-${PARALLEL_SEQ:-}}}
kill=$BYOK_TEST_FOLDER/kill
if [ -e "$kill" ] && [ "$(cat "$kill")" = "$shard" ]; then
    rm "$kill"
    ulimit -f 40
fi
exec "$BYOK_TEST_PROGRAM" "$@"
"#;

/// Returns the program: that of the packages and the container, if `.ci/run` has built it.
fn packed_program() -> std::ffi::OsString {
    let packed = std::env::var_os("BYOK_STATIC_PROGRAM");
    packed.unwrap_or_else(|| env!("CARGO_BIN_EXE_byok").into())
}

/// A folder with a manifest.
pub(crate) struct Workplace {
    sandbox: Sandbox,
    rows: usize,
}

impl Workplace {
    /// Makes a manifest with this number of rows, each with its own key, KMS key and parameters.
    pub(crate) fn new(rows: usize) -> Self {
        let sandbox = Sandbox::new();
        for folder in ["keys", "params", "bin", "results"] {
            fs::create_dir(sandbox.path(folder)).expect("a folder");
        }
        let public_key = fs::read(test_file("golden/fixtures/TEST-wrapping-2048-public.der"));
        let public_key = BASE64.encode(public_key.expect("a wrapping key"));
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let valid_to = now.expect("a clock").as_secs() + 23 * 60 * 60;
        let mut manifest = String::new();
        for row in 1..=rows {
            let parameters = json!({
                "KeyId": key_arn(row),
                "ImportToken": BASE64.encode([&[1, 1, 2, 0, 0x78][..], &random_bytes(1752)].concat()),
                "PublicKey": public_key,
                "ParametersValidTo": valid_to,
            });
            sandbox.random(&format!("keys/{row}.bin"), 32);
            sandbox.write(&format!("params/{row}.json"), parameters.to_string());
            let row = json!({
                "Id": id(row),
                "Material": format!("keys/{row}.bin"),
                "Params": format!("params/{row}.json"),
                "KeySpec": "SYMMETRIC_DEFAULT",
                "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
            });
            manifest = manifest + &row.to_string() + "\n";
        }
        sandbox.write("manifest.jsonl", manifest);
        sandbox.write("bin/byok", PROGRAM);
        let executable = Permissions::from_mode(0o755);
        fs::set_permissions(sandbox.path("bin/byok"), executable).expect("its own file");
        Self { sandbox, rows }
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.sandbox.path(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.sandbox.write(name, text);
    }

    /// Returns the text of a file, or `None` if it does not exist.
    pub(crate) fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// Returns a command that runs in the folder, and finds `byok` there.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.sandbox.command(program.as_ref());
        let path = std::env::var("PATH").expect("a PATH");
        command
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("BYOK_TEST_FOLDER", self.path(""))
            .env("BYOK_TEST_PROGRAM", packed_program());
        for index in [
            "JOB_COMPLETION_INDEX",
            "SLURM_ARRAY_TASK_ID",
            "PARALLEL_SEQ",
        ] {
            command.env_remove(index);
        }
        command
    }

    /// Makes the next run of this shard end by a signal, after its rows were written and before they are
    /// answered.
    pub(crate) fn kill_once(&self, shard: usize) {
        self.write("kill", &shard.to_string());
    }

    /// Moves the key of a row away, so that the row fails.
    pub(crate) fn hide_key(&self, row: usize) {
        self.rename(&format!("keys/{row}.bin"), "hidden");
    }

    /// Moves the key back.
    pub(crate) fn show_key(&self, row: usize) {
        self.rename("hidden", &format!("keys/{row}.bin"));
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("a key");
    }

    /// Returns the results of all shards, in the order of the shards.
    pub(crate) fn results(&self) -> String {
        let entries = fs::read_dir(self.path("results")).expect("a folder");
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        let text = |file: &PathBuf| fs::read_to_string(file).expect("a text");
        files.iter().map(text).collect()
    }

    /// Checks that the answers are those to all rows, each once and in order. Returns how many rows an
    /// earlier run had done.
    pub(crate) fn check_answers(&self, answers: &str) -> usize {
        let answers = parse(answers);
        let ids: Vec<_> = answers.iter().map(|answer| answer["Id"].clone()).collect();
        let expected: Vec<_> = (1..=self.rows).map(|row| Value::from(id(row))).collect();
        assert_eq!(ids, expected, "each row once, in order");
        for (row, answer) in (1..).zip(&answers) {
            assert_eq!(answer["Request"]["KeyId"], key_arn(row), "{answer}");
            let status = answer["Status"].as_str();
            assert!(matches!(status, Some("done" | "skipped")), "{answer}");
        }
        let is_skipped = |answer: &&Value| answer["Status"] == "skipped";
        answers.iter().filter(is_skipped).count()
    }

    /// Checks that the folder of each row has the key material of its answer.
    pub(crate) fn check_folders(&self, answers: &str) {
        for answer in parse(answers) {
            let id = answer["Id"].as_str().expect("a name");
            let blob = fs::read(self.path(format!("wrapped/{id}/EncryptedKeyMaterial.bin")));
            let blob = BASE64.encode(blob.expect("the wrapped key"));
            assert_eq!(answer["Request"]["EncryptedKeyMaterial"], blob, "{id}");
        }
    }
}

/// Parses JSON Lines.
pub(crate) fn parse(lines: &str) -> Vec<Value> {
    let parse = |line| serde_json::from_str(line).expect("a line of JSON");
    lines.lines().map(parse).collect()
}

/// Returns the example at this path.
pub(crate) fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(path)
}

/// Formats what a run printed.
pub(crate) fn said(output: &Output) -> String {
    let (stdout, stderr) = (&output.stdout, &output.stderr);
    let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8_lossy(text));
    format!("{}\n{stdout}\n{stderr}", output.status)
}

fn id(row: usize) -> String {
    format!("tenant-{row}")
}

fn key_arn(row: usize) -> String {
    format!("arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-{row:012x}")
}
