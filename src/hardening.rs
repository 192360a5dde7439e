//! Process hardening: secrets leave no trace outside the requested files.
//!
//! Without `unsafe` code, memory cannot be locked. The allocator wipes the heap, this module wipes
//! the stack, and swap must be off or encrypted.

use std::fmt;
use std::io;

use byok_core::stack;
use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// The number of wiped bytes on a stack of normal size.
const WIPE_BYTES: usize = 512 * 1024;

/// The number of wiped bytes on a small stack.
const SMALL_WIPE_BYTES: usize = 64 * 1024;

/// The smallest `RLIMIT_STACK` with room for [`WIPE_BYTES`].
const ROOMY_STACK_BYTES: u64 = 1024 * 1024;

/// The smallest `RLIMIT_STACK` with room for [`SMALL_WIPE_BYTES`].
const SMALL_STACK_BYTES: u64 = 256 * 1024;

/// A protection that the system refused, and the reason.
#[derive(Debug)]
pub(crate) struct Ungranted {
    protection: Protection,
    cause: io::Error,
}

/// The protections that byok requests from the system.
#[derive(Clone, Copy, Debug)]
enum Protection {
    NoCoreFiles,
    #[cfg(target_os = "linux")]
    NoInspection,
}

impl Ungranted {
    /// Returns the hint for a refused protection.
    pub(crate) const fn hint(&self) -> &'static str {
        match self.protection {
            Protection::NoCoreFiles => {
                "a crash could leave secrets in a file: before the next run, run: ulimit -c 0"
            }
            #[cfg(target_os = "linux")]
            Protection::NoInspection => {
                "other programs of this user can read the secrets of this run: run byok where the system call prctl \
                 is allowed"
            }
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCoreFiles => "forbid core files",
            #[cfg(target_os = "linux")]
            Self::NoInspection => "prevent other processes from reading the memory of byok",
        })
    }
}

impl fmt::Display for Ungranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}", self.protection, self.cause)
    }
}

/// Forbids core dumps, access by other processes, and files that others can read.
///
/// Each protection is independent, and the work goes on without it: a sandbox may forbid the calls.
/// Returns the protections that were refused.
pub(crate) fn harden() -> Vec<Ungranted> {
    umask(Mode::RWXG | Mode::RWXO);
    let no_core = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let protections = [
        (Protection::NoCoreFiles, setrlimit(Resource::Core, no_core)),
        #[cfg(target_os = "linux")]
        (Protection::NoInspection, forbid_inspection()),
    ];
    let ungranted = |(protection, outcome): (_, rustix::io::Result<()>)| {
        outcome.err().map(|errno| Ungranted {
            protection,
            cause: errno.into(),
        })
    };
    protections.into_iter().filter_map(ungranted).collect()
}

/// Makes `/proc/PID/mem` and ptrace answer EACCES to the same user, and keeps a core image from
/// crash handlers that `RLIMIT_CORE` does not bind (a pipe in `core_pattern`).
#[cfg(target_os = "linux")]
fn forbid_inspection() -> rustix::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

/// Runs `work` on a secret, and wipes what it leaves in registers and on the stack, for a thread that
/// then goes on for long.
#[cfg(feature = "serve")]
pub(crate) fn with_wiped_stack<R>(work: impl FnOnce() -> R) -> R {
    let result = stack::in_own_frame(work);
    wipe_stack();
    result
}

/// Runs `work` on a secret, and wipes what it leaves, on a thread with a stack of 1 MiB or more.
pub(crate) fn with_wiped_thread_stack<R>(work: impl FnOnce() -> R) -> R {
    let result = stack::in_own_frame(work);
    stack::wipe::<{ stack::THREAD_WIPE_BYTES }>();
    result
}

/// Overwrites the vector registers and the stack below the caller with zeros, after work on a secret
/// on this thread.
///
/// Big-number code leaves limbs of keys in dead stack frames, which no destructor reaches. 512 KiB
/// are deeper than any of that code. With an `RLIMIT_STACK` below 1 MiB it is 64 KiB, and below 256
/// KiB nothing, so that the wipe does not overflow the stack. The limit does not apply to other
/// threads, to which Rust gives 2 MiB.
pub(crate) fn wipe_stack() {
    match wipe_size(getrlimit(Resource::Stack).current) {
        WIPE_BYTES => stack::wipe::<WIPE_BYTES>(),
        SMALL_WIPE_BYTES => stack::wipe::<SMALL_WIPE_BYTES>(),
        _ => {}
    }
}

