//! The searched program: built with the feature `memory-scan`, run until it stops, and read.

use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, WaitOptions, geteuid, kill_process, waitpid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::needles::{Needles, PAGE};

/// Returns whether this machine permits reading another process's memory; otherwise reports it, and
/// fails in CI.
pub(crate) fn is_searchable() -> bool {
    let searchable = cfg!(target_os = "linux") && geteuid().is_root();
    if !searchable {
        let why = "only root on Linux reads the memory of a process that is not dumpable";
        say(&format!("skipped: {why}"));
        assert!(
            std::env::var_os("CI").is_none(),
            "skipped where nothing may be skipped: {why}"
        );
    }
    searchable
}

/// Prints a message that the test harness does not capture.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "memory: {line}");
}

/// Returns the number of runs per case: `BYOK_MEMORY_ROUNDS`, or 3.
pub(crate) fn rounds() -> usize {
    std::env::var("BYOK_MEMORY_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(3)
}

/// The target of the released program.
const RELEASED: &str = "x86_64-unknown-linux-gnu";

/// Returns the program in a release build, because the optimiser decides what stays on the stack. Where
/// the static program is tested, it is built as that one.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let target = temporary.with_file_name("memory-scan");
        let shared = temporary.parent().expect("the folder of builds");
        let mut command = Command::new(env!("CARGO"));
        command.args([
            "build",
            "--release",
            "--locked",
            "--bin",
            "byok",
            "--features",
            "memory-scan",
        ]);
        command
            .arg("--target-dir")
            .arg(&target)
            // The dependencies are those of any release build. Only the program must not take its place.
            .env("CARGO_BUILD_BUILD_DIR", shared)
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        let is_static = std::env::var_os("BYOK_STATIC_PROGRAM").is_some();
        if is_static {
            command
                .args(["--target", RELEASED])
                .env("RUSTFLAGS", "-C target-feature=+crt-static");
        }
        assert!(command.status().expect("cargo starts").success());
        let folder = if is_static {
            target.join(RELEASED)
        } else {
            target
        };
        folder.join("release/byok")
    })
}

/// The planted copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leak {
    Nothing,
    /// Each secret that it read or generated: the search must find it.
    WhatWasRead,
}

/// The standard input of the program.
#[derive(Clone)]
pub(crate) enum Stdin {
    Nothing,
    Pipe(Vec<u8>),
    /// Empty, with this content in a pipe at descriptor 3.
    Descriptor3(Vec<u8>),
    /// A terminal at which somebody types this line; errors go there too.
    Terminal(Vec<u8>),
}

/// The stopped program after its work. It is killed on drop.
pub(crate) struct Parked {
    child: Child,
    /// Kept open as long as the program exists.
    _terminal: Option<File>,
}

impl Parked {
    /// Runs the program with `args` in `folder` until it stops.
    ///
    /// # Panics
    ///
    /// If it ends without stopping.
    pub(crate) fn run(args: &[&str], folder: &Path, stdin: &Stdin, leak: Leak) -> Self {
        let (mut command, mut terminal) = match stdin {
            Stdin::Terminal(_) => at_a_terminal(program()),
            Stdin::Descriptor3(_) => (with_its_input_at_descriptor_3(program()), None),
            Stdin::Nothing | Stdin::Pipe(_) => (Command::new(program()), None),
        };
        match stdin {
            Stdin::Nothing => command.stdin(Stdio::null()).stderr(Stdio::piped()),
            Stdin::Pipe(_) | Stdin::Descriptor3(_) => {
                command.stdin(Stdio::piped()).stderr(Stdio::piped())
            }
            Stdin::Terminal(_) => &mut command,
        };
        command
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("BYOK_STORE", folder.join("store"));
        if leak == Leak::WhatWasRead {
            command.env("BYOK_LEAK", "1");
        }
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        match (stdin, &mut terminal) {
            (Stdin::Pipe(bytes) | Stdin::Descriptor3(bytes), _) => {
                let mut pipe = child.stdin.take().expect("a pipe");
                pipe.write_all(bytes)
                    .expect("the program reads, or the pipe has room");
            }
            (Stdin::Terminal(line), Some(terminal)) => type_at_the_prompt(terminal, line),
            _ => {}
        }
        let parked = Self {
            child,
            _terminal: terminal,
        };
        let (_, status) = waitpid(Some(parked.pid()), WaitOptions::UNTRACED)
            .expect("a child can be waited for")
            .expect("it was waited for");
        assert!(
            status.stopped(),
            "{args:?} ended without parking: {status:?}"
        );
        parked
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn proc(&self, name: &str) -> PathBuf {
        format!("/proc/{}/{name}", self.child.id()).into()
    }

    /// Searches all memory. Each match names the mapping, the secret and its form.
    pub(crate) fn search(&self, needles: &Needles) -> Vec<String> {
        search_memory(self.child.id(), needles)
    }

    /// Returns the targets of its descriptors.
    pub(crate) fn open_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.proc("fd")).expect("root lists descriptors");
        entries
            .map(|entry| fs::read_link(entry.expect("an entry").path()).expect("a link"))
            .collect()
    }

    /// Lets it end.
    pub(crate) fn end(mut self) -> Output {
        kill_process(self.pid(), Signal::CONT).expect("it is there");
        let [stdout, stderr] = [
            all_of(self.child.stdout.take()),
            all_of(self.child.stderr.take()),
        ];
        Output {
            status: self.child.wait().expect("it ends"),
            stdout,
            stderr,
        }
    }
}

