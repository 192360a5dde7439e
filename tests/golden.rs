//! The visible behaviour: one case per file, with its complete standard output, standard error and
//! exit status.
//!
//! Each `golden/<subcommand>/<behaviour>.toml` is a run of `byok` in a folder of its own with a
//! copy of `golden/fixtures`, whose `store` is `BYOK_STORE`. The cases in `golden/key-material` are
//! about key files, those in `golden/china` about the China Regions, with any subcommand. `args` is
//! the command line. Optional are `stdin`, an `env` table, and `before`: command lines that prepare
//! the folder and must succeed. `writes` names a file that the run must write, and `written` is its
//! expected contents. In expected text, `[..]` matches any text in a line, and a line `...` any
//! lines. A failed run must leave the folder unchanged, except for the file that it `writes`.
//!
//! `BLESS=1 cargo test --test golden` writes the results into the cases, and keeps each `[..]` that
//! still matches. `GOLDEN=part/of/name` selects cases.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex};
use std::thread;

use schema_support::Documents;
use serde_json::Value;
use snapbox::filter::NormalizeToExpected;
use snapbox::{Data, IntoData as _};
use tempfile::TempDir;
use toml_edit::{Array, DocumentMut, Item};

mod schema_support;

/// The cases and their results, in the order of their names.
static RUNS: LazyLock<Vec<(PathBuf, Case, Run)>> = LazyLock::new(|| {
    let only = std::env::var("GOLDEN").unwrap_or_default();
    let paths: Vec<_> = cases(&golden())
        .into_iter()
        .filter(|path| path.to_string_lossy().contains(&only))
        .collect();
    assert!(!paths.is_empty(), "no case is called {only}");
    let next = Mutex::new(paths.iter());
    let runs = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism()
            .map_or(2, usize::from)
            .min(8)
        {
            scope.spawn(|| {
                // The lock is released before the case runs.
                while let Some(path) = { next.lock().expect("no thread panics").next() } {
                    let case = Case::read(path);
                    let run = case.run();
                    let mut runs = runs.lock().expect("no thread panics");
                    runs.push((path.clone(), case, run));
                }
            });
        }
    });
    let mut runs = runs.into_inner().expect("no thread panics");
    runs.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    runs
});

#[test]
fn every_case_is_as_it_was() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut report = String::new();
    let mut count = 0;
    for (path, case, run) in &*RUNS {
        if bless && run.faults.is_empty() {
            fs::write(path, case.with(run)).expect("written");
        } else if let Err(difference) = case.compare(run) {
            report.push_str(&difference);
            count += 1;
        }
    }
    assert!(
        report.is_empty(),
        "{count} of {} cases differ\n{report}",
        RUNS.len()
    );
}

#[test]
fn every_json_document_has_a_schema_and_keeps_it() {
    let mut documents = Documents::default();
    for (_, case, run) in &*RUNS {
        let args: Vec<&str> = case.document["args"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(toml_edit::Value::as_str)
            .collect();
        for text in [&run.stdout, &run.written] {
            if let Some(document) = json_object(text) {
                documents.add(&case.name, schema_of(&args, &document), &document);
            }
        }
        for document in run.stderr.lines().filter_map(json_object) {
            documents.add(&case.name, "error", &document);
        }
    }
    documents.validate();
}

/// Returns the JSON object that `text` is, if it is one.
fn json_object(text: &str) -> Option<Value> {
    let document = serde_json::from_str::<Value>(text).ok()?;
    document.is_object().then_some(document)
}

/// Returns the name of the schema of a document that a command wrote.
fn schema_of(args: &[&str], document: &Value) -> &'static str {
    let is_report = document.get("Kind").is_some() && document.get("Run").is_some();
    if is_report {
        return "report";
    }
    let has = |option: &str| args.contains(&option);
    let mut words = args
        .iter()
        .copied()
        .skip_while(|word| word.starts_with('-') || ["json", "JSON", "text"].contains(word));
    match (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    ) {
        ("params", _) => "get-parameters-for-import-response",
        ("wrap", _) if has("--out-dir") && document.get("Outputs").is_some() => "written-files",
        ("wrap", _) => "import-key-material-request",
        ("verify" | "rehearse", _) => "verdict",
        ("public-key", _) if has("--compare") => "public-key-comparison",
        ("public-key", _) => "public-key",
        ("inspect", _) => "inspection",
        ("generate", _) => "generated-key",
        ("report", _) => "report",
        ("store", "path") => "store-path",
        ("version", _) => "version",
        ("key", "add" | "create" | "describe" | "set-state") => "describe-key-response",
        ("key", "show") => "key-history",
        ("key", "list") => "list-keys-response",
        ("key", "materials") => "list-key-rotations-response",
        ("key", "replicate") => "replicate-key-response",
        ("key", "rotate") => "rotate-key-on-demand-response",
        ("key", "delete-material") => "delete-imported-key-material-response",
        _ => panic!("a document without a schema: {args:?}: {document}"),
    }
}

