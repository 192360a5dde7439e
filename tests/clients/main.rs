//! Runs the clients that people have against `byok serve`: the AWS CLI, boto3, and the AWS SDKs for
//! Go, JavaScript and Rust; also the AWS CLI and the SDK for Go of Debian, which do not read
//! AWS_ENDPOINT_URL.
//!
//! `.ci/clients` installs the SDKs in `target/clients`, or in `BYOK_CLIENTS`. `BYOK_PYTHON` names a
//! Python with the AWS CLI, boto3 and `cryptography`. A missing client is reported, and fails the
//! test if `CI` is set.

#![cfg(unix)]

#[path = "../interop_support/mod.rs"]
mod interop_support;
#[path = "../serve/server.rs"]
#[allow(dead_code, reason = "tests/serve uses all of it")]
mod server;

mod aws_cli;
mod client;
mod exceptions;
mod import;
mod line_program;
mod refusals;
mod shapes;
mod stray;
mod terraform;
mod trap;
