//! The signals that end the program.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signal numbers: SIGTERM, SIGINT, and SIGHUP of a closed terminal.
const NUMBERS: [u8; 3] = [15, 2, SIGHUP];
const SIGHUP: u8 = 1;

/// The handled signals.
#[derive(Debug)]
pub(super) struct Signals(Vec<(u8, Signal)>);

impl Signals {
    /// Handles SIGTERM, SIGINT and SIGHUP from now on, but not SIGHUP if `nohup` ignores it.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the system refuses.
    pub(super) fn subscribe() -> io::Result<Self> {
        let numbers = NUMBERS
            .into_iter()
            .filter(|number| *number != SIGHUP || !is_hangup_ignored());
        let subscribed =
            numbers.map(|number| Ok((number, signal(SignalKind::from_raw(number.into()))?)));
        Ok(Self(subscribed.collect::<io::Result<_>>()?))
    }

    /// Returns the number of the first signal.
    pub(super) async fn first(&mut self) -> u8 {
        poll_fn(|context| {
            for (number, signal) in &mut self.0 {
                if signal.poll_recv(context).is_ready() {
                    return Poll::Ready(*number);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// Returns whether the process was started with SIGHUP ignored. Returns false if there is no /proc.
///
/// # Source
///
/// proc_pid_status(5), `SigIgn`: a mask in hexadecimal, whose lowest bit is signal 1.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (SIGHUP - 1) & 1 == 1)
}
