//! The scripts outside a rehearsal, with an `aws` that answers at once: pace, settings, and the errors of
//! the AWS CLI itself.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::json;
use tempfile::TempDir;

use crate::rehearsal::{GET_PARAMETERS, IMPORT_ALL, all, assert_status, byok};

struct Production(TempDir);

impl Production {
    /// Plans this many rows.
    fn plan(rows: usize) -> Self {
        let folder = TempDir::new().expect("a folder");
        let rows: String = (0..rows).fold(String::new(), |rows, row| {
            rows + &json!({ "Id": row.to_string() }).to_string() + "\n"
        });
        fs::write(folder.path().join("rows.jsonl"), rows).expect("written");
        byok(
            folder.path(),
            "batch plan rows.jsonl --out-dir plan --region eu-central-1 --account-id 111122223333 \
             --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048",
        );
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).expect("made");
        fs::write(bin.join("aws"), include_str!("fake-aws.sh")).expect("written");
        fs::set_permissions(bin.join("aws"), fs::Permissions::from_mode(0o755)).expect("changed");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, name: &str, environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new("sh");
        command
            .arg(format!("plan/{name}"))
            .current_dir(self.0.path())
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("BYOK_CONSISTENCY_SECONDS", "0")
            .envs(environment.iter().copied());
        if name == IMPORT_ALL {
            command.arg("wrapped");
        }
        command.output().expect("a shell")
    }

    /// Writes what `batch wrap` would write, for the fake `aws`.
    fn wrap(&self) {
        for state in fs::read_dir(self.path("plan/state")).expect("a folder") {
            let state = state.expect("an entry").path();
            let Ok(key_id) = fs::read_to_string(state.join("key-id")) else {
                continue;
            };
            let id = state.file_name().expect("a name").to_str().expect("UTF-8");
            let folder = self.path(&format!("wrapped/{id}"));
            fs::create_dir_all(&folder).expect("made");
            let request = format!("{{\n    \"KeyId\": \"{}\"\n}}\n", key_id.trim_end());
            fs::write(folder.join("import-key-material.json"), request).expect("written");
            for name in ["ImportToken.bin", "EncryptedKeyMaterial.bin"] {
                fs::write(folder.join(name), "a").expect("written");
            }
        }
    }

    /// Returns the lines that the fake `aws` wrote for an operation.
    fn calls(&self, operation: &str) -> Vec<String> {
        let calls = fs::read_to_string(self.path("bin/calls")).unwrap_or_default();
        let is_it = |line: &&str| line.split(' ').nth(1) == Some(operation);
        calls.lines().filter(is_it).map(str::to_owned).collect()
    }

    /// Returns the largest number of calls in one second of the clock.
    fn most_in_a_second(&self, operation: &str) -> usize {
        let mut seconds: BTreeMap<String, usize> = BTreeMap::new();
        for call in self.calls(operation) {
            let second = call.split(' ').next().unwrap_or_default();
            *seconds.entry(second.to_owned()).or_default() += 1;
        }
        seconds.into_values().max().unwrap_or(0)
    }
}

#[test]
fn the_quotas_of_aws_are_kept() {
    let production = Production::plan(4);
    assert_status(&production.run(GET_PARAMETERS, &[]), 0);
    assert_eq!(production.calls("get-parameters-for-import").len(), 4);
    // The pace is of the beginnings of calls, so two can reach AWS in one second.
    let most = production.most_in_a_second("get-parameters-for-import");
    assert!(most <= 2, "{most}");
    let first_and_last = production.calls("get-parameters-for-import");
    let second = |line: &str| {
        line.split(' ')
            .next()
            .and_then(|second| second.parse::<u64>().ok())
    };
    let (first, last) = (second(&first_and_last[0]), second(&first_and_last[3]));
    assert!(
        last.expect("a time") - first.expect("a time") >= 2,
        "{first_and_last:?}"
    );
    production.wrap();
    assert_status(
        &production.run(IMPORT_ALL, &[("BYOK_IMPORT_PER_SECOND", "1")]),
        0,
    );
    let imports = production.calls("import-key-material");
    let (first, last) = (second(&imports[0]), second(&imports[3]));
    assert!(
        last.expect("a time") - first.expect("a time") >= 2,
        "{imports:?}"
    );
    assert!(production.path("plan/import-all.csv").exists());
    assert!(!production.path("plan/REHEARSAL-state").exists());
    // The AWS CLI repeats nothing, and its calls go to AWS.
    let calls = fs::read_to_string(production.path("bin/calls")).expect("calls");
    assert!(
        calls
            .lines()
            .all(|line| line.split(' ').nth(2) == Some("1")),
        "{calls}"
    );
    assert!(!calls.contains("--endpoint-url"), "{calls}");
}

