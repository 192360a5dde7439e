//! `verify --dir`: the folder that `wrap --out-dir` wrote, and what was done to it since.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Output;

use byok_core::report::Sha256Digest;
use serde_json::{Value, json};

use crate::sandbox::{EXAMPLE_WRAP, MATERIAL, Sandbox, WRAP, assert_status, set_mode, stderr};

const FILES: [&str; 4] = [
    "EncryptedKeyMaterial.bin",
    "ImportToken.bin",
    "import-key-material.json",
    "import.sh",
];

/// A folder `import` for production, and its report, `report.json`.
fn production() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.must(&format!(
        "{EXAMPLE_WRAP} --out-dir import --report report.json"
    ));
    sandbox
}

fn verify(sandbox: &Sandbox, options: &str) -> Output {
    sandbox.run(&format!(
        "verify --dir import --at 2016-12-01T00:00:00Z {options}"
    ))
}

/// The result of a check, and its reason.
fn check(sandbox: &Sandbox, name: &str, options: &str) -> (String, String) {
    let output = verify(sandbox, &format!("{options} --output json"));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut checks = answer["Checks"].as_array().expect("a list").iter();
    let found = checks.find(|check| check["Name"] == name).expect(name);
    let text = |member: &str| found[member].as_str().unwrap_or_default().to_owned();
    (text("Result"), text("Reason"))
}

/// Flips a bit that leaves JSON readable: in the last letter or digit of the file.
fn change(sandbox: &Sandbox, name: &str) {
    let mut bytes = sandbox.read(name);
    let at = bytes
        .iter()
        .rposition(u8::is_ascii_alphanumeric)
        .unwrap_or(bytes.len() - 1);
    bytes[at] ^= 1;
    fs::write(sandbox.path(name), bytes).expect("written");
}

#[test]
fn accepts_the_folder_that_wrap_wrote() {
    let sandbox = production();
    assert_status(&verify(&sandbox, ""), 5);
    for options in ["--structure", "--structure --against report.json"] {
        let output = verify(&sandbox, options);
        assert_status(&output, 0);
        assert_eq!(stderr(&output), "", "{options}");
    }
    let passed = ("passed".to_owned(), String::new());
    assert_eq!(check(&sandbox, "FolderScript", ""), passed);
    assert_eq!(
        check(&sandbox, "AgainstScript", "--against report.json"),
        passed
    );
}

#[test]
fn accepts_a_report_in_the_folder() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.must(&format!(
        "{EXAMPLE_WRAP} --out-dir import --report import/report.json"
    ));
    let output = verify(&sandbox, "--structure --against import/report.json");
    assert_status(&output, 0);
    assert_eq!(stderr(&output), "");
    let output = verify(&sandbox, "--structure");
    assert_status(&output, 0);
    assert_eq!(
        stderr(&output),
        "byok: note: import/report.json is not a file of the import\n"
    );
}

#[test]
fn rejects_a_file_that_differs() {
    for name in FILES {
        for options in ["", "--structure", "--structure --against report.json"] {
            let sandbox = production();
            change(&sandbox, &format!("import/{name}"));
            let output = verify(&sandbox, options);
            assert_status(&output, 6);
            let said = stderr(&output);
            assert!(
                said.contains("byok: error: ") && said.contains("byok: hint: "),
                "{name} {options}: {said}"
            );
        }
    }
    // Where only import.sh differs, it is named.
    let sandbox = production();
    change(&sandbox, "import/import.sh");
    let said = stderr(&verify(&sandbox, "--structure"));
    assert!(said.contains("import/import.sh differs in line "), "{said}");
    let said = stderr(&verify(&sandbox, "--structure --against report.json"));
    assert!(said.contains("import.sh, against the report: "), "{said}");
}

#[test]
fn rejects_a_file_that_is_missing_or_no_file() {
    for name in FILES {
        for options in ["", "--structure --against report.json"] {
            let sandbox = production();
            let path = sandbox.path(&format!("import/{name}"));
            fs::rename(&path, sandbox.path("elsewhere")).expect("moved");
            let output = verify(&sandbox, options);
            assert_status(&output, 6);
            let expected = format!("import/{name} does not exist");
            assert!(stderr(&output).contains(&expected), "{output:?}");

            symlink("../elsewhere", &path).expect("a link");
            let output = verify(&sandbox, options);
            assert_status(&output, 6);
            let expected = format!("import/{name} is a symbolic link, not a regular file");
            assert!(stderr(&output).contains(&expected), "{output:?}");

            fs::remove_file(&path).expect("removed");
            fs::create_dir(&path).expect("made");
            let output = verify(&sandbox, options);
            assert_status(&output, 6);
            assert!(stderr(&output).contains("is a directory"), "{output:?}");
        }
    }
}

#[test]
fn rejects_a_request_that_is_no_json() {
    let sandbox = production();
    sandbox.file("import/import-key-material.json", "not JSON");
    let output = verify(&sandbox, "--structure");
    assert_status(&output, 6);
    let said = stderr(&output);
    assert!(
        said.contains("import/import-key-material.json is not a request of byok wrap: not JSON"),
        "{said}"
    );
}

