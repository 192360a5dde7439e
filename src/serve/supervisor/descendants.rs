//! The processes that descend from the supervisor: the command, and what it started.
//!
//! On Linux the supervisor adopts what its descendants leave behind, so that /proc tells all of them.
//! A process that has made a session of its own has left: it is a service, and is left alone. Without
//! /proc, and elsewhere, the group of the command is all that is known, where it has its own.

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

/// The command and its descendants.
pub(super) struct Descendants {
    command: Pid,
    owns_group: bool,
    /// Whether the command has not been waited for: until then, nobody else has its number.
    is_command_there: bool,
}

impl Descendants {
    /// Returns those of `command`, which may be the leader of a group of its own.
    pub(super) fn of(command: Pid, owns_group: bool) -> Self {
        Self {
            command,
            owns_group,
            is_command_there: true,
        }
    }

    /// Notes that the command was waited for: its number may soon be another's.
    pub(super) fn forget_command(&mut self) {
        self.is_command_there = false;
    }

    /// Sends a signal to all of them.
    pub(super) fn signal(&self, signal: Signal) {
        let Some(members) = session::members() else {
            if self.owns_group {
                let _ = kill_process_group(self.command, signal);
            } else if self.is_command_there {
                let _ = kill_process(self.command, signal);
            }
            return;
        };
        let in_group = |member: &&session::Member| self.owns_group && member.group == self.command;
        // At once, so that none of them starts another in between.
        if members.iter().any(|member| in_group(&member)) {
            let _ = kill_process_group(self.command, signal);
        }
        for member in members.iter().filter(|member| !in_group(member)) {
            let _ = kill_process(member.pid, signal);
        }
    }

    /// Returns whether none is left, but for the command itself, which the caller waits for.
    pub(super) fn are_gone(&self) -> bool {
        match session::members() {
            Some(members) => members.is_empty(),
            None => !self.owns_group || test_kill_process_group(self.command).is_err(),
        }
    }
}

/// Has this process become the parent of what its descendants leave behind.
pub(super) fn adopt() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

#[cfg(not(target_os = "linux"))]
mod session {
    use rustix::process::Pid;

    pub(super) struct Member {
        pub(super) pid: Pid,
        pub(super) group: Pid,
    }

    pub(super) fn members() -> Option<Vec<Member>> {
        None
    }
}

/// The descendants in this session, from /proc.
#[cfg(target_os = "linux")]
mod session {
    use std::collections::{HashMap, HashSet};
    use std::fs;

    use rustix::process::{Pid, getpid};

    /// A descendant that is alive.
    pub(super) struct Member {
        pub(super) pid: Pid,
        pub(super) group: Pid,
    }

    /// A process, as /proc has it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Process {
        parent: i32,
        group: i32,
        session: i32,
        is_alive: bool,
    }

    /// Returns the descendants of this process in its session; `None` where there is no /proc.
    pub(super) fn members() -> Option<Vec<Member>> {
        let processes = processes()?;
        let own = getpid().as_raw_nonzero().get();
        let session = processes.get(&own)?.session;
        let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
        for (pid, process) in &processes {
            children.entry(process.parent).or_default().push(*pid);
        }
        let (mut found, mut seen, mut open) = (Vec::new(), HashSet::from([own]), vec![own]);
        while let Some(parent) = open.pop() {
            for pid in children.get(&parent).into_iter().flatten() {
                // Read at slightly different moments, the table could have a circle.
                if seen.insert(*pid) {
                    open.push(*pid);
                    found.extend(processes.get(pid).map(|process| (*pid, *process)));
                }
            }
        }
        let member = |(pid, process): (i32, Process)| {
            let is_member = process.is_alive && process.session == session;
            let (pid, group) = (Pid::from_raw(pid)?, Pid::from_raw(process.group)?);
            is_member.then_some(Member { pid, group })
        };
        Some(found.into_iter().filter_map(member).collect())
    }

    fn processes() -> Option<HashMap<i32, Process>> {
        let mut processes = HashMap::new();
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let Some(pid) = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
            else {
                continue;
            };
            // One that has ended meanwhile is none.
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            processes.extend(parse(&stat).map(|process| (pid, process)));
        }
        Some(processes)
    }

    /// Reads a line of `/proc/PID/stat`.
    ///
    /// # Source
    ///
    /// proc_pid_stat(5): the state, the parent, the group and the session stand behind the name in
    /// parentheses, which may itself hold any character.
    fn parse(stat: &str) -> Option<Process> {
        let (_, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next()?;
        let mut number = || fields.next()?.parse().ok();
        Some(Process {
            parent: number()?,
            group: number()?,
            session: number()?,
            is_alive: !matches!(state, "Z" | "X" | "x"),
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_name_in_parentheses_may_be_anything() {
            let stat = "7 (a) S 1 (b) S 12 7 3 0 -1 4194304";
            let process = Process {
                parent: 12,
                group: 7,
                session: 3,
                is_alive: true,
            };
            assert_eq!(parse(stat), Some(process));
            let zombie = parse("7 (x) Z 12 7 3 0").expect("a process");
            assert!(!zombie.is_alive);
            assert_eq!(parse("7 (x) S 12 7"), None);
            assert_eq!(parse(""), None);
        }
    }
}
