//! Compares requests and answers with AWS's service model.

use std::path::{Path, PathBuf};
use std::process::Command;

use byok_core::operation::Operation;
use tempfile::TempDir;

use crate::client::Environment;
use crate::interop_support::{Sandbox, assert_success, python_with, say, test_file};
use crate::server::Server;

#[test]
fn every_response_is_what_the_service_model_says() {
    succeed("shapes.py");
}

#[test]
fn every_member_and_value_of_a_request_is_known() {
    succeed("request_model.py");
}

/// What AWS adds to its service model fails with its name.
#[test]
fn a_newer_member_or_value_is_noticed() {
    let Some(python) = python() else {
        return;
    };
    for (program, shape, name, complaint) in [
        (
            "request_model.py",
            "CreateKeyRequest",
            "Newer",
            "CreateKey.Newer is unknown",
        ),
        (
            "request_model.py",
            "KeySpec",
            "NEWER_512",
            "KeySpec: NEWER_512 is unknown",
        ),
        (
            "shapes.py",
            "KeyMetadata",
            "Newer",
            "no answer has these members of KeyMetadata: {'Newer'}",
        ),
        (
            "shapes.py",
            "ImportState",
            "NEWER",
            "no answer has these values: [('ImportState', 'NEWER')]",
        ),
    ] {
        let folder = TempDir::new().expect("a folder");
        let mut write = Sandbox::new().command(&python);
        write
            .current_dir("/")
            .arg(test_file("clients/newer_model.py"))
            .arg(folder.path())
            .args([shape, name]);
        assert_success("newer_model.py", write.output().expect("Python starts"));
        let server = Server::start("--output json");
        let mut command = comparison(&python, &server, program);
        command.env("AWS_DATA_PATH", folder.path());
        let output = command.output().expect("Python starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{program} {shape} {name}");
        assert!(said.contains(complaint), "{program} {shape} {name}: {said}");
    }
}

/// Runs a program of this folder against a server, for all operations.
fn succeed(program: &str) {
    let Some(python) = python() else {
        return;
    };
    let server = Server::start("--output json");
    let mut command = comparison(&python, &server, program);
    let said = assert_success(program, command.output().expect("Python starts"));
    let said = String::from_utf8(said).expect("UTF-8");
    say(said.trim());
    assert!(
        said.starts_with(&format!("{} operations, ", Operation::ALL.len())),
        "{said}"
    );
}

fn python() -> Option<PathBuf> {
    python_with("boto3").and(python_with("cryptography"))
}

fn comparison(python: &Path, server: &Server, program: &str) -> Command {
    let mut command = Sandbox::new().command(python);
    command
        .current_dir("/")
        .arg(test_file(&format!("clients/{program}")));
    command.args(Operation::ALL.iter().map(|operation| operation.as_str()));
    Environment::of(server).give_to(&mut command);
    command
        .env("PYTHONPATH", test_file("interop_support"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
