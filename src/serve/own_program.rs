//! Finds the path of this program, so that it can start itself.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// The running program on Linux, even if its file was deleted or replaced meanwhile.
const RUNNING: &str = "/proc/self/exe";

/// Returns a path that runs this program again.
///
/// Without /proc, for example in a chroot, returns the path by which it was started.
///
/// # Errors
///
/// [`io::Error`] if the path is unknown.
pub(super) fn path() -> io::Result<PathBuf> {
    let running = Path::new(RUNNING);
    if running.metadata().is_ok() {
        return Ok(running.to_owned());
    }
    let name = env::args_os().next();
    match name.and_then(|name| started_by(&name, env::var_os("PATH").as_deref())) {
        Some(path) => Ok(path),
        None => env::current_exe(),
    }
}

/// Returns the file that a shell starts by `name`: the path itself, or the first file of that name in
/// the folders of `search_path`.
fn started_by(name: &OsStr, search_path: Option<&OsStr>) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.components().count() > 1 || path.is_absolute() {
        return Some(path.to_owned()).filter(|path| path.is_file());
    }
    let folders = env::split_paths(search_path?);
    folders
        .map(|folder| folder.join(path))
        .find(|file| !name.is_empty() && file.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn this_program_is_found() {
        let found = fs::canonicalize(path().expect("it is somewhere")).expect("a file");
        let own = fs::canonicalize(env::current_exe().expect("a path")).expect("a file");
        assert_eq!(found, own);
    }

    #[test]
    fn without_proc_the_name_says_where_it_is() {
        let folder = TempDir::new().expect("a folder");
        let program = folder.path().join("byok");
        File::create(&program).expect("a file");
        let search_path = env::join_paths([Path::new("/nowhere"), folder.path()]).expect("a path");
        let started_by = |name: &OsStr| started_by(name, Some(&search_path));
        assert_eq!(started_by(program.as_os_str()), Some(program.clone()));
        assert_eq!(started_by(OsStr::new("byok")), Some(program));
        for name in ["", "other", "/nowhere/byok", "./byok-that-is-not-there"] {
            assert_eq!(started_by(OsStr::new(name)), None, "{name}");
        }
    }
}
