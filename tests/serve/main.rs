//! `byok serve` as a process: the gate, abusive clients, the command, and what remains.

#![cfg(unix)]

mod abuse;
mod client;
mod command;
mod durability;
mod gate;
mod access_log;
mod ready_file;
mod refusals;
mod server;
mod smoke;
mod supervision;
