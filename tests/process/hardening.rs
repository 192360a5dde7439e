//! Protections that the system does not grant.

use std::process::{Command, Output};

use crate::sandbox::{Sandbox, assert_status, cannot_test, stderr};

/// Runs a line of words with system calls that fail as `inject` says.
fn run_where(sandbox: &Sandbox, inject: &str, line: &str) -> Option<Output> {
    if Command::new("strace").arg("-V").output().is_err() {
        cannot_test("there is no strace");
        return None;
    }
    let plain = sandbox.byok(line.split_whitespace());
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("inject={inject}"))
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("BYOK_STORE", sandbox.path("store"));
    Some(command.output().expect("strace runs"))
}

#[cfg(target_os = "linux")]
#[test]
fn warns_where_other_programs_can_read_the_memory() {
    let sandbox = Sandbox::new();
    let line = "generate --key-spec HMAC_256 -o key.bin --force";
    for quiet in ["", " -q"] {
        let line = format!("{line}{quiet}");
        let Some(output) = run_where(&sandbox, "prctl:error=EPERM", &line) else {
            return;
        };
        assert_status(&output, 0);
        let said = stderr(&output);
        assert!(
            said.starts_with(
                "byok: warning: could not prevent other processes from reading the memory of \
                 byok: Operation not permitted (os error 1)\nbyok: hint: other programs of this \
                 user can read the secrets of this run: "
            ),
            "{said}"
        );
        assert!(!stderr(&sandbox.must(&line)).contains("warning"));
    }
}
