//! Where the lines go: standard output, or a file that has its name when the last line is in it.

use std::fs::{self, File};
use std::process::Stdio;

use crate::sandbox::{Sandbox, WRAP, json_lines, names};

#[test]
fn a_file_of_lines_is_whole_or_partial() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.rows(&["a", "b"].map(str::to_owned));
    let line = format!("batch {WRAP} --params p1.json {manifest} -o lines.jsonl");
    sandbox.file("lines.jsonl.partial", "of a killed run\n");
    sandbox.must(&line);
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
