//! The lifecycle of key material through whole processes: the manual's examples, concurrent
//! processes, and kill -9.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::sandbox::{KEY_ID, Sandbox, assert_status, files, stderr, stdout};

const MRK: &str = "mrk-1234abcd12ab34cd56ef1234567890ab";

/// Returns the command lines of the examples that `byok key --help` prints: the function, then one string
/// per example.
fn stories() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_byok"))
        .args(["key", "--help"])
        .output()
        .expect("byok runs");
    let help = stdout(&output);
    let (_, session) = help
        .split_once("one shell session. All of them import with this function:\n")
        .expect("the session");
    let commands = |story: &str| -> String {
        let lines = story
            .lines()
            .filter_map(|line| line.strip_prefix("        "));
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    session.trim_end().split("\n\n").map(commands).collect()
}

#[test]
fn the_stories_of_the_manual_come_out_as_told() {
    let stories = stories();
    assert_eq!(
        stories.len(),
        5,
        "the function, and four stories: {stories:#?}"
    );
    let sandbox = Sandbox::new();
    let programs = sandbox.path("programs");
    std::fs::create_dir(&programs).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_byok"), programs.join("byok")).expect("a link");
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let script = stories.join("printf '\\036'\n");
    let mut shell = Command::new("sh");
    shell
        .args(["-euc", &script])
        .current_dir(sandbox.path(""))
        .env_clear();
    let output = shell
        .env("PATH", path)
        .env("BYOK_STORE", sandbox.path("store"))
        .output()
        .expect("a shell");
    assert_status(&output, 0);
    let answers = stdout(&output);
    let answers: Vec<&str> = answers.split('\u{1e}').skip(1).collect();
    let [first, expiry, rotation, multi_region] = answers[..] else {
        panic!("{answers:#?}")
    };

    assert!(
        first.contains("the first material of this key")
            && first.contains("\"KeyState\": \"Enabled\""),
        "{first}"
    );
    assert_eq!(
        expiry.matches("material that this key has or had").count(),
        2,
        "{expiry}"
    );
    assert!(
        expiry.contains("\"KeyState\": \"PendingImport\""),
        "{expiry}"
    );
    assert!(
        expiry.contains("2027-07-01T00:00:00Z      key material expired"),
        "{expiry}"
    );
    assert!(
        rotation.contains("new material, for the next rotation"),
        "{rotation}"
    );
    let states = |answer: &str| -> Vec<String> {
        answer
            .lines()
            .filter_map(|line| Some(line.split('\t').nth(1)?.to_owned()))
            .collect()
    };
    assert_eq!(
        states(rotation)[1..],
        ["NON_CURRENT", "CURRENT"],
        "{rotation}"
    );
    assert_eq!(
        states(multi_region)[1..],
        ["NON_CURRENT", "CURRENT"],
        "{multi_region}"
    );
    assert_eq!(
        stderr(&output).matches("byok: error").count(),
        0,
        "{}",
        stderr(&output)
    );
}

/// Builds requests for `key` with different materials, `KEY-N.json`, and their parameters.
fn requests(sandbox: &Sandbox, key: &str, name: &str, materials: usize) {
    let how = "--wrapping-algorithm RSAES_OAEP_SHA_256";
    sandbox.must(&format!(
        "params --key-id {key} {how} --wrapping-key-spec RSA_2048 -o {name}.params.json"
    ));
    for number in 0..materials {
        let material = format!("material-{number}.bin");
        if !sandbox.path(&material).exists() {
            sandbox.must(&format!(
                "generate --key-spec SYMMETRIC_DEFAULT -o {material}"
            ));
        }
        for (kind, options) in [("same", ""), ("new", "--import-type NEW_KEY_MATERIAL")] {
            sandbox.must(&format!(
                "wrap --rehearsal --params {name}.params.json {how} --key-spec SYMMETRIC_DEFAULT {options} \
                 -o {name}-{number}-{kind}.json {material}"
            ));
        }
    }
}

