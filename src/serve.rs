//! The part of `byok serve` that has sockets: HTTP/1.1 on the loopback interface, and nothing that
//! AWS KMS would know.

mod body;
mod clock;
mod command;
mod connections;
mod endpoint;
mod environment;
mod gate;
mod journal;
mod race;
mod stream;
mod timer;
mod workshop;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;

use byok_core::key_store::KeyStore;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(crate) use clock::Clock;
pub(crate) use endpoint::Endpoint;
pub(crate) use environment::Environment;
pub(crate) use journal::Journal;

use connections::Connections;
use race::{Winner, race};

/// How many threads answer requests at most: what each has wiped of its stack stays in memory.
const MAX_WORKERS: usize = 32;

/// The loopback interface, listened on.
#[derive(Debug)]
pub(crate) struct Listeners {
    sockets: Vec<TcpListener>,
    port: u16,
}

/// Why serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The command that was run ended with this status.
    Command(u8),
    /// This signal asked for it.
    Signal(u8),
}

impl Listeners {
    /// Listens on `port` of 127.0.0.1, and of ::1 where there is one; 0 is any port.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the port of 127.0.0.1 cannot be had.
    pub(crate) fn bind(port: u16) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = socket.local_addr()?.port();
        // `localhost` may mean ::1: nobody else shall answer there.
        let twin = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).ok();
        let sockets: Vec<_> = [Some(socket), twin].into_iter().flatten().collect();
        sockets.iter().try_for_each(|socket| socket.set_nonblocking(true))?;
        Ok(Self { sockets, port })
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

/// Serves until a signal asks for the end, or `command` has ended if there is one, and then lets
/// requests that have begun come to theirs. `when_ready` is called once requests are answered and
/// signals are heard.
///
/// # Errors
///
/// If sockets, signals or the command cannot be had, or `when_ready` fails.
pub(crate) fn serve<S: KeyStore + Send + Sync + 'static>(
    endpoint: Endpoint<S>,
    listeners: Listeners,
    command: Option<(Vec<OsString>, Environment)>,
    when_ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<End> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(MAX_WORKERS).build()?;
    let end = runtime.block_on(serve_until_the_end(Arc::new(endpoint), listeners, command, when_ready));
    runtime.shutdown_background();
    end
}

async fn serve_until_the_end<S: KeyStore + Send + Sync + 'static>(
    endpoint: Arc<Endpoint<S>>,
    listeners: Listeners,
    command: Option<(Vec<OsString>, Environment)>,
    when_ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<End> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut connections = Connections::default();
    for socket in listeners.sockets {
        connections.accept(tokio::net::TcpListener::from_std(socket)?, &endpoint);
    }
    let housekeeping = tokio::spawn(endpoint::keep_house(Arc::clone(&endpoint)));
    when_ready()?;
    let end = match command {
        None => End::Signal(either_signal(&mut terminate, &mut interrupt).await),
        Some((words, environment)) => {
            let mut child = command::start(&words, &environment)?;
            match race(child.wait(), either_signal(&mut terminate, &mut interrupt)).await {
                Winner::First(status) => End::Command(command::status(status?)),
                Winner::Second(number) => {
                    command::stop(&mut child).await;
                    End::Signal(number)
                }
            }
        }
    };
    housekeeping.abort();
    connections.drain().await;
    Ok(end)
}

/// The number of the signal that comes first.
async fn either_signal(terminate: &mut Signal, interrupt: &mut Signal) -> u8 {
    match race(terminate.recv(), interrupt.recv()).await {
        Winner::First(_) => 15,
        Winner::Second(_) => 2,
    }
}
