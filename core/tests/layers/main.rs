//! The order of the `mod` lines in `src/lib.rs` is the order of the layers, no two files import each
//! other, and the core reaches for nothing of the system.
//!
//! Sources are read as tokens, so comments and texts may say what code must not.

mod circles;
mod imports;
mod paths;
mod sources;
mod tokens;

use std::path::{Path, PathBuf};

use paths::{absolute, paths_with_modules};
use sources::{module_of, sources};
use tokens::{Token, texts, tokens};

/// Names that code of the core must not use anywhere in a path.
const FORBIDDEN_WORDS: &[&str] = &[
    "SystemTime",
    "Instant",
    "Zoned",
    "stdin",
    "stdout",
    "stderr",
    "getrandom",
    "thread_rng",
    "OsRng",
    "SysRng",
    "ThreadRng",
    "from_os_rng",
    "from_entropy",
];
/// Names that code of the core must not use at the beginning of a path.
const FORBIDDEN_PATHS: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "io"],
    &["std", "time"],
    &["std", "process"],
    &["std", "os"],
];
const FORBIDDEN_MACROS: &[&str] = &[
    "println",
    "eprintln",
    "print",
    "eprint",
    "dbg",
    "include",
    "include_str",
    "include_bytes",
    "option_env",
];
/// Those that tests can use: their fixtures are files.
const FIXTURE_MACROS: &[&str] = &["include_str", "include_bytes"];

#[test]
fn a_module_uses_only_modules_declared_above_it() {
    let sources = sources("src");
    let layers = layers(&sources);
    assert!(layers.len() > 20, "too few modules in lib.rs: {layers:?}");
    let faults: Vec<String> = sources
        .iter()
        .filter_map(|(path, text)| Some((path, text, module_of(path)?)))
        .flat_map(|(path, text, module)| upward_uses(path, text, &module, &layers))
        .collect();
    assert!(
        faults.is_empty(),
        "uses that run against the layers:\n{}",
        faults.join("\n")
    );
}

#[test]
fn every_source_belongs_to_a_declared_module() {
    let sources = sources("src");
    let layers = layers(&sources);
    for (path, _) in sources
        .iter()
        .filter(|(path, _)| path != Path::new("lib.rs"))
    {
        let module = module_of(path).expect("every file but lib.rs has a module");
        assert!(
            layers.contains(&module[0]),
            "{} belongs to no module of lib.rs",
            path.display()
        );
    }
}

#[test]
fn the_core_reaches_for_nothing_of_the_system() {
    let faults: Vec<String> = sources("src")
        .iter()
        .flat_map(|(path, text)| ambient_uses(path, text))
        .collect();
    assert!(
        faults.is_empty(),
        "uses of the system:\n{}",
        faults.join("\n")
    );
}

/// Tests of the checks, on a small source.
mod the_checker {
    use super::*;

    const LAYERS: [&str; 3] = ["low", "middle", "high"];

    fn upward(path: &str, text: &str) -> Vec<String> {
        let layers = LAYERS.map(str::to_owned);
        let module = module_of(Path::new(path)).expect("a module");
        upward_uses(Path::new(path), text, &module, &layers)
    }

    fn ambient(text: &str) -> usize {
        ambient_uses(Path::new("low.rs"), text).len()
    }

    #[test]
    fn names_file_line_and_the_upward_use() {
        assert_eq!(
            upward(
                "middle.rs",
                "use crate::low::A;\n\nuse crate::high::{B, C};\n"
            ),
            [
                "middle.rs:3: middle uses crate::high::B",
                "middle.rs:3: middle uses crate::high::C"
            ]
        );
    }

    #[test]
    fn sees_through_groups() {
        let nested = "use crate::{\n    low::{self, A},\n    high::{\n        self,\n        b::{C, *},\n    },\n};";
        assert_eq!(
            upward("middle.rs", nested),
            [
                "middle.rs:4: middle uses crate::high::self",
                "middle.rs:5: middle uses crate::high::b::C",
                "middle.rs:5: middle uses crate::high::b::*",
            ]
        );
        assert_eq!(
            upward("middle.rs", "use crate::{low::A, middle::B as high};"),
            [""; 0]
        );
        assert_eq!(
            upward("middle.rs", "use crate::{low as high, high as low};").len(),
            1
        );
    }

