//! Output files: new, private and atomic.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::process::{Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::sandbox::{
    EXAMPLE_ARN, EXAMPLE_WRAP, KEY_ID, MATERIAL, PARAMS, Sandbox, assert_refused, assert_status,
    files, fixture, mode, names, set_mode,
};

#[test]
fn output_files_are_their_owner_s_alone_whatever_the_umask() {
    let sandbox = Sandbox::new();
    sandbox.example();
    for (umask, name) in [("000", "a"), ("777", "b")] {
        let prelude = format!("umask {umask}");
        assert_status(
            &sandbox.run_after(&prelude, &format!("{EXAMPLE_WRAP} -o {name}.json")),
            0,
        );
        assert_eq!(
            mode(&sandbox.path(&format!("{name}.json"))),
            0o600,
            "umask {umask}"
        );
        assert_status(
            &sandbox.run_after(&prelude, &format!("{EXAMPLE_WRAP} --out-dir {name}")),
            0,
        );
        assert_eq!(mode(&sandbox.path(name)), 0o700, "umask {umask}");
        for file in files(&sandbox.path(name)) {
            let expected = if file.ends_with("import.sh") {
                0o700
            } else {
                0o600
            };
            assert_eq!(mode(&file), expected, "{}", file.display());
        }
        let params = format!(
            "{PARAMS} --key-id {KEY_ID} --store {name}.store --public-key-out {name}.pem -o {name}.p"
        );
        assert_status(&sandbox.run_after(&prelude, &params), 0);
        for file in files(&sandbox.path(&format!("{name}.store"))) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
        assert_eq!(mode(&sandbox.path(&format!("{name}.pem"))), 0o600);
    }
}

#[test]
fn only_force_replaces_and_only_a_regular_file() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let wrap = |more: &str| sandbox.run(&format!("{EXAMPLE_WRAP} {more}"));
    sandbox.file("old", "old");
    assert_refused(&wrap("-o old"), 4, "old already exists");
    assert_eq!(sandbox.read("old"), b"old");
    assert_status(&wrap("-o old --force"), 0);
    assert_eq!(sandbox.json("old")["KeyId"], EXAMPLE_ARN);

    sandbox.file("victim", "victim");
    symlink("victim", sandbox.path("link")).expect("a link");
    symlink("nowhere", sandbox.path("dangling")).expect("a link");
    fs::create_dir(sandbox.path("folder")).expect("made");
    for name in ["link", "dangling", "folder"] {
        assert_refused(
            &wrap(&format!("-o {name}")),
            4,
            &format!("{name} already exists"),
        );
        let what = if name == "folder" {
            "a directory"
        } else {
            "a symbolic link"
        };
        assert_refused(
            &wrap(&format!("-o {name} --force")),
            4,
            &format!("{name} is {what}"),
        );
    }
    assert_eq!(sandbox.read("victim"), b"victim");
    let left = [
        "dangling",
        "folder",
        "key.bin",
        "link",
        "old",
        "params.json",
        "victim",
    ];
    assert_eq!(sandbox.names(), left, "and nothing beside them");
}

#[test]
fn an_output_is_never_an_input() {
    let sandbox = Sandbox::new();
    sandbox.example();
    fs::hard_link(sandbox.path("key.bin"), sandbox.path("hard")).expect("a link");
    fs::create_dir(sandbox.path("folder")).expect("made");
    fs::hard_link(
        sandbox.path("params.json"),
        sandbox.path("folder/import.sh"),
    )
    .expect("a link");
    for output in [
        "-o key.bin",
        "-o folder/../key.bin",
        "-o hard",
        "-o params.json",
        "--out-dir folder",
    ] {
        let output = sandbox.run(&format!("{EXAMPLE_WRAP} --force {output}"));
        assert_refused(&output, 2, "is the same file as the input");
    }
    assert_eq!(sandbox.read("key.bin"), MATERIAL);
    assert_eq!(
        sandbox.read("params.json"),
        fixture("example-response.json")
    );
    assert_eq!(names(&sandbox.path("folder")), ["import.sh"]);
}

#[test]
fn a_failure_leaves_no_output() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.file("short.bin", &MATERIAL[..31]);
    let failures = [
        ("--at 2016-12-02T00:00:00Z", 1),
        ("--at 2016-11-20T00:00:00Z", 3),
        ("--wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256", 1),
        ("--key-spec ECC_NIST_P256", 3),
        (
            "--expect-wrapping-key 91c491c491c491c491c491c491c491c491c491c491c491c491c491c491c491c4",
            6,
        ),
        ("--expect-material cmac:000000", 6),
        ("--valid-to 2016-12-01T12:00:00Z", 3),
        ("--rehearsal", 6),
        ("--params missing.json", 4),
        ("short.bin", 3),
    ];
    let before = sandbox.names();
    for (failure, status) in failures {
        for output in ["-o out.json", "--out-dir out", "--format binary -o out.bin"] {
            let mut words: Vec<&str> = EXAMPLE_WRAP.split_whitespace().collect();
            let replaced: Vec<&str> = failure.split_whitespace().collect();
            // An option is replaced or added; a single word is other material.
            match (
                words.iter().position(|word| *word == replaced[0]),
                replaced.get(1),
            ) {
                (Some(at), Some(value)) => words[at + 1] = value,
                (None, _) if failure.starts_with("--") => words.extend(replaced),
                _ => {
                    *words
                        .iter_mut()
                        .find(|word| **word == "key.bin")
                        .expect("material") = failure;
                }
            }
            words.extend(output.split_whitespace());
            let run = sandbox.byok(words).output().expect("byok runs");
            assert_refused(&run, status, "");
            assert_eq!(sandbox.names(), before, "{failure} {output}");
        }
    }
}

