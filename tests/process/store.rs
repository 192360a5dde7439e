//! The store: created once, locked, private, and never recreated.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::{
    KEY_ID, MATERIAL, PARAMS, Sandbox, WRAP, assert_refused, assert_status, mode, names, set_mode,
    stderr, stdout,
};

#[test]
fn first_runs_at_once_make_one_root_secret() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    // All of them wait for their request, and get it at once.
    let mut runs: Vec<_> = (0..32)
        .map(|n| {
            let line =
                format!("params --cli-input-json - --key-spec SYMMETRIC_DEFAULT -o {n}.json");
            let mut command = sandbox.byok(line.split_whitespace());
            command
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().expect("byok runs")
        })
        .collect();
    thread::sleep(Duration::from_millis(500));
    for (n, run) in runs.iter_mut().enumerate() {
        let request = json!({
            "KeyId": format!("{n:08x}-0000-4000-8000-000000000000"),
            "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
            "WrappingKeySpec": "RSA_2048",
        });
        let mut stdin = run.stdin.take().expect("a pipe");
        stdin
            .write_all(request.to_string().as_bytes())
            .expect("taken");
    }
    for run in runs {
        assert_status(&run.wait_with_output().expect("byok ends"), 0);
    }
    assert_eq!(names(&sandbox.path("store")), ["keys", "lock", "root"]);
    assert_eq!(sandbox.read("store/root").len(), 32);
    assert_eq!(
        (
            mode(&sandbox.path("store")),
            mode(&sandbox.path("store/root"))
        ),
        (0o700, 0o600)
    );
    for n in 0..32 {
        sandbox.must(&format!(
            "{} -o {n}.request.json",
            WRAP.replace("params.json", &format!("{n}.json"))
        ));
        sandbox.must(&format!(
            "verify --import-request {n}.request.json --material key.bin"
        ));
    }
}

#[test]
fn many_hands_on_one_key_lose_nothing() {
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    let line = format!("{PARAMS} --key-id {KEY_ID}");
    let issue = |count: usize| -> Vec<Value> {
        thread::scope(|scope| {
            let hand = || {
                (0..count)
                    .map(|_| sandbox.must(&line).stdout)
                    .collect::<Vec<_>>()
            };
            let hands: Vec<_> = (0..8).map(|_| scope.spawn(hand)).collect();
            let answers = hands
                .into_iter()
                .flat_map(|hand| hand.join().expect("all succeed"));
            answers
                .map(|answer| {
                    serde_json::from_slice::<Value>(&answer).expect("JSON")["ImportToken"].clone()
                })
                .collect()
        })
    };
    let recorded = || -> Vec<Value> {
        let record = sandbox.json(&format!("store/keys/111122223333/us-east-1/{KEY_ID}.json"));
        let sets = record["Rehearsal"]["ParameterSets"]
            .as_array()
            .expect("a list");
        sets.iter().map(|set| set["ImportToken"].clone()).collect()
    };
    let issued = issue(2);
    assert_eq!(recorded().len(), 16);
    assert!(
        issued.iter().all(|token| recorded().contains(token)),
        "all of the 16"
    );

    let more = issue(18);
    let last = recorded();
    assert_eq!(last.len(), 16);
    assert!(
        last.iter().all(|token| more.contains(token)),
        "the last 16 only"
    );
    sandbox.must(&format!("key describe {KEY_ID}"));
    let folder = sandbox.path("store/keys/111122223333/us-east-1");
    assert_eq!(
        names(&folder),
        [format!("{KEY_ID}.json"), format!("{KEY_ID}.lock")]
    );
}

#[test]
fn a_lock_is_waited_for_but_not_for_ever() {
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    let path = sandbox.path(&format!("store/keys/111122223333/us-east-1/{KEY_ID}.lock"));
    let lock = File::create(path).expect("a lock");
    lock.lock().expect("locked");
    let line = format!("{PARAMS} --key-id {KEY_ID}");
    let started = Instant::now();
    let output = sandbox.run(&line);
    assert_refused(&output, 4, "DependencyTimeoutException");
    assert!(
        stderr(&output).contains("is locked by another process"),
        "{output:?}"
    );
    assert!(
        (9..60).contains(&started.elapsed().as_secs()),
        "{:?}",
        started.elapsed()
    );

    let waiting = thread::scope(|scope| {
        let waiting = scope.spawn(|| sandbox.run(&line));
        thread::sleep(Duration::from_secs(1));
        lock.unlock().expect("unlocked");
        waiting.join().expect("no panic")
    });
    assert_status(&waiting, 0);
}

