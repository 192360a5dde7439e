//! Folders that take what will be used: nobody else can replace the files in them.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::PathBuf;
use std::process::Output;

use crate::sandbox::{
    EXAMPLE_WRAP, Sandbox, assert_refused, assert_status, mode, names, needs_root, set_mode, stderr,
};

const SET: [&str; 4] = [
    "EncryptedKeyMaterial.bin",
    "ImportToken.bin",
    "import-key-material.json",
    "import.sh",
];

/// A user and a group that are not those of the test.
const OTHER: u32 = 65534;

fn ready() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox
}

fn wrap_to(sandbox: &Sandbox, folder: &str) -> Output {
    sandbox.run(&format!("{EXAMPLE_WRAP} --out-dir {folder}"))
}

fn make(sandbox: &Sandbox, name: &str, mode: u32) -> PathBuf {
    let path = sandbox.path(name);
    fs::create_dir(&path).expect("made");
    set_mode(&path, mode);
    path
}

#[test]
fn rejects_a_link_to_a_folder_however_it_is_written() {
    let sandbox = ready();
    make(&sandbox, "real", 0o700);
    symlink("real", sandbox.path("link")).expect("linked");
    symlink("nowhere", sandbox.path("dangling")).expect("linked");
    for name in ["link", "link/", "link/.", "link//./", "./link", "dangling"] {
        let folder = name.trim_start_matches("./");
        let folder = folder.split('/').next().expect("a name");
        assert_refused(
            &wrap_to(&sandbox, name),
            4,
            &format!("{folder} is a symbolic link"),
        );
    }
    for name in ["link/import", "link/./import", "link/import/"] {
        let output = wrap_to(&sandbox, name);
        assert_refused(&output, 4, "the folder link is a symbolic link");
        assert!(stderr(&output).contains("realpath link"), "{output:?}");
    }
    assert_eq!(names(&sandbox.path("real")), [""; 0]);
    assert!(!sandbox.path("nowhere").exists());
    assert_status(&wrap_to(&sandbox, "real"), 0);
    assert_eq!(names(&sandbox.path("real")), SET);
}

/// What is wrong is found before the key material is read.
#[test]
fn looks_at_the_folder_before_any_work() {
    let sandbox = ready();
    make(&sandbox, "open", 0o777);
    let unread = EXAMPLE_WRAP.replace("key.bin", "missing");
    let output = sandbox.run(&format!("{unread} --out-dir open"));
    assert_refused(
        &output,
        4,
        "every user can replace files in the folder open",
    );
    let output = sandbox.run(&format!("{unread} --out-dir open/import"));
    assert_refused(
        &output,
        4,
        "every user can replace files in the folder open",
    );
    assert_eq!(names(&sandbox.path("open")), [""; 0]);
}

#[test]
fn rejects_a_folder_or_a_parent_that_every_user_can_write_to() {
    let sandbox = ready();
    let open = make(&sandbox, "open", 0o777);
    for name in ["open", "open/", "open/import"] {
        let output = wrap_to(&sandbox, name);
        assert_refused(
            &output,
            4,
            "every user can replace files in the folder open",
        );
        assert!(stderr(&output).contains("chmod go-w open"), "{output:?}");
    }
    set_mode(&open, 0o702);
    assert_refused(
        &wrap_to(&sandbox, "open"),
        4,
        "every user can replace files",
    );
    assert_eq!(names(&open), [""; 0]);

    // The sticky bit keeps the files of others from being replaced, as in /tmp.
    set_mode(&open, 0o1777);
    assert_status(&wrap_to(&sandbox, "open/import"), 0);
    assert_status(&wrap_to(&sandbox, "open"), 0);
    assert_eq!(mode(&open.join("import")), 0o700);

    // A folder that is closed itself, in a parent that is not.
    let parent = make(&sandbox, "parent", 0o700);
    make(&sandbox, "parent/closed", 0o700);
    set_mode(&parent, 0o777);
    let output = wrap_to(&sandbox, "parent/closed");
    assert_refused(
        &output,
        4,
        "every user can replace files in the folder parent",
    );
}

/// A folder without a name of its own has a parent, too.
#[test]
fn looks_at_the_parent_of_the_current_folder() {
    let sandbox = ready();
    let parent = make(&sandbox, "parent", 0o700);
    make(&sandbox, "parent/here", 0o700);
    for name in ["key.bin", "params.json"] {
        fs::copy(sandbox.path(name), parent.join("here").join(name)).expect("copied");
    }
    let run = |folder: &str| {
        let line = format!("{EXAMPLE_WRAP} --force --out-dir {folder}");
        let mut command = sandbox.byok(line.split_whitespace());
        command.current_dir(parent.join("here"));
        command.output().expect("byok runs")
    };
    for folder in [".", "./", "../here"] {
        assert_status(&run(folder), 0);
    }
    set_mode(&parent, 0o777);
    for folder in [".", "./", "../here", "..", "import/.."] {
        let output = run(folder);
        assert_status(&output, 4);
    }
    assert_refused(
        &run("."),
        4,
        "every user can replace files in the folder ./..",
    );
    assert_eq!(names(&parent), ["here"]);
}

#[test]
fn rejects_a_folder_or_a_parent_of_another_user() {
    if !needs_root("to give a folder to another user") {
        return;
    }
    let sandbox = ready();
    let theirs = make(&sandbox, "theirs", 0o755);
    chown(&theirs, Some(OTHER), None).expect("root may");
    for name in ["theirs", "theirs/", "theirs/import"] {
        let output = wrap_to(&sandbox, name);
        assert_refused(
            &output,
            4,
            &format!("the folder theirs belongs to another user, number {OTHER}"),
        );
    }
    // Nor does --force help.
    let output = sandbox.run(&format!("{EXAMPLE_WRAP} --force --out-dir theirs"));
    assert_refused(&output, 4, "belongs to another user");
    assert_eq!(names(&theirs), [""; 0]);
}

#[test]
fn warns_of_a_group_that_is_not_the_user_s_own() {
    if !needs_root("to give a folder to another group") {
        return;
    }
    let sandbox = ready();
    let shared = make(&sandbox, "shared", 0o770);
    let warning = |name: &str| {
        let output = wrap_to(&sandbox, name);
        assert_status(&output, 0);
        let said = stderr(&output);
        let at = said.find("byok: warning: a group can replace files in the folder shared\n");
        if let Some(at) = at {
            assert!(said.contains("chmod g-w shared\n"), "{said}");
            assert!(
                said.find("next, on the machine with the AWS CLI") > Some(at),
                "{said}"
            );
        }
        at.is_some()
    };
    assert!(!warning("shared/a"), "root's own group");
    chown(&shared, None, Some(OTHER)).expect("root may");
    assert!(warning("shared/b"), "the parent");
    assert!(warning("shared"), "the folder");
    set_mode(&shared, 0o1770);
    assert!(!warning("shared/c"), "a sticky bit");
    set_mode(&shared, 0o750);
    assert!(!warning("shared/d"), "the group reads");
}
