//! A TCP stream for hyper that gives up on a client that does not read.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use zeroize::Zeroizing;

/// The size of one read.
const CHUNK_BYTES: usize = 8192;

/// The timeout of a client that accepts no byte of an answer.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// The maximum number of unread bytes that are discarded on close.
const MAX_DISCARDED_BYTES: usize = 8 << 20;

/// The timeout of that.
const DISCARD_PATIENCE: Duration = Duration::from_secs(2);

/// A connection.
pub(super) struct Stream {
    tcp: TcpStream,
    /// The bytes that were read already; they come before those of the client.
    unread: Vec<u8>,
    is_flushed: Arc<AtomicBool>,
    /// Runs while the client accepts nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self {
            tcp,
            unread: Vec::new(),
            is_flushed: Arc::new(AtomicBool::new(true)),
            stalled: None,
        }
    }

    /// Puts back bytes that were read and not used.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.unread.splice(..0, bytes.iter().copied());
    }

    /// Returns a flag that is true while no written bytes are left in a buffer of the writer.
    pub(super) fn is_flushed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_flushed)
    }

    /// Closes the connection so that the last answer arrives. The system answers unread bytes with
    /// a reset, which would overtake the answer.
    pub(super) async fn close_once_read(mut self) {
        let _ = poll_fn(|context| Pin::new(&mut self.tcp).poll_shutdown(context)).await;
        let _ = tokio::time::timeout(DISCARD_PATIENCE, self.discard()).await;
    }

    /// Reads until the client closes, or has sent too much.
    async fn discard(&self) {
        let (mut chunk, mut discarded) = ([0; CHUNK_BYTES], 0);
        while discarded < MAX_DISCARDED_BYTES && self.tcp.readable().await.is_ok() {
            match self.tcp.try_read(&mut chunk) {
                Ok(len @ 1..) => discarded += len,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
        }
    }

    /// Ends the wait for a client that accepts nothing for too long.
    fn enforce_write_timeout<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(WRITE_PATIENCE)));
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.unread.is_empty() {
            let len = self.unread.len().min(cursor.remaining());
            cursor.put_slice(&self.unread[..len]);
            self.unread.drain(..len);
            if self.unread.is_empty() {
                // Frees the buffer, which wipes it.
                self.unread = Vec::new();
            }
            return Poll::Ready(Ok(()));
        }
        // Bodies contain secrets, and this thread does not wipe its stack.
        let mut chunk = Zeroizing::new([0; CHUNK_BYTES]);
        let room = cursor.remaining().min(CHUNK_BYTES);
        let mut buffer = ReadBuf::new(&mut chunk[..room]);
        let read = Pin::new(&mut self.tcp).poll_read(context, &mut buffer);
        cursor.put_slice(buffer.filled());
        read
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.is_flushed.store(false, Ordering::Relaxed);
        let written = Pin::new(&mut self.tcp).poll_write(context, bytes);
        self.enforce_write_timeout(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.tcp).poll_flush(context);
        // The writer flushes after it wrote everything.
        self.is_flushed.store(flushed.is_ready(), Ordering::Relaxed);
        self.enforce_write_timeout(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
