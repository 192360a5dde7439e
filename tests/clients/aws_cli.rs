//! The AWS CLI: one process per call.

use std::ffi::OsString;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use crate::client::{BLOBS, Environment};
use crate::interop_support::Sandbox;

/// An AWS CLI, and its files.
pub(crate) struct AwsCli {
    /// The program, and its first arguments.
    words: [OsString; 3],
    environment: Environment,
    sandbox: Sandbox,
}

impl AwsCli {
    pub(crate) fn new(words: [OsString; 3], environment: Environment) -> Self {
        Self {
            words,
            environment,
            sandbox: Sandbox::new(),
        }
    }

    /// Runs `aws kms OPERATION` with an option for each member. Returns its answer, or its error.
    pub(crate) fn call(
        &self,
        operation: &str,
        members: &Map<String, Value>,
    ) -> Result<Value, String> {
        let [program, arguments @ ..] = &self.words;
        let mut command = self.sandbox.command(program);
        self.environment.give_to(&mut command);
        command.args(arguments);
        command.args(["kms", &kebab_case(operation)]);
        // A wrapping key takes long to make where much else is done.
        command.args(["--cli-read-timeout", "600"]);
        for (name, value) in members {
            command
                .arg(format!("--{}", kebab_case(name)))
                .arg(self.argument(name, value));
        }
        let output = command.output().expect("the AWS CLI starts");
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        // Version 2 prints nothing for an output without members that it knows.
        if output.stdout.is_empty() {
            return Ok(Value::Object(Map::new()));
        }
        Ok(serde_json::from_slice(&output.stdout).expect("JSON"))
    }

    /// A blob is a file, as AWS documents.
    fn argument(&self, name: &str, value: &Value) -> String {
        match value {
            Value::String(text) if BLOBS.contains(&name) => {
                self.sandbox
                    .write(name, BASE64.decode(text).expect("base64"));
                format!("fileb://{name}")
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// Returns `key-id` for `KeyId`.
fn kebab_case(name: &str) -> String {
    name.char_indices()
        .fold(String::new(), |mut kebab, (at, letter)| {
            let dash = if letter.is_ascii_uppercase() && at > 0 {
                "-"
            } else {
                ""
            };
            let _ = write!(kebab, "{dash}{}", letter.to_ascii_lowercase());
            kebab
        })
}
