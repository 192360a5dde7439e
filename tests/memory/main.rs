//! Searches the memory of the program for secrets after its work, before it ends.
//!
//! The program is built with the feature `memory-scan` and stops where it would end. This test, as
//! root, reads all its memory and looks for pieces of every secret that it held: keys in every
//! supported format, passphrases, and keys derived from them; as raw bytes, as numbers in memory,
//! in base64, in hexadecimal. It finds states of the random generator by their first bytes. Each
//! case runs once with a planted copy, which must be found, and then `BYOK_MEMORY_ROUNDS` times
//! without.
//!
//! `serve` is stopped and searched between calls, while the connection of the last call is open. Its
//! control is the imported or derived material: one copy must be found, and no other, until it is
//! deleted, expires, or its key is gone. Its whole log is searched too.
//!
//! Not searched: an end by a signal or by a bug in the program. Both end the process at once
//! without running destructors. No core file remains (`tests/process`). The search cannot find a
//! number in Montgomery form, or in limbs of other than 52, 64 or 32 bits.

#![cfg(unix)]

mod cases;
mod encrypted;
mod foreign;
mod forms;
mod material;
mod needles;
mod program;
#[path = "../interop_support/random.rs"]
mod random;
mod served;
mod wrapping_key;

use cases::{Case, Story};
use material::Material;
use needles::Needles;
use program::{Leak, Parked, is_searchable, rounds, say};

#[test]
fn rehearse_forgets_the_key() {
    check(cases::rehearse);
}

#[test]
fn rehearse_forgets_a_damaged_key() {
    check(cases::rehearse_refused);
}

#[test]
fn wrap_forgets_the_key() {
    check(cases::wrap);
}

#[test]
fn wrap_forgets_the_key_that_it_refuses() {
    check(cases::wrap_refused);
}

#[test]
fn verify_forgets_what_it_opens() {
    check(cases::verify);
}

#[test]
fn generate_forgets_the_key_that_it_makes() {
    check(cases::generate);
}

#[test]
fn inspect_forgets_what_it_looks_at() {
    check(cases::inspect);
}

#[test]
fn public_key_forgets_the_private_key() {
    check(cases::public_key);
}

#[test]
fn rehearse_forgets_what_is_no_key() {
    check(cases::foreign);
}

#[test]
fn params_and_key_create_forget_the_root_secret_and_the_wrapping_key() {
    check(cases::store);
}

#[test]
fn nothing_is_left_of_sm2_and_sm4_keys() {
    check(cases::china);
}

#[test]
fn serve_holds_one_copy_of_what_was_imported_and_forgets_it() {
    if is_searchable() {
        let hits: Vec<String> = Material::all()
            .into_iter()
            .flat_map(|material| Story::of(material).run())
            .collect();
        assert!(hits.is_empty(), "{} hits\n{}", hits.len(), hits.join("\n"));
    }
}

#[test]
fn serve_holds_one_copy_of_what_it_derived_and_forgets_it() {
    if is_searchable() {
        let hits = cases::generated();
        assert!(hits.is_empty(), "{} hits\n{}", hits.len(), hits.join("\n"));
    }
}

#[test]
fn serve_forgets_what_expires_though_nobody_asks_for_it() {
    if is_searchable() {
        let all = Material::all()
            .into_iter()
            .filter(|material| !material.is_key_pair());
        let hits: Vec<String> = all
            .flat_map(|material| Story::of(material).run_until_it_expires())
            .collect();
        assert!(hits.is_empty(), "{} hits\n{}", hits.len(), hits.join("\n"));
    }
}

/// Runs every case, and reports the remains of each secret.
fn check(cases: fn() -> Vec<Case>) {
    if !is_searchable() {
        return;
    }
    let cases = cases();
    let mut hits = Vec::new();
    for case in &cases {
        assert_ne!(
            search(case, Leak::WhatWasRead),
            [""; 0],
            "{}: the control was not found",
            case.name
        );
        for _ in 0..rounds() {
            hits.extend(
                search(case, Leak::Nothing)
                    .into_iter()
                    .map(|hit| format!("{}: {hit}", case.name)),
            );
        }
    }
    say(&format!("{} cases, {} times each", cases.len(), rounds()));
    assert!(hits.is_empty(), "{} hits\n{}", hits.len(), hits.join("\n"));
}

/// Runs a case once, and returns what was found.
fn search(case: &Case, leak: Leak) -> Vec<String> {
    case.prepare();
    let args: Vec<&str> = case.line.split_whitespace().collect();
    let parked = Parked::run(&args, case.folder(), &case.stdin, leak);
    let hits = parked.search(&Needles::of(&case.secrets()));
    let open: Vec<_> = parked
        .open_files()
        .into_iter()
        .filter(|file| file.starts_with(case.folder()))
        .collect();
    assert!(open.is_empty(), "{}: {open:?}", case.name);
    let output = parked.end();
    assert_eq!(
        output.status.code(),
        Some(case.status),
        "{}: {output:?}",
        case.name
    );
    hits
}
