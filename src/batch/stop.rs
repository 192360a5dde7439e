//! Signals that end a batch: no further row is begun, and those that were done keep their answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::exit::Exit;

/// The signal that arrived, if one did.
#[derive(Debug, Default)]
pub(super) struct Stop(Arc<AtomicU8>);

impl Stop {
    /// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own. Where the system refuses, and in a program
    /// without `serve`, a signal ends the program at once.
    pub(super) fn on_signals() -> Self {
        let stop = Self::default();
        #[cfg(feature = "serve")]
        {
            let signal = Arc::clone(&stop.0);
            let thread = std::thread::Builder::new().name("signals".to_owned());
            // Never joined: it waits until the program ends.
            let _ = thread.spawn(move || {
                let take = |number| signal.store(number, Ordering::SeqCst);
                crate::serve::wait_for_signal(take);
            });
        }
        stop
    }

    /// Returns the exit status of the signal that arrived.
    pub(super) fn signal(&self) -> Option<Exit> {
        match self.0.load(Ordering::SeqCst) {
            0 => None,
            #[cfg(feature = "serve")]
            number => Some(Exit::Command(128 + number)),
            #[cfg(not(feature = "serve"))]
            _ => None,
        }
    }
}
