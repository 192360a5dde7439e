//! The command that `byok serve -- COMMAND` runs.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::environment::Environment;

/// How long a command may take to end once it is asked to.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the command of these `words` in `environment`.
///
/// # Errors
///
/// [`io::Error`] if there is no such program, or it cannot be run.
pub(super) fn start(words: &[OsString], environment: &Environment) -> io::Result<Child> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    for name in environment.removed() {
        command.env_remove(name);
    }
    command.envs(environment.variables());
    let named = |error: io::Error| {
        io::Error::new(
            error.kind(),
            format!("{}: {error}", program.to_string_lossy()),
        )
    };
    command.spawn().map_err(named)
}

/// Asks the command to end, and ends it.
pub(super) async fn stop(child: &mut Child) {
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(PATIENCE, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}

/// The status as a shell has it: 128 and the number of the signal, if one ended the command.
pub(super) fn status(status: ExitStatus) -> u8 {
    let number = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    number
        .and_then(|number| u8::try_from(number).ok())
        .unwrap_or(u8::MAX)
}
