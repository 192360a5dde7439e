//! The whole process: the store with concurrent processes, files and their modes, closed and full
//! streams, and secrets.

#![cfg(unix)]

mod import_folder;
mod key_life;
mod output_files;
mod parameters;
mod prompt;
mod report_secrets;
mod reports;
mod sandbox;
mod script;
mod secrets;
mod store;
mod streams;
