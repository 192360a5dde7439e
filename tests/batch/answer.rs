//! Where the lines go: standard output, or a file that has its name when the last line is in it.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::process::Stdio;

use crate::sandbox::{Sandbox, WRAP, json_lines, names, set_mode};

#[test]
fn a_file_of_lines_is_whole_or_partial() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.rows(&["a", "b"].map(str::to_owned));
    let line = format!("batch {WRAP} --params p1.json {manifest} -o lines.jsonl");
    sandbox.file("lines.jsonl.partial", "precious\n");
    let message = sandbox.refused(line.trim_start_matches("batch "), 4);
    assert!(
        message.contains("is not what a run of byok batch left"),
        "{message}"
    );
    sandbox.file(
        "lines.jsonl.partial",
        "{\"SchemaVersion\":1,\"Id\":\"of a killed run\"}\n",
    );
    // As on a medium without modes.
    set_mode(&sandbox.path("lines.jsonl.partial"), 0o755);
    sandbox.must(&line);
    let mode = fs::metadata(sandbox.path("lines.jsonl"))
        .expect("lines")
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let lines = json_lines(&fs::read(sandbox.path("lines.jsonl")).expect("lines"));
    assert_eq!(lines.len(), 2);
    assert!(!sandbox.path("lines.jsonl.partial").exists());
    let again = sandbox.run(&line);
    assert_eq!(again.status.code(), Some(4), "{again:?}");
    sandbox.must(&format!("{line} --force"));
}

#[test]
fn two_runs_do_not_write_one_file() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.rows(&["a".to_owned()]);
    let other = File::create(sandbox.path("lines.jsonl.partial")).expect("a file");
    other.lock().expect("locked");
    let line = format!("{WRAP} --params p1.json {manifest} -o lines.jsonl");
    let message = sandbox.refused(&line, 4);
    assert!(
        message.contains("another run writes to this file"),
        "{message}"
    );
    std::os::unix::fs::symlink("elsewhere", sandbox.path("link.partial")).expect("a link");
    sandbox.refused(&line.replace("lines.jsonl", "link"), 4);
    assert!(!names(&sandbox.path("")).contains(&"elsewhere".to_owned()));
}

#[test]
fn a_closed_or_full_output_ends_the_run() {
    let sandbox = Sandbox::with_keys(1);
    let rows: Vec<String> = (0..50).map(|row| format!("row-{row}")).collect();
    let manifest = sandbox.rows(&rows);
    let line = format!("batch {WRAP} --params p1.json {manifest}");
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let output = sandbox
        .byok(&line)
        .stdout(full)
        .stderr(Stdio::piped())
        .output();
    let output = output.expect("byok runs");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = sandbox
        .byok(&line)
        .stdout(writer)
        .stderr(Stdio::piped())
        .output();
    assert_eq!(output.expect("byok runs").status.code(), Some(4));
    let null = File::options()
        .read(true)
        .write(true)
        .open("/dev/null")
        .expect("the null device");
    let output = sandbox
        .byok(&line)
        .stdout(null)
        .stderr(Stdio::piped())
        .output();
    let output = output.expect("byok runs");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("discarded"),
        "{output:?}"
    );
}

#[test]
fn an_output_is_no_input_of_a_row() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.csv("Id,Material,Params\na,k1.bin,p1.json\n");
    let line = format!("{WRAP} --key-spec SYMMETRIC_DEFAULT {manifest} --force");
    for output in ["k1.bin", "./p1.json"] {
        let message = sandbox.refused(&format!("{line} -o {output}"), 3);
        assert!(
            message.contains("is also an output of this run"),
            "{message}"
        );
    }
    let manifest = sandbox.csv("Id,Material,Params\na,key.partial,p1.json\n");
    sandbox.file("key.partial", [7; 32].map(|byte| byte ^ 0x5a));
    let line = format!("{WRAP} --key-spec SYMMETRIC_DEFAULT {manifest} -o key");
    sandbox.refused(&line, 3);
    assert_eq!(
        fs::read(sandbox.path("key.partial")).expect("a key").len(),
        32
    );
}

#[test]
fn a_key_in_the_place_of_a_name_is_not_printed() {
    let sandbox = Sandbox::with_keys(1);
    let key = "9d4e1e23bd5b727046a9e3b4b7db57bd8d6ee684f02cb4b3a4c2ce50a3ddef11";
    let base64 = "nU4eI71bcnBGqeO0t9tXvY1u5oTwLLSzpMLOUKPd7xE=";
    for manifest in [
        format!("{key}\n"),
        format!("Id,Material\na,{key}\n"),
        format!("Id,Material\na,{base64}\n"),
        format!("{{\"Id\":\"a\",\"{base64}\":1}}\n"),
    ] {
        let manifest = sandbox.csv(&manifest);
        let message = sandbox.refused(&format!("{WRAP} {manifest}"), 3);
        assert!(
            !message.contains(&key[..12]) && !message.contains(&base64[..12]),
            "{message}"
        );
    }
}

#[test]
fn a_pipe_is_no_file_of_a_row() {
    let sandbox = Sandbox::with_keys(1);
    let made = std::process::Command::new("mkfifo")
        .arg(sandbox.path("pipe"))
        .status();
    assert!(made.expect("mkfifo").success());
    let manifest = sandbox.csv("Id,Material,Params\na,pipe,p1.json\nb,k1.bin,pipe\n");
    let line = format!("{WRAP} --key-spec SYMMETRIC_DEFAULT {manifest}");
    for line in sandbox.lines(&line, 1) {
        assert_eq!(
            line["Error"]["message"],
            "pipe is a named pipe; expected a file"
        );
    }
}
