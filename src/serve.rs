//! The sockets of `byok serve`: HTTP/1.1 on the loopback interface, without any knowledge of AWS
//! KMS.

mod access_log;
mod body;
mod clock;
mod command;
mod connections;
mod endpoint;
mod environment;
mod gate;
mod listeners;
mod order;
mod own_program;
mod signals;
mod spool;
mod stream;
mod supervisor;
mod timer;
mod keygen_limiter;

use std::ffi::OsString;
use std::sync::Arc;

use byok_core::key_store::KeyStore;

use crate::failure::Failure;

pub(crate) use access_log::AccessLog;
pub(crate) use clock::Clock;
pub(crate) use endpoint::Endpoint;
pub(crate) use environment::{ACCESS_KEY_ID, Environment, SECRET_ACCESS_KEY};
pub(crate) use listeners::Listeners;
pub(crate) use supervisor::{is_asked_for as is_supervisor, run as supervise};

use command::Running;
use connections::Connections;
use signals::Signals;

/// The maximum number of threads that answer requests. The wiped stack of each stays in memory.
const MAX_WORKERS: usize = 32;

/// The reasons why serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The command ended with this status, after this number of requests.
    Command { status: u8, requests: u64 },
    /// This signal arrived.
    Signal(u8),
}

/// Waits for a signal that ends the program, and calls `take` with its number. Returns at once if the system
/// refuses.
pub(crate) fn wait_for_signal(take: impl FnOnce(u8)) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let Ok(runtime) = runtime.enable_io().build() else {
        return;
    };
    runtime.block_on(async {
        if let Ok(mut signals) = Signals::subscribe() {
            take(signals.first().await);
        }
    });
}

/// Serves until a signal arrives or `command` ends, then lets requests that have begun finish.
/// Calls `when_ready` when requests are answered and signals are handled.
///
/// # Errors
///
/// If sockets, signals or the command are not available, or `when_ready` fails.
pub(crate) fn serve<S: KeyStore + Send + Sync + 'static>(
    endpoint: Endpoint<S>,
    listeners: Listeners,
    command: Option<(Vec<OsString>, Environment)>,
    when_ready: impl FnOnce() -> Result<(), Failure>,
) -> Result<End, Failure> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime
        .enable_all()
        .max_blocking_threads(MAX_WORKERS)
        .build()
        .map_err(Failure::io)?;
    let endpoint = Arc::new(endpoint);
    let end = runtime.block_on(serve_until_the_end(
        Arc::clone(&endpoint),
        listeners,
        command,
        when_ready,
    ));
    runtime.shutdown_background();
    endpoint.finish();
    end
}

async fn serve_until_the_end<S: KeyStore + Send + Sync + 'static>(
    endpoint: Arc<Endpoint<S>>,
    listeners: Listeners,
    command: Option<(Vec<OsString>, Environment)>,
    when_ready: impl FnOnce() -> Result<(), Failure>,
) -> Result<End, Failure> {
    let mut signals = Signals::subscribe().map_err(Failure::io)?;
    let mut connections = Connections::default();
    for socket in listeners.into_sockets() {
        let socket = tokio::net::TcpListener::from_std(socket).map_err(Failure::io)?;
        connections.accept(socket, &endpoint);
    }
    let housekeeping = tokio::spawn(endpoint::evict_expired(Arc::clone(&endpoint)));
    when_ready()?;
    let end = match command {
        None => End::Signal(signals.first().await),
        Some((words, environment)) => {
            let running = Running::start(&words, &environment).await;
            let mut running = running.map_err(Failure::io)?;
            tokio::select! {
                biased;
                status = running.ended() => End::Command {
                    status: status.map_err(Failure::io)?,
                    requests: endpoint.requests(),
                },
                number = signals.first() => {
                    running.stop().await;
                    End::Signal(number)
                }
            }
        }
    };
    housekeeping.abort();
    connections.drain().await;
    Ok(end)
}
