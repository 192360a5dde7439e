//! `byok serve` answers the clients that people have: the AWS CLI, boto3, and the AWS SDKs for
//! JavaScript and Rust.
//!
//! `.ci/clients` makes the SDKs in `target/clients`, or where `BYOK_CLIENTS` says; `BYOK_PYTHON` names a
//! Python with the AWS CLI, boto3 and `cryptography`. What is missing is said, and a failure where `CI`
//! is set.

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
mod trap;