    #[test]
    fn sees_paths_in_expressions_types_and_macros() {
        assert_eq!(
            upward("low.rs", "fn f() -> crate::middle::A { $crate::high::b() }").len(),
            2
        );
        assert_eq!(
            upward("low.rs", "fn f() { crate :: high\n:: b() }").len(),
            1
        );
        assert_eq!(upward("low.rs", "pub(in crate::high) fn f() {}").len(), 1);
        assert_eq!(upward("low.rs", "pub(crate) fn f() {}"), [""; 0]);
        assert_eq!(upward("low.rs", "fn f() { crate::test_rng(1) }"), [""; 0]);
    }

    #[test]
    fn follows_super_out_of_the_module() {
        assert_eq!(upward("low.rs", "use super::high::A;").len(), 1);
        assert_eq!(upward("low.rs", "use super::*;").len(), 1);
        assert_eq!(upward("low/part.rs", "use super::other::A;"), [""; 0]);
        assert_eq!(upward("low/part.rs", "use super::super::high;").len(), 1);
        assert_eq!(upward("low.rs", "mod tests { use super::*; }"), [""; 0]);
        assert_eq!(
            upward("low.rs", "mod tests { use super::super::high::A; }").len(),
            1
        );
        assert_eq!(
            upward("low.rs", "mod tests { mod deep { use super::super::A; } }"),
            [""; 0]
        );
        assert_eq!(
            upward("low.rs", "mod tests { }\nuse super::high::A;").len(),
            1
        );
        assert_eq!(upward("low.rs", "use self::super::high::A;").len(), 1);
    }

    #[test]
    fn takes_no_roundabout_ways() {
        assert_eq!(upward("low.rs", "use crate::*;").len(), 1);
        assert_eq!(upward("low.rs", "use crate::{self as all};").len(), 1);
        assert_eq!(upward("low.rs", "use crate as all;").len(), 1);
        assert_eq!(upward("low.rs", "#[path = \"high.rs\"] mod b;").len(), 1);
        assert_eq!(
            upward("low.rs", "#![cfg(test)] #[path = \"b.rs\"] mod b;"),
            [""; 0]
        );
        assert_eq!(upward("low.rs", "extern crate self as all;").len(), 1);
    }

    #[test]
    fn passes_over_comments_and_texts() {
        let text = "// crate::high::A\n/* crate::high /* nested */ crate::high */\n//! [`crate::high`]\n\
                    const A: &str = \"crate::high \\\" println!\"; const B: &str = r#\"crate::high \" \"#;\n\
                    const C: char = '\"'; const D: &'static [u8] = b\"std::fs\\\\\"; use crate::high::E;";
        assert_eq!(
            upward("low.rs", text),
            ["low.rs:5: low uses crate::high::E"]
        );
        assert_eq!(ambient(text), 0);
    }

    #[test]
    fn finds_every_way_to_the_system() {
        for text in [
            "use std::fs;",
            "use std::{collections::BTreeMap, fs::File};",
            "use std::{io::{self, Read}};",
            "use ::std::net::TcpStream;",
            "fn f() { std::env::var(\"A\") }",
            "use std::*;",
            "use std as s;",
            "fn f() { std::time::SystemTime::now() }",
            "use std::time::Instant;",
            "fn f() { jiff::Timestamp::now() }",
            "fn f() { println!(\"a\") }",
            "fn f() { std::eprint!(\"a\") }",
            "fn f() { getrandom::fill(b) }",
            "fn f() { rand::thread_rng() }",
            "fn f() { std::process::exit(1) }",
            "const A: &[u8] = include_bytes!(\"a\"); #[cfg(test)] mod tests {}",
            "#[cfg(test)] mod tests { fn f() { println!(\"a\") } }",
            "#![doc = include_bytes!(\"a\")]",
            "const DOC: &str = include_str!(\"a\");",
        ] {
            assert!(ambient(text) > 0, "{text}");
        }
        for text in [
            "use std::{collections::BTreeMap, sync::Mutex};",
            "fn f(now: Timestamp) { write!(f, \"{now}\") }",
            "fn f() { std::thread::scope(|s| ()) }",
            "fn print(print: u8) { self.print(print) }",
            "#[cfg(test)] mod tests { const A: &[u8] = include_bytes!(\"a\"); }",
            "#![cfg(test)] const A: &str = include_str!(\"a\");",
            "#![doc = include_str!(\"../README.md\")]",
        ] {
            assert_eq!(ambient(text), 0, "{text}");
        }
    }

    #[test]
    fn reads_the_layers_in_order() {
        let lib = "//! pub mod wrong;\npub mod b;\nmod a;\npub(crate) mod c;\n#[cfg(test)]\nmod d { mod e; }\n";
        let sources = [(PathBuf::from("lib.rs"), lib.to_owned())];
        assert_eq!(layers(&sources), ["b", "a", "c"]);
    }
}

