//! Spark's pipe: the lines of a partition on standard input, answers on standard output. A partition whose
//! exit status is not 0 is run again, and its lines are dropped.

use std::fs::{self, File};
use std::process::Output;

use crate::workplace::{Workplace, example, parse, said};

/// Pipes lines as Spark does.
fn pipe(workplace: &Workplace, lines: &str) -> Output {
    workplace.write("partition", lines);
    let partition = File::open(workplace.path("partition")).expect("a file");
    let mut command = workplace.command(example("spark/wrap-rows.sh"));
    command.stdin(partition).output().expect("a shell")
}

#[test]
fn a_failed_row_is_an_answer_and_not_an_exit_status() {
    let workplace = Workplace::new(6);
    workplace.write("keys/2.bin", &"too short".repeat(3));
    fs::remove_file(workplace.path("keys/4.bin")).expect("a key");
    fs::copy(workplace.path("keys/1.bin"), workplace.path("keys/5.bin")).expect("a key");
    let manifest = workplace.read("manifest.jsonl").expect("a manifest");

    let output = pipe(&workplace, &manifest);
    assert!(output.status.success(), "{}", said(&output));
    let answers = parse(&String::from_utf8_lossy(&output.stdout));
    let statuses: Vec<_> = answers.iter().map(|answer| &answer["Status"]).collect();
    let expected = ["done", "failed", "done", "failed", "refused", "done"];
    assert_eq!(statuses, expected);
}

#[test]
fn a_partition_that_is_not_answered_fails() {
    let workplace = Workplace::new(3);
    let manifest = workplace.read("manifest.jsonl").expect("a manifest");
    let output = pipe(&workplace, &manifest.replace("KeySpec", "KeySpek"));
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert_eq!(output.stdout, b"");

    let workplace = Workplace::new(10);
    let manifest = workplace.read("manifest.jsonl").expect("a manifest");
    // The number of a shard that no engine gave.
    workplace.write("kill", "");
    let output = pipe(&workplace, &manifest);
    assert!(!output.status.success(), "{}", said(&output));
    assert_eq!(output.stdout, b"");
}

#[test]
fn an_empty_partition_has_no_answers() {
    let output = pipe(&Workplace::new(0), "");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(output.stdout, b"");
}
