//! `--report`: the same rows in every form, without a secret, and no report of a run that did not end.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use byok_core::hex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

#[path = "../qr_support/mod.rs"]
mod qr_support;

use crate::sandbox::{KEY_ID, Sandbox, WRAP, json_lines, names};

const REPORTS: &str = "--report r.json --report r.md --report r.html";

/// Two rows that are done, one that shares key material, and one without a file.
const MANIFEST: &str = "Id,Material,Params,KeySpec\n\
                        a,k1.bin,p1.json,SYMMETRIC_DEFAULT\nb,k2.bin,p2.json,SYMMETRIC_DEFAULT\n\
                        shared,k1.bin,p3.json,SYMMETRIC_DEFAULT\nd,nowhere,p3.json,SYMMETRIC_DEFAULT\n";

fn sha256(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}

fn text(sandbox: &Sandbox, name: &str) -> String {
    fs::read_to_string(sandbox.path(name)).expect(name)
}

fn report(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_str(&text(sandbox, name)).expect("JSON")
}

#[test]
fn every_form_has_the_same_rows_and_counts() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("batch {WRAP} {manifest} {REPORTS} --note two<b>of|us");
    let output = sandbox.run(&line);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let answer = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = json_lines(answer.as_bytes());
    let report = report(&sandbox, "r.json");
    assert_eq!(report["Kind"], "EMULATED");
    assert_eq!(report["BatchCommand"], "wrap");
    let counts = json!({"Done": 2, "Skipped": 0, "Refused": 1, "Failed": 1, "Undecided": 0});
    assert_eq!(report["Counts"], counts);
    assert_eq!(report["Shard"], Value::Null);
    assert_eq!(report["Manifest"]["Rows"], 4);
    let bytes = fs::read(sandbox.path(&manifest)).expect("the manifest");
    assert_eq!(report["Manifest"]["Sha256"], sha256(&bytes));
    assert_eq!(report["Notes"], json!(["two<b>of|us"]));
    let rows = report["Rows"].as_array().expect("rows");
    assert_eq!(rows.len(), lines.len());
    let (html, markdown) = (text(&sandbox, "r.html"), text(&sandbox, "r.md"));
    for ((row, line), line_text) in rows.iter().zip(&lines).zip(answer.split_inclusive('\n')) {
        assert_eq!(row["Id"], line["Id"]);
        assert_eq!(row["Status"], line["Status"]);
        assert_eq!(row["KeyArn"], line["Request"]["KeyId"]);
        assert_eq!(row["Fingerprint"], line["KeyMaterial"]["Fingerprint"]);
        assert_eq!(row["ParametersValidTo"], line["ParametersValidTo"]);
        assert_eq!(row["Error"], line["Error"]["__type"]);
        assert_eq!(row["AnswerSha256"], sha256(line_text.as_bytes()));
        let wrapped = line["Request"]["EncryptedKeyMaterial"].as_str();
        let wrapped = wrapped.map(|blob| sha256(&STANDARD.decode(blob).expect("base64")));
        assert_eq!(
            row["EncryptedKeyMaterialSha256"].as_str(),
            wrapped.as_deref()
        );
        let member = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let (id, status) = (member("Id"), member("Status"));
        let others = [
            "KeyArn",
            "Fingerprint",
            "EncryptedKeyMaterialSha256",
            "ParametersValidTo",
            "Error",
        ]
        .map(member);
        let expected = format!("<tr><td>{id}<td>{status}<td>{}\n", others.join("<td>"));
        assert_eq!(html.matches(&expected).count(), 1, "{expected}");
        let cell = |text: &String| match text.as_str() {
            "" => String::new(),
            text => format!("`{text}`"),
        };
        let cells: Vec<_> = others.iter().map(cell).collect();
        let expected = format!("| `{id}` | {status} | {} |\n", cells.join(" | "));
        assert_eq!(markdown.matches(&expected).count(), 1, "{expected}");
    }
    assert!(markdown.starts_with("EMULATED BATCH WRAP\n===================\n"));
    assert!(html.contains("<h1>EMULATED BATCH WRAP</h1>"), "{html}");
    assert!(html.contains("two&lt;b&gt;of|us"), "{html}");
    for name in ["r.json", "r.md", "r.html"] {
        let digest = sha256(text(&sandbox, name).as_bytes());
        let note = format!("note: report {name}, SHA-256 {digest}\n");
        let notes = String::from_utf8_lossy(&output.stderr);
        assert!(notes.contains(&note), "{notes}");
        let metadata = fs::metadata(sandbox.path(name)).expect("there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_report_in_json_renders_again_and_inspect_names_it() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    sandbox.run(&format!("batch {WRAP} {manifest} {REPORTS}"));
    for (name, again) in [("r.json", "s.json"), ("r.html", "s.html"), ("r.md", "s.md")] {
        sandbox.must(&format!("report r.json -o {again}"));
        assert_eq!(text(&sandbox, again), text(&sandbox, name));
    }
    let mut filled = report(&sandbox, "r.json");
    filled["ToFillIn"]["Host"] = "vault-3".into();
    sandbox.file("filled.json", filled.to_string());
    sandbox.must("report filled.json -o filled.html");
    assert!(text(&sandbox, "filled.html").contains("<code>vault-3</code>"));
    filled["Counts"]["Done"] = 3.into();
    sandbox.file("other.json", filled.to_string());
    let refused = sandbox.run("report other.json");
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let shown = sandbox.must("inspect r.json r.html r.md").stdout;
    let shown = String::from_utf8(shown).expect("UTF-8");
    assert!(shown.contains("r.json: report of byok batch\n"), "{shown}");
    assert_eq!(shown.matches("EMULATED BATCH WRAP").count(), 2, "{shown}");
}

#[test]
fn a_report_says_what_was_for_aws_kms() {
    let sandbox = Sandbox::with_keys(1);
    sandbox.file(
        "example.json",
        crate::sandbox::fixture("example-response.json"),
    );
    let manifest = sandbox.rows(&["a".to_owned(), "b".to_owned()]);
    let production = "wrap --wrapping-algorithm RSAES_OAEP_SHA_256 --params example.json \
                      --at 2016-12-01T00:00:00Z";
    sandbox.lines(&format!("{production} {manifest} {REPORTS}"), 0);
    let wraps = report(&sandbox, "r.json");
    assert_eq!(wraps["Kind"], "PRODUCTION WRAP");
    let warnings = wraps["Warnings"].to_string();
    assert!(
        warnings.contains("the wrapping key is not proven"),
        "{warnings}"
    );
    assert!(
        warnings.contains("(row a, and of another row)"),
        "{warnings}"
    );
    let html = text(&sandbox, "r.html");
    assert!(html.contains("<h1>PRODUCTION BATCH WRAP</h1>"), "{html}");
    assert!(html.contains("nothing is imported yet"), "{html}");
    assert!(html.contains("AWS KMS has not received it"), "{html}");
    for (line, kind) in [
        ("rehearse --wrapping-key-spec RSA_2048", "EMULATED"),
        (
            "rehearse --wrapping-key-spec RSA_2048 --shard 1/2",
            "EMULATED",
        ),
    ] {
        sandbox.lines(&format!("{line} {manifest} {REPORTS} --force"), 0);
        assert_eq!(report(&sandbox, "r.json")["Kind"], kind);
    }
    let shard = report(&sandbox, "r.json");
    assert_eq!(
        shard["Shard"],
        json!({"Index": 1, "Count": 2, "FirstRow": 2})
    );
    assert_eq!(shard["Rows"].as_array().map(Vec::len), Some(1));
    assert!(text(&sandbox, "r.md").contains("- shard: 1/2: 1 row from row 2\n"));
    let keys = sandbox.csv("Id,KeySpec\na,SYMMETRIC_DEFAULT\n");
    sandbox.lines(
        &format!("generate {keys} --out-dir keys {REPORTS} --force"),
        0,
    );
    assert_eq!(report(&sandbox, "r.json")["Kind"], Value::Null);
    let params = sandbox.csv(&format!("Id,KeyId\na,{KEY_ID}7\n"));
    let request = "--key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048 \
                   --wrapping-algorithm RSAES_OAEP_SHA_256";
    sandbox.lines(&format!("params {params} {request} {REPORTS} --force"), 0);
    let issued = report(&sandbox, "r.json");
    assert_eq!(issued["Kind"], "EMULATED");
    let arn = issued["Rows"][0]["KeyArn"].as_str().expect("an ARN");
    assert!(arn.ends_with(&format!("{KEY_ID}7")), "{arn}");
}

/// The rows that an earlier run did are in the report of the next one, with the same facts.
#[test]
fn skipped_rows_have_the_facts_of_done_ones() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    let line = format!("batch {WRAP} {manifest} --out-dir out");
    sandbox.run(&format!("{line} --report first.json"));
    sandbox.run(&format!("{line} --report second.json"));
    let [first, second] =
        ["first.json", "second.json"].map(|name| report(&sandbox, name)["Rows"][0].clone());
    assert_eq!(second["Status"], "skipped");
    for member in [
        "KeyArn",
        "Kind",
        "Fingerprint",
        "EncryptedKeyMaterialSha256",
        "ParametersValidTo",
    ] {
        assert!(first[member].is_string(), "{member}: {first}");
        assert_eq!(first[member], second[member], "{member}");
    }
}