/// Returns the modules that `lib.rs` declares, in order.
fn layers(sources: &[(PathBuf, String)]) -> Vec<String> {
    let (_, lib) = sources
        .iter()
        .find(|(path, _)| path == Path::new("lib.rs"))
        .expect("lib.rs");
    let mut depth = 0usize;
    let tokens = tokens(lib);
    let mut layers = vec![];
    for three in tokens.windows(3) {
        match three[0].text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "mod" if depth == 0 && three[2].text == ";" => layers.push(three[1].text.clone()),
            _ => {}
        }
    }
    layers
}

/// Returns what in `text`, the source of `module`, names a module below its own in `layers`, the
/// crate as a whole, or a source outside the order.
fn upward_uses(path: &Path, text: &str, module: &[String], layers: &[String]) -> Vec<String> {
    let tokens = tokens(text);
    let own = layers
        .iter()
        .position(|layer| *layer == module[0])
        .unwrap_or(layers.len());
    let mut faults = vec![];
    let mut fault = |line: usize, what: &str| {
        faults.push(format!(
            "{}:{line}: {} {what}",
            path.display(),
            module.join("::")
        ));
    };
    let tests_at = tests_at(&tokens);
    for (at, pair) in tokens.windows(3).enumerate() {
        match (
            pair[0].text.as_str(),
            pair[1].text.as_str(),
            pair[2].text.as_str(),
        ) {
            // Tests can share a source with the tests of `tests/`.
            ("#", "[", "path") if tests_at.is_some_and(|tests| tests < at) => {}
            ("#", "[", "path") => fault(pair[0].line, "takes a source from elsewhere"),
            ("extern", "crate", _) => fault(pair[0].line, "declares a crate"),
            ("crate", "as", _) => fault(pair[0].line, "renames the crate"),
            _ => {}
        }
    }
    for (named, from) in paths_with_modules(&tokens, module) {
        let Some(absolute) = absolute(&named.components, &from) else {
            continue;
        };
        let shown = named.components.join("::");
        match absolute.first().map(String::as_str) {
            None | Some("*" | "self") => {
                fault(named.line, &format!("uses the whole crate: {shown}"));
            }
            Some(first) => {
                if layers
                    .iter()
                    .position(|layer| layer == first)
                    .is_some_and(|layer| layer > own)
                {
                    fault(named.line, &format!("uses {shown}"));
                }
            }
        }
    }
    faults
}

/// Returns what in `text` belongs to the system rather than to the arguments.
fn ambient_uses(path: &Path, text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut faults = vec![];
    let mut fault =
        |line: usize, what: &str| faults.push(format!("{}:{line}: names {what}", path.display()));
    for token in &tokens {
        if FORBIDDEN_WORDS.contains(&token.text.as_str()) {
            fault(token.line, &token.text);
        }
    }
    let tests_at = tests_at(&tokens);
    let is_fixture = |at: usize, name| {
        tests_at.is_some_and(|tests| tests < at) && FIXTURE_MACROS.contains(&name)
    };
    let is_documentation = |at: usize, name| {
        let before = &tokens[at.saturating_sub(2)..at];
        name == "include_str" && texts(before) == ["doc", "="]
    };
    for (at, pair) in tokens.windows(2).enumerate() {
        let name = pair[0].text.as_str();
        let is_permitted = is_fixture(at, name) || is_documentation(at, name);
        if pair[1].text == "!" && FORBIDDEN_MACROS.contains(&name) && !is_permitted {
            fault(pair[0].line, &format!("{name}!"));
        }
        if pair[0].text == "::" && pair[1].text == "now" {
            fault(pair[0].line, "the present time");
        }
        if pair[0].text == "std" && pair[1].text == "as" {
            fault(pair[0].line, "std by another name");
        }
    }
    for (named, _) in paths_with_modules(&tokens, &[]) {
        let is_forbidden = FORBIDDEN_PATHS
            .iter()
            .any(|forbidden| named.components.starts_with(&owned(forbidden)));
        if is_forbidden || named.components == owned(&["std", "*"]) {
            fault(named.line, &named.components.join("::"));
        }
    }
    faults
}

/// Returns the position of the first `cfg(test)`.
fn tests_at(tokens: &[Token]) -> Option<usize> {
    tokens
        .windows(3)
        .position(|three| texts(three) == ["cfg", "(", "test"])
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
