//! What is asked at a terminal.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::sandbox::{Sandbox, cannot_test, fixture};

/// Runs a line of words on a terminal of its own, with `input` typed at it; returns all that the terminal
/// shows, or `None` where there is no `script` to make one.
fn at_a_terminal(sandbox: &Sandbox, line: &str, input: &str) -> Option<String> {
    let command = format!("{} {line}", env!("CARGO_BIN_EXE_byok"));
    let mut script = Command::new("script");
    script
        .args(["-qec", &command, "/dev/null"])
        .current_dir(sandbox.path(""))
        .env("BYOK_STORE", sandbox.path("store"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = script.spawn().ok()?;
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("typed");
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_passphrase_that_was_typed_is_not_blamed_on_a_file() {
    let sandbox = Sandbox::new();
    sandbox.file("key.pem", fixture("TEST-p256-encrypted.pem"));
    let Some(shown) = at_a_terminal(&sandbox, "rehearse key.pem", "wrong\n") else {
        return cannot_test("there is no script");
    };
    assert!(shown.contains("passphrase of key.pem"), "{shown}");
    assert!(shown.contains("the passphrase from the prompt"), "{shown}");
    assert!(!shown.contains("first line"), "{shown}");

    sandbox.file("pass", "wrong\n");
    let output = sandbox.run("rehearse --passphrase-file pass key.pem");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the first line of pass"), "{said}");
}
