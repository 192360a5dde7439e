//! Checks that `completions/` and `man/` match the definition of the command line.
//!
//! `BLESS=1 cargo test --test generated` writes them again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap_complete::Shell;
use manual_page::{SHARED_SECTIONS, pages};

#[path = "generated/manual_page.rs"]
mod manual_page;

#[test]
fn completions_are_up_to_date() {
    assert_folder("completions", &completions());
}

#[test]
fn manual_pages_are_up_to_date() {
    let pages = pages()
        .into_iter()
        .map(|(name, page)| (name, page.into_bytes()))
        .collect();
    assert_folder("man", &pages);
}

#[test]
fn every_manual_page_has_every_section() {
    for (name, page) in pages() {
        if name.ends_with(".7") {
            continue;
        }
        for heading in
            SHARED_SECTIONS
                .iter()
                .chain(&["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES"])
        {
            let found = page
                .lines()
                .filter(|line| is_heading(line, heading))
                .count();
            assert_eq!(found, 1, "{name}: {heading}");
        }
    }
}

#[test]
fn no_manual_page_makes_the_typesetter_complain() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, page) in pages() {
        let file = folder.path().join(&name);
        fs::write(&file, page).expect("written");
        let Ok(output) = Command::new("groff")
            .args(["-man", "-Tutf8", "-ww", "-z"])
            .arg(file)
            .output()
        else {
            return skipped("groff");
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && complaints.is_empty(),
            "{name}: {complaints}"
        );
    }
}

#[test]
fn completions_load_where_their_shell_exists() {
    let folder = root().join("completions");
    for (shell, flag, name) in [
        ("bash", "-n", "byok.bash"),
        ("zsh", "-n", "_byok"),
        ("fish", "-n", "byok.fish"),
    ] {
        match Command::new(shell)
            .arg(flag)
            .arg(folder.join(name))
            .output()
        {
            Ok(output) => assert!(
                output.status.success() && output.stderr.is_empty(),
                "{shell}: {output:?}"
            ),
            Err(_) => skipped(shell),
        }
    }
}

#[test]
fn bash_completes_subcommands_and_the_words_of_aws() {
    let script = tempfile::NamedTempFile::new().expect("a file");
    fs::write(&script, &completions()["byok.bash"]).expect("written");
    let candidates = |words: &[&str]| {
        // `compopt` works only while a completion is in progress.
        let program = r#"compopt() { :; }; . "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));
            _byok byok "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; echo "${COMPREPLY[@]}""#;
        let output = Command::new("bash")
            .arg("-c")
            .arg(program)
            .arg(script.path())
            .args(words)
            .output()
            .ok()?;
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        Some(String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let Some(verbs) = candidates(&["byok", "re"]) else {
        return skipped("bash");
    };
    assert_eq!(verbs.trim(), "rehearse report");
    let algorithms = candidates(&["byok", "wrap", "--wrapping-algorithm", "RSA_"]).expect("bash");
    assert_eq!(
        algorithms.trim(),
        "RSA_AES_KEY_WRAP_SHA_1 RSA_AES_KEY_WRAP_SHA_256"
    );
}

/// Returns every completion script, by the name that its shell expects.
fn completions() -> BTreeMap<String, Vec<u8>> {
    let shells = [
        (Shell::Bash, "byok.bash"),
        (Shell::Zsh, "_byok"),
        (Shell::Fish, "byok.fish"),
        (Shell::PowerShell, "_byok.ps1"),
        (Shell::Elvish, "byok.elv"),
    ];
    let script = |shell| {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut byok::command(), "byok", &mut script);
        script
    };
    shells
        .map(|(shell, name)| (name.to_owned(), script(shell)))
        .into()
}

/// Compares the files of a folder with the expected ones, or writes them.
fn assert_folder(folder: &str, expected: &BTreeMap<String, Vec<u8>>) {
    let path = root().join(folder);
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        for (name, bytes) in expected {
            fs::write(path.join(name), bytes).expect("written");
        }
        return;
    }
    let again =
        format!("{folder}/ is stale; write it again with BLESS=1 cargo test --test generated");
    let listing = fs::read_dir(&path).expect(&again);
    let names = listing.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("UTF-8")
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert!(names.iter().eq(expected.keys()), "{again}: {names:?}");
    for (name, bytes) in expected {
        let found = fs::read(path.join(name)).expect("readable");
        assert!(found == *bytes, "{again}: {name}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Says that a test could not be made here.
#[expect(clippy::print_stderr, reason = "a test has nowhere else to say it")]
fn skipped(program: &str) {
    eprintln!("skipped: {program} is not installed");
    assert!(
        std::env::var_os("CI").is_none(),
        "skipped where nothing may be skipped: {program}"
    );
}

fn is_heading(line: &str, heading: &str) -> bool {
    line.strip_prefix(".SH ")
        .is_some_and(|rest| rest.trim_matches('"') == heading)
}
