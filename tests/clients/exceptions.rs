//! Refusals reach boto3 as the exceptions of the service model.

use tempfile::TempDir;

use crate::client::Environment;
use crate::interop_support::{Sandbox, assert_success, python_with, say, test_file};
use crate::server::Server;

/// Exceptions that only `--fail` causes, in the order of `exceptions.py`.
const ON_PURPOSE: [&str; 4] = [
    "DependencyTimeoutException",
    "KMSInternalException",
    "ThrottlingException",
    "AccessDeniedException",
];

#[test]
fn every_exception_of_the_import_reaches_boto3() {
    let Some(python) = python_with("boto3").and(python_with("cryptography")) else {
        return;
    };
    let keys = TempDir::new().expect("a folder");
    let store = format!(
        "--output json --store {}",
        keys.path().join("keys").display()
    );
    let rehearsal = Server::start(&store);
    let later = Server::start(&format!("{store} --clock-offset 25h"));
    let failures: String = ["GetParametersForImport", "ImportKeyMaterial"]
        .iter()
        .flat_map(|operation| {
            ON_PURPOSE.map(|exception| format!(" --fail {operation}={exception}:1"))
        })
        .collect();
    let trouble = Server::start(&format!("--output json{failures}"));

    let mut command = Sandbox::new().command(python);
    command
        .current_dir("/")
        .arg(test_file("clients/exceptions.py"));
    Environment::of(&rehearsal).give_to(&mut command);
    for (name, server) in [
        ("REHEARSAL", &rehearsal),
        ("LATER", &later),
        ("TROUBLE", &trouble),
    ] {
        command.env(name, format!("http://127.0.0.1:{}", server.port));
    }
    command
        .env("PYTHONPATH", test_file("interop_support"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let said = assert_success("exceptions.py", command.output().expect("Python starts"));
    let said = String::from_utf8(said).expect("UTF-8");
    said.lines().for_each(say);
    assert!(said.ends_with("\n22 exceptions\n"), "{said}");
}
