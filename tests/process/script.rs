//! The output of `wrap --out-dir`, and the run of `import.sh`.

use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use crate::sandbox::{
    EXAMPLE_ARN, EXAMPLE_WRAP, MATERIAL, Sandbox, WRAP, assert_status, fixture, names, set_mode,
    stderr, stdout,
};

/// An `aws` that writes its arguments, one per line, and the contents of its files.
const FAKE_AWS: &str = r#"#!/bin/sh
here=$(dirname -- "$0")
printf '%s\n' "$@" > "$here/arguments"
while [ $# -gt 0 ]; do
    case $1 in fileb://*) cat -- "${1#fileb://}" >> "$here/content" ;; esac
    shift
done
"#;

#[test]
fn the_script_sends_what_was_wrapped() {
    let sandbox = Sandbox::new();
    sandbox.example();
    // The example response, with today's date.
    let mut params = sandbox.json("params.json");
    let in_an_hour = std::time::SystemTime::now() + Duration::from_secs(3600);
    let in_an_hour = in_an_hour
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    params["ParametersValidTo"] = json!(in_an_hour);
    sandbox.file("params.json", params.to_string());
    let line = EXAMPLE_WRAP.replace("--at 2016-12-01T00:00:00Z", "");
    let out = "it's a folder";
    let mut command = sandbox.byok(line.split_whitespace().chain(["--out-dir", out]));
    command.args(["--key-material-description", "a b:/_.-\tc"]);
    let output = command.output().expect("byok runs");
    assert_status(&output, 0);
    assert_eq!(stdout(&output), "");
    assert_eq!(
        names(&sandbox.path(out)),
        [
            "EncryptedKeyMaterial.bin",
            "ImportToken.bin",
            "import-key-material.json",
            "import.sh"
        ]
    );
    let request = sandbox.json(&format!("{out}/import-key-material.json"));
    let (blob, token) = (
        sandbox.read(&format!("{out}/EncryptedKeyMaterial.bin")),
        sandbox.read(&format!("{out}/ImportToken.bin")),
    );
    assert_eq!(
        request,
        json!({
            "KeyId": EXAMPLE_ARN,
            "ImportToken": BASE64.encode(&token),
            "EncryptedKeyMaterial": BASE64.encode(&blob),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            "KeyMaterialDescription": "a b:/_.-\tc",
        })
    );
    assert_eq!(token, fixture("ImportToken.bin"));

    fs::create_dir(sandbox.path("bin")).expect("made");
    set_mode(&sandbox.file("bin/aws", FAKE_AWS), 0o755);
    let script = sandbox.path(out).join("import.sh");
    let mut command = Command::new(&script);
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    command
        .args(["--profile", "two words"])
        .current_dir("/")
        .env_clear()
        .env("PATH", path);
    let output = command.output().expect("a shell");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    let arguments = String::from_utf8(sandbox.read("bin/arguments")).expect("UTF-8");
    let expected = [
        "kms",
        "import-key-material",
        "--region",
        "us-east-2",
        "--key-id",
        EXAMPLE_ARN,
        "--import-token",
        "fileb://ImportToken.bin",
        "--encrypted-key-material",
        "fileb://EncryptedKeyMaterial.bin",
        "--expiration-model",
        "KEY_MATERIAL_DOES_NOT_EXPIRE",
        "--key-material-description",
        "a b:/_.-\tc",
        "--profile",
        "two words",
    ];
    assert_eq!(arguments.lines().collect::<Vec<_>>(), expected);
    assert_eq!(sandbox.read("bin/content"), [token, blob].concat());
}

#[test]
fn the_script_sends_nothing_after_the_parameters_end() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.must(&format!(
        "{EXAMPLE_WRAP} --valid-to 2017-01-31T12:00:00Z --out-dir out"
    ));
    let output = run_script(&sandbox, "out/import.sh", &[], &[]);
    assert_status(&output, 1);
    assert!(
        stderr(&output).contains("the import parameters ended at 2016-12-01T22:52:17.044Z"),
        "{output:?}"
    );
    assert!(!sandbox.path("bin/arguments").exists());
    let script = String::from_utf8(sandbox.read("out/import.sh")).expect("UTF-8");
    assert!(
        script.contains("--expiration-model 'KEY_MATERIAL_EXPIRES'"),
        "{script}"
    );
    assert!(
        script.contains("--valid-to '2017-01-31T12:00:00"),
        "{script}"
    );
}

