//! Which file of a crate imports from which: each path that a file names, followed to the file that
//! declares what it means, through `use` and `pub use`.
//!
//! A file imports what it names in a path or in a `use`, a `pub use` among them. Calls of methods are no
//! imports, and tests tie nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    paths::{absolute, paths_with_modules},
    sources::module_of,
    tokens::{Token, texts, tokens},
};

/// The names that one file takes from another.
pub(crate) type Names = BTreeSet<String>;

/// For each file, the files that it imports from.
pub(crate) type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, Names>>;

/// A module, inline or in a file of its own.
#[derive(Default)]
struct Module {
    file: PathBuf,
    /// What its `use` declarations mean by a name.
    aliases: BTreeMap<String, Vec<String>>,
    /// What it takes all names from.
    globs: Vec<Vec<String>>,
    /// The paths that it names.
    paths: Vec<Vec<String>>,
}

/// The modules of a crate, by their place in it.
struct Modules(BTreeMap<Vec<String>, Module>);

/// The imports between `sources`, the files of one crate by their paths below its root.
pub(crate) fn imports(sources: &[(PathBuf, String)]) -> Imports {
    let modules = Modules::of(sources);
    let mut imports = Imports::new();
    for (place, module) in &modules.0 {
        let uses = module.aliases.values().chain(&module.paths);
        let globs = module
            .globs
            .iter()
            .map(|glob| [glob.as_slice(), &["*".to_owned()]].concat());
        for path in uses.cloned().chain(globs) {
            let Some((file, name)) = modules.declaration(place, &path, &mut BTreeSet::new()) else {
                continue;
            };
            if file != module.file {
                let from = imports.entry(module.file.clone()).or_default();
                from.entry(file).or_default().insert(name);
            }
        }
    }
    imports
}

impl Modules {
    fn of(sources: &[(PathBuf, String)]) -> Self {
        let mut modules = Self(BTreeMap::new());
        let test_files = test_files(sources);
        for (path, text) in sources {
            let place = module_of(path).unwrap_or_default();
            if !test_files.contains(&place) {
                modules.read(path, &place, &without_tests(tokens(text)));
            }
        }
        modules
    }

    fn read(&mut self, file: &Path, place: &[String], tokens: &[Token]) {
        self.module(place, file);
        for (named, from) in paths_with_modules(tokens, place) {
            self.module(&from, file).paths.push(named.components);
        }
        for (from, leaf) in use_declarations(tokens, place) {
            let module = self.module(&from, file);
            match leaf.path.split_last() {
                Some((last, glob)) if last == "*" => module.globs.push(glob.to_vec()),
                _ => _ = module.aliases.insert(leaf.name, leaf.path),
            }
        }
    }

    fn module(&mut self, place: &[String], file: &Path) -> &mut Module {
        let module = self.0.entry(place.to_vec()).or_default();
        file.clone_into(&mut module.file);
        module
    }

    /// The file that declares what `path` means where it is named, and the name there; `None` for a
    /// module as a whole, and for what is of another crate.
    fn declaration(
        &self,
        from: &[String],
        path: &[String],
        seen: &mut BTreeSet<(Vec<String>, String)>,
    ) -> Option<(PathBuf, String)> {
        let mut place = self.place(from, path, seen)?;
        let mut rest = place.split_off(self.module_len(&place)).into_iter();
        let name = rest.next().filter(|name| name != "self")?;
        let module = self.0.get(&place)?;
        if let Some(alias) = module.aliases.get(&name)
            && seen.insert((place.clone(), name.clone()))
        {
            let path: Vec<String> = alias.iter().cloned().chain(rest).collect();
            return self.declaration(&place, &path, seen);
        }
        Some((module.file.clone(), name))
    }

    /// The place in the crate that `path` means where it is named.
    fn place(
        &self,
        from: &[String],
        path: &[String],
        seen: &mut BTreeSet<(Vec<String>, String)>,
    ) -> Option<Vec<String>> {
        if let Some(place) = absolute(path, from) {
            return Some(place);
        }
        let (first, rest) = path.split_first()?;
        let child = [from, std::slice::from_ref(first)].concat();
        if self.0.contains_key(&child) {
            return Some([child.as_slice(), rest].concat());
        }
        let module = self.0.get(from)?;
        if let Some(alias) = module.aliases.get(first)
            && alias.first() != Some(first)
            && seen.insert((from.to_vec(), first.clone()))
        {
            let path = [alias.as_slice(), rest].concat();
            return self.place(from, &path, seen);
        }
        None
    }

