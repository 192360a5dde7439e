//! The connections: 64 at most, each with timeouts.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use byok_core::key_store::KeyStore;
use hyper::header::CONNECTION;
use hyper::server::conn::http1::{self, Parts};
use hyper::service::service_fn;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;

use super::endpoint::Endpoint;
use super::gate::{self, HttpRejection};
use super::stream::Stream;
use super::timer::TokioTimer;

/// The maximum number of connections.
const MAX_CONNECTIONS: u32 = 64;

/// The timeout of a request head, and of an idle connection.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// The longest request head, in bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The time that requests get to finish on exit.
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

/// The delay before the next accept after a system error.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// All connections, and the tasks that accept them.
pub(super) struct Connections {
    places: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    listening: Vec<JoinHandle<()>>,
}

impl Default for Connections {
    fn default() -> Self {
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
        Self {
            places,
            stop: watch::Sender::new(false),
            listening: Vec::new(),
        }
    }
}

impl Connections {
    /// Accepts connections of `listener`, and passes their requests to `endpoint`.
    pub(super) fn accept<S: KeyStore + Send + Sync + 'static>(
        &mut self,
        listener: TcpListener,
        endpoint: &Arc<Endpoint<S>>,
    ) {
        let (places, stop, endpoint) = (
            Arc::clone(&self.places),
            self.stop.subscribe(),
            Arc::clone(endpoint),
        );
        self.listening.push(tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    // If the limit is reached, the connection is closed.
                    Ok((tcp, _)) => {
                        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                            tokio::spawn(serve_connection(
                                tcp,
                                place,
                                stop.clone(),
                                Arc::clone(&endpoint),
                            ));
                        }
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                }
            }
        }));
    }

    /// Stops accepting, and waits for requests that have begun.
    pub(super) async fn drain(self) {
        for listening in &self.listening {
            listening.abort();
        }
        let _ = self.stop.send(true);
        let _ =
            tokio::time::timeout(DRAIN_PATIENCE, self.places.acquire_many(MAX_CONNECTIONS)).await;
    }
}

/// Answers the requests of one connection.
async fn serve_connection<S: KeyStore + Send + Sync + 'static>(
    tcp: TcpStream,
    _place: OwnedSemaphorePermit,
    mut stop: watch::Receiver<bool>,
    endpoint: Arc<Endpoint<S>>,
) {
    let _ = tcp.set_nodelay(true);
    let mut stream = Stream::new(tcp);
    loop {
        match exchange(stream, &mut stop, &endpoint).await {
            Exchanged::Idle(idle) => stream = idle,
            Exchanged::Rejected(rejected) => return rejected.close_once_read().await,
            Exchanged::Ended => return,
        }
    }
}

/// The state of a connection after an exchange.
enum Exchanged {
    /// All requests were answered. Others may follow.
    Idle(Stream),
    /// The client may still send bytes that nobody reads.
    Rejected(Stream),
    /// The connection ended.
    Ended,
}

/// Answers requests until all received requests are answered.
///
/// Then it ends the connection of the HTTP library, and with it the library's buffers: the parts of
/// requests and answers in them are wiped before the next request arrives.
async fn exchange<S: KeyStore + Send + Sync + 'static>(
    stream: Stream,
    stop: &mut watch::Receiver<bool>,
    endpoint: &Arc<Endpoint<S>>,
) -> Exchanged {
    let is_flushed = stream.is_flushed();
    let (begun, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let was_rejected = AtomicBool::new(false);
    let service = service_fn(|request| {
        begun.fetch_add(1, Ordering::Relaxed);
        let (responded, answered, was_rejected) =
            (endpoint.respond(request), &answered, &was_rejected);
        Box::pin(async move {
            let response = responded.await?;
            was_rejected.fetch_or(
                response.headers().contains_key(CONNECTION),
                Ordering::Relaxed,
            );
            answered.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(response)
        })
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer)
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(MAX_HEAD_BYTES);
    let mut connection = builder.serve_connection(stream, service);
    let stopped = async {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let is_idle = || {
        let answered = answered.load(Ordering::Relaxed);
        answered > 0
            && answered == begun.load(Ordering::Relaxed)
            && is_flushed.load(Ordering::Relaxed)
    };
    let until_idle = poll_fn(|context| {
        let polled = connection.poll_without_shutdown(context);
        if polled.is_ready() || !is_idle() {
            return polled.map(|ended| (ended, false));
        }
        // It waits for another request, so it ends at once.
        Pin::new(&mut connection).graceful_shutdown();
        let polled = connection.poll_without_shutdown(context);
        polled.map(|ended| (ended, true))
    });
    let (ended, is_idle) = tokio::select! {
        biased;
        ended = until_idle => ended,
        () = stopped => {
            Pin::new(&mut connection).graceful_shutdown();
            let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
            (ended, false)
        }
    };
    let has_failed = ended.is_err();
    // However else a connection ends, the client is gone.
    let not_understood = ended.err().as_ref().and_then(answered_by_hyper);
    if let Some(rejection) = &not_understood {
        endpoint.note(rejection);
    }
    let Parts {
        io: mut stream,
        read_buf,
        ..
    } = connection.into_parts();
    if not_understood.is_some() || was_rejected.into_inner() {
        return Exchanged::Rejected(stream);
    }
    if !is_idle || has_failed {
        return Exchanged::Ended;
    }
    stream.put_back(&read_buf);
    Exchanged::Idle(stream)
}

/// Returns the rejection that hyper itself sent for an invalid request, if it sent one.
fn answered_by_hyper(error: &hyper::Error) -> Option<HttpRejection> {
    match () {
        () if error.is_parse_too_large() => Some(gate::LONG_HEAD),
        () if error.is_parse() && !error.is_parse_version_h2() => Some(gate::NO_REQUEST),
        () => None,
    }
}
