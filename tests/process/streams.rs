//! Standard input and output: read once, written completely, and silent on a closed pipe.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::sandbox::{
    EXAMPLE_WRAP, KEY_ID, MATERIAL, PARAMS, Sandbox, assert_refused, assert_status, fed, fixture,
    skipped, stderr, stdout,
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
        return skipped("a full device");
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

/// Command lines whose answer must not be lost, and that make one.
fn answering_with_data() -> Vec<String> {
    vec![
        format!("{PARAMS} --key-id {KEY_ID}"),
        EXAMPLE_WRAP.to_owned(),
        format!("{EXAMPLE_WRAP} --format binary"),
        "generate --key-spec HMAC_256".to_owned(),
        "public-key params.json".to_owned(),
        "public-key params.json --output json".to_owned(),
    ]
}

/// Whoever starts the program can close standard output, or give it the null device for reading and
/// writing, as Python and Node do.
#[test]
fn an_answer_that_nobody_gets_is_an_error_before_any_work() {
    let sandbox = ready_to_answer();
    let record = format!("store/keys/111122223333/us-east-1/{KEY_ID}.json");
    let before = (sandbox.names(), sandbox.read(&record));
    for lost in ["exec >&-", "exec <&- >&-", "exec 1<>/dev/null"] {
        for line in answering_with_data() {
            let output = sandbox.run_after(lost, &line);
            assert_status(&output, 4);
            let said = stderr(&output);
            assert!(
                said.contains("standard output is closed or discarded")
                    && said.contains("use -o FILE"),
                "{lost}; {line}: {said}"
            );
            assert_status(&sandbox.run_after(lost, &format!("{line} -o out")), 0);
            std::fs::remove_file(sandbox.path("out")).expect("written");
        }
        let folder = sandbox.run_after(lost, &format!("{EXAMPLE_WRAP} --out-dir out"));
        assert_status(&folder, 0);
        std::fs::remove_dir_all(sandbox.path("out")).expect("written");
        let dash = sandbox.run_after(lost, "public-key params.json -o -");
        assert_refused(&dash, 4, "standard output is closed or discarded");
        // Nothing was looked at, and no parameters were issued.
        let unread = sandbox.run_after(lost, &EXAMPLE_WRAP.replace("key.bin", "missing"));
        assert_refused(&unread, 4, "standard output is closed or discarded");
    }
    assert_eq!(sandbox.names(), before.0);
    let issued = |record: &[u8]| {
        let record: Value = serde_json::from_slice(record).expect("JSON");
        record["Rehearsal"]["ParameterSets"]
            .as_array()
            .map_or(0, Vec::len)
    };
    assert_eq!(
        issued(&sandbox.read(&record)) - issued(&before.1),
        3,
        "one for each params with -o"
    );
}

#[test]
fn a_verdict_needs_no_standard_output_and_neither_does_a_shell_that_discards_it() {
    let sandbox = ready_to_answer();
    for line in [
        "verify --structure --params params.json --encrypted-key-material blob.bin --at 2016-12-01T00:00:00Z",
        "rehearse --key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048 key.bin",
        "inspect params.json",
        "public-key params.json --compare params.json",
    ] {
        for lost in ["exec >&-", "exec 1<>/dev/null"] {
            assert_status(&sandbox.run_after(lost, line), 0);
        }
    }
    for line in answering_with_data() {
        assert_status(&sandbox.run_after("exec >/dev/null", &line), 0);
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
    assert_refused(
        &output,
        2,
        "standard input (-) is named for more than one input",
    );
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
        assert_refused(
            &output,
            3,
            &format!("{device} is a device; expected a file"),
        );
    }
}