#[test]
fn rejects_entries_that_can_be_run() {
    for name in ["aws", "install.sh", "RUN.SH", ".hidden.sh"] {
        let sandbox = production();
        let path = sandbox.file(&format!("import/{name}"), "#!/bin/sh\n");
        set_mode(&path, if name == "aws" { 0o755 } else { 0o600 });
        for options in ["", "--structure --against report.json"] {
            let output = verify(&sandbox, options);
            assert_status(&output, 6);
            let said = stderr(&output);
            assert!(said.contains(&format!("import/{name} is ")), "{said}");
        }
    }
    let sandbox = production();
    symlink("/bin/sh", sandbox.path("import/aws")).expect("a link");
    assert_status(&verify(&sandbox, "--structure"), 6);
}

#[test]
fn notes_other_entries() {
    let sandbox = production();
    sandbox.file("import/README", "words");
    fs::create_dir(sandbox.path("import/old")).expect("made");
    symlink("nowhere", sandbox.path("import/dangling")).expect("a link");
    let output = verify(&sandbox, "--structure");
    assert_status(&output, 0);
    let said = stderr(&output);
    assert_eq!(said.matches("byok: note: ").count(), 3, "{said}");
    assert_eq!(said.matches("is not a file of the import").count(), 3);
}

#[test]
fn leaves_a_script_of_another_version_undecided() {
    let sandbox = production();
    let script = String::from_utf8(sandbox.read("import/import.sh")).expect("UTF-8");
    let version = concat!("byok ", env!("CARGO_PKG_VERSION"), " at");
    assert!(script.contains(version), "{script}");
    let older = script.replace(version, "byok 0.0.1 at");
    sandbox.file("import/import.sh", &older);
    for options in ["", "--structure"] {
        assert_status(&verify(&sandbox, options), 5);
    }
    let (result, reason) = check(&sandbox, "FolderScript", "--structure");
    assert_eq!(result, "not checked");
    assert!(reason.starts_with("byok 0.0.1 wrote it; "), "{reason}");

    // A report decides, whatever version wrote the script.
    let decided = "--structure --against report.json";
    assert_status(&verify(&sandbox, decided), 6);
    let mut report = sandbox.json("report.json");
    let outputs = report["Outputs"].as_array_mut().expect("a list");
    let of_script = outputs
        .iter_mut()
        .find(|output| output["Content"] == "Script")
        .expect("the script");
    of_script["Size"] = json!(older.len());
    of_script["Sha256"] = json!(Sha256Digest::of(older.as_bytes()).to_string());
    sandbox.file("report.json", report.to_string());
    assert_status(&verify(&sandbox, decided), 0);
}

#[test]
fn rejects_a_script_without_a_header() {
    let sandbox = production();
    sandbox.file("import/import.sh", "#!/bin/sh\naws kms help\n");
    let output = verify(&sandbox, "--structure");
    assert_status(&output, 6);
    assert!(stderr(&output).contains("was not written by byok wrap"));
}

#[test]
fn verifies_the_folder_of_a_rehearsal() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    sandbox.must(&format!("{WRAP} --out-dir import --report report.json"));
    for options in ["", "--structure", "--against report.json"] {
        let output = sandbox.run(&format!("verify --dir import {options}"));
        assert_status(&output, 0);
        assert_eq!(stderr(&output), "");
    }
    change(&sandbox, "import/REHEARSAL-ImportToken.bin");
    let output = sandbox.run("verify --dir import");
    assert_status(&output, 6);
    let said = stderr(&output);
    assert!(
        said.contains(
            "import/REHEARSAL-ImportToken.bin differs from the ImportToken in \
             REHEARSAL-import-key-material.json"
        ),
        "{said}"
    );
}

#[test]
fn rejects_a_folder_of_an_import_and_of_a_rehearsal() {
    let sandbox = production();
    sandbox.file("import/REHEARSAL-ImportToken.bin", "token");
    let output = verify(&sandbox, "--structure");
    assert_status(&output, 6);
    assert!(stderr(&output).contains("import contains files of an import and of a rehearsal"));
}

#[test]
fn names_the_files_that_were_not_compared() {
    let sandbox = production();
    let output = sandbox.run(
        "verify --import-request import/import-key-material.json --structure \
         --at 2016-12-01T00:00:00Z --against report.json",
    );
    assert_status(&output, 0);
    assert_eq!(
        stderr(&output),
        "byok: warning: not compared with the report: import/EncryptedKeyMaterial.bin, \
         import/ImportToken.bin, import/import.sh\nbyok: hint: to compare every file that wrap --out-dir \
         wrote, run: byok verify --dir DIR --against REPORT\n"
    );
}

#[test]
fn needs_a_folder() {
    let sandbox = production();
    let output = sandbox.run("verify --dir params.json");
    assert_status(&output, 3);
    assert!(stderr(&output).contains("params.json is not a folder"));
    let output = sandbox.run("verify --dir nowhere");
    assert_status(&output, 4);
    assert!(stderr(&output).contains("nowhere does not exist"));
    fs::create_dir(sandbox.path("empty")).expect("made");
    let output = sandbox.run("verify --dir empty");
    assert_status(&output, 6);
    assert!(stderr(&output).contains("empty/import-key-material.json does not exist"));
}
