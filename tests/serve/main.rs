//! `byok serve` as a process: who is let in, what abuse does to it, what it runs, what it leaves.

#![cfg(unix)]

mod abuse;
mod client;
mod command;
mod durability;
mod gate;
mod journal;
mod ready_file;
mod refusals;
mod server;
mod smoke;
mod supervision;
