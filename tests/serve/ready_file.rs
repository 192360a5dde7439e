//! The ready-file: its owner, and what it can replace.

use std::fs;
use std::path::Path;
use std::process::Output;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::server::{Server, byok_serve};

/// Runs `byok serve` with the ready-file `ready` of `folder` until its command has read it.
fn serve_once(folder: &Path, options: &[&str]) -> Output {
    let mut command = byok_serve(folder);
    command.args(["--ready-file", "ready"]).args(options);
    command
        .args(["--", "sh", "-c", ". ./ready && echo $AWS_ENDPOINT_URL"])
        .output()
        .expect("byok runs")
}

#[test]
fn one_that_a_killed_server_left_makes_room() {
    let folder = Server::start("").kill();
    let left = fs::read_to_string(folder.path().join("ready")).expect("it was left");
    let output = serve_once(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let url = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        url.starts_with("http://127.0.0.1:") && !left.contains(url.trim()),
        "{url} was left"
    );
    assert!(!folder.path().join("ready").exists());
}

#[test]
fn one_that_is_in_use_is_left_alone() {
    let mut server = Server::start("");
    let own = fs::read(server.path("ready")).expect("a file");
    let output = serve_once(&server.path("."), &[]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("ready already exists"),
        "{output:?}"
    );
    assert_eq!(fs::read(server.path("ready")).expect("a file"), own);
    // With --force the second process owns the file and removes it. The first leaves any later file
    // alone.
    assert_eq!(
        serve_once(&server.path("."), &["--force"]).status.code(),
        Some(0)
    );
    assert!(!server.path("ready").exists());
    fs::write(server.path("ready"), "mine").expect("written");
    server.signal(Signal::TERM);
    server.wait();
    assert_eq!(fs::read(server.path("ready")).expect("a file"), b"mine");
}

#[test]
fn no_other_file_makes_room() {
    let folder = TempDir::new().expect("a folder");
    let ready = folder.path().join("ready");
    for text in ["", "mine", "# A rehearsal of AWS KMS at http://example.com"] {
        fs::write(&ready, text).expect("written");
        assert_eq!(
            serve_once(folder.path(), &[]).status.code(),
            Some(4),
            "{text}"
        );
        assert_eq!(fs::read_to_string(&ready).expect("a file"), text);
    }
    let left = Server::start("").kill();
    fs::remove_file(&ready).expect("removed");
    std::os::unix::fs::symlink(left.path().join("ready"), &ready).expect("a link");
    assert_eq!(
        serve_once(folder.path(), &[]).status.code(),
        Some(4),
        "a link"
    );
    assert!(left.path().join("ready").exists() && ready.symlink_metadata().is_ok());
}
