//! Reports are true, private, and written and removed with what they describe.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::hex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::sandbox::{
    EXAMPLE_WRAP, KEY_ID, MATERIAL, Sandbox, WRAP, assert_refused, assert_status, fixture, mode,
    names, stderr,
};

fn sha256(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}

#[test]
fn every_size_and_digest_is_the_file_s() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let output = sandbox.must(&format!(
        "{EXAMPLE_WRAP} --out-dir import --report ./import/report.json"
    ));
    let report = sandbox.json("import/report.json");
    let own = sha256(&sandbox.read("import/report.json"));
    assert!(stderr(&output).contains(&format!(
        "note: report ./import/report.json, SHA-256 {own}\n"
    )));
    let described = |member: &str| {
        let described = report[member].as_array().expect("a list").iter();
        described
            .filter(|file| file["Secret"] != json!(true))
            .cloned()
            .collect::<Vec<_>>()
    };
    let outputs = described("Outputs");
    for file in outputs.iter().chain(&described("Inputs")) {
        let bytes = sandbox.read(file["Name"].as_str().expect("a name"));
        assert_eq!(
            (&file["Size"], &file["Sha256"]),
            (&json!(bytes.len()), &json!(sha256(&bytes))),
            "{file}"
        );
    }
    let mut written: BTreeSet<_> = names(&sandbox.path("import")).into_iter().collect();
    assert!(written.remove("report.json"));
    let named = outputs.iter().map(|file| {
        file["Name"]
            .as_str()
            .expect("a name")
            .replace("import/", "")
    });
    assert_eq!(
        named.collect::<BTreeSet<_>>(),
        written,
        "every file but the report itself"
    );
    for (member, file) in [
        ("ImportToken", "ImportToken.bin"),
        ("EncryptedKeyMaterial", "EncryptedKeyMaterial.bin"),
    ] {
        assert_eq!(
            report["Import"][member]["Sha256"],
            sha256(&sandbox.read(&format!("import/{file}")))
        );
    }
    let program = std::fs::read(env!("CARGO_BIN_EXE_byok")).expect("readable");
    assert_eq!(report["Run"]["Tool"]["BinarySha256"], sha256(&program));
    assert_eq!(report["Run"]["Tool"]["Version"], env!("CARGO_PKG_VERSION"));

    // `byok version` prints the same facts.
    let version = sandbox.must("version --output json").stdout;
    let mut version: serde_json::Value = serde_json::from_slice(&version).expect("JSON");
    let schema_version = version
        .as_object_mut()
        .expect("an object")
        .remove("SchemaVersion");
    assert_eq!(schema_version, Some(1.into()));
    assert_eq!(report["Run"]["Tool"], version);

    // The answer on standard output has a digest too: a shell may have redirected it to a file.
    let output = sandbox.must(&format!("{EXAMPLE_WRAP} --report stdout.json"));
    assert_eq!(
        sandbox.json("stdout.json")["Outputs"][0]["Sha256"],
        sha256(&output.stdout)
    );
}

#[test]
fn a_run_has_the_moments_of_the_clock_whatever_is_rehearsed() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let now = || {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970")
            .as_millis()
    };
    let before = now();
    sandbox.must(&format!(
        "{EXAMPLE_WRAP} --report report.json -o request.json"
    ));
    let after = now();
    let report = sandbox.json("report.json");
    let [started, ended] = ["Started", "Ended"].map(|member| {
        let moment: jiff::Timestamp = report["Run"][member]
            .as_str()
            .expect("a text")
            .parse()
            .expect("a moment");
        u128::try_from(moment.as_millisecond()).expect("after 1970")
    });
    assert!(
        before <= started && started <= ended && ended <= after,
        "{before} {started} {ended} {after}"
    );
    assert_eq!(report["Overrides"], json!(["--at 2016-12-01T00:00:00Z"]));
}

#[test]
fn a_report_is_its_owner_s_alone() {
    let sandbox = Sandbox::new();
    sandbox.example();
    for (umask, name) in [("000", "a.json"), ("777", "b.md")] {
        let line = format!("{EXAMPLE_WRAP} -o {name}.request --report {name}");
        assert_status(&sandbox.run_after(&format!("umask {umask}"), &line), 0);
        assert_eq!(mode(&sandbox.path(name)), 0o600, "umask {umask}");
    }
}

#[test]
fn where_the_report_cannot_be_written_nothing_is() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.file("taken.json", "taken");
    let before = sandbox.names();
    for report in [
        "nowhere/report.json",
        "taken.json",
        ".",
        "key.bin",
        "-",
        "folder/",
    ] {
        for output in [
            "",
            "-o out.json",
            "--out-dir out",
            "--format binary -o out.bin",
        ] {
            let run = sandbox.run(&format!("{EXAMPLE_WRAP} --report {report} {output}"));
            assert_refused(&run, if report == "-" { 2 } else { 4 }, "");
            assert_eq!(sandbox.names(), before, "{report} {output}");
        }
    }
    sandbox.file("key", MATERIAL);
    let wrap = EXAMPLE_WRAP.replace("key.bin", "key");
    let run = sandbox.run(&format!("{wrap} --report key --force"));
    assert_refused(&run, 2, "the same file as the input");
    assert_eq!(sandbox.read("key"), MATERIAL);
}

