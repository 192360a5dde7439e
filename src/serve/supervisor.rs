//! The process that runs the command of `serve`, and ends it when `serve` ends.
//!
//! A killed process cannot clean up. So `serve` starts itself again as this supervisor. The
//! supervisor has its own process group, so a signal to the group of `serve` does not reach it. It
//! reads from a socket whose other end only `serve` holds. At the end of that stream it ends the
//! command and all its descendants with SIGTERM, and after 5 seconds with SIGKILL.

mod descendants;

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, wait};

use super::order::{Group, Order, SupervisorMessage};
use crate::exit::Exit;
use crate::terminal::{Terminal, Verbosity};
use descendants::Descendants;

/// The name of the supervisor process. It differs from the name of the program, so that killall of
/// the program does not end it. The supervisor then ends the command.
pub(crate) const NAME: &str = "rehearsal-supervisor";

/// The time that the command has to end after SIGTERM.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The time that processes have to disappear after SIGKILL.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// The interval between two searches for remaining descendants.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns whether this process was started as a supervisor.
pub(crate) fn is_asked_for(args: &[OsString]) -> bool {
    args == [NAME]
}

/// Runs the command that `serve` orders, and returns its status.
pub(crate) fn run() -> Exit {
    let order = socket().and_then(|socket| Ok((Order::receive(&socket)?, socket)));
    let Ok((order, socket)) = order else {
        let terminal = Terminal::new(Verbosity::Normal);
        terminal.error(&format!("only byok serve can start {NAME}"));
        return Exit::Usage;
    };
    match Supervisor::start(order, socket) {
        Ok(supervisor) => Exit::Command(supervisor.work()),
        Err(_) => Exit::Io,
    }
}

/// Returns the socket, which is standard input. The command gets another standard input, and cannot
/// read from the socket.
fn socket() -> io::Result<UnixStream> {
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// An event.
enum Event {
    /// `serve` has ended, or requests the end of the command.
    Abandoned,
    /// A child ended: the command, or one that it left behind.
    Ended(Pid, WaitStatus),
    /// No descendant is left.
    Alone,
}

struct Supervisor {
    socket: UnixStream,
    command: Pid,
    descendants: Descendants,
    events: Receiver<Event>,
    status: Option<u8>,
}

impl Supervisor {
    /// Starts the command, and reports the success or the reason of the failure.
    fn start(order: Order, socket: UnixStream) -> io::Result<Self> {
        descendants::adopt();
        let group = order.group;
        let started = spawn(order);
        let command = match started {
            Ok(command) => command,
            Err(error) => {
                SupervisorMessage::Failed(error.raw_os_error().unwrap_or_default()).send(&socket);
                return Err(error);
            }
        };
        SupervisorMessage::Started(command.as_raw_nonzero().get()).send(&socket);
        let (sender, events) = mpsc::channel();
        let supervisor = Self {
            socket,
            command,
            descendants: Descendants::of(command, group == Group::Own),
            events,
            status: None,
        };
        supervisor.listen(sender)?;
        Ok(supervisor)
    }

    /// Starts two threads that send the events.
    fn listen(&self, sender: Sender<Event>) -> io::Result<()> {
        let (socket, abandoned) = (self.socket.try_clone()?, sender.clone());
        thread::Builder::new().spawn(move || {
            read_to_the_end(&socket);
            let _ = abandoned.send(Event::Abandoned);
        })?;
        thread::Builder::new().spawn(move || reap(&sender))?;
        Ok(())
    }

    /// Waits for the end of the command, or ends it, and reports its status.
    fn work(mut self) -> u8 {
        while self.status.is_none() {
            match self.events.recv() {
                Ok(Event::Ended(pid, status)) => self.note(pid, status),
                Ok(Event::Abandoned | Event::Alone) | Err(_) => {
                    self.end_all();
                    break;
                }
            }
        }
        // Only a command that cannot be killed has none.
        let status = self.status.unwrap_or(SIGKILL_STATUS);
        SupervisorMessage::Ended(status).send(&self.socket);
        status
    }

    fn note(&mut self, pid: Pid, status: WaitStatus) {
        if pid == self.command {
            self.status = Some(as_a_shell_has_it(status));
            self.descendants.forget_command();
        }
    }

    /// Sends SIGTERM to every descendant, and SIGKILL to those that have not ended in time.
    fn end_all(&mut self) {
        self.descendants.signal(Signal::TERM);
        // A stopped process handles no other signal.
        self.descendants.signal(Signal::CONT);
        if self.all_end_within(PATIENCE) {
            return;
        }
        let deadline = Instant::now() + LAST_PATIENCE;
        loop {
            // This includes processes that were started meanwhile.
            self.descendants.signal(Signal::KILL);
            if self.all_end_within(PAUSE) || Instant::now() > deadline {
                return;
            }
        }
    }

    fn all_end_within(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        loop {
            match self.events.recv_timeout(PAUSE) {
                Ok(Event::Ended(pid, status)) => self.note(pid, status),
                Ok(Event::Alone) => return true,
                Ok(Event::Abandoned) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(PAUSE),
            }
            if self.status.is_some() && self.descendants.are_gone() {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
        }
    }
}

/// The status of a command that SIGKILL ended.
pub(super) const SIGKILL_STATUS: u8 = 128 + 9;

fn spawn(order: Order) -> io::Result<Pid> {
    let (program, arguments) = order
        .words
        .split_first()
        .ok_or(io::ErrorKind::InvalidInput)?;
    let group = match order.group {
        Group::Own => 0,
        Group::Foreground(group) => group.as_raw_nonzero().get(),
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::from(order.stdin))
        .process_group(group);
    let child = command.spawn()?;
    Ok(Pid::from_child(&child))
}

/// Returns at the end of the stream.
fn read_to_the_end(mut socket: &UnixStream) {
    let mut bytes = [0; 64];
    loop {
        match socket.read(&mut bytes) {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
        }
    }
}

/// Sends an event for every child that ends: the command, and the processes that it left.
fn reap(events: &Sender<Event>) {
    loop {
        let event = match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) => Event::Ended(pid, status),
            Ok(None) | Err(Errno::INTR) => continue,
            Err(_) => Event::Alone,
        };
        let is_last = matches!(event, Event::Alone);
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

/// Returns the status like a shell: 128 plus the signal number, if a signal ended the process.
fn as_a_shell_has_it(status: WaitStatus) -> u8 {
    let number = status
        .exit_status()
        .or_else(|| status.terminating_signal().map(|signal| 128 + signal));
    number
        .and_then(|number| u8::try_from(number).ok())
        .unwrap_or(u8::MAX)
}
