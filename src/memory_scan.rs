//! For `tests/memory`, with the feature `memory-scan`: stops the program before its end, so that
//! its memory can be searched for secrets.

use std::hint::black_box;

use byok_core::secret::SecretBytes;
use rustix::process::{Signal, getpid, kill_process};

/// Stops the process until it gets SIGCONT.
pub(crate) fn stop_for_scan() {
    let stopped = kill_process(getpid(), Signal::STOP);
    stopped.expect("a process may stop itself");
}

/// Leaves a copy of `secret` behind if `BYOK_LEAK` is 1, which the search must find.
pub(crate) fn leak(secret: &SecretBytes) {
    if std::env::var_os("BYOK_LEAK").is_some_and(|value| value == "1") {
        black_box(secret.expose().to_vec().leak());
    }
}