#[test]
fn an_unsafe_or_broken_store_is_refused_and_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    sandbox.must(&format!("{WRAP} -o request.json"));
    let (store, root) = (sandbox.path("store"), sandbox.path("store/root"));
    let secret = sandbox.read("store/root");
    let refused = |message: &str| {
        let params = format!("{PARAMS} --key-id {KEY_ID}");
        for line in [
            params.as_str(),
            "verify --import-request request.json",
            "key create --key-spec HMAC_256",
        ] {
            assert_refused(&sandbox.run(line), 7, message);
        }
    };

    set_mode(&root, 0o644);
    refused("root is open to other users");
    set_mode(&root, 0o640);
    refused("root is open to other users");
    set_mode(&root, 0o600);

    for group_or_others in [0o750, 0o701] {
        set_mode(&store, group_or_others);
        refused("store is open to other users");
        assert_refused(&sandbox.run("key list"), 7, "store is open to other users");
        assert_refused(
            &sandbox.run("store destroy --yes"),
            7,
            "store is open to other users",
        );
    }
    set_mode(&store, 0o700);

    for damaged in [&secret[..31], &[secret.as_slice(), b"\n"].concat(), b""] {
        fs::write(&root, damaged).expect("written");
        refused("KMSInternalException");
        assert_eq!(fs::read(&root).expect("still there"), damaged);
    }
    fs::remove_file(&root).expect("removed");
    refused("KMSInternalException");
    assert!(!root.exists(), "a lost root secret is never made created");

    sandbox.file("secret", &secret);
    set_mode(&sandbox.path("secret"), 0o600);
    symlink(sandbox.path("secret"), &root).expect("a link");
    refused("root is a symbolic link");
    fs::rename(sandbox.path("secret"), &root).expect("put back");

    fs::rename(&store, sandbox.path("elsewhere")).expect("moved");
    symlink(sandbox.path("elsewhere"), &store).expect("a link");
    refused("store is a symbolic link");
    fs::remove_file(&store).expect("removed");
    fs::rename(sandbox.path("elsewhere"), &store).expect("put back");

    if fs::metadata(&store).expect("there").uid() == 0 {
        std::os::unix::fs::chown(&store, Some(65534), None).expect("root may");
        refused("store belongs to another user");
        std::os::unix::fs::chown(&store, Some(0), None).expect("root may");
    }
    sandbox.must("verify --import-request request.json");
}

#[test]
fn a_token_of_another_store_does_not_open() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    sandbox.must(&format!("{WRAP} -o request.json"));
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID} --store other"
    ));
    let output = sandbox.run("verify --import-request request.json --store other");
    assert_status(&output, 1);
    assert!(
        stdout(&output).contains("No: InvalidImportTokenException."),
        "{output:?}"
    );
}

#[test]
fn a_store_is_found_and_destroyed() {
    let sandbox = Sandbox::new();
    let path = sandbox.must("store path");
    assert_eq!(
        stdout(&path),
        format!("{}\n", sandbox.path("store").display())
    );
    assert!(!sandbox.path("store").exists(), "asking makes nothing");

    let state = sandbox.path("state");
    let mut command = sandbox.byok(["key", "create", "--key-spec", "HMAC_256"]);
    command
        .env_remove("BYOK_STORE")
        .env("XDG_STATE_HOME", &state)
        .env("HOME", "/nowhere");
    assert_status(&command.output().expect("byok runs"), 0);
    assert_eq!(names(&state.join("byok")), ["keys", "lock", "root"]);
    assert_eq!(mode(&state.join("byok")), 0o700);

    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    assert_refused(&sandbox.run("store destroy"), 2, "expected --yes");
    assert!(sandbox.path("store/root").exists());
    sandbox.must("store destroy --yes");
    assert!(!sandbox.path("store").exists());
}

#[test]
fn only_a_store_is_destroyed() {
    let sandbox = Sandbox::new();
    sandbox.must("key create --key-spec HMAC_256");
    for foreign in [
        "notes.txt",
        "keys/server.key",
        "keys/111122223333/server.key",
        "keys/111122223333/us-east-1/server.key",
        "keys/111122223333/us-east-1/server.json",
    ] {
        let path = sandbox.file(&format!("store/{foreign}"), "precious");
        let output = sandbox.run("store destroy --yes");
        assert_refused(
            &output,
            4,
            &format!(
                "nothing was destroyed: {} does not belong to a store",
                path.display()
            ),
        );
        assert_eq!(fs::read(&path).expect("still there"), b"precious");
        fs::remove_file(path).expect("removed");
    }
    assert_eq!(sandbox.read("store/root").len(), 32);
    // The remains of a killed process, and a broken root secret, do not prevent the destruction.
    sandbox.file(
        "store/keys/111122223333/us-east-1/.byok-0123456789abcdef",
        "half",
    );
    sandbox.file("store/root", "short");
    sandbox.must("store destroy --yes");
    assert!(!sandbox.path("store").exists());
}

