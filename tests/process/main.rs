//! The whole process: the store with concurrent processes, files and their modes, closed and full
//! streams, and secrets.

#![cfg(unix)]

mod hardening;
mod import_folder;
mod key_life;
mod output_files;
mod output_folders;
mod parameters;
mod prompt;
mod readers;
mod report_secrets;
mod reports;
mod same_names;
mod sandbox;
mod script;
mod secrets;
mod store;
mod store_paths;
mod streams;
