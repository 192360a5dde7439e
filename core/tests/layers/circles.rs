//! No two files of a folder import each other, directly or in a circle.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use super::{
    imports::{Imports, imports},
    sources::sources,
};

#[test]
fn no_files_of_the_core_import_each_other() {
    assert_no_circles("src", 80);
}

#[test]
fn no_files_of_the_command_line_import_each_other() {
    assert_no_circles("../src", 60);
}

/// Shows the circles of the crate whose sources are in `folder`, if there are any.
#[track_caller]
fn assert_no_circles(folder: &str, files: usize) {
    let imports = imports(&sources(folder));
    assert!(imports.len() > files, "too few files: {}", imports.len());
    let circles = circles(&imports);
    assert!(circles.is_empty(), "{}", describe(&circles, &imports));
}

/// The circles: files that reach each other, and so themselves.
fn circles(imports: &Imports) -> Vec<BTreeSet<PathBuf>> {
    let mut circles: Vec<BTreeSet<PathBuf>> = vec![];
    for file in imports.keys() {
        let is_told = circles.iter().any(|circle| circle.contains(file));
        let reached = reached(file, imports);
        if !is_told && reached.contains(file) {
            let reaches_back = |other: &PathBuf| self::reached(other, imports).contains(file);
            circles.push(reached.into_iter().filter(reaches_back).collect());
        }
    }
    circles
}

/// The files that `file` imports from, and those that these import from, and so on.
fn reached(file: &Path, imports: &Imports) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut new = vec![file.to_owned()];
    while let Some(file) = new.pop() {
        for next in imports.get(&file).into_iter().flat_map(|from| from.keys()) {
            if reached.insert(next.clone()) {
                new.push(next.clone());
            }
        }
    }
    reached
}

fn describe(circles: &[BTreeSet<PathBuf>], imports: &Imports) -> String {
    let mut text = "files that import each other:".to_owned();
    for circle in circles {
        write!(text, "\na circle of {} files", circle.len()).expect("a String takes any text");
        for file in circle {
            for (other, names) in imports.get(file).into_iter().flatten() {
                if circle.contains(other) {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let (file, other) = (file.display(), other.display());
                    write!(text, "\n  {file} takes {} from {other}", names.join(", "))
                        .expect("a String takes any text");
                }
            }
        }
    }
    text
}

/// The check itself, on sources small enough to see through.
mod the_checker {
    use super::*;

    /// The circles among files, each with the names of its files.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<(PathBuf, String)> = files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
            .collect();
        let circles = circles(&imports(&sources));
        let names = |circle: &BTreeSet<PathBuf>| {
            let names: Vec<String> = circle
                .iter()
                .map(|file| file.display().to_string())
                .collect();
            names.join(" ")
        };
        circles.iter().map(names).collect()
    }

    #[test]
    fn two_files_that_name_each_other_are_a_circle() {
        let a = ("a.rs", "use crate::b::B;\npub struct A;");
        for b in [
            "use crate::a::A;",
            "use crate::{c, a::{A as Other, *}};",
            "use super::a;\nfn f() { a::A }",
            "use super::a as other;\nfn f() -> other::A { }",
            "fn f() { crate::a::A }",
            "fn f() { text!(\"{}\", super::a::A) }",
            "macro_rules! m { () => { $crate::a::A }; }",
            "use crate::a::*;",
            "pub use crate::a::A;",
        ] {
            assert_eq!(found(&[a, ("b.rs", b)]), ["a.rs b.rs"], "{b}");
        }
        for b in [
            "pub struct B;",
            "use crate::c::C;",
            "use other::a::A;",
            "use crate::a;",
            "fn f(a: B) { a.b() }",
            "// use crate::a::A;",
            "const A: &str = \"crate::a::A\";",
        ] {
            assert_eq!(found(&[a, ("b.rs", b)]), [""; 0], "{b}");
        }
    }

    #[test]
    fn longer_circles_are_told_whole_and_once() {
        let files = [
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "use crate::a::A;"),
            ("d.rs", "use crate::a::A; use crate::e::E;"),
            ("e/f.rs", "use super::E;"),
            ("e.rs", "mod f; pub use f::F;\npub struct E;"),
        ];
        assert_eq!(found(&files), ["a.rs b.rs c.rs", "e/f.rs e.rs"]);
    }

    #[test]
    fn a_name_is_followed_to_the_file_that_declares_it() {
        let parent = "mod low; mod high;\npub use low::Low;\npub use high::High;";
        let through_the_parent = [
            ("p.rs", parent),
            ("p/low.rs", "pub struct Low;"),
            ("p/high.rs", "use super::Low;\npub struct High;"),
        ];
        assert_eq!(found(&through_the_parent), [""; 0]);
        let both_ways = [
            ("p.rs", parent),
            ("p/low.rs", "use super::High;\npub struct Low;"),
            ("p/high.rs", "use crate::p::Low;\npub struct High;"),
        ];
        assert_eq!(found(&both_ways), ["p/high.rs p/low.rs"]);
        let own = [
            ("p.rs", "mod low;\npub use low::Low;\npub struct Own;"),
            ("p/low.rs", "use super::Own;"),
        ];
        assert_eq!(found(&own), ["p/low.rs p.rs"]);
        let by_its_module = [
            ("p.rs", "mod low;\nfn f() { low::f() }\npub struct Own;"),
            ("p/low.rs", "mod inner { use super::super::Own; }"),
        ];
        assert_eq!(found(&by_its_module), ["p/low.rs p.rs"]);
    }

    #[test]
    fn tests_tie_nothing() {
        let a = ("a.rs", "use crate::b::B;");
        for b in [
            "#[cfg(test)]\nmod tests { use crate::a::A; }",
            "#[cfg(test)]\nuse crate::a::A;",
            "#![cfg(test)]\nuse crate::a::A;",
        ] {
            assert_eq!(found(&[a, ("b.rs", b)]), [""; 0], "{b}");
        }
        let behind = "#[cfg(test)]\nmod tests { }\nuse crate::a::A;";
        assert_eq!(found(&[a, ("b.rs", behind)]), ["a.rs b.rs"]);
        let file = [
            ("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod c;"),
            a,
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "use crate::a::A;"),
        ];
        assert_eq!(found(&file), [""; 0]);
    }
}
