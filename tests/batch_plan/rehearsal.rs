//! A plan, its folder, and the `byok serve` that its scripts use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::interop_support::python_with;
use crate::server::Server;

pub(crate) const GET_PARAMETERS: &str = "get-parameters.sh";
pub(crate) const IMPORT_ALL: &str = "import-all.sh";

/// The options of every plan.
const PLAN: &str = "batch plan rows.jsonl --out-dir plan --region eu-central-1 --account-id 111122223333 \
                    --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048";

/// A moment of a call to AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before AWS gets the call.
    Before,
    /// After AWS acted.
    After,
    /// Before AWS gets the call, which goes on without the script.
    Meanwhile,
}

impl Moment {
    pub(crate) const ALL: [Self; 3] = [Self::Before, Self::After, Self::Meanwhile];

    const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Meanwhile => "meanwhile",
        }
    }
}

/// A running `byok serve` and the folder of a plan.
pub(crate) struct Rehearsal {
    server: Server,
    python: PathBuf,
    /// The seconds after which a script trusts what it does not see.
    pub(crate) consistency_seconds: u32,
}

impl Rehearsal {
    /// Plans `rows` and starts `byok serve`. Returns `None` with a message if there is no AWS CLI.
    pub(crate) fn start(rows: &[Value], options: &str) -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let rows = rows
            .iter()
            .fold(String::new(), |rows, row| rows + &row.to_string() + "\n");
        fs::write(folder.path().join("rows.jsonl"), rows).expect("written");
        Self::start_in(folder, options, |folder| byok(folder, PLAN))
    }

    /// Starts `byok serve` in `folder`, after `prepare`.
    pub(crate) fn start_in(
        folder: TempDir,
        options: &str,
        prepare: impl FnOnce(&Path),
    ) -> Option<Self> {
        let python = python_with("awscli")?;
        prepare(folder.path());
        let bin = folder.path().join("bin");
        fs::create_dir_all(&bin).expect("made");
        let _ = fs::remove_file(bin.join("calls"));
        fs::write(bin.join("aws"), include_str!("aws.sh")).expect("written");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(bin.join("aws"), mode).expect("changed");
        let options = format!("--output json --store store {options}");
        Some(Self {
            server: Server::start_in(folder, &options),
            python,
            consistency_seconds: 1,
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.server.path(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Returns a script of the plan, with the environment of the rehearsal.
    pub(crate) fn script(&self, shell: &[&str], name: &str) -> Command {
        let settings: Value = serde_json::from_str(&self.server.printed()).expect("JSON");
        let mut command = Command::new(shell[0]);
        command
            .args(&shell[1..])
            .arg(format!("plan/{name}"))
            .current_dir(self.path(""))
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("HOME", self.path(""))
            .env("AWS_CLI", &self.python)
            .env("BYOK_GET_PARAMETERS_PER_SECOND", "1000")
            .env(
                "BYOK_CONSISTENCY_SECONDS",
                self.consistency_seconds.to_string(),
            );
        for (name, value) in settings["Environment"].as_object().expect("variables") {
            command.env(name, value.as_str().expect("a value"));
        }
        if name == IMPORT_ALL {
            command.arg("wrapped");
        }
        command
    }

    /// Runs a script of the plan.
    pub(crate) fn run(&self, name: &str) -> Output {
        self.script(&["sh"], name).output().expect("a shell")
    }

    /// Runs a script that must succeed.
    pub(crate) fn must(&self, name: &str) {
        assert_status(&self.run(name), 0);
    }

    /// Runs a script, and kills it around one of its calls. Returns whether it was killed.
    pub(crate) fn kill(&self, name: &str, call: usize, moment: Moment) -> bool {
        let before = self.calls().len();
        let mut script = self.script(&["sh"], name);
        script
            .env("KILL_AT", (before + call).to_string())
            .env("KILL_WHEN", moment.name());
        let output = script.output().expect("a shell");
        output.status.code().is_none()
    }

    /// Returns the operations of all calls of the AWS CLI, in its words.
    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("bin/calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    /// Wraps new key material for each row that has import parameters, unless it is wrapped.
    pub(crate) fn wrap(&self, options: &str) {
        let states = fs::read_dir(self.path("plan/REHEARSAL-state")).expect("a folder");
        fs::create_dir_all(self.path("wrapped")).expect("made");
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(self.path("wrapped"), mode).expect("changed");
        for state in states {
            let id = state.expect("an entry").file_name();
            let id = id.to_str().expect("UTF-8");
            let state = format!("plan/REHEARSAL-state/{id}");
            let is_wrapped = self.path(&format!("wrapped/{id}")).exists();
            if is_wrapped || !self.path(&format!("{state}/params.json")).exists() {
                continue;
            }
            self.material(id);
            let is_rotation = id.starts_with("rotation");
            let import_type = if is_rotation {
                "--import-type NEW_KEY_MATERIAL"
            } else {
                ""
            };
            byok(
                &self.path(""),
                &format!(
                    "wrap --rehearsal --trust-parameters --params {state}/params.json \
                     --describe-key {state}/describe-key.json {import_type} {options} \
                     --wrapping-algorithm RSAES_OAEP_SHA_256 --out-dir wrapped/{id} {id}.key"
                ),
            );
        }
    }

    fn material(&self, id: &str) {
        let path = self.path(&format!("{id}.key"));
        fs::write(&path, crate::interop_support::random::random_bytes(32)).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("changed");
    }

    /// Returns the keys of the successful calls of an operation, from the log of `byok serve`.
    pub(crate) fn done(&self, operation: &str) -> Vec<String> {
        let log = self.server.said();
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let is_done = |line: &Value| line["Operation"] == operation && line["Status"] == 200;
        let mut keys: Vec<String> = lines
            .filter(is_done)
            .map(|line| line["KeyId"].as_str().unwrap_or_default().to_owned())
            .collect();
        keys.sort();
        keys
    }

    /// Returns the results of a script: Id, KeyId, Status and Error of each row.
    pub(crate) fn results(&self, name: &str) -> Vec<[String; 4]> {
        let name = name.replace(".sh", ".csv");
        let text = self.read(&format!("plan/REHEARSAL-{name}"));
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("Id,KeyId,Status,Error"));
        let row = |line: &str| {
            let cells: Vec<String> = line.splitn(4, ',').map(str::to_owned).collect();
            cells.try_into().unwrap_or_else(|_| panic!("{line}"))
        };
        lines.map(row).collect()
    }

    /// Asserts that each row is done, with a KMS key of its own. Returns these keys, sorted.
    #[track_caller]
    pub(crate) fn assert_done(&self, name: &str, rows: usize) -> Vec<String> {
        let results = self.results(name);
        assert_eq!(results.len(), rows, "{results:?}");
        let is_done = |[_, _, status, error]: &[String; 4]| status == "done" && error.is_empty();
        assert!(results.iter().all(is_done), "{results:?}");
        let mut keys: Vec<String> = results.into_iter().map(|[_, key, _, _]| key).collect();
        keys.sort();
        assert!(
            keys.iter()
                .all(|key| key.starts_with("arn:aws:kms:eu-central-1:111122223333:key/"))
        );
        keys.dedup();
        assert_eq!(keys.len(), rows, "{keys:?}");
        keys
    }

    /// Ends `byok serve`, and returns its folder.
    pub(crate) fn end(self) -> TempDir {
        self.server.kill()
    }
}

/// Runs `byok`, which must succeed.
#[track_caller]
pub(crate) fn byok(folder: &Path, line: &str) {
    assert_status(&try_byok(folder, line), 0);
}

/// Runs `byok`.
pub(crate) fn try_byok(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_byok"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("BYOK_STORE", folder.join("store"))
        .output()
        .expect("byok starts")
}

/// Returns a row that creates a key.
pub(crate) fn new_row(id: &str) -> Value {
    json!({ "Id": id })
}

#[track_caller]
pub(crate) fn assert_status(output: &Output, status: i32) {
    assert_eq!(output.status.code(), Some(status), "{}", all(output));
}

/// Returns what a run printed.
pub(crate) fn all(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "{}\n{}{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    )
}
