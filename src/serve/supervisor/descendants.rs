//! The descendants of the supervisor: the command, and the processes that it started.
//!
//! On Linux, the supervisor adopts orphaned descendants, so /proc lists all of them. A process that
//! created its own session is a service, and is not ended. Without /proc, and on other systems,
//! only the process group of the command is known, if it has its own.

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

/// The command and its descendants.
pub(super) struct Descendants {
    command: Pid,
    owns_group: bool,
    /// True until the command was waited for. Until then, no other process can have its process ID.
    is_command_there: bool,
}

impl Descendants {
    /// Returns the descendants of `command`, which may be the leader of its own process group.
    pub(super) fn of(command: Pid, owns_group: bool) -> Self {
        Self {
            command,
            owns_group,
            is_command_there: true,
        }
    }

    /// Records that the command was waited for, because another process may get its process ID.
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
        // One signal to the whole group, so that no member can start another process in between.
        if members.iter().any(|member| in_group(&member)) {
            let _ = kill_process_group(self.command, signal);
        }
        for member in members.iter().filter(|member| !in_group(member)) {
            let _ = kill_process(member.pid, signal);
        }
    }

    /// Returns whether none is left, except the command itself, for which the caller waits.
    pub(super) fn are_gone(&self) -> bool {
        match session::members() {
            Some(members) => members.is_empty(),
            None => !self.owns_group || test_kill_process_group(self.command).is_err(),
        }
    }
}

/// Makes this process the parent of its orphaned descendants.
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

/// Finds the descendants in this session with /proc.
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

    /// A process in /proc.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Process {
        parent: i32,
        group: i32,
        session: i32,
        is_alive: bool,
    }

    /// The most readings of /proc for one answer. Where /proc hides the processes of other users, a parent
    /// can be missing in each.
    const READINGS: usize = 3;

    /// Returns the descendants of this process in its session; `None` without /proc.
    pub(super) fn members() -> Option<Vec<Member>> {
        let own = getpid().as_raw_nonzero().get();
        let mut processes = processes()?;
        let session = processes.get(&own)?.session;
        for _ in 1..READINGS {
            if has_every_parent(&processes, session) {
                break;
            }
            processes = self::processes()?;
        }
        let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
        for (pid, process) in &processes {
            children.entry(process.parent).or_default().push(*pid);
        }
        let (mut found, mut seen, mut open) = (Vec::new(), HashSet::from([own]), vec![own]);
        while let Some(parent) = open.pop() {
            for pid in children.get(&parent).into_iter().flatten() {
                // The entries were read at different times, so the table can contain a cycle.
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

    /// Returns whether the table has the parent of each process of `session`. If a parent ended while
    /// /proc was read, its child, which then got this process as its parent, would not be found.
    fn has_every_parent(processes: &HashMap<i32, Process>, session: i32) -> bool {
        let mut members = processes
            .values()
            .filter(|process| process.session == session);
        members.all(|process| process.parent == 0 || processes.contains_key(&process.parent))
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
            // Skip a process that has ended meanwhile.
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            processes.extend(parse(&stat).map(|process| (pid, process)));
        }
        Some(processes)
    }

    /// Reads a line of `/proc/PID/stat`.
    ///
    /// # Source
    ///
    /// proc_pid_stat(5): the state, the parent, the group and the session follow the name in
    /// parentheses, which can contain any character.
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
        fn a_child_without_its_parent_shows_that_the_table_is_not_whole() {
            let process = |line: &str| parse(line).expect("a process");
            let whole = HashMap::from([
                (1, process("1 (init) S 0 1 1")),
                (5, process("5 (serve) S 1 5 5")),
                (9, process("9 (sh) S 5 9 5")),
                (7, process("7 (sleep) S 9 9 5")),
            ]);
            assert!(has_every_parent(&whole, 5));
            let mut later = whole;
            later.remove(&9);
            assert!(!has_every_parent(&later, 5));
            assert!(has_every_parent(&later, 1), "another session");
        }

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
