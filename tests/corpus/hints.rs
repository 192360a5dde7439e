//! Hints for unsupported keys: their pipes work.

use std::process::{Command, Stdio};

use crate::interop_support::{Sandbox, has_openssl, say, skip};
use crate::vectors::{Vector, Vectors};

/// The end of a hint with a pipe.
const PIPE: &str = " | byok rehearse -";
/// A key that AWS KMS does not import also passed the pipe, if byok names its size.
const MODULUS_OF_1024_BITS: &str =
    "AWS KMS does not accept this key material: an RSA key of 1024 bits";

#[test]
fn the_pipes_that_hints_name_yield_the_key() {
    let Some(vectors) = Vectors::find() else {
        return;
    };
    if !has_openssl() || !has_legacy_provider() {
        return;
    }
    let sandbox = Sandbox::new();
    let mut piped = 0;
    for vector in &vectors.files {
        let Some(hint) = hint(&sandbox, vector) else {
            continue;
        };
        let needs_passphrase = hint.starts_with("to decrypt") && vector.passphrase().is_none();
        // Some pipes correct only one of several faults.
        if needs_passphrase || hint.starts_with("if ") {
            continue;
        }
        let command = hint.rsplit(": ").next().expect("at least one part");
        let rehearsed = rehearse(&sandbox, command, vector);
        let is_key = rehearsed.contains("\nYes: ") || rehearsed.contains(MODULUS_OF_1024_BITS);
        assert!(is_key, "{}: {command}: {rehearsed}", vector.name);
        piped += 1;
    }
    say(&format!(
        "{piped} keys of cryptography-vectors went through the pipe of their hint"
    ));
    assert!(piped >= 9, "few keys have such a hint: {piped}");
}

fn has_legacy_provider() -> bool {
    let list = Command::new("openssl")
        .args(["list", "-providers", "-provider", "legacy"])
        .output();
    let has = list.is_ok_and(|list| list.status.success());
    if !has {
        skip("OpenSSL has no legacy provider");
    }
    has
}

/// Returns the hint with a pipe that `byok` prints for the file, if any, without the end of the
/// pipe.
fn hint(sandbox: &Sandbox, vector: &Vector) -> Option<String> {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_byok"));
    let output = command
        .arg("rehearse")
        .arg(&vector.path)
        .stdin(Stdio::null())
        .output()
        .expect("byok starts");
    let said = String::from_utf8(output.stderr).expect("text");
    let mut hints = said
        .lines()
        .filter_map(|line| line.strip_prefix("byok: hint: "));
    hints
        .find_map(|hint| hint.strip_suffix(PIPE))
        .map(str::to_owned)
}

/// Runs `command` in a shell, followed by the rest of the pipe.
fn rehearse(sandbox: &Sandbox, command: &str, vector: &Vector) -> String {
    let passphrase = vector.passphrase().map_or(String::new(), |passphrase| {
        sandbox.write("passphrase", passphrase);
        " -passin file:passphrase".to_owned()
    });
    let path = vector.path.display().to_string();
    let command = command.replacen(&path, &format!("'{path}'{passphrase}"), 1);
    let byok = env!("CARGO_BIN_EXE_byok");
    let line = format!("{command} | '{byok}' rehearse --wrapping-key-spec RSA_2048 -");
    let output = sandbox
        .command("sh")
        .args(["-c", &line])
        .output()
        .expect("sh starts");
    [output.stdout, output.stderr]
        .map(|stream| String::from_utf8_lossy(&stream).into_owned())
        .concat()
}
