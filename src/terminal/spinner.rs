//! A spinner for long work.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The delay before the spinner appears.
const DELAY: Duration = Duration::from_millis(500);

/// Runs `work` here, with a spinner and `message` on standard error after a while.
pub(super) fn spin_during<T>(work: impl FnOnce() -> T, message: String) -> T {
    run_with_watcher(work, |finished| spin(finished, DELAY, || spinner(message)))
}

/// Runs `work` here while `watch` runs on another thread until `work` ends.
///
/// Without a thread, the work runs unwatched.
fn run_with_watcher<T>(work: impl FnOnce() -> T, watch: impl FnOnce(&Receiver<()>) + Send) -> T {
    let (working, finished) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let _ = thread::Builder::new().spawn_scoped(scope, move || watch(&finished));
        let outcome = work();
        drop(working);
        outcome
    })
}

/// Keeps the result of `show` alive from `delay` until the sender of `finished` is dropped.
fn spin<S>(finished: &Receiver<()>, delay: Duration, show: impl FnOnce() -> S) {
    if finished.recv_timeout(delay) == Err(RecvTimeoutError::Timeout) {
        let _shown = show();
        let _ = finished.recv();
    }
}

/// A spinner that turns until it is dropped, and leaves no trace.
struct Spinner(ProgressBar);

fn spinner(message: String) -> Spinner {
    let bar = ProgressBar::new_spinner().with_message(message);
    bar.set_style(ProgressStyle::default_spinner().tick_chars(r"|/-\ "));
    bar.enable_steady_tick(Duration::from_millis(100));
    Spinner(bar)
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;

    #[test]
    fn short_work_shows_no_spinner_and_long_work_does() {
        let shown = AtomicBool::new(false);
        let show = || shown.store(true, Ordering::SeqCst);
        let outcome = run_with_watcher(
            || 7,
            |finished| spin(finished, Duration::from_secs(60), show),
        );
        assert_eq!((outcome, shown.load(Ordering::SeqCst)), (7, false));

        let deadline = Instant::now() + Duration::from_secs(10);
        let long_work = || {
            while !shown.load(Ordering::SeqCst) && Instant::now() < deadline {
                thread::yield_now();
            }
        };
        run_with_watcher(long_work, |finished| {
            spin(finished, Duration::from_millis(1), show);
        });
        assert!(shown.load(Ordering::SeqCst));
    }
}