/// Returns how many bytes can be overwritten with this soft limit in bytes; `None` is no limit.
fn wipe_size(stack_limit: Option<u64>) -> usize {
    match stack_limit {
        Some(limit) if limit < SMALL_STACK_BYTES => 0,
        Some(limit) if limit < ROOMY_STACK_BYTES => SMALL_WIPE_BYTES,
        _ => WIPE_BYTES,
    }
}

/// Tests that change the whole process, each in its own process.
#[cfg(test)]
pub(crate) mod alone {
    use std::env;
    use std::process::Command;

    const CHILD: &str = "BYOK_TEST_ALONE";

    /// Runs `body` of the test `name` (its full path in the crate) in a new process, after the
    /// shell command `prelude`.
    pub(crate) fn alone(name: &str, prelude: &str, body: impl FnOnce()) {
        if env::var_os(CHILD).is_some() {
            return body();
        }
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!(
                r#"{prelude} && exec "$0" --exact "$1" --nocapture --test-threads=1"#
            ))
            .arg(env::current_exe().expect("the test's own path"))
            .arg(name)
            .env(CHILD, "1")
            .output()
            .expect("a shell");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && stdout.contains(" 1 passed"),
            "{name}: {output:?}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::alone::alone;
    use super::*;

    #[test]
    fn harden_leaves_no_core_and_no_readable_files() {
        alone(
            "hardening::tests::harden_leaves_no_core_and_no_readable_files",
            "umask 000",
            || {
                assert_eq!(harden().len(), 0);
                let core = getrlimit(Resource::Core);
                assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
                assert_eq!(umask(Mode::empty()), Mode::RWXG | Mode::RWXO);
            },
        );
    }

    #[test]
    fn an_ungranted_protection_says_why() {
        let cause = io::Error::from(rustix::io::Errno::PERM);
        let ungranted = Ungranted {
            protection: Protection::NoCoreFiles,
            cause,
        };
        let message = ungranted.to_string();
        assert!(
            message.starts_with("could not forbid core files: "),
            "{message}"
        );
    }

    #[test]
    fn a_small_stack_gets_a_small_wipe_or_none() {
        assert_eq!(wipe_size(None), WIPE_BYTES);
        assert_eq!(wipe_size(Some(ROOMY_STACK_BYTES)), WIPE_BYTES);
        assert_eq!(wipe_size(Some(ROOMY_STACK_BYTES - 1)), SMALL_WIPE_BYTES);
        assert_eq!(wipe_size(Some(SMALL_STACK_BYTES)), SMALL_WIPE_BYTES);
        assert_eq!(wipe_size(Some(SMALL_STACK_BYTES - 1)), 0);
    }

    #[test]
    fn a_wipe_does_not_overflow_a_small_stack() {
        let name = "hardening::tests::a_wipe_does_not_overflow_a_small_stack";
        alone(name, "ulimit -s 256", wipe_stack);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod linux_tests {
    use std::fs::{self, File};
    use std::hint::black_box;
    use std::os::unix::fs::FileExt as _;

    use rustix::process::{DumpableBehavior, dumpable_behavior};

    use super::alone::alone;
    use super::*;

    #[test]
    fn harden_forbids_inspection() {
        alone(
            "hardening::linux_tests::harden_forbids_inspection",
            "true",
            || {
                harden();
                assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
            },
        );
    }

    #[test]
    fn wipe_stack_reaches_what_dead_frames_hold() {
        let needle = fs::read("/proc/sys/kernel/random/uuid").expect("a value that no code holds");
        let needle = &needle[..32];
        let below = std::ptr::from_ref(&needle).addr();

        leave_on_the_stack(needle);
        assert!(
            stack_holds(needle, below),
            "the control must find what was planted"
        );
        wipe_stack();
        assert!(!stack_holds(needle, below));
    }

    /// Writes `needle` 256 KiB down: below the frames of everything that runs before the search.
    #[inline(never)]
    #[expect(clippy::large_stack_arrays, reason = "the stack is what is tested")]
    fn leave_on_the_stack(needle: &[u8]) {
        let mut frame = [0_u8; 256 * 1024];
        frame[..needle.len()].copy_from_slice(needle);
        black_box(&mut frame);
    }

    fn stack_holds(needle: &[u8], below: usize) -> bool {
        let mut stack = vec![0; 384 * 1024];
        let from = u64::try_from(below - stack.len()).expect("an address");
        let memory = File::open("/proc/self/mem").expect("this process's memory");
        memory
            .read_exact_at(&mut stack, from)
            .expect("this thread's stack");
        stack.windows(needle.len()).any(|window| window == needle)
    }
}
