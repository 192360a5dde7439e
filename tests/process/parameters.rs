//! `wrap` alone, with parameters in every form.

use std::fs;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::sandbox::{
    EXAMPLE_ARN, EXAMPLE_WRAP, KEY_ID, MATERIAL, Sandbox, WRAP, assert_refused, assert_status,
    fixture, stderr,
};

#[test]
fn wrap_needs_no_home_no_store_and_no_place_to_write() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    let nowhere = if cfg!(target_os = "linux") {
        "/proc"
    } else {
        "/"
    };
    command
        .env_clear()
        .current_dir(nowhere)
        .stdin(Stdio::null());
    let absolute = |name| sandbox.path(name).display().to_string();
    let line = EXAMPLE_WRAP
        .replace("params.json", &absolute("params.json"))
        .replace("key.bin", &absolute("key.bin"));
    let output = command
        .args(line.split_whitespace())
        .output()
        .expect("byok runs");
    assert_status(&output, 0);
    assert_eq!(
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["KeyId"],
        EXAMPLE_ARN
    );
    assert_eq!(sandbox.names(), ["key.bin", "params.json"]);

    // It ignores a store that it could not use.
    sandbox.file("store", "not a folder");
    assert_status(&sandbox.run(EXAMPLE_WRAP), 0);
}

#[test]
fn parameters_are_taken_in_every_form_that_people_have() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let example = sandbox.json("params.json");
    let with_time = |time: Value| {
        let mut document = example.clone();
        document["ParametersValidTo"] = time;
        document
    };
    let python = |member: &str| {
        let bytes = BASE64
            .decode(example[member].as_str().expect("a text"))
            .expect("base64");
        let escaped: Vec<_> = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        json!(format!("b'{}'", escaped.concat()))
    };
    let mut boto3 = with_time(json!("2016-12-01 22:52:17.044000+00:00"));
    boto3["PublicKey"] = python("PublicKey");
    boto3["ImportToken"] = python("ImportToken");
    boto3["ResponseMetadata"] = json!({"HTTPStatusCode": 200, "RetryAttempts": 0});
    let wire = example
        .to_string()
        .replace("1480632737.044", "1.480632737044E9");
    assert!(wire.contains("1.480632737044E9"));
    for (name, document) in [
        ("wire", wire),
        ("cli-v1", with_time(json!(1_480_632_737.044)).to_string()),
        (
            "cli-v2",
            with_time(json!("2016-12-01T14:52:17.044000-08:00")).to_string(),
        ),
        ("boto3", boto3.to_string()),
    ] {
        sandbox.file("params.json", document);
        let output = sandbox.run(EXAMPLE_WRAP);
        assert_status(&output, 0);
        assert!(
            stderr(&output).contains("parameters expire in 22 h 52 min"),
            "{name}: {output:?}"
        );
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(answer["ImportToken"], example["ImportToken"], "{name}");
    }
}

#[test]
fn parameters_can_be_the_folder_that_the_console_downloads() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let (public_key, token) = (fixture("WrappingPublicKey.bin"), fixture("ImportToken.bin"));
    let wrap = |folder: &str| {
        let line = EXAMPLE_WRAP.replace("params.json", folder);
        sandbox.run(&format!("{line} --key-id {EXAMPLE_ARN}"))
    };
    fs::create_dir(sandbox.path("Import_Parameters")).expect("made");
    sandbox.file("Import_Parameters/WrappingPublicKey.bin", &public_key);
    sandbox.file("Import_Parameters/ImportToken.bin", &token);
    sandbox.file("Import_Parameters/README.txt", "as the console adds it");
    let output = wrap("Import_Parameters/");
    assert_status(&output, 0);
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["ImportToken"], BASE64.encode(&token));

    let older = [("wrappingKey_", &public_key), ("importToken_", &token)];
    fs::create_dir(sandbox.path("older")).expect("made");
    for (prefix, bytes) in older {
        sandbox.file(&format!("older/{prefix}{KEY_ID}_12011530"), bytes);
    }
    assert_status(&wrap("older"), 0);
    // Nobody can tell which of two downloads is meant.
    for (prefix, bytes) in older {
        sandbox.file(&format!("older/{prefix}{KEY_ID}_12021530"), bytes);
    }
    assert_refused(
        &wrap("older"),
        2,
        "older contains several files WrappingPublicKey.bin or wrappingKey_*; expected one",
    );
}

#[test]
fn no_two_wraps_are_the_same() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let line = format!("{EXAMPLE_WRAP} --format binary");
    let mut blobs: Vec<_> = (0..20).map(|_| sandbox.must(&line).stdout).collect();
    assert!(blobs.iter().all(|blob| blob.len() == 256));
    blobs.sort();
    blobs.dedup();
    assert_eq!(blobs.len(), 20);
}

#[test]
fn a_rehearsal_with_the_key_arn_of_another_kms_key_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    let mut params = sandbox.json("params.json");
    let arn = params["KeyId"].as_str().expect("an ARN").to_owned();
    let other = arn.replace("1234abcd", "0987dcba");
    params["KeyId"] = json!(other);
    sandbox.file("params.json", params.to_string());
    let run = sandbox.run(&format!("{WRAP} -o request.json"));
    let differ = format!("KMS key of the import token: expected {arn}, found {other}");
    assert_refused(&run, 6, &differ);
    assert!(!sandbox.path("request.json").exists());
}
