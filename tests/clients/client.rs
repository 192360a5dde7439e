//! The clients behind one interface: an operation and its members in, the output out.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::aws_cli::AwsCli;
use crate::interop_support::{Sandbox, python_with, say, skip, test_file};
use crate::line_program::LineProgram;
use crate::server::Server;

/// The binary members of requests.
pub(crate) const BLOBS: &[&str] = &[
    "CiphertextBlob",
    "EncryptedKeyMaterial",
    "ImportToken",
    "Message",
    "Plaintext",
];

/// The environment that a program needs to reach a server, as that server prints it.
#[derive(Clone)]
pub(crate) struct Environment(Value);

impl Environment {
    /// Reads it from a server that was started with `--output json`.
    pub(crate) fn of(server: &Server) -> Self {
        Self(serde_json::from_str(&server.printed()).expect("JSON"))
    }

    /// Returns the endpoint.
    fn url(&self) -> &str {
        self.0["Endpoint"].as_str().expect("an endpoint")
    }

    pub(crate) fn give_to(&self, command: &mut Command) {
        for name in self.0["Unset"].as_array().expect("names") {
            command.env_remove(name.as_str().expect("a name"));
        }
        for (name, value) in self.0["Environment"].as_object().expect("variables") {
            command.env(name, value.as_str().expect("a value"));
        }
    }
}

/// The clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    AwsCli,
    /// The AWS CLI of Debian, which takes its endpoint from `--endpoint-url`.
    DebianAwsCli,
    Boto3,
    /// The SDK of Debian, which takes its endpoint from the program.
    Go,
    JavaScript,
    Rust,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::AwsCli,
        Self::DebianAwsCli,
        Self::Boto3,
        Self::Go,
        Self::JavaScript,
        Self::Rust,
    ];

    /// Returns its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AwsCli => "AWS CLI",
            Self::DebianAwsCli => "AWS CLI of Debian",
            Self::Boto3 => "boto3",
            Self::Go => "SDK for Go",
            Self::JavaScript => "SDK for JavaScript",
            Self::Rust => "SDK for Rust",
        }
    }

    /// Starts the client with `environment`. Returns `None` with a message if it is missing.
    pub(crate) fn start(self, environment: &Environment) -> Option<Client> {
        let program = |program: &OsStr, arguments: &[&Path]| {
            let mut command = Sandbox::new().command(program);
            command.current_dir("/").args(arguments);
            environment.give_to(&mut command);
            command
        };
        let mut command = match self {
            Self::AwsCli => {
                let python = python_with("awscli")?;
                let words = [python.into(), "-m".into(), "awscli".into()];
                return Some(Client::AwsCli(AwsCli::new(words, environment.clone())));
            }
            Self::DebianAwsCli => {
                let words = [
                    debian_aws()?.into(),
                    "--endpoint-url".into(),
                    environment.url().into(),
                ];
                return Some(Client::AwsCli(AwsCli::new(words, environment.clone())));
            }
            Self::Go => program(prepared("go/byok-client")?.as_os_str(), &[]),
            Self::Boto3 => program(
                python_with("boto3")?.as_os_str(),
                &[&test_file("clients/boto3_client.py")],
            ),
            Self::JavaScript => {
                let modules = prepared("javascript/node_modules")?;
                let mut command = program(
                    node()?.as_os_str(),
                    &[&test_file("clients/javascript/client.js")],
                );
                command.env("NODE_PATH", modules);
                command
            }
            Self::Rust => program(prepared("rust/debug/byok-client")?.as_os_str(), &[]),
        };
        Some(Client::Lines(LineProgram::start(&mut command)))
    }
}

/// A started client.
pub(crate) enum Client {
    AwsCli(AwsCli),
    Lines(LineProgram),
}

impl Client {
    /// Returns the output of `operation`, and fails if it is refused.
    pub(crate) fn call(&mut self, operation: &str, members: &Value) -> Value {
        self.try_call(operation, members)
            .unwrap_or_else(|error| panic!("{operation} {members}: {error}"))
    }

    /// Returns the output of `operation`, or the client's error.
    pub(crate) fn try_call(&mut self, operation: &str, members: &Value) -> Result<Value, String> {
        match self {
            Self::Lines(program) => {
                program.ask(&json!({ "Operation": operation, "Members": members }))
            }
            Self::AwsCli(cli) => cli.call(operation, members.as_object().expect("members")),
        }
    }
}

/// The folder that `.ci/clients` fills.
fn prepared(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BYOK_CLIENTS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clients"));
    let path = std::path::absolute(folder.join(path)).expect("a path");
    if !path.exists() {
        skip(&format!(
            "there is no {}; .ci/clients makes it",
            path.display()
        ));
        return None;
    }
    Some(path)
}

/// Returns the AWS CLI of Debian, and prints its version.
fn debian_aws() -> Option<PathBuf> {
    let path = Path::new("/usr/bin/aws");
    match Command::new(path).arg("--version").output() {
        Ok(output) if output.status.success() => {
            say(String::from_utf8_lossy(&output.stdout).trim());
            Some(path.to_owned())
        }
        _ => {
            skip("there is no /usr/bin/aws; Debian's package awscli has it");
            None
        }
    }
}

/// Returns Node.js, and prints its version.
fn node() -> Option<PathBuf> {
    match Command::new("node").arg("--version").output() {
        Ok(output) if output.status.success() => {
            say(&format!(
                "Node.js {}",
                String::from_utf8_lossy(&output.stdout).trim()
            ));
            Some("node".into())
        }
        _ => {
            skip("there is no Node.js");
            None
        }
    }
}