/// Returns the record of a key, as `byok key show` reads it.
fn shown(sandbox: &Sandbox, key: &str) -> Value {
    let output = sandbox.must(&format!("key show {key} --output json"));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A key has one state: the one that follows from its materials, and the one that it names.
fn assert_one_state(shown: &Value) {
    let materials = shown["Materials"].as_array().expect("a list");
    let with = |member: &str, word: &str| {
        materials
            .iter()
            .filter(|entry| entry[member] == word)
            .count()
    };
    assert_eq!(
        with("KeyMaterialState", "CURRENT"),
        usize::from(!materials.is_empty()),
        "{shown:#}"
    );
    let waiting = with("KeyMaterialState", "PENDING_ROTATION")
        + with(
            "KeyMaterialState",
            "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
        );
    assert!(waiting <= 1, "{shown:#}");
    let belongs = |entry: &&Value| {
        entry["KeyMaterialState"] == "CURRENT" || entry["KeyMaterialState"] == "NON_CURRENT"
    };
    let is_whole = !materials.is_empty()
        && materials
            .iter()
            .filter(belongs)
            .all(|entry| entry["ImportState"] == "IMPORTED");
    let state = &shown["KeyMetadata"]["KeyState"];
    assert_eq!(state == "PendingImport", !is_whole, "{shown:#}");
}

#[test]
fn eight_hands_with_200_operations_each_lose_nothing() {
    const HANDS: usize = 8;
    const OPERATIONS: usize = 200;
    let sandbox = Sandbox::new();
    let key = |number: usize| format!("{number:08x}-0000-4000-8000-000000000000");
    for number in 0..HANDS {
        sandbox.must(&format!(
            "key create --key-spec SYMMETRIC_DEFAULT --id {}",
            key(number)
        ));
        requests(&sandbox, &key(number), &key(number), 1);
    }
    // The successful operations of each process on each key.
    let work = |hand: usize| -> Vec<(usize, &'static str)> {
        let mut done = Vec::new();
        for number in 0..OPERATIONS {
            let target = (hand + number) % HANDS;
            let id = key(target);
            let (line, event) = match (number / HANDS + hand) % 5 {
                0 | 3 => (
                    format!("verify --import --import-request {id}-0-same.json"),
                    "ImportKeyMaterial",
                ),
                1 => (
                    format!("key delete-material {id}"),
                    "DeleteImportedKeyMaterial",
                ),
                2 => (format!("key set-state {id} Disabled"), "SetKeyState"),
                _ => (format!("key describe {id}"), "none"),
            };
            let output = sandbox.run(&line);
            let status = output.status.code();
            assert!(matches!(status, Some(0 | 1)), "{line}: {output:?}");
            if status == Some(0) {
                done.push((target, event));
            }
        }
        done
    };
    let done: Vec<(usize, &str)> = thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS)
            .map(|hand| scope.spawn(move || work(hand)))
            .collect();
        hands
            .into_iter()
            .flat_map(|hand| hand.join().expect("no panic"))
            .collect()
    });
    for number in 0..HANDS {
        let shown = shown(&sandbox, &key(number));
        let events: Vec<&Value> = shown["Timeline"]
            .as_array()
            .expect("a list")
            .iter()
            .collect();
        for name in ["ImportKeyMaterial", "SetKeyState"] {
            let told = done
                .iter()
                .filter(|(target, event)| *target == number && *event == name)
                .count();
            let recorded = events
                .iter()
                .filter(|event| event["EventName"] == name)
                .count();
            assert!(
                told > 0 && recorded == told,
                "{name} of {number}: {recorded} of {told}"
            );
        }
        // A deletion without anything to delete is not an event: between two, there was an import.
        // The record has the order of execution; a process may have read the clock earlier.
        let record = sandbox.json(&format!(
            "store/keys/111122223333/us-east-1/{}.json",
            key(number)
        ));
        let mut is_held = false;
        for event in record["Rehearsal"]["Events"].as_array().expect("a list") {
            match event["EventName"].as_str() {
                Some("ImportKeyMaterial") => is_held = true,
                Some("DeleteImportedKeyMaterial") => {
                    assert!(is_held, "deleted twice: {shown:#}");
                    is_held = false;
                }
                _ => {}
            }
        }
        assert_one_state(&shown);
    }
}

