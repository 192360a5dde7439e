//! What is named as a store and is not one, or not a safe one.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::sandbox::{
    KEY_ID, MATERIAL, PARAMS, Sandbox, WRAP, assert_refused, assert_status, files, names, set_mode,
    stderr, stdout,
};

/// Command lines that read a store, or change a key in it, and never make one.
fn reading() -> Vec<String> {
    let key = |verb: &str| format!("key {verb} {KEY_ID}");
    vec![
        "key list".to_owned(),
        key("describe"),
        key("show"),
        key("materials"),
        key("delete-material"),
        key("rotate"),
        format!("{} --replica-region eu-west-1", key("replicate")),
        format!("{} Disabled", key("set-state")),
        format!(
            "params --key-id {KEY_ID} --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048"
        ),
        "verify --import-request request.json".to_owned(),
        "verify --import --import-request request.json".to_owned(),
    ]
}

/// Command lines that make a store where there is none.
fn making() -> Vec<String> {
    vec![
        "key create --key-spec HMAC_256".to_owned(),
        format!("{PARAMS} --key-id {KEY_ID}"),
        "serve -- true".to_owned(),
    ]
}

/// A sandbox with a request of a rehearsal, whose store is called `store`.
fn with_request() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    sandbox.must(&format!("{WRAP} -o request.json"));
    sandbox
}

#[test]
fn a_store_that_was_named_must_exist_and_is_not_made_by_reading() {
    let sandbox = with_request();
    let before = sandbox.names();
    for line in reading() {
        let output = sandbox.run(&format!("{line} --store mistyped"));
        assert_refused(&output, 4, "byok: error: there is no store at mistyped\n");
        assert!(
            stderr(&output).contains("byok key create --store mistyped "),
            "{line}: {output:?}"
        );
        // The variable names one, too.
        let mut command = sandbox.byok(line.split_whitespace());
        let output = command.env("BYOK_STORE", "mistyped").output();
        assert_refused(
            &output.expect("byok runs"),
            4,
            "there is no store at mistyped",
        );
        assert_eq!(sandbox.names(), before, "{line}");
    }
    // Where none is named, no key was made yet.
    let mut command = sandbox.byok(["key", "list"]);
    command
        .env_remove("BYOK_STORE")
        .env("HOME", sandbox.path(""));
    let output = command.output().expect("byok runs");
    assert_status(&output, 0);
    assert_eq!((stdout(&output), sandbox.names()), (String::new(), before));
}

#[test]
fn what_is_no_store_is_called_that() {
    let sandbox = with_request();
    sandbox.file("a-file", "text");
    fs::create_dir_all(sandbox.path("documents/empty")).expect("made");
    sandbox.file("documents/letter.txt", "text");
    let status = Command::new("mkfifo").arg(sandbox.path("pipe")).status();
    assert!(status.expect("mkfifo").success());
    let before = files(&sandbox.path("documents"));
    for (name, what) in [
        ("/etc/passwd", "it is a regular file"),
        ("a-file", "it is a regular file"),
        ("pipe", "it is a named pipe"),
        ("/dev/null", "it is a device"),
        ("documents", "it is a folder with "),
        ("/etc", "it is a folder with "),
        ("/", "it is a folder with "),
    ] {
        for line in reading().into_iter().chain(making()) {
            let line = match line.strip_prefix("serve ") {
                Some(rest) => format!("serve --store {name} {rest}"),
                None => format!("{line} --store {name}"),
            };
            let output = sandbox.run(&line);
            let expected = format!("byok: error: {name} is not a store: {what}");
            assert_refused(&output, 7, &expected);
            assert!(!stderr(&output).contains("chmod"), "{line}: {output:?}");
        }
        let output = sandbox.run(&format!("store destroy --yes --store {name}"));
        assert_refused(&output, 7, "is not a store");
    }
    for line in reading() {
        let output = sandbox.run(&format!("{line} --store documents/empty"));
        assert_refused(
            &output,
            7,
            "documents/empty is not a store: it is an empty folder",
        );
    }
    assert_eq!(files(&sandbox.path("documents")), before);

    // A folder that is empty can become one.
    set_mode(&sandbox.path("documents/empty"), 0o700);
    sandbox.must("key create --key-spec HMAC_256 --store documents/empty");
    sandbox.must("key list --store documents/empty");
}

#[test]
fn neither_a_slash_nor_a_dot_hides_a_link() {
    let sandbox = with_request();
    symlink("store", sandbox.path("link")).expect("linked");
    for name in ["link", "link/", "link/.", "link/./", "./link//"] {
        for line in reading()
            .into_iter()
            .chain(making().into_iter().take(2))
            .chain(["store destroy --yes".to_owned()])
        {
            let output = sandbox.run(&format!("{line} --store {name}"));
            assert_refused(&output, 7, "link is a symbolic link");
        }
    }
    // Nothing was destroyed through it.
    sandbox.must("verify --import-request request.json");
    // Other ways to write the folder itself are none of its business.
    for name in [
        "store/",
        "store/.",
        "./store",
        "store/../store",
        "link/../store",
    ] {
        sandbox.must(&format!("key list --store {name}"));
    }
}

