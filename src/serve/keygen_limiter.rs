//! The limit of RSA key generation: a few at a time, a few queued, and no more.

use std::future::Future;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::Semaphore;

/// The maximum queue length.
const QUEUE: usize = 16;

/// The number of threads per key: the core searches both primes at once.
const THREADS_PER_KEY: usize = 2;

/// A limit for work that occupies a processor for seconds.
#[derive(Debug)]
pub(super) struct KeygenLimiter {
    places: Semaphore,
    waiting: AtomicUsize,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QueueFull;

impl Default for KeygenLimiter {
    /// Builds a limit for as many threads as there are processors, and for at least one key.
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self::new((processors / THREADS_PER_KEY).max(1))
    }
}

impl KeygenLimiter {
    fn new(places: usize) -> Self {
        Self {
            places: Semaphore::new(places),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Runs `work` when a place is free.
    ///
    /// # Errors
    ///
    /// [`QueueFull`] immediately, if the queue is full.
    pub(super) async fn work<T>(&self, work: impl Future<Output = T>) -> Result<T, QueueFull> {
        let _place = match self.places.try_acquire() {
            Ok(place) => place,
            Err(_) => {
                let _turn = QueueSlot::take(&self.waiting).ok_or(QueueFull)?;
                self.places.acquire().await.map_err(|_| QueueFull)?
            }
        };
        Ok(work.await)
    }
}

/// A place in the queue, returned on drop, also by a caller that gives up.
struct QueueSlot<'a>(&'a AtomicUsize);

impl<'a> QueueSlot<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let next = |count: usize| (count < QUEUE).then(|| count + 1);
        let taken = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        // Built only for a place that was taken, because its drop returns one.
        taken.is_ok().then(|| Self(waiting))
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::*;

    #[test]
    fn sixteen_wait_and_the_next_is_refused_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let keygen_limiter = Arc::new(KeygenLimiter::new(1));
            let (open, done) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
            let mut workers = Vec::new();
            for _ in 0..=QUEUE {
                let (keygen_limiter, open, done) = (
                    Arc::clone(&keygen_limiter),
                    Arc::clone(&open),
                    Arc::clone(&done),
                );
                workers.push(tokio::spawn(async move {
                    let work = async { open.acquire().await.expect("open").forget() };
                    keygen_limiter.work(work).await.expect("a place");
                    done.fetch_add(1, Ordering::Relaxed);
                }));
            }
            tokio::task::yield_now().await;
            // A refused caller has no place to return.
            for _ in 0..2 * QUEUE {
                let was_done = AtomicBool::new(false);
                let work = keygen_limiter.work(async { was_done.store(true, Ordering::Relaxed) });
                let refused = tokio::time::timeout(Duration::from_secs(10), work).await;
                assert_eq!(
                    (refused, was_done.into_inner()),
                    (Ok(Err(QueueFull)), false)
                );
            }
            open.add_permits(QUEUE + 1);
            for worker in workers {
                worker.await.expect("it ends");
            }
            assert_eq!(done.load(Ordering::Relaxed), QUEUE + 1);
            assert_eq!(
                keygen_limiter.work(async { 7 }).await,
                Ok(7),
                "there is room again"
            );
        });
    }

    #[test]
    fn who_gives_up_gives_the_place_back() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let keygen_limiter = Arc::new(KeygenLimiter::new(1));
            let busy = keygen_limiter.places.acquire().await.expect("a place");
            let waiting = Arc::clone(&keygen_limiter);
            let waiter = tokio::spawn(async move { waiting.work(async {}).await });
            tokio::task::yield_now().await;
            assert_eq!(keygen_limiter.waiting.load(Ordering::Relaxed), 1);
            waiter.abort();
            let _ = waiter.await;
            assert_eq!(keygen_limiter.waiting.load(Ordering::Relaxed), 0);
            drop(busy);
        });
    }
}