#[test]
fn where_the_answer_cannot_be_written_no_report_stays() {
    let sandbox = Sandbox::new();
    sandbox.example();
    std::fs::create_dir(sandbox.path("full")).expect("made");
    sandbox.file("full/import.sh", "old");
    let before = sandbox.names();
    for output in [
        "-o nowhere/out.json",
        "-o key.bin",
        "--out-dir full",
        "--out-dir nowhere/out",
    ] {
        for report in ["report.json", "report.md", "full/report.json"] {
            let run = sandbox.run(&format!("{EXAMPLE_WRAP} --report {report} {output}"));
            assert!(matches!(run.status.code(), Some(2 | 4)), "{run:?}");
            assert_eq!(
                (sandbox.names(), names(&sandbox.path("full"))),
                (before.clone(), vec!["import.sh".to_owned()])
            );
        }
    }
    // A pipe without a reader.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let line = format!("{EXAMPLE_WRAP} --report report.json");
    let mut command = sandbox.byok(line.split_whitespace());
    let status = command
        .stdout(writer)
        .stderr(Stdio::null())
        .status()
        .expect("byok runs");
    assert_eq!((status.code(), sandbox.names()), (Some(4), before));
}

#[test]
fn one_name_is_never_two_outputs() {
    let sandbox = Sandbox::new();
    sandbox.example();
    std::fs::create_dir(sandbox.path("folder")).expect("made");
    sandbox.file("old", "old");
    let before = sandbox.names();
    for outputs in [
        "--report a -o a",
        "--report ./a -o folder/../a",
        "--report old -o ./old",
        "--report import/import.sh --out-dir import",
        "--report ./import/../import/ImportToken.bin --out-dir import",
        "--report folder/import.sh --out-dir folder",
    ] {
        let run = sandbox.run(&format!("{EXAMPLE_WRAP} --force {outputs}"));
        assert!(
            matches!(run.status.code(), Some(2 | 4)),
            "{outputs}: {run:?}"
        );
        assert_eq!(
            (sandbox.names(), sandbox.read("old")),
            (before.clone(), b"old".to_vec()),
            "{outputs}"
        );
    }
}