#[test]
fn every_folder_and_file_of_a_store_is_its_owner_s_alone() {
    let sandbox = with_request();
    let folder = "store/keys/111122223333/us-east-1";
    let record = format!("{folder}/{KEY_ID}.json");
    for name in [
        "store/keys",
        "store/keys/111122223333",
        folder,
        record.as_str(),
    ] {
        let path = sandbox.path(name);
        let closed = crate::sandbox::mode(&path);
        for open in [0o010, 0o004, 0o002] {
            set_mode(&path, closed | open);
            for line in [
                "key list".to_owned(),
                format!("key describe {KEY_ID}"),
                format!("{PARAMS} --key-id {KEY_ID}"),
                "verify --import --import-request request.json".to_owned(),
            ] {
                let output = sandbox.run(&line);
                assert_refused(
                    &output,
                    7,
                    &format!("{} is open to other users", path.display()),
                );
                let hint = format!("chmod -R go= {}", path.display());
                assert!(stderr(&output).contains(&hint), "{output:?}");
            }
        }
        set_mode(&path, closed);

        let elsewhere = sandbox.path("elsewhere");
        fs::rename(&path, &elsewhere).expect("moved");
        symlink(&elsewhere, &path).expect("linked");
        for line in ["key list".to_owned(), format!("key describe {KEY_ID}")] {
            let output = sandbox.run(&line);
            assert_refused(
                &output,
                7,
                &format!("{} is a symbolic link", path.display()),
            );
        }
        fs::remove_file(&path).expect("removed");
        fs::rename(&elsewhere, &path).expect("put back");
    }
    sandbox.must("verify --import-request request.json");
}

/// A file of zeros is what a power failure can leave, and what everybody can guess.
#[test]
fn rejects_a_root_secret_that_is_blank() {
    let sandbox = with_request();
    for blank in [0x00, 0xff] {
        fs::write(sandbox.path("store/root"), [blank; 32]).expect("written");
        for line in [
            "verify --import-request request.json",
            "key create --key-spec HMAC_256",
        ] {
            let output = sandbox.run(line);
            assert_refused(&output, 7, "the root secret is damaged");
        }
        assert_eq!(sandbox.read("store/root"), [blank; 32]);
    }
}

/// Puts something where a lock should be.
type Put = fn(&Path);

#[test]
fn what_is_no_lock_is_neither_followed_nor_waited_for() {
    let sandbox = with_request();
    let lines = [
        "key create --key-spec HMAC_256".to_owned(),
        format!("{PARAMS} --key-id {KEY_ID}"),
        format!("key set-state {KEY_ID} Disabled"),
    ];
    let of_key = format!("store/keys/111122223333/us-east-1/{KEY_ID}.lock");
    let kinds: [(&str, Put); 5] = [
        ("a symbolic link", |path| {
            let target = path.with_file_name("target");
            File::create(&target).expect("made");
            symlink(target, path).expect("linked");
        }),
        ("a symbolic link", |path| {
            symlink("nowhere", path).expect("linked");
        }),
        ("a named pipe", |path| {
            let status = Command::new("mkfifo").arg(path).status();
            assert!(status.expect("mkfifo").success());
        }),
        ("a directory", |path| fs::create_dir(path).expect("made")),
        ("a socket", |path| {
            let bound = std::os::unix::net::UnixListener::bind(path);
            drop(bound.expect("bound"));
        }),
    ];
    let began = Instant::now();
    for (at, lines) in [("store/lock", &lines[..]), (of_key.as_str(), &lines[1..])] {
        let path = sandbox.path(at);
        let _ = fs::remove_file(&path);
        for (what, put) in kinds {
            put(&path);
            for line in lines {
                let output = sandbox.run(line);
                assert_refused(&output, 7, "KMSInternalException");
                let said = stderr(&output);
                assert!(
                    said.contains(&format!("lock is {what}; a lock must be a regular file")),
                    "{said}"
                );
                assert!(
                    said.contains("to let byok create the lock, remove it: rm -r "),
                    "{said}"
                );
            }
            if path.is_dir() && !path.is_symlink() {
                fs::remove_dir(&path).expect("removed");
            } else {
                fs::remove_file(&path).expect("removed");
            }
            let _ = fs::remove_file(path.with_file_name("target"));
        }
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    for line in &lines[..2] {
        sandbox.must(line);
    }
}

#[test]
fn destroys_a_store_by_any_name_of_its_folder() {
    for name in [".", "./", "../store", "keys/.."] {
        let sandbox = with_request();
        let line = format!("store destroy --yes --store {name}");
        let mut command = sandbox.byok(line.split_whitespace());
        let output = command
            .current_dir(sandbox.path("store"))
            .output()
            .expect("byok runs");
        assert_status(&output, 0);
        assert!(!sandbox.path("store").exists(), "{name}");
    }
}

#[test]
fn does_not_destroy_a_store_whose_lock_is_not_a_file() {
    let sandbox = with_request();
    fs::remove_file(sandbox.path("store/lock")).expect("removed");
    fs::create_dir(sandbox.path("store/lock")).expect("made");
    let output = sandbox.run("store destroy --yes");
    assert_refused(&output, 4, "nothing was destroyed: ");
    assert_eq!(names(&sandbox.path("store")), ["keys", "lock", "root"]);
    symlink("key.bin", sandbox.path("store/link")).expect("linked");
    assert_refused(
        &sandbox.run("store destroy --yes"),
        4,
        "nothing was destroyed: ",
    );
    assert_eq!(sandbox.read("key.bin"), MATERIAL);
}
