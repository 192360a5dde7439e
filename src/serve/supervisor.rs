//! The process that runs the command of `serve`, and ends it when `serve` ends.
//!
//! A process that is killed can clean up nothing. So `serve` starts itself once more, as this
//! supervisor, which has a process group of its own, so that no signal to the group of `serve` reaches
//! it, and reads from a socket whose other end `serve` alone holds. At the end of that stream it ends
//! the command and all that descends from it: SIGTERM, and SIGKILL after 5 seconds.

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

use super::order::{Group, Order, Report};
use crate::exit::Exit;
use crate::terminal::{Terminal, Verbosity};
use descendants::Descendants;

/// The name that `serve` starts itself by to get a supervisor. It is another name than that of the
/// program, so that what ends all of that name spares it, and then ends the command here.
pub(crate) const NAME: &str = "rehearsal-supervisor";

/// How long the command has to end once it is asked to.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long processes may take to be gone once they are killed.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// How often descendants that are still there are looked for.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns whether a supervisor is asked for.
pub(crate) fn is_asked_for(args: &[OsString]) -> bool {
    args == [NAME]
}

/// Runs the command that `serve` orders, and returns its status.
pub(crate) fn run() -> Exit {
    let order = socket().and_then(|socket| Ok((Order::receive(&socket)?, socket)));
    let Ok((order, socket)) = order else {
        let terminal = Terminal::new(Verbosity::Normal);
        terminal.error(&format!(
            "{NAME} is started by byok serve alone, and got no order from it"
        ));
        return Exit::Usage;
    };
    match Supervisor::start(order, socket) {
        Ok(supervisor) => Exit::Command(supervisor.work()),
        Err(_) => Exit::Io,
    }
}

/// The socket is standard input. The command gets another, and so nothing of this one.
fn socket() -> io::Result<UnixStream> {
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Something that happened.
enum Event {
    /// `serve` has ended, or asks for the end of the command.
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
    /// Starts the command, and reports that, or why not.
    fn start(order: Order, socket: UnixStream) -> io::Result<Self> {
        descendants::adopt();
        let group = order.group;
        let started = spawn(order);
        let command = match started {
            Ok(command) => command,
            Err(error) => {
                Report::Failed(error.raw_os_error().unwrap_or_default()).send(&socket);
                return Err(error);
            }
        };
        Report::Started(command.as_raw_nonzero().get()).send(&socket);
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

    /// Has two threads tell of what happens.
    fn listen(&self, sender: Sender<Event>) -> io::Result<()> {
        let (socket, abandoned) = (self.socket.try_clone()?, sender.clone());
        thread::Builder::new().spawn(move || {
            read_to_the_end(&socket);
            let _ = abandoned.send(Event::Abandoned);
        })?;
        thread::Builder::new().spawn(move || reap(&sender))?;
        Ok(())
    }

    /// Waits for the end of the command, or brings it about, and reports its status.
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
        Report::Ended(status).send(&self.socket);
        status
    }

    fn note(&mut self, pid: Pid, status: WaitStatus) {
        if pid == self.command {
            self.status = Some(as_a_shell_has_it(status));
            self.descendants.forget_command();
        }
    }

    /// Asks every descendant to end, and kills those that have not when their time is up.
    fn end_all(&mut self) {
        self.descendants.signal(Signal::TERM);
        // One that is stopped hears nothing else.
        self.descendants.signal(Signal::CONT);
        if self.all_end_within(PATIENCE) {
            return;
        }
        let deadline = Instant::now() + LAST_PATIENCE;
        loop {
            // What was started meanwhile, too.
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

/// Tells of every child that ends: the command, and what it left behind.
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

/// Returns the status as a shell has it: 128 and the number of the signal, if one ended the process.
fn as_a_shell_has_it(status: WaitStatus) -> u8 {
    let number = status
        .exit_status()
        .or_else(|| status.terminating_signal().map(|signal| 128 + signal));
    number
        .and_then(|number| u8::try_from(number).ok())
        .unwrap_or(u8::MAX)
}