#[test]
fn no_report_has_key_material() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    sandbox.run(&format!("batch {WRAP} {manifest} --out-dir out {REPORTS}"));
    let keys = sandbox.csv("Id,KeySpec\nnew,SYMMETRIC_DEFAULT\n");
    let reports = REPORTS.replace("r.", "g.");
    sandbox.lines(&format!("generate {keys} --out-dir keys {reports}"), 0);
    let mut secrets: Vec<_> = (1..=2)
        .map(|at| fs::read(sandbox.path(&format!("k{at}.bin"))).expect("a key"))
        .collect();
    let new = sandbox.path("keys/new/PlaintextKeyMaterial.bin");
    secrets.push(fs::read(new).expect("a key"));
    let hmac_key = sandbox.path("out/.byok-batch/key");
    secrets.push(fs::read(hmac_key).expect("a key"));
    for name in ["r.json", "r.md", "r.html", "g.json", "g.md", "g.html"] {
        let bytes = fs::read(sandbox.path(name)).expect(name);
        let text = String::from_utf8(bytes.clone())
            .expect("UTF-8")
            .to_lowercase();
        for secret in &secrets {
            assert!(!bytes.windows(32).any(|part| part == secret), "{name}");
            assert!(!text.contains(&hex::encode(secret)), "{name}: hex");
            assert!(!text.contains(&sha256(secret)), "{name}: its digest");
            let base64 = STANDARD.encode(secret).to_lowercase();
            assert!(!text.contains(&base64[..40]), "{name}: base64");
        }
    }
}