/// Searches all memory of a stopped process. Each match names the mapping, the secret and its form.
pub(crate) fn search_memory(id: u32, needles: &Needles) -> Vec<String> {
    let maps = fs::read_to_string(format!("/proc/{id}/maps")).expect("root reads the maps");
    let memory = File::open(format!("/proc/{id}/mem")).expect("root reads the memory");
    let mut hits = Vec::new();
    for mapping in maps.lines().filter_map(Mapping::readable) {
        let mut bytes = vec![0; mapping.len];
        memory
            .read_exact_at(&mut bytes, mapping.start)
            .expect(mapping.line);
        mapping.blank_what_its_file_holds(&mut bytes);
        let found = needles.found_in(&bytes);
        hits.extend(
            found
                .iter()
                .map(|(at, what)| format!("{what}: {at:#x} into {}", mapping.line)),
        );
    }
    hits
}

/// Returns the messages; `None`, a terminal, keeps none.
fn all_of(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes).expect("readable");
    }
    bytes
}

impl Drop for Parked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a command that runs `program` with its standard input at descriptor 3.
fn with_its_input_at_descriptor_3(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"exec "$0" "$@" 3<&0 0</dev/null"#])
        .arg(program);
    command
}

/// Returns a command that runs `program` at a new terminal, and the other end of the terminal.
fn at_a_terminal(program: &Path) -> (Command, Option<File>) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).expect("granted");
    unlockpt(&terminal).expect("unlocked");
    let name = ptsname(&terminal, Vec::new())
        .expect("a name")
        .into_string()
        .expect("UTF-8");
    let end = File::options()
        .read(true)
        .write(true)
        .open(name)
        .expect("the program's end");
    // It becomes the controlling terminal, which the prompt opens as /dev/tty.
    let mut command = Command::new("setsid");
    let errors = end.try_clone().expect("another descriptor");
    command
        .arg("--ctty")
        .arg(program)
        .stdin(Stdio::from(end))
        .stderr(Stdio::from(errors));
    (command, Some(File::from(terminal)))
}

fn type_at_the_prompt(terminal: &mut File, line: &[u8]) {
    let mut prompt = Vec::new();
    while !prompt.ends_with(b": ") {
        let mut byte = [0];
        terminal.read_exact(&mut byte).expect("a prompt");
        prompt.extend(byte);
    }
    terminal.write_all(line).expect("typed");
    terminal.write_all(b"\n").expect("typed");
}

/// A line of `/proc/PID/maps`.
struct Mapping<'a> {
    line: &'a str,
    start: u64,
    len: usize,
    /// The mapped file, and the offset of the mapping.
    file: Option<(&'a str, u64)>,
}

impl<'a> Mapping<'a> {
    /// Returns `None` for unreadable mappings, guards, and the kernel's own pages, which hold
    /// clocks and code.
    ///
    /// # Source
    ///
    /// proc_pid_maps(5).
    fn readable(line: &'a str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let [range, permissions, offset] = std::array::from_fn(|_| words.next().expect("a column"));
        let name = words.nth(2).unwrap_or_default();
        let is_kernel_s = matches!(name, "[vdso]" | "[vsyscall]") || name.starts_with("[vvar");
        if !permissions.starts_with('r') || is_kernel_s {
            return None;
        }
        let address = |digits| u64::from_str_radix(digits, 16).expect("an address");
        let (start, end) = range.split_once('-')?;
        let (start, end) = (address(start), address(end));
        let file = name.starts_with('/').then(|| (name, address(offset)));
        Some(Self {
            line,
            start,
            len: usize::try_from(end - start).expect("a length"),
            file,
        })
    }

    /// Blanks unmodified pages of the file, which are most of the program.
    fn blank_what_its_file_holds(&self, bytes: &mut [u8]) {
        let Some((file, offset)) = self.file else {
            return;
        };
        let mut original = vec![0; bytes.len()];
        let file = File::open(file).expect("a mapped file");
        // The last page continues past the end of the file.
        let len = file.read_at(&mut original, offset).expect("readable");
        for (page, original) in bytes
            .chunks_mut(PAGE)
            .zip(original[..len].chunks_exact(PAGE))
        {
            if page == original {
                page.fill(0);
            }
        }
    }
}