/// Returns every path at which two documents differ.
fn differences(a: &Value, b: &Value) -> BTreeSet<String> {
    fn walk(a: &Value, b: &Value, place: &str, found: &mut BTreeSet<String>) {
        match (a, b) {
            (Value::Object(a), Value::Object(b)) => {
                for name in a.keys().chain(b.keys()) {
                    let member = |of: &serde_json::Map<String, Value>| of.get(name).cloned();
                    let place = format!("{place}/{name}");
                    match (member(a), member(b)) {
                        (Some(a), Some(b)) => walk(&a, &b, &place, found),
                        _ => drop(found.insert(place)),
                    }
                }
            }
            (a, b) if a != b => drop(found.insert(place.to_owned())),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(a, b, "", &mut found);
    found
}

fn places<const N: usize>(places: [&str; N]) -> BTreeSet<String> {
    places.map(str::to_owned).into_iter().collect()
}

/// Returns the parameters of the rehearsal as AWS KMS would answer: with another token, another
/// wrapping key and another expiry.
fn production(rehearsal: &Value) -> String {
    let example: Value = serde_json::from_slice(&fixture("example-response.json")).expect("JSON");
    let mut production = rehearsal.clone();
    production["ImportToken"] = example["ImportToken"].clone();
    production["PublicKey"] = json!(BASE64.encode(fixture("TEST-wrapping-2048-public.der")));
    let end = rehearsal["ParametersValidTo"].as_f64().expect("a number");
    production["ParametersValidTo"] = json!(end - 3600.0);
    production.to_string()
}

#[test]
fn rehearsal_and_import_agree_in_all_that_need_not_differ() {
    for (key_spec, algorithm, key) in [
        (
            "SYMMETRIC_DEFAULT",
            "RSAES_OAEP_SHA_256",
            fixture("TEST-symmetric.bin"),
        ),
        (
            "ECC_NIST_P256",
            "RSAES_OAEP_SHA_256",
            fixture("TEST-p256-sec1.pem"),
        ),
        (
            "RSA_2048",
            "RSA_AES_KEY_WRAP_SHA_256",
            fixture("TEST-rsa-2048-pkcs1.pem"),
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.file("key.bin", key);
        sandbox.params(key_spec, algorithm);
        sandbox.file("production.json", production(&sandbox.json("params.json")));
        sandbox.must(&format!("key describe {KEY_ID} -o key.json"));
        let wrap = WRAP
            .replace("RSAES_OAEP_SHA_256", algorithm)
            .replace("--key-spec SYMMETRIC_DEFAULT", "--describe-key key.json");
        sandbox.must(&format!(
            "{wrap} --note words -o rehearsed.json --report rehearsed-report.json"
        ));
        let wrap = wrap
            .replace("--rehearsal ", "")
            .replace("params.json", "production.json");
        sandbox.must(&format!(
            "{wrap} --note words -o imported.json --report imported-report.json"
        ));

        let (rehearsed, imported) = (
            sandbox.json("rehearsed-report.json"),
            sandbox.json("imported-report.json"),
        );
        let must_differ = places([
            "/Kind",
            "/Wrapping/Fingerprint",
            "/Wrapping/ParametersValidTo",
            "/Import/ImportToken/Size",
            "/Import/ImportToken/Sha256",
            "/Import/EncryptedKeyMaterial/Sha256",
            "/Checks",
            "/Warnings",
            "/Inputs",
            "/Outputs",
            "/Run/CommandLine",
            "/Run/Started",
            "/Run/Ended",
            "/ToFillIn/GetParametersForImportEventId",
            "/ToFillIn/ImportKeyMaterialEventId",
            "/ToFillIn/KeyMaterialId",
        ]);
        assert_eq!(
            differences(&rehearsed, &imported),
            must_differ,
            "{key_spec}"
        );
        assert_eq!(
            (&rehearsed["Kind"], &imported["Kind"]),
            (&json!("EMULATED"), &json!("PRODUCTION WRAP"))
        );
        // In production, nothing proves the wrapping key here.
        let warnings = |report: &Value| report["Warnings"].as_array().map(Vec::len);
        assert_eq!(
            (warnings(&rehearsed), warnings(&imported)),
            (Some(0), Some(1))
        );
        // Only in the rehearsal does a store prove the wrapping key.
        let checks = |report: &Value| report["Checks"].as_array().expect("a list").clone();
        let proof = |result: &str| json!({ "Name": "TokenAndPublicKey", "Result": result });
        let differing: Vec<_> = checks(&rehearsed)
            .into_iter()
            .zip(checks(&imported))
            .filter(|(rehearsed, imported)| rehearsed != imported)
            .collect();
        assert_eq!(differing, [(proof("passed"), proof("not checked"))]);
        // Only the parameters differ among the inputs.
        let others = |report: &Value| report["Inputs"].as_array().expect("a list")[1..].to_vec();
        assert_eq!(others(&rehearsed), others(&imported));
    }
}

#[test]
fn a_rehearsal_in_memory_and_the_import_agree_in_all_that_need_not_differ() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", fixture("TEST-p256-sec1.pem"));
    sandbox.params("ECC_NIST_P256", "RSAES_OAEP_SHA_256");
    sandbox.file("production.json", production(&sandbox.json("params.json")));
    sandbox.must(
        "rehearse --wrapping-key-spec RSA_2048 key.bin -o answer --report rehearsed-report.json",
    );
    sandbox.must(
        "wrap --params production.json --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec ECC_NIST_P256 \
         key.bin --rehearsed rehearsed-report.json -o imported.json --report imported-report.json",
    );
    let must_differ = places([
        "/Kind",
        "/Command",
        "/Verdict",
        "/KmsKey/Arn",
        "/Wrapping/Fingerprint",
        "/Wrapping/ParametersValidTo",
        "/Import/ImportToken/Size",
        "/Import/ImportToken/Sha256",
        "/Import/EncryptedKeyMaterial/Sha256",
        "/Checks",
        "/Warnings",
        "/Inputs",
        "/Outputs",
        "/Run/CommandLine",
        "/Run/Started",
        "/Run/Ended",
        "/ToFillIn/GetParametersForImportEventId",
        "/ToFillIn/ImportKeyMaterialEventId",
        "/ToFillIn/KeyMaterialId",
    ]);
    let differ = differences(
        &sandbox.json("rehearsed-report.json"),
        &sandbox.json("imported-report.json"),
    );
    assert_eq!(differ, must_differ);
}

#[test]
fn the_chain_from_rehearsal_to_import_holds_and_breaks_where_it_must() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.file("other.bin", fixture("TEST-symmetric.bin"));
    sandbox.must(
        "rehearse --key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048 key.bin -o answer \
         --report rehearsed.json",
    );
    let rehearsed = format!("{EXAMPLE_WRAP} --rehearsed rehearsed.json");
    sandbox.must(&format!(
        "{rehearsed} --out-dir import --report report.json"
    ));
    let verify = "verify --import-request import/import-key-material.json --structure \
                  --at 2016-12-01T00:00:00Z --against report.json";
    sandbox.must(verify);

    let before = sandbox.names();
    for output in [
        "-o out.json",
        "--out-dir out",
        "--format binary -o out.bin",
        "--report out.md",
    ] {
        let other = rehearsed.replace("key.bin", "other.bin");
        assert_refused(
            &sandbox.run(&format!("{other} {output}")),
            6,
            "the report does not show a passed rehearsal of this import",
        );
        assert_eq!(sandbox.names(), before, "{output}");
    }
    // One changed bit of the request makes another file.
    let mut request = sandbox.read("import/import-key-material.json");
    let last = request.len() - 1;
    request[last] = b' ';
    sandbox.file("import/import-key-material.json", request);
    assert_status(&sandbox.run(verify), 6);
}
