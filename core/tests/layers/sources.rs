//! The sources of a crate.

#![expect(
    clippy::disallowed_methods,
    reason = "the sources under test are files"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every file under `folder`, which is named from this crate's own, by its path there.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (mut folders, mut sources) = (vec![root.clone()], vec![]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source in UTF-8");
                sources.push((
                    path.strip_prefix(&root).expect("below src").to_owned(),
                    text,
                ));
            }
        }
    }
    sources.sort();
    sources
}

/// Returns the module of a file, as components below the crate; `None` for the crate itself.
pub(crate) fn module_of(path: &Path) -> Option<Vec<String>> {
    if path == Path::new("lib.rs") {
        return None;
    }
    let without_extension = path.with_extension("");
    let mut module: Vec<String> = without_extension
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if module.last().is_some_and(|part| part == "mod") {
        module.pop();
    }
    Some(module)
}