#[test]
fn a_page_has_one_code_which_holds_the_digest_of_its_json() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    sandbox.run(&format!("batch {WRAP} {manifest} {REPORTS}"));
    let html = text(&sandbox, "r.html");
    assert_eq!(html.matches("<svg ").count(), 1);
    for element in ["<script", "<link", "<img", "http://", "https://", "url("] {
        assert!(!html.contains(element), "{element}");
    }
    for field in ["Host", "Operator", "Name", "Role", "Date", "Signature"] {
        assert!(html.contains(&format!(">{field}<")), "{field}");
    }
    let (before, rows) = html.split_once("<table class=\"rows\">").expect("the rows");
    assert!(
        before.contains("<h2>Signatures</h2>"),
        "signed on the first pages"
    );
    assert!(rows.starts_with("\n<thead>"), "{rows}");
    let code = html.split("<svg ").nth(1).expect("a code");
    let (code, _) = code.split_once("</svg>").expect("a whole element");
    let picture = sandbox.path("code.pbm");
    let Some(found) = qr_support::read(code, &picture) else {
        return;
    };
    assert_eq!(found, sha256(text(&sandbox, "r.json").as_bytes()));
}

#[test]
fn what_cannot_be_written_is_refused_before_any_row() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    sandbox.file("taken.json", "taken");
    fs::create_dir(sandbox.path("out")).expect("a folder");
    crate::sandbox::set_mode(&sandbox.path("out"), 0o700);
    let before = names(&sandbox.path(""));
    for (reports, status, message) in [
        (
            "--report new.json --report taken.json",
            4,
            "taken.json already exists",
        ),
        (
            "--report a.json --report ./a.json",
            2,
            "two outputs would be written",
        ),
        ("--report nowhere/a.json", 4, "nowhere/a.json"),
        ("--report a.pdf", 2, "a suffix that names no form"),
        ("--report -", 2, "--report needs a file"),
        ("--report out/a.json", 2, "inside out, the folder for rows"),
        (
            "--report out/a/report.json",
            2,
            "inside out, the folder for rows",
        ),
        ("--report a.json --dry-run", 2, "--dry-run"),
        ("--note x", 2, "--report"),
    ] {
        let line = format!("{WRAP} {manifest} --out-dir out -o lines.jsonl {reports}");
        let shown = sandbox.refused(&line, status);
        assert!(shown.contains(message), "{reports}: {shown}");
        assert_eq!(names(&sandbox.path("")), before, "{reports}");
        assert!(names(&sandbox.path("out")).is_empty(), "{reports}");
    }
    let shown = sandbox.refused(&format!("{WRAP} {manifest} --report {manifest} --force"), 2);
    assert!(shown.contains("suffix"), "{shown}");
    sandbox.file("rows", MANIFEST);
    sandbox.refused(&format!("{WRAP} rows --report rows --force"), 2);
    assert_eq!(text(&sandbox, "rows"), MANIFEST);
    assert_eq!(text(&sandbox, "taken.json"), "taken");
}

