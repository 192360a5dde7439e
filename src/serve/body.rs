//! Request bodies, read completely within limits, and response bodies, sent completely.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

/// The longest request body, in bytes.
pub(super) const MAX_LEN: u64 = 1 << 20;

/// The timeout of a request body.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that is sent in one piece.
pub(super) struct Whole(Option<Bytes>);

/// The reasons why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// Longer than [`MAX_LEN`], by itself or by its header.
    TooLong,
    /// The timeout expired.
    Late,
    /// The client closed the connection, or sent an invalid body.
    Broken,
}

/// Reads a body.
pub(super) async fn read(body: Incoming) -> Result<Vec<u8>, BodyError> {
    if body.size_hint().lower() > MAX_LEN {
        return Err(BodyError::TooLong);
    }
    tokio::time::timeout(PATIENCE, collect(body))
        .await
        .unwrap_or(Err(BodyError::Late))
}

async fn collect(mut body: Incoming) -> Result<Vec<u8>, BodyError> {
    let capacity = usize::try_from(body.size_hint().lower().min(MAX_LEN)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(capacity);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() {
            if (bytes.len() + data.len()) as u64 > MAX_LEN {
                return Err(BodyError::TooLong);
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

impl Whole {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(Some(Bytes::copy_from_slice(bytes)).filter(|bytes| !bytes.is_empty()))
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