#[test]
fn a_clock_that_goes_back_is_noticed() {
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID} --at 2100-01-01T00:00:00Z"
    ));
    let how = "--wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048";
    let lines = [
        format!("key show {KEY_ID}"),
        format!("params --key-id {KEY_ID} {how} -o params.json"),
    ];
    for line in &lines {
        let said = stderr(&sandbox.must(line));
        let warning = said
            .lines()
            .find(|line| line.starts_with("byok: warning: this clock says 20"))
            .expect("a warning");
        assert!(
            warning.contains("and the key's record has 2100-01-01T00:00:00Z: the clock went back"),
            "{warning}"
        );
        let quiet = stderr(&sandbox.must(&format!("{line} --quiet --force")));
        assert!(
            quiet.starts_with("byok: warning: this clock says "),
            "{quiet}"
        );
    }
    // A requested time is not a clock fault.
    let said = stderr(&sandbox.must(&format!("key show {KEY_ID} --at 2050-01-01")));
    assert_eq!(said, "");
}

/// A generator of its own, so that a failure can be reproduced.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn a_process_that_is_killed_leaves_every_key_in_one_state() {
    const KILLS: usize = 200;
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --multi-region --id {MRK}"
    ));
    let arn = |region: &str| format!("arn:aws:kms:{region}:111122223333:key/{MRK}");
    let keys = [KEY_ID.to_owned(), arn("us-east-1"), arn("eu-west-1")];
    let names = ["single", "primary", "replica"];
    for (key, name) in keys.iter().zip(names) {
        if name == "replica" {
            // A key without key material is not replicated.
            sandbox.must("verify --import --import-request primary-0-new.json");
            sandbox.must(&format!("key replicate {MRK} --replica-region eu-west-1"));
        }
        requests(&sandbox, key, name, 4);
    }
    let mut dice = Dice(20_261_124);
    let (mut killed, mut tries) = (0, 0);
    while killed < KILLS {
        tries += 1;
        assert!(
            tries < 20 * KILLS,
            "{killed} of {tries} were killed before they ended"
        );
        let at = usize::try_from(dice.below(3)).expect("small");
        let (key, name, material) = (&keys[at], names[at], dice.below(4));
        let line = match dice.below(6) {
            0 => format!("key delete-material {key}"),
            1 => format!("key rotate {key}"),
            2 => format!("key set-state {key} Disabled"),
            3 => format!("verify --import --import-request {name}-{material}-new.json"),
            _ => format!("verify --import --import-request {name}-{material}-same.json"),
        };
        let mut command = sandbox.byok(line.split_whitespace());
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("byok runs");
        thread::sleep(Duration::from_micros(dice.below(12_000)));
        child.kill().expect("killed");
        killed += usize::from(child.wait().expect("it ends").code().is_none());
        for key in &keys {
            assert_one_state(&shown(&sandbox, key));
        }
        let ids = |key: &str| -> Vec<(String, bool)> {
            let entry = |entry: &Value| {
                (
                    entry["KeyMaterialId"].to_string(),
                    entry["KeyMaterialState"] == "CURRENT",
                )
            };
            shown(&sandbox, key)["Materials"]
                .as_array()
                .expect("a list")
                .iter()
                .map(entry)
                .collect()
        };
        assert_eq!(
            ids(&keys[1]),
            ids(&keys[2]),
            "{line}: primary and replica contradict each other"
        );
    }
    // No process ever reads a partial record.
    for file in files(&sandbox.path("store/keys")) {
        let name = file
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let kind = file.extension().and_then(|kind| kind.to_str());
        assert!(
            matches!(kind, Some("json" | "lock")) || name.starts_with(".byok-"),
            "{name}"
        );
    }
    sandbox.must("store destroy --yes");
}
