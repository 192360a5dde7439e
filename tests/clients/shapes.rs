//! Compares the answers with the shapes of AWS's service model.

use byok_core::key_state::Operation;

use crate::client::Environment;
use crate::interop_support::{Sandbox, assert_success, python_with, say, test_file};
use crate::server::Server;

#[test]
fn every_response_is_what_the_service_model_says() {
    let Some(python) = python_with("boto3").and(python_with("cryptography")) else {
        return;
    };
    let server = Server::start("--output json");
    let mut command = Sandbox::new().command(python);
    command.current_dir("/").arg(test_file("clients/shapes.py"));
    command.args(Operation::ALL.iter().map(|operation| operation.as_str()));
    Environment::of(&server).give_to(&mut command);
    command
        .env("PYTHONPATH", test_file("interop_support"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let said = assert_success("shapes.py", command.output().expect("Python starts"));
    let said = String::from_utf8(said).expect("UTF-8");
    say(said.trim());
    assert!(
        said.starts_with(&format!("{} operations, ", Operation::ALL.len())),
        "{said}"
    );
}