/// Runs a script of `wrap --out-dir` with the fake `aws`, these arguments and this environment.
fn run_script(
    sandbox: &Sandbox,
    script: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Output {
    let _ = fs::create_dir(sandbox.path("bin"));
    set_mode(&sandbox.file("bin/aws", FAKE_AWS), 0o755);
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    let output = Command::new("sh")
        .arg(sandbox.path(script))
        .args(arguments)
        .env_clear()
        .env("PATH", path)
        .envs(environment.iter().copied())
        .output();
    output.expect("a shell")
}

#[test]
fn the_script_sends_nothing_in_a_rehearsal() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.must(&format!("{EXAMPLE_WRAP} --out-dir out"));
    let output = run_script(&sandbox, "out/import.sh", &[], &[("BYOK_REHEARSAL", "1")]);
    assert_status(&output, 1);
    let refusal = "import.sh: BYOK_REHEARSAL is set, and this script imports into AWS KMS";
    assert!(stderr(&output).starts_with(refusal), "{output:?}");
    assert!(!sandbox.path("bin/arguments").exists());
}

#[test]
fn a_rehearsal_s_script_sends_to_this_machine_alone() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    let output = sandbox.must(&format!("{WRAP} --out-dir out"));
    let files = [
        "REHEARSAL-EncryptedKeyMaterial.bin",
        "REHEARSAL-ImportToken.bin",
        "REHEARSAL-import-key-material.json",
        "REHEARSAL-import.sh",
    ];
    assert_eq!(names(&sandbox.path("out")), files);
    let next = "byok: hint: next, run: byok verify --dir out; then, with the AWS CLI: byok serve \
         --store ";
    assert!(stderr(&output).contains(next), "{output:?}");
    sandbox.must("verify --dir out --material key.bin");

    let script = "out/REHEARSAL-import.sh";
    let rehearsal = ("BYOK_REHEARSAL", "1");
    for environment in [
        &[][..],
        &[rehearsal],
        &[("AWS_ENDPOINT_URL", "http://127.0.0.1:4599")],
        &[
            ("BYOK_REHEARSAL", "0"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:4599"),
        ],
        &[
            rehearsal,
            ("AWS_ENDPOINT_URL", "https://kms.us-east-1.amazonaws.com"),
        ],
        &[rehearsal, ("AWS_ENDPOINT_URL", "https://127.0.0.1:4599")],
        &[rehearsal, ("AWS_ENDPOINT_URL", "http://127.0.0.1")],
        &[rehearsal, ("AWS_ENDPOINT_URL", "http://127.0.0.1:")],
        &[
            rehearsal,
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1@kms.example:80"),
        ],
        &[
            rehearsal,
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:4599/http://x:80"),
        ],
        &[
            rehearsal,
            ("AWS_ENDPOINT_URL", "http://localhost.example:80"),
        ],
        &[rehearsal, ("AWS_ENDPOINT_URL", "http://127.0.0.1:*")],
        &[
            rehearsal,
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:4599"),
            (
                "AWS_ENDPOINT_URL_KMS",
                "https://kms.us-east-1.amazonaws.com",
            ),
        ],
    ] {
        let output = run_script(&sandbox, script, &[], environment);
        assert_status(&output, 1);
        let refusal = "REHEARSAL-import.sh: this is no rehearsal; run: byok serve --store DIR -- sh \
             REHEARSAL-import.sh\n";
        assert_eq!(stderr(&output), refusal, "{environment:?}");
        assert!(!sandbox.path("bin/arguments").exists(), "{environment:?}");
    }
    for endpoint in [
        "http://127.0.0.1:4599",
        "http://[::1]:80",
        "http://localhost:8080",
    ] {
        for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS"] {
            let environment = [rehearsal, (variable, endpoint)];
            let other = ["--endpoint-url", "https://kms.us-east-1.amazonaws.com"];
            let output = run_script(&sandbox, script, &other, &environment);
            assert_status(&output, 0);
            let arguments = String::from_utf8(sandbox.read("bin/arguments")).expect("UTF-8");
            // The last one counts.
            let last = format!("\n--endpoint-url\n{endpoint}\n");
            assert!(arguments.ends_with(&last), "{arguments}");
            assert!(
                arguments.contains("\nfileb://REHEARSAL-ImportToken.bin\n"),
                "{arguments}"
            );
        }
    }
}

#[test]
fn the_script_needs_an_aws_cli_that_knows_the_import_type() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let line = format!("{EXAMPLE_WRAP} --import-type NEW_KEY_MATERIAL --out-dir out");
    sandbox.must(&line);
    // Without the check of the expiry, which comes first.
    let text = String::from_utf8(sandbox.read("out/import.sh")).expect("UTF-8");
    let checks = text.split("\n\n").filter(|part| !part.contains("date -u"));
    sandbox.file("out/unexpired.sh", checks.collect::<Vec<_>>().join("\n\n"));
    let output = run_script(&sandbox, "out/unexpired.sh", &[], &[]);
    assert_status(&output, 1);
    let refusal = "import.sh: this AWS CLI does not know --import-type; install a newer one\n";
    assert_eq!(stderr(&output), refusal);
    let arguments = String::from_utf8(sandbox.read("bin/arguments")).expect("UTF-8");
    assert_eq!(
        arguments,
        "kms\nimport-key-material\n--generate-cli-skeleton\n"
    );
    assert!(!sandbox.path("bin/content").exists());
}
