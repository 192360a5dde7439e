//! `--out-dir`: what a run leaves, and what the next one makes of it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use crate::sandbox::{KEY_ID, Sandbox, WRAP, names, set_mode, status};

const MANIFEST: &str = "Id,Material,Params,KeySpec\n\
                        a,k1.bin,p1.json,SYMMETRIC_DEFAULT\nb,k2.bin,p2.json,SYMMETRIC_DEFAULT\n";

#[test]
fn a_second_run_skips_whole_rows_and_answers_the_same() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out");
    let mut first = sandbox.lines(&line, 0);
    let second = sandbox.lines(&line, 0);
    assert_eq!(status(&second), ["skipped", "skipped"]);
    for line in &mut first {
        line["Status"] = "skipped".into();
    }
    assert_eq!(first, second);
    assert_eq!(names(&sandbox.path("out")), [".byok-batch", "a", "b"]);
    assert_eq!(
        names(&sandbox.path("out/.byok-batch")),
        ["key", "lock", "materials"]
    );
    for (name, mode) in [
        ("out", 0o700),
        ("out/a", 0o700),
        ("out/a/REHEARSAL-import.sh", 0o700),
        ("out/a/REHEARSAL-ImportToken.bin", 0o600),
        ("out/a/batch-row.json", 0o600),
        ("out/.byok-batch/key", 0o600),
        ("out/.byok-batch/materials", 0o600),
    ] {
        let metadata = fs::metadata(sandbox.path(name)).expect("there");
        assert_eq!(metadata.mode() & 0o777, mode, "{name}");
    }
}

#[test]
fn a_row_that_was_made_otherwise_fails_and_says_what_differs() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out");
    let change = |what: &str| -> String {
        let lines = sandbox.lines(&format!("{WRAP} {manifest} --out-dir out {what}"), 1);
        assert_eq!(
            lines[0]["Error"]["__type"], "byok#ChangedRow",
            "{}",
            lines[0]
        );
        lines[0]["Error"]["message"]
            .as_str()
            .expect("a message")
            .to_owned()
    };
    sandbox.lines(&line, 0);
    assert_eq!(
        change("--valid-to 2040-01-01"),
        "out/a was made otherwise: another ValidTo"
    );
    let k1 = fs::read(sandbox.path("k1.bin")).expect("a key");
    sandbox.file(
        "k1.bin",
        [7; 16].map(|byte| [byte, byte ^ 0x5c]).as_flattened(),
    );
    assert_eq!(change(""), "out/a was made otherwise: other key material");
    sandbox.file("k1.bin", k1);
    let p1 = fs::read(sandbox.path("p1.json")).expect("parameters");
    sandbox.must(&format!(
        "params --key-id {KEY_ID}1 --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec \
         RSA_2048 -o p1.json --force"
    ));
    let message = change("");
    let (start, end) = ("out/a was made otherwise: /", "/p1.json has changed");
    assert!(
        message.starts_with(start) && message.ends_with(end),
        "{message}"
    );
    sandbox.file("p1.json", p1);
    let token = sandbox.path("out/a/REHEARSAL-ImportToken.bin");
    fs::write(token, "tampered").expect("written");
    let message = "out/a was made otherwise: its file REHEARSAL-ImportToken.bin has changed";
    assert_eq!(change(""), message);
    let lines = sandbox.lines(&format!("{line} --force"), 0);
    assert_eq!(
        status(&lines),
        ["done", "skipped"],
        "--force replaces what differs alone"
    );
    sandbox.must("verify --dir out/a");
}

#[test]
fn expired_parameters_are_told() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out");
    sandbox.lines(&line, 0);
    let lines = sandbox.lines(&format!("{line} --at 2099-01-01T00:00:00Z"), 1);
    assert_eq!(lines[0]["Error"]["__type"], "byok#ExpiredParameters");
}

#[test]
fn a_folder_that_batch_did_not_write_is_never_replaced() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    fs::create_dir_all(sandbox.path("out/a")).expect("a folder");
    set_mode(&sandbox.path("out"), 0o700);
    sandbox.file("out/a/mine", "mine");
    let lines = sandbox.lines(&format!("{WRAP} {manifest} --out-dir out"), 1);
    assert_eq!(status(&lines), ["failed", "done"]);
    let lines = sandbox.lines(&format!("{WRAP} {manifest} --out-dir out --force"), 4);
    assert_eq!(status(&lines), ["failed", "skipped"]);
    assert_eq!(names(&sandbox.path("out/a")), ["mine"]);
    assert_eq!(
        names(&sandbox.path("out/.byok-batch")),
        ["key", "lock", "materials"]
    );
}

