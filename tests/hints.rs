//! Runs the commands in hints: each one corrects the file that the hint is about.
//!
//! Takes each pipe from the output of `byok`, word for word, and runs it with `sh`. If a program is
//! missing, the test prints `skipped` and passes, unless `CI` is set. Pipes that ask for a
//! passphrase at the terminal are not run.

use std::process::Command;

use interop_support::{Sandbox, say, skip, test_file};

mod interop_support;

/// Files of `golden/fixtures/key-material`, the options with which byok refuses them, and the
/// program in the pipe.
const REFUSED: [(&str, &str, &str); 25] = [
    ("TEST-two-keys.pem", "", "sh"),
    ("TEST-two-keys.env", "", "sh"),
    ("TEST-set.jwk", "", "jq"),
    ("TEST-other-certificate.pem", "", "openssl"),
    ("TEST-trailing.der", "", "openssl"),
    ("TEST-rsa-pss.pem", "", "openssl"),
    ("TEST-129-bytes.bin", "--key-spec HMAC_224", "openssl"),
    ("TEST-129-bytes.bin", "--key-spec HMAC_256", "openssl"),
    ("TEST-129-bytes.bin", "--key-spec HMAC_384", "openssl"),
    ("TEST-129-bytes.bin", "--key-spec HMAC_512", "openssl"),
    ("TEST-utf-32.pem", "", "iconv"),
    ("TEST-latin-1.der", "", "iconv"),
    ("TEST-latin-1.bin", "--key-spec SYMMETRIC_DEFAULT", "iconv"),
    ("TEST-capi.blob", "", "openssl"),
    ("TEST-key-and-certificate.der", "", "head"),
    ("TEST-certificate-and-key.der", "", "tail"),
    ("TEST-rsa.pvk", "", "openssl"),
    ("TEST-newline.bin", "--key-spec SYMMETRIC_DEFAULT", "head"),
    ("TEST-cr-lf.bin", "--key-spec SYMMETRIC_DEFAULT", "head"),
    (
        "TEST-byte-order-mark.bin",
        "--key-spec SYMMETRIC_DEFAULT",
        "tail",
    ),
    (
        "TEST-base64url.bin",
        "--key-spec SYMMETRIC_DEFAULT --material-format base64",
        "tr",
    ),
    ("TEST-pkcs12-rc2.p12", "", "openssl"),
    ("TEST-p256-des.pem", "", "openssl"),
    ("TEST-encrypted.age", "", "age"),
    ("TEST-putty.ppk", "", "puttygen"),
];

/// The files that a passphrase opens.
const ENCRYPTED: [&str; 2] = ["TEST-pkcs12-rc2.p12", "TEST-p256-des.pem"];

fn has(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    let is_here = found.is_ok_and(|output| output.status.success());
    if !is_here {
        skip(&format!("there is no {program}"));
    }
    is_here
}

/// Returns the pipe in the output, with `file` in its place.
fn pipe(said: &str, file: &str) -> Option<String> {
    let hint = said
        .lines()
        .find_map(|line| line.strip_prefix("byok: hint: ")?.split("; an ").next())?;
    let at = hint
        .find(" | byok rehearse")
        .or_else(|| hint.find("byok rehearse --alias"))?;
    let start = hint.get(..at)?.rfind(": ").map_or(0, |at| at + 2);
    let key = test_file("golden/fixtures/key-material/TEST-age-identity.txt");
    let command = hint.get(start..)?.replace("FILE", &format!("'{file}'"));
    let command = command.replace("IDENTITY", &format!("'{}'", key.display()));
    // A shorter wrapping key is generated faster.
    Some(command.replace(
        "byok rehearse",
        "byok rehearse --wrapping-key-spec RSA_2048",
    ))
}

#[test]
fn a_pipe_repeats_the_whole_command() {
    let sandbox = Sandbox::new();
    let byok = std::path::Path::new(env!("CARGO_BIN_EXE_byok"))
        .parent()
        .expect("a folder")
        .to_owned();
    let folders = std::env::var("PATH").expect("a PATH");
    let file = test_file("golden/fixtures/key-material/TEST-newline.bin");
    let params = test_file("golden/fixtures/example-response.json");
    let line = format!(
        "wrap --params {} --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec SYMMETRIC_DEFAULT -o request.json \
         --at 2016-12-01T00:00:00Z --material {}",
        params.display(),
        file.display()
    );
    let output = sandbox.byok(&line, &[]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let command = said
        .lines()
        .find_map(|line| line.split_once("remove it: "))
        .unwrap_or_else(|| panic!("{said}"))
        .1;
    let mut shell = sandbox.command("sh");
    shell
        .args(["-c", command])
        .env("PATH", format!("{}:{folders}", byok.display()));
    let output = shell.output().expect("sh starts");
    assert!(output.status.success(), "{command}: {output:?}");
    assert!(sandbox.path("request.json").is_file(), "{command}");
}

#[test]
fn a_wrapped_key_is_extracted_from_json() {
    if !has("jq") {
        return;
    }
    let blob: Vec<u8> = (0..=255).map(|byte: u8| byte.wrapping_mul(57)).collect();
    for name in ["TEST-cloudhsm.json", "TEST-url-safe-wrapped.json"] {
        let sandbox = Sandbox::new();
        let file = test_file(&format!("golden/fixtures/key-material/{name}"));
        let output = sandbox.byok(&format!("rehearse {}", file.display()), &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let hint = said.split_once("to extract it, run: ");
        let command = hint.and_then(|(_, hint)| hint.split_once("; then"));
        let (command, _) = command.unwrap_or_else(|| panic!("{name}: {said}"));
        let output = sandbox.command("sh").args(["-c", command]).output();
        assert!(
            output.is_ok_and(|output| output.status.success()),
            "{command}"
        );
        assert_eq!(sandbox.read("EncryptedKeyMaterial.bin"), blob, "{command}");
    }
}

#[test]
fn a_pipe_that_a_hint_names_mends_the_file() {
    let sandbox = Sandbox::new();
    let byok = std::path::Path::new(env!("CARGO_BIN_EXE_byok"))
        .parent()
        .expect("a folder")
        .to_owned();
    let folders = std::env::var("PATH").expect("a PATH");
    let mut repaired = 0;
    for (name, options, program) in REFUSED {
        if !has(program) {
            continue;
        }
        let file = test_file(&format!("golden/fixtures/key-material/{name}"))
            .display()
            .to_string();
        let output = sandbox.byok(&format!("rehearse {options} {file}"), &[]);
        assert!(!output.status.success(), "{name} {options} needs no hint");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let command = pipe(&said, &file).unwrap_or_else(|| panic!("{name} {options}: {said}"));
        let command = command.replace("KEY_SPEC", "SYMMETRIC_DEFAULT");
        // OpenSSL asks for the passphrase at the terminal.
        let command = if ENCRYPTED.contains(&name) {
            let with_passphrase = format!("{file} -passin 'pass:TEST passphrase'");
            command.replacen(&file, &with_passphrase, 1)
        } else {
            command
        };
        let mut shell = sandbox.command("sh");
        shell
            .args(["-c", &command])
            .env("PATH", format!("{}:{folders}", byok.display()));
        let output = shell.output().expect("sh starts");
        assert!(
            output.status.success(),
            "{name} {options}: {command}: {output:?}"
        );
        repaired += 1;
    }
    say(&format!(
        "{repaired} of {} pipes repaired the file",
        REFUSED.len()
    ));
}
