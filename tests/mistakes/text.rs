//! Bytes that real programs take for text: blobs, material, and the request of AWS CLI v1.

use serde_json::{Value, json};

use crate::interop_support::{endpoint::Endpoint, python_with, say};
use crate::workshop::{Import, PRESCRIBED, PRIVATE, SYMMETRIC, Workshop};
use crate::{INCORRECT_MATERIAL, INVALID_CIPHERTEXT, Mistake, WRONG_SIZE, check};

/// What is said of a blob whose length the conversion may have left possible.
fn converted(
    workshop: &Workshop,
    import: Import,
    blob: Vec<u8>,
    cause: &'static str,
    says: &'static str,
) -> Mistake {
    let verdict = workshop.verify(import, &blob);
    let answer = match verdict.exception.as_str() {
        "ValidationException" => WRONG_SIZE,
        _ => INVALID_CIPHERTEXT,
    };
    Mistake {
        import,
        blob,
        answer,
        cause,
        says,
    }
}

/// A good blob that `is_wanted`.
fn good(workshop: &Workshop, import: Import, is_wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    (0..10_000)
        .map(|_| workshop.good(import))
        .find(|blob| is_wanted(blob))
        .expect("one of many")
}

#[test]
fn in_the_line_ends_of_a_blob() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let has_newline = |blob: &[u8]| blob.contains(&b'\n');
    let mut mistakes = Vec::new();
    for import in [SYMMETRIC, PRIVATE] {
        let blob = good(&workshop, import, has_newline);
        let Some(longer) = workshop.python("crlf", "-", &blob, &[]) else {
            return;
        };
        assert!(longer.len() > blob.len());
        let says = "a carriage return before each newline byte";
        let cause = "NewlineConversion";
        mistakes.push(converted(&workshop, import, longer, cause, says));
    }
    // OpenSSL makes blocks at random: one in 260 has a carriage return before a newline.
    let has_crlf = |blob: &[u8]| blob.windows(2).filter(|two| two == b"\r\n").count() == 1;
    let blob = good(&workshop, SYMMETRIC, has_crlf);
    let Some(shorter) = workshop.python("lf", "-", &blob, &[]) else {
        return;
    };
    let says = "lost the carriage return before a newline byte";
    let cause = "NewlineConversion";
    mistakes.push(converted(&workshop, SYMMETRIC, shorter, cause, says));
    check(&workshop, mistakes);
}

#[test]
fn in_the_encoding_of_a_blob() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let mut mistakes = Vec::new();
    for (mistake, cause, says) in [
        ("latin-1", "Utf8Conversion", "read as Latin-1 text"),
        (
            "replace",
            "ReplacementCharacters",
            "contains the bytes EF BF BD",
        ),
        ("power-shell", "PowerShellText", "with the > of PowerShell"),
    ] {
        for import in [SYMMETRIC, PRIVATE] {
            let blob = workshop.good(import);
            let Some(blob) = workshop.python(mistake, "-", &blob, &[]) else {
                return;
            };
            mistakes.push(converted(&workshop, import, blob, cause, says));
        }
    }
    check(&workshop, mistakes);
}

#[test]
fn in_the_material() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let mut key = workshop.sandbox.read("key.bin");
    key[16] = b'\n';
    key[24..28].copy_from_slice(&[0xff, 0xfe, 0xfd, 0xfc]);
    let mut mistakes = Vec::new();
    for (mistake, cause, says) in [
        (
            "crlf",
            "MaterialNewlineConversion",
            "the key material in the blob has a carriage return",
        ),
        (
            "latin-1",
            "MaterialUtf8Conversion",
            "the key material in the blob was read as Latin-1",
        ),
        (
            "replace",
            "MaterialReplacementCharacters",
            "the key material in the blob contains the bytes EF BF BD",
        ),
    ] {
        let Some(material) = workshop.python(mistake, "-", &key, &[]) else {
            return;
        };
        mistakes.push(Mistake {
            import: SYMMETRIC,
            blob: workshop.rsa(SYMMETRIC, PRESCRIBED, &material),
            answer: INCORRECT_MATERIAL,
            cause,
            says,
        });
    }
    check(&workshop, mistakes);
}

/// AWS CLI v1 takes what `--cli-input-json` has for bytes, and encodes it once more.
#[test]
fn in_the_request_that_aws_cli_v1_sends() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let Some(python) = python_with("awscli") else {
        return;
    };
    let sandbox = &workshop.sandbox;
    sandbox.byok_ok(
        "wrap --rehearsal --params symmetric.json --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec \
         SYMMETRIC_DEFAULT -o request.json key.bin",
    );
    let endpoint = Endpoint::start(&json!({}));
    let output = sandbox
        .command(&python)
        .args(["-m", "awscli", "kms", "import-key-material"])
        .args(["--cli-input-json", "file://request.json"])
        .args(["--endpoint-url", &endpoint.url, "--region", "us-east-1"])
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("Python starts");
    let body = endpoint.request().body;
    let sent: Value = serde_json::from_slice(&sandbox.read("request.json")).expect("JSON");
    assert_ne!(body["ImportToken"], sent["ImportToken"], "{output:?}");
    sandbox.write("sent.json", body.to_string());

    let run = |options: &str| {
        let line = format!("verify --import-request sent.json {options}");
        let output = sandbox.byok(&line, &[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        output
    };
    let answer: Value = serde_json::from_slice(&run("--output json").stdout).expect("JSON");
    assert_eq!(answer["Exception"]["__type"], "InvalidImportTokenException");
    let causes: Vec<_> = answer["Diagnosis"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["Cause"].as_str().expect("a name"))
        .collect();
    assert_eq!(causes, ["EncodedToken", "Base64Text"]);
    let said = String::from_utf8(run("").stderr).expect("UTF-8");
    assert!(said.contains("AWS CLI v1 encodes"), "{said}");
    let silent = run("--no-diagnosis");
    assert!(silent.stderr.is_empty(), "{silent:?}");
    say("AWS CLI v1 encodes the blobs of --cli-input-json twice");
}
