//! The schemas in `schema/` have the words that byok knows, and describe what no golden case writes: the
//! answers of a whole rehearsal, reports, and the lines of `byok serve`.
//!
//! The golden cases validate everything that they write.

#[path = "../interop_support/mod.rs"]
mod interop_support;
#[path = "../schema_support/mod.rs"]
mod schema_support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use byok_core::import_request::ImportType;
use byok_core::key_metadata::{ExpirationModel, KeyState, Origin};
use byok_core::key_spec::{KeySpec, KeyUsage};
use byok_core::report::OutputContent;
use byok_core::verdict::VerdictKind;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use interop_support::{Sandbox, assert_success};
use rustix::process::{Pid, Signal, kill_process};
use schema_support::Documents;
use serde_json::{Value, json};

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(bytes));
    })
}

#[test]
fn the_schemas_have_every_word_that_byok_knows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/common.json");
    let common = json(&fs::read(file).expect("a schema"));
    let words = |name: &str| {
        let words = common["$defs"][name]["enum"].as_array();
        let mut words: Vec<_> = words
            .expect(name)
            .iter()
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect();
        words.sort();
        words
    };
    let check = |name: &str, known: Vec<&str>| {
        let mut known: Vec<_> = known.into_iter().map(str::to_owned).collect();
        known.sort();
        assert_eq!(words(name), known, "{name}");
    };
    check(
        "KeySpec",
        KeySpec::ALL.iter().map(|word| word.as_str()).collect(),
    );
    check(
        "KeyUsage",
        KeyUsage::ALL.iter().map(|word| word.as_str()).collect(),
    );
    check(
        "KeyState",
        KeyState::ALL.iter().map(|word| word.as_str()).collect(),
    );
    check(
        "Origin",
        Origin::ALL.iter().map(|word| word.as_str()).collect(),
    );
    check(
        "WrappingAlgorithm",
        WrappingAlgorithm::ALL
            .iter()
            .map(|word| word.as_str())
            .collect(),
    );
    check(
        "WrappingKeySpec",
        WrappingKeySpec::ALL
            .iter()
            .map(|word| word.as_str())
            .collect(),
    );
    check(
        "ExpirationModel",
        ExpirationModel::ALL
            .iter()
            .map(|word| word.as_str())
            .collect(),
    );
    check(
        "ImportType",
        ImportType::ALL.iter().map(|word| word.as_str()).collect(),
    );
    check(
        "Verdict",
        VerdictKind::ALL.iter().map(|word| word.as_str()).collect(),
    );
    check(
        "OutputContent",
        OutputContent::ALL
            .iter()
            .map(|word| word.as_str())
            .collect(),
    );
}

/// The life of a symmetric key, from its creation to its rotation, and the reports about it.
#[test]
fn a_whole_rehearsal_keeps_the_schemas() {
    let sandbox = Sandbox::new();
    let mut documents = Documents::default();
    let mut run = |schema: &str, line: &str| {
        let answer = sandbox.byok_ok(line);
        if !answer.is_empty() {
            documents.add(line, schema, &json(&answer));
        }
    };
    let request = json!({
        "KeyId": KEY_ID,
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    });
    sandbox.write("request.json", request.to_string());
    run(
        "describe-key-response",
        &format!("key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID} --output json"),
    );
    for (round, options) in [("first", ""), ("second", "--import-type NEW_KEY_MATERIAL")] {
        run(
            "generated-key",
            &format!("generate --key-spec SYMMETRIC_DEFAULT -o {round}.bin --output json"),
        );
        run(
            "get-parameters-for-import-response",
            "params --cli-input-json request.json -o params.json --force",
        );
        run(
            "written-files",
            &format!(
                "wrap --rehearsal --params params.json --parameters-request request.json \
                 --key-spec SYMMETRIC_DEFAULT {options} --out-dir {round} --output json \
                 --report {round}.json {round}.bin"
            ),
        );
        run(
            "verdict",
            &format!("verify --dir {round} --import --output json --report {round}-verified.json"),
        );
    }
    run("key-history", &format!("key show {KEY_ID} --output json"));
    run(
        "rotate-key-on-demand-response",
        &format!("key rotate {KEY_ID} --output json"),
    );
    run(
        "list-key-rotations-response",
        &format!("key materials {KEY_ID} --output json"),
    );
    run(
        "delete-imported-key-material-response",
        &format!("key delete-material {KEY_ID} --output json"),
    );
    run("list-keys-response", "key list --output json");
    run(
        "inspection",
        "inspect --output json first.bin params.json request.json first/REHEARSAL-ImportToken.bin \
         first/REHEARSAL-EncryptedKeyMaterial.bin first/REHEARSAL-import-key-material.json \
         first.json",
    );
    run("report", "report --output json first.json");
    documents.add("the request", "get-parameters-for-import-request", &request);
    for (file, schema) in [
        ("params.json", "get-parameters-for-import-response"),
        (
            "first/REHEARSAL-import-key-material.json",
            "import-key-material-request",
        ),
        (
            "second/REHEARSAL-import-key-material.json",
            "import-key-material-request",
        ),
        ("first.json", "report"),
        ("second-verified.json", "report"),
    ] {
        documents.add(file, schema, &json(&sandbox.read(file)));
    }
    documents.validate();
}

