//! The command that `byok serve -- COMMAND` runs, by way of a supervisor that outlives `serve`.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net;
use std::process::Stdio;
use std::time::Duration;

use rustix::net::{Shutdown, shutdown};
use rustix::process::{
    Pid, Signal, getpgrp, kill_process, kill_process_group, test_kill_process,
    test_kill_process_group,
};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::environment::Environment;
use super::order::{self, Group, MESSAGE_LEN, SupervisorMessage};
use super::own_program;
use super::supervisor::{NAME, PATIENCE, SIGKILL_STATUS};

/// How long a supervisor may take for its work beyond the time that the command has.
const SUPERVISOR_PATIENCE: Duration = Duration::from_secs(5);

/// How often a command without a supervisor is looked for.
const PAUSE: Duration = Duration::from_millis(20);

/// A command that runs, and its supervisor.
pub(super) struct Running {
    supervisor: Child,
    messages: SupervisorMessages,
    command: Pid,
    group: Group,
}

/// What the supervisor says.
struct SupervisorMessages {
    /// The only one of its kind: when it is closed, the supervisor ends the command.
    socket: UnixStream,
    /// What has come of the next message.
    received: Vec<u8>,
}

impl Running {
    /// Starts the command of these `words` in `environment`.
    ///
    /// It gets a process group of its own, which can be ended as a whole; but where standard input is
    /// a terminal, the group of `serve`, or it could not ask for a passphrase there.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if there is no such program, or it cannot be run.
    pub(super) async fn start(words: &[OsString], environment: &Environment) -> io::Result<Self> {
        let stdin = io::stdin();
        let group = if stdin.is_terminal() {
            Group::Foreground(getpgrp())
        } else {
            Group::Own
        };
        let (ours, theirs) = net::UnixStream::pair()?;
        let supervisor =
            start_supervisor(theirs, environment).map_err(|error| unsupervised(&error))?;
        order::send(&ours, words, group, stdin.as_fd()).map_err(|error| unsupervised(&error))?;
        ours.set_nonblocking(true)?;
        let mut messages = SupervisorMessages {
            socket: UnixStream::from_std(ours)?,
            received: Vec::new(),
        };
        let started = match messages.next().await? {
            Some(SupervisorMessage::Started(pid)) => Pid::from_raw(pid),
            Some(SupervisorMessage::Failed(errno)) => return Err(named(words, errno)),
            Some(SupervisorMessage::Ended(_)) | None => None,
        };
        let command = started.ok_or_else(|| unsupervised(&io::ErrorKind::UnexpectedEof.into()))?;
        Ok(Self {
            supervisor,
            messages,
            command,
            group,
        })
    }

    /// Waits for the end of the command, and returns its status.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the pipe from the supervisor cannot be read.
    pub(super) async fn ended(&mut self) -> io::Result<u8> {
        loop {
            match self.messages.next().await? {
                Some(SupervisorMessage::Ended(status)) => return Ok(status),
                Some(_) => {}
                // Somebody ended the supervisor.
                None => {
                    self.end_without_supervisor().await;
                    return Ok(SIGKILL_STATUS);
                }
            }
        }
    }

    /// Asks the command to end, then kills it.
    pub(super) async fn stop(&mut self) {
        let _ = shutdown(&self.messages.socket, Shutdown::Write);
        if timeout(PATIENCE + SUPERVISOR_PATIENCE, self.ended())
            .await
            .is_err()
        {
            let _ = self.supervisor.start_kill();
            self.end_without_supervisor().await;
        }
    }

    /// Ends the command, or its group where it has its own.
    async fn end_without_supervisor(&self) {
        let signal = |signal| match self.group {
            Group::Own => kill_process_group(self.command, signal),
            Group::Foreground(_) => kill_process(self.command, signal),
        };
        let is_there = || match self.group {
            Group::Own => test_kill_process_group(self.command).is_ok(),
            Group::Foreground(_) => test_kill_process(self.command).is_ok(),
        };
        let deadline = Instant::now() + PATIENCE;
        let _ = signal(Signal::TERM);
        let _ = signal(Signal::CONT);
        while is_there() {
            if Instant::now() > deadline {
                let _ = signal(Signal::KILL);
                return;
            }
            sleep(PAUSE).await;
        }
    }
}

impl SupervisorMessages {
    /// Reads the next message; `None` at the end of the stream. Nothing is lost if it is not waited for.
    async fn next(&mut self) -> io::Result<Option<SupervisorMessage>> {
        loop {
            if let Some(bytes) = self.received.first_chunk::<MESSAGE_LEN>() {
                let message = SupervisorMessage::parse(*bytes);
                self.received.drain(..MESSAGE_LEN);
                return message.map(Some).ok_or(io::ErrorKind::InvalidData.into());
            }
            self.socket.readable().await?;
            let mut bytes = [0; MESSAGE_LEN];
            match self.socket.try_read(&mut bytes) {
                Ok(0) => return Ok(None),
                Ok(len) => self.received.extend_from_slice(&bytes[..len]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Starts this program as the supervisor that listens to `socket`, in a process group of its own.
fn start_supervisor(socket: net::UnixStream, environment: &Environment) -> io::Result<Child> {
    let mut command = Command::new(own_program::path()?);
    command
        .arg0(NAME)
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .process_group(0);
    for name in environment.removed() {
        command.env_remove(name);
    }
    command.envs(environment.variables());
    command.spawn()
}

fn unsupervised(error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("the supervisor of the command cannot be started: {error}"),
    )
}

/// Says which program could not be run.
fn named(words: &[OsString], errno: i32) -> io::Error {
    let error = io::Error::from_raw_os_error(errno);
    let program = words.first().map(|word| word.to_string_lossy());
    let program = program.unwrap_or_default();
    io::Error::new(error.kind(), format!("{program}: {error}"))
}