#[test]
fn folders_that_others_can_change_are_refused() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    fs::create_dir(sandbox.path("open")).expect("a folder");
    set_mode(&sandbox.path("open"), 0o777);
    sandbox.refused(&format!("{WRAP} {manifest} --out-dir open"), 4);
    assert!(names(&sandbox.path("open")).is_empty());
    sandbox.file("file", "x");
    sandbox.refused(&format!("{WRAP} {manifest} --out-dir file"), 4);
}

#[test]
fn the_record_of_a_generated_key_has_no_digest_that_confirms_a_guess() {
    let sandbox = Sandbox::new();
    let manifest = sandbox.csv("Id,KeySpec\na,SYMMETRIC_DEFAULT\n");
    sandbox.lines(&format!("generate {manifest} --out-dir keys"), 0);
    let record = fs::read_to_string(sandbox.path("keys/a/batch-row.json")).expect("a record");
    assert!(
        record.contains("\"Hmac\"") && !record.contains("\"Sha256\""),
        "{record}"
    );
    let lines = sandbox.lines(&format!("generate {manifest} --out-dir keys"), 0);
    assert_eq!(status(&lines), ["skipped"]);
    fs::write(sandbox.path("keys/a/PlaintextKeyMaterial.bin"), [1; 32]).expect("written");
    let lines = sandbox.lines(&format!("generate {manifest} --out-dir keys"), 1);
    assert_eq!(status(&lines), ["failed"]);
    let lines = sandbox.lines(&format!("generate {manifest} --out-dir keys --force"), 1);
    assert_eq!(status(&lines), ["failed"], "a key is never replaced");
}

/// SIGXFSZ is ignored, so that a write past the limit fails as on a full disk.
#[test]
fn a_full_disk_fails_rows_and_leaves_nothing_half_written() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let byok = env!("CARGO_BIN_EXE_byok");
    // The token and the request are longer than two blocks of 512 bytes, or of 1024.
    let script =
        format!("trap '' XFSZ; ulimit -f 2; exec {byok} batch {WRAP} {manifest} --out-dir out");
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("BYOK_STORE", sandbox.path("store"));
    let output = command.output().expect("a shell");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert_eq!(names(&sandbox.path("out")), [".byok-batch"]);
    sandbox.lines(&format!("{WRAP} {manifest} --out-dir out"), 0);
    assert_eq!(names(&sandbox.path("out")), [".byok-batch", "a", "b"]);
}

/// Root may write everywhere, so byok then runs as a user who owns nothing else.
#[test]
fn a_read_only_folder_is_an_error_before_any_row() {
    const NOBODY: u32 = 65_534;
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let program = sandbox.path("program");
    fs::copy(env!("CARGO_BIN_EXE_byok"), &program).expect("copied");
    fs::create_dir(sandbox.path("read-only")).expect("a folder");
    let is_root = fs::metadata(sandbox.path("")).expect("a folder").uid() == 0;
    if is_root {
        give_to(&sandbox.path(""), NOBODY);
    }
    set_mode(&sandbox.path("read-only"), 0o555);
    for output in ["--out-dir read-only/out", "-o read-only/lines.jsonl"] {
        let line = format!("batch {WRAP} {manifest} {output}");
        let mut command = std::process::Command::new(&program);
        command
            .args(line.split_whitespace())
            .current_dir(sandbox.path(""))
            .env_clear()
            .env("BYOK_STORE", sandbox.path("store"));
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let run = command.output().expect("byok runs");
        assert_eq!(run.status.code(), Some(4), "{run:?}");
        let message = String::from_utf8_lossy(&run.stderr);
        assert!(message.contains("read-only/"), "{message}");
        assert!(message.contains("Permission denied"), "{message}");
        assert!(run.stdout.is_empty(), "{run:?}");
        assert_eq!(names(&sandbox.path("read-only")), [""; 0]);
    }
}

/// Gives a folder and all that is in it to `user`.
fn give_to(path: &Path, user: u32) {
    chown(path, Some(user), Some(user)).expect("given");
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a folder");
        entries.for_each(|entry| give_to(&entry.expect("an entry").path(), user));
    }
}

#[test]
fn verdicts_are_made_again_each_time() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.csv("Id,Material,Params,KeySpec\na,k1.bin,p1.json,SYMMETRIC_DEFAULT\n");
    sandbox.lines(&format!("{WRAP} {manifest} --out-dir out"), 0);
    let request = "out/a/REHEARSAL-import-key-material.json";
    let manifest = sandbox.csv(&format!("Id,ImportRequest\na,{request}\n"));
    let line = format!("verify {manifest} --out-dir verdicts");
    assert_eq!(status(&sandbox.lines(&line, 0)), ["done"]);
    assert_eq!(status(&sandbox.lines(&line, 0)), ["done"], "not skipped");
    let lines = sandbox.lines(&format!("{line} --at 2099-01-01T00:00:00Z"), 1);
    assert_eq!(lines[0]["Error"]["__type"], "ExpiredImportTokenException");
}

