//! The reports of a run in every form: they say the same, no file name changes the page, and zbarimg
//! reads every QR code back.
//!
//! If zbarimg is missing, that test prints `skipped` and passes, unless `CI` is set.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use byok_core::hex;
use byok_core::report::{Report, Sha256Digest};
use interop_support::{Sandbox, assert_success};
use sha2::{Digest as _, Sha256};

mod interop_support;
mod qr_support;

/// A name that would be an element in a careless page.
const HOSTILE: &str = "<script>alert(1)<!-- \"'&.json";

/// Rehearses a new P-256 key and writes reports with these names.
fn rehearse(sandbox: &Sandbox, reports: &[&str]) -> Output {
    let made = sandbox.byok("generate --key-spec ECC_NIST_P256 -o server.key", &[]);
    assert_success("generate", made);
    let mut words = vec!["--note", "room 3 & <b>two</b> of us"];
    for report in reports {
        words.extend(["--report", report]);
    }
    sandbox.byok("rehearse server.key", &words)
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}

#[test]
fn every_form_is_of_the_same_run() {
    let sandbox = Sandbox::new();
    let output = rehearse(&sandbox, &["a.json", "a.md", "a.HTML", "second.json"]);
    assert_success("rehearse", output.clone());
    let json = sandbox.read("a.json");
    assert_eq!(json, sandbox.read("second.json"));
    let report = Report::from_json(&json).expect("a report");
    assert_eq!(sandbox.read("a.md"), report.to_markdown().into_bytes());
    let html = String::from_utf8(sandbox.read("a.HTML")).expect("UTF-8");
    assert_eq!(html, report.to_html());
    let own = sha256(&json);
    assert!(html.contains(&format!("QR code of {own}\"")), "{html}");
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    for name in ["a.json", "a.md", "a.HTML", "second.json"] {
        let note = format!(
            "note: report {name}, SHA-256 {}\n",
            sha256(&sandbox.read(name))
        );
        assert!(notes.contains(&note), "{notes}");
    }

    sandbox.byok_ok("report a.json -o b.html");
    assert_eq!(sandbox.read("b.html"), html.as_bytes());
    sandbox.byok_ok("report a.json -o b.md");
    assert_eq!(sandbox.read("b.md"), sandbox.read("a.md"));
    assert_eq!(sandbox.byok_ok("report a.json"), sandbox.read("a.md"));
    assert_eq!(
        sandbox.byok_ok("report a.json --format html"),
        html.as_bytes()
    );
    assert_eq!(sandbox.byok_ok("report a.json --output json"), json);
    for other in ["a.md", "a.HTML"] {
        let refused = sandbox.byok(&format!("report {other}"), &[]);
        assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    }
}

#[test]
fn reports_that_cannot_all_be_written_leave_none() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("taken.md"), "taken").expect("written");
    for reports in [
        &["a.json", "taken.md"][..],
        &["a.json", "./a.json"],
        &["a.json", "nowhere/a.md"],
        &["a.json", "-"],
    ] {
        let refused = rehearse(&sandbox, reports);
        assert!(
            matches!(refused.status.code(), Some(2 | 4)),
            "{reports:?}: {refused:?}"
        );
        assert!(!sandbox.path("a.json").exists(), "{reports:?}");
        fs::remove_file(sandbox.path("server.key")).expect("the key");
    }
}

#[test]
fn no_file_name_and_no_note_is_an_element_of_the_page() {
    let sandbox = Sandbox::new();
    assert_success("rehearse", rehearse(&sandbox, &["a.json"]));
    fs::rename(sandbox.path("server.key"), sandbox.path(HOSTILE)).expect("renamed");
    let words = [HOSTILE, "--report", "a.html", "--note", HOSTILE];
    let output = sandbox.byok("rehearse --force", &words);
    assert_success("rehearse", output);
    let html = String::from_utf8(sandbox.read("a.html")).expect("UTF-8");
    assert_eq!(html.matches("<script").count(), 0);
    let escaped = "&lt;script&gt;alert(1)&lt;!-- &quot;&#39;&amp;.json";
    assert!(html.matches(escaped).count() >= 3, "{html}");
    assert_eq!(
        html.matches("alert(1)").count(),
        html.matches(escaped).count()
    );
}

#[test]
fn a_program_reads_every_code_of_a_report() {
    let sandbox = Sandbox::new();
    assert_success("rehearse", rehearse(&sandbox, &["a.json", "a.html"]));
    let html = String::from_utf8(sandbox.read("a.html")).expect("UTF-8");
    let mut found = BTreeSet::new();
    for (at, code) in html.split("<svg ").skip(1).enumerate() {
        let (code, _) = code.split_once("</svg>").expect("a whole element");
        let picture = sandbox.path(format!("{at}.pbm"));
        let Some(text) = qr_support::read(code, &picture) else {
            return;
        };
        found.insert(text);
    }
    let json = String::from_utf8(sandbox.read("a.json")).expect("UTF-8");
    let digests = json
        .split('"')
        .filter(|text| Sha256Digest::parse(text).is_some());
    let mut expected: BTreeSet<_> = digests.map(str::to_owned).collect();
    expected.insert(sha256(json.as_bytes()));
    assert!(expected.len() >= 6, "{expected:?}");
    assert_eq!(found, expected);
}