#[test]
fn a_variable_that_is_no_number_is_an_error() {
    let production = Production::plan(1);
    for value in ["0", "-1", "1.5", "a", "1; touch pwned", "99999999999"] {
        let output = production.run(GET_PARAMETERS, &[("BYOK_GET_PARAMETERS_PER_SECOND", value)]);
        assert_status(&output, 2);
    }
    assert!(production.calls("get-caller-identity").is_empty());
}

/// The texts of AWS CLI 1.46 and 2.9 for what happens before a request is sent.
#[test]
fn a_call_that_was_not_sent_stops_the_run_and_leaves_no_intent() {
    for (text, status) in [
        (
            "Could not connect to the endpoint URL: \"https://kms.eu-central-1.amazonaws.com/\"",
            "255",
        ),
        (
            "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
            "253",
        ),
        ("The config profile (production) could not be found", "255"),
        (
            "Error when retrieving token from sso: Token has expired and refresh failed",
            "255",
        ),
        ("Unknown options: --cli-input-json", "252"),
        (
            "An error occurred (UnrecognizedClientException) when calling the CreateKey operation: The security \
          token included in the request is invalid.",
            "254",
        ),
    ] {
        let production = Production::plan(2);
        let fail = [
            ("FAIL_OPERATION", "create-key"),
            ("FAIL_TEXT", text),
            ("FAIL_STATUS", status),
        ];
        let output = production.run(GET_PARAMETERS, &fail);
        assert_status(&output, 4);
        assert!(
            !production.path("plan/state/0/intent").exists(),
            "{text}: {}",
            all(&output)
        );
        assert!(!production.path("plan/state/.lock").exists());
        let results =
            fs::read_to_string(production.path("plan/get-parameters.csv")).expect("results");
        assert_eq!(results, "Id,KeyId,Status,Error\n0,,pending,\n1,,pending,\n");
        let output = production.run(GET_PARAMETERS, &fail);
        assert_status(&output, 0);
        assert!(production.calls("list-keys").is_empty(), "{text}");
    }
}

/// The texts of AWS CLI 1.46 and 2.9 for answers that were lost.
#[test]
fn a_call_whose_answer_was_lost_is_looked_for() {
    for (text, status) in [
        (
            "Read timeout on endpoint URL: \"https://kms.eu-central-1.amazonaws.com/\"",
            "255",
        ),
        (
            "Connection was closed before we received a valid response from endpoint URL: \"https://x/\".",
            "255",
        ),
        (
            "An error occurred (502) when calling the CreateKey operation (reached max retries: 0): Bad Gateway",
            "254",
        ),
        (
            "An error occurred (DependencyTimeoutException) when calling the CreateKey operation: An error \
          occurred (ThrottlingException) when calling the CreateKey operation",
            "254",
        ),
        ("Traceback (most recent call last):", "1"),
        ("Killed", "137"),
    ] {
        let production = Production::plan(1);
        let fail = [
            ("FAIL_OPERATION", "create-key"),
            ("FAIL_TEXT", text),
            ("FAIL_STATUS", status),
        ];
        assert_status(&production.run(GET_PARAMETERS, &fail), 0);
        assert_eq!(production.calls("list-keys").len(), 2, "{text}");
        assert_eq!(production.calls("create-key").len(), 2, "{text}");
    }
}

/// A message of AWS can repeat words of a manifest.
#[test]
fn a_message_is_one_cell_of_the_results() {
    let production = Production::plan(1);
    let text = "An error occurred (ValidationException) when calling the CreateKey operation: a \"b\", \
                \u{1b}[31m$(touch pwned)\n=c";
    let fail = [
        ("FAIL_OPERATION", "create-key"),
        ("FAIL_TEXT", text),
        ("FAIL_STATUS", "254"),
    ];
    assert_status(&production.run(GET_PARAMETERS, &fail), 1);
    let results = fs::read_to_string(production.path("plan/get-parameters.csv")).expect("results");
    let expected =
        "0,,failed,\"CreateKey: ValidationException: a \"\"b\"\", [31m$(touch pwned) =c\"\n";
    assert_eq!(results, format!("Id,KeyId,Status,Error\n{expected}"));
}
