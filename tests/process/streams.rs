//! Standard input and output: read once, written completely, and silent on a closed pipe.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::sandbox::{
    EXAMPLE_WRAP, KEY_ID, MATERIAL, PARAMS, Sandbox, assert_refused, assert_status, fed, fixture,
    stderr, stdout,
};

/// Command lines with an answer that need only the example response and a store with a key.
fn answering() -> Vec<String> {
    let params = format!("{PARAMS} --key-id {KEY_ID}");
    [
        params.as_str(),
        EXAMPLE_WRAP,
        "verify --structure --params params.json --encrypted-key-material blob.bin --at 2016-12-01T00:00:00Z",
        "rehearse --key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048 key.bin",
        "generate --key-spec HMAC_256",
        "inspect params.json key.bin",
        "public-key params.json",
        "public-key params.json --compare params.json",
        "key list",
        "store path",
        "completions bash",
        "help wrap",
        "help formats",
        INTO_A_FOLDER,
        "--help",
        "wrap --help",
        "--version",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Writes a folder, and answers with what is in it.
const INTO_A_FOLDER: &str = "wrap --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec \
                             SYMMETRIC_DEFAULT key.bin --at 2016-12-01T00:00:00Z --out-dir import --report \
                             import/report.json --output json -q";

fn ready_to_answer() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.file("blob.bin", [1; 256]);
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    sandbox
}

#[test]
fn a_full_standard_output_is_an_error() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let sandbox = ready_to_answer();
    for line in answering() {
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("/dev/full");
        let mut command = sandbox.byok(line.split_whitespace());
        let output = command
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .expect("byok runs");
        assert_status(&output, 4);
        let message = "could not write to standard output";
        assert!(stderr(&output).contains(message), "{line}: {output:?}");
        assert!(!sandbox.path("import").exists(), "{line}");

        // If standard error is full too, no message is possible.
        let full = || {
            File::options()
                .write(true)
                .open("/dev/full")
                .expect("/dev/full")
        };
        let mut command = sandbox.byok(line.split_whitespace());
        let status = command
            .stdout(full())
            .stderr(full())
            .status()
            .expect("byok runs");
        assert_eq!(status.code(), Some(4), "{line}");
    }
}

#[test]
fn a_reader_that_left_gets_no_message() {
    let sandbox = ready_to_answer();
    for line in answering() {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = sandbox.byok(line.split_whitespace());
        let output = command
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("byok runs");
        assert_status(&output, 4);
        assert_eq!(stderr(&output), "", "{line}");
    }
}

#[test]
fn a_closed_standard_error_changes_nothing() {
    let sandbox = ready_to_answer();
    let output = sandbox.run_after("exec 2>&-", EXAMPLE_WRAP);
    assert_status(&output, 0);
    serde_json::from_slice::<Value>(&output.stdout).expect("JSON");
}

#[test]
fn material_comes_from_a_pipe_once() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let wrap = EXAMPLE_WRAP.replace("key.bin", "-");
    let output = fed(sandbox.byok(wrap.split_whitespace()), MATERIAL);
    assert_status(&output, 0);
    assert!(
        stderr(&output).contains("wrapped SYMMETRIC_DEFAULT cmac:"),
        "{output:?}"
    );
    let output = fed(sandbox.byok(wrap.split_whitespace()), &MATERIAL[..31]);
    assert_refused(&output, 3, "standard input: 31 bytes");

    let twice = wrap.replace("--params params.json", "--params -");
    let output = fed(
        sandbox.byok(twice.split_whitespace()),
        &fixture("example-response.json"),
    );
    assert_refused(&output, 2, "standard input can be only one of the inputs");
    let output = fed(
        sandbox.byok(["rehearse", "-", "--wrapping-key-spec", "RSA_2048"]),
        &fixture("TEST-p256.pk8"),
    );
    assert_status(&output, 0);
    assert!(stdout(&output).contains("\nYes: "), "{output:?}");
}

#[test]
fn a_file_without_end_is_cut_off() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.file("large", vec![b' '; 2 << 20]);
    for line in [
        EXAMPLE_WRAP.replace("key.bin", "large"),
        EXAMPLE_WRAP.replace("params.json", "large"),
        EXAMPLE_WRAP.replace("key.bin", "--encrypted-key-material large"),
        "verify --import-request large".to_owned(),
        "key add large".to_owned(),
        "rehearse large".to_owned(),
    ] {
        assert_refused(&sandbox.run(&line), 3, "large is longer than");
    }
    for device in ["/dev/zero", "/dev/tty", "/dev/null"] {
        let output = sandbox.run(&EXAMPLE_WRAP.replace("key.bin", device));
        assert_refused(&output, 3, &format!("{device} is a device, not a file"));
    }
}