#[test]
fn a_failed_params_removes_every_output() {
    let sandbox = Sandbox::new();
    sandbox.must(&format!(
        "key create --key-spec SYMMETRIC_DEFAULT --id {KEY_ID}"
    ));
    fs::create_dir(sandbox.path("console")).expect("made");
    let params = |more: &str| sandbox.run(&format!("{PARAMS} --key-id {KEY_ID} {more}"));
    assert_status(
        &params("--public-key-out console --import-token-out console -o params.json"),
        0,
    );
    assert_eq!(
        names(&sandbox.path("console")),
        ["ImportToken.bin", "WrappingPublicKey.bin"]
    );
    let answer = sandbox.json("params.json");
    assert_eq!(
        answer["PublicKey"],
        BASE64.encode(sandbox.read("console/WrappingPublicKey.bin"))
    );
    assert_eq!(
        answer["ImportToken"],
        BASE64.encode(sandbox.read("console/ImportToken.bin"))
    );
    assert!(
        answer["ImportToken"]
            .as_str()
            .expect("a text")
            .starts_with("BYOK/REHEARSAL/NOT/AWS//")
    );

    // The answer cannot be written, so the files are removed too.
    assert_refused(
        &params("--public-key-out key.pem --import-token-out token.bin -o params.json"),
        4,
        "exists",
    );
    assert_refused(
        &params("--public-key-out key.pem --import-token-out console"),
        4,
        "exists",
    );
    assert_eq!(sandbox.names(), ["console", "params.json"]);
    assert_status(&params("-q --public-key-out key.pem -o -"), 0);
    assert!(
        sandbox
            .read("key.pem")
            .starts_with(b"-----BEGIN PUBLIC KEY-----\n")
    );
}

#[test]
fn a_key_that_was_made_is_its_owner_s_alone_and_goes_where_it_cannot_be_described() {
    let sandbox = Sandbox::new();
    let generate = "generate --key-spec HMAC_256 --output json -o key.bin";
    assert_status(&sandbox.run_after("umask 000", generate), 0);
    assert_eq!(
        (
            mode(&sandbox.path("key.bin")),
            sandbox.read("key.bin").len()
        ),
        (0o600, 32)
    );
    assert_status(&sandbox.run(generate), 4);

    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let other = generate.replace("key.bin", "other.bin");
    let status = sandbox
        .byok(other.split_whitespace())
        .stdout(writer)
        .status()
        .expect("byok runs");
    assert_eq!(
        (status.code(), sandbox.names()),
        (Some(4), vec!["key.bin".to_owned()])
    );
}

#[test]
fn of_many_wraps_to_one_name_exactly_one_wins() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let mut command =
                sandbox.byok(EXAMPLE_WRAP.split_whitespace().chain(["-o", "out.json"]));
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("byok runs")
        })
        .collect();
    let outputs: Vec<Output> = runs
        .into_iter()
        .map(|run| run.wait_with_output().expect("byok ends"))
        .collect();
    let (won, lost): (Vec<_>, Vec<_>) = outputs.iter().partition(|output| output.status.success());
    assert_eq!(won.len(), 1);
    for output in lost {
        assert_refused(output, 4, "out.json already exists");
    }
    assert_eq!(sandbox.json("out.json")["KeyId"], EXAMPLE_ARN);
    assert_eq!(sandbox.names(), ["key.bin", "out.json", "params.json"]);
}

#[test]
fn a_folder_that_takes_no_files_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let mut folders = vec!["/no/such/folder".to_owned()];
    if cfg!(target_os = "linux") {
        folders.push("/proc".to_owned());
    }
    let closed = sandbox.path("closed");
    fs::create_dir(&closed).expect("made");
    // The superuser can write there all the same.
    if fs::metadata(&closed).expect("there").uid() != 0 {
        set_mode(&closed, 0o500);
        folders.push(closed.display().to_string());
    }
    for folder in folders {
        for output in [
            format!("-o {folder}/out.json"),
            format!("--out-dir {folder}/out"),
        ] {
            let output = sandbox.run(&format!("{EXAMPLE_WRAP} {output}"));
            assert_refused(&output, 4, "could not write");
        }
        // The store creates its parent folders.
        if !folder.starts_with("/no") {
            let output = sandbox.run(&format!(
                "key create --key-spec HMAC_256 --store {folder}/store"
            ));
            assert_refused(&output, 4, &format!("{folder}/store"));
        }
    }
    set_mode(&closed, 0o700);
}