    /// How many components of `place` are modules.
    fn module_len(&self, place: &[String]) -> usize {
        let is_module = |len: &usize| self.0.contains_key(&place[..*len]);
        (0..=place.len()).rev().find(is_module).unwrap_or_default()
    }
}

/// What one `use` declaration takes, and by what name.
struct Leaf {
    path: Vec<String>,
    name: String,
}

/// Every leaf of every `use` declaration, with the module in which it stands.
fn use_declarations(tokens: &[Token], module: &[String]) -> Vec<(Vec<String>, Leaf)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut found = vec![];
    let mut inline: Vec<(usize, String)> = vec![];
    let (mut depth, mut at) = (0usize, 0);
    while at < tokens.len() {
        match text(at) {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inline.retain(|(opened_at, _)| *opened_at <= depth);
            }
            "mod" if text(at + 2) == "{" => inline.push((depth + 1, text(at + 1).to_owned())),
            // `use<'a>` is no declaration.
            "use" if text(at + 1) != "<" => {
                let names = inline.iter().map(|(_, name)| name.clone());
                let from: Vec<String> = module.iter().cloned().chain(names).collect();
                let mut leaves = vec![];
                at = read_tree(tokens, at + 1, &[], &mut leaves);
                found.extend(leaves.into_iter().map(|leaf| (from.clone(), leaf)));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads the use tree that begins at `at`, and returns where it ends.
fn read_tree(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<Leaf>) -> usize {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut path = prefix.to_vec();
    loop {
        match text(at) {
            "::" => at += 1,
            "{" => {
                at += 1;
                while !matches!(text(at), "}" | "") {
                    at = match text(at) {
                        "," => at + 1,
                        _ => read_tree(tokens, at, &path, found),
                    };
                }
                return at + 1;
            }
            component => {
                path.push(component.to_owned());
                at += 1;
                if text(at) != "::" {
                    break;
                }
            }
        }
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if text(at) == "as" {
        text(at + 1).clone_into(&mut name);
        at += 2;
    }
    found.push(Leaf { path, name });
    at
}

/// The modules that are files and are compiled for tests alone.
fn test_files(sources: &[(PathBuf, String)]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for (path, text) in sources {
        let place = module_of(path).unwrap_or_default();
        let tokens = tokens(text);
        let texts = texts(&tokens);
        if texts.starts_with(&["#", "!", "[", "cfg", "(", "test", ")", "]"]) {
            found.insert(place.clone());
        }
        for item in texts.windows(10) {
            if item.starts_with(TEST_ATTRIBUTE) && item[7] == "mod" && item[9] == ";" {
                found.insert([place.as_slice(), &[item[8].to_owned()]].concat());
            }
        }
    }
    found
}

const TEST_ATTRIBUTE: &[&str] = &["#", "[", "cfg", "(", "test", ")", "]"];

/// The tokens without those of items that are compiled for tests alone.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let texts = texts(&tokens);
    let mut is_kept = vec![true; tokens.len()];
    let mut at = 0;
    while at < tokens.len() {
        let end = if texts[at..].starts_with(TEST_ATTRIBUTE) {
            item_end(&texts, at + TEST_ATTRIBUTE.len())
        } else {
            at
        };
        is_kept[at..end].fill(false);
        at = end.max(at + 1);
    }
    let mut is_kept = is_kept.into_iter();
    let mut tokens = tokens;
    tokens.retain(|_| is_kept.next().unwrap_or(true));
    tokens
}

/// Where the item that begins at `at` ends: behind its semicolon or its braces.
fn item_end(texts: &[&str], at: usize) -> usize {
    let mut depth = 0usize;
    for (index, text) in texts.iter().enumerate().skip(at) {
        match *text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(*text, ";" | "}") {
            return index + 1;
        }
    }
    texts.len()
}
