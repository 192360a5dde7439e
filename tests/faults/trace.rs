//! System calls of a run, and runs with a fault in one of them.

use std::collections::HashMap;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use crate::folder::Folder;

/// The n-th call of a system call in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    name: String,
    number: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process is killed before the call.
    Kill,
    /// The disk is full.
    NoSpace,
    /// The medium fails.
    Medium,
    /// A signal interrupts the call.
    Interrupted,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) is_killed: bool,
    pub(crate) status: i32,
    pub(crate) stderr: String,
}

impl Fault {
    pub(crate) const ALL: [Self; 4] = [Self::Kill, Self::NoSpace, Self::Medium, Self::Interrupted];

    /// Returns whether the system can do this to the call.
    pub(crate) fn fits(self, call: &Call) -> bool {
        const WRITES: [&str; 13] = [
            "openat",
            "open",
            "write",
            "fsync",
            "fdatasync",
            "syncfs",
            "linkat",
            "rename",
            "renameat",
            "renameat2",
            "ftruncate",
            "mkdir",
            "mkdirat",
        ];
        // Not close: the standard library counts a folder that cannot be closed as a bug.
        const OTHERS: [&str; 8] = [
            "read",
            "statx",
            "newfstatat",
            "fstat",
            "getdents64",
            "unlinkat",
            "unlink",
            "rmdir",
        ];
        const SLOW: [&str; 8] = [
            "openat",
            "open",
            "read",
            "write",
            "fsync",
            "flock",
            "getrandom",
            "close",
        ];
        let name = call.name.as_str();
        match self {
            Self::Kill => true,
            Self::NoSpace => WRITES.contains(&name),
            Self::Medium => WRITES.contains(&name) || OTHERS.contains(&name),
            Self::Interrupted => SLOW.contains(&name),
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Kill => "signal=KILL",
            Self::NoSpace => "error=ENOSPC",
            Self::Medium => "error=EIO",
            Self::Interrupted => "error=EINTR",
        }
    }
}

impl Ended {
    pub(crate) fn succeeded(&self) -> bool {
        !self.is_killed && self.status == 0
    }
}

/// Runs a command line and returns its calls, from the first of its own code on: umask(2).
pub(crate) fn calls(folder: &Folder, line: &str) -> Vec<Call> {
    let trace = folder.path("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(&trace);
    folder.run_in(&mut strace, line);
    let output = strace.output().expect("strace runs");
    assert!(output.status.success(), "{line}: {output:?}");
    let trace = fs::read_to_string(trace).expect("a trace");
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let calls: Vec<Call> = trace
        .lines()
        .filter_map(|line| {
            let call = line.split_once(' ')?.1.trim_start();
            let (name, _) = call.split_once('(')?;
            let is_name = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            is_name.then_some(name)
        })
        .map(|name| {
            let count = counts.entry(name).or_default();
            *count += 1;
            Call {
                name: name.to_owned(),
                number: *count,
            }
        })
        .collect();
    let own = calls.iter().position(|call| call.name == "umask");
    calls[own.expect("the program begins with umask")..].to_vec()
}

/// Runs a command line with `fault` in `call`.
pub(crate) fn run_with(folder: &Folder, line: &str, call: &Call, fault: Fault) -> Ended {
    let mut strace = Command::new("strace");
    let Call { name, number } = call;
    let inject = format!("inject={name}:{}:when={number}", fault.action());
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &inject]);
    folder.run_in(&mut strace, line);
    let output = strace.stdin(Stdio::null()).output().expect("strace runs");
    Ended {
        // strace ends as its tracee did.
        is_killed: output.status.signal() == Some(9) || output.status.code() == Some(137),
        status: output.status.code().unwrap_or(-1),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