/// One case file.
struct Case {
    name: String,
    text: String,
    document: DocumentMut,
}

/// The result of a run.
struct Run {
    status: i32,
    stdout: String,
    stderr: String,
    /// The contents of the file that the case `writes`; empty if it does not exist.
    written: String,
    /// Violations that no case permits.
    faults: Vec<String>,
}

impl Case {
    fn read(path: &Path) -> Self {
        let name = path
            .strip_prefix(golden())
            .expect("a case")
            .display()
            .to_string();
        let text = fs::read_to_string(path).expect("readable");
        let document: DocumentMut = text
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let known = [
            "bin", "before", "args", "env", "stdin", "writes", "status", "stdout", "stderr",
            "written",
        ];
        for (key, _) in document.iter() {
            assert!(known.contains(&key), "{name}: what is {key}?");
        }
        assert_eq!(document["bin"]["name"].as_str(), Some("byok"), "{name}");
        Self {
            name,
            text,
            document,
        }
    }

    fn run(&self) -> Run {
        let folder = sandbox();
        for args in self
            .document
            .get("before")
            .and_then(Item::as_array)
            .into_iter()
            .flatten()
        {
            let output = self.byok(args.as_array().expect("a list of lists"), folder.path());
            assert!(
                output.status.success(),
                "{}: {args:?}: {output:?}",
                self.name
            );
        }
        let names_before = names(folder.path());
        let output = self.byok(
            self.document["args"].as_array().expect("a list"),
            folder.path(),
        );
        let names_after = names(folder.path());
        let status = output
            .status
            .code()
            .unwrap_or_else(|| panic!("{}: {:?}", self.name, output.status));
        let text =
            |bytes| String::from_utf8(bytes).unwrap_or_else(|_| panic!("{}: not UTF-8", self.name));
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));

        let writes = self
            .document
            .get("writes")
            .and_then(Item::as_str)
            .map(|name| folder.path().join(name));
        let written = writes.as_ref().and_then(|path| fs::read(path).ok());

        let mut faults = Vec::new();
        if let (Some(path), None) = (&writes, &written) {
            faults.push(format!("{} was not written", path.display()));
        }
        let written = text(written.unwrap_or_default());
        if status != 0 {
            let may_change = |name: &&String| {
                writes
                    .as_ref()
                    .is_some_and(|path| name.starts_with(&path.display().to_string()))
            };
            let changed = names_before
                .symmetric_difference(&names_after)
                .filter(|name| !may_change(name));
            faults.extend(changed.map(|name| format!("a failed run touched {name}")));
        }
        let terminal_safe = |c: &char| (c.is_control() && !"\n\t".contains(*c)) || is_bidi(*c);
        let terminal_safe = [&stdout, &stderr, &written]
            .into_iter()
            .flat_map(|text| text.chars())
            .filter(terminal_safe);
        faults.extend(terminal_safe.map(|c| format!("{c:?} was printed as it is")));
        Run {
            status,
            stdout,
            stderr,
            written,
            faults,
        }
    }

    fn byok(&self, args: &Array, folder: &Path) -> Output {
        let args = args.iter().map(|arg| arg.as_str().expect("a text"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
        command.args(args).current_dir(folder).env_clear();
        command.env("BYOK_STORE", "store").env("TZ", "UTC");
        for (name, value) in self
            .document
            .get("env")
            .and_then(Item::as_table_like)
            .into_iter()
            .flat_map(|t| t.iter())
        {
            command.env(name, value.as_str().expect("a text"));
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("byok runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        if let Some(text) = self.document.get("stdin").and_then(Item::as_str) {
            // A run that does not read standard input closes it.
            let _ = stdin.write_all(text.as_bytes());
        }
        drop(stdin);
        child.wait_with_output().expect("byok ends")
    }

    fn expected(&self, stream: &str) -> Data {
        self.document
            .get(stream)
            .and_then(Item::as_str)
            .unwrap_or_default()
            .to_owned()
            .into_data()
    }

    /// Returns `actual`, with the wildcards of the expectation where they match.
    fn normalized(&self, stream: &str, actual: &str) -> Data {
        NormalizeToExpected::new()
            .redact()
            .normalize(actual.to_owned().into_data(), &self.expected(stream))
    }

    fn compare(&self, run: &Run) -> Result<(), String> {
        let mut difference = String::new();
        let status = self
            .document
            .get("status")
            .and_then(|status| status["code"].as_integer());
        if status != Some(i64::from(run.status)) {
            let _ = writeln!(
                difference,
                "status: expected {status:?}, found {}",
                run.status
            );
        }
        for (stream, actual) in run.streams() {
            let (expected, actual) = (self.expected(stream), self.normalized(stream, actual));
            if expected != actual {
                let palette = snapbox::report::Palette::plain();
                snapbox::report::write_diff(
                    &mut difference,
                    &expected,
                    &actual,
                    Some(&stream),
                    None,
                    palette,
                )
                .expect("memory takes everything");
            }
        }
        for fault in &run.faults {
            let _ = writeln!(difference, "{fault}");
        }
        if difference.is_empty() {
            Ok(())
        } else {
            Err(format!("\n== {}\n{difference}", self.name))
        }
    }

    /// Returns the case file with the results of the run.
    fn with(&self, run: &Run) -> String {
        let kept = self
            .text
            .lines()
            .take_while(|line| !line.starts_with("status.code"));
        let mut text: String = kept.flat_map(|line| [line, "\n"]).collect();
        let _ = writeln!(text, "status.code = {}", run.status);
        for (stream, actual) in run.streams() {
            if stream == "written" && !self.document.contains_key("writes") {
                continue;
            }
            let seen = self.normalized(stream, actual).to_string();
            let _ = writeln!(text, "{stream} = {}", quoted(&seen));
        }
        text
    }
}

impl Run {
    /// Returns the results, by their names in a case.
    fn streams(&self) -> [(&'static str, &String); 3] {
        [
            ("stdout", &self.stdout),
            ("stderr", &self.stderr),
            ("written", &self.written),
        ]
    }
}

/// Returns a TOML string that reads like the output, where possible.
fn quoted(text: &str) -> String {
    match text {
        "" => "\"\"".to_owned(),
        _ if text.contains('\\') && !text.contains("'''") => format!("'''\n{text}'''"),
        _ => format!(
            "\"\"\"\n{}\"\"\"",
            text.replace('\\', "\\\\").replace("\"\"\"", "\"\"\\\"")
        ),
    }
}

/// A new folder with the fixtures, for their owner alone.
/// A folder with the fixtures. Their files are links to one copy of them: `byok` writes no file in
/// place.
fn sandbox() -> TempDir {
    static TEMPLATE: LazyLock<TempDir> = LazyLock::new(|| {
        let template = tempfile::tempdir().expect("a folder");
        each(&golden().join("fixtures"), template.path(), |from, to| {
            fs::write(to, fs::read(from).expect("readable")).expect("written");
            fs::set_permissions(to, fs::Permissions::from_mode(0o600)).expect("changed");
        });
        template
    });
    let folder = tempfile::tempdir().expect("a folder");
    each(TEMPLATE.path(), folder.path(), |from, to| {
        fs::hard_link(from, to).expect("linked");
    });
    folder
}

/// Creates every folder below `from` in `to`, and runs `with` for every file.
fn each(from: &Path, to: &Path, with: fn(&Path, &Path)) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir(&to).expect("made");
            fs::set_permissions(&to, fs::Permissions::from_mode(0o700)).expect("changed");
            each(&entry.path(), &to, with);
        } else {
            with(&entry.path(), &to);
        }
    }
}

/// Returns everything below a folder, with the identity of each file. Locks of the store are
/// ignored.
fn names(folder: &Path) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "lock")
            || path.ends_with("store/lock")
        {
            continue;
        }
        if path.is_dir() {
            all.extend(names(&path));
        } else {
            let file = fs::metadata(&path).expect("there");
            let (inode, since) = (file.ino(), file.modified().expect("a time"));
            all.insert(format!(
                "{} {inode} {since:?} {}",
                path.display(),
                file.len()
            ));
        }
        all.insert(path.display().to_string());
    }
    all
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("fixtures") {
            paths.extend(cases(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