/// A line for each row, the record in the folder of each row that is done, and the report.
#[test]
fn a_batch_keeps_the_schemas() {
    let sandbox = Sandbox::new();
    let mut documents = Documents::default();
    let mut run = |operation: &str, manifest: &str, done: &[&str]| {
        sandbox.write("manifest.csv", manifest);
        let line = format!(
            "batch {operation} manifest.csv --out-dir {} --key-spec SYMMETRIC_DEFAULT --force \
             --report report.json",
            operation.split(' ').next().expect("a word")
        );
        let lines = sandbox.byok(&line, &[]).stdout;
        for line in String::from_utf8(lines).expect("UTF-8").lines() {
            documents.add(operation, "batch-line", &json(line.as_bytes()));
        }
        documents.add(
            operation,
            "batch-report",
            &json(&sandbox.read("report.json")),
        );
        let inspected = sandbox.byok_ok("inspect report.json --output json");
        documents.add(operation, "inspection", &json(&inspected));
        for id in done {
            let folder = operation.split(' ').next().expect("a word");
            let record = sandbox.read(&format!("{folder}/{id}/batch-row.json"));
            documents.add(operation, "batch-row", &json(&record));
        }
    };
    run("generate", "Id\na\nb\n", &["a", "b"]);
    let request = "--wrapping-algorithm RSAES_OAEP_SHA_256";
    run(
        &format!("params --wrapping-key-spec RSA_2048 {request}"),
        &format!("Id,KeyId\na,{KEY_ID}\nb,no key\n"),
        &["a"],
    );
    let key = "generate/a/PlaintextKeyMaterial.bin";
    run(
        &format!("wrap --rehearsal {request}"),
        &format!("Id,Material,Params\na,{key},params/a/parameters.json\nb,nowhere,nowhere\n"),
        &["a"],
    );
    run(
        "rehearse --wrapping-key-spec RSA_2048",
        &format!("Id,Material\na,{key}\nb,{key}\n"),
        &["a"],
    );
    sandbox.write(
        "manifest.csv",
        "Id,ImportRequest,ExpectMaterial\na,wrap/a/REHEARSAL-import-key-material.json,cmac:000000\n",
    );
    let lines = sandbox.byok("batch verify manifest.csv", &[]).stdout;
    documents.add("verify", "batch-line", &json(&lines));
    documents.validate();
}

/// The announcement, and a line of the log for each request.
#[cfg(feature = "serve")]
#[test]
fn the_lines_of_serve_keep_the_schemas() {
    const CLIENT: &str = "\
        import http.client, json, sys\n\
        host = json.loads(sys.argv[1])['Endpoint'].removeprefix('http://')\n\
        for target in ('TrentService.ListKeys', 'TrentService.DescribeKey', 'TrentService.Nothing', 'x'):\n\
        \x20   connection = http.client.HTTPConnection(host)\n\
        \x20   headers = {'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.1'}\n\
        \x20   connection.request('POST', '/', '{}', headers)\n\
        \x20   connection.getresponse().read()\n";
    let python = std::env::var("BYOK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let sandbox = Sandbox::new();
    sandbox.write("client.py", CLIENT);
    let mut serve = sandbox
        .command(env!("CARGO_BIN_EXE_byok"))
        .args(["serve", "--diagnose", "--output", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("byok starts");
    let mut announced = String::new();
    let mut stdout = BufReader::new(serve.stdout.take().expect("a pipe"));
    stdout.read_line(&mut announced).expect("a line");
    let client = sandbox
        .command(python)
        .args(["client.py", &announced])
        .output();
    assert_success("the client", client.expect("Python starts"));
    kill_process(Pid::from_child(&serve), Signal::TERM).expect("a signal");
    let output = serve.wait_with_output().expect("byok ends");

    let mut documents = Documents::default();
    documents.add(
        "the announcement",
        "serve-environment",
        &json(announced.as_bytes()),
    );
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<_> = log.lines().filter(|line| line.starts_with('{')).collect();
    assert!(lines.len() >= 3, "{log}");
    for line in lines {
        documents.add(line, "serve-log-line", &json(line.as_bytes()));
    }
    documents.validate();
}
