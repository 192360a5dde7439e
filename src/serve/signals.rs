//! The signals that ask for the end.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Their numbers: SIGTERM, SIGINT, and what a terminal sends that goes away.
const NUMBERS: [u8; 3] = [15, 2, SIGHUP];
const SIGHUP: u8 = 1;

/// The signals that are heard.
#[derive(Debug)]
pub(super) struct Signals(Vec<(u8, Signal)>);

impl Signals {
    /// Hears SIGTERM, SIGINT and SIGHUP from now on; not SIGHUP where `nohup` had it ignored.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the system does not let them be heard.
    pub(super) fn hear() -> io::Result<Self> {
        let numbers = NUMBERS
            .into_iter()
            .filter(|number| *number != SIGHUP || !is_hangup_ignored());
        let heard =
            numbers.map(|number| Ok((number, signal(SignalKind::from_raw(number.into()))?)));
        Ok(Self(heard.collect::<io::Result<_>>()?))
    }

    /// The number of the one that comes first.
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

/// Whether the process was started with SIGHUP ignored; taken for no where there is no /proc.
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