#[test]
fn the_folder_of_the_digests_is_for_this_user_alone() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out");
    fs::create_dir_all(sandbox.path("out/.byok-batch")).expect("a folder");
    set_mode(&sandbox.path("out"), 0o700);
    set_mode(&sandbox.path("out/.byok-batch"), 0o777);
    sandbox.refused(&line, 4);
    fs::remove_dir(sandbox.path("out/.byok-batch")).expect("removed");
    fs::create_dir(sandbox.path("elsewhere")).expect("a folder");
    std::os::unix::fs::symlink("../elsewhere", sandbox.path("out/.byok-batch")).expect("a link");
    sandbox.refused(&line, 4);
    assert!(names(&sandbox.path("elsewhere")).is_empty());
    fs::remove_file(sandbox.path("out/.byok-batch")).expect("removed");
    sandbox.lines(&line, 0);
    for name in ["key", "materials"] {
        let lost = sandbox.path(&format!("out/.byok-batch/{name}"));
        let bytes = fs::read(&lost).expect("a file");
        fs::remove_file(&lost).expect("removed");
        let message = sandbox.refused(&line, 2);
        assert!(message.contains(&format!("{name} is missing")), "{message}");
        fs::write(&lost, bytes).expect("written");
        set_mode(&lost, 0o600);
    }
    assert_eq!(status(&sandbox.lines(&line, 0)), ["skipped", "skipped"]);
}

#[test]
fn a_damaged_index_ends_the_run() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out");
    sandbox.lines(&line, 0);
    let index = sandbox.path("out/.byok-batch/materials");
    let whole = fs::read_to_string(&index).expect("an index");
    let torn = whole.trim_end();
    for damaged in [torn, "x\n", &"0".repeat(10_000), "\n"] {
        fs::write(&index, damaged).expect("written");
        let message = sandbox.refused(&line, 4);
        assert!(message.contains("a line is damaged"), "{message}");
        assert_eq!(fs::read_to_string(&index).expect("an index"), damaged);
    }
    fs::remove_file(&index).expect("removed");
    fs::create_dir(&index).expect("a folder");
    sandbox.refused(&line, 4);
    fs::remove_dir(&index).expect("removed");
    fs::write(&index, &whole).expect("written");
    assert_eq!(status(&sandbox.lines(&line, 0)), ["skipped", "skipped"]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out --dry-run");
    sandbox.lines(&line, 0);
    assert!(!sandbox.path("out").exists());
    fs::create_dir(sandbox.path("out")).expect("a folder");
    set_mode(&sandbox.path("out"), 0o700);
    sandbox.lines(&line, 0);
    assert!(names(&sandbox.path("out")).is_empty());
    let lines = sandbox.lines(&format!("generate {manifest} --out-dir keys --dry-run"), 0);
    assert!(lines.is_empty() && !sandbox.path("keys").exists());
}

#[test]
fn a_dry_run_prints_the_rows_that_would_fail() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(
        "Id,Material,Params,KeySpec\nfine,k1.bin,p1.json,SYMMETRIC_DEFAULT\n\
         lost,nowhere.bin,p2.json,SYMMETRIC_DEFAULT\nmisspelt,k2.bin,p2.json,SYMETRIC\n",
    );
    let line = format!("{WRAP} {manifest} --out-dir out");
    let before = names(&sandbox.path(""));
    let lines = sandbox.lines(&format!("{line} --dry-run"), 4);
    assert_eq!(names(&sandbox.path("")), before);
    assert_eq!(
        lines,
        sandbox.lines(&line, 4)[1..],
        "the lines of the real run"
    );
    assert_eq!(status(&lines), ["failed", "failed"]);
    let lines = sandbox.lines(&format!("{line} --dry-run"), 4);
    assert_eq!(lines.len(), 2, "the row that is done is skipped");
}

#[test]
fn a_folder_with_other_files_is_never_replaced() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("{WRAP} {manifest} --out-dir out");
    sandbox.lines(&line, 0);
    fs::write(sandbox.path("out/a/notes.txt"), "mine").expect("written");
    let lines = sandbox.lines(&line, 1);
    let message = "out/a was made otherwise: it holds files that byok batch did not write";
    assert_eq!(lines[0]["Error"]["message"], message);
    sandbox.lines(&format!("{line} --force"), 4);
    assert!(sandbox.path("out/a/notes.txt").exists());
}
