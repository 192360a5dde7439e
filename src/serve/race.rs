//! Two futures, and the one that is ready first.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// The result of the first one.
pub(super) enum Winner<A, B> {
    First(A),
    Second(B),
}

/// Waits for the one that is ready first, and drops the other.
pub(super) async fn race<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> Winner<A, B> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| {
        if let Poll::Ready(output) = first.as_mut().poll(context) {
            return Poll::Ready(Winner::First(output));
        }
        second.as_mut().poll(context).map(Winner::Second)
    })
    .await
}