#[test]
fn a_run_that_does_not_end_leaves_no_report() {
    let sandbox = Sandbox::with_keys(1);
    let rows: Vec<String> = (0..400).map(|row| format!("row-{row}")).collect();
    let manifest = sandbox.rows(&rows);
    let line = format!("batch {WRAP} --params p1.json {manifest} {REPORTS}");
    let mut expected = names(&sandbox.path(""));
    let full = fs::File::options().write(true).open("/dev/full");
    let output = sandbox
        .byok(&line)
        .stdout(full.expect("/dev/full"))
        .output();
    assert_eq!(output.expect("byok runs").status.code(), Some(4));
    assert_eq!(names(&sandbox.path("")), expected, "a full output");

    let partial = sandbox.path("lines.jsonl.partial");
    let begin = || {
        let _ = fs::remove_file(&partial);
        let mut command = sandbox.byok(&format!("{line} -o lines.jsonl"));
        let child = command.stderr(Stdio::piped()).spawn().expect("byok runs");
        while !partial.exists() {
            thread::sleep(Duration::from_millis(1));
        }
        child
    };
    expected.push("lines.jsonl.partial".to_owned());
    expected.sort();
    let mut child = begin();
    child.kill().expect("killed");
    assert!(!child.wait().expect("ended").success(), "ended too soon");
    assert_eq!(names(&sandbox.path("")), expected, "killed");
    // A name that comes while the batch runs is not replaced, and the other reports are removed.
    let child = begin();
    sandbox.file("r.html", "of another program");
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert_eq!(text(&sandbox, "r.html"), "of another program");
    fs::remove_file(sandbox.path("r.html")).expect("removed");
    assert_eq!(names(&sandbox.path("")), expected, "a name that was taken");
}

/// The limit of a file, in blocks of 512 bytes: the page is longer, its rows are not.
#[test]
fn a_full_disk_leaves_no_report() {
    let sandbox = Sandbox::with_keys(3);
    let manifest = sandbox.csv(MANIFEST);
    let before = names(&sandbox.path(""));
    let byok = env!("CARGO_BIN_EXE_byok");
    let script =
        format!("trap '' XFSZ; ulimit -f 16; exec {byok} batch {WRAP} {manifest} {REPORTS}");
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("BYOK_STORE", sandbox.path("store"));
    let output = command.output().expect("a shell");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("could not write r.html"), "{message}");
    assert_eq!(names(&sandbox.path("")), before);
}