#[test]
fn a_record_of_a_newer_version_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    let name = format!("store/keys/111122223333/us-east-1/{KEY_ID}.json");
    let mut record = sandbox.json(&name);
    record["Rehearsal"]["Version"] = json!(2);
    sandbox.file(&name, record.to_string());
    let output = sandbox.run(&format!("{PARAMS} --key-id {KEY_ID}"));
    assert_refused(&output, 7, "KMSInternalException");
    assert!(stderr(&output).contains("version 2"), "{output:?}");
    assert_eq!(sandbox.json(&name), record);
}

#[test]
fn a_record_that_could_not_be_read_again_is_not_written() {
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    let described = |member: &Value| {
        let key = sandbox.must(&format!("key describe {KEY_ID}")).stdout;
        let mut key: Value = serde_json::from_slice(&key).expect("JSON");
        let arn = "arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";
        key["KeyMetadata"]["Arn"] = arn.into();
        key["KeyMetadata"]["KeyId"] = arn.rsplit('/').next().into();
        key["KeyMetadata"]["Newer"] = member.clone();
        key.to_string()
    };
    // With a line for each, they would exceed the limit of a record.
    sandbox.file("long.json", described(&json!(vec![0; 200_000])));
    let deep = (0..120).fold(json!(0), |inner, _| json!([inner]));
    sandbox.file("deep.json", described(&deep));
    for file in ["long.json", "deep.json"] {
        let output = sandbox.run(&format!("key add {file}"));
        if output.status.code() == Some(0) {
            sandbox.must("key list");
            continue;
        }
        assert_refused(&output, 4, "cannot store the record of");
    }
    assert_refused(
        &sandbox.run("key add long.json"),
        4,
        "cannot store the record of",
    );
    sandbox.must("key list");
}

#[test]
fn nothing_is_recorded_of_which_no_answer_can_be_given() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    sandbox.must(&format!("{WRAP} -o request.json"));
    sandbox.file("taken.json", "");
    for output in ["-o taken.json", "--report taken.json"] {
        let line = format!("verify --import --import-request request.json {output}");
        assert_refused(&sandbox.run(&line), 4, "already exists");
        let described = stdout(&sandbox.must(&format!("key describe {KEY_ID} --output text")));
        assert!(
            described.ends_with("PendingImport\n"),
            "{output}: {described}"
        );
    }
    // Nor what was not expected.
    sandbox.file("other.bin", [7, 1].repeat(16));
    let line = "verify --import --import-request request.json --material other.bin";
    let output = sandbox.run(line);
    assert_status(&output, 6);
    assert!(
        stdout(&output).ends_with("\nEXPECTATION NOT MET: Material.\n"),
        "{output:?}"
    );
    let described = stdout(&sandbox.must(&format!("key describe {KEY_ID} --output text")));
    assert!(described.ends_with("PendingImport\n"), "{described}");
}

/// A writer finishes first. A later process finds no store, or creates a new one.
#[test]
fn a_store_is_not_destroyed_under_the_hands_of_a_writer() {
    let sandbox = Sandbox::new();
    sandbox.must("key create --key-spec HMAC_256");
    let lock = File::create(sandbox.path("store/lock")).expect("a lock");
    lock.lock_shared().expect("as a writer has it");
    thread::scope(|scope| {
        let destroying = scope.spawn(|| sandbox.run("store destroy --yes"));
        thread::sleep(Duration::from_secs(1));
        assert!(sandbox.path("store/root").exists() && sandbox.path("store/keys").exists());
        sandbox.must("key create --key-spec HMAC_256");
        lock.unlock().expect("unlocked");
        assert_status(&destroying.join().expect("no panic"), 0);
    });
    assert!(!sandbox.path("store").exists());

    sandbox.must("key create --key-spec HMAC_256");
    let lock = File::create(sandbox.path("store/lock")).expect("a lock");
    lock.lock().expect("as who destroys has it");
    thread::scope(|scope| {
        let creating = scope.spawn(|| sandbox.run("key create --key-spec HMAC_256"));
        thread::sleep(Duration::from_secs(1));
        assert_eq!(
            names(&sandbox.path("store/keys/111122223333/us-east-1")).len(),
            2,
            "one key"
        );
        lock.unlock().expect("unlocked");
        assert_status(&creating.join().expect("no panic"), 0);
    });
}

/// Keys that are created while the store is destroyed repeatedly: each is complete, or gone.
#[test]
fn making_and_destroying_at_once_leaves_a_store_or_none() {
    let sandbox = Sandbox::new();
    thread::scope(|scope| {
        let makers: Vec<_> = (0..4)
            .map(|_| {
                let make = || {
                    (0..10)
                        .map(|_| sandbox.run("key create --key-spec HMAC_256"))
                        .collect()
                };
                scope.spawn(make)
            })
            .collect();
        for _ in 0..20 {
            assert_status(&sandbox.run("store destroy --yes"), 0);
        }
        for maker in makers {
            let made: Vec<_> = maker.join().expect("no panic");
            for output in made {
                assert_status(&output, 0);
            }
        }
    });
    sandbox.must("key create --key-spec HMAC_256");
    sandbox.must("key list");
}
