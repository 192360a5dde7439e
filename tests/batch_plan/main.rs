//! Runs the scripts of `byok batch plan` under `byok serve`, with the AWS CLI.
//!
//! `BYOK_PYTHON` names a Python with the AWS CLI. `BYOK_PLAN_STRIDE` is the distance between the calls at
//! which `kills` kills a script: 1 for all.

#![cfg(unix)]

#[path = "../interop_support/mod.rs"]
mod interop_support;
#[path = "../serve/server.rs"]
#[allow(dead_code, reason = "tests/serve uses all of it")]
mod server;

mod faults;
mod kills;
mod production;
mod rehearsal;
mod shells;
mod values;
